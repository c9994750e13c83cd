"""What one scenario changes in one number, over pairs of runs with the same luck: how much, and whether luck could.

Where most pairs differ, Student's t on their differences judges. What befalls one plant or one pair of owners
happens in few runs, and nearly all differences are exactly zero; t would take three or four others for a sample of
something normal and be sure. There the signs judge (the exact sign test, McNemar's for yes and no), which say nothing
before six pairs differ, all one way. A table of names is many tests of which those that seem clear are told, so its
p values are raised by Holm's rule.

Source: paired t, Law & Kelton, Simulation Modeling and Analysis, ch. 10; McNemar 1947; Holm 1979; variance ratio,
Stout & Goldie 2008; shares of pairs, Newcombe 1998.

What a lever does to its own aim as it is turned up: which way, where it stops and where it turns.

Whether numbers differ is judged by `sim/study/effects.py`: each strength against none, and each against the next milder
one, over pairs of runs with the same luck.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.core.arrays import Floats

CONFIDENCE = 0.95
BAND = (0.05, 0.5, 0.95)
"""Quantiles of pairs by year."""
LEVEL = 0.05
"""Greatest p value with which a verdict is higher or lower."""
LEAST_DIFFERING = 6
"""Pairs that must differ before there can be a verdict: five all one way come by luck once in sixteen times."""
NONE, HIGHER, LOWER, UNCLEAR = "no difference", "higher", "lower", "no clear difference"
"""Verdicts; `no difference` means that all twins are equal bit for bit."""


@dataclass(frozen=True)
class Effect:
    """What one scenario changes in one number against another, over pairs of runs.

    Attributes:
        before: mean in the first scenario.
        after: mean in the other.
        change: mean difference of pairs.
        low: lower end of its 95 % interval by Student's t, of what is yes or no by Newcombe's method, which keeps it
            between -1 and 1; where few pairs differ it describes and does not judge.
        high: upper end.
        p_value: chance that luck alone makes the pairs differ so one-sidedly, two-sided.
        verdict: one of the four verdicts.
        variance_ratio: variance of the differences over what runs with separate luck would have; 0 is best.
        pairs: how many pairs there are.
        differing: in how many of them the numbers differ.
    """

    before: float
    after: float
    change: float
    low: float
    high: float
    p_value: float
    verdict: str
    variance_ratio: float
    pairs: int
    differing: int


def effect(before: Floats, after: Floats, *, counted: bool = False) -> Effect:
    """The effect that pairs of numbers show.

    Args:
        before: (pairs,) in the first scenario.
        after: (pairs,) in the other, in the same order.
        counted: whether they count what happens by name, so that the signs of the differences judge.
    """
    count = len(before)
    if not count:
        none = math.nan
        return Effect(none, none, none, none, none, none, UNCLEAR, none, 0, 0)
    gaps = after - before
    change, half = float(gaps.mean()), float(half_width(gaps))
    ends = (change - half, change + half)
    if counted and {*np.unique(before), *np.unique(after)} <= {0.0, 1.0}:
        ends = share_interval(before, after)
    p_value, leaning = _tested(gaps, counted)
    verdict = UNCLEAR
    if np.array_equal(before, after):
        verdict = NONE
    elif p_value <= LEVEL and change * leaning > 0.0:
        verdict = HIGHER if change > 0.0 else LOWER
    apart = float(before.var(ddof=1) + after.var(ddof=1)) if count > 1 else 0.0
    ratio = float(gaps.var(ddof=1)) / apart if apart > 0.0 else math.nan
    differing = int(np.count_nonzero(gaps))
    means = (float(before.mean()), float(after.mean()))
    return Effect(*means, change, *ends, p_value, verdict, ratio, count, differing)


def effects_by_year(first: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """One row a measure and year: quantiles, mean and interval of the differences, both levels, and the verdict.

    Args:
        first: (pairs, measures by year) in the first scenario.
        other: likewise in the other.
    """
    rows = []
    for name in dict.fromkeys(first.columns.get_level_values(0)):
        gaps = other[name] - first[name]
        bands, means, halves = gaps.quantile(list(BAND)), gaps.mean(), half_width(gaps.to_numpy())
        for year, mean, half in zip(gaps.columns, means, halves, strict=True):
            found = effect(first[name][year].to_numpy(), other[name][year].to_numpy())
            ends = (mean, mean - half, mean + half, found.before, found.after, found.verdict)
            rows.append((name, int(str(year)), *bands[year], *ends))
    shares = [f"p{round(share * 100):02d}" for share in BAND]
    named = ["measure", "year", *shares, "mean", "low", "high", "before", "after", "verdict"]
    return pd.DataFrame(rows, columns=named)


def half_width(gaps: Floats) -> Floats:
    """Half of the 95 % interval of the mean of differences, (pairs, ...), by Student's t; nan for a single pair."""
    from scipy.special import stdtrit

    count = len(gaps)
    if count < 2:
        return np.full(gaps.shape[1:], math.nan)
    return np.asarray(stdtrit(count - 1, (1 + CONFIDENCE) / 2) * gaps.std(ddof=1, axis=0) / math.sqrt(count))


