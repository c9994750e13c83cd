"""Investing: what owners wish for, what governments answer, what is paid, and what stands a year later."""

from typing import Any

import pytest

from sim.agents.cast import Minds
from sim.agents.decider import National, OwnerGroup, Province
from sim.choice import Case, Intent
from sim.decisions.build.applying import decide_ventures, wishes
from sim.phases.founding import found_plants
from sim.phases.preparing import new_book
from sim.policies.rulebook import Approval, SwapRule
from sim.sight.moving import best_moves, builders
from sim.sight.parts import reserved
from sim.sight.prospects import prospects
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.population import BUILDING, PLANNED
from sim.world.world import World
from tests.phases.playing import cast_of, fresh

RICH_CNY_PER_T = 6000.0
EAGER = {
    "building": {
        "state_hurdle_ratio": -0.9,
        "private_hurdle_ratio": -0.9,
        "least_ratio": -0.9,
        "nerve_ratio": 0.0,
    }
}
READY = {"consent_logit": 10.0, "consent_slack_logit": 0.0, "opposition_logit": 0.0}
FREE: list[dict[str, Any]] = []


def eager(price: float = RICH_CNY_PER_T, **overrides: Any) -> World:
    """Give an industry before investing, with high prices expected, rich owners, willing provinces, sites galore."""
    parameters = {**EAGER, "approvals": READY, **overrides.pop("parameters", {})}
    world = fresh(parameters=parameters, **overrides)
    world.year, world.book = 2026, new_book(world)
    world.prices.forward_cny_per_t = world.prices.adaptive_cny_per_t = price
    world.groups.cash_mcny[:] = 1e6
    world.surroundings.limits.room_mt[:] = float("inf")
    return world


def seen(world: World) -> View:
    """Give what owners see when they invest."""
    return look(world, lasting_mill_prices(world))


def invest(world: World, agents: Minds | None = None) -> None:
    """Let owners and governments decide."""
    decide_ventures(world, cast_of(world, agents), seen(world))


def approved(world: World) -> list[Any]:
    """Give the events of plants that were approved."""
    return [event for event in world.events if event.kind in ("approve", "approve_blind")]


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
    world = eager()

    invest(world)

    assert len(world.broken_ground) > 5
    assert {each.due_year for each in world.broken_ground} == {2028}


def test_owners_who_expect_nothing_build_nothing() -> None:
    world = eager(price=0.0)

    invest(world)

    assert world.broken_ground == []
    assert {each.choice for each in world.decisions} == {"wait"}


def test_a_project_that_is_due_and_not_begun_is_weighed_again_a_year_later() -> None:
    world = eager(price=0.0)
    planned = world.refineries.project_stage == PLANNED
    world.refineries.due_year[planned] = 2026

    invest(world)

    assert planned.any()
    assert set(world.refineries.due_year[planned].tolist()) == {2027}


def test_every_owner_that_can_build_puts_its_options_on_record() -> None:
    world = eager(price=2700.0)
    able = builders(world, seen(world))

    invest(world)

    owners = {world.groups.keys[row] for row in able}
    assert owners <= {each.agent for each in world.decisions}
    assert all("wait" in each.options and each.unit == "ratio" for each in world.decisions)


def test_what_is_built_never_exceeds_the_quota() -> None:
    world = eager()
    world.rules = type(world.rules)(approval=limits(5.0))

    invest(world)

    moved = {each.key: each for each in world.broken_ground if each.replaces >= 0}
    new = sum(event.amount for event in approved(world) if event.counterpart not in moved)
    assert 0.0 < new <= 5.0 + 1e-9
    assert any(event.kind == "plan_denied" for event in world.events)


def test_nothing_new_is_approved_in_a_barred_region() -> None:
    world = eager()
    barred = tuple(name for name in world.geography.regions if name != "liaoning")
    world.rules = type(world.rules)(approval=limits(barred=barred))

    invest(world)

    places = {world.geography.regions[each.region] for each in world.broken_ground if each.replaces < 0}
    assert places == {"liaoning"}


