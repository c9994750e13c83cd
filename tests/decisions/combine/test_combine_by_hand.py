"""A combination of the tiny world, worked out by hand: what is saved, what is paid, who holds what afterwards.

Beta, which is the province's, takes over gamma, whose founders hold all of it; they stand in one region. Alfa is too
large for what it would save beta, and too small to take over anybody itself.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.checks import Conservation
from sim.decisions.combine.combine import combine
from sim.decisions.combine.offers import best_offers, favours_of, plain_gains, suitors_of, whole_of
from sim.phases.preparing import new_book
from sim.policies.merger_rules import MergerPush
from sim.policies.rulebook import OreKeptBack
from sim.sight.abroad import mine_worths
from sim.sight.selling import firms, worths_of
from sim.sight.view import lasting_mill_prices, look
from sim.world.dealbook import CLOSED, COMBINATION, NOT_FUNDED, RESCUE, Deal, Market
from sim.world.world import World
from tests.tiny.asking import listening, only
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, tiny, touched

STATE_10 = 6.7100814
"""What one CNY a year for ten years is worth at 8 %."""
ALONE_10 = 5.6502230
"""The same at the 12 % of gamma, which has one plant."""
SAVED = (
    # 1.5 % a doubling on imported ore, of which beta has none: gamma grows from 1 to 3 Mt, beta from 2
    0.015 * math.log2(3.0) * 1800.0
    # 1 % a doubling on caustic, 180 at gamma and 2 x 300 at beta
    + 0.01 * (math.log2(3.0) * 180.0 + math.log2(1.5) * 600.0)
    # 15 of overhead and 2 of stocks; both have alumina to spare, so no smelter is fed
    + 17.0
)
WORTH = 1500.0
"""1 Mt at 3000, half of it worn since 2000."""
COST = 1.5 * 0.03 * WORTH + 15.0
"""Three per cent of the price, half as much again between state and private, and 15 a tonne."""
GAIN = 0.57 * SAVED * STATE_10 / 1.1 - COST
PRICE = WORTH + 0.31 * GAIN


def ready(mines: Mapping[str, Any] | None = None, **combining: Any) -> World:
    """Give a world in which alumina fetches 4500 for ever and beta alone is large enough to take over others."""
    return tiny(
        4500.0, rows={"mines": mines or {}}, parameters={"combining": {"suitor_mt": 1.5, **combining}}
    )


WILLING = {"suitor_mt": 1.5, "base_logit": 10.0, "size_logit": 0.0}


def certain(mines: Mapping[str, Any] | None = None, **combining: Any) -> World:
    """Give one in which whoever gains comes to terms."""
    return ready(mines, **{**WILLING, **combining})


def combined(world: World) -> tuple[Deal, set[str]]:
    """Let groups combine and give the one deal that came up, with what was written; money and stakes are watched."""
    watch = Conservation(world)
    parts = touched(world, lambda: decided(world))
    watch(world, "merge")
    return world.deals[0], parts


def decided(world: World) -> Deal:
    """Let groups combine and give the one deal that came up."""
    cast, _ = listening(world)
    combine(world, cast, look(world, lasting_mill_prices(world)))
    (deal,) = world.deals
    return deal


def test_the_odds_are_those_of_gain_neighbourhood_size_pride_and_wave() -> None:
    world = ready()
    world.plant_market.wave = 0.4
    cast, asked = listening(world)

    combine(world, cast, look(world, lasting_mill_prices(world)))

    case = only(asked, "combine")
    assert (case.agent, case.about) == ("beta", "gamma")
    assert case.facts["saved_mcny"] == pytest.approx(SAVED, rel=1e-3) == pytest.approx(66.16, abs=0.1)
    assert case.facts["worth_mcny"] == case.facts["appraised_mcny"] == pytest.approx(WORTH)
    # gamma is a quarter of the nation, usual is 3 %; a founder's pride of 1.5, and 0.7 between state and private
    score = -4.3 + 8.0 * GAIN / WORTH + 0.25 * 0.4 + 0.5 - 0.7 - 1.5 - 1.2 * (0.25 / 0.03 - 1.0)
    assert case.options["combine"] == pytest.approx(1.0 / (1.0 + math.exp(-score)), rel=1e-3)


def test_a_group_is_paid_for_with_cash_then_a_loan_and_its_founders_keep_a_part() -> None:
    world = certain()

    deal, parts = combined(world)

    assert (deal.kind, deal.outcome, deal.buyer, deal.seller) == (COMBINATION, CLOSED, "beta", "gamma")
    assert deal.price_mcny == pytest.approx(PRICE, rel=1e-3) == pytest.approx(1545.7, abs=0.5)
    # gamma owes nothing and has 1000 in cash: 70 % of all its equity are bought
    paid = 0.7 * (PRICE + 1000.0)
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny) == (1000.0, pytest.approx(paid - 1000.0, abs=0.5))
    held = {block.holder: block.ppm for block in world.ownership.blocks("gamma")}
    assert held == {"beta": 700_000, "founders:gamma": 300_000}
    assert world.refineries.group.tolist() == [ALFA, BETA, BETA]
    # the old owners have their money; gamma's own 1000 are beta's now, which spent its own and borrowed the rest
    assert world.book.payout_mcny.tolist() == pytest.approx([0.0, 0.0, paid], abs=0.5)
    assert world.book.integration_mcny.tolist() == pytest.approx([0.0, COST, 0.0])
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0, 1000.0, 0.0])
    assert world.groups.debt_mcny.tolist() == pytest.approx([0.0, paid - 1000.0 + COST, 0.0], abs=0.5)
    assert (deal.hhi_before, deal.hhi_after) == (pytest.approx(3750.0), pytest.approx(6250.0))
    assert parts <= {
        *("ownership", "refineries.group", "groups.cash_mcny", "groups.debt_mcny", "integrations"),
        *("book.deals_mcny", "book.integration_mcny", "book.payout_mcny", "groups.handover_year"),
        *("plant_market.sold", "plant_market.bought", "deals", "events", "decisions"),
    }


def test_lenders_of_a_firm_that_owes_more_than_it_is_worth_sell_all_of_it() -> None:
    world = certain()
    world.groups.cash_mcny[GAMMA], world.groups.debt_mcny[GAMMA] = 0.0, 2000.0
    world.groups.distressed[GAMMA] = True

    deal, _ = combined(world)

    # beta takes over 1546 of the 2000; nobody is paid, and the founders have nothing left
    assert (deal.kind, deal.outcome, deal.stake_share) == (RESCUE, CLOSED, 1.0)
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny) == (0.0, 0.0)
    assert deal.debt_assumed_mcny == pytest.approx(PRICE, abs=0.5)
    assert world.book.written_off_mcny.tolist() == pytest.approx([0.0, 0.0, 2000.0 - PRICE], abs=0.5)
    assert world.book.payout_mcny.tolist() == [0.0, 0.0, 0.0]
    assert {block.holder: block.ppm for block in world.ownership.blocks("gamma")} == {"beta": 1_000_000}
    assert world.groups.debt_mcny.tolist() == pytest.approx([0.0, PRICE, 0.0], abs=0.5)
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0, 1000.0 - COST, 0.0])


def test_lenders_take_no_less_than_closing_would_bring_them() -> None:
    # the site fetches 1600 where the firm is worth 1500; the suitor bears the difference
    world = tiny(4500.0, parameters={"combining": WILLING, "leaving": {"salvage_cny_per_t": 1550.0}})
    world.groups.cash_mcny[GAMMA], world.groups.debt_mcny[GAMMA] = 0.0, 2000.0
    world.groups.distressed[GAMMA] = True

    deal, _ = combined(world)

    left = GAIN - 1.5 * 0.03 * 100.0 - 100.0
    assert (deal.kind, deal.outcome, deal.reservation_mcny) == (RESCUE, CLOSED, pytest.approx(1600.0))
    assert deal.price_mcny == pytest.approx(1600.0 + 0.31 * left, abs=0.5)


@pytest.mark.parametrize(("room_mcny", "share"), [(1600.0, 1600.0 / (PRICE + 1000.0)), (1200.0, 0.0)])
def test_who_is_short_of_money_buys_a_smaller_part_and_less_than_a_majority_is_none(
    room_mcny: float, share: float
) -> None:
    world = certain()
    # lenders would give both of them so much together; beta has 1000 in cash
    world.credit.debt_mcny[[BETA, GAMMA]] = [room_mcny - 1000.0, 0.0]

    deal, _ = combined(world)

    assert deal.outcome == (CLOSED if share else NOT_FUNDED)
    assert deal.stake_share == pytest.approx(share, abs=1e-3)
    bought = round(deal.stake_share * 1e6)
    held = {block.holder: block.ppm for block in world.ownership.blocks("gamma")}
    assert held == ({"beta": bought, "founders:gamma": 1_000_000 - bought} if share else {})


def test_what_a_firm_owes_its_suppliers_alone_goes_to_the_suitor_as_well() -> None:
    world = certain()
    world.groups.cash_mcny[GAMMA], world.groups.payables_mcny[GAMMA] = 0.0, 30.0

    deal, _ = combined(world)

    paid = deal.paid_cash_mcny + deal.paid_debt_mcny
    assert paid == pytest.approx(0.7 * (PRICE - 30.0), abs=0.5)
    assert world.groups.payables_mcny.tolist() == [0.0, 30.0, 0.0]


PIT = {
    "owner": "gamma",
    "country": "guinea",
    "ore_control_share": 0.4,
    "cost_usd_per_t": 40,
    "profit_share": 0.5,
    "source": "made up",
    "status": "assumption",
}
"""0.4 of the 2.5 Mt of ore that gamma uses, at (60 - 40) USD x 7, half of it gamma's: 70 million CNY a year."""


