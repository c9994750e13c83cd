"""Where groups are at home: the provinces in which they refine or smelt."""

from collections.abc import Iterable

import numpy as np

from sim.world.world import World


def homes_of(world: World) -> list[set[str]]:
    """The provinces in which each group has a refinery or a smelter, by row."""
    plants, smelters = world.refineries, world.smelters
    found: list[set[str]] = [set() for _ in world.groups.keys]
    for row in np.flatnonzero(plants.nameplate_mt > 0.0).tolist():
        found[plants.group[row]].add(world.geography.provinces[plants.region[row]])
    for row in np.flatnonzero(smelters.capacity_mt > 0.0).tolist():
        found[smelters.group[row]].add(_province_of_smelter(world, row))
    return found


def provinces_of(world: World, rows: Iterable[int], smelters: Iterable[int]) -> set[str]:
    """The provinces of some refineries and smelters; a smelter that has moved is in that of its new market."""
    names = world.geography.provinces
    found = {names[int(world.refineries.region[row])] for row in rows}
    return found | {_province_of_smelter(world, row) for row in smelters}


def _province_of_smelter(world: World, row: int) -> str:
    known, place = world.pack.smelters[row], world.geography.markets[world.smelters.market[row]]
    if known.market == place:
        return known.province
    return next(each.name for each in world.pack.markets if each.id == place)
