"""The known pipeline: starts, slips, running in, go-aheads and what starts abroad."""

from typing import Any

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.pipeline import start_plant, start_projects
from sim.phases.preparing import prepare_year
from sim.phases.quarter import available_capacity
from sim.world.population import BUILDING
from tests.phases.playing import fresh


def ready(year: int = 2026, **pipeline: Any) -> Industry:
    """Give an industry at the start of a year, with other chances of the pipeline."""
    industry = fresh(parameters={"pipeline": pipeline})
    industry.year, industry.book = year, industry.new_book()
    return industry


def due(industry: Industry) -> list[int]:
    """Give the rows of projects under construction that are due."""
    plants = industry.refineries
    return np.flatnonzero((plants.project_stage == BUILDING) & (plants.due_year <= industry.year)).tolist()


def test_all_projects_that_are_due_start_when_nothing_slips() -> None:
    industry = ready(on_time_share=1.0)
    rows, plants = due(industry), industry.refineries

    start_projects(industry)

    assert rows
    assert plants.nameplate_mt[rows].tolist() == plants.size_mt[rows].tolist()
    assert (plants.project_stage[rows] == 0).all()
    assert plants.runnable_mt[rows] == pytest.approx(
        industry.parameters.pipeline.runnable_share * plants.size_mt[rows]
    )


def test_a_project_that_slips_is_due_a_year_later() -> None:
    industry = ready(on_time_share=0.0)
    rows = due(industry)

    start_projects(industry)

    assert rows
    assert (industry.refineries.due_year[rows] == 2027).all()
    assert (industry.refineries.nameplate_mt[rows] == 0.0).all()
    assert {event.kind for event in industry.events} == {"slip"}


def test_a_plant_makes_nothing_before_its_quarter_and_then_runs_in() -> None:
    industry = ready(first_half_share=0.4, second_half_share=0.85)
    row = due(industry)[0]
    plants = industry.refineries
    plants.due_quarter[row], plants.imported_share[row] = 3, 0.0
    start_plant(industry, row)
    prepare_year(industry)
    quarter_of_capacity = float(plants.runnable_mt[row]) / 4.0

    made = []
    for quarter in (1, 2, 3, 4):
        made.append(float(available_capacity(industry, quarter)[row]))
        plants.quarters_run[row] += 1

    assert np.array(made) / quarter_of_capacity == pytest.approx([0.0, 0.0, 0.4, 0.4])


def test_a_new_plant_opens_with_ponds_for_its_years() -> None:
    industry = ready()
    row = due(industry)[0]

    start_plant(industry, row)

    plants = industry.refineries
    yearly = industry.recipe.mud_t[row] * (1.0 - plants.mud_use_share[row]) * plants.runnable_mt[row]
    assert plants.pond_space_mt[row] == pytest.approx(plants.pond_life_years[row] * yearly)


def test_an_old_plant_goes_when_the_one_that_replaces_it_starts() -> None:
    industry = ready(on_time_share=1.0)
    row, plants = due(industry)[0], industry.refineries
    old = int(np.flatnonzero((plants.nameplate_mt > 0.0) & (plants.group == plants.group[0]))[0])
    plants.replaces[row], plants.group[row] = old, plants.group[old]
    gone = float(plants.nameplate_mt[old])

    start_plant(industry, row)

    moved = [event for event in industry.events if event.kind == "relocate"]
    assert [(each.agent, each.amount, each.counterpart) for each in moved] == [
        (plants.keys[old], gone, plants.keys[row])
    ]
    assert (plants.nameplate_mt[old], plants.runnable_mt[old]) == (0.0, 0.0)


def test_an_old_plant_that_was_sold_goes_when_its_replacement_starts() -> None:
    industry = ready(on_time_share=1.0)
    row, plants = due(industry)[0], industry.refineries
    old = int(np.flatnonzero((plants.nameplate_mt > 0.0) & (plants.group != plants.group[row]))[0])
    plants.replaces[row] = old

    start_plant(industry, row)

    # the approval was given for it
    assert plants.nameplate_mt[old] == 0.0
    assert "relocate" in {event.kind for event in industry.events}


def test_what_starts_abroad_adds_to_its_producer_in_two_halves_and_no_more() -> None:
    industry = ready(2029, on_time_share=1.0, planned_abroad_share=1.0)
    industry.abroad = [each for each in industry.abroad if each.due_year <= 2029]
    coming = sum(each.capacity_mt for each in industry.abroad)

    added = [outside(industry)]
    for year in (2029, 2029, 2030, 2031):
        industry.year = year
        start_projects(industry)
        added.append(outside(industry))

    # half in the first year however often it is asked, the rest in the second, nothing after
    assert coming > 0.0
    assert np.array(added) - added[0] == pytest.approx(coming * np.array([0.0, 0.5, 0.5, 1.0, 1.0]))


def outside(industry: Industry) -> float:
    """Give refining and smelting capacity outside China together, Mt/yr."""
    return float(industry.importers.capacity_mt.sum() + industry.importers.smelting_mt.sum())
