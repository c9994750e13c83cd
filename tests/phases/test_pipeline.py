"""The known pipeline: starts, slips, running in, go-aheads and what starts abroad."""

from typing import Any

import numpy as np
import pytest

from sim.industry import Industry
from sim.phases.pipeline import BUILDING, PLANNED, decide_projects, start_plant, start_projects
from sim.phases.preparing import prepare_year
from sim.phases.quarter import available_capacity
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


def test_no_planned_project_goes_ahead_without_a_chance() -> None:
    industry = ready(planned_share=0.0, hurdle_ratio=-0.5)
    planned = industry.refineries.project_stage == PLANNED

    decide_projects(industry)

    assert planned.any()
    assert (industry.refineries.project_stage[planned] == PLANNED).all()
    assert {each.choice for each in industry.decisions} == {"wait"}


def test_no_planned_project_goes_ahead_below_its_hurdle() -> None:
    industry = ready(planned_share=1.0, hurdle_ratio=2.0)

    decide_projects(industry)

    assert industry.decisions
    assert {each.choice for each in industry.decisions} == {"wait"}
    assert all(each.margin < 0.0 for each in industry.decisions)


def test_a_project_that_pays_goes_ahead_and_takes_two_years_to_build() -> None:
    industry = ready(planned_share=1.0, hurdle_ratio=0.1)
    industry.prices.forward_cny_per_t = industry.prices.adaptive_cny_per_t = 9000.0

    decide_projects(industry)

    gone = [industry.refineries.row(each.agent) for each in industry.decisions if each.choice == "build"]
    assert len(gone) == len(industry.decisions) > 0
    assert (industry.refineries.project_stage[gone] == BUILDING).all()
    assert (industry.refineries.due_year[gone] == 2028).all()


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
