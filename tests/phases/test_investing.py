"""Investing: what owners wish for, what governments answer, what is paid, and what stands a year later."""

from typing import Any

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.founding import found_plants, reserved
from sim.phases.investing import decide_ventures
from sim.phases.prospects import prospects
from sim.phases.quarter import lasting_mill_prices
from sim.phases.ventures import best_moves, builders, wishes
from sim.policies.rulebook import Approval, SwapRule
from sim.world.population import BUILDING, PLANNED
from sim.world.view import View, look
from tests.phases.playing import Played, fresh, play

RICH_CNY_PER_T = 6000.0
EAGER = {"building": {"state_hurdle_ratio": -0.9, "private_hurdle_ratio": -0.9, "nerve_ratio": 0.0}}
READY = {"consent_logit": 10.0, "consent_slack_logit": 0.0}
FREE: list[dict[str, Any]] = []


def eager(price: float = RICH_CNY_PER_T, **overrides: Any) -> Industry:
    """Give an industry before investing, with high prices expected, rich owners and willing provinces."""
    parameters = {**EAGER, "approvals": READY, **overrides.pop("parameters", {})}
    industry = fresh(parameters=parameters, **overrides)
    industry.year, industry.book = 2026, industry.new_book()
    industry.prices.forward_cny_per_t = industry.prices.adaptive_cny_per_t = price
    industry.groups.cash_mcny[:] = 1e6
    return industry


def seen(industry: Industry) -> View:
    """Give what owners see when they invest."""
    return look(industry, lasting_mill_prices(industry))


def invest(industry: Industry) -> None:
    """Let owners and governments decide."""
    decide_ventures(industry, seen(industry))


def approved(industry: Industry) -> list[Any]:
    """Give the events of plants that were approved."""
    return [event for event in industry.events if event.kind in ("approve", "approve_blind")]


def limits(quota: float = 100.0, barred: tuple[str, ...] = (), ore: float = 0.0) -> Approval:
    """Give limits on new refineries."""
    return Approval(quota, barred, 1.0, ore, 50.0)


def strict(**changes: Any) -> SwapRule:
    """Give terms of replacing old capacity."""
    usual = {
        "ratio": 1.0,
        "runnable": False,
        "longest_idle_years": 99.0,
        "required": False,
        "subsidy_cny_per_t": 0.0,
        "weight_share": 1.0,
    }
    return SwapRule(**{**usual, **changes})


def test_owners_who_expect_a_high_price_build() -> None:
    industry = eager()

    invest(industry)

    assert len(industry.broken_ground) > 5
    assert {each.due_year for each in industry.broken_ground} == {2028}


def test_owners_who_expect_nothing_build_nothing() -> None:
    industry = eager(price=0.0)

    invest(industry)

    assert industry.broken_ground == []
    assert {each.choice for each in industry.decisions} == {"wait"}


def test_every_owner_that_can_build_puts_its_options_on_record() -> None:
    industry = eager(price=2700.0)
    able = builders(industry, seen(industry))

    invest(industry)

    owners = {industry.groups.keys[row] for row in able}
    assert owners <= {each.agent for each in industry.decisions}
    assert all("wait" in each.options and each.unit == "ratio" for each in industry.decisions)


def test_what_is_built_never_exceeds_the_quota() -> None:
    industry = eager()
    industry.rules = type(industry.rules)(approval=limits(5.0))

    invest(industry)

    moved = {each.key: each for each in industry.broken_ground if each.replaces >= 0}
    new = sum(event.amount for event in approved(industry) if event.counterpart not in moved)
    assert 0.0 < new <= 5.0 + 1e-9
    assert any(event.kind == "plan_denied" for event in industry.events)


def test_nothing_new_is_approved_in_a_barred_region() -> None:
    industry = eager()
    barred = tuple(name for name in industry.geography.regions if name != "liaoning")
    industry.rules = type(industry.rules)(approval=limits(barred=barred))

    invest(industry)

    places = {industry.geography.regions[each.region] for each in industry.broken_ground if each.replaces < 0}
    assert places == {"liaoning"}


def test_no_province_that_withholds_its_consent_gets_a_plant() -> None:
    industry = eager(parameters={"approvals": {"consent_logit": -10.0, "consent_jobs_logit": 0.0}})

    invest(industry)

    assert industry.broken_ground == []
    assert {each.choice for each in industry.decisions} <= {"refused", "wait"}


def test_an_owner_without_means_builds_nothing() -> None:
    industry = eager()
    industry.groups.cash_mcny[:] = 0.0
    industry.groups.debt_mcny[:] = 10.0 * industry.credit.debt_mcny + 1e6

    invest(industry)

    assert industry.broken_ground == []
    assert "no money" in {each.choice for each in industry.decisions}


def test_an_owner_pays_for_what_it_builds() -> None:
    industry = eager()
    before = industry.groups.cash_mcny - industry.groups.debt_mcny

    invest(industry)

    after = industry.groups.cash_mcny - industry.groups.debt_mcny
    assert industry.book.capex_mcny.sum() > 0.0
    assert before - after == pytest.approx(industry.book.capex_mcny)


def test_an_owner_builds_one_plant_of_its_own_at_a_time() -> None:
    industry = eager()
    invest(industry)
    first = {each.group for each in industry.broken_ground}
    industry.year += 1
    found_plants(industry)
    industry.book = industry.new_book()

    able = builders(industry, seen(industry))

    assert first
    assert not first & set(able.tolist())


