"""Red mud as plants see it: who takes how much of it at which cost, what a year stacks, and the space of ponds."""

from sim.core.arrays import Floats, Ints
from sim.environment.mud_use import learned_cost, sold_shares, wanted_shares
from sim.world.world import World


def mud_of_full_output(world: World) -> Floats:
    """The mud of a year of full output, (plants,) Mt."""
    return world.recipe.mud_t * world.refineries.runnable_mt


def province_of_plants(world: World) -> Ints:
    """The number of the province of each plant, (plants,)."""
    return world.surroundings.province[world.refineries.region]


def shares_of_uses(world: World) -> Floats:
    """The share of its mud that each plant places with each use, (uses, plants)."""
    around = world.surroundings
    return sold_shares(
        wanted_shares(world.refineries.mud_uses, around.uses),
        mud_of_full_output(world),
        province_of_plants(world),
        around.provinces,
        world.parameters.mud_use.sink_share,
    )


def cost_of_uses(world: World) -> Floats:
    """Today's cost of each use, (uses,) CNY per tonne of mud."""
    around = world.surroundings
    return learned_cost(around.uses, around.used_mt, world.parameters.mud_use.learning_share)


def yearly_mud(world: World, row: int) -> float:
    """The mud that a plant stacks in a year of full output, Mt."""
    plants = world.refineries
    return float(world.recipe.mud_t[row] * (1.0 - plants.mud_use_share[row]) * plants.runnable_mt[row])


def opening_space(world: World, row: int) -> float:
    """The space of the first ponds of a plant, Mt of mud."""
    return yearly_mud(world, row) * float(world.refineries.pond_life_years[row])


def new_space(world: World, row: int) -> float:
    """The space of a new pond at a plant, Mt of mud."""
    gain = world.parameters.retrofits.dry_stacking_gain_share
    denser = 1.0 + gain * bool(world.refineries.dry_stacking[row])
    return yearly_mud(world, row) * world.parameters.red_mud.permit_life_years * denser
