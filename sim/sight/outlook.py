"""What the rules that are announced for the coming years do to cash costs.

Whoever sets a price of some years ahead against a cost must take the cost under the same rules: the price that
is expected of an announced carbon market has the allowances in it, and so must the cost.
"""

import math

import numpy as np

from sim.core.arrays import Floats
from sim.environment.red_mud import fines
from sim.policies.rulebook import Rulebook
from sim.process.base import Recipe
from sim.sight.terms import cost_terms
from sim.world.world import World


def cost_change(world: World, before: Rulebook, after: Rulebook) -> Floats:
    """What each plant's cash cost changes from one rulebook to another, (plants,) CNY/t, all else as today."""
    recipe = world.recipe
    then, now = (
        recipe.cost(cost_terms(world, world.refineries, rules)).sum(axis=0) for rules in (after, before)
    )
    changes = ore_change(world, recipe, before, after) + fine_change(world, before, after)
    return np.asarray(then - now + changes)


def fine_change(world: World, before: Rulebook, after: Rulebook) -> Floats:
    """What a change of duties to use mud adds to the cost of plants that use as much as today, (plants,) CNY/t."""
    plants, regions = world.refineries, world.geography.regions
    then, now = (
        fines(rules.red_mud, regions, plants.region, plants.mud_use_share)[0] for rules in (after, before)
    )
    return np.asarray(world.recipe.residue_t * (then - now))


def ore_change(world: World, recipe: Recipe, before: Rulebook, after: Rulebook) -> Floats:
    """What a change of ore bans adds to the cost of some recipes, (plants,) CNY/t."""
    ore = ore_rise(world, before, after) * world.prices.now.exchange_rate_cny_per_usd
    return np.asarray(recipe.imported_ore_t * ore * (1.0 + world.parameters.market.vat_share))


def ore_rise(world: World, before: Rulebook, after: Rulebook) -> float:
    """What a change of ore bans adds to the price of imported ore, USD/t."""
    scarcer = after.ore_ban_share - before.ore_ban_share
    dearer = math.exp(world.parameters.disruptions.ore_price_ratio * scarcer) - 1.0
    return world.prices.now.feed_usd_per_t * dearer


def lasting_costs(world: World) -> Floats:
    """Each plant's cash cost of today, (plants,) CNY/t, under the rules that are announced to come."""
    cost = world.refineries.cash_cost_cny_per_t
    if world.outlook == world.rules:
        return cost
    return cost + cost_change(world, world.rules, world.outlook)
