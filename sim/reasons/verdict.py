"""What is said about one decision: what its kind tells, with the nearest values at which it would have been another.

Nothing here knows a kind by name. A decision of a kind that is not registered is told as it is recorded.

The tipping value: by how little one number would have had to differ for the choice to be another.

Each lever is one number that a choice rests on, with a function that is zero where the choice tips. All other
numbers stay as they were. The nearest such value on either side is looked for, and levers are compared by
their change relative to the number as it was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import exp, inf

import numpy as np

import sim.decisions  # noqa: F401
from sim.choice import DECISIONS, Lever, Told
from sim.core.arrays import Floats
from sim.core.words import change, figure, joined, number, worded
from sim.reasons.record import Record
from sim.world.books import Decision

STEPS = tuple(1e-4 * 2.0**step for step in range(15))
"""Distances at which the way from a number to its limit is looked at, as shares of that way; the last is over one."""
LEAST = 1e-9
TIE_DECIMALS = 9
"""Changes that differ by less are a tie, and stay in the order of the levers, on disk as in memory."""
TIE_SHARE = 2.0 * 10.0**-TIE_DECIMALS
"""Two changes further apart are no tie."""
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


Gap = Callable[[float], float]
Gaps = Callable[[Floats], Floats] | None


def nearest_root(
    gap: Gap, now: float, low: float, high: float, reach: float = inf, gaps: Gaps = None
) -> float | None:
    """The value nearest to `now` in [low, high] at which `gap` is zero, or None.

    None is looked for further away than `reach`; `gaps`, of many values at once, saves ways that lead nowhere.

    >>> round(nearest_root(lambda x: x * x - 4.0, 1.0, 0.0, 10.0), 6)
    2.0
    """
    if (value := gap(now)) == 0.0:
        return now
    found: list[float] = []
    for limit in (low, high):
        root = _root_towards((gap, gaps), (now, value), limit, reach)
        if root is not None:
            found.append(root)
            reach = min(reach, abs(root - now))
    return min(found, key=lambda root: abs(root - now), default=None)


def _root_towards(
    gaps: tuple[Gap, Gaps], start: tuple[float, float], limit: float, reach: float
) -> float | None:
    """The first root on the way from a number and its gap to a limit."""
    # Half as dear to import as a run is to play, and only explaining needs it.
    from scipy.optimize import brentq

    (gap, many), (now, value) = gaps, start
    ways, before = [now + (limit - now) * min(step, 1.0) for step in STEPS], now
    if many is not None:
        with np.errstate(all="ignore"):
            first = _first_crossing(many(np.array(ways)), value)
        if first is None:
            return None
        if first > 0:
            before, value = ways[first - 1], gap(ways[first - 1])
        ways = ways[first:]
    for after in ways:
        if after == before:
            continue
        if abs(before - now) > reach:
            return None
        other = gap(after)
        if other == 0.0 or (other > 0.0) != (value > 0.0):
            return float(brentq(gap, *sorted((before, after)), xtol=1e-9, rtol=1e-12))
        before, value = after, other
    return None


def _first_crossing(values: Floats, before: float) -> int | None:
    """The place of the first value that is zero or lies on the other side of zero than the one before it."""
    over = np.append(before > 0.0, values > 0.0)
    crossing = np.flatnonzero((values == 0.0) | (over[1:] != over[:-1]))
    return int(crossing[0]) if crossing.size else None


def tippings(levers: Iterable[Lever], most: int | None = None) -> tuple[Tipping, ...]:
    """Where each lever tips the choice, smallest relative change first; levers that cannot are left out.

    Where no more than a number of them are asked for, none is looked for further away than these.
    """
    found: list[Tipping] = []
    for lever in levers:
        if not lever.low <= lever.now <= lever.high:
            continue
        far = abs(found[most - 1].change_share) + TIE_SHARE if most and len(found) >= most else inf
        reach = far * abs(lever.now) if far < inf else inf
        root = nearest_root(lever.gap, lever.now, lever.low, lever.high, reach, lever.gaps)
        if root is not None:
            found.append(Tipping(lever.name, lever.words, lever.unit, lever.now, root))
            found.sort(key=lambda each: round(abs(each.change_share), TIE_DECIMALS))
    return tuple(found[:most])


@dataclass(frozen=True)
class Verdict(Told):
    """What is said about one decision, as its kind tells of it.

    Attributes:
        decision: the decision.
        tippings: what would have tipped the choice, smallest relative change first.
    """

    decision: Decision = field(kw_only=True)
    tippings: tuple[Tipping, ...] = ()

    def tipped(self, most: int) -> str:
        """What would have tipped the choice, in one sentence, or nothing."""
        if not self.tippings:
            return ""
        ways = [
            f"{'had ' if place == 0 else ''}{each.told()}" for place, each in enumerate(self.tippings[:most])
        ]
        return f"It would {self.otherwise} {'; or '.join(ways)}."


def verdict(decision: Decision, record: Record, most: int | None = None) -> Verdict:
    """What is to be said about a decision, of whatever kind, with at most so many tipping values, or all."""
    if decision.name not in DECISIONS:
        return recorded(decision)
    return judged(decision, DECISIONS.get(decision.name).tell(decision, record), most)


def judged(decision: Decision, told: Told, most: int | None = None) -> Verdict:
    """What a kind tells of a decision, with the nearest values at which it would have been another."""
    return Verdict(**vars(told), decision=decision, tippings=tippings(told.levers, most))


def recorded(decision: Decision) -> Verdict:
    """What is recorded of a decision, without tipping values."""
    unit = decision.unit
    options = [f"{worded(name)} {figure(value, unit)}" for name, value in decision.options.items()]
    facts = [f"{worded(name)} {value:,.4g}" for name, value in decision.facts.items()]
    told = [f"What was weighed: {joined(options)}; the choice won by {figure(decision.margin, unit)}."]
    told += [f"It rests on: {joined(facts)}."] if facts else []
    kind, choice = worded(decision.kind), worded(decision.choice)
    return Verdict(f"{kind}?", f"It chose: {choice}.", tuple(told), decision=decision)
