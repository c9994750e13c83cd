"""Dated facts of the scenario: closures, stops, starts and deals that happen whatever owners would have decided.

A fact that finds nothing to do in a run, because owners have done it before or the plant has gone, is told as void.
"""

from collections.abc import Callable

from sim.acts.fact_deals import take_over
from sim.acts.money import spend
from sim.acts.plants import dismantle
from sim.core.words import plural
from sim.market.inputs import QUARTERS
from sim.phases.founding import begin_abroad, start_plant
from sim.scenario.facts import CLOSURE, DEAL, START, STOP, Fact
from sim.strategy.building import investment
from sim.world.abroad import NEVER
from sim.world.kinds import Happened
from sim.world.population import BUILDING, PLANNED
from sim.world.world import World


def facts_of_year(world: World, *kinds: str) -> list[Fact]:
    """The facts of some kinds that are stated for this year, in the order of the scenario."""
    return [fact for fact in world.spec.facts if fact.year == world.year and fact.what in kinds]


def reason_of(fact: Fact) -> str:
    """The reason of an event that a fact brings about."""
    return f"fact of the scenario, {fact.id}"


def void(world: World, fact: Fact, agent: str, why: str) -> None:
    """Tell that a fact finds nothing to do."""
    world.tell(Happened.VOID, agent, 0.0, "Mt/yr", f"{reason_of(fact)}: {why}")


def close_by_fact(world: World, fact: Fact) -> None:
    """Close a plant for good."""
    plants, row = world.refineries, world.refineries.row(fact.plant)
    if plants.nameplate_mt[row] > 0.0:
        size = dismantle(world, row)
        world.tell(Happened.EXIT, fact.plant, size, "Mt/yr", reason_of(fact))
    else:
        void(world, fact, fact.plant, "it does not stand")


def tell_stop(world: World, fact: Fact) -> None:
    """Tell that a plant stands still; trade obeys `standing_still`."""
    plants, row = world.refineries, world.refineries.row(fact.plant)
    if plants.nameplate_mt[row] <= 0.0:
        void(world, fact, fact.plant, "it does not stand")
        return
    world.tell(
        Happened.STANDSTILL,
        fact.plant,
        float(plants.runnable_mt[row]),
        "Mt/yr",
        f"{reason_of(fact)}, for {plural(fact.quarters, 'quarter')}",
        quarter=fact.quarter,
        duration_quarters=fact.quarters,
    )


def standing_still(world: World, quarter: int) -> list[int]:
    """The rows of plants that a fact has stopped this quarter."""
    return [
        world.refineries.row(fact.plant)
        for fact in world.spec.facts
        if fact.what == STOP
        and 0 <= QUARTERS * (world.year - fact.year) + quarter - fact.quarter < fact.quarters
    ]


def hold_back(world: World) -> None:
    """Keep projects whose start is stated for a later year from starting before."""
    plants = world.refineries
    for fact in world.spec.facts:
        if fact.what != START or fact.year <= world.year:
            continue
        for project in world.abroad:
            if project.key == fact.project:
                project.due_year = max(project.due_year, fact.year)
        if fact.project in plants.keys:
            row = plants.row(fact.project)
            plants.due_year[row] = max(int(plants.due_year[row]), fact.year)


def start_by_fact(world: World, fact: Fact) -> None:
    """Start a project; the owner of one that is not under construction pays for it now."""
    plants, name = world.refineries, fact.project
    for project in world.abroad:
        if project.key == name:
            if project.running_in or project.due_year >= NEVER:
                void(world, fact, name, "it has started before")
            else:
                begin_abroad(world, project, reason_of(fact))
            return
    row = plants.row(name)
    if plants.project_stage[row] == 0:
        void(world, fact, name, "it has started before, or was given up")
        return
    if plants.project_stage[row] == PLANNED:
        terms = world.parameters
        cost = investment(plants.size_mt[row : row + 1], terms.building, terms.pipeline)
        spend(world, int(plants.group[row]), float(cost[0] * plants.size_mt[row]))
    plants.project_stage[row] = BUILDING
    plants.due_quarter[row] = fact.quarter
    start_plant(world, row, reason_of(fact))


def happen(world: World) -> None:
    """Let closures, stops and starts of the year happen, in the order of the scenario."""
    hold_back(world)
    acts: dict[str, Callable[[World, Fact], None]] = {
        CLOSURE: close_by_fact,
        STOP: tell_stop,
        START: start_by_fact,
    }
    for fact in facts_of_year(world, *acts):
        acts[fact.what](world, fact)


def settle_deals(world: World) -> None:
    """Let deals of the year happen, before owners deal of their own accord."""
    for fact in facts_of_year(world, DEAL):
        failed = take_over(world, fact, reason_of(fact))
        if failed:
            void(world, fact, fact.buyer, failed)
