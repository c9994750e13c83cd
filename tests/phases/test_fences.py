"""A refinery that serves a smelter over the fence: what is promised, and who gets the freight that is saved."""

import pytest

from sim.phases.promising import promise
from tests.phases.playing import after_a_year, fresh

SMELTER, PLANT = "jisco-jyg", "xinfa-chiping"


def linked(most_mt: float) -> dict[str, dict[str, dict[str, object]]]:
    """Give a change of rows: a smelter in Gansu with a large refinery in Shandong for a neighbour."""
    return {"smelters": {SMELTER: {"neighbour": PLANT, "neighbour_mt": most_mt}}}


def test_the_neighbour_promises_what_the_smelter_takes() -> None:
    world = fresh(rows=linked(0.8))
    promise(world)
    row, market = world.refineries.row(PLANT), world.smelters.market[world.smelters.row(SMELTER)]
    region, promises = world.refineries.region[row], world.promises

    assert (promises.fence_plant.tolist(), promises.fence_market.tolist()) == ([row], [market])
    assert promises.fence_mt == pytest.approx([0.8])
    assert world.promises.contract_mt[region, market] >= 0.8
    # 0.8 Mt save the whole freight of the way, spread over all that the plant makes
    made = world.refineries.runnable_mt[row] * world.refineries.running_share[row]
    freight = world.geography.freight_cny_per_t[region, market]
    assert world.promises.fence_cny_per_t[row] * made == pytest.approx(0.8 * freight, rel=0.05)


def test_nothing_goes_over_a_fence_of_a_plant_that_does_not_stand() -> None:
    # huaqing-xiaoyi is closed and has no row
    rows = {"smelters": {SMELTER: {"neighbour": "huaqing-xiaoyi", "neighbour_mt": 0.8}}}
    world = fresh(rows=rows)
    promise(world)

    assert len(world.promises.fence_mt) == 0


def test_the_refinery_gets_the_freight_that_no_carrier_does() -> None:
    years = [after_a_year(rows=linked(most)) for most in (0.0, 0.8)]
    row = years[0].refineries.row(PLANT)
    got = [each.book.revenue_mcny[row] / each.book.sold_mt[row] for each in years]
    market = years[0].smelters.market[years[0].smelters.row(SMELTER)]
    region = years[0].refineries.region[row]
    freight = years[0].geography.freight_cny_per_t[region, market]

    # 0.8 of the tonnes that it sells save all freight; prices hardly move
    expected = 0.8 * freight / years[1].book.sold_mt[row]
    assert got[1] - got[0] == pytest.approx(expected, rel=0.2)
    carried = [float(each.book.freight_mcny[region, market]) for each in years]
    flows = [float(each.book.flows_mt[region, market]) for each in years]
    assert carried[1] == pytest.approx(freight * (flows[1] - 0.8), rel=0.05)
    assert carried[0] == pytest.approx(freight * flows[0])
