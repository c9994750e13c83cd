"""Deals of the tiny world, worked out by hand: a purchase, a stake, a transfer, and a move between sisters."""

import math
from dataclasses import replace
from typing import Any

import pytest

from sim.acts.holdings import settle_control
from sim.decisions.buy.buy import close_deals
from sim.decisions.buy.closing import conclude
from sim.decisions.buy.survey import survey
from sim.decisions.restructure import restructure
from sim.decisions.take import take_stakes
from sim.decisions.transfer import CENTRAL, transfer_state_assets
from sim.policies.merger_rules import MergerPush, StateTransfer
from sim.sight.selling import PRIVATE, Lot, Target, find_targets
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.dealbook import CLOSED, CONTROL, MINORITY, REMEDY
from sim.world.dealbook import TRANSFER as HANDED_OVER
from sim.world.kinds import Happened
from sim.world.owners import PROVINCIAL
from sim.world.world import World
from tests.tiny.asking import ANYBODY, listening, only
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, MIDDLING, tiny, touched

ALONE_10, PRIVATE_10, STATE_10 = 5.6502230, 6.1445671, 6.7100814
"""What one CNY a year for ten years is worth at 12 %, 10 % and 8 %."""


def seen(world: World) -> View:
    """Give what owners see when deals begin."""
    return look(world, lasting_mill_prices(world))


def for_sale(price_cny_per_t: float = 4500.0, **deals: Any) -> World:
    """Give a world in which alumina fetches 4500 for ever, so that dear earns 1500 a tonne, and deals may close.

    Dear stands at the coast here, so nobody weighs a move of it. Beta has earned enough for any loan. Gamma is a
    private group, which sells to whoever values a plant more; firms that stand alone combine instead.
    """
    world = tiny(price_cny_per_t, parameters={"deals": {"deals_count": 1, "closings_count": 1, **deals}})
    world.refineries.coastal[DEAR] = True
    world.groups.owner_type[GAMMA] = PRIVATE
    world.book.earned_mcny[BETA] = 10_000.0
    return world


def price_of_dear() -> float:
    """Give the price of dear between gamma and beta, million CNY."""
    least = 1500.0 / 1.1 * PRIVATE_10 * 1.05
    # beta buys twice what gamma does: log2(3) doublings of 1.5 % on ore at 1800; 15 CNY/t of overhead
    saved = (0.015 * math.log2(3.0) * 1800.0 + 15.0) * STATE_10 / 1.1
    value = 1500.0 / 1.1 * STATE_10 + 0.57 * saved
    # three per cent of the price go into integration; the rest of the surplus is halved
    return least + 0.5 * (value / 1.03 - least)


def test_a_buyer_pays_half_way_between_both_worths() -> None:
    world = for_sale(base_logit=10.0)
    cast, asked = listening(world)

    close_deals(world, cast, seen(world))
    settle_control(world)

    price = price_of_dear()
    case = only(asked, "buy", "beta", "gamma")
    assert case.facts["reservation_mcny"] == pytest.approx(1500.0 / 1.1 * PRIVATE_10 * 1.05, abs=0.5)
    # 1 Mt at 3000, half of it worn since 2000
    assert case.facts["appraised_mcny"] == pytest.approx(1500.0)
    assert case.facts["stand_alone_mcny"] == pytest.approx(1500.0 / 1.1 * STATE_10, abs=0.5)
    assert (case.facts["integration_mcny"], case.facts["coast_mcny"], case.facts["second_mcny"]) == (
        0.0,
        0.0,
        0.0,
    )
    (deal,) = world.deals
    assert (deal.kind, deal.outcome, deal.buyer, deal.seller) == (CONTROL, CLOSED, "beta", "gamma")
    assert deal.price_mcny == pytest.approx(price, abs=0.5) == pytest.approx(8938.1, abs=1.0)
    assert world.refineries.group.tolist() == [ALFA, BETA, BETA]
    # all of 1000 in cash, the rest and 3 % of integration from a loan
    assert (deal.paid_cash_mcny, deal.debt_assumed_mcny) == (1000.0, 0.0)
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0, 0.0, 1000.0 + price], abs=1.0)
    assert world.groups.debt_mcny.tolist() == pytest.approx([0.0, 1.03 * price - 1000.0, 0.0], abs=1.0)
    assert world.book.integration_mcny.tolist() == pytest.approx([0.0, 0.03 * price, 0.0], abs=0.1)
    # shares of a quarter, a half and a quarter, then of a quarter and three
    assert (deal.hhi_before, deal.hhi_after) == (pytest.approx(3750.0), pytest.approx(6250.0))


