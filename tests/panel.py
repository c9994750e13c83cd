"""Runs without files: one industry played to its end, and the tables of many seeds one under the other.

The whole-model tests ask the engine itself, not what is written to disk, so they need neither figures nor
pages. `play` does what a run does: it steps the years with conservation watching and the recorder looking.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.checks import Conservation
from sim.industry import Industry, release
from sim.recorder import Recorder
from sim.results import Results
from sim.scenario.load import Scenario

SEEDS = tuple(range(30))


@dataclass
class Slack:
    """Watches what could have been made, which no table holds: capacity after ponds, ore and curbs, Mt."""

    available_mt: list[float] = field(default_factory=list)

    def __call__(self, industry: Industry) -> None:
        """Look at the end of a year."""
        self.available_mt.append(float(industry.book.available_mt.sum()))


def play(scenario: Scenario, seed: int = 0, slack: Slack | None = None) -> Results:
    """Give the results of one run, conservation checked after every phase."""
    industry = Industry(scenario, seed)
    recorder, conservation = Recorder(), Conservation(industry)
    industry.checkers.append(conservation)
    industry.watchers.extend([recorder, *([slack] if slack else [])])
    for _ in range(scenario.spec.years.start_year, scenario.spec.years.end_year + 1):
        industry.step()
    release(industry)
    return Results(scenario, seed, industry, recorder, conservation.residuals, {})


@dataclass(frozen=True)
class Panel:
    """The tables of several seeds of one scenario, each with a column `seed`.

    Attributes:
        scenario: what was run.
        years: one row a seed and year, with `available_mt` beside the recorded measures.
        quarters: one row a seed and quarter, with `place`, the number of the quarter from 0.
        regions: one row a seed, year and region.
        plants: one row a seed, year and refinery.
        flows: one row a seed, year, origin and market.
        events: one row a seed and event.
    """

    scenario: Scenario
    years: pd.DataFrame
    quarters: pd.DataFrame
    regions: pd.DataFrame
    plants: pd.DataFrame
    flows: pd.DataFrame
    events: pd.DataFrame


def panel_of(scenario: Scenario, seeds: tuple[int, ...] = SEEDS) -> Panel:
    """Give the tables of a scenario over seeds."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for seed in seeds:
        slack = Slack()
        seen = play(scenario, seed, slack)
        tables = {
            "years": seen.years.assign(available_mt=slack.available_mt),
            "quarters": seen.quarters.assign(place=np.arange(len(seen.quarters))),
            "regions": seen.regions,
            "plants": seen.refineries,
            "flows": seen.flows,
            "events": seen.events,
        }
        for name, table in tables.items():
            parts.setdefault(name, []).append(table.assign(seed=seed))
    return Panel(scenario, **{name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()})
