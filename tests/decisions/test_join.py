"""Joint ventures: who is asked, who pays what, who holds what, and what a run with and without them shows."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.agents.decider import OwnerGroup
from sim.choice import DECISIONS, Case, Intent
from sim.decisions import join, plans
from sim.decisions.build.ground import break_ground, groundbreaking_of, holders_of
from sim.decisions.join import (
    Backing,
    JoinFacts,
    Part,
    case_of,
    compensation,
    note_answers,
    part_of,
    partners_for,
    seek_partner,
)
from sim.sight.moving import movable, move_wishes, weigh_moves
from sim.sight.parts import alumina_gaps
from sim.sight.prospects import Prospects, Wish, pledge, prospects, unspent
from sim.sight.view import lasting_mill_prices, look
from sim.world.dealbook import VENTURE, Deal
from sim.world.population import BUILDING
from sim.world.world import World
from tests.phases.playing import Played, after_a_year, cast_of, play

EAGER: dict[str, Any] = {
    "building": {
        "least_ratio": -0.9,
        "private_hurdle_ratio": -0.9,
        "state_hurdle_ratio": -0.9,
        "partner_room_ratio": 0.3,
    },
}
LEAD, PARTNER = "east-hope", "spic"


def wish(world: World, group: str, old: int = -1) -> Wish:
    """Give a wish of one owner for 2 Mt on the coast of Guangxi."""
    return Wish(
        kind="move" if old >= 0 else "new",
        key="wished",
        group=world.groups.row(group),
        region=world.geography.regions.index("guangxi_coast"),
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
            "open_share": 1.0,
        },
    )


def ready(**parameters: Any) -> tuple[World, Prospects]:
    """Give the baseline at the end of 2026 and what owners share then, its lead with little money."""
    world = after_a_year(parameters=parameters)
    purse(world, LEAD, 1_500.0)
    return world, prospects(world, look(world, lasting_mill_prices(world)))


def purse(world: World, group: str, room_mcny: float) -> None:
    """Let a group have some money to spend."""
    row = world.groups.row(group)
    world.groups.cash_mcny[row] = world.credit.least_cash_mcny[row] + room_mcny
    world.groups.debt_mcny[row] = world.credit.debt_mcny[row]


def part(world: World, partner: str = PARTNER, share: float = 0.4) -> Part:
    """Give the part of one who joins."""
    return Part(world.groups.row(partner), share, 0.7)


def test_partners_are_short_of_alumina_and_somebody_else() -> None:
    world, shared = ready()
    gaps = alumina_gaps(world)

    found = partners_for(world, shared, wish(world, PARTNER), gaps)

    assert len(found) > 3
    assert world.groups.row(PARTNER) not in found
    assert (gaps[found] > 0.0).all()


def test_an_owner_with_a_full_purse_asks_nobody() -> None:
    world, shared = ready()
    purse(world, LEAD, 50_000.0)

    assert seek_partner(world, cast_of(world), shared, wish(world, LEAD)).answers == ()


def test_an_owner_for_whom_the_plant_is_large_asks_and_is_left_with_what_it_can_pay() -> None:
    world, shared = ready()
    for key in world.groups.keys:
        if key != LEAD:
            purse(world, key, 20_000.0)
    plan = wish(world, LEAD)

    backing = seek_partner(world, cast_of(world), shared, plan)

    assert 0 < len(backing.answers) <= 3
    need = 3000.0 * 2.0 - pledge(world, plan)
    for each in backing.answers:
        share = each.part.share
        assert 0.2 <= share <= 0.49
        # whole per cents
        assert share * 100.0 == pytest.approx(round(share * 100.0))
        assert (1.0 - share) * need <= unspent(world, plan.group) + 1e-6


def test_projects_of_the_register_and_inland_plants_get_no_partner() -> None:
    world, shared = ready()
    plan = wish(world, LEAD)
    inland = world.geography.regions.index("shanxi")

    assert seek_partner(world, cast_of(world), shared, replace(plan, kind="project")).answers == ()
    assert seek_partner(world, cast_of(world), shared, replace(plan, region=inland)).answers == ()


def test_nobody_is_asked_where_partners_are_switched_off() -> None:
    world, shared = ready(building={"partner_most_share": 0.0})

    assert seek_partner(world, cast_of(world), shared, wish(world, LEAD)).answers == ()


def test_a_partner_short_of_alumina_values_its_part_more_than_one_who_is_not() -> None:
    world, shared = ready()
    plan, row = wish(world, LEAD), world.groups.row(PARTNER)

    short, full = (case_of(world, shared, plan, (row, 0.4, gap)) for gap in (0.8, 0.0))

    # 40 % of 2 Mt are 0.8 Mt, of which 0.8 Mt are needed
    assert short.facts["own_need_share"] == 1.0
    assert short.options["join"] > full.options["join"]
    # 0.4 of 2 Mt, as far as it can run
    offtakes = [part_of(world, plan, (row, 0.4, gap)).offtake_mt for gap in (0.8, 0.0)]
    assert offtakes == pytest.approx([0.8 * world.parameters.pipeline.runnable_share, 0.0])


def test_a_partner_weighs_a_move_on_the_same_basis_as_its_leader(monkeypatch: pytest.MonkeyPatch) -> None:
    world, shared = ready()
    monkeypatch.setattr(plans, "venture_worth", lambda *_: np.array([5000.0]))
    plan = replace(wish(world, LEAD), capex_cny_per_t=3500.0, given_up_cny_per_t=1200.0)
    plan.facts.update(
        hold_old_cny_per_t=1200.0, close_old_cny_per_t=0.0, old_per_new_ratio=1.0, subsidy_cny_per_t=0.0
    )

    found = case_of(world, shared, plan, (world.groups.row(PARTNER), 0.49, 0.8))

    # alone: (5,000 - 1,200) / 3,500 - 1; the partner: (2,450 - 588) / 1,715 - 1
    alone = 3800.0 / 3500.0 - 1.0
    assert found.options["join"] == pytest.approx(alone)
    # the leader gets these 588: (2,550 - 1,200 + 588) / 1,785 - 1
    assert compensation(plan, 0.49) == pytest.approx(2.0 * 588.0)
    assert (2550.0 - 1200.0 + compensation(plan, 0.49) / 2.0) / 1785.0 - 1.0 == pytest.approx(alone)
    # 2 Mt x (1,715 + 588), of which 2 x 588 go to the leader
    assert found.facts["pays_mcny"] == pytest.approx(4606.0)
    assert found.facts["compensation_mcny"] == pytest.approx(1176.0)


def test_what_a_partner_weighs_in_a_real_move_comes_out_of_its_facts_again() -> None:
    world, shared = ready()
    plants, rows = world.refineries, movable(world, shared.view)
    moves = weigh_moves(world, shared, rows, plants.group[rows])
    moved = move_wishes(world, shared, moves, range(len(rows)))
    plan = max(moved, key=lambda each: each.given_up_cny_per_t)
    facts = plan.facts

    found = case_of(world, shared, plan, (world.groups.row(PARTNER), 0.4, 0.8))

    lost = facts["hold_old_cny_per_t"] - facts["close_old_cny_per_t"]
    assert plan.given_up_cny_per_t == pytest.approx(facts["old_per_new_ratio"] * lost) != 0.0
    facts_again = JoinFacts.of(found.facts)
    assert facts_again is not None
    again = DECISIONS.get("join").weigh(facts_again, world.parameters)
    assert {name: float(each[0]) for name, each in again.items()} == pytest.approx(found.options, rel=1e-11)


def test_a_partner_makes_up_for_its_part_of_the_old_plant_and_no_money_is_made() -> None:
    world, shared = ready()
    for key in (LEAD, PARTNER):
        purse(world, key, 4_000.0)
    plan = replace(wish(world, LEAD), given_up_cny_per_t=1200.0)
    partner, book = world.groups.row(PARTNER), world.book
    net, dealt = world.groups.cash_mcny - world.groups.debt_mcny, book.deals_mcny.copy()

    break_ground(world, shared, plan, part(world))

    left = world.groups.cash_mcny - world.groups.debt_mcny - net
    # 60 and 40 % of 6,000, and 960 from the partner to the leader; so each bears its part of 6,000 + 2,400 given up
    assert (left[plan.group], left[partner]) == pytest.approx((-3600.0 + 960.0, -2400.0 - 960.0))
    assert -left[plan.group] + 2400.0 == pytest.approx(0.6 * 8400.0)
    assert -left[partner] == pytest.approx(0.4 * 8400.0)
    moved = book.deals_mcny - dealt
    assert (moved[plan.group], moved[partner]) == pytest.approx((960.0, -960.0))
    assert moved.sum() == pytest.approx(0.0, abs=1e-9)
    deal = world.deals[-1]
    assert (deal.price_mcny, deal.compensation_mcny) == pytest.approx((3360.0, 960.0))
    assert deal.paid_cash_mcny + deal.paid_debt_mcny == pytest.approx(3360.0)


def test_a_leader_bears_the_lost_security_of_its_old_plant_alone() -> None:
    world, shared = ready()
    for key in world.groups.keys:
        purse(world, key, 20_000.0)
    old = world.refineries.row("huajin-qingzhen")
    plan = replace(wish(world, LEAD, old), given_up_cny_per_t=1200.0)
    finance = world.parameters.finance
    lent = finance.leverage_limit_share * finance.refinery_asset_cny_per_t
    going = lent * float(world.refineries.nameplate_mt[old])
    # alone: 6,000 less 2 Mt as security, and the old security is lost; 49 % take 0.49 x (6,000 + 2,400 - security) off
    least = 6000.0 - 2.0 * lent + going - 0.49 * (6000.0 + 2400.0 - 2.0 * lent)

    purse(world, LEAD, least - 1.0)
    assert seek(world, shared, plan).answers == ()
    purse(world, LEAD, least + 1.0)
    assert {each.part.share for each in seek(world, shared, plan).answers} == {0.49}


def seek(world: World, shared: Prospects, plan: Wish) -> Backing:
    """Give what comes of looking for a partner where the leader holds all of the old plant."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(join, "held_by_lead", lambda *_: 1.0)
        return seek_partner(world, cast_of(world), shared, plan)