def test_the_second_bid_is_that_of_the_next_who_may_bid() -> None:
    world = for_sale(base_logit=10.0)
    world.book.earned_mcny[ALFA], world.credit.assets_mcny[ALFA] = 10_000.0, 20_000.0
    cast, _ = listening(world)

    close_deals(world, cast, seen(world))

    # to alfa, which would double with it, dear is worth less than gamma wants
    saved = (0.015 * (1800.0 + 1205.0) + 15.0) * PRIVATE_10 / 1.1
    (deal,) = world.deals
    assert deal.buyer == "beta"
    assert deal.second_mcny == pytest.approx((1500.0 / 1.1 * PRIVATE_10 + 0.57 * saved) / 1.03, abs=0.5)


def test_the_chance_of_closing_is_that_of_surplus_neighbourhood_and_wave() -> None:
    world = for_sale()
    cast, asked = listening(world, {("gamma", "sell"): "keep"})

    parts = touched(world, lambda: close_deals(world, cast, seen(world)))

    price, least = price_of_dear(), 1500.0 / 1.1 * PRIVATE_10 * 1.05
    surplus = 2.0 * (price - least)
    # -3, four times surplus over price, half for a neighbour, 0.7 less between state and private
    score = -3.0 + 4.0 * surplus / price + 0.5 * world.plant_market.wave + 0.5 - 0.7
    case = only(asked, "buy", "beta", "gamma")
    assert case.facts["chance_share"] == pytest.approx(1.0 / (1.0 + math.exp(-score)), abs=1e-4)
    assert only(asked, "sell").margins["sell"] == pytest.approx(price - least, abs=0.5)
    # the seller kept it, so nothing moves
    assert parts <= {"plant_market.wave", "plant_market.usual", "plant_market.offers", "deals", "decisions"}


def test_a_buyer_who_cannot_borrow_is_not_funded() -> None:
    world = for_sale(base_logit=10.0)
    world.book.earned_mcny[BETA] = 0.0
    cast, asked = listening(world)

    close_deals(world, cast, seen(world))

    # without earnings lenders give nothing, and 1000 in cash are less than gamma wants
    assert only(asked, "buy", "beta", "gamma").facts["room_mcny"] == pytest.approx(1000.0)
    assert [deal.outcome for deal in world.deals] == ["not funded"]
    assert [event.kind for event in world.events] == [Happened.DEAL_UNFUNDED]
    assert world.refineries.group.tolist() == [ALFA, BETA, GAMMA]


def test_a_sound_seller_wants_what_an_appraiser_puts_down_at_least() -> None:
    # at 250 a tonne dear would earn 250 / 1.1 x 6.14 = 1396 in ten years; 12 % of wear leave 2640 of 3000
    world = for_sale(3250.0)
    world.refineries.started_year[DEAR] = 2020
    view = seen(world)
    (target,) = find_targets(world, view)

    sound = survey(world, view, [target], [BETA])
    weak = survey(world, view, [replace(target, distressed=True, pressed=True)], [BETA])

    assert sound.least_mcny.tolist() == pytest.approx([2640.0 * 1.05])
    # it would stand still at times, which takes a little off
    assert weak.least_mcny.tolist() == weak.stakes.own_mcny.tolist()
    assert weak.least_mcny[0] == pytest.approx(250.0 / 1.1 * PRIVATE_10, rel=0.02)


