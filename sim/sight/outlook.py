"""What the rules that are announced for the coming years do to cash costs.

Whoever sets a price of some years ahead against a cost must take the cost under the same rules: the price that
is expected of an announced carbon market has the allowances in it, and so must the cost.

The prices of inputs that plants and sites meet under some rules.

Plants that must close by decree: which a phase-out takes, and what of their worth is left until then.
"""

import math
from copy import copy
from dataclasses import replace

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.environment.red_mud import fines
from sim.market.costs import Terms, energy_charge
from sim.policies.rulebook import PhaseOut, Rulebook, holds_in
from sim.process.base import Recipe
from sim.world.kinds import LEFT
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
    """The cash cost of each standing plant if some of its columns were others, in the shape of these, CNY/t.

    Args:
        world: the world.
        terms: prices that plants meet.
        columns: by name, (plants,) or (cases, plants).
    """
    changed = copy(world.refineries)
    for name, column in columns.items():
        setattr(changed, name, column)
    cost = world.process.recipe(changed, world.year, world.clusters).cost(terms).sum(axis=0)
    # Cost may rest on none of them.
    return np.broadcast_to(cost, np.broadcast(*columns.values()).shape)


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


NEAR_MT = 1e-9


def meant(world: World, rule: PhaseOut) -> Bools:
    """Say which plants a phase-out means by their age, size and place, (plants,), whether or not they stand."""
    plants, regions = world.refineries, world.geography.regions
    inside = np.array([holds_in(rule.regions, region) for region in regions])[plants.region]
    old = (plants.started_year > 0) & (plants.started_year < rule.built_before_year)
    small = plants.size_mt < rule.smaller_than_mt
    return np.asarray(inside & (old | small))


def due_to_close(world: World, rule: PhaseOut) -> list[int]:
    """The rows that a phase-out still takes, the oldest first, until its share of the capacity is gone.

    Plants that were meant and have gone since it began, for reasons of their own or to the coast, count as gone.
    """
    plants = world.refineries
    hit = meant(world, rule)
    since = [event for event in world.events if event.year >= rule.since_year]
    left = {event.agent for event in since if event.kind in LEFT}
    gone = np.array([key in left for key in plants.keys], dtype=bool)
    gone_mt = float((plants.size_mt * (hit & gone)).sum())
    rows = (hit & (plants.nameplate_mt > 0.0)).nonzero()[0]
    open_mt = rule.due_share * (gone_mt + float(plants.nameplate_mt[rows].sum())) - gone_mt
    due: list[int] = []
    for row in sorted(rows, key=lambda row: (plants.started_year[row], plants.keys[row])):
        if open_mt <= NEAR_MT:
            break
        due.append(int(row))
        open_mt -= float(plants.nameplate_mt[row])
    return due


def worth_left(world: World, rows: Ints, discount_per_year: Floats) -> Floats:
    """The part of the worth of plants that comes before a phase-out closes them, (plants,): all where none does.

    What closes this year has none left; what is announced to be gone is taken to stand for as long as owners look ahead
    in rules. What a plant is worth is that of an even stream over the horizon.

    Args:
        world: the world.
        rows: (plants,) the plants.
        discount_per_year: (plants,) owners' discount rates.

    Source: equation (4.5d) of the model description.
    """
    if not (world.outlook.phase_outs or world.rules.phase_outs):
        return np.ones(len(rows))
    years = world.parameters.leaving.horizon_years
    life = np.full(len(world.refineries), years)
    ahead = min(world.parameters.expectation.forward_years, years)
    for rules, stands in ((world.outlook, ahead), (world.rules, 0.0)):
        for rule in rules.phase_outs:
            life[due_to_close(world, rule)] = stands
    gone = np.exp(-discount_per_year * life[rows])
    return np.asarray((1.0 - gone) / (1.0 - np.exp(-discount_per_year * years)))
