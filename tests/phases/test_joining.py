"""Joint ventures: who is asked, who pays what, who holds what, and what a run with and without them shows."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases import joining
from sim.phases.applying import pledge, unspent
from sim.phases.founding import found_plants
from sim.phases.investing import break_ground, plan_of
from sim.phases.joining import (
    Answer,
    Backing,
    Venture,
    compensation,
    found_venture,
    holders_of,
    partners_for,
    seek_partner,
    weigh_joining,
)
from sim.phases.parts import alumina_gaps
from sim.phases.prospects import Prospects, Wish, prospects
from sim.phases.quarter import lasting_mill_prices
from sim.phases.ventures import movable, move_wish, weigh_moves
from sim.reasons.building import value_of_plan
from sim.strategy.funding import Payment
from sim.world.books import Groundbreaking
from sim.world.dealbook import CLOSED, VENTURE, Deal
from sim.world.owners import WHOLE_PPM
from sim.world.population import BUILDING
from sim.world.view import look
from tests.phases.playing import Played, fresh, play

EAGER: dict[str, Any] = {
    "building": {"private_hurdle_ratio": -0.9, "state_hurdle_ratio": -0.9, "partner_room_ratio": 0.3},
}
LEAD, PARTNER = "east-hope", "spic"


def wish(industry: Industry, group: str, old: int = -1) -> Wish:
    """Give a wish of one owner for 2 Mt on the coast of Guangxi."""
    return Wish(
        kind="move" if old >= 0 else "new",
        key="wished",
        group=industry.groups.row(group),
        region=industry.geography.regions.index("guangxi_coast"),
        row=-1,
        old=old,
        size_mt=2.0,
        counted_mt=0.0,
        capex_cny_per_t=3000.0,
        ratio=0.5,
        demanded=0.1,
        options={},
        facts={
            "cash_cost_cny_per_t": 2000.0,
            "price_today_cny_per_t": 3000.0,
            "price_expected_cny_per_t": 3000.0,
            "own_need_share": 0.0,
            "discount_per_year": 0.1,
        },
    )


def ready(**parameters: Any) -> tuple[Industry, Prospects]:
    """Give the baseline at the end of 2026 and what owners share then, its lead with little money."""
    industry = fresh(parameters=parameters)
    industry.step()
    purse(industry, LEAD, 1_500.0)
    return industry, prospects(industry, look(industry, lasting_mill_prices(industry)))


def purse(industry: Industry, group: str, room_mcny: float) -> None:
    """Let a group have some money to spend."""
    row = industry.groups.row(group)
    industry.groups.cash_mcny[row] = industry.credit.least_cash_mcny[row] + room_mcny
    industry.groups.debt_mcny[row] = industry.credit.debt_mcny[row]


def answer(industry: Industry, partner: str = PARTNER, share: float = 0.4) -> Answer:
    """Give the answer of one who joins."""
    return Answer(industry.groups.row(partner), share, 0.5, 0.1, 0.7, {})


def venture(lead: str = "chinalco", share: float = 0.4) -> Venture:
    """Give a venture of two owners."""
    ppm = {lead: round((1.0 - share) * WHOLE_PPM), "east-hope": round(share * WHOLE_PPM)}
    paid = Payment(0.0, 1500.0, 900.0)
    return Venture(
        "shore-venture", "Shore venture", ppm, "shore", 2.0, lead, "east-hope", share, paid, 400.0, 0.7
    )


def test_a_venture_belongs_to_its_leader_and_pays_its_partners() -> None:
    industry = fresh()
    industry.year = 2026
    group = industry.groups.row("chinalco")
    found_venture(industry, venture())
    where = industry.geography.regions.index("guangxi_coast")
    industry.broken_ground = [
        Groundbreaking("shore", "Shore", group, where, True, 2.0, 2028, 1.0, 2500.0, holder="shore-venture")
    ]
    industry.year = 2027
    found_plants(industry)

    top = industry.holdings.controllers(industry)
    assert (top["shore-venture"], top["shore"]) == ("chinalco", "chinalco")
    blocks = {block.holder: block.ppm for block in industry.ownership.blocks("shore-venture")}
    assert blocks == {"chinalco": 600_000, "east-hope": 400_000}
    assert [block.holder for block in industry.ownership.blocks("shore")] == ["shore-venture"]
    # of each tonne and each yuan of the plant, 40 % reach the partner
    interest = industry.holdings.of_groups(industry)[:, industry.refineries.row("shore")]
    assert interest[industry.groups.row("east-hope")] == pytest.approx(0.4)


def test_the_book_of_deals_says_who_joins_for_how_much() -> None:
    industry = fresh()
    found_venture(industry, venture())

    (deal,) = industry.deals
    assert (deal.kind, deal.buyer, deal.seller, deal.target) == (VENTURE, "chinalco", "east-hope", "shore")
    # paid 1,500 in cash and 900 from a loan; 400 of it to the leader
    assert deal.compensation_mcny == 400.0
    assert (deal.size_mt, deal.stake_share, deal.price_mcny, deal.offtake_mt) == (2.0, 0.4, 2400.0, 0.7)
    assert (deal.outcome, deal.hhi_step) == (CLOSED, 0.0)


def test_a_venture_that_its_leader_does_not_control_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="does not control the venture 'shore-venture'"):
        found_venture(fresh(), venture(share=0.5))


def test_partners_are_short_of_alumina_and_somebody_else() -> None:
    industry, shared = ready()
    gaps = alumina_gaps(industry)

    found = partners_for(industry, shared, wish(industry, PARTNER), gaps)

    assert len(found) > 3
    assert industry.groups.row(PARTNER) not in found
    assert (gaps[found] > 0.0).all()


def test_an_owner_with_a_full_purse_asks_nobody() -> None:
    industry, shared = ready()
    purse(industry, LEAD, 50_000.0)

    assert seek_partner(industry, shared, wish(industry, LEAD)).answers == ()


def test_an_owner_for_whom_the_plant_is_large_asks_and_is_left_with_what_it_can_pay() -> None:
    industry, shared = ready()
    for key in industry.groups.keys:
        if key != LEAD:
            purse(industry, key, 20_000.0)
    plan = wish(industry, LEAD)

    backing = seek_partner(industry, shared, plan)

    assert 0 < len(backing.answers) <= 3
    need = 3000.0 * 2.0 - pledge(industry, plan)
    for each in backing.answers:
        assert 0.2 <= each.share <= 0.49
        # whole per cents
        assert each.share * 100.0 == pytest.approx(round(each.share * 100.0))
        assert (1.0 - each.share) * need <= unspent(industry, plan.group) + 1e-6


def test_projects_of_the_register_and_inland_plants_get_no_partner() -> None:
    industry, shared = ready()
    plan = wish(industry, LEAD)
    inland = industry.geography.regions.index("shanxi")

    assert seek_partner(industry, shared, replace(plan, kind="project")).answers == ()
    assert seek_partner(industry, shared, replace(plan, region=inland)).answers == ()


def test_nobody_is_asked_where_partners_are_switched_off() -> None:
    industry, shared = ready(building={"partner_most_share": 0.0})

    assert seek_partner(industry, shared, wish(industry, LEAD)).answers == ()


def test_a_partner_short_of_alumina_values_its_part_more_than_one_who_is_not() -> None:
    industry, shared = ready()
    plan, row = wish(industry, LEAD), industry.groups.row(PARTNER)

    short = weigh_joining(industry, shared, plan, (row, 0.4, 0.8))
    full = weigh_joining(industry, shared, plan, (row, 0.4, 0.0))

    # 40 % of 2 Mt are 0.8 Mt, of which 0.8 Mt are needed
    assert short.facts["own_need_share"] == 1.0
    assert short.ratio > full.ratio
    # 0.4 of 2 Mt, as far as it can run
    assert short.offtake_mt == pytest.approx(0.8 * industry.parameters.pipeline.runnable_share)
    assert full.offtake_mt == 0.0


def test_a_partner_weighs_a_move_on_the_same_basis_as_its_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    industry, shared = ready()
    monkeypatch.setattr(joining, "venture_worth", lambda *_: np.array([5000.0]))
    plan = replace(wish(industry, LEAD), capex_cny_per_t=3500.0, given_up_cny_per_t=1200.0)

    found = weigh_joining(industry, shared, plan, (industry.groups.row(PARTNER), 0.49, 0.8))

    # alone: (5,000 - 1,200) / 3,500 - 1; the partner: (2,450 - 588) / 1,715 - 1
    alone = 3800.0 / 3500.0 - 1.0
    assert found.ratio == pytest.approx(alone)
    # the leader gets these 588: (2,550 - 1,200 + 588) / 1,785 - 1
    assert compensation(plan, 0.49) == pytest.approx(2.0 * 588.0)
    assert (2550.0 - 1200.0 + compensation(plan, 0.49) / 2.0) / 1785.0 - 1.0 == pytest.approx(alone)
    # 2 Mt x (1,715 + 588), of which 2 x 588 go to the leader
    assert found.facts["pays_mcny"] == pytest.approx(4606.0)
    assert found.facts["compensation_mcny"] == pytest.approx(1176.0)


def test_what_a_partner_weighs_in_a_real_move_comes_out_of_its_facts_again() -> None:
    industry, shared = ready()
    plants, rows = industry.refineries, movable(industry, shared.view)
    moves = weigh_moves(industry, shared, rows, plants.group[rows])
    plans = [move_wish(industry, shared, moves, at) for at in range(len(rows))]
    plan = max(plans, key=lambda each: each.given_up_cny_per_t)
    facts = plan.facts

    found = weigh_joining(industry, shared, plan, (industry.groups.row(PARTNER), 0.4, 0.8))

    lost = facts["hold_old_cny_per_t"] - facts["close_old_cny_per_t"]
    assert plan.given_up_cny_per_t == pytest.approx(facts["old_per_new_ratio"] * lost) != 0.0
    assert value_of_plan(found.facts, industry.parameters) == pytest.approx(found.ratio, rel=1e-11)


def test_a_partner_makes_up_for_its_part_of_the_old_plant_and_no_money_is_made() -> None:
    industry, shared = ready()
    for key in (LEAD, PARTNER):
        purse(industry, key, 4_000.0)
    plan = replace(wish(industry, LEAD), given_up_cny_per_t=1200.0)
    partner, book = industry.groups.row(PARTNER), industry.book
    net, dealt = industry.groups.cash_mcny - industry.groups.debt_mcny, book.deals_mcny.copy()

    break_ground(industry, shared, plan, answer(industry))

    left = industry.groups.cash_mcny - industry.groups.debt_mcny - net
    # 60 and 40 % of 6,000, and 960 from the partner to the leader; so each bears its part of 6,000 + 2,400 given up
    assert (left[plan.group], left[partner]) == pytest.approx((-3600.0 + 960.0, -2400.0 - 960.0))
    assert -left[plan.group] + 2400.0 == pytest.approx(0.6 * 8400.0)
    assert -left[partner] == pytest.approx(0.4 * 8400.0)
    moved = book.deals_mcny - dealt
    assert (moved[plan.group], moved[partner]) == pytest.approx((960.0, -960.0))
    assert moved.sum() == pytest.approx(0.0, abs=1e-9)
    deal = industry.deals[-1]
    assert (deal.price_mcny, deal.compensation_mcny) == pytest.approx((3360.0, 960.0))
    assert deal.paid_cash_mcny + deal.paid_debt_mcny == pytest.approx(3360.0)


def test_a_leader_bears_the_lost_security_of_its_old_plant_alone() -> None:
    industry, shared = ready()
    for key in industry.groups.keys:
        purse(industry, key, 20_000.0)
    old = industry.refineries.row("huajin-qingzhen")
    plan = replace(wish(industry, LEAD, old), given_up_cny_per_t=1200.0)
    finance = industry.parameters.finance
    lent = finance.leverage_limit_share * finance.refinery_asset_cny_per_t
    going = lent * float(industry.refineries.nameplate_mt[old])
    # alone: 6,000 less 2 Mt as security, and the old security is lost; 49 % take 0.49 x (6,000 + 2,400 - security) off
    least = 6000.0 - 2.0 * lent + going - 0.49 * (6000.0 + 2400.0 - 2.0 * lent)

    purse(industry, LEAD, least - 1.0)
    assert seek(industry, shared, plan).answers == ()
    purse(industry, LEAD, least + 1.0)
    assert {each.share for each in seek(industry, shared, plan).answers} == {0.49}


def seek(industry: Industry, shared: Prospects, plan: Wish) -> Backing:
    """Give what comes of looking for a partner where the leader holds all of the old plant."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "held_by_lead", lambda *_: 1.0)
        return seek_partner(industry, shared, plan)