def test_a_plant_that_the_authority_wants_sold_goes_to_whoever_else_pays_its_appraised_value() -> None:
    # nobody would come to terms by chance
    world = for_sale(base_logit=-10.0)
    world.plant_market.divestments = {"dear": 2027}
    (target,) = find_targets(world, seen(world))
    assert (target.kind, target.pressed, target.forced) == (REMEDY, False, False)
    cast, asked = listening(world)

    close_deals(world, cast, seen(world))

    assert only(asked, "buy", "beta", "dear").facts["chance_share"] == 1.0
    (deal,) = world.deals
    assert (deal.kind, deal.outcome, deal.buyer, deal.seller) == (REMEDY, CLOSED, "beta", "gamma")
    assert deal.price_mcny >= deal.reservation_mcny >= 1500.0 * 1.05
    assert world.refineries.group.tolist() == [ALFA, BETA, BETA]
    assert world.plant_market.divestments == {}


def test_a_buyer_sells_on_what_it_has_bought_after_eighteen_months_or_in_distress() -> None:
    world = for_sale(base_logit=10.0)
    cast, _ = listening(world)
    close_deals(world, cast, seen(world))
    assert world.refineries.group[DEAR] == BETA
    # it stands idle for so long that any owner would offer it
    world.refineries.idle_quarters[DEAR] = 40

    offered = {}
    for year in (2027, 2028):
        world.year = year
        offered[year] = [target.key for target in find_targets(world, seen(world))]
    world.year = 2027
    world.groups.distressed[BETA] = True

    assert offered == {2027: [], 2028: ["dear"]}
    assert [target.key for target in find_targets(world, seen(world))] == ["dear"]


def test_a_plant_that_is_not_sold_in_time_has_no_floor_under_its_price() -> None:
    # at 60 a tonne above its cost dear earns 60 / 1.1 x 6.14 = 335 in ten years, far below its appraised 1500
    world = for_sale(3060.0)
    world.plant_market.divestments = {"dear": 2027}
    (target,) = find_targets(world, seen(world))
    world.year = 2027
    (due,) = find_targets(world, seen(world))

    early, late = (survey(world, seen(world), [each], [BETA]) for each in (target, due))

    assert early.least_mcny[0] >= 1500.0 * 1.05
    assert (due.pressed, due.forced) == (True, True)
    # scrap and land of 1 Mt, at the discount of who has to sell
    site = max(float(late.stakes.closing_mcny[0]), 0.0) * (1.0 - world.parameters.deals.fire_sale_share)
    assert late.least_mcny[0] == pytest.approx(site)
    assert site < late.stakes.own_mcny[0]


def test_lenders_of_a_seller_in_distress_are_paid_before_it() -> None:
    world = tiny()
    world.groups.debt_mcny[ALFA] = 2000.0
    lots = (Lot("cheap", "alfa", 1_000_000),)
    sale = Target("cheap", (CHEAP,), (), ALFA, lots, (1.0,), True, True, False)

    paid = conclude(world, sale, BETA, 1500.0, "sale")

    # cheap is 3000 of alfa's 5250 million CNY, so as much of its debt goes with it; the rest of the price is cash
    assert paid.assumed_mcny == pytest.approx(2000.0 * 3000.0 / 5250.0) == pytest.approx(1142.857, abs=1e-3)
    assert (paid.cash_mcny, paid.loan_mcny) == (pytest.approx(357.143, abs=1e-3), 0.0)
    # alfa keeps its 1000 and hands on what it got; beta pays 3 % of 1500 for integration as well
    assert world.groups.cash_mcny.tolist() == pytest.approx(
        [1000.0, 1000.0 - 357.143 - 45.0, 1000.0], abs=1e-3
    )
    assert world.groups.debt_mcny.tolist() == pytest.approx([500.0, 1142.857, 0.0], abs=1e-3)
    assert world.refineries.group.tolist() == [BETA, BETA, GAMMA]