def test_no_province_that_withholds_its_consent_gets_a_plant() -> None:
    world = eager(parameters={"approvals": {"consent_logit": -10.0, "consent_jobs_logit": 0.0}})

    invest(world)

    assert world.broken_ground == []
    assert {each.choice for each in world.decisions} <= {"refused", "wait"}


def test_an_owner_without_means_builds_nothing() -> None:
    world = eager()
    world.groups.cash_mcny[:] = 0.0
    world.groups.debt_mcny[:] = 10.0 * world.credit.debt_mcny + 1e6

    invest(world)

    assert world.broken_ground == []
    assert "no money" in {each.choice for each in world.decisions}


def test_an_owner_pays_for_what_it_builds() -> None:
    world = eager()
    before = world.groups.cash_mcny - world.groups.debt_mcny

    invest(world)

    after = world.groups.cash_mcny - world.groups.debt_mcny
    assert world.book.capex_mcny.sum() > 0.0
    assert before - after == pytest.approx(world.book.capex_mcny)


def test_an_owner_builds_one_plant_of_its_own_at_a_time() -> None:
    world = eager()
    invest(world)
    first = {each.group for each in world.broken_ground}
    world.year += 1
    found_plants(world, cast_of(world))
    world.book = new_book(world)

    able = builders(world, seen(world))

    assert first
    assert not first & set(able.tolist())


def test_a_new_plant_is_a_row_an_agent_and_a_node_a_year_later() -> None:
    world = eager()
    invest(world)
    new = world.broken_ground[0]
    cast = cast_of(world)
    rows, agents = len(world.refineries), len(cast.refineries)
    count = len(world.broken_ground)
    world.year += 1

    found_plants(world, cast)

    plants = world.refineries
    row = plants.row(new.key)
    assert (len(plants), len(cast.refineries)) == (rows + count, agents + count)
    assert cast.refineries[row].row == row
    assert (plants.nameplate_mt[row], plants.size_mt[row]) == (0.0, new.size_mt)
    assert plants.project_stage[row] == BUILDING
    owner = world.groups.keys[new.group]
    assert [block.holder for block in world.ownership.blocks(new.key)] == [owner]
    assert world.holdings.controllers()[new.key] == owner


def test_a_plant_moves_to_a_shore_and_only_once() -> None:
    world = eager()
    shared = prospects(world, seen(world))
    moves = best_moves(world, shared, builders(world, shared.view))

    assert moves
    assert all(world.geography.shore[each.region] for each in moves.values())
    assert not any(world.refineries.coastal[each.old] for each in moves.values())

    plants = world.refineries
    one = next(iter(moves.values()))
    plants.replaces[-1], plants.project_stage[-1] = one.old, BUILDING
    assert reserved(plants)[one.old]
    again = best_moves(world, shared, builders(world, shared.view))
    assert one.old in {each.old for each in again.values()}  # the view was taken before
    fresh_view = prospects(world, seen(world))
    later = best_moves(world, fresh_view, builders(world, fresh_view.view))
    assert one.old not in {each.old for each in later.values()}


def test_a_plant_that_stood_idle_for_too_long_does_not_count() -> None:
    world = eager()
    world.refineries.idle_quarters[:] = 12
    world.rules = type(world.rules)(swap=strict(longest_idle_years=2.0))
    shared = prospects(world, seen(world))

    assert best_moves(world, shared, builders(world, shared.view)) == {}


def test_runnable_capacity_counts_for_less_than_nameplate() -> None:
    world = eager()
    sizes = []
    for runnable in (False, True):
        world.rules = type(world.rules)(swap=strict(runnable=runnable))
        shared = prospects(world, seen(world))
        moves = best_moves(world, shared, builders(world, shared.view))
        sizes.append({each.old: each.counted_mt for each in moves.values()})

    both = sizes[0].keys() & sizes[1].keys()
    assert both
    assert all(sizes[1][old] < sizes[0][old] for old in both)


