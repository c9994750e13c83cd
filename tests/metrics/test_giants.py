"""Giants by three definitions: each condition counts, and the real industry starts with those who are known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.metrics.catalogue import Picture
from sim.metrics.ownership import full_chain, integrated_leaders
from sim.opening import open_world
from sim.scenario.load import load
from sim.world.world import World
from tests.metrics.worlds import measured, resize, run_whole, toy

TWO_PLACES = ("giant_provinces_count=2", "giant_mt=2")


def spread(*settings: str) -> World:
    """Give the toy world in two provinces that are two parts of the country; alfa just is a giant there."""
    world = toy(*(f"parameters.measures.{each}" for each in (*TWO_PLACES, *settings)))
    world.geography = replace(world.geography, macro_regions=("East", "West"))
    run_whole(world)
    return world


def names(world: World) -> list[str]:
    """Give the giants."""
    return [world.groups.keys[row] for row in np.flatnonzero(full_chain(Picture(world)))]


def test_a_group_that_meets_every_condition_is_a_giant() -> None:
    world = spread()

    assert names(world) == ["alfa"]
    assert measured(world, "giants") == 1.0


@pytest.mark.parametrize(
    "setting",
    [
        "giant_mt=2.1",
        "giant_provinces_count=3",
        "giant_macro_regions_count=3",
        "giant_smelting_mt=1.3",
        "giant_least_supply_ratio=0.9",
        "giant_most_supply_ratio=0.8",
    ],
)
def test_each_condition_alone_keeps_a_group_out(setting: str) -> None:
    assert names(spread(setting)) == []


def test_a_province_counts_where_a_plant_could_run() -> None:
    world = spread()
    world.refineries.runnable_mt[world.refineries.row("alfa-inland")] = 0.0
    world.refineries.runnable_mt[world.refineries.row("alfa-coast")] = 2.0

    assert names(world) == []


def test_two_regions_of_one_province_are_one_place() -> None:
    world = spread()
    world.geography = replace(world.geography, provinces=("Coast", "Coast"))

    assert names(world) == []


def test_ore_is_asked_for_by_one_definition_alone() -> None:
    world = spread("giant_ore_share=0.3")
    world.ore_control[:] = 0.2
    assert (measured(world, "giants"), measured(world, "giants_with_ore")) == (1.0, 0.0)

    world.ore_control[world.groups.row("alfa")] = 0.3
    assert measured(world, "giants_with_ore") == 1.0


def test_a_leader_is_large_for_the_nation_and_smelts_most_of_what_it_could() -> None:
    world = spread()
    assert integrated_leaders(Picture(world)) == 2.0

    resize(world, "beta-coast", 4.0)
    assert integrated_leaders(Picture(world)) == 1.0

    assert measured(spread("leader_share=0.41"), "integrated_leaders") == 0.0
    assert measured(spread("leader_places_count=3"), "integrated_leaders") == 0.0


def test_the_real_industry_starts_with_two_giants_one_with_ore_and_three_leaders() -> None:
    world = open_world(load("baseline"), 0)

    assert sorted(names(world)) == ["chinalco", "xinfa"]
    assert measured(world, "giants_with_ore") == 1.0
    assert measured(world, "integrated_leaders") == 3.0
