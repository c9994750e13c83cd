"""The prices of inputs that plants and sites meet under some rules."""

import math
from copy import copy
from dataclasses import replace

import numpy as np

from sim.core.arrays import Bools, Floats
from sim.market.costs import Terms, energy_charge
from sim.policies.rulebook import Rulebook
from sim.world.population import Refineries
from sim.world.world import World


def cost_terms(world: World, plants: Refineries, rules: Rulebook | None = None) -> Terms:
    """The prices that some plants meet, standing ones or sites where one could stand.

    They meet them under this year's rules if no others are given.
    """
    rules, regions = rules or world.rules, world.geography.regions
    coal, power = energy_charge(rules.energy_charges, regions, plants.region)
    return Terms(
        now=world.prices.now,
        before=world.prices.before,
        lagged_ore_share=world.parameters.inputs.lagged_ore_share,
        vat_share=world.parameters.market.vat_share,
        carbon_price_cny_per_tco2=rules.carbon_price_cny_per_tco2,
        benchmark_tco2_per_t=rules.carbon_benchmark_tco2_per_t,
        mud_cny_per_t=plants.mud_cny_per_t,
        coal_charge_cny_per_t=coal,
        power_charge_cny_per_kwh=power,
    )


def lasting_terms(world: World) -> Terms:
    """The prices against which a change that lasts for years is held at standing plants.

    The rules are those that are announced, and imported ore is at its long-run level, since ore that is cheap for a
    quarter is not, dearer by announced bans. Other prices are today's.
    """
    parameters = world.parameters
    today = cost_terms(world, world.refineries, world.outlook)
    dearer = math.exp(parameters.disruptions.ore_price_ratio * world.outlook.ore_ban_share)
    level = parameters.inputs.levels.get(world.pack.trade.feed_price, 0.0)
    lasting = today.now.with_feed(level * dearer)
    return replace(today, now=lasting, before=lasting)


def cost_with(world: World, terms: Terms, **columns: Floats | Bools) -> Floats:
    """The cash cost of each standing plant if some of its columns were others, (plants,) CNY/t."""
    changed = copy(world.refineries)
    for name, column in columns.items():
        setattr(changed, name, column)
    recipe = world.process.recipe(changed, world.year, world.clusters)
    return np.asarray(recipe.cost(terms).sum(axis=0))
