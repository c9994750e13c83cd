"""New plants join the world: those decided last year become rows, agents and nodes of the ownership graph.

Rows are added before anything of the year is booked, so that all arrays of a year have one length.

Plants under construction start or slip, at home and abroad; an old plant goes for one that replaces it.

Ports at the end of a year: what they landed, which are crowded, and which are extended.
"""

import numpy as np

from sim.acts.plants import retire
from sim.agents.cast import Cast
from sim.core.arrays import Floats, total_by
from sim.market.ore import crowding
from sim.sight.mud import opening_space
from sim.sight.pipeline import step_chance
from sim.world.abroad import NEVER, Abroad
from sim.world.books import Groundbreaking, Harbours
from sim.world.kinds import Happened
from sim.world.ownership import EQUITY_PPM, Node, Stake, float_of
from sim.world.population import BUILDING, Refineries, State, draw_traits
from sim.world.surroundings import equip
from sim.world.world import World


def found_plants(world: World, cast: Cast) -> None:
    """Make a row, an agent and a node of the ownership graph of every plant decided last year."""
    new, world.broken_ground = world.broken_ground, []
    if not new:
        return
    plants = world.refineries
    rows = add_rows(plants, new, world.year - 1)
    draw_traits(plants, rows, world.geography, world.parameters, world.streams)
    equip(plants, rows, world.surroundings.uses, world.parameters, world.streams)
    world.recipe = world.process.recipe(plants, world.year - 1, world.clusters)
    padding = np.zeros((world.components.shape[0], len(new)))
    world.components = np.hstack((world.components, padding))
    world.saved = np.hstack((world.saved, padding))
    cast.welcome((row, plants.keys[row]) for row in rows.tolist())
    for plant in new:
        deal, node = f"{world.year}-new-{plant.key}", Node(plant.key, plant.name, "asset")
        world.ownership.add_company(world.year, deal, node, stakes_in(world, plant))


def stakes_in(world: World, plant: Groundbreaking) -> list[Stake]:
    """Who holds a new plant: the company founded for it, its owner, or all who hold the one that it replaces."""
    if plant.holder:
        return [Stake(plant.holder, plant.key, EQUITY_PPM, world.year)]
    if plant.replaces < 0:
        return [Stake(world.groups.keys[plant.group], plant.key, EQUITY_PPM, world.year)]
    old = world.holdings.nodes(world.refineries.keys)[plant.replaces]
    return [
        Stake(block.holder, plant.key, block.ppm, world.year, block.votes_ppm, block.controls)
        for block in world.ownership.blocks(old)
        if block.holder != float_of(old)
    ]


def add_rows(plants: Refineries, new: list[Groundbreaking], founded_year: int) -> np.ndarray:
    """Add the rows of plants that were decided in a year and give their numbers, (new,)."""
    due = [plant.due_year for plant in new]
    return plants.append(
        [plant.key for plant in new],
        region=[plant.region for plant in new],
        group=[plant.group for plant in new],
        coastal=[plant.coastal for plant in new],
        size_mt=[plant.size_mt for plant in new],
        project_stage=np.full(len(new), BUILDING),
        due_year=due,
        due_quarter=np.ones(len(new), dtype=np.int64),
        started_year=due,
        imported_share=[plant.imported_share for plant in new],
        low_share=np.ones(len(new)),
        cash_cost_cny_per_t=[plant.cash_cost_cny_per_t for plant in new],
        founded_year=np.full(len(new), founded_year),
        replaces=[plant.replaces for plant in new],
    )


def start_projects(world: World) -> None:
    """Start every project under construction that is due, unless it slips by a year."""
    plants = world.refineries
    for row in ((plants.project_stage == BUILDING) & (plants.due_year <= world.year)).nonzero()[0]:
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
    luck = world.streams.uniform("pipeline", world.year, key)
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
        if world.streams.uniform("pipeline", world.year, project.key) < chance:
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


def open_harbours(world: World) -> Harbours:
    """The ports at the start; what they land is known only after the spin-up year."""
    room = np.array([row.ore_mt for row in world.pack.ports])
    nothing = np.zeros(room.size)
    return Harbours(room, nothing, nothing.copy(), np.zeros(room.size, dtype=np.int64))


def landed(world: World) -> Floats:
    """The imported ore of the year by port, (ports,) Mt."""
    port = world.geography.port[world.refineries.region]
    return total_by(port, world.book.imported_ore_mt, len(world.pack.ports))


def used_share(world: World) -> Floats:
    """Throughput over capacity by port, (ports,), what policies add to the ports counted."""
    added = world.rules.port_ore_mt([row.id for row in world.pack.ports])
    return np.asarray(world.harbours.landed_mt / (world.harbours.ore_mt + np.array(added)))


def crowding_cost(world: World) -> Floats:
    """What crowded ports cost beyond the start, (regions,) CNY per tonne of alumina from imported ore."""
    terms = world.parameters.ports
    now = crowding(used_share(world), terms) - crowding(world.harbours.opening_share, terms)
    return np.asarray(now[world.geography.port])


def note_landings(world: World) -> None:
    """Remember what the ports landed, finish extensions that are due and begin those that are needed."""
    harbours, terms = world.harbours, world.parameters.ports
    harbours.landed_mt = landed(world)
    ready = harbours.due_year == world.year + 1
    for row in ready.nonzero()[0]:
        harbours.ore_mt[row] += terms.extension_mt
        harbours.due_year[row] = 0
        name = world.pack.ports[row].id
        world.tell(Happened.PORT, name, terms.extension_mt, "Mt", "an extension is ready for the next year")
    crowded = (used_share(world) > terms.crowded_share) & (harbours.due_year == 0) & ~ready
    for row in crowded.nonzero()[0]:
        harbours.due_year[row] = world.year + 1 + int(terms.extension_years)