def test_a_mine_is_priced_with_its_firm_by_what_it_earns_and_goes_to_the_buyer() -> None:
    world = certain({"pit": PIT})

    deal, parts = combined(world)

    assert world.mines.ore_mt.tolist() == [pytest.approx(1.0)]
    # ten years at gamma's own rate, as its plants are looked at
    assert deal.stand_alone_mcny == pytest.approx(WORTH + 70.0 * ALONE_10)
    assert world.mines.group.tolist() == [BETA]
    assert "mines.group" in parts


def test_a_mine_whose_ore_is_announced_to_stay_at_home_is_worth_what_it_may_still_ship() -> None:
    world = ready({"pit": PIT})
    ban = OreKeptBack(("guinea",), share=0.4, new_share=0.0)
    world.outlook = replace(world.outlook, ore_kept_back=(ban,), ore_ban_share=0.2)

    dearer = 60.0 * (math.exp(0.2 * world.parameters.disruptions.ore_price_ratio) - 1.0)

    # 0.6 of its Mt, at a price that the ban raises, half of it gamma's
    margin = 0.5 * 7.0 * (60.0 + dearer - 40.0)
    assert mine_worths(world, np.array([GAMMA])) == pytest.approx(0.6 * margin * ALONE_10)


def test_a_firm_in_distress_is_worth_what_its_plants_and_mines_earn_in_the_hands_of_the_buyer() -> None:
    worths = []
    for mines in ({}, {"pit": PIT}):
        world = certain(mines)
        world.prices.mill_cny_per_t[:] = 0.0
        world.groups.distressed[GAMMA] = True
        view = look(world, lasting_mill_prices(world) * 0.0)
        known = firms(world, view)
        worths.append(worths_of(world, view, known, np.array([GAMMA]), np.array([BETA]))[0])

    # its plant earns nothing at such a price; beta looks ahead at 8 %
    assert worths == pytest.approx([0.0, 70.0 * STATE_10])