def test_a_new_plant_is_a_row_an_agent_and_a_node_a_year_later() -> None:
    industry = eager()
    invest(industry)
    new = industry.broken_ground[0]
    rows, agents = len(industry.refineries), len(industry.cast.refineries)
    count = len(industry.broken_ground)
    industry.year += 1

    found_plants(industry)

    plants = industry.refineries
    row = plants.row(new.key)
    assert (len(plants), len(industry.cast.refineries)) == (rows + count, agents + count)
    assert industry.cast.refineries[row].row == row
    assert (plants.nameplate_mt[row], plants.size_mt[row]) == (0.0, new.size_mt)
    assert plants.project_stage[row] == BUILDING
    owner = industry.groups.keys[new.group]
    assert [block.holder for block in industry.ownership.blocks(new.key)] == [owner]
    assert industry.holdings.controllers(industry)[new.key] == owner


def test_a_planned_project_needs_luck_beside_value() -> None:
    industry = eager(parameters={"pipeline": {"planned_share": 0.0}})
    planned = industry.refineries.project_stage == PLANNED

    invest(industry)

    assert planned.any()
    assert (industry.refineries.project_stage[planned] == PLANNED).all()


def test_a_planned_project_that_goes_ahead_takes_two_years() -> None:
    industry = eager(parameters={"pipeline": {"planned_share": 1.0}})
    planned = np.flatnonzero(industry.refineries.project_stage == PLANNED)

    invest(industry)

    gone = planned[industry.refineries.project_stage[planned] == BUILDING]
    assert gone.size > 0
    assert (industry.refineries.due_year[gone] == 2028).all()


def test_a_plant_moves_to_a_shore_and_only_once() -> None:
    industry = eager()
    shared = prospects(industry, seen(industry))
    moves = best_moves(industry, shared, builders(industry, shared.view))

    assert moves
    assert all(industry.geography.shore[each.region] for each in moves.values())
    assert not any(industry.refineries.coastal[each.old] for each in moves.values())

    plants = industry.refineries
    one = next(iter(moves.values()))
    plants.replaces[-1], plants.project_stage[-1] = one.old, BUILDING
    assert reserved(plants)[one.old]
    again = best_moves(industry, shared, builders(industry, shared.view))
    assert one.old in {each.old for each in again.values()}  # the view was taken before
    fresh_view = prospects(industry, seen(industry))
    later = best_moves(industry, fresh_view, builders(industry, fresh_view.view))
    assert one.old not in {each.old for each in later.values()}


def test_a_plant_that_stood_idle_for_too_long_does_not_count() -> None:
    industry = eager()
    industry.refineries.idle_quarters[:] = 12
    industry.rules = type(industry.rules)(swap=strict(longest_idle_years=2.0))
    shared = prospects(industry, seen(industry))

    assert best_moves(industry, shared, builders(industry, shared.view)) == {}


def test_runnable_capacity_counts_for_less_than_nameplate() -> None:
    industry = eager()
    sizes = []
    for runnable in (False, True):
        industry.rules = type(industry.rules)(swap=strict(runnable=runnable))
        shared = prospects(industry, seen(industry))
        moves = best_moves(industry, shared, builders(industry, shared.view))
        sizes.append({each.old: each.counted_mt for each in moves.values()})

    both = sizes[0].keys() & sizes[1].keys()
    assert both
    assert all(sizes[1][old] < sizes[0][old] for old in both)


def test_a_subsidy_makes_a_move_cheaper_by_as_much() -> None:
    industry = eager()
    costs = []
    for subsidy in (0.0, 500.0):
        industry.rules = type(industry.rules)(swap=strict(subsidy_cny_per_t=subsidy))
        shared = prospects(industry, seen(industry))
        moves = best_moves(industry, shared, builders(industry, shared.view))
        costs.append({each.old: each.capex_cny_per_t for each in moves.values()})

    both = costs[0].keys() & costs[1].keys()
    assert both
    assert all(costs[0][old] - costs[1][old] == pytest.approx(500.0) for old in both)


def test_the_values_on_record_are_those_of_the_wishes() -> None:
    industry = eager(price=2800.0)
    shared = prospects(industry, seen(industry))
    for wish in wishes(industry, shared):
        assert wish.ratio == pytest.approx(
            max(value for name, value in wish.options.items() if name != "wait")
        )


@pytest.fixture(scope="module")
def building() -> Played:
    """A run in which much is built and moved, conservation watching."""
    return play(
        6,
        1,
        parameters={**EAGER, "approvals": READY},
        policies=[
            {"id": "move", "type": "swap", "start_year": 2026, "ratio": 1.0, "subsidy_cny_per_t": 2000.0}
        ],
    )


def test_a_run_that_builds_and_moves_keeps_every_law(building: Played) -> None:
    kinds = {event.kind for event in building.industry.events}

    assert {"approve_blind", "relocate", "start"} <= kinds
    assert max(building.residuals.values()) <= 1e-9


def test_a_moved_plant_shows_in_the_tables_under_its_key(building: Played) -> None:
    moved = [event for event in building.industry.events if event.kind == "relocate"]
    named = building.refineries[building.refineries["refinery"] == moved[0].counterpart]

    assert not named.empty
    assert named["nameplate_mt"].iloc[0] > 0.0
    old = building.refineries[building.refineries["refinery"] == moved[0].agent]
    assert old["state"].iloc[-1] == "exited"


def test_the_graph_rebuilt_from_the_log_is_the_live_one_with_new_plants(building: Played) -> None:
    ownership = building.industry.ownership

    rebuilt = ownership.at(building.industry.year)

    assert dict(rebuilt.nodes(data=True)) == dict(ownership.graph.nodes(data=True))
    assert {edge: rebuilt.edges[edge] for edge in rebuilt.edges} == {
        edge: dict(ownership.graph.edges[edge]) for edge in ownership.graph.edges
    }