def test_capex_is_booked_to_both_and_nothing_is_made_or_lost() -> None:
    industry, shared = ready()
    for key in (LEAD, PARTNER):
        purse(industry, key, 4_000.0)
    plan = wish(industry, LEAD)
    net = industry.groups.cash_mcny - industry.groups.debt_mcny
    booked = industry.book.capex_mcny.copy()

    break_ground(industry, shared, plan, answer(industry))

    spent = net - (industry.groups.cash_mcny - industry.groups.debt_mcny)
    # 3,000 CNY/t x 2 Mt: 60 % and 40 % of 6,000
    assert spent[plan.group] == pytest.approx(3600.0)
    assert spent[industry.groups.row(PARTNER)] == pytest.approx(2400.0)
    assert spent == pytest.approx(industry.book.capex_mcny - booked)
    assert industry.broken_ground[-1].holder == "wished-venture"
    assert industry.deals[-1].price_mcny == pytest.approx(2400.0)


def test_co_owners_of_a_plant_that_moves_keep_their_part_of_what_the_partner_leaves() -> None:
    industry, _ = ready()
    row = industry.refineries.row("huajin-qingzhen")
    node = industry.holdings.nodes(industry, industry.refineries.keys)[row]
    (company,) = (block.holder for block in industry.ownership.blocks(node))
    industry.ownership.transfer(industry.year, "part", company, LEAD, node, 200_000)

    held = holders_of(industry, wish(industry, "chinalco", old=row), answer(industry))

    # 80 and 20 % of the 60 % that the partner leaves
    assert held == {company: 480_000, LEAD: 120_000, PARTNER: 400_000}


