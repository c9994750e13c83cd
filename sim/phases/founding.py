"""New plants join the world: those decided last year become rows, agents and nodes of the ownership graph.

Rows are added before anything of the year is booked, so that all arrays of a year have one length.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.refinery import Refinery
from sim.world.books import Groundbreaking
from sim.world.ownership import EQUITY_PPM, Node, Stake, float_of
from sim.world.population import BUILDING, Refineries, draw_traits
from sim.world.recipes import make_recipe
from sim.world.surroundings import equip

if TYPE_CHECKING:
    from sim.industry import Industry


def found_plants(industry: "Industry") -> None:
    """Make a row, an agent and a node of the ownership graph of every plant decided last year."""
    new, industry.broken_ground = industry.broken_ground, []
    if not new:
        return
    plants = industry.refineries
    rows = add_rows(plants, new, industry.year - 1)
    draw_traits(plants, rows, industry.geography, industry.parameters, industry.streams)
    equip(plants, rows, industry.surroundings.uses, industry.parameters, industry.streams)
    industry.recipe = make_recipe(
        industry.pack, industry.geography, plants, industry.parameters, industry.year - 1, industry.clusters
    )
    padding = np.zeros((industry.components.shape[0], len(new)))
    industry.components = np.hstack((industry.components, padding))
    agents = [Refinery(industry, int(row), plants.keys[row]) for row in rows]
    industry.cast = replace(industry.cast, refineries=(*industry.cast.refineries, *agents))
    for plant in new:
        deal, node = f"{industry.year}-new-{plant.key}", Node(plant.key, plant.name, "asset")
        industry.ownership.add_company(industry.year, deal, node, stakes_in(industry, plant))


def stakes_in(industry: "Industry", plant: Groundbreaking) -> list[Stake]:
    """Give who holds a new plant: the company founded for it, its owner, or all who hold the one that it replaces."""
    if plant.holder:
        return [Stake(plant.holder, plant.key, EQUITY_PPM, industry.year)]
    if plant.replaces < 0:
        return [Stake(industry.groups.keys[plant.group], plant.key, EQUITY_PPM, industry.year)]
    old = industry.holdings.nodes(industry, industry.refineries.keys)[plant.replaces]
    return [
        Stake(block.holder, plant.key, block.ppm, industry.year, block.votes_ppm, block.controls)
        for block in industry.ownership.blocks(old)
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


def reserved(plants: Refineries) -> np.ndarray:
    """Tell which plants are to go when a new one starts, (plants,)."""
    marked = np.zeros(len(plants), dtype=np.bool_)
    going = plants.replaces[(plants.project_stage == BUILDING) & (plants.replaces >= 0)]
    marked[going] = True
    return marked
