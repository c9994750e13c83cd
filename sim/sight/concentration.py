"""How concentrated the industry is as it stands."""

from collections.abc import Iterable

import numpy as np

from sim.core.arrays import total_by
from sim.market.concentration import hhi
from sim.world.world import World


def size_of(world: World, rows: Iterable[int]) -> float:
    """The nameplate of some refineries, Mt/yr."""
    return float(np.asarray(world.refineries.nameplate_mt[list(rows)]).sum())


def control_index(world: World) -> float:
    """The HHI of capacity by controlling group as it stands, points."""
    plants = world.refineries
    return hhi(total_by(plants.group, plants.nameplate_mt, len(world.groups)))
