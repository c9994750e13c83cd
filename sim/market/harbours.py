"""Ports that land imported ore: what crowding costs.

A new cluster at the coast saves on haul and shares services, and pushes back where its ships queue: the cost
of a crowded port rises without bound as throughput nears what it can land.
"""

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import Ports


def crowding(used_share: Floats, ports: Ports) -> Floats:
    """The cost of crowding at throughput over capacity, (ports,), per tonne of alumina, in CNY/t.

    Source: queueing form of equation (2.5) of the model description.
    """
    used = np.clip(used_share, 0.0, ports.counted_share)
    return np.asarray(ports.congestion_cny_per_t * used / (ports.full_ratio - used))
