"""Plants under construction start or slip, at home and abroad; an old plant goes for one that replaces it."""

from typing import TYPE_CHECKING

import numpy as np

from sim.phases.exits import retire
from sim.phases.ponds import opening_space
from sim.world.books import Abroad
from sim.world.population import BUILDING, State

if TYPE_CHECKING:
    from sim.industry import Industry

NEVER = 9999
RUN_IN_SHARE = 0.5


def start_projects(industry: "Industry") -> None:
    """Start every project under construction that is due, unless it slips by a year."""
    plants = industry.refineries
    for row in np.flatnonzero((plants.project_stage == BUILDING) & (plants.due_year <= industry.year)):
        key = plants.keys[row]
        if _on_time(industry, key):
            start_plant(industry, int(row))
        else:
            plants.due_year[row] = industry.year + 1
            industry.tell(
                "slip", key, float(plants.size_mt[row]), "Mt/yr", "construction takes a year longer"
            )
    start_abroad(industry)


def _on_time(industry: "Industry", key: str) -> bool:
    luck = float(industry.streams.uniforms("pipeline", industry.year, [key])[0])
    return luck < industry.parameters.pipeline.on_time_share


def start_plant(industry: "Industry", row: int) -> None:
    """Turn a finished project into an installed plant; it opens with new ponds."""
    plants, pipeline = industry.refineries, industry.parameters.pipeline
    size = float(plants.size_mt[row])
    plants.nameplate_mt[row] = size
    plants.runnable_mt[row] = size * pipeline.runnable_share
    plants.project_stage[row] = 0
    plants.started_year[row] = industry.year
    plants.quarters_run[row] = 1 - int(plants.due_quarter[row])
    plants.state[row] = State.RAMPING
    plants.running_share[row] = 1.0
    plants.pond_space_mt[row] = opening_space(industry, row)
    industry.tell("start", plants.keys[row], size, "Mt/yr", "construction finished")
    old = int(plants.replaces[row])
    if old >= 0:
        retire(industry, old, row)


def start_abroad(industry: "Industry") -> None:
    """Start refineries and smelters outside China that are due; the first year they reach half of their size."""
    pipeline = industry.parameters.pipeline
    for project in industry.abroad:
        if project.due_year > industry.year:
            continue
        if project.running_in:
            add_abroad(industry, project)
            project.due_year = NEVER
            continue
        chance = pipeline.planned_abroad_share if project.planned else pipeline.on_time_share
        project.due_year = industry.year + 1
        if float(industry.streams.uniforms("pipeline", industry.year, [project.key])[0]) < chance:
            project.running_in = True
            add_abroad(industry, project)
            what = "alumina" if project.refinery else "aluminium"
            reason = f"{what}, of {project.importer}"
            industry.tell("start_abroad", project.key, project.capacity_mt, "Mt/yr", reason)


def add_abroad(industry: "Industry", project: Abroad) -> None:
    """Add half of a project outside China to what its producer has."""
    importers = industry.importers
    column = importers.capacity_mt if project.refinery else importers.smelting_mt
    column[importers.row(project.importer)] += RUN_IN_SHARE * project.capacity_mt