@cache
def runs(most_share: float) -> tuple[Played, ...]:
    """Give eager runs with partners of at most some part."""
    parameters = {**EAGER, "building": {**EAGER["building"], "partner_most_share": most_share}}
    return tuple(play(6, seed, parameters=parameters) for seed in (1, 2, 3))


def ventures(most_share: float) -> list[tuple[Industry, Deal]]:
    """Give the ventures of the eager runs."""
    return [
        (run.industry, deal)
        for run in runs(most_share)
        for deal in run.industry.deals
        if deal.kind == VENTURE
    ]


def test_runs_with_partners_found_ventures_and_runs_without_found_none() -> None:
    assert len(ventures(0.49)) > 3
    assert not ventures(0.0)


def test_ventures_hold_the_plants_for_which_they_were_founded() -> None:
    for industry, deal in ventures(0.49):
        if deal.target not in industry.refineries.keys:
            continue
        row, top = industry.refineries.row(deal.target), industry.holdings.controllers(industry)
        assert industry.refineries.size_mt[row] == deal.size_mt
        assert (
            industry.refineries.project_stage[row] == BUILDING or industry.refineries.nameplate_mt[row] >= 0.0
        )
        assert top[deal.target] == industry.groups.keys[industry.refineries.group[row]]
        interest = industry.holdings.of_groups(industry)[industry.groups.row(deal.seller), row]
        assert interest >= deal.stake_share * 0.3


