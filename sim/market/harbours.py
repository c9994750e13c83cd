"""Ports that land imported ore: what crowding costs.

A new cluster at the coast saves on haul and shares services, and pushes back where its ships queue: the cost
of a crowded port rises without bound as throughput nears what it can land.
"""

import numpy as np

from sim.core.arrays import Floats

FULL_SHARE = 1.05
LARGEST_SHARE = 0.98


def crowding(used_share: Floats, congestion_cny_per_t: float) -> Floats:
    """Give the cost of crowding at throughput over capacity, (ports,), per tonne of alumina, in CNY/t.

    Example:
        >>> float(crowding(np.array([0.525]), 6.0)[0])
        6.0

    Source: queueing form of equation (2.5) of the model description.
    """
    used = np.clip(used_share, 0.0, LARGEST_SHARE)
    return np.asarray(congestion_cny_per_t * used / (FULL_SHARE - used))