def test_a_subsidy_makes_a_move_cheaper_by_as_much() -> None:
    world = eager()
    costs = []
    for subsidy in (0.0, 500.0):
        world.rules = type(world.rules)(swap=strict(subsidy_cny_per_t=subsidy))
        shared = prospects(world, seen(world))
        moves = best_moves(world, shared, builders(world, shared.view))
        costs.append({each.old: each.capex_cny_per_t for each in moves.values()})

    both = costs[0].keys() & costs[1].keys()
    assert both
    assert all(costs[0][old] - costs[1][old] == pytest.approx(500.0) for old in both)


def test_the_values_on_record_are_those_of_the_wishes() -> None:
    world = eager(price=2800.0)
    shared = prospects(world, seen(world))
    for wish in wishes(world, shared):
        assert wish.ratio == pytest.approx(
            max(value for name, value in wish.options.items() if name != "wait")
        )


class Idler(OwnerGroup):
    """An owner that builds nothing."""

    def decide(self, view: object, case: Case) -> Intent:
        """Wait, whatever it is worth to build."""
        return case.take("wait") if case.kind in ("build", "move") else case.take()


class Builder(OwnerGroup):
    """An owner that applies for its best plan each year."""

    def decide(self, view: object, case: Case) -> Intent:
        """Apply, whatever it is worth."""
        return case.take("build") if case.kind in ("build", "move") else case.take()


class Strict(National):
    """A nation that approves nothing."""

    def decide(self, view: object, case: Case) -> Intent:
        """Deny, whatever the rules say."""
        return case.take("deny") if case.kind == "approve" else case.take()


class Lenient(National):
    """A nation that approves everything."""

    def decide(self, view: object, case: Case) -> Intent:
        """Approve, whatever the rules say."""
        return case.take("approve") if case.kind == "approve" else case.take()


class Hostile(Province):
    """A province that wants no plant."""

    def decide(self, view: object, case: Case) -> Intent:
        """Refuse, whatever the draw of the year."""
        return case.take("refuse") if case.kind == "consent" else case.take()


def chosen(world: World) -> set[str]:
    """Give what became of plans."""
    return {each.choice for each in world.decisions if each.kind in ("build", "move")}


def test_owners_of_ones_own_that_wait_build_nothing_though_it_pays() -> None:
    world = eager()

    invest(world, {OwnerGroup: Idler})

    assert world.broken_ground == []
    assert chosen(world) == {"wait"}
    assert any(each.margin > 0.0 for each in world.decisions)


def test_owners_of_ones_own_that_apply_are_heard_though_it_does_not_pay() -> None:
    world = eager(price=0.0)

    invest(world, {OwnerGroup: Builder})

    built = [each for each in world.decisions if each.choice == "build"]
    assert built
    assert all(each.margin < 0.0 for each in built)
    assert "wait" not in chosen(world)


def test_a_nation_of_ones_own_denies_what_its_rules_allow_and_allows_what_they_bar() -> None:
    free, barred = eager(), eager()
    barred.rules = type(barred.rules)(approval=limits(quota=0.0))

    invest(free, {National: Strict})
    invest(barred, {National: Lenient})

    assert free.broken_ground == []
    assert "denied" in chosen(free)
    assert any(each.replaces < 0 for each in barred.broken_ground)
    assert "denied" not in chosen(barred)


def test_a_province_of_ones_own_withholds_its_consent() -> None:
    world = eager()

    invest(world, {Province: Hostile})

    assert world.broken_ground == []
    assert "refused" in chosen(world)
    assert any(event.kind == "plan_refused" for event in world.events)


def test_the_record_says_where_each_idea_would_stand_and_what_would_go_for_it() -> None:
    world = eager(price=2700.0)

    invest(world)

    moves = [each for each in world.decisions if each.kind == "move"]
    assert moves
    for each in world.decisions:
        assert each.sites.keys() == each.options.keys() - {"wait"}
        assert all(site.region in world.geography.regions for site in each.sites.values())
    for each in moves:
        assert {site.replaces for site in each.sites.values()} - {""} <= set(world.refineries.keys)
        assert any(site.replaces for site in each.sites.values())
