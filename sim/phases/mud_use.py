"""Use of red mud: what a tonne of mud costs each plant this year, and where the mud of the year went."""

import math

import numpy as np

from sim.agents.cast import Cast
from sim.core.arrays import Floats
from sim.decisions.use_mud import take_up_uses
from sim.environment.mud_use import stretch_cost, wanted_shares
from sim.environment.red_mud import fines
from sim.sight.mud import cost_of_uses, shares_of_uses
from sim.world.world import World


def place_mud(world: World) -> None:
    """Set the share of mud that each plant uses this year, and what a tonne of its mud costs."""
    plants, rules = world.refineries, world.rules
    shares = shares_of_uses(world)
    used = np.minimum(shares.sum(axis=0), 1.0)
    fine, _ = fines(rules.red_mud, world.geography.regions, plants.region, used)
    stacking = (1.0 - used) * world.parameters.red_mud.stacking_cny_per_t
    plants.mud_use_share[:] = used
    usual = wanted_shares(plants.mud_uses, world.surroundings.uses).sum(axis=0)
    further = stretch_cost(used, usual, world.parameters.mud_use)
    plants.mud_cny_per_t[:] = stacking + (shares * cost_of_uses(world)[:, None]).sum(axis=0) + further + fine


def spread_uses(world: World, cast: Cast) -> None:
    """Count the mud used this year, and let plants take up uses at the cost of before, from next year on."""
    cost = cost_of_uses(world)
    world.surroundings.used_mt += mud_by_use(world)
    take_up_uses(world, cast, cost)


def mud_by_use(world: World) -> Floats:
    """The mud of the year that went to each use, (uses,) Mt."""
    wanted = wanted_shares(world.refineries.mud_uses, world.surroundings.uses)
    total = wanted.sum(axis=0)
    placed = np.divide(world.book.mud_use_share, total, out=np.zeros_like(total), where=total > 0.0)
    return np.array([math.fsum(each) for each in wanted * placed * world.book.mud_mt])
