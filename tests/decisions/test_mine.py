"""Mines of one's own: who takes a stake, what it pays, when the mine ships, and what that takes out of trade."""

from typing import Any

import numpy as np
import pytest

from sim.choice import Case
from sim.decisions.mine import LEAVE_IT, MINE, TAKE_IT, stakes_on_offer, take_mines
from sim.industry import Industry, release
from sim.phases.quarter import taken_mt
from sim.phases.smelting import start_potlines
from sim.reasons.record import record_of
from sim.reasons.verdict import verdict
from sim.run import Run, run
from sim.scenario.load import Scenario, load
from sim.world.world import World
from tests.phases.playing import asked_in, fresh

LOOKING = {"mining": {"search_share": 1.0}}


def scenario(**overrides: Any) -> Scenario:
    """Give the shipped industry of custom plants, in which every group looks for a mine."""
    return load("copper_baseline", **{"years": {"end_year": 2028}, "parameters": LOOKING, **overrides})


def looking() -> World:
    """Give its world after a year in which no mine was taken, with money for all."""
    industry = Industry(scenario(parameters={"mining": {"search_share": 0.0}}), 1)
    industry.step()
    release(industry)
    world = industry.world
    world.spec = scenario().spec
    world.parameters = scenario().spec.parameters
    return world


def offer(world: World, way: str = "") -> list[Case]:
    """Let groups take stakes and give what they were asked."""
    return asked_in(take_mines, world, way)


@pytest.fixture(scope="module")
def finished() -> Run:
    return run(scenario(), 1)


def test_worth_is_that_of_the_equation() -> None:
    world = looking()
    case = offer(world)[0]
    facts, terms = case.facts, world.parameters
    rate, margin = (
        facts["discount_per_year"],
        facts["metal_lasting_cny_per_t"] - facts["mining_cny_per_t"] - facts["paid_lasting_cny_per_t"],
    )
    years = np.arange(1, int(terms.building.life_years) + 1) + facts["lead_years"]
    earned = margin * ((1.0 + rate) ** -years).sum() / (1.0 + terms.market.vat_share)

    assert case.options[TAKE_IT] == pytest.approx(
        earned - facts["capex_cny_per_t"] * (1.0 + facts["hurdle_ratio"])
    )
    assert case.options[LEAVE_IT] == 0.0


def test_a_lower_fee_makes_a_mine_worth_more() -> None:
    facts = offer(looking())[0].facts
    terms = looking().parameters
    lower = {**facts, "paid_lasting_cny_per_t": facts["paid_lasting_cny_per_t"] - 1000.0}

    assert MINE.gap(lower, terms) > MINE.gap(facts, terms)


def test_a_group_that_leaves_every_stake_changes_nothing_and_is_on_record_with_it() -> None:
    world = looking()
    before, cash = world.ownership.version, world.groups.cash_mcny.copy()

    asked = offer(world, LEAVE_IT)

    assert any(case.best == TAKE_IT for case in asked)
    assert world.ownership.version == before
    assert world.groups.cash_mcny.tolist() == cash.tolist()
    told = [each for each in world.decisions if each.kind.startswith("mine ")]
    assert [(each.agent, each.choice) for each in told] == [(case.agent, LEAVE_IT) for case in asked]


def test_who_takes_a_stake_pays_for_it_and_controls_more_of_its_feed() -> None:
    world = looking()
    spent, control, on_offer = (
        world.book.capex_mcny.copy(),
        world.ore_control.copy(),
        len(stakes_on_offer(world)),
    )

    taken = [case for case in offer(world) if case.best == TAKE_IT]

    assert taken
    assert len(stakes_on_offer(world)) == on_offer - len(taken)
    for case in taken:
        group, row = world.groups.keys.index(case.agent), world.smelters.row(case.about)
        price = case.facts["stake_mt"] * case.facts["capex_cny_per_t"]
        assert world.book.capex_mcny[group] - spent[group] == pytest.approx(price)
        assert world.ore_control[group] > control[group]
        assert world.holdings.controllers()[case.about] == case.agent
        assert world.smelters.group[row] == group
        assert world.smelters.due_year[row] == world.year + case.facts["lead_years"]


def test_a_group_may_not_take_a_stake_that_it_cannot_pay() -> None:
    world = looking()
    world.groups.cash_mcny[:] = 0.0
    world.credit.debt_mcny[:] = 0.0

    asked = offer(world, TAKE_IT)

    assert asked
    assert all(list(case.margins) == [LEAVE_IT] for case in asked)


def test_a_mine_that_is_due_ships_as_much_as_the_stake_gives_and_trade_has_so_much_less() -> None:
    world = looking()
    row = next(row for row in stakes_on_offer(world) if world.pack.smelters[row].ships)
    size, scale = world.pack.smelters[row].offered_mt, world.opening_smelting_mt
    world.smelters.due_year[row] = world.year

    start_potlines(world)

    assert world.smelters.capacity_mt[row] == size
    assert taken_mt(world) == pytest.approx(size)
    grown = (1.0 + world.parameters.market.metal_growth_per_year) ** (world.year - world.pack.base_year)
    assert (world.opening_smelting_mt - scale) * grown == pytest.approx(size)


def test_the_facts_on_record_give_every_answer_again_and_each_tipping_value_tips_it(finished: Run) -> None:
    record = record_of(finished)
    mines = [each for each in record.decisions if each.kind.startswith("mine ")]

    assert {each.choice for each in mines} == {TAKE_IT, LEAVE_IT}
    for each in mines:
        payable = each.facts["stake_mt"] * each.facts["capex_cny_per_t"] <= each.facts["room_mcny"]
        takes = MINE.gap(each.facts, record.parameters) > 0.0 and payable
        assert each.choice == (TAKE_IT if takes else LEAVE_IT)
    for told in (verdict(each, record) for each in mines if each.choice == TAKE_IT):
        assert told.tippings
        for way in told.tippings:
            if way.name in told.decision.facts:
                facts = {**told.decision.facts, way.name: way.tipped}
                assert MINE.gap(facts, record.parameters) == pytest.approx(0.0, abs=1e-3)


def test_a_licence_that_asks_for_more_mines_approves_less_and_says_what_would_have_let_a_plan_pass(
    finished: Run,
) -> None:
    """At today's fee nobody builds at what a plant costs today, so plants are cheap here."""
    policy = {"id": "approvals", "type": "approval_quota", "start_year": 2026, "quota_mt": 200.0}
    cheap = {**LOOKING, "pipeline": {"capex_cny_per_t": 2000.0}}
    free, asked = (
        run(scenario(policies=[{**policy, "ore_control_share": share}], parameters=cheap), 1)
        for share in (0.0, 0.9)
    )

    assert asked.years["approved_mt"].sum() < free.years["approved_mt"].sum()
    told = str(asked.explain("tongling"))
    assert "that its owner controls been" in told


def test_an_industry_without_stakes_on_offer_asks_nobody() -> None:
    world = fresh()

    assert stakes_on_offer(world) == []
    assert offer(world) == []