def share_interval(before: Floats, after: Floats) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares, from pairs of yes (1) and no (0).

    It joins Wilson's intervals of both shares, and so never leaves -1 to 1.

    Source: Newcombe 1998, Statistics in Medicine 17, 2635-2650, method 10.
    """
    from scipy.stats import binomtest

    count, shares = len(before), (float(before.mean()), float(after.mean()))
    (low_1, high_1), (low_2, high_2) = (
        binomtest(int(each.sum()), count).proportion_ci(CONFIDENCE, method="wilson")
        for each in (before, after)
    )
    both, neither = float((before * after).sum()), float(((1.0 - before) * (1.0 - after)).sum())
    only_1, only_2 = float(before.sum()) - both, float(after.sum()) - both
    margins = (both + only_1) * (only_2 + neither) * (both + only_2) * (only_1 + neither)
    tied = both * neither - only_1 * only_2
    tied = max(tied - count / 2.0, 0.0) if tied > 0.0 else tied
    phi = tied / math.sqrt(margins) if margins > 0.0 else 0.0
    change = shares[1] - shares[0]
    down, up = ((shares[1] - low_2, high_1 - shares[0]), (high_2 - shares[1], shares[0] - low_1))
    halves = [math.sqrt(max(a * a - 2.0 * phi * a * b + b * b, 0.0)) for a, b in (down, up)]
    return change - halves[0], change + halves[1]


def _tested(gaps: Floats, counted: bool) -> tuple[float, float]:
    """The two-sided p value of differences, and a number with the sign of the side to which they lean.

    Student's t judges when at least half of the pairs differ, and six of them, and not all by the same.
    """
    from scipy.special import bdtr, stdtr  # what scipy.stats calls in a thousand times the time

    higher, lower = int((gaps > 0.0).sum()), int((gaps < 0.0).sum())
    differing, count = higher + lower, len(gaps)
    spread = float(gaps.std(ddof=1)) if count > 1 else 0.0
    if counted or differing < max(LEAST_DIFFERING, count / 2) or spread == 0.0:
        return min(2.0 * float(bdtr(min(higher, lower), differing, 0.5)), 1.0), float(higher - lower)
    change = float(gaps.mean())
    return 2.0 * float(stdtr(count - 1, -abs(change) / spread * math.sqrt(count))), change


def held_together(effects: pd.DataFrame, by: Sequence[Hashable]) -> pd.DataFrame:
    """A table of effects by name with the p values and verdicts that stand when all of it is looked through.

    With Holm's rule the chance that a table tells of any name by luck is at most `LEVEL`. Names of which fewer than
    six pairs differ cannot be told of and are not counted.

    Args:
        effects: one row a name and whatever else there is; columns as in `Effect`.
        by: columns whose values make a table of their own.
    """
    raised = effects.copy()
    tried = effects[effects["differing"] >= LEAST_DIFFERING]
    for _, rows in tried.groupby(list(by)):
        raised.loc[rows.index, "p_value"] = holm(rows["p_value"].to_numpy())
    raised.loc[(raised["p_value"] > LEVEL) & (raised["verdict"] != NONE), "verdict"] = UNCLEAR
    return raised


def holm(p_values: Floats) -> Floats:
    """P values of several tests raised so that the smallest is that of all being luck.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(6).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1))
    raised = np.empty(len(order))
    raised[order] = np.minimum(steps, 1.0)
    return raised


RIGHT, WRONG, NO_EFFECT = "right way", "wrong way", "no effect"
"""What may be said of a strength: the pairs show the aim, its opposite, or neither."""


@dataclass(frozen=True)
class Response:
    """How an aim answers to a lever.

    Attributes:
        verdicts: one a strength, `right way`, `wrong way` or `no effect`.
        turns_at: number of the first strength that clearly does less than the one before it; None if there is none.
        stops_at: number of the strength from which on none differs clearly from the one before; None if the strongest
            still adds, or none has an effect.
    """

    verdicts: tuple[str, ...]
    turns_at: int | None
    stops_at: int | None


def response(sign: float, effects: Sequence[Effect], steps: Sequence[Effect]) -> Response:
    """The response that the pairs show.

    Args:
        sign: 1 when the aim is to raise the measure, -1 when it is to lower it.
        effects: one a strength, against none.
        steps: one a strength, against the one before, the mildest against none.
    """
    moved = [direction(each) for each in effects]
    stepped = [direction(each) for each in steps]
    numbers = range(1, len(effects))
    turns = (number for number in numbers if moved[number - 1] * stepped[number] < 0.0)
    last = max((number for number, each in enumerate(stepped) if each), default=0)
    stops = last if last + 1 < len(effects) and moved[last] else None
    return Response(tuple(told(sign * each) for each in moved), next(turns, None), stops)


def direction(found: Effect) -> float:
    """1 where pairs clearly rise, -1 where they clearly fall, else 0."""
    return {HIGHER: 1.0, LOWER: -1.0}.get(found.verdict, 0.0)


def told(leaning: float) -> str:
    """The verdict on a strength that leans towards its aim (1), away from it (-1), or neither way."""
    return NO_EFFECT if leaning == 0.0 else RIGHT if leaning > 0.0 else WRONG
