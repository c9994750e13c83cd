"""The known pipeline: starts, slips, running in, go-aheads and what starts abroad."""

from typing import Any

import numpy as np
import pytest

from sim.phases.pipeline import start_plant, start_projects
from sim.phases.preparing import new_book, prepare_year
from sim.phases.quarter import available_capacity
from sim.world.population import BUILDING
from sim.world.world import World
from tests.phases.playing import fresh


def ready(year: int = 2026, **pipeline: Any) -> World:
    """Give an industry at the start of a year, with other chances of the pipeline."""
    world = fresh(parameters={"pipeline": pipeline})
    world.year, world.book = year, new_book(world)
    return world


def due(world: World) -> list[int]:
    """Give the rows of projects under construction that are due."""
    plants = world.refineries
    return np.flatnonzero((plants.project_stage == BUILDING) & (plants.due_year <= world.year)).tolist()


def test_all_projects_that_are_due_start_when_nothing_slips() -> None:
    world = ready(on_time_share=1.0)
    rows, plants = due(world), world.refineries

    start_projects(world)

    assert rows
    assert plants.nameplate_mt[rows].tolist() == plants.size_mt[rows].tolist()
    assert (plants.project_stage[rows] == 0).all()
    assert plants.runnable_mt[rows] == pytest.approx(
        world.parameters.pipeline.runnable_share * plants.size_mt[rows]
    )


def test_a_plant_makes_nothing_before_its_quarter_and_then_runs_in() -> None:
    world = ready(first_half_share=0.4, second_half_share=0.85)
    row = due(world)[0]
    plants = world.refineries
    plants.due_quarter[row], plants.imported_share[row] = 3, 0.0
    start_plant(world, row)
    prepare_year(world)
    quarter_of_capacity = float(plants.runnable_mt[row]) / 4.0

    made = []
    for quarter in (1, 2, 3, 4):
        made.append(float(available_capacity(world, quarter).available_mt[row]))
        plants.quarters_run[row] += 1

    assert np.array(made) / quarter_of_capacity == pytest.approx([0.0, 0.0, 0.4, 0.4])


def test_a_new_plant_opens_with_ponds_for_its_years() -> None:
    world = ready()
    row = due(world)[0]

    start_plant(world, row)

    plants = world.refineries
    yearly = world.recipe.mud_t[row] * (1.0 - plants.mud_use_share[row]) * plants.runnable_mt[row]
    assert plants.pond_space_mt[row] == pytest.approx(plants.pond_life_years[row] * yearly)


def test_an_old_plant_goes_when_the_one_that_replaces_it_starts() -> None:
    world = ready(on_time_share=1.0)
    row, plants = due(world)[0], world.refineries
    old = int(np.flatnonzero((plants.nameplate_mt > 0.0) & (plants.group == plants.group[0]))[0])
    plants.replaces[row], plants.group[row] = old, plants.group[old]
    gone = float(plants.nameplate_mt[old])

    start_plant(world, row)

    moved = [event for event in world.events if event.kind == "relocate"]
    assert [(each.agent, each.amount, each.counterpart) for each in moved] == [
        (plants.keys[old], gone, plants.keys[row])
    ]
    assert (plants.nameplate_mt[old], plants.runnable_mt[old]) == (0.0, 0.0)


def test_an_old_plant_that_was_sold_goes_when_its_replacement_starts() -> None:
    world = ready(on_time_share=1.0)
    row, plants = due(world)[0], world.refineries
    old = int(np.flatnonzero((plants.nameplate_mt > 0.0) & (plants.group != plants.group[row]))[0])
    plants.replaces[row] = old

    start_plant(world, row)

    # the approval was given for it
    assert plants.nameplate_mt[old] == 0.0
    assert "relocate" in {event.kind for event in world.events}
