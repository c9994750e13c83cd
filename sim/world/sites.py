"""Where a new plant could stand: one hypothetical refinery for each supply region.

It is what an owner would build there today: low-temperature digestion and imported ore, hauled inland where the
site is not at the shore, for domestic mines are spoken for and shrink.
"""

import numpy as np

from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.world.geography import Geography
from sim.world.population import Refineries


def make_sites(pack: Pack, geography: Geography, parameters: Parameters) -> Refineries:
    """The table of sites, one row a supply region, by region id."""
    sites = Refineries([row.id for row in pack.regions])
    sites.region[:] = np.arange(len(geography.regions))
    sites.coastal[:] = geography.shore
    sites.size_mt[:] = sites.nameplate_mt[:] = sites.runnable_mt[:] = parameters.building.size_mt
    sites.imported_share[:] = 1.0
    sites.low_share[:] = 1.0
    sites.mud_cny_per_t[:] = parameters.red_mud.stacking_cny_per_t
    return sites


def ore_control(pack: Pack, keys: tuple[str, ...]) -> np.ndarray:
    """The part of its ore that each owner group controls, (groups,), none where nothing is known."""
    known = {row.id: row.ore_control_share for row in pack.mines}
    return np.array([known.get(key, 0.0) for key in keys])
