"""The two-threshold switching problem solved on a grid: the judge of the closed form for the half band.

A plant earns its margin while it runs and nothing while it stands; starting costs k, stopping l. The value of
running less that of standing, W, solves `sigma^2 / 2 W'' + mu W' + x - r W = 0` between the thresholds, equals
k above the upper one and -l below the lower one, and never leaves [-l, k] (Dixit 1989; a double obstacle
problem, solved by moving the two pinned sets until no node wants to change sides).
"""

import numpy as np
from scipy.linalg import solve_banded

from sim.core.arrays import Bools, Floats

WIDEST_CNY_PER_T = 900.0
NODES = 3001


RATE_PER_YEAR = 0.08


def thresholds(
    volatility: float, start_cost: float, stop_cost: float, drift: float = 0.0
) -> tuple[float, float]:
    """Give the margins at which an owner stops and starts a plant, CNY/t.

    Args:
        volatility: standard deviation of the margin per square root of a year, CNY/t.
        start_cost: CNY per tonne of yearly capacity.
        stop_cost: CNY per tonne of yearly capacity.
        drift: expected change of the margin, CNY/t a year.
    """
    margin = np.linspace(-WIDEST_CNY_PER_T, WIDEST_CNY_PER_T, NODES)
    width = margin[1] - margin[0]
    # weights of the left neighbour, the node and the right neighbour
    left, right = 0.5 * volatility**2 / width**2 + np.array([-0.5, 0.5]) * drift / width
    weights = np.array([left, -left - right - RATE_PER_YEAR, right])
    start, stop = margin > 0.5 * WIDEST_CNY_PER_T, margin < -0.5 * WIDEST_CNY_PER_T
    for _ in range(NODES):
        value = np.where(start, start_cost, np.where(stop, -stop_cost, 0.0))
        value = continued(margin, weights, value, start | stop)
        drive = margin + np.convolve(value, weights[::-1], mode="same")
        now_start = np.where(start, drive > 0.0, value > start_cost)
        now_stop = np.where(stop, drive < 0.0, value < -stop_cost)
        now_start[-1] = now_stop[0] = True
        if (now_start == start).all() and (now_stop == stop).all():
            break
        start, stop = now_start, now_stop
    return float(margin[stop].max()), float(margin[start].min())


def continued(margin: Floats, weights: Floats, pinned: Floats, fixed: Bools) -> Floats:
    """Give W where it is continued, with the pinned values where it is fixed."""
    bands = np.zeros((3, margin.size))
    bands[0, 1:] = np.where(fixed[:-1], 0.0, weights[2])
    bands[1] = np.where(fixed, 1.0, weights[1])
    bands[2, :-1] = np.where(fixed[1:], 0.0, weights[0])
    return np.asarray(solve_banded((1, 1), bands, np.where(fixed, pinned, -margin)))