def near(**combining: Any) -> World:
    """Give one in which alfa and gamma, both private, are alone able to come together, and near in size."""
    world = certain(suitor_mt=0.5, **combining)
    world.groups.distressed[BETA] = True
    world.groups.cash_mcny[GAMMA] = 2000.0
    world.book.plants_earned_mcny[[CHEAP, DEAR]] = 600.0, 500.0
    world.book.smelters_earned_mcny[:] = 400.0
    return world


OWN = 3000.0 * 0.78 + 0.25 * (8000.0 + 0.5 * 8000.0) + 1000.0
"""Alfa's equity: 1 Mt at 3000, eleven years old, 0.25 Mt of metal (a right, and half of new potlines), and its cash."""
EQUITY = WORTH + 2000.0
"""Gamma's: what it is worth, and its cash."""


def test_equals_exchange_shares_at_the_ratio_of_their_equities_and_no_money_changes_hands() -> None:
    world = near()

    deal, parts = combined(world)

    assert (deal.kind, deal.outcome, deal.buyer, deal.seller) == (COMBINATION, CLOSED, "alfa", "gamma")
    assert (deal.price_mcny, deal.stake_share) == (pytest.approx(WORTH), 1.0)
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny, deal.paid_shares_mcny) == (
        0.0,
        0.0,
        pytest.approx(EQUITY),
    )
    part = round(1e6 * EQUITY / (EQUITY + OWN))
    held = {
        key: {block.holder: block.ppm for block in world.ownership.blocks(key)} for key in ("alfa", "gamma")
    }
    assert held == {
        "alfa": {"founders:alfa": 1_000_000 - part, "founders:gamma": part},
        "gamma": {"alfa": 1_000_000},
    }
    # alfa runs what was gamma's, and nobody's founders run alfa; accounts are joined, integration is paid for
    assert world.refineries.group.tolist() == [ALFA, BETA, ALFA]
    cost = 0.03 * WORTH + 15.0
    assert world.groups.cash_mcny.tolist() == pytest.approx([3000.0 - cost, 1000.0, 0.0])
    assert world.groups.debt_mcny.tolist() == [0.0, 0.0, 0.0]
    assert not world.book.payout_mcny.any()
    assert "book.payout_mcny" not in parts


