"""When a plant stops and when it starts again: real options in closed form.

Stopping and starting cost money that does not come back, and the margin moves, so an owner waits on both
sides: it runs some way below cash cost and stays shut some way above. An owner that expects the margin to
recover holds on longer; one that has stopped hoping leaves sooner. Local support and customers who would be
lost lower the stop threshold further.

Lines that have stood idle for two quarters go cold bit by bit: digesters are emptied, crews leave. A plant that would
run them again brings them back bit by bit, and pays.
"""

import numpy as np

from sim.core.arrays import Bools, Floats
from sim.scenario.owner_parameters import Running


def switching_band(volatility_cny_per_t: float, switching_cny_per_t: float) -> float:
    """Half the distance between stopping and starting in CNY/t, for a cost of doing both once.

    `(3/4 sigma^2 (k + l))^(1/3)` is the small-cost limit of the two-threshold switching problem for a margin
    that follows a Brownian motion.

    Example:
        >>> round(switching_band(250.0, 100.0))
        167

    Source: Dixit 1989, 1991 (small-cost approximation).
    """
    return float(np.cbrt(0.75 * volatility_cny_per_t**2 * switching_cny_per_t))


def half_band(running: Running) -> float:
    """Half the distance between the stop and the start threshold of a refinery in CNY/t."""
    cost = running.start_cost_cny_per_t + running.stop_cost_cny_per_t
    return switching_band(running.margin_volatility_cny_per_t, cost)


def thresholds(
    running: Running,
    cost_cny_per_t: Floats,
    price_cny_per_t: Floats,
    expected_cny_per_t: Floats,
    relief_cny_per_t: Floats,
) -> Floats:
    """The stop and the start threshold of each plant, (2, plants), CNY/t at the mill.

    Args:
        running: parameters.
        cost_cny_per_t: (plants,) cash cost.
        price_cny_per_t: (plants,) last quarter's mill price.
        expected_cny_per_t: (plants,) mill price expected in the long run.
        relief_cny_per_t: (plants,) support, and what it is worth not to lose committed customers.
    """
    band = half_band(running)
    drift = running.hope_per_year * (expected_cny_per_t - price_cny_per_t)
    variance = max(running.margin_volatility_cny_per_t**2, 1e-9)
    most = running.hope_limit_share * band
    hope = np.minimum(np.maximum((2.0 / 3.0) * drift * band * band / variance, -most), most)
    centre = cost_cny_per_t - hope
    return np.array((centre - band - relief_cny_per_t, centre + band))


def warm_share(running: Running, warm: Floats, in_use: Floats, wanted: Bools) -> Floats:
    """The part of each plant's lines that is warm after a quarter, (plants,) share of runnable capacity.

    Args:
        running: parameters.
        warm: (plants,) the same before it.
        in_use: (plants,) what ran in this quarter or the one before, whichever is more.
        wanted: (plants,) whether the price calls for more lines and the owner can pay for them.

    Source: equation (4.4a) of the model description.
    """
    idle = np.maximum(warm - in_use * (1.0 + running.standby_share), 0.0)
    back = np.where(wanted & (idle == 0.0), running.warming_per_quarter * (1.0 - warm), 0.0)
    return np.asarray(warm + back - running.cooling_per_quarter * idle)
