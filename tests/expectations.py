"""Paired runs: what a scenario is argued to move, judged seed by seed against the baseline.

Both runs of a pair have the same luck, so that what differs is what the scenario changed. `python -m
tests.expectations` prints all verdicts.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import yaml

from sim.scenario.load import Scenario, load, outline
from sim.scenario.schema import Expected
from sim.scenario.shelf import names, shipped_folder
from sim.study.effects import Effect, effect
from sim.study.patterns.panel import play
from sim.study.reading import HOLDS, judged

SEEDS = tuple(range(16))


@dataclass(frozen=True)
class Verdict:
    """What pairs of runs say of one expected outcome."""

    expected: Expected
    found: Effect

    @property
    def holds(self) -> bool:
        """Whether the outcome comes as expected."""
        return judged(self.expected, self.found) == HOLDS

    def __str__(self) -> str:
        """Give the verdict in a line."""
        item, found = self.expected, self.found
        return (
            f"{item.measure} {item.direction}: {found.before:.4g} in the baseline, moved by {found.change:+.4g}"
            f" ({found.low:.4g} to {found.high:.4g}), p {found.p_value:.2g}"
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
    """Judge one expected outcome on the runs of some seeds, in the same order in both."""
    before, after = (np.array([mean_over(expected, years) for years in each]) for each in (usual, other))
    return Verdict(expected, effect(before, after))


def mean_over(expected: Expected, years: pd.DataFrame) -> float:
    """Give the mean of the expected measure over the years that the scenario names; nan when there is none."""
    inside = years["year"].between(expected.start_year or 0, expected.end_year or 9999)
    return float(years.loc[inside, expected.measure].mean())


def root_of(name: str) -> str:
    """Give the scenario that one extends in the end, against which it is judged: the baseline of its industry."""
    parent = yaml.safe_load((shipped_folder() / f"{name}.yaml").read_text(encoding="utf-8")).get("extends")
    return root_of(parent) if parent else name


@cache
def usual(name: str = "baseline") -> list[pd.DataFrame]:
    """Give the yearly figures of a baseline by seed, played once."""
    return years_of(load(name))


def with_expectations() -> list[str]:
    """Give the names of the scenarios that say what they should move."""
    return [name for name in names() if outline(name).child("expects")]


if __name__ == "__main__":
    for name in with_expectations():
        scenario = short(name)
        played = years_of(scenario)
        print(name)
        for item in scenario.spec.expects:
            verdict = judge(item, usual(root_of(name)), played)
            print("  " if verdict.holds else "  NO: ", verdict, sep="")
