"""Ponds as plants see them: the mud that a year of full output stacks, and the space of old and new ponds."""

from sim.world.world import World


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
