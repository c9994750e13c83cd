"""Concentration of the other product, and how far the chain is in one hand."""

import numpy as np
import pytest

from tests.metrics.worlds import give, measured, resize, toy


def test_concentration_of_smelting_is_apart_from_that_of_refining() -> None:
    world = toy()
    assert measured(world, "smelting_hhi") == pytest.approx(1e4 * (1.2**2 + 0.9**2) / 2.1**2)
    before = measured(world, "hhi_control")

    give(world, "beta-metal", "alfa")

    assert measured(world, "smelting_hhi") == measured(world, "smelting_cr5") * 1e4 == 1e4
    assert measured(world, "smelting_cr10") == 1.0
    assert measured(world, "hhi_control") == before


def test_the_largest_group_and_its_share() -> None:
    world = toy()
    resize(world, "beta-coast", 3.0)

    assert measured(world, "largest_share") == pytest.approx(4.0 / 7.0)


def test_capacity_is_covered_up_to_the_need_of_own_smelters() -> None:
    world = toy()
    need = world.parameters.market.product_per_metal_t_per_t
    assert measured(world, "covered_share") == pytest.approx((2.0 + 0.9 * need) / 5.0)

    give(world, "alfa-metal", "gamma")
    assert measured(world, "covered_share") == pytest.approx((1.0 + 0.9 * need) / 5.0)


def test_capacity_stands_on_the_ore_that_its_group_controls() -> None:
    world = toy()
    world.ore_control[:] = 0.0
    assert measured(world, "own_ore_share") == 0.0

    world.ore_control[world.groups.row("gamma")] = 0.5
    assert measured(world, "own_ore_share") == pytest.approx(0.5 * 1.0 / 5.0)


def test_an_industry_without_plants_has_no_shares() -> None:
    world = toy()
    world.refineries.nameplate_mt[:] = np.zeros(len(world.refineries))

    assert measured(world, "covered_share") == measured(world, "own_ore_share") == 0.0
