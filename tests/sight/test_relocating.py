"""The chance to move a plant to the coast: whose it is, what it adds, and when it is worth nothing."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.decisions.buy.survey import survey
from sim.policies.rulebook import Approval, SwapRule
from sim.sight import relocating
from sim.sight.buyers import STANDALONE, find_bidders
from sim.sight.moving import movable
from sim.sight.prospects import Wish, application, passing, pledge, prospects, unspent
from sim.sight.relocating import OtherPlans, TargetMoves, best_plans, expected_worth, licences
from sim.sight.selling import Target, find_targets
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.dealbook import CLOSED, CONTROL, RESCUE
from sim.world.population import BUILDING
from sim.world.world import World
from tests.phases.dealing import of_group
from tests.phases.playing import after_a_year, play

CHEAP: dict[str, Any] = {"pipeline": {"capex_cny_per_t": 1200.0}}
CHEAPER: dict[str, Any] = {"pipeline": {"capex_cny_per_t": 400.0}}
"""Cheap enough for owners of one plant, whose capital is dear."""
DEAR: dict[str, Any] = {"pipeline": {"capex_cny_per_t": 9000.0}}
LICENCE = SwapRule(
    ratio=1.0,
    runnable=False,
    longest_idle_years=99.0,
    required=True,
    subsidy_cny_per_t=0.0,
    weight_share=1.0,
)


def settled(**parameters: Any) -> tuple[World, View]:
    """Give the baseline at the end of 2026 with nothing under construction, and what is seen then.

    Owners of a plant that stands alone think of closing it, and offer it first.
    """
    world = after_a_year(parameters=parameters)
    plants = world.refineries
    plants.project_stage[:] = 0
    alone = (world.groups.owner_type == STANDALONE)[plants.group]
    plants.idle_quarters[alone] = int(world.parameters.leaving.idle_quarters)
    return world, look(world, lasting_mill_prices(world))


def sides(world: World, view: View) -> tuple[list[Target], list[int]]:
    """Give what is for sale and who can buy."""
    return find_targets(world, view), find_bidders(world, view)


def all_pairs(targets: list[Target], bidders: list[int]) -> np.ndarray:
    """Give everybody as a serious bidder for what others sell."""
    return np.array([[target.seller != bidder for bidder in bidders] for target in targets])


def worth(world: World, view: View, left_mcny: float = 1e6) -> tuple[Floats, Floats]:
    """Give the chance to move in all hands: sellers (targets,) and bidders with money left (targets, bidders)."""
    both = sides(world, view)
    serious = all_pairs(*both)
    moves = TargetMoves(world, view, both, serious)
    return moves.to_sellers(), moves.to_bidders(np.full(serious.shape, left_mcny))


def best_besides(world: World, view: View) -> Floats:
    """Give what each bidder could begin without buying anything, (bidders,) million CNY."""
    bidders = find_bidders(world, view)
    others = OtherPlans(world, prospects(world, view), np.array(sorted(bidders)))
    return np.array([others.best(bidder, ()) for bidder in bidders])


def rich(world: World) -> None:
    """Let money be no object to anybody."""
    world.groups.cash_mcny[:] = world.credit.least_cash_mcny + 1e6


def plan(world: World, ratio: float) -> Wish:
    """Give a plan of 2 Mt at 3,000 CNY/t on the coast of Guangxi."""
    return Wish(
        kind="move",
        key="tried",
        group=world.groups.row("xinfa"),
        region=world.geography.regions.index("guangxi_coast"),
        row=-1,
        old=0,
        size_mt=2.0,
        counted_mt=2.0,
        capex_cny_per_t=3000.0,
        ratio=ratio,
        demanded=0.1,
        options={},
        facts={},
    )


def test_a_plan_is_worth_its_value_times_the_odds_of_mood_and_approval() -> None:
    world, view = settled()
    shared, wish = prospects(world, view), plan(world, 0.5)
    odds = passing(world, application(world, shared, wish), world.rules)

    # half of 6,000 million CNY; an owner that asks for 50 % in an even mood is bold enough every second year
    assert 0.0 < odds < 1.0
    assert expected_worth(world, shared, wish, (6000.0, 0.5)) == pytest.approx(3000.0 * 0.5 * odds)


def test_a_plan_that_does_not_pay_or_cannot_be_paid_is_worth_nothing() -> None:
    world, view = settled()
    shared = prospects(world, view)

    assert expected_worth(world, shared, plan(world, -0.1), (6000.0, 0.1)) == 0.0
    assert expected_worth(world, shared, plan(world, 0.5), (5999.0, 0.1)) == 0.0


def test_a_licence_is_worth_more_where_nothing_new_is_approved_without_one() -> None:
    free, view = settled(**CHEAP)
    rich(free)
    tied, tied_view = settled(**CHEAP)
    rich(tied)
    tied.rules = tied.outlook = replace(tied.rules, swap=LICENCE)

    open_worth, bound_worth = worth(free, view)[1], worth(tied, tied_view)[1]
    lost = best_besides(free, view) - best_besides(tied, tied_view)

    # what a bidder could begin without the plant counts no more against its move, and that is all
    assert (bound_worth >= open_worth).all()
    moves = open_worth > 0.0
    assert bound_worth[moves] == pytest.approx((open_worth + lost)[moves])
    assert (lost[moves.any(axis=0)] > 100.0).any()


def test_who_may_build_as_well_without_it_gains_little_from_a_plant() -> None:
    world, view = settled(**CHEAP)
    rich(world)
    gained = worth(world, view)[1]
    targets, _ = sides(world, view)

    # at most what a move saves: a fifth of the investment and a better standing with the nation
    size = np.array([sum(float(view.refineries.nameplate_mt[row]) for row in each.rows) for each in targets])
    assert (gained <= 1200.0 * 3.0 * size[:, None]).all()


def test_an_owner_that_builds_already_or_is_in_distress_has_no_chance_to_move() -> None:
    world, view = settled(**CHEAP)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    targets, bidders = sides(world, view)
    moves = worth(world, view)[1]
    refining = np.isin(bidders, world.refineries.group)
    place, bidder = np.unravel_index(np.where(refining, moves, 0.0).argmax(), moves.shape)
    row = int(np.flatnonzero(world.refineries.group == bidders[bidder])[0])

    world.refineries.project_stage[row] = BUILDING
    world.groups.distressed[:] = False
    after = worth(world, look(world, lasting_mill_prices(world)))[1]

    assert moves[place, bidder] > 0.0
    assert after[place, bidder] == 0.0
    assert targets[place].seller != bidders[bidder]


def test_a_seller_that_could_move_its_plant_asks_for_more() -> None:
    world, view = settled(**CHEAPER)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    targets, bidders = sides(world, view)
    own = worth(world, view)[0]
    place = int(own.argmax())

    seen = survey(world, view, targets, bidders)

    stakes, deals = seen.stakes, world.parameters.deals
    assert own[place] > 0.0
    assert stakes.coast_mcny == pytest.approx(own)
    # who thinks of closing asks no premium, and what an appraiser says does not bind it
    assert targets[place].pressed
    asked = max(stakes.own_mcny[place], stakes.closing_mcny[place], 0.0)
    left = 1.0 - deals.fire_sale_share * targets[place].forced
    assert seen.least_mcny[place] == pytest.approx(asked * left)


def test_a_seller_without_money_has_no_chance_and_a_bidder_with_money_has() -> None:
    world, view = settled(**CHEAPER)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    targets, _ = sides(world, view)
    sellers = [target.seller for target in targets]
    assert worth(world, view)[0].sum() > 0.0

    world.groups.cash_mcny[sellers] = world.credit.least_cash_mcny[sellers]
    world.groups.debt_mcny[sellers] = world.credit.debt_mcny[sellers] + 1e5
    own, bought = worth(world, view)

    assert own.sum() == 0.0
    assert bought.sum() > 0.0


def test_a_bidder_that_has_spent_its_money_on_the_price_cannot_move_the_plant() -> None:
    world, view = settled(**CHEAP)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)

    assert worth(world, view, left_mcny=-1e6)[1].sum() == 0.0


def test_no_chance_is_counted_where_no_move_pays_to_anybody() -> None:
    world, view = settled(**DEAR)
    rich(world)

    own, bought = worth(world, view)

    assert not own.any()
    assert not bought.any()


def test_moves_are_weighed_once_a_year_and_kept_when_deals_close() -> None:
    world, view = settled(**CHEAP)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    targets, bidders = sides(world, view)

    first = survey(world, view, targets, bidders)
    again = survey(world, view, targets, bidders, first)

    assert first.gains.coast_mcny.sum() > 0.0
    assert np.array_equal(again.gains.coast_mcny, first.gains.coast_mcny)
    assert np.array_equal(again.least_mcny, first.least_mcny)


def test_a_buyer_of_one_plant_for_its_move_counts_no_other_move_that_year() -> None:
    world, view = settled(**CHEAPER)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    both = sides(world, view)
    serious = all_pairs(*both)
    moves, money = TargetMoves(world, view, both, serious), np.full(serious.shape, 1e6)
    before, sold = moves.to_bidders(money).copy(), moves.to_sellers().copy()
    bidder = int((before > 0.0).sum(axis=0).argmax())
    gained = np.flatnonzero(before[:, bidder] > 0.0)
    assert gained.size > 1

    moves.drop(int(gained[0]), bidder)

    after, kept = moves.to_bidders(money), np.arange(len(both[1])) != bidder
    assert not after[:, bidder].any()
    assert np.array_equal(after[:, kept], before[:, kept])
    # nor does it ask others to pay for the move of what it sells itself
    others = np.array([target.seller != both[1][bidder] for target in both[0]])
    assert np.array_equal(moves.to_sellers(), np.where(others, sold, 0.0))


def test_a_buyer_of_a_plant_that_it_would_not_move_keeps_its_other_chances() -> None:
    world, view = settled(**CHEAPER)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    both = sides(world, view)
    moves = TargetMoves(world, view, both, all_pairs(*both))
    money = np.full((len(both[0]), len(both[1])), 1e6)
    before = moves.to_bidders(money).copy()
    found = np.argwhere((before == 0.0) & (before.max(axis=0) > 0.0))
    assert found.size

    moves.drop(*found[0].tolist())

    assert np.array_equal(moves.to_bidders(money), before)


def test_a_part_of_the_plant_that_moves_gets_that_part_of_the_move() -> None:
    world, view = settled(**CHEAPER)
    rich(world)
    world.rules = world.outlook = replace(world.rules, swap=LICENCE)
    targets, bidders = sides(world, view)
    wanted = worth(world, view)[1].max(axis=1).argsort()[-3:].tolist()
    rows = tuple(row for place in wanted for row in targets[place].rows)

    def gained(shares: tuple[float, ...]) -> Floats:
        """Give what moving some plants that are held in parts adds for each bidder, (bidders,) million CNY."""
        target = [replace(targets[wanted[0]], rows=rows, shares=shares)]
        serious = all_pairs(target, bidders)
        moves = TargetMoves(world, view, (target, bidders), serious)
        return moves.to_bidders(np.full(serious.shape, 1e6))[0]

    whole = gained((1.0,) * len(rows))
    halved = [gained(tuple(0.5 if each == row else 1.0 for each in rows)) for row in rows]

    # each bidder would move one plant: half of it is half of the move, half of another takes nothing away
    wanting = whole > 0.0
    assert wanting.any()
    assert len(rows) >= 3
    parts = np.array([each[wanting] / whole[wanting] for each in halved])
    assert np.sort(parts, axis=0)[0] == pytest.approx(0.5)
    assert np.sort(parts, axis=0)[1:] == pytest.approx(1.0)


def test_each_purchase_of_a_year_tells_the_moves_who_has_bought(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(TargetMoves, "drop", lambda _, place, bidder: told.append((place, bidder)))
    easy = {"deals": {"base_logit": 3.0}, "leaving": {"idle_quarters": 4, "losing_quarters": 4}}
    purchases = []

    for seed in range(3):
        told.clear()
        closed = [
            deal
            for deal in play(4, seed, parameters=easy).world.deals
            if deal.kind in (CONTROL, RESCUE) and deal.outcome == CLOSED and not of_group(deal)
        ]
        assert len(told) == len(closed)
        purchases.append(len(closed))

    assert max(purchases) > 1


def test_a_run_in_which_no_move_can_pay_is_the_same_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = {"pipeline": {"capex_cny_per_t": 5900.0}}
    weighed = play(5, 3, parameters=parameters)
    monkeypatch.setattr(relocating, "best_plans", lambda *_: {})

    unweighed = play(5, 3, parameters=parameters)

    assert weighed.years.equals(unweighed.years)


def test_the_right_to_build_adds_its_best_move_to_a_plant_where_a_quota_is_announced() -> None:
    world, view = settled(**CHEAPER)
    rich(world)
    alone = np.flatnonzero((world.groups.owner_type == STANDALONE)[view.refineries.group])
    rows = [int(row) for row in np.intersect1d(alone, movable(world, view))]

    world.outlook = replace(world.rules, approval=None)
    free = licences(world, view, rows)
    world.outlook = replace(world.rules, approval=Approval(0.0, (), 0.0, 0.0, 50.0))
    capped = licences(world, view, rows)

    assert not free.any()
    assert (capped > 0.0).any()
    # whoever has one plant and may build nothing new has nothing else to begin
    shared, plants = prospects(world, view, world.outlook), view.refineries
    best = int(capped.argmax())
    owner = int(plants.group[rows[best]])
    ((_, wish),) = best_plans(world, shared, [(0, rows[best], owner)]).items()
    hurdle = OtherPlans(world, shared, np.array([owner])).hurdle(owner, refining=True)
    worth_mcny = expected_worth(world, shared, wish, (unspent(world, owner) + pledge(world, wish), hurdle))
    assert capped[best] == pytest.approx(worth_mcny / plants.nameplate_mt[rows[best]])
