"""The known pipeline: starts, slips, running in, go-aheads and what starts abroad."""

from typing import Any

import numpy as np
import pytest

from sim.phases.founding import start_plant, start_projects
from sim.phases.preparing import new_book, prepare_year
from sim.phases.quarter import available_capacity, play_quarter
from sim.scenario.load import load
from sim.sight.pipeline import step_chance
from sim.world.population import BUILDING, PLANNED
from sim.world.world import World
from tests.phases.playing import fresh

NO_ODDS = {"projects": {row.id: {"odds_share": None} for row in load("baseline").pack.projects}}
"""Projects without odds of their own."""

ALL_START = {"pipeline": {"on_time_share": 1.0, "planned_abroad_share": 1.0}, "overseas": {"line_share": 1.0}}


def ready(year: int = 2026, **pipeline: Any) -> World:
    """Give an industry at the start of a year, with other chances of the pipeline."""
    world = fresh(parameters={"pipeline": pipeline}, rows=NO_ODDS)
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
    plants.due_quarter[row], plants.imported_share[row] = 3, 1.0
    start_plant(world, row)
    prepare_year(world)
    quarter_of_capacity = float(plants.runnable_mt[row]) / 4.0

    made = []
    for quarter in (1, 2, 3, 4):
        made.append(float(available_capacity(world, quarter).available_mt[row]))
        plants.quarters_run[row] += 1

    assert np.array(made) / quarter_of_capacity == pytest.approx([0.0, 0.0, 0.4, 0.4])


def test_a_plant_that_has_not_begun_does_not_stop() -> None:
    world = ready()
    row, plants = due(world)[0], world.refineries
    plants.due_quarter[row] = 3
    start_plant(world, row)
    prepare_year(world)
    # No price would pay for its ore
    world.recipe.imported_ore_t[row] *= 10.0

    shares = []
    for quarter in (1, 2, 3):
        play_quarter(world, quarter)
        shares.append(float(plants.running_share[row]))

    # and as many lines stop at once as a quarter allows
    assert shares == pytest.approx([1.0, 1.0, 1.0 - world.parameters.running.answer_per_quarter])


def test_a_new_plant_opens_with_ponds_for_its_years() -> None:
    world = ready()
    row = due(world)[0]

    start_plant(world, row)

    plants = world.refineries
    yearly = world.recipe.residue_t[row] * (1.0 - plants.mud_use_share[row]) * plants.runnable_mt[row]
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


def test_what_starts_abroad_adds_to_its_producer_in_two_halves_and_no_more() -> None:
    world = ready(2029, on_time_share=1.0, planned_abroad_share=1.0)
    world.parameters = load("baseline", parameters=ALL_START).spec.parameters
    world.abroad = [each for each in world.abroad if each.due_year <= 2029]
    coming = sum(each.capacity_mt for each in world.abroad)

    added = [outside(world)]
    for year in (2029, 2029, 2030, 2031):
        world.year = year
        start_projects(world)
        added.append(outside(world))

    # half in the first year however often it is asked, the rest in the second, nothing after
    assert coming > 0.0
    assert np.array(added) - added[0] == pytest.approx(coming * np.array([0.0, 0.5, 0.5, 1.0, 1.0]))


def test_a_project_has_its_own_odds_at_the_stage_of_the_register_alone() -> None:
    rows = {"projects": {"wanbo-expansion": {"odds_share": 0.4}}}
    world = fresh(parameters={"pipeline": {"planned_share": 0.1, "on_time_share": 0.8}}, rows=rows)

    # planned in the register; once it is under construction it is like any other
    assert step_chance(world, "wanbo-expansion", PLANNED) == 0.4
    assert step_chance(world, "wanbo-expansion", BUILDING) == 0.8
    assert step_chance(world, "chalco-dalian", BUILDING) == 0.8


def test_a_project_without_odds_slips_whatever_others_do() -> None:
    rows = {"projects": {**NO_ODDS["projects"], "zhongsilu-fcg": {"odds_share": 0.0}}}
    world = fresh(parameters={"pipeline": {"on_time_share": 1.0}}, rows=rows)
    world.year, world.book = 2026, new_book(world)

    start_projects(world)

    assert [event.agent for event in world.events if event.kind == "slip"] == ["zhongsilu-fcg"]


def outside(world: World) -> float:
    """Give refining and smelting capacity outside China together, Mt/yr."""
    return float(world.importers.capacity_mt.sum() + world.importers.smelting_mt.sum())