def test_the_graph_rebuilt_from_the_log_knows_every_venture() -> None:
    for industry, deal in ventures(0.49):
        rebuilt, live = industry.ownership.at(2100), industry.ownership.graph
        assert dict(rebuilt.nodes(data=True)) == dict(live.nodes(data=True))
        assert {(*e[:2], *e[2].items()) for e in rebuilt.edges(data=True)} == {
            (*e[:2], *e[2].items()) for e in live.edges(data=True)
        }
        assert any(change.deal == deal.id for change in industry.ownership.changes)


def test_all_laws_hold_in_runs_with_ventures() -> None:
    for run in runs(0.49):
        assert run.residuals["money by group"] < 1e-9
        assert run.residuals["stakes add up"] == 0.0


def test_who_was_asked_and_what_it_answered_is_on_record() -> None:
    joined = [
        (industry.year, decision.kind)
        for industry, _ in ventures(0.49)
        for decision in industry.decisions
        if decision.kind.startswith("join ") and decision.choice == "join"
    ]
    assert joined
    for industry, deal in ventures(0.49):
        (decision,) = [
            each
            for each in industry.decisions
            if each.kind == f"join {deal.target}" and each.choice == "join" and each.year == deal.year
        ]
        assert decision.agent == deal.seller
        assert decision.options["join"] > decision.options["stay out"]
        assert decision.margin == pytest.approx(decision.options["join"] - decision.options["stay out"])


def test_a_plan_without_a_partner_is_held_as_before() -> None:
    industry, shared = ready()
    plan = wish(industry, LEAD)

    assert plan_of(industry, shared, plan, 2028).holder == ""
