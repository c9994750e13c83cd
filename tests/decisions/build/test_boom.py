"""A building boom: means, approvals, one plant at a time, and all laws under a building boom."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.decisions.build.applying import decide_ventures
from sim.policies.rulebook import Approval
from sim.sight.parts import reserved
from sim.sight.prospects import Wish, application, means, prospects
from sim.sight.view import lasting_mill_prices, look
from sim.world.world import World
from tests.phases.playing import Played, after_a_year, cast_of, play

EAGER: dict[str, Any] = {
    "building": {"least_ratio": -0.9, "private_hurdle_ratio": -0.9, "state_hurdle_ratio": -0.9},
    "pipeline": {"capex_cny_per_t": 1000.0, "planned_share": 1.0},
}


def wish(world: World, group: int, size_mt: float = 2.0, old: int = -1) -> Wish:
    """Give a wish of one owner for a plant on the coast of Guangxi."""
    return Wish(
        kind="move" if old >= 0 else "new",
        key="wished",
        group=group,
        region=world.geography.regions.index("guangxi_coast"),
        row=-1,
        old=old,
        size_mt=size_mt,
        counted_mt=size_mt if old >= 0 else 0.0,
        capex_cny_per_t=3000.0,
        ratio=0.5,
        demanded=0.1,
        options={},
        facts={},
    )


def ready() -> World:
    """Give the baseline at the end of 2026, its first owner with simple accounts."""
    world = after_a_year()
    group = int(world.refineries.group[0])
    world.groups.cash_mcny[group], world.groups.debt_mcny[group] = 1000.0, 5000.0
    world.credit.least_cash_mcny[group], world.credit.debt_mcny[group] = 400.0, 6000.0
    return world


def test_an_owner_can_spend_spare_cash_credit_and_what_the_new_plant_secures() -> None:
    world = ready()
    group, finance = int(world.refineries.group[0]), world.parameters.finance
    secured = finance.leverage_limit_share * finance.refinery_asset_cny_per_t * 2.0

    # 1,000 - 400 of cash, 6,000 - 5,000 of credit
    assert means(world, wish(world, group)) == pytest.approx(1600.0 + secured)


def test_an_old_plant_that_goes_is_no_longer_security() -> None:
    world = ready()
    group, finance = int(world.refineries.group[0]), world.parameters.finance
    world.refineries.nameplate_mt[0] = 1.5
    secured = finance.leverage_limit_share * finance.refinery_asset_cny_per_t * (2.0 - 1.5)

    assert means(world, wish(world, group, old=0)) == pytest.approx(1600.0 + secured)


def test_missing_cash_and_debt_beyond_the_limit_come_off_what_can_be_spent() -> None:
    world = ready()
    group, finance = int(world.refineries.group[0]), world.parameters.finance
    world.groups.cash_mcny[group], world.groups.debt_mcny[group] = 100.0, 6500.0
    secured = finance.leverage_limit_share * finance.refinery_asset_cny_per_t * 2.0

    # 300 short of the least cash, 500 over the limit
    assert means(world, wish(world, group)) == pytest.approx(secured - 800.0)


def test_an_application_to_move_inside_a_province_says_so() -> None:
    world = ready()
    shared = prospects(world, look(world, lasting_mill_prices(world)))
    places = world.geography.regions
    region = world.refineries.region
    near, far = (
        int(np.flatnonzero(region == places.index(name))[0]) for name in ("guangxi_inland", "shanxi")
    )

    local = [application(world, shared, wish(world, 0, old=old)).local_share for old in (near, far, -1)]

    assert local == [1.0, 0.0, 0.0]


@cache
def boom() -> tuple[Played, list[tuple[int, str, list[str]]]]:
    """Give six years in which everybody wants to build, and the old plants that went before their time."""
    gone: list[tuple[int, str, list[str]]] = []

    def watch(world: World, phase: str) -> None:
        plants = world.refineries
        lost = np.flatnonzero(reserved(plants) & (plants.nameplate_mt <= 0.0))
        if lost.size:
            gone.append((world.year, phase, [plants.keys[row] for row in lost]))

    return play(6, 2, watch, parameters=EAGER), gone


def test_every_law_holds_through_a_building_boom() -> None:
    played, _ = boom()

    assert (played.world.refineries.founded_year > 0).sum() > 10
    assert max(played.residuals.values()) < 1e-6


def test_what_is_approved_adds_up_to_what_joins_the_world() -> None:
    world = boom()[0].world
    plants, approved = world.refineries, {}
    for event in world.events:
        if event.kind in ("approve", "approve_blind"):
            approved[event.counterpart] = event.amount

    joined = {plants.keys[row]: plants.size_mt[row] for row in np.flatnonzero(plants.founded_year > 0)}
    last = {plant.key: plant.size_mt for plant in world.broken_ground}
    listed = {key for key in approved if key in plants.keys and plants.founded_year[plants.row(key)] == 0}
    assert {**joined, **last} == pytest.approx({key: mt for key, mt in approved.items() if key not in listed})


def test_years_tell_what_was_approved_and_how_much_of_it_blindly() -> None:
    played, _ = boom()
    years, events = played.years, played.world.events

    for row in years.itertuples():
        seen = {
            kind: sum(e.amount for e in events if e.kind == kind and e.year == row.year)
            for kind in ("approve", "approve_blind", "plan_refused")
        }
        total = seen["approve"] + seen["approve_blind"]
        assert row.approved_mt == pytest.approx(total)
        assert row.blind_share == pytest.approx(seen["approve_blind"] / total if total else 0.0)
        assert row.refused_mt == pytest.approx(seen["plan_refused"])


def test_no_owner_begins_two_plants_in_a_year() -> None:
    events = boom()[0].world.events
    begun = [(e.year, e.agent) for e in events if e.kind in ("approve", "approve_blind")]

    assert begun
    assert len({*begun}) == len(begun)


def test_a_plant_that_is_spoken_for_stays_until_the_new_one_starts() -> None:
    played, gone = boom()

    assert any(event.kind == "relocate" for event in played.world.events)
    assert gone == []


def test_capacity_abroad_counts_for_the_owners_that_control_it() -> None:
    world = boom()[0].world
    years = boom()[0].years
    top = world.holdings.controllers()
    mt = {row.id: world.importers.capacity_mt[at] for at, row in enumerate(world.pack.importers)}
    mine = sum(mt[row.id] for row in world.pack.importers if top[row.company] in world.groups.keys)

    assert 0.0 < mine < sum(mt.values())
    assert years["overseas_mt"].iloc[-1] == pytest.approx(mine)
    assert (years["cr5_with_overseas"] != years["cr5"]).all()


def with_quota(quota_mt: float) -> World:
    """Give an eager industry at the end of 2026 under a quota that has just been set."""
    world = after_a_year(parameters=EAGER)
    world.refineries.project_stage[:] = 0
    world.events.clear()
    world.broken_ground.clear()
    rules = Approval(
        quota_mt=quota_mt,
        barred_regions=(),
        barred_share=1.0,
        ore_control_share=0.0,
        energy_limit_gj_per_t=50.0,
    )
    world.rules = replace(world.rules, approval=rules)
    decide_ventures(world, cast_of(world), look(world, lasting_mill_prices(world)))
    return world


@pytest.mark.parametrize("quota", [0.0, 4.0])
def test_no_more_is_approved_than_the_quota_and_what_replaces_old_plants(quota: float) -> None:
    world = with_quota(quota)

    new = sum(plant.size_mt for plant in world.broken_ground if plant.replaces < 0)
    assert new <= quota + 1e-9
    assert any(event.kind == "plan_denied" for event in world.events)


def test_without_a_binding_quota_more_is_built() -> None:
    assert len(with_quota(200.0).broken_ground) > len(with_quota(0.0).broken_ground)
