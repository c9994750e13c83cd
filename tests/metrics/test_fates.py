"""Gaps between plants with and without an advantage: by hand, at like cost, and from nothing to all."""

import numpy as np
import pytest

from sim.metrics.fates import gap_of_rates
from sim.world.world import World
from tests.metrics.worlds import measured, resize, toy


def test_a_gap_weighs_strata_by_what_they_can_tell() -> None:
    strata = np.array([0, 0, 0, 0, 1, 1])
    favoured = np.array([True, True, False, False, True, False])
    hit = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 1.0])

    # First stratum: 1/2 less 0, weight 2 x 2 / 4; second: 1 less 0, weight 1 x 1 / 2.
    assert gap_of_rates(hit, favoured, strata) == pytest.approx((1.0 * 0.5 + 0.5 * 1.0) / 1.5)


def test_a_gap_that_cost_alone_explains_is_none() -> None:
    strata = np.repeat([0, 1], 4)
    favoured = np.array([True, True, True, False, True, False, False, False])
    hit = (strata == 1).astype(float)

    assert gap_of_rates(hit, favoured, strata) == 0.0
    assert gap_of_rates(hit, favoured, np.zeros(8, dtype=int)) == 0.5


def test_no_gap_is_told_where_all_are_alike() -> None:
    strata, hit = np.zeros(3, dtype=int), np.ones(3)

    assert gap_of_rates(hit, np.ones(3, dtype=bool), strata) == 0.0
    assert gap_of_rates(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=int)) == 0.0


def began() -> World:
    """A world whose year began with all plants of like cost."""
    world = toy()
    world.book.opening_mt[:] = world.refineries.nameplate_mt
    world.book.opening_group[:] = world.refineries.group
    world.book.opening_smelter_group[:] = world.smelters.group
    world.refineries.cash_cost_cny_per_t[:] = 2_000.0
    return world


def test_closing_of_who_has_no_smelter_opens_the_gap_of_integration() -> None:
    world = began()
    costs = dict(zip(world.refineries.keys, world.refineries.cash_cost_cny_per_t, strict=True))
    costs |= {"alfa-coast": 1.0, "gamma-coast": 2.0, "beta-coast": 3.0, "alfa-inland": 4.0}
    world.refineries.cash_cost_cny_per_t[:] = list(costs.values())
    assert measured(world, "exit_gap_integration_share") == 0.0

    resize(world, "gamma-coast", 0.0)

    # Thirds of two plants: gamma's coast stands beside alfa's, its inland plant beside beta's; one of both closes.
    assert measured(world, "exit_gap_integration_share") == pytest.approx(0.5)


def test_a_plant_that_makes_room_for_its_own_successor_has_not_closed() -> None:
    world = began()
    old, new = world.refineries.row("gamma-inland"), world.refineries.row("alfa-new")
    resize(world, "gamma-inland", 0.0)
    closed = measured(world, "exit_gap_coast_share")
    resize(world, "alfa-new", 0.5)
    world.refineries.replaces[new] = old

    assert closed != 0.0
    assert measured(world, "exit_gap_coast_share") == 0.0


def test_groups_at_a_loss_are_told_apart_by_their_smelters() -> None:
    world = began()
    world.book.made_mt[:] = 1.0
    world.book.earned_mcny[:] = 5.0
    world.book.earned_mcny[world.groups.row("gamma")] = -5.0

    assert measured(world, "losers_integrated_share") == 0.0
    assert measured(world, "losers_stand_alone_share") > 0.0


def test_ore_and_freight_count_what_the_tonnes_made_there_paid() -> None:
    world = began()
    plants, book = world.refineries, world.book
    book.made_mt[:] = np.where(plants.nameplate_mt > 0.0, 1.0, 0.0)
    ore = np.where(plants.coastal, 900.0, 700.0) * book.made_mt
    book.components_mcny[0] = ore
    book.flows_mt[:-1, 0] = 2.0
    book.freight_mcny[:-1, 0] = 200.0

    assert measured(world, "ore_and_freight_coast_cny_per_t") == pytest.approx(1_000.0)
    assert measured(world, "ore_and_freight_inland_cny_per_t") == pytest.approx(800.0)
