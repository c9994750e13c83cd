"""The tipping value: by how little one number would have had to differ for the choice to be another.

Each lever is one number that a choice rests on, with a function that is zero where the choice tips. All other
numbers stay as they were. The nearest such value on either side is looked for, and levers are compared by
their change relative to the number as it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp

from sim.choice import Lever
from sim.core.words import change, figure, number

STEPS = tuple(1e-4 * 2.0**step for step in range(15))
"""Distances at which the way from a number to its limit is looked at, as shares of that way; the last is over one."""
LEAST = 1e-9
TIE_DECIMALS = 9
"""Changes that differ by less are a tie, and stay in the order of the levers, on disk as in memory."""
LOGIT = "logit"


@dataclass(frozen=True, slots=True)
class Tipping:
    """A value at which a choice tips.

    Attributes:
        name: name of the number.
        words: what it is.
        unit: its unit.
        now: what it was.
        tipped: from where on the choice would have been another.
    """

    name: str
    words: str
    unit: str
    now: float
    tipped: float

    @property
    def change_share(self) -> float:
        """Change relative to the number as it was; infinite when it was zero."""
        gap = self.tipped - self.now
        return gap / abs(self.now) if abs(self.now) > LEAST else float("inf") if gap else 0.0

    def told(self) -> str:
        """Return it in words: `its cash cost been 2,520 CNY/t instead of 2,700 (-7 %)`."""
        if self.unit == LOGIT:
            # A shift of the log of odds multiplies the odds.
            factor = exp(self.tipped - self.now)
            times = f"{number(factor, 2)} times" if factor >= 0.1 else f"a {number(1.0 / factor)}th of"
            return f"{self.words} made the odds {times} what they were"
        after = figure(self.tipped, self.unit)
        if self.tipped > 0.0 and after == figure(0.0, "share"):
            after = "under 0.1 %"
        before = figure(self.now, self.unit, bare=True)
        return f"{self.words} been {after} instead of {before}{change(self.change_share, self.unit)}"


def nearest_root(gap: Callable[[float], float], now: float, low: float, high: float) -> float | None:
    """The value nearest to `now` in [low, high] at which `gap` is zero, or None.

    >>> round(nearest_root(lambda x: x * x - 4.0, 1.0, 0.0, 10.0), 6)
    2.0
    """
    found = [root for limit in (low, high) if (root := _root_towards(gap, now, limit)) is not None]
    return min(found, key=lambda root: abs(root - now), default=None)


def _root_towards(gap: Callable[[float], float], now: float, limit: float) -> float | None:
    from scipy.optimize import (
        brentq,
    )  # half as dear to import as a run is to play, and only explaining needs it

    before, value = now, gap(now)
    if value == 0.0:
        return now
    for step in STEPS:
        after = now + (limit - now) * min(step, 1.0)
        if after == before:
            continue
        other = gap(after)
        if other == 0.0 or (other > 0.0) != (value > 0.0):
            return float(brentq(gap, *sorted((before, after)), xtol=1e-9, rtol=1e-12))
        before, value = after, other
    return None


def tippings(levers: Iterable[Lever]) -> tuple[Tipping, ...]:
    """Where each lever tips the choice, smallest relative change first; levers that cannot are left out."""
    found = []
    for lever in levers:
        if not lever.low <= lever.now <= lever.high:
            continue
        root = nearest_root(lever.gap, lever.now, lever.low, lever.high)
        if root is not None:
            found.append(Tipping(lever.name, lever.words, lever.unit, lever.now, root))
    return tuple(sorted(found, key=lambda each: round(abs(each.change_share), TIE_DECIMALS)))
