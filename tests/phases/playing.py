"""Industries for tests: fresh ones after the spin-up year, and runs of a few years with all that they recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.checks import Conservation
from sim.industry import Industry, release
from sim.recorder import Recorder, table_of_groups, table_of_plants, table_of_quarters, table_of_years
from sim.scenario.load import Scenario, load

Watcher = Callable[[Industry, str], None]


@dataclass(frozen=True)
class Played:
    """A run of a few years.

    Attributes:
        industry: the industry at the end.
        years: one row a year.
        quarters: one row a quarter.
        refineries: one row a refinery and year.
        groups: one row a group and year.
        residuals: largest gap of each conservation law.
    """

    industry: Industry
    years: pd.DataFrame
    quarters: pd.DataFrame
    refineries: pd.DataFrame
    groups: pd.DataFrame
    residuals: dict[str, float]


def fresh(seed: int = 1, **overrides: Any) -> Industry:
    """Give an industry at the end of the spin-up year, let go of by Mesa at once."""
    industry = Industry(load("baseline", **overrides), seed)
    release(industry)
    return industry


def play(years: int, seed: int = 1, *watchers: Watcher, **overrides: Any) -> Played:
    """Give a run of the baseline with changes over some years; watchers are called after each phase."""
    return play_scenario(load("baseline", **overrides), years, seed, *watchers)


def play_scenario(scenario: Scenario, years: int, seed: int, *watchers: Watcher) -> Played:
    """Give a run of a scenario over some years."""
    industry, recorder = Industry(scenario, seed), Recorder()
    conservation = Conservation(industry)
    industry.watchers.append(recorder)
    industry.checkers.extend((conservation, *watchers))
    for _ in range(years):
        industry.step()
    release(industry)
    return Played(
        industry,
        table_of_years(recorder),
        table_of_quarters(recorder),
        table_of_plants(recorder, industry),
        table_of_groups(recorder, industry),
        conservation.residuals,
    )
