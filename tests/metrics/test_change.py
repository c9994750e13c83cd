"""The change of the HHI falls into its causes without a rest, and changes of control into products."""

import numpy as np
import pytest

from sim.market.concentration import hhi
from sim.metrics.catalogue import Picture
from sim.metrics.change import hhi_steps
from sim.metrics.ownership import hhi_control
from sim.opening import open_world
from sim.run import run
from sim.scenario.load import load
from sim.world.dealbook import Deal
from sim.world.world import World
from tests.metrics.worlds import give, measured, resize, toy

PARTS = ("pipeline", "builds", "moves", "growth", "deals", "other_control", "exits")


def points(*sizes: float) -> float:
    """Give the HHI of groups of some sizes."""
    return hhi(np.array(sizes))


def buy(world: World, buyer: str, seller: str, outcome: str = "closed") -> None:
    """Put a deal of a kind that nobody knows into the book."""
    world.deals.append(
        Deal(
            year=world.year,
            id="a-deal",
            kind="swap of shares",
            buyer=buyer,
            seller=seller,
            target="a plant",
            outcome=outcome,
        )
    )


def told(world: World) -> dict[str, float]:
    """Give the parts that are not zero."""
    found = {name: measured(world, f"hhi_by_{name}") for name in PARTS}
    return {name: step for name, step in found.items() if step != 0.0}


def test_nothing_happened_and_nothing_is_booked() -> None:
    assert told(toy()) == {}


def test_the_start_of_a_known_project_is_the_pipeline() -> None:
    world = toy()
    resize(world, "alfa-new", 0.5)

    assert told(world) == {"pipeline": points(2.5, 2, 1) - points(2, 2, 1)}


def test_the_start_of_a_plant_that_an_owner_decided_on_is_a_build() -> None:
    world = toy()
    world.refineries.founded_year[world.refineries.row("alfa-new")] = world.year
    resize(world, "alfa-new", 0.5)

    assert told(world) == {"builds": points(2.5, 2, 1) - points(2, 2, 1)}


def test_a_plant_that_makes_room_for_another_moves_and_does_not_exit() -> None:
    world = toy()
    plants, row = world.refineries, world.refineries.row("alfa-new")
    plants.founded_year[row], plants.replaces[row] = world.year, plants.row("alfa-inland")
    resize(world, "alfa-new", 0.8)
    resize(world, "alfa-inland", 0.0)

    assert told(world) == {"moves": points(2.3, 2, 1) - points(2, 2, 1)}


def test_a_closure_is_an_exit_and_a_changed_size_is_growth() -> None:
    world = toy()
    resize(world, "beta-coast", 1.5)
    resize(world, "gamma-inland", 0.0)

    assert told(world) == {
        "growth": points(2, 2.5, 1) - points(2, 2, 1),
        "exits": points(2, 2.5, 0.5) - points(2, 2.5, 1),
    }


def test_a_plant_that_went_to_a_buyer_is_a_deal_of_whatever_kind() -> None:
    world = toy()
    buy(world, "alfa", "gamma")
    give(world, "gamma-coast", "alfa")

    assert told(world) == {"deals": points(2.5, 2, 0.5) - points(2, 2, 1)}


@pytest.mark.parametrize("outcome", ["not funded", "blocked in review"])
def test_a_plant_that_moved_without_a_closed_deal_of_its_taker_is_told_apart(outcome: str) -> None:
    world = toy()
    buy(world, "alfa", "gamma", outcome)
    give(world, "gamma-coast", "alfa")

    assert told(world) == {"other_control": points(2.5, 2, 0.5) - points(2, 2, 1)}


def test_a_plant_is_sold_with_its_size_before_it_is_closed() -> None:
    world = toy()
    buy(world, "alfa", "gamma")
    give(world, "gamma-coast", "alfa")
    resize(world, "gamma-coast", 0.0)

    assert told(world) == {
        "deals": points(2.5, 2, 0.5) - points(2, 2, 1),
        "exits": points(2, 2, 0.5) - points(2.5, 2, 0.5),
    }


def test_a_deal_of_last_year_explains_nothing() -> None:
    world = toy()
    buy(world, "alfa", "gamma")
    world.year += 1
    give(world, "gamma-coast", "alfa")

    assert list(told(world)) == ["other_control"]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ["baseline", "merger_push", "old_plants_closed"])
def test_the_parts_add_up_to_the_change_in_every_year_of_a_run(name: str, seed: int) -> None:
    scenario = load(name)
    years = run(scenario, seed).years
    opening = hhi_control(Picture(open_world(scenario, seed)))

    parts = years[[f"hhi_by_{part}" for part in PARTS]].sum(axis=1).to_numpy()
    change = np.diff(np.array([opening, *years["hhi_control"]]))
    assert np.abs(parts - change).max() < 1e-8
    assert np.abs(change).max() > 1.0


def test_the_names_of_the_steps_are_those_of_the_measures() -> None:
    assert [name.replace(" ", "_") for name in hhi_steps(Picture(toy()))] == list(PARTS)


def changes(world: World) -> tuple[float, ...]:
    """Give the changes of control by product: alumina alone, smelting alone, both."""
    return tuple(measured(world, f"control_changes_{what}") for what in ("alumina", "smelting", "both"))


def test_a_change_of_control_is_a_pair_of_giver_and_taker_by_product() -> None:
    world = toy()
    give(world, "gamma-coast", "alfa")
    give(world, "gamma-inland", "alfa")
    assert changes(world) == (1.0, 0.0, 0.0)

    give(world, "beta-metal", "alfa")
    assert changes(world) == (1.0, 1.0, 0.0)
    assert measured(world, "smelting_moved_mt") == 0.9

    give(world, "beta-coast", "alfa")
    assert changes(world) == (1.0, 0.0, 1.0)


def test_a_project_that_changes_hands_is_no_change_of_control_yet() -> None:
    world = toy()
    give(world, "alfa-new", "beta")

    assert changes(world) == (0.0, 0.0, 0.0)


def test_a_group_is_taken_whole_when_nothing_is_left_to_it() -> None:
    world = toy()
    give(world, "gamma-coast", "alfa")
    assert measured(world, "whole_groups_taken") == 0.0

    give(world, "gamma-inland", "beta")
    assert measured(world, "whole_groups_taken") == 1.0


def test_a_small_group_that_is_taken_whole_is_not_counted() -> None:
    world = toy("parameters.measures.whole_group_mt=1.5")
    give(world, "gamma-coast", "alfa")
    give(world, "gamma-inland", "alfa")

    assert measured(world, "whole_groups_taken") == 0.0
