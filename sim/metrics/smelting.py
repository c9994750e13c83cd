"""The other product: concentration of smelting, and how far refining, smelting and ore are in one hand."""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.concentration import concentration_ratio, hhi
from sim.metrics.catalogue import OWN, Picture, metric
from sim.metrics.ownership import GUIDELINES, group_capacity


def group_smelting(picture: Picture) -> Floats:
    """Smelter capacity at home by controlling group, (groups,) Mt/yr of metal."""
    world = picture.world
    return total_by(world.smelters.group, world.smelters.capacity_mt, len(world.groups))


def own_need(picture: Picture) -> Floats:
    """Alumina that the smelters of each group need when all run, (groups,) Mt/yr."""
    return picture.world.parameters.market.product_per_metal_t_per_t * group_smelting(picture)


@metric("smelting_hhi", "points", GUIDELINES, label="HHI of smelting by control")
def smelting_hhi(picture: Picture) -> float:
    """HHI of smelter capacity by controlling group."""
    return hhi(group_smelting(picture))


@metric("smelting_cr5", "share", GUIDELINES, label="5 largest in smelting")
def smelting_cr5(picture: Picture) -> float:
    """Share of the five largest groups in smelter capacity."""
    return concentration_ratio(group_smelting(picture), 5)


@metric("smelting_cr10", "share", GUIDELINES, label="10 largest in smelting")
def smelting_cr10(picture: Picture) -> float:
    """Share of the ten largest groups in smelter capacity."""
    return concentration_ratio(group_smelting(picture), 10)


@metric("covered_share", "share", OWN, label="capacity own smelters can use")
def covered_share(picture: Picture) -> float:
    """Share of installed refining capacity that smelters of its own group can use, equation (6.13)."""
    refining = group_capacity(picture)
    total = float(refining.sum())
    return float(np.minimum(refining, own_need(picture)).sum()) / total if total > 0.0 else 0.0


@metric("own_ore_share", "share", OWN, label="capacity on ore of its group")
def own_ore_share(picture: Picture) -> float:
    """Share of installed refining capacity whose ore its group controls, equation (6.13)."""
    refining = group_capacity(picture)
    total = float(refining.sum())
    return float((refining * picture.world.ore_control).sum()) / total if total > 0.0 else 0.0
