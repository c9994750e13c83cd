"""Where groups are at home: the provinces in which they refine or smelt."""

from collections.abc import Iterable

import numpy as np

from sim.world.world import World


def homes_of(world: World) -> list[set[str]]:
    """The provinces in which each group has a refinery or a smelter, by row."""
    plants, smelters = world.refineries, world.smelters
    found: list[set[str]] = [set() for _ in world.groups.keys]
    for row in np.flatnonzero(plants.nameplate_mt > 0.0).tolist():
        found[int(plants.group[row])] |= provinces_of(world, (row,), ())
    for row in np.flatnonzero(smelters.capacity_mt > 0.0).tolist():
        found[int(smelters.group[row])] |= provinces_of(world, (), (row,))
    return found


def provinces_of(world: World, rows: Iterable[int], smelters: Iterable[int]) -> set[str]:
    """The provinces of some refineries and smelters; a smelter that has moved is in that of its new market."""
    names, market = world.geography.provinces, world.smelters.market
    found = {names[int(world.refineries.region[row])] for row in rows}
    for row in smelters:
        known, place = world.pack.smelters[row], world.geography.markets[int(market[row])]
        moved = known.market != place
        found.add(
            next(each.name for each in world.pack.markets if each.id == place) if moved else known.province
        )
    return found
