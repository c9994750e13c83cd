"""A shortage of imported ore: who goes short when some owners have ore of their own that still comes.

Ports that land imported ore: what crowding costs.

A new cluster at the coast saves on haul and shares services, and pushes back where its ships queue: the cost
of a crowded port rises without bound as throughput nears what it can land.
"""

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import Ports

LEAST_ORE_MT = 1e-12


def shared_shortage(need_mt: Floats, secured_mt: Floats, missing_share: float) -> Floats:
    """The part of the imported ore that each group needs which it goes without, (groups,).

    Secured ore goes to its owner first, and all the rest of what comes is shared by what is then still needed. In all
    the same ore comes as if it were shared evenly: what an owner keeps is missing elsewhere.

    Args:
        need_mt: (groups,) imported ore that the group's plants could use.
        secured_mt: (groups,) ore of its own that comes to it first.
        missing_share: part of all imported ore that does not come, 0 to 1.

    Example:
        >>> shared_shortage(np.array([10.0, 10.0]), np.array([4.0, 0.0]), 0.5)
        array([0.375, 0.625])
    """
    total = float(need_mt.cumsum()[-1])
    coming = (1.0 - missing_share) * total
    secured = np.minimum(secured_mt, need_mt)
    held = float(secured.cumsum()[-1])
    even = np.full(need_mt.size, missing_share)
    if held <= LEAST_ORE_MT:
        return even
    first = secured * min(coming / held, 1.0)
    open_mt = need_mt - first
    left, wanted = coming - float(first.cumsum()[-1]), float(open_mt.cumsum()[-1])
    share = max(left, 0.0) / max(wanted, LEAST_ORE_MT)
    got = first + min(share, 1.0) * open_mt
    short: Floats = np.divide(need_mt - got, need_mt, out=even, where=need_mt > LEAST_ORE_MT)
    return short


def potential(opening_mt: Floats, trend_per_year: Floats, floor_share: float, years: float) -> Floats:
    """What mines of regions can give, (regions,), in the measure of their potential at the start.

    Args:
        opening_mt: (regions,) potential at its date.
        trend_per_year: (regions,) trend of its logarithm.
        floor_share: part of it that is always left.
        years: years since its date.
    """
    return np.asarray(opening_mt * np.maximum(np.exp(trend_per_year * years), floor_share))


def rationed_share(need_mt: Floats, supply_mt: Floats) -> Floats:
    """The part of what each region needs that there is not, (regions,); below zero where there is more.

    Example:
        >>> rationed_share(np.array([10.0, 4.0, 0.0]), np.array([8.0, 5.0, 1.0]))
        array([ 0.2 , -0.25,  0.  ])
    """
    missing = need_mt - supply_mt
    return np.divide(missing, need_mt, out=np.zeros(len(missing)), where=need_mt > LEAST_ORE_MT)


def crowding(used_share: Floats, ports: Ports) -> Floats:
    """The cost of crowding at throughput over capacity, (ports,), per tonne of alumina, in CNY/t.

    Source: queueing form of equation (2.5) of the model description.
    """
    used = np.minimum(np.maximum(used_share, 0.0), ports.counted_share)
    return np.asarray(ports.congestion_cny_per_t * used / (ports.full_ratio - used))