def test_owners_who_exchange_shares_have_their_part_of_the_gain() -> None:
    world = near()
    cast, asked = listening(world)

    combine(world, cast, look(world, lasting_mill_prices(world)))

    # two doublings at cost of 1800 and 1205 of ore and of 180 of caustic each, 17 of overhead; 10 % and no line crossed
    saved = 0.015 * (1800.0 + 1205.0) + 0.01 * 360.0 + 17.0
    gain = 0.57 * saved * 6.1445671 / 1.1 - 0.03 * WORTH - 15.0
    part = EQUITY / (EQUITY + OWN)
    case = only(asked, "sell", "gamma")
    assert case.options == {
        "sell": pytest.approx(WORTH + part * gain, rel=1e-3),
        "keep": pytest.approx(WORTH),
    }
    assert case.margins["sell"] == pytest.approx(part * gain, rel=5e-3) == -case.margins["keep"]


def test_owners_of_a_group_that_exchanged_shares_are_bought_out_or_stay_like_any_others() -> None:
    world = near()
    combined(world)

    whole = whole_of(world, ALFA)

    assert whole is not None
    assert [lot.holder for lot in whole.lots] == ["founders:alfa"]
    profit = world.holdings.outside(world.refineries.keys)[0][:, [CHEAP, DEAR]]
    assert profit.max(axis=0) == pytest.approx(OWN / (OWN + EQUITY), abs=1e-6)


@pytest.mark.parametrize(("cash_mcny", "debt_mcny"), [(0.0, 0.0), (1300.0, 300.0)])
def test_groups_that_are_less_alike_pay_in_money(cash_mcny: float, debt_mcny: float) -> None:
    world = near()
    # half of alfa's 6340 is 3170; gamma has 1500, or 2500
    world.groups.cash_mcny[GAMMA], world.groups.debt_mcny[GAMMA] = cash_mcny, debt_mcny

    deal, _ = combined(world)

    assert (deal.outcome, deal.paid_shares_mcny, deal.stake_share) == (CLOSED, 0.0, 0.7)


def test_groups_that_earn_less_alike_pay_in_money() -> None:
    world = near()
    world.book.plants_earned_mcny[CHEAP] = 601.0

    deal, _ = combined(world)

    assert (deal.outcome, deal.paid_shares_mcny, deal.stake_share) == (CLOSED, 0.0, 0.7)


