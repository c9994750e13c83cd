"""Arguments of the public functions: what cannot be meant is told in one clear error, before any work."""

import operator
from typing import Any

from sim.core.errors import UsageError

LARGEST = 2**63 - 1
"""The largest whole number that a study can keep."""


def whole(what: str, given: Any, least: int = 0, most: int = LARGEST) -> int:
    """A whole number of Python or numpy within limits.

    Raises:
        UsageError: it is something else, or outside the limits.

    >>> whole("seed", 7)
    7
    """
    try:
        number = None if isinstance(given, bool) else operator.index(given)
    except TypeError:
        number = None
    if number is None or not least <= number <= most:
        is_low = number is None or number < least
        limit = f"from {least}" if is_low and most == LARGEST else f"from {least} to {most}"
        raise UsageError(f"{what} is a whole number {limit}, not {given!r:.60}")
    return number
