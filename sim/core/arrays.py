"""Array types, and sums by index in row order.

Numpy adds pairwise, so that one row more, even of zero, can change the last bits of a sum. A sum by index adds
strictly in row order: a plant of zero size changes no bit of any result.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


total_by: Callable[[Ints, Floats, int], Floats] = np.bincount  # type: ignore[assignment]
"""The sum of values of each index, (count,), added in row order, in the unit of the values.

Takes indices (rows,) from 0 to count - 1, values (rows,) and the number of sums.
"""


def exact_sum(values: Floats) -> float:
    """The sum of all values in their unit, rounded once and so the same in any order."""
    return math.fsum(values.ravel().tolist())


def cases(columns: Iterable[NDArray[Any]]) -> Iterator[tuple[Any, ...]]:
    """The values of each case out of columns (cases,), as plain numbers."""
    return zip(*[column.tolist() for column in columns], strict=True)