def test_lenders_who_do_not_bear_the_debt_of_both_stop_an_exchange_of_shares() -> None:
    world = near()
    world.groups.debt_mcny[ALFA], world.groups.cash_mcny[[ALFA, GAMMA]] = 3000.0, 0.0
    world.groups.payables_mcny[GAMMA] = 10.0
    world.credit.debt_mcny[:] = 0.0

    deal, _ = combined(world)

    assert deal.outcome == NOT_FUNDED
    # nothing was paid, and a quarter and a quarter beside a half would have become two halves
    assert (deal.paid_shares_mcny, deal.debt_assumed_mcny, deal.stake_share) == (0.0, 0.0, 0.0)
    assert (deal.paid_cash_mcny, deal.paid_debt_mcny) == (0.0, 0.0)
    assert (deal.hhi_before, deal.hhi_after, deal.hhi_step) == pytest.approx((3750.0, 5000.0, 1250.0))
    assert world.ownership.blocks("alfa") == world.ownership.blocks("gamma") == ()


def test_lenders_sell_what_the_largest_owners_hold_where_owners_are_known_already() -> None:
    world = near(suitor_size_ratio=0.0, across_cost_ratio=1.0, integration_cny_per_t=0.0)
    combined(world)
    world.deals.clear()
    world.plant_market, world.book = Market(), new_book(world)
    world.groups.distressed[[ALFA, BETA]] = True, False
    world.groups.debt_mcny[ALFA] = 50_000.0
    held = {block.holder: block.ppm for block in world.ownership.blocks("alfa")}

    deal, _ = combined(world)

    assert (deal.kind, deal.buyer, deal.seller, deal.outcome) == (RESCUE, "beta", "alfa", CLOSED)
    now = {block.holder: block.ppm for block in world.ownership.blocks("alfa")}
    assert now == {"beta": held["founders:alfa"], "founders:gamma": held["founders:gamma"]}


def test_a_group_of_just_the_least_size_may_take_over_others() -> None:
    world = tiny(parameters={"combining": {"suitor_mt": 1.0}})
    view = look(world, lasting_mill_prices(world))

    # gamma stands alone
    assert suitors_of(world, view, firms(world, view)) == [ALFA, BETA]


def test_each_suitor_gains_what_both_save_less_what_joining_costs() -> None:
    world = ready()
    known = firms(world, look(world, lasting_mill_prices(world)))

    found = plain_gains(world, known, np.array([GAMMA]), np.array([ALFA, BETA]))

    # alfa and gamma double each other: 1.5 % on ore at 1800 and 1205, 1 % on caustic at 180, 17 of overhead
    saved = 0.015 * (1800.0 + 1205.0) + 0.01 * 360.0 + 17.0
    # both are private, and the price is that of an appraiser
    own = 0.57 * saved * 6.1445671 / 1.1 - 0.03 * WORTH - 15.0
    assert found[0] == pytest.approx([own, GAIN], rel=2e-3)


def test_a_push_is_worth_a_place_in_the_queue_and_a_cheaper_loan_to_a_suitor() -> None:
    world = ready()
    world.rules = replace(world.rules, merger_push=MergerPush(1.0, 0.02, 30.0, 0.0, 0.0, 1, ("beta",)))

    found = favours_of(world, np.array([ALFA, BETA]), np.array([[2.0]]), np.array([[1000.0]]))

    # 2 Mt at 30, and 2 % on 1000 for five years
    assert found.tolist() == [[0.0, pytest.approx(160.0)]]


def test_who_has_taken_somebody_over_this_year_comes_forward_no_more_and_the_small_not_at_all() -> None:
    world = ready()
    view = look(world, lasting_mill_prices(world))
    assert [(each.suitor, each.target.key) for each in best_offers(world, view, [GAMMA])] == [(BETA, "gamma")]

    world.plant_market.bought[BETA] = 1

    assert best_offers(world, view, [GAMMA]) == best_offers(world, view, []) == []
