"""Whose turn it is to leave and what the next ones see, and who comes first of equals, in the tiny world."""

import numpy as np
import pytest

from sim.decisions.leave import leave_one_by_one, price_rise
from sim.decisions.restructure import Asset, core_of
from sim.decisions.transfer import CENTRAL, larger_at_home, largest_nearby
from sim.world.owners import PROVINCIAL
from sim.world.population import BUILDING
from sim.world.world import World
from tests.tiny.asking import listening
from tests.tiny.worlds import ALFA, CHEAP, COAST, DEAR, GAMMA, INLAND, MIDDLING, tiny

QUARTER = 0.7 * 2.0 / 4.0
"""What middling gives to the market in a quarter where it runs at seven tenths."""


def hopeless(*rows: int, exits: int = 9, gap_cny_per_t: float = 0.0) -> World:
    """Give a world in which some plants have stood idle for two years with no hope, each less reluctant to close."""
    world = tiny(2350.0, parameters={"leaving": {"exits_count": exits}})
    plants = world.refineries
    plants.reluctance_cny_per_t[:] = 0.0
    for place, row in enumerate(rows):
        plants.cash_cost_cny_per_t[row] = 6000.0
        plants.idle_quarters[row], plants.running_share[row] = 8, 0.0
        plants.reluctance_cny_per_t[row] = 100.0 - gap_cny_per_t * place
        plants.started_year[row] = 1990
    return world


def test_prices_rise_by_what_a_plant_gave_over_the_slope_of_its_market_to_a_millionth() -> None:
    world = tiny()
    world.refineries.running_share[MIDDLING] = 0.7
    # 3 kt a CNY/t inland, ten times that at the coast, and nothing from one to the other
    world.slopes = np.diag([0.03, 0.003, 0.001])

    rise = price_rise(world, MIDDLING)

    assert rise == pytest.approx([0.0, QUARTER / 0.003], abs=1e-6)
    assert price_rise(world, CHEAP) == pytest.approx([0.25 / 0.03, 0.0], abs=1e-6)
    # so that no last bit of the linear algebra reaches a decision
    assert np.array_equal(rise, np.round(rise, 6))
    assert np.array_equal(price_rise(world, CHEAP), np.round([0.25 / 0.03, 0.0], 6))


@pytest.mark.parametrize(
    ("exits", "left"), [(0, []), (1, ["dear"]), (2, ["dear", "middling"]), (9, ["dear", "middling"])]
)
def test_those_leave_first_that_gain_most_and_no_more_than_may_in_a_year(exits: int, left: list[str]) -> None:
    world = hopeless(MIDDLING, DEAR, exits=exits, gap_cny_per_t=50.0)
    cast, asked = listening(world)

    leave_one_by_one(world, cast)

    assert [each.agent for each in world.events if each.kind == "exit"] == left
    waiting = {case.agent for case in asked if {*case.margins} == {"hold"}}
    assert waiting == {"middling", "dear"} - {*left}
    assert {each.agent: each.facts["turn_share"] for each in world.decisions} == {
        key: float(key in left) for key in ("middling", "dear")
    }


def test_the_first_of_all_plants_may_leave_and_what_is_sold_or_spoken_for_may_not() -> None:
    world = hopeless(CHEAP)
    cast, _ = listening(world)
    leave_one_by_one(world, cast)
    assert [each.agent for each in world.events if each.kind == "exit"] == ["cheap"]

    world = hopeless(CHEAP, MIDDLING, DEAR)
    world.plant_market.sold.add(MIDDLING)
    world.refineries.project_stage[CHEAP], world.refineries.replaces[CHEAP] = BUILDING, DEAR
    cast, asked = listening(world)

    leave_one_by_one(world, cast)

    assert {case.agent for case in asked} == {"cheap"}


def test_the_next_to_leave_sees_the_price_that_those_before_it_have_raised() -> None:
    world = hopeless(MIDDLING, DEAR, gap_cny_per_t=50.0)
    world.refineries.running_share[DEAR] = 0.5
    world.slopes = np.diag([1.0, 0.01, 1.0])
    cast, asked = listening(world)

    leave_one_by_one(world, cast)

    first, second = asked
    assert (first.agent, second.agent) == ("dear", "middling")
    # 0.5 / 4 of a million tonnes are missing
    rise = second.facts["today_cny_per_t"] - first.facts["today_cny_per_t"]
    assert rise == pytest.approx(0.125 / 0.01)
    assert second.facts["age_years"] == 2026.0 - 1990.0


def test_sums_that_differ_by_rounding_alone_are_equal_and_the_last_by_name_comes_first() -> None:
    # 0.1 + 0.2 is 0.30000000000000004
    parts = [Asset(key, key, "a", 1_000_000, size, True) for key, size in (("x", 0.1), ("y", 0.2))]
    assert core_of([*parts, Asset("z", "z", "b", 1_000_000, 0.3, True)]) == "b"

    world = tiny()
    plants, groups = world.refineries, world.groups
    plants.region[:] = INLAND
    plants.nameplate_mt[:] = [0.1 + 0.2, 0.3, 0.05]
    groups.owner_type[:] = [CENTRAL, CENTRAL, PROVINCIAL]
    assert largest_nearby(world, [GAMMA]) == [groups.row("beta")]
    plants.region[DEAR] = COAST
    assert largest_nearby(world, [GAMMA]) == [groups.row("beta")]
    plants.region[DEAR], groups.owner_type[:] = INLAND, PROVINCIAL
    assert larger_at_home(world, GAMMA) == groups.row("beta")
    plants.nameplate_mt[CHEAP] = 0.4
    assert larger_at_home(world, GAMMA) == ALFA
