"""Paired runs: what a scenario is argued to move, judged seed by seed against the baseline.

Both runs of a pair have the same luck, so that what differs is what the scenario changed. `python -m
tests.expectations` prints all verdicts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from sim.scenario.load import Scenario, load, outline
from sim.scenario.schema import Expected
from sim.scenario.shelf import names
from tests.panel import play

SEEDS = tuple(range(16))
CONFIDENCE = 0.95
SAME_SHARE = 0.01


@dataclass(frozen=True)
class Verdict:
    """What sixteen pairs say of one expected outcome.

    Attributes:
        expected: the outcome.
        usual: mean of the measure in the baseline.
        mean: mean paired difference.
        half: half width of its interval.
    """

    expected: Expected
    usual: float
    mean: float
    half: float

    @property
    def holds(self) -> bool:
        """Whether the interval lies on the expected side of zero, or within a per cent of the usual for `same`."""
        low, high = self.mean - self.half, self.mean + self.half
        match self.expected.direction:
            case "higher":
                return low > 0.0
            case "lower":
                return high < 0.0
            case _:
                return max(abs(low), abs(high)) <= SAME_SHARE * abs(self.usual)

    def __str__(self) -> str:
        """Give the verdict in a line."""
        item = self.expected
        return (
            f"{item.measure} {item.direction}: {self.usual:.4g} in the baseline, "
            f"moved by {self.mean:+.4g} with an interval of {self.half:.2g} on both sides"
        )


def years_of(scenario: Scenario) -> list[pd.DataFrame]:
    """Give the yearly figures of a scenario by seed."""
    return [play(scenario, seed).years for seed in SEEDS]


def short(name: str) -> Scenario:
    """Give a scenario that ends with the last year that it expects anything of."""
    whole = load(name)
    ends = [item.end_year or whole.spec.years.end_year for item in whole.spec.expects]
    return load(name, years={"end_year": max(ends)})


def judge(expected: Expected, usual: list[pd.DataFrame], other: list[pd.DataFrame]) -> Verdict:
    """Judge one expected outcome by Student's t on the paired differences."""
    before, after = (np.array([_mean(expected, years) for years in each]) for each in (usual, other))
    gaps = after - before
    width = stats.t.ppf(0.5 + CONFIDENCE / 2.0, gaps.size - 1) * gaps.std(ddof=1) / np.sqrt(gaps.size)
    return Verdict(expected, float(before.mean()), float(gaps.mean()), float(width))


def _mean(expected: Expected, years: pd.DataFrame) -> float:
    inside = years["year"].between(expected.start_year or 0, expected.end_year or 9999)
    return float(years.loc[inside, expected.measure].mean())


def with_expectations() -> list[str]:
    """Give the names of the scenarios that say what they should move."""
    return [name for name in names() if outline(name).child("expects")]


if __name__ == "__main__":
    baseline = years_of(load("baseline"))
    for name in with_expectations():
        scenario = short(name)
        played = years_of(scenario)
        print(name)
        for item in scenario.spec.expects:
            verdict = judge(item, baseline, played)
            print("  " if verdict.holds else "  NO: ", verdict, sep="")