def test_capex_is_booked_to_both_and_nothing_is_made_or_lost() -> None:
    world, shared = ready()
    for key in (LEAD, PARTNER):
        purse(world, key, 4_000.0)
    plan = wish(world, LEAD)
    net = world.groups.cash_mcny - world.groups.debt_mcny
    booked = world.book.capex_mcny.copy()

    break_ground(world, shared, plan, part(world))

    spent = net - (world.groups.cash_mcny - world.groups.debt_mcny)
    # 3,000 CNY/t x 2 Mt: 60 % and 40 % of 6,000
    assert spent[plan.group] == pytest.approx(3600.0)
    assert spent[world.groups.row(PARTNER)] == pytest.approx(2400.0)
    assert spent == pytest.approx(world.book.capex_mcny - booked)
    assert world.broken_ground[-1].holder == "wished-venture"
    assert world.deals[-1].price_mcny == pytest.approx(2400.0)


def test_co_owners_of_a_plant_that_moves_keep_their_part_of_what_the_partner_leaves() -> None:
    world, _ = ready()
    row = world.refineries.row("huajin-qingzhen")
    node = world.holdings.nodes(world.refineries.keys)[row]
    (company,) = (block.holder for block in world.ownership.blocks(node))
    world.ownership.transfer(world.year, "part", company, LEAD, node, 200_000)

    held = holders_of(world, wish(world, "chinalco", old=row), part(world))

    # 80 and 20 % of the 60 % that the partner leaves
    assert held == {company: 480_000, LEAD: 120_000, PARTNER: 400_000}