def test_lenders_of_a_seller_in_distress_get_what_the_buyer_borrows_as_well() -> None:
    world = tiny()
    world.groups.debt_mcny[ALFA], world.groups.cash_mcny[BETA] = 2000.0, 100.0
    world.credit.debt_mcny[:] = 5000.0
    lots = (Lot("cheap", "alfa", 1_000_000),)
    sale = Target("cheap", (CHEAP,), (), ALFA, lots, (1.0,), True, True, False)

    paid = conclude(world, sale, BETA, 1500.0, "sale")

    # 357.143 beyond the debt that goes with cheap: 100 in cash, the rest from a loan, all of it to alfa's lenders
    assert (paid.cash_mcny, paid.loan_mcny) == (100.0, pytest.approx(257.143, abs=1e-3))
    assert (world.groups.cash_mcny[ALFA], world.groups.debt_mcny[ALFA]) == pytest.approx((1000.0, 500.0))


def short_of_alumina() -> World:
    """Give a world in which alfa's smelter needs a million tonnes more than cheap makes, and dear is the nearest."""
    world = tiny(4500.0, parameters={"deals": {"minority_share": 1.0}})
    world.smelters.capacity_mt[0] = 1.0
    world.refineries.cash_cost_cny_per_t[MIDDLING] = 3500.0
    return world


def test_a_smelter_takes_a_stake_that_is_worth_its_price() -> None:
    world = short_of_alumina()
    cast, asked = listening(world)

    parts = touched(world, lambda: take_stakes(world, cast, seen(world)))
    settle_control(world)

    case = only(asked, "take a stake in", "alfa", "dear")
    share = case.facts["stake_share"]
    assert 0.1 <= share <= 0.49
    # of each CNY a part of what comes with it: 40 + 2.25 saved a tonne, 57 % of it realised
    worth = 1500.0 / 1.1 * PRIVATE_10 + 0.57 * 42.25 * PRIVATE_10 / 1.1
    least = 1500.0 / 1.1 * ALONE_10 * 1.05
    price = share * (least + 0.5 * (worth - least))
    assert case.options["take"] == pytest.approx(share * worth - price, abs=0.5)
    (deal,) = world.deals
    assert (deal.kind, deal.price_mcny, deal.offtake_mt) == (MINORITY, pytest.approx(price, abs=0.5), share)
    alone, saved = share * 1500.0 / 1.1 * PRIVATE_10, share * 0.57 * 42.25 * PRIVATE_10 / 1.1
    told = (
        deal.stand_alone_mcny,
        deal.integration_mcny,
        deal.gain_mcny,
        deal.value_mcny,
        deal.reservation_mcny,
    )
    assert told == pytest.approx((alone, saved, saved, alone + saved, share * least), abs=0.5)
    assert (deal.size_mt, deal.paid_cash_mcny + deal.paid_debt_mcny) == (1.0, pytest.approx(price, abs=0.5))
    held = {block.holder: block.ppm for block in world.ownership.blocks("dear")}
    assert held == {"alfa": round(share * 1e6), "gamma": 1_000_000 - round(share * 1e6)}
    assert world.refineries.group.tolist() == [ALFA, BETA, GAMMA]
    paid = min(1000.0, price)
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0 - paid, 1000.0, 1000.0 + price], abs=0.5)
    assert world.groups.debt_mcny.tolist() == pytest.approx([price - paid, 0.0, 0.0], abs=0.5)
    assert parts <= {
        *("ownership", "groups.cash_mcny", "groups.debt_mcny", "book.deals_mcny"),
        *("deals", "decisions", "events"),
    }


def test_the_cheapest_plant_is_asked_for_where_none_saves_freight() -> None:
    world = tiny(4500.0, parameters={"deals": {"minority_share": 1.0}})
    world.smelters.capacity_mt[1] = 3.0
    cast, asked = listening(world)

    take_stakes(world, cast, seen(world))

    # beta needs 6 Mt and makes 2; cheap makes a tonne for 2000, dear for 3000
    (case,) = (each for each in asked if each.agent == "beta")
    assert (case.about, case.facts["gap_mt"], case.facts["freight_cny_per_t"]) == ("cheap", 4.0, 0.0)


