"""A sale of parts of two plants that are not of one size, worked out by hand, and what its owners are told."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim.decisions.buy.closing import tell_owners
from sim.decisions.buy.facts import outcome_of
from sim.decisions.buy.survey import Survey, pairs_of, parcels_of, stakes_of, survey
from sim.decisions.take import measure
from sim.sight.buyers import values_to
from sim.sight.selling import PRIVATE, Lot, Target, plant_appraisals
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.deals import expected_gain, lost_to_seller
from sim.world.dealbook import NO_BID, OUTCOMES
from sim.world.owners import PROVINCIAL
from sim.world.world import World
from tests.tiny.worlds import ALFA, BETA, DEAR, GAMMA, MIDDLING, tiny

LOTS = (Lot("beta-works", "beta", 500_000),)
PARTS = Target("parts", (MIDDLING, DEAR), (1,), BETA, LOTS, (0.5, 0.25), False, False, False)
"""Half of 2 Mt and a quarter of 1 Mt, with the 0.75 Mt of metal that beta smelts."""
SHARES = np.array([0.5, 0.25])


def for_sale() -> World:
    """Give a world in which both plants earn well, have mud to cover and belong to beta, which smelts on."""
    world = tiny(4500.0, parameters={"deals": {"bid_error_share": 0.0}})
    world.refineries.group[DEAR] = BETA
    world.refineries.uncovered_mud_mt[:] = [0.0, 10.0, 20.0]
    world.smelters.capacity_mt[1] = 1.5
    world.credit.assets_mcny[ALFA] = 1e6
    return world


def test_the_seller_parts_with_its_part_of_each_plant_by_its_size() -> None:
    world = for_sale()
    view, rows = look(world, lasting_mill_prices(world)), np.array([MIDDLING, DEAR])
    alone = Target("parts", (MIDDLING, DEAR), (), BETA, LOTS, (0.5, 0.25), False, False, False)
    for target, metal in ((PARTS, 1.5 * 9000.0), (alone, 0.0)):
        parcels = parcels_of([target])
        pairs = pairs_of(world, view, parcels, ([target], np.array([ALFA])))

        found = stakes_of(world, view, [target], parcels, pairs)

        assert found.size_mt.tolist() == [3.0]
        assert found.share == pytest.approx([1.25 / 3.0])
        # 5 CNY on each tonne of mud: half of 50 and a quarter of 100
        assert found.ponds_mcny == pytest.approx([50.0])
        assert found.metal_mcny == pytest.approx([metal])
        # scrap at 150 and land at 50 on 1.25 Mt
        assert found.closing_mcny == pytest.approx([250.0])
        worth = float((values_to(world, view, rows, np.array([BETA, BETA])) * SHARES).sum())
        lost = float(lost_to_seller(pairs, world.parameters.deals)[0])
        assert found.own_mcny == pytest.approx([worth + lost * 1.25 / 3.0 + metal - 50.0])
        put_down = float((plant_appraisals(world)[rows] * SHARES).sum())
        assert found.appraised_mcny == pytest.approx([put_down + metal])
        # who keeps its smelter has to buy what the plants gave it
        assert (lost > 0.0) == (metal == 0.0)


def test_the_buyer_values_its_part_with_the_metal_and_what_both_save_less_the_ponds() -> None:
    world = for_sale()
    view, rows = look(world, lasting_mill_prices(world)), np.array([MIDDLING, DEAR])

    found = survey(world, view, [PARTS], [ALFA])

    worth = float((values_to(world, view, rows, np.array([ALFA, ALFA])) * SHARES).sum())
    gain = float(expected_gain(found.gains, world.parameters.deals)[0, 0])
    assert found.alone_mcny[0, 0] == pytest.approx(worth + 1.5 * 9000.0)
    assert found.gain_mcny[0, 0] == gain > 0.0
    assert found.value_mcny[0, 0] == pytest.approx(worth + 1.5 * 9000.0 + gain - 50.0)
    assert 0.0 < found.most_mcny[0, 0] <= found.would_mcny[0, 0]


@pytest.mark.parametrize(
    ("answer", "bought", "best"), [(NO_BID, 0, 90.0), (NO_BID, 9, 70.0), ("passed", 9, 90.0)]
)
def test_owners_hear_of_the_best_bid_of_those_who_still_buy_or_of_all_once_one_was_heard(
    answer: str, bought: int, best: float
) -> None:
    world = tiny(parameters={"deals": {"deals_count": 1}})
    world.plant_market.bought[ALFA] = bought
    seen: Any = SimpleNamespace(
        bidders=[ALFA, GAMMA],
        targets=[PARTS],
        most_mcny=np.array([[90.0, 70.0]]),
        least_mcny=np.array([100.0]),
    )

    tell_owners(world, cast(Survey, seen), 0, answer)

    offers = world.plant_market.offers
    assert {(row, each.best_mcny, each.reservation_mcny, each.answer) for row, each in offers.items()} == {
        (row, best, 100.0, answer) for row in (MIDDLING, DEAR)
    }


def test_where_nobody_bids_owners_hear_of_nothing() -> None:
    world = tiny()
    seen: Any = SimpleNamespace(
        bidders=[ALFA], targets=[PARTS], most_mcny=np.array([[0.0]]), least_mcny=np.array([100.0])
    )

    tell_owners(world, cast(Survey, seen), 0, NO_BID)

    assert world.plant_market.offers[DEAR].best_mcny == 0.0


@pytest.mark.parametrize(("place", "outcome"), [(0, OUTCOMES[0]), (len(OUTCOMES) - 1, OUTCOMES[-1])])
def test_an_outcome_on_record_is_found_again_by_its_place(place: int, outcome: str) -> None:
    assert outcome_of({"outcome_index": float(place)}) == outcome


def test_a_place_beyond_all_outcomes_is_none() -> None:
    found = [outcome_of({"outcome_index": place}) for place in (-1.0, float(len(OUTCOMES)))]

    assert [*found, outcome_of({})] == ["", "", ""]


@pytest.mark.parametrize(
    ("owner", "distressed", "illiquid", "part"),
    [
        (PROVINCIAL, False, False, 1.0),
        (PRIVATE, False, False, 0.7),
        (PROVINCIAL, True, False, 0.0),
        (PRIVATE, False, True, 0.0),
    ],
)
def test_a_stake_is_sold_at_no_less_than_an_appraisal_by_who_is_sound(
    owner: int, distressed: bool, illiquid: bool, part: float
) -> None:
    world = tiny(4500.0, parameters={"deals": {"minority_discount_share": 0.3}})
    world.groups.owner_type[GAMMA] = owner
    world.groups.distressed[GAMMA], world.groups.illiquid[GAMMA] = distressed, illiquid

    facts = measure(world, look(world, lasting_mill_prices(world)), (ALFA, DEAR), 0.5, 0.0)

    assert facts.floor_mcny == pytest.approx([part * float(plant_appraisals(world)[DEAR])])
