"""What owners see of local ore: what mines can give, what lines need, and what they will be short of."""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.ore import rationed_share
from sim.world.world import World


def potential(world: World, year: int) -> Floats:
    """What the mines of each region can give in a year when nothing stops them, (regions,) Mt/yr of alumina."""
    return world.local_ore.potential(world.refineries, world.parameters, year)


def local_need(world: World, ready_mt: Floats) -> Floats:
    """The local ore that plants need to make what they could, (regions,), in alumina."""
    plants = world.refineries
    return total_by(plants.region, ready_mt * (1.0 - plants.imported_share), len(world.geography.regions))


def expected_supply(world: World) -> Floats:
    """What mines of each region are expected to give next year, (regions,) Mt/yr of alumina.

    It is what they gave this year, moved by the trend of their potential.
    """
    now, coming = potential(world, world.year), potential(world, world.year + 1)
    return coming * np.divide(world.book.diggable_mt, now, out=np.ones(len(now)), where=now > 0.0)


def expected_short(world: World, supply_mt: Floats) -> Floats:
    """The part of their local ore that plants of each region will lack next year, (regions,); below zero, to spare.

    Args:
        world: the world.
        supply_mt: (regions,) from `expected_supply`.
    """
    return rationed_share(local_need(world, world.refineries.runnable_mt), supply_mt)
