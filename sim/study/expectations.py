"""What a scenario is argued to move, judged pair by pair: it holds, it does not, or the pairs cannot tell.

Both runs of a pair have the same luck, so that what differs is what the scenario changed.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.scenario.schema import Expected

CONFIDENCE = 0.95
SAME_SHARE = 0.01
"""A measure is called the same when it moves by no more than this part of what it usually is."""
HOLDS, FAILS, UNCLEAR = "holds", "does not hold", "unclear"


@dataclass(frozen=True)
class Verdict:
    """What pairs of runs say of one expected outcome.

    Attributes:
        expected: the outcome.
        usual: mean of the measure in the first scenario.
        mean: mean paired difference.
        half: half width of its interval; nan when there are fewer than two pairs.
    """

    expected: Expected
    usual: float
    mean: float
    half: float

    @property
    def holds(self) -> bool:
        """Whether the interval lies on the expected side of zero, or within a per cent of the usual for `same`."""
        return self.word == HOLDS

    @property
    def word(self) -> str:
        """The verdict: it fails when the interval lies on the wrong side, or when nothing differs at all."""
        low, high = self.mean - self.half, self.mean + self.half
        if not math.isfinite(low):
            return UNCLEAR
        if self.expected.direction == "same":
            room = SAME_SHARE * abs(self.usual)
            if max(abs(low), abs(high)) <= room:
                return HOLDS
            return FAILS if low > room or high < -room else UNCLEAR
        if self.expected.direction == "lower":
            low, high = -high, -low
        if low > 0.0:
            return HOLDS
        return FAILS if high < 0.0 or low == high == 0.0 else UNCLEAR

    def __str__(self) -> str:
        """Give the verdict in a line."""
        item = self.expected
        return (
            f"{item.measure} {item.direction}: {self.usual:.4g} in the baseline, "
            f"moved by {self.mean:+.4g} with an interval of {self.half:.2g} on both sides"
        )


def judged(expected: Expected, before: Floats, after: Floats) -> Verdict:
    """Judge one expected outcome by Student's t on paired differences, (pairs,) each."""
    from scipy import stats

    gaps = after - before
    if not gaps.size:
        return Verdict(expected, math.nan, math.nan, math.nan)
    half = math.nan
    if gaps.size > 1:
        half = float(
            stats.t.ppf(0.5 + CONFIDENCE / 2.0, gaps.size - 1) * gaps.std(ddof=1) / np.sqrt(gaps.size)
        )
    return Verdict(expected, float(before.mean()), float(gaps.mean()), half)


def mean_over(expected: Expected, years: pd.DataFrame) -> float:
    """Give the mean of the expected measure over the years that the scenario names; nan when there is none."""
    inside = years["year"].between(expected.start_year or 0, expected.end_year or 9999)
    return float(years.loc[inside, expected.measure].mean())
