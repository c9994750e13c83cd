"""Use of red mud as plants see it: who takes how much of it, and what each use costs today."""

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