@cache
def runs(most_share: float) -> tuple[Played, ...]:
    """Give eager runs with partners of at most some part."""
    parameters = {**EAGER, "building": {**EAGER["building"], "partner_most_share": most_share}}
    return tuple(play(6, seed, parameters=parameters) for seed in (1, 2, 3))


def ventures(most_share: float) -> list[tuple[World, Deal]]:
    """Give the ventures of the eager runs."""
    return [(run.world, deal) for run in runs(most_share) for deal in run.world.deals if deal.kind == VENTURE]


def test_runs_with_partners_found_ventures_and_runs_without_found_none() -> None:
    assert ventures(0.49)
    assert not ventures(0.0)


def test_ventures_hold_the_plants_for_which_they_were_founded() -> None:
    for world, deal in ventures(0.49):
        if deal.target not in world.refineries.keys:
            continue
        row, top = world.refineries.row(deal.target), world.holdings.controllers()
        assert world.refineries.size_mt[row] == deal.size_mt
        assert world.refineries.project_stage[row] == BUILDING or world.refineries.nameplate_mt[row] >= 0.0
        assert top[deal.target] == world.groups.keys[world.refineries.group[row]]
        interest = world.holdings.of_groups(world.refineries.keys)[world.groups.row(deal.seller), row]
        assert interest >= deal.stake_share * 0.3


