"""Red mud as plants see it: who takes how much of it at which cost, what a year stacks, and the space of ponds."""

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.environment.red_mud import (
    learned_cost,
    pressing_price,
    sink_shares,
    sold_shares,
    stretch_ratios,
    wanted_shares,
)
from sim.world.world import World


def mud_of_full_output(world: World) -> Floats:
    """The mud of a year of full output, (plants,) Mt."""
    return world.recipe.residue_t * world.refineries.runnable_mt


def province_of_plants(world: World) -> Ints:
    """The number of the province of each plant, (plants,)."""
    return world.surroundings.province[world.refineries.region]


def refused_ponds(world: World) -> Floats:
    """The part of applications for new ponds that announced rules refuse, (regions,)."""
    rules, regions = world.outlook, world.geography.regions
    if not rules.red_mud:
        return np.zeros(len(regions))
    return 1.0 - np.array([rules.pond_permit_share(region) for region in regions])


def pressing(world: World) -> Floats:
    """What of the shadow price of its space drives each plant to use mud further away, (plants,) CNY/t."""
    plants = world.refineries
    refused = refused_ponds(world)[plants.region]
    return pressing_price(plants.space_cny_per_t, refused, world.parameters.mud_use)


def shares_of_uses(world: World) -> tuple[Floats, Floats]:
    """The share of its mud that each plant places with each use, and what it would, as scarce as its space is.

    Both are (uses, plants).
    """
    around, terms, price = world.surroundings, world.parameters.mud_use, pressing(world)
    count, province, mud = around.provinces, province_of_plants(world), mud_of_full_output(world)
    wanted = wanted_shares(world.refineries.mud_uses, around.uses, stretch_ratios(price, terms))
    sinks = sink_shares(price, mud, province, count, terms)
    return sold_shares(wanted, mud, province, count, sinks), wanted


def cost_of_uses(world: World) -> Floats:
    """Today's cost of each use, (uses,) CNY per tonne of mud."""
    around = world.surroundings
    return learned_cost(around.uses, around.used_mt, world.parameters.mud_use.learning_share)


def yearly_mud(world: World, row: int) -> float:
    """The mud that a plant stacks in a year of full output, Mt."""
    plants = world.refineries
    return float(world.recipe.residue_t[row] * (1.0 - plants.mud_use_share[row]) * plants.runnable_mt[row])


def opening_space(world: World, row: int) -> float:
    """The space of the first ponds of a plant, Mt of mud."""
    return yearly_mud(world, row) * float(world.refineries.pond_life_years[row])


def opening_mud(world: World) -> Floats:
    """The mud from before the start that plants still have to cover, (plants,) Mt: that of a region by capacity."""
    plants, ponds = world.refineries, world.surroundings.limits.opening_mud_mt
    there = total_by(plants.region, plants.nameplate_mt, len(ponds))
    part = np.divide(ponds, there, out=np.zeros(len(ponds)), where=there > 0.0)
    uncovered = world.parameters.red_mud.opening_uncovered_share
    return np.asarray(uncovered * part[plants.region] * plants.nameplate_mt)


def pond_duties(world: World) -> Floats:
    """What it would cost each plant to cover its ponds and to watch them, (plants,) million CNY."""
    return world.refineries.uncovered_mud_mt * world.parameters.red_mud.rehabilitation_cny_per_t


def new_space(world: World, row: int) -> float:
    """The space of a new pond at a plant, Mt of mud."""
    gain = world.parameters.retrofits.dry_stacking_gain_share
    denser = 1.0 + gain * bool(world.refineries.dry_stacking[row])
    return yearly_mud(world, row) * world.parameters.red_mud.permit_life_years * denser


def tolerance(world: World) -> Floats:
    """What is left of the willingness to permit ponds, (regions,) share: it falls with the mud added since the start.

    Source: equation (7.2a) of the model description.
    """
    plants, ceiling = world.refineries, world.surroundings.limits.mud_ceiling_mt
    added = total_by(plants.region, plants.mud_stock_mt, ceiling.size)
    return np.asarray(np.exp(-world.parameters.red_mud.opposition_ratio * added / ceiling))


def lawful_share(world: World, region: int) -> float:
    """The part of applications for new ponds that a region may answer this year; all of them during a relief."""
    if world.year <= world.surroundings.relief_until_year[region]:
        return 1.0
    return world.rules.pond_permit_share(world.geography.regions[region])
