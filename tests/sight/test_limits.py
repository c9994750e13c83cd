"""Limits of regions as those see them who look ahead: ceilings with the plant in, curbs at what could run."""

from dataclasses import replace

import numpy as np
import pytest

from sim.decisions.build.applying import own_ideas
from sim.phases.foresight import coming_capacity
from sim.policies.rulebook import MudRule, RegionalCap
from sim.sight.buyers import prospect_of
from sim.sight.limits import (
    RegionalLimits,
    able_to_run,
    pond_share,
    possible_capacity,
    potential_index,
    regional_limits,
)
from sim.sight.prospects import prospects
from sim.sight.view import lasting_mill_prices, look
from sim.world.world import World
from tests.phases.playing import after_a_year

GUANGXI = ("guangxi_inland", "guangxi_coast")


def ceiling(**changes: object) -> RegionalCap:
    """Give a ceiling of 20 Mt on both regions of Guangxi."""
    usual = RegionalCap("cap", 1.0, 20.0, 1.0, 1.0, GUANGXI)
    return replace(usual, **changes)  # type: ignore[arg-type]


def limits(cap: RegionalCap, possible: float, curbed: float = 0.0) -> RegionalLimits:
    """Give the limits of two regions of which the first is capped."""
    here = np.array([[True, False]])
    return RegionalLimits((cap,), here, np.array([possible]), np.full(2, curbed), np.zeros(2), np.ones(2))


def capped(cap: RegionalCap) -> World:
    """Give the industry after a year, with an announced ceiling."""
    world = after_a_year()
    world.outlook = replace(world.outlook, regional_caps=(cap,))
    return world


def test_a_ceiling_is_shared_with_the_plant_in_and_curbs_come_on_top() -> None:
    # 20 of 24 + 1 Mt may run, of which curbs take a tenth; the other region has only the curbs
    seen = limits(ceiling(), 24.0, curbed=0.1).open_share(np.array([0, 1]), np.ones(2))

    assert seen == pytest.approx([0.8 * 0.9, 0.9])


def test_a_ceiling_at_half_its_strength_closes_half() -> None:
    seen = limits(ceiling(weight_share=0.5), 24.0).open_share(np.array([0]), np.ones(1))

    assert seen == pytest.approx([0.9])


def test_a_full_ceiling_refuses_what_adds_to_it_and_nothing_else() -> None:
    full = limits(ceiling(weight_share=0.5), 19.5)

    assert full.full_share(0, 1.0) == 0.5
    assert full.full_share(0, 0.4) == 0.0
    assert full.full_share(0, -1.0) == 0.0
    assert full.full_share(1, 1.0) == 0.0
    assert limits(ceiling(ceiling_mt=None, ceiling_share=0.5), 50.0).full_share(0, 1.0) == 0.0


def test_what_could_run_counts_and_not_what_runs() -> None:
    world = after_a_year()
    before = regional_limits(world).slack_share
    world.surroundings.index[:] = 0.0
    world.book.made_mt[:] = 0.0

    # a curb that empties the region makes no room on the ground
    assert regional_limits(world).slack_share == pytest.approx(before)
    assert (potential_index(world, able_to_run(world)) > 0.0).all()


def test_an_announced_ceiling_lowers_holding_values_and_forward_supply() -> None:
    world = capped(ceiling())
    plants, view = world.refineries, look(world, lasting_mill_prices(world))
    rows = np.flatnonzero(plants.nameplate_mt > 0.0)
    there = np.isin(plants.region[rows], [world.geography.regions.index(name) for name in GUANGXI])
    shares = prospect_of(world, view, rows, plants.group[rows]).runnable_share
    coming = coming_capacity(world, world.year + 3)
    possible = possible_capacity(world, able_to_run(world))
    world.outlook = replace(world.outlook, regional_caps=())
    free = prospect_of(world, view, rows, plants.group[rows]).runnable_share
    uncapped = coming_capacity(world, world.year + 3)

    inside = np.isin(plants.region, [world.geography.regions.index(name) for name in GUANGXI])
    total = sum(possible[world.geography.regions.index(name)] for name in GUANGXI)
    assert total > 20.0
    assert shares[there] == pytest.approx(free[there] * 20.0 / total)
    assert shares[~there] == pytest.approx(free[~there])
    assert coming[inside].sum() == pytest.approx(min(20.0, uncapped[inside].sum()))
    assert coming[~inside] == pytest.approx(uncapped[~inside])


def test_nobody_thinks_of_a_new_plant_under_a_full_ceiling() -> None:
    world = capped(ceiling())
    shared = prospects(world, look(world, lasting_mill_prices(world)))

    assert not any(shared.open[world.geography.regions.index(name)] for name in GUANGXI)
    names = [world.geography.regions[wish.region] for wish in own_ideas(world, shared) if wish.old < 0]
    assert names
    assert not set(names) & set(GUANGXI)


def test_an_announced_ban_on_ponds_leaves_no_place_for_newcomers() -> None:
    world = after_a_year()
    ban = MudRule(0.15, 0.0, 0.0, 1.0, None, 1.0, ("liaoning",))
    world.outlook = replace(world.outlook, red_mud=(ban,))

    refused = regional_limits(world).pond_refused_share
    shared = prospects(world, look(world, lasting_mill_prices(world)))

    where = world.geography.regions.index("liaoning")
    assert refused[where] == 1.0
    assert refused.sum() == 1.0
    assert not shared.open[where]


def test_a_ban_on_ponds_takes_the_worth_of_what_comes_after_they_are_full() -> None:
    world = after_a_year()
    plants, rows = world.refineries, np.flatnonzero(world.refineries.nameplate_mt > 0.0)[:3]
    rates, years = np.full(3, 0.1), world.parameters.leaving.horizon_years
    plants.mud_use_share[rows] = 0.2
    plants.permit_due_year[rows] = 0
    yearly = world.recipe.residue_t[rows] * 0.8 * plants.runnable_mt[rows]
    plants.pond_space_mt[rows] = np.array([0.0, 2.0, 99.0]) * yearly

    assert pond_share(world, rows, rates).tolist() == [1.0, 1.0, 1.0]
    world.outlook = replace(world.outlook, red_mud=(MudRule(0.15, 0.0, 0.0, 1.0, None, 1.0, ()),))

    end = np.exp(-0.1 * years)
    # without space a plant runs the fifth whose mud is used; with two years of it, for these in full
    after_two = 1.0 - 0.8 * (np.exp(-0.2) - end) / (1.0 - end)
    assert pond_share(world, rows, rates) == pytest.approx([0.2, after_two, 1.0])