def test_the_graph_rebuilt_from_the_log_knows_every_venture() -> None:
    for world, deal in ventures(0.49):
        rebuilt, live = world.ownership.at(2100), world.ownership.graph
        assert dict(rebuilt.nodes(data=True)) == dict(live.nodes(data=True))
        assert {(*e[:2], *e[2].items()) for e in rebuilt.edges(data=True)} == {
            (*e[:2], *e[2].items()) for e in live.edges(data=True)
        }
        assert any(change.deal == deal.id for change in world.ownership.changes)


def test_all_laws_hold_in_runs_with_ventures() -> None:
    for run in runs(0.49):
        assert run.residuals["money by group"] < 1e-9
        assert run.residuals["stakes add up"] == 0.0


def test_who_was_asked_and_what_it_answered_is_on_record() -> None:
    joined = [
        (world.year, decision.kind)
        for world, _ in ventures(0.49)
        for decision in world.decisions
        if decision.kind.startswith("join ") and decision.choice == "join"
    ]
    assert joined
    for world, deal in ventures(0.49):
        (decision,) = [
            each
            for each in world.decisions
            if each.kind == f"join {deal.target}" and each.choice == "join" and each.year == deal.year
        ]
        assert decision.agent == deal.seller
        assert decision.options["join"] > decision.options["stay out"]
        assert decision.margin == pytest.approx(decision.options["join"] - decision.options["stay out"])


def test_a_plan_without_a_partner_is_held_as_before() -> None:
    world, _ = ready()
    plan = wish(world, LEAD)

    assert groundbreaking_of(world, plan, 2028).holder == ""


class Hermit(OwnerGroup):
    """An owner that joins nobody."""

    def decide(self, view: object, case: Case) -> Intent:
        """Stay out, whatever the part is worth."""
        return case.take("stay out") if case.kind == "join" else case.take()


class Joiner(OwnerGroup):
    """An owner that joins whoever asks."""

    def decide(self, view: object, case: Case) -> Intent:
        """Join, whatever the part is worth."""
        return case.take("join") if case.kind == "join" else case.take()


@pytest.mark.parametrize(("mind", "asked"), [(Hermit, 3), (Joiner, 1)])
def test_an_agent_of_ones_own_answers_for_the_partner(mind: type[OwnerGroup], asked: int) -> None:
    world, shared = ready()
    for key in world.groups.keys:
        if key != LEAD:
            purse(world, key, 20_000.0)

    backing = seek_partner(world, cast_of(world, {OwnerGroup: mind}), shared, wish(world, LEAD))
    note_answers(world, backing)

    # three are asked as long as nobody joins, and the first who joins ends the search
    assert len(backing.answers) == asked
    assert (backing.partner is not None) == (mind is Joiner)
    answers = [each for each in world.decisions if each.kind == "join wished"][-asked:]
    assert {each.choice for each in answers} == {"join" if mind is Joiner else "stay out"}
    for each in answers:
        lead = each.options["join"] - each.options["stay out"]
        assert each.margin == (lead if mind is Joiner else -lead)
