"""Concentration of an industry: who has how much of it, in one number.

Pure functions of volumes (million tonnes of capacity, output or merchant sales) and ownership matrices. They
do not know who owns whom: `sim/world/holdings.py` says that. Sums are exact (`math.fsum`) or run in row order,
so that an owner or a plant of zero volume changes no bit of any measure.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import exact_sum, total_by

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

POINTS = 10_000.0
"""An HHI of a monopoly."""


def shares(volume: Vector) -> Vector:
    """Each volume as a share of the sum, 0 to 1; all zero where the sum is zero.

    Raises:
        ValueError: a volume below zero or not a number.
    """
    volumes = np.asarray(volume, dtype=np.float64)
    if not np.minimum.reduce(volumes, initial=0.0) >= 0.0:
        raise ValueError("a volume is below zero or not a number")
    total = exact_sum(volumes)
    return volumes / total if total > 0.0 else np.zeros(len(volumes))


def hhi(volume: Vector) -> float:
    """The Herfindahl-Hirschman index, 0 to 10,000.

    Source: US Department of Justice and Federal Trade Commission, Merger Guidelines 2023, section 2.1.

    >>> hhi(np.array([30.0, 30.0, 20.0, 20.0]))
    2600.0
    """
    return POINTS * exact_sum(shares(volume) ** 2)


def concentration_ratio(volume: Vector, n: int) -> float:
    """The share of the n largest owners together, 0 to 1."""
    return math.fsum(ranked(volume)[:n])


def ranked(volume: Vector) -> list[float]:
    """Each volume as a share of the sum, the largest first."""
    return sorted(shares(volume).tolist(), reverse=True)


def hhi_economic(volume: Vector, interest: Matrix, atomistic: NDArray[np.bool_]) -> float:
    """The HHI of look-through shares, 0 to 10,000: each holder with his part of every plant.

    Atomistic holders count in the total and add nothing to the index.

    Args:
        volume: (plants,).
        interest: Share of each plant that belongs to each outside holder, (holders, plants).
        atomistic: Holders that stand for many small ones, (holders,).
    """
    parts = (interest.T * shares(volume)[:, None]).ravel()
    some = (parts != 0.0).nonzero()[0]
    held = total_by(some % len(interest), parts[some], len(interest))[~atomistic]
    return POINTS * exact_sum(held**2)


def portfolio_interest(interest: Matrix, volume: Vector, group: NDArray[np.intp]) -> Matrix:
    """The share of each group's volume that belongs to each controller, (groups, groups).

    A group without volume gives zero to all.

    Args:
        interest: Look-through share of each plant of the controller of each group, (groups, plants).
        volume: (plants,).
        group: The row of the group that controls each plant, (plants,).
    """
    groups = len(interest)
    total = total_by(group, volume, groups)
    held = (interest.T * volume[:, None]).ravel()
    some = (held != 0.0).nonzero()[0]
    cells = some % groups * groups + group[some // groups]
    by_group = total_by(cells, held[some], groups * groups).reshape(groups, groups)
    return by_group / np.where(total > 0.0, total, 1.0)


def mhhi_delta(volume_by_group: Vector, interest_by_group: Matrix) -> float:
    """The modified HHI less the HHI when each group decides for its controller alone, in points.

    Args:
        volume_by_group: (groups,).
        interest_by_group: b, share of the profit of group k that reaches controller j, (groups j, groups k);
            from `portfolio_interest`.

    Raises:
        ValueError: a group with volume whose controller has no interest in it.

    Source: O'Brien and Salop 2000, with all control at one owner per group.
    """
    share = shares(volume_by_group)
    cross = np.outer(share, share) * relative_weights(np.asarray(interest_by_group, dtype=np.float64), share)
    np.fill_diagonal(cross, 0.0)
    return POINTS * exact_sum(cross[cross != 0.0])


def relative_weights(weight: Matrix, share: Vector) -> Matrix:
    """Each row of weights relative to its own diagonal; rows of firms without sales are left as zero."""
    own = np.diag(weight)
    active = np.asarray(share) > 0.0
    if (own[active] <= 0.0).any():
        rows = (active & (own <= 0.0)).nonzero()[0].tolist()
        raise ValueError(f"rows {rows} control without any interest")
    return np.where(active[:, None], weight, 0.0) / np.where(active, own, 1.0)[:, None]
