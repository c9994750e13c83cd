"""What is said about one decision: what its kind tells, with the nearest values at which it would have been another.

Nothing here knows a kind by name. A decision of a kind that is not registered is told as it is recorded.

The tipping value: by how little one number would have had to differ for the choice to be another.

Each lever is one number that a choice rests on, with a function that is zero where the choice tips. All other
numbers stay as they were. The nearest such value on either side is looked for, and levers are compared by
their change relative to the number as it was. Levers of many choices are looked at together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp

import numpy as np

import sim.decisions  # noqa: F401
from sim.choice import DECISIONS, Lever, Told, gaps
from sim.core.arrays import Floats, Ints
from sim.core.words import change, figure, joined, number, worded
from sim.reasons.record import Record
from sim.world.books import Decision

STEPS = np.array([0.0, *(min(1e-4 * 2.0**step, 1.0) for step in range(15))])
"""Distances at which the way from a number to its limit is looked at, as shares of that way."""
EXACT, EXACT_SHARE = 1e-9, 1e-12
"""How near a value is told at which a choice tips, in its unit and relative to it."""
MOST_STEPS = 100
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


def nearest_roots(levers: Sequence[Lever]) -> Floats:
    """The value nearest to each lever's own, within its limits, at which its choice tips, (levers,); NaN for none."""
    found, together = np.full(len(levers), np.nan), dict[tuple[object, ...], list[int]]()
    for place, lever in enumerate(levers):
        apart = lever.term if lever.term and not lever.term.by_case else None
        together.setdefault((lever.grounds.lead, id(lever.grounds.parameters), apart), []).append(place)
    with np.errstate(all="ignore"):
        for places in together.values():
            found[places] = _roots([levers[place] for place in places])
    return found


def _roots(levers: list[Lever]) -> Floats:
    """The nearest root of each of some levers with the same lead, (levers,), NaN for none."""
    now = np.array([each.now for each in levers])
    limits = np.array([(each.low, each.high) for each in levers])
    ways = now[:, None, None] + (limits - now[:, None])[:, :, None] * STEPS
    values = gaps(levers, ways.reshape(len(levers), -1)).reshape(ways.shape)
    over = values > 0.0
    crossing = (values[..., 1:] == 0.0) | (over[..., 1:] != over[..., :-1])
    lever, side = np.nonzero(crossing.any(axis=2))
    step = crossing[lever, side].argmax(axis=1)
    # The way to the lower limit leads down.
    ends = [
        np.stack([each[lever, side, step + 1 - side], each[lever, side, step + side]])
        for each in (ways, values)
    ]
    roots = np.full(limits.shape, np.nan)
    roots[lever, side] = _settled(
        lambda left, x: gaps([levers[i] for i in lever[left]], x[:, None])[:, 0], *ends
    )
    away = np.nan_to_num(np.abs(roots - now[:, None]), nan=np.inf)
    nearest = roots[np.arange(len(levers)), away.argmin(axis=1)]
    return np.where(values[:, 0, 0] == 0.0, now, nearest)


def _settled(gap: Callable[[Ints, Floats], Floats], ends: Floats, values: Floats) -> Floats:
    """The zeros between ends (2, brackets) whose gaps differ in sign; `gap` takes brackets and a value of each.

    Source: Brent 1973, Algorithms for Minimization without Derivatives: a step along a line or curve, or half the way.
    """
    found: Floats = np.where(values[0] == 0.0, ends[0], ends[1])
    left = np.all(values, axis=0).nonzero()[0]
    before, now = np.stack([ends, values], axis=1)[:, :, left]
    across, last, step = np.zeros_like(now), np.zeros(left.size), np.zeros(left.size)
    for _ in range(MOST_STEPS):
        crossed = (before[1] > 0.0) != (now[1] > 0.0)
        across = np.where(crossed, before, across)
        last, step = (np.where(crossed, now[0] - before[0], each) for each in (last, step))
        swapped = np.abs(across[1]) < np.abs(now[1])
        before, now, across = (
            np.where(swapped, *each) for each in ((now, before), (across, now), (now, across))
        )
        near, half = (EXACT + EXACT_SHARE * np.abs(now[0])) / 2.0, (across[0] - now[0]) / 2.0
        found[left] = now[0]
        going = (now[1] != 0.0) & ~(np.abs(half) < near)
        left, last, step, near, half = (each[going] for each in (left, last, step, near, half))
        if not left.size:
            break
        before, now, across = (each[:, going] for each in (before, now, across))
        (x, f), (x_before, f_before), (x_across, f_across) = now, before, across
        slopes = (f_before - f) / (x_before - x), (f_across - f) / (x_across - x)
        curved = (
            -f
            * (f_across * slopes[1] - f_before * slopes[0])
            / (slopes[1] * slopes[0] * (f_across - f_before))
        )
        tried = np.where(x_before == x_across, -f * (x - x_before) / (f - f_before), curved)
        good = (np.abs(last) > near) & (np.abs(f) < np.abs(f_before))
        good &= 2.0 * np.abs(tried) < np.minimum(np.abs(last), 3.0 * np.abs(half) - near)
        last, step = np.where(good, step, half), np.where(good, tried, half)
        further = x + np.where(np.abs(step) > near, step, np.where(half > 0.0, near, -near))
        before, now = now, np.stack([further, gap(left, further)])
    return found


def tippings(choices: Sequence[Sequence[Lever]], most: int | None = None) -> list[tuple[Tipping, ...]]:
    """Where the levers of each choice tip it, smallest relative change first; levers that cannot are left out.

    Args:
        choices: the levers of each.
        most: how many are told of a choice.
    """
    able = [[each for each in levers if each.low <= each.now <= each.high] for levers in choices]
    roots = iter(nearest_roots([each for levers in able for each in levers]).tolist())
    told = []
    for levers in able:
        found = [Tipping(each.name, each.words, each.unit, each.now, next(roots)) for each in levers]
        found = [each for each in found if each.tipped == each.tipped]
        found.sort(key=lambda each: round(abs(each.change_share), TIE_DECIMALS))
        told.append(tuple(found[:most]))
    return told


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


def verdict(decision: Decision, record: Record) -> Verdict:
    """What is to be said about a decision, of whatever kind."""
    return verdicts((decision,), record)[0]


def verdicts(decisions: Sequence[Decision], record: Record, most: int | None = None) -> list[Verdict]:
    """What is to be said about decisions, of whatever kinds, with at most so many tipping values each, or all."""
    told = [
        DECISIONS.get(each.name).tell(each, record) if each.name in DECISIONS else recorded(each)
        for each in decisions
    ]
    tipped = tippings([each.levers for each in told], most)
    return [
        Verdict(**(vars(says) | {"decision": decision, "tippings": tips}))
        for decision, says, tips in zip(decisions, told, tipped, strict=True)
    ]


def recorded(decision: Decision) -> Verdict:
    """What is recorded of a decision, without tipping values."""
    unit = decision.unit
    options = [f"{worded(name)} {figure(value, unit)}" for name, value in decision.options.items()]
    facts = [f"{worded(name)} {value:,.4g}" for name, value in decision.facts.items()]
    told = [f"What was weighed: {joined(options)}; the choice won by {figure(decision.margin, unit)}."]
    told += [f"It rests on: {joined(facts)}."] if facts else []
    kind, choice = worded(decision.kind), worded(decision.choice)
    return Verdict(f"{kind}?", f"It chose: {choice}.", tuple(told), decision=decision)
