"""New plants join the world: those decided last year become rows, agents and nodes of the ownership graph.

Rows are added before anything of the year is booked, so that all arrays of a year have one length.
"""

import numpy as np

from sim.agents.cast import Cast
from sim.world.books import Groundbreaking
from sim.world.ownership import EQUITY_PPM, Node, Stake, float_of
from sim.world.population import BUILDING, Refineries, draw_traits
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
