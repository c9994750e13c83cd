"""Array types, and sums by index in row order.

Numpy adds pairwise, so that one row more, even of zero, can change the last bits of a sum. A sum by index adds
strictly in row order: a plant of zero size changes no bit of any result.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def total_by(index: Ints, values: Floats, count: int) -> Floats:
    """The sum of values of each index, (count,), added in row order, in the unit of `values`.

    Args:
        index: (rows,) from 0 to count - 1.
        values: (rows,).
        count: number of sums.

    Example:
        >>> total_by(np.array([0, 2, 0]), np.array([1.0, 2.0, 3.0]), 3)
        array([4., 0., 2.])
    """
    summed: Floats = np.bincount(index, values, count)  # type: ignore[assignment]
    return summed


def exact_sum(values: Floats) -> float:
    """The sum of all values in their unit, rounded once and so the same in any order."""
    return math.fsum(values.ravel().tolist())