def test_a_state_group_is_handed_over_with_plants_cash_and_debt() -> None:
    world = tiny()
    world.groups.debt_mcny[BETA] = 500.0
    world.rules = replace(world.rules, state_transfers=(StateTransfer("order", "beta", "alfa", 1.0),))
    cast, asked = listening(world)

    parts = touched(world, lambda: transfer_state_assets(world, cast, seen(world)))

    case = only(asked, "transfer", "inland", "beta")
    assert (case.options["transfer"], case.facts["size_mt"], case.facts["debt_mcny"]) == (1.0, 2.0, 500.0)
    assert world.refineries.group.tolist() == [ALFA, ALFA, GAMMA]
    assert world.smelters.group.tolist() == [ALFA, ALFA]
    assert world.groups.cash_mcny.tolist() == [2000.0, 0.0, 1000.0]
    assert world.groups.debt_mcny.tolist() == [500.0, 0.0, 0.0]
    assert world.book.deals_mcny.tolist() == [500.0, -500.0, 0.0]
    (deal,) = world.deals
    assert (deal.kind, deal.price_mcny) == (HANDED_OVER, 0.0)
    assert (deal.stake_share, deal.size_mt, deal.smelting_mt) == (1.0, 2.0, 0.75)
    assert (deal.debt_assumed_mcny, deal.hhi_step) == (500.0, pytest.approx(2500.0))
    assert (deal.hhi_before, deal.hhi_after) == (pytest.approx(3750.0), pytest.approx(6250.0))
    assert parts <= {
        *("ownership", "refineries.group", "smelters.group", "groups.cash_mcny", "groups.debt_mcny"),
        *("book.deals_mcny", "plant_market.sold", "integrations", "deals", "events"),
    }


def test_an_order_without_a_giver_means_provinces_and_a_push_makes_agreements_more_likely() -> None:
    world = tiny(parameters={"deals": {"transfer_share": 0.1}})
    world.groups.owner_type[:] = [CENTRAL, PROVINCIAL, CENTRAL]
    push = MergerPush(0.5, 0.0, 0.0, 0.0, 0.0, 1)
    order = StateTransfer("order", "", "", 0.7)
    world.rules = replace(world.rules, state_transfers=(order,), merger_push=push)
    cast, asked = listening(world, {(ANYBODY, "transfer"): "keep"})

    transfer_state_assets(world, cast, seen(world))

    # in full a push adds twice the usual chance, and a central group is half as likely to be handed over
    chances = [(case.agent, case.about, case.options["transfer"]) for case in asked]
    nation = cast.national.key
    assert chances == [
        (nation, "alfa", pytest.approx(0.1 * 2.0 / 2.0)),
        ("inland", "beta", 0.7),
        ("inland", "beta", pytest.approx(0.1 * 2.0)),
        (nation, "gamma", pytest.approx(0.1 * 2.0 / 2.0)),
    ]


def test_the_larger_sister_gathers_a_plant_at_book_and_no_money_moves() -> None:
    sisters = {"refineries": {"dear": {"company": "beta"}}}
    world = tiny(rows=sisters, parameters={"deals": {"restructuring_share": 1.0}})
    cast, asked = listening(world)

    parts = touched(world, lambda: restructure(world, cast, seen(world)))

    # beta's works hold 2 Mt, beta itself 1 Mt, at 3000 a tonne
    case = only(asked, "restructure", "beta", "dear")
    assert (case.options["gather"], case.facts["held_share"], case.facts["book_mcny"]) == (1.0, 1.0, 3000.0)
    assert [(each.holder, each.ppm) for each in world.ownership.blocks("dear")] == [("beta-works", 1_000_000)]
    assert parts == {"ownership", "deals", "events"}


def test_nobody_gathers_who_does_not_want_to() -> None:
    sisters = {"refineries": {"dear": {"company": "beta"}}}
    world = tiny(rows=sisters, parameters={"deals": {"restructuring_share": 1.0}})
    cast, _ = listening(world, {(ANYBODY, "restructure"): "leave"})

    parts = touched(world, lambda: restructure(world, cast, seen(world)))

    assert parts == set()
