"""What is for sale in the tiny world, who may bid, who can pay, and which deal is the best, worked out by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim.decisions.buy.closing import Remedy, debt_with, impose, remedy, remedy_of_whole, smallest_of
from sim.decisions.buy.survey import (
    Proposal,
    Stakes,
    Survey,
    assets_of,
    best_proposal,
    least_prices,
    may_bid,
    pairs_of,
    parcels_of,
    rooms,
    savings,
    scaled,
    shortlist,
    smelter_book,
    smelter_need,
    survey,
    view_errors,
)
from sim.policies.merger_rules import MergerPush
from sim.sight.selling import Lot, Target
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.deals import Synergies
from sim.world.world import World
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, MIDDLING, tiny

DEAR_FOR_SALE = Target(
    "dear", (DEAR,), (), GAMMA, (Lot("dear", "gamma", 1_000_000),), (1.0,), False, False, False
)
ALFA_FOR_SALE = Target(
    "cheap", (CHEAP,), (ALFA,), ALFA, (Lot("cheap", "alfa", 1_000_000),), (1.0,), False, False, False
)
STATE_10, PRIVATE_10, ALONE_10 = 6.7100814, 6.1445671, 5.6502230
"""What one CNY a year for ten years is worth at 8 %, 10 % and 12 %."""


def test_a_target_is_worth_its_plants_and_smelters_at_book() -> None:
    world = tiny()

    # 3000 CNY a tonne of refining and 9000 of smelting; 2 tonnes of alumina for one of metal
    assert [assets_of(world, each) for each in (DEAR_FOR_SALE, ALFA_FOR_SALE)] == [3000.0, 5250.0]
    assert [smelter_book(world, each) for each in (DEAR_FOR_SALE, ALFA_FOR_SALE)] == [0.0, 2250.0]
    assert [smelter_need(world, each) for each in (DEAR_FOR_SALE, ALFA_FOR_SALE)] == [0.0, 0.5]
    world.smelting_scale = 0.8
    assert smelter_need(world, ALFA_FOR_SALE) == pytest.approx(0.4)


def test_nobody_bids_for_its_own_or_for_more_than_a_part_of_itself() -> None:
    world, bidders = tiny(), np.array([ALFA, BETA, GAMMA])
    world.credit.assets_mcny[:] = [12_000.0, 11_999.0, 1e6]

    # a quarter of 12,000 is just enough for 3000; of a seller in need a buyer may take what is as large as itself
    assert may_bid(world, [DEAR_FOR_SALE], bidders).tolist() == [[True, False, False]]
    assert may_bid(world, [replace(DEAR_FOR_SALE, pressed=True)], bidders).tolist() == [[True, True, False]]


def room(world: World, target: Target = DEAR_FOR_SALE) -> float:
    """Give what alfa could pay: 900 in cash, 550 of debts, 10,000 of assets."""
    world.credit.least_cash_mcny[ALFA], world.credit.assets_mcny[ALFA] = 100.0, 10_000.0
    world.groups.debt_mcny[ALFA], world.groups.payables_mcny[ALFA] = 500.0, 50.0
    return float(rooms(world, [target], parcels_of([target]), np.array([ALFA]))[0, 0])


def test_lenders_look_at_assets_and_earnings_of_both() -> None:
    world = tiny()
    world.book.revenue_mcny[DEAR], world.book.cost_mcny[DEAR] = 3300.0, 2200.0
    world.book.earned_mcny[ALFA] = 2000.0

    # 0.7 x 13,000 - 550
    assert room(world) == pytest.approx(900.0 + 8550.0)
    # 1000 of dear without VAT less 700: 300 are 1.5 times the interest of 4.5 % on 4444
    world.book.earned_mcny[ALFA] = -700.0
    assert room(world) == pytest.approx(900.0 + 300.0 / 0.0675 - 550.0)
    world.groups.distressed[ALFA] = True
    assert room(world) == pytest.approx(900.0 + 300.0 / 0.1125 - 550.0)
    world.rules = replace(world.rules, merger_push=MergerPush(1.0, 0.025, 0.0, 0.0, 0.0, 1))
    assert room(world) == pytest.approx(900.0 + 300.0 / 0.075 - 550.0)


def test_smelters_that_are_sold_earn_for_their_lenders() -> None:
    world, metal = tiny(), replace(ALFA_FOR_SALE, seller=BETA)
    world.book.earned_mcny[ALFA], world.book.smelting_mcny[BETA] = 100.0, 200.0

    assert room(world, metal) == pytest.approx(900.0 + 300.0 / 0.0675 - 550.0)
    assert room(world, replace(metal, smelters=())) == pytest.approx(900.0 + 100.0 / 0.0675 - 550.0)


def test_what_bears_on_synergies_is_what_both_sides_make_and_need() -> None:
    world = tiny(9000.0)
    view, targets = look(world, lasting_mill_prices(world)), [ALFA_FOR_SALE, DEAR_FOR_SALE]

    pairs = pairs_of(world, view, parcels_of(targets), (targets, np.array([ALFA, BETA])))

    # all run at such a price; alfa-metal takes half of what cheap makes, and all smelters of alfa are sold
    assert pairs.size_mt.ravel() == pytest.approx([1.0, 1.0], abs=1e-6)
    assert pairs.kept_mt.tolist() == [0.0, 0.0]
    assert pairs.spare_mt.ravel() == pytest.approx([0.5, 1.0], abs=1e-6)
    assert pairs.seller_annuity == pytest.approx([PRIVATE_10 / 1.1, ALONE_10 / 1.1])
    assert pairs.seller_mt.tolist() == [[1.0], [1.0]]
    assert pairs.buyer_mt.tolist() == [1.0, 2.0]
    assert pairs.gap_mt == pytest.approx([0.5 - 1.0, 1.5 - 2.0])
    # imported ore of cheap at 2.5 x 482 and of dear at 2.5 x 720; beta has local ore alone
    assert pairs.ore_cny_per_t.ravel() == pytest.approx([1205.0, 1800.0])
    assert pairs.buyer_ore_cny_per_t == pytest.approx([1205.0, 0.0])
    assert pairs.annuity == pytest.approx([PRIVATE_10 / 1.1, STATE_10 / 1.1])
    # a seller that keeps its smelter keeps its need
    kept = [replace(ALFA_FOR_SALE, smelters=())]
    assert pairs_of(world, view, parcels_of(kept), (kept, np.array([BETA]))).kept_mt.tolist() == [0.5]


def test_a_cheaper_loan_is_worth_its_years_on_what_a_stake_is_worth() -> None:
    world = tiny(9000.0)
    world.rules = replace(world.rules, merger_push=MergerPush(1.0, 0.02, 0.0, 0.0, 0.0, 1))
    view, targets, bidders = look(world, lasting_mill_prices(world)), [DEAR_FOR_SALE], np.array([ALFA, BETA])
    pairs = pairs_of(world, view, parcels_of(targets), (targets, bidders))
    stakes = cast(Stakes, SimpleNamespace(share=np.array([1.0])))

    gains = savings(world, bidders, pairs, stakes, np.array([[1000.0, -1000.0]]))

    # 2 % for five years on 1000
    assert gains.policy_mcny.tolist() == [[pytest.approx(100.0), 0.0]]


def test_whoever_holds_a_part_has_that_part_of_savings_and_all_of_a_cheaper_loan() -> None:
    one = np.array([[8.0]])

    found = scaled(Synergies(one, 2.0 * one, 3.0 * one, 4.0 * one, 5.0 * one), np.array([[0.5]]), one)

    parts = found.integration_mcny, found.ore_mcny, found.overhead_mcny, found.coast_mcny, found.policy_mcny
    assert [float(each[0, 0]) for each in parts] == [4.0, 8.0, 12.0, 16.0, 28.0]


def test_the_few_who_may_and_to_whom_it_is_worth_most_look_closely() -> None:
    deals = tiny().parameters.deals.model_copy(update={"serious_count": 2})
    worth = np.array([[5.0, 4.0, 9.0, 3.0], [5.0, 4.0, 9.0, 3.0]])
    may = np.array([[True, True, False, True], [False, False, False, True]])

    assert shortlist(worth, may, deals).tolist() == [[True, True, False, False], [False, False, False, True]]


def test_the_view_of_serious_bidders_errs_by_their_draws() -> None:
    world = tiny(parameters={"deals": {"bid_error_share": 0.1}})

    errors = view_errors(world, [DEAR_FOR_SALE], [ALFA, BETA], np.array([[True, False]]))

    assert errors[0, 1] == 0.0
    drawn = world.streams.normals("view of target", world.year, ["dear>alfa"])
    assert errors[0, 0] == pytest.approx(0.1 * float(drawn[0])) != 0.0


def test_a_bidder_that_errs_values_a_plant_by_its_error_more_or_less() -> None:
    worths = []
    for error in (0.0, 0.1):
        world = tiny(4500.0, parameters={"deals": {"bid_error_share": error}})
        world.credit.assets_mcny[BETA] = 20_000.0
        found = survey(world, look(world, lasting_mill_prices(world)), [DEAR_FOR_SALE], [BETA])
        worths.append(float(found.alone_mcny[0, 0]))

    drawn = float(tiny().streams.normals("view of target", 2026, ["dear>beta"])[0])
    assert worths[0] == pytest.approx(1500.0 / 1.1 * STATE_10, abs=0.5)
    assert worths[1] == pytest.approx(worths[0] * (1.0 + 0.1 * drawn))


def test_a_move_to_the_coast_is_weighed_with_the_room_beyond_the_least_price() -> None:
    world = tiny(4500.0)
    world.credit.assets_mcny[BETA] = 20_000.0
    spare: list[float] = []

    def to_bidders(room: Any) -> Any:
        spare.append(float(room[0, 0]))
        return np.array([[100.0]])

    moves = SimpleNamespace(to_sellers=lambda: np.array([50.0]), to_bidders=to_bidders)
    before = cast(Survey, SimpleNamespace(moves=moves))
    view = look(world, lasting_mill_prices(world))

    found, plain = (survey(world, view, [DEAR_FOR_SALE], [BETA], each) for each in (before, None))

    assert spare == [pytest.approx(float(found.room_mcny[0, 0] - found.least_mcny[0]))]
    # what it is worth to the seller is part of its least price, five per cent more of it
    assert found.least_mcny[0] - plain.least_mcny[0] == pytest.approx(50.0 * 1.05)
    assert found.value_mcny[0, 0] - plain.value_mcny[0, 0] == pytest.approx(100.0)


def test_a_seller_that_is_overdue_asks_no_worth_of_its_own() -> None:
    one = np.ones(4)
    stakes = cast(
        Stakes, SimpleNamespace(own_mcny=100.0 * one, closing_mcny=50.0 * one, appraised_mcny=90.0 * one)
    )
    ways = [(False, False, False), (True, False, True), (True, True, False), (True, True, True)]
    targets = [replace(DEAR_FOR_SALE, pressed=p, forced=f, ordered=o) for p, f, o in ways]

    # five per cent on 100; 100; a fifth less; a fifth less than closing
    assert least_prices(targets, stakes, tiny().parameters.deals) == pytest.approx([105.0, 100.0, 80.0, 40.0])


def best(
    most: list[list[float]],
    would: list[list[float]],
    least: list[float],
    left: tuple[bool, ...] = (True, True),
    bought: dict[int, int] | None = None,
) -> Proposal | None:
    """Give the best deal between three bidders who may buy once."""
    world = tiny(parameters={"deals": {"deals_count": 1}})
    world.plant_market.bought.update(bought or {})
    seen: Any = SimpleNamespace(
        bidders=[ALFA, BETA, GAMMA],
        most_mcny=np.array(most),
        would_mcny=np.array(would),
        least_mcny=np.array(least),
    )
    return best_proposal(world, cast(Survey, seen), np.array(left[: len(most)]))


def test_the_best_deal_is_that_with_the_largest_surplus_and_is_split_between_both() -> None:
    bids = [[150.0, 200.0, 0.0], [0.0, 0.0, 350.0]]

    # 100 and 150 of surplus; nobody else bids for the second
    assert best(bids, bids, [100.0, 200.0]) == Proposal(1, 2, -1, 275.0, 150.0, True)
    # the first alone: half of the surplus, which is what the second bidder would pay as well
    assert best(bids, bids, [100.0, 200.0], (True, False)) == Proposal(0, 1, 0, 150.0, 100.0, True, 150.0)
    assert best(bids, bids, [100.0, 200.0], (False, False)) is None


def test_whoever_has_bought_its_fill_bids_no_more() -> None:
    bids = [[150.0, 200.0, 0.0]]

    assert best(bids, bids, [100.0], bought={BETA: 1}) == Proposal(0, 0, -1, 125.0, 50.0, True)


def test_a_deal_that_those_who_want_it_cannot_pay_is_not_funded() -> None:
    most, would = [[0.0, 50.0, 0.0]], [[0.0, 300.0, 250.0]]

    assert best(most, would, [100.0]) == Proposal(0, 1, -1, 100.0, 200.0, False)


def test_a_deal_at_which_those_who_can_pay_gain_nothing_is_not_funded_where_others_would_pay_more() -> None:
    assert best([[100.0, 0.0, 0.0]], [[100.0, 0.0, 130.0]], [100.0]) == Proposal(0, 2, -1, 100.0, 30.0, False)


def test_a_deal_that_leaves_half_a_million_is_one() -> None:
    assert best([[100.5, 0.0, 0.0]], [[100.5, 0.0, 0.0]], [100.0]) == Proposal(0, 0, -1, 100.25, 0.5, True)


def test_no_deal_leaves_nobody_anything() -> None:
    assert best([[200.0, 0.0, 0.0]], [[200.0, 0.0, 0.0]], [200.0]) is None


@pytest.mark.parametrize(
    ("owed", "share", "assets", "comes"),
    [
        (2000.0, 0.5, 3000.0, 2000.0 * 0.5 * 3000.0 / 5250.0),
        (2000.0, 1.0, 9999.0, 2000.0),
        (-50.0, 1.0, 3000.0, 0.0),
    ],
)
def test_debt_comes_with_a_plant_by_its_part_of_the_books(
    owed: float, share: float, assets: float, comes: float
) -> None:
    world = tiny()
    world.credit.assets_mcny[ALFA] = 5250.0
    world.groups.debt_mcny[ALFA] = owed

    assert debt_with(world, ALFA_FOR_SALE, share, assets) == pytest.approx(comes)


TWO = Target(
    "alfa",
    (CHEAP, DEAR),
    (),
    ALFA,
    (Lot("cheap", "alfa", 1_000_000), Lot("dear", "alfa", 1_000_000)),
    (1.0, 1.0),
    False,
    False,
    False,
)


def test_the_smallest_plant_is_the_first_by_name_of_equal_ones() -> None:
    world = tiny()

    assert smallest_of(world, TWO) == CHEAP
    assert smallest_of(world, replace(TWO, rows=(MIDDLING, DEAR))) == DEAR


def test_of_a_whole_group_with_several_plants_the_smallest_is_sold_in_time() -> None:
    world = tiny()

    due = world.year + int(world.parameters.review.divestment_years)
    assert remedy_of_whole(world, TWO) == Remedy((CHEAP,), -1, due)
    assert remedy_of_whole(world, DEAR_FOR_SALE) == Remedy((DEAR,), -1)


def test_the_smallest_plant_goes_to_the_next_bidder_that_can_pay_its_part() -> None:
    world = tiny()
    world.credit.debt_mcny[:] = 0.0

    # half of 2000 are just what gamma has in cash
    assert remedy(world, TWO, BETA, GAMMA, 2000.0) == Remedy((CHEAP,), GAMMA)
    undertaking = Remedy((CHEAP, DEAR), -1)
    assert remedy(world, TWO, BETA, GAMMA, 2000.1) == undertaking
    for second in (-1, BETA, ALFA):
        assert remedy(world, TWO, BETA, second, 2000.0) == undertaking
    held_together = replace(TWO, lots=(Lot("alfa", "founders", 1_000_000),))
    assert remedy(world, held_together, BETA, GAMMA, 2000.0) == undertaking
    assert remedy(world, DEAR_FOR_SALE, BETA, ALFA, 100.0) == Remedy((DEAR,), -1)


def test_a_plant_that_is_sold_on_fetches_its_part_of_the_price() -> None:
    world = tiny()
    world.credit.debt_mcny[:] = 1000.0
    target = replace(TWO, rows=(DEAR, MIDDLING), lots=(Lot("dear", "gamma", 1_000_000),))
    condition = Remedy((DEAR,), ALFA)
    assert condition.words(world) == "sell dear to alfa"

    impose(world, target, GAMMA, condition, 3600.0)

    # 1 of 3 Mt: 1000 in cash and 200 from a loan
    (deal,) = world.deals
    assert (deal.buyer, deal.seller, deal.target, deal.stake_share) == ("alfa", "gamma", "dear", 1.0)
    assert (deal.size_mt, deal.price_mcny) == (1.0, pytest.approx(1200.0))
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny) == pytest.approx((1000.0, 200.0))
    # a quarter, a half and a quarter become halves
    assert (deal.hhi_before, deal.hhi_after, deal.hhi_step) == pytest.approx((3750.0, 5000.0, 1250.0))
    assert world.refineries.group.tolist() == [ALFA, BETA, ALFA]
    assert world.plant_market.bought == {ALFA: 1}
    assert world.groups.cash_mcny.tolist() == pytest.approx([0.0, 1000.0, 2200.0])
