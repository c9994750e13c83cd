"""Plants under construction start or slip, at home and abroad; an old plant goes for one that replaces it."""

import numpy as np

from sim.acts.plants import retire
from sim.sight.mud import opening_space
from sim.sight.pipeline import step_chance
from sim.world.abroad import NEVER, Abroad
from sim.world.kinds import Happened
from sim.world.population import BUILDING, State
from sim.world.world import World


def start_projects(world: World) -> None:
    """Start every project under construction that is due, unless it slips by a year."""
    plants = world.refineries
    for row in np.flatnonzero((plants.project_stage == BUILDING) & (plants.due_year <= world.year)):
        key = plants.keys[row]
        if _on_time(world, key):
            start_plant(world, int(row))
        else:
            plants.due_year[row] = world.year + 1
            world.tell(
                Happened.SLIP, key, float(plants.size_mt[row]), "Mt/yr", "construction takes a year longer"
            )
    start_abroad(world)


def _on_time(world: World, key: str) -> bool:
    luck = float(world.streams.uniforms("pipeline", world.year, [key])[0])
    return luck < step_chance(world, key, BUILDING)


def start_plant(world: World, row: int, reason: str = "construction finished") -> None:
    """Turn a finished project into an installed plant; it opens with new ponds."""
    plants, pipeline = world.refineries, world.parameters.pipeline
    size = float(plants.size_mt[row])
    plants.nameplate_mt[row] = size
    plants.runnable_mt[row] = size * pipeline.runnable_share
    plants.project_stage[row] = 0
    plants.started_year[row] = world.year
    plants.quarters_run[row] = 1 - int(plants.due_quarter[row])
    plants.state[row] = State.RAMPING
    plants.running_share[row] = 1.0
    plants.pond_space_mt[row] = opening_space(world, row)
    world.tell(Happened.START, plants.keys[row], size, "Mt/yr", reason)
    old = int(plants.replaces[row])
    if old >= 0:
        retire(world, old, row)


def start_abroad(world: World) -> None:
    """Start refineries and smelters outside China that are due; in the first year a part of their size counts."""
    pipeline = world.parameters.pipeline
    for project in world.abroad:
        if project.due_year > world.year:
            continue
        if project.running_in:
            add_abroad(world, project, 1.0 - pipeline.first_year_abroad_share)
            project.due_year = NEVER
            continue
        planned = world.parameters.overseas.line_share if project.refinery else pipeline.planned_abroad_share
        chance = planned if project.planned else pipeline.on_time_share
        if project.odds_share is not None:
            chance = project.odds_share
        project.due_year = world.year + 1
        if float(world.streams.uniforms("pipeline", world.year, [project.key])[0]) < chance:
            begin_abroad(world, project)


def begin_abroad(world: World, project: Abroad, why: str = "") -> None:
    """Start a project outside China with the part of its size that counts in the first year."""
    project.running_in, project.due_year = True, world.year + 1
    add_abroad(world, project, world.parameters.pipeline.first_year_abroad_share)
    reason = f"{'alumina' if project.refinery else 'aluminium'}, of {project.importer}"
    reason += f"; {why}" if why else ""
    world.tell(Happened.START_ABROAD, project.key, project.capacity_mt, "Mt/yr", reason)


def add_abroad(world: World, project: Abroad, part_share: float) -> None:
    """Add a part of a project outside China to what its producer has."""
    importers = world.importers
    column = importers.capacity_mt if project.refinery else importers.smelting_mt
    column[importers.row(project.importer)] += part_share * project.capacity_mt
