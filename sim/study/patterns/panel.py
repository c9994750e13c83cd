"""Runs without files: one industry played to its end, and the tables of many seeds one under the other.

`play` does what a run does: it steps the years with conservation watching and the recorder looking.

A statistic of a recorded pattern, with the band that the record allows and what it can show.
"""

import math
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sim.checks import Conservation
from sim.industry import Industry
from sim.results import Results
from sim.scenario.load import Scenario, load
from sim.world.world import World

SEEDS = tuple(range(30))


@dataclass
class Slack:
    """Watches what could have been made, which no table holds: capacity after ponds, ore and curbs, Mt."""

    available_mt: list[float] = field(default_factory=list)

    def __call__(self, world: World) -> None:
        """Look at the end of a year."""
        self.available_mt.append(float(world.book.available_mt.sum()))


def play(scenario: Scenario, seed: int = 0, slack: Slack | None = None) -> Results:
    """The results of one run, conservation checked after every phase."""
    industry = Industry(scenario, seed)
    conservation = Conservation(industry.world)
    industry.checkers.append(conservation)
    industry.watchers.extend([slack] if slack else [])
    with industry:
        industry.run_model()
    return Results(scenario, seed, industry.world, industry.recorder, conservation.residuals, {})


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
        groups: one row a seed, year and owner group.
        deals: one row a seed and deal.
        opening: stock of refineries and of smelters at the start, and use of the base year, Mt.
    """

    scenario: Scenario
    years: pd.DataFrame
    quarters: pd.DataFrame
    regions: pd.DataFrame
    plants: pd.DataFrame
    flows: pd.DataFrame
    events: pd.DataFrame
    groups: pd.DataFrame
    deals: pd.DataFrame
    opening: tuple[float, float, float]

    def by_quarter(self, name: str) -> pd.DataFrame:
        """A quarterly figure as one row a seed and one column a quarter."""
        return self.quarters.pivot(index="seed", columns="place", values=name)


SHORT_YEARS = {"end_year": 2029}
SHORT_SEEDS = tuple(range(10))


def shock(variable: str, size: float, quarters: int) -> list[dict[str, Any]]:
    """One shock from the start of 2026 as a scenario writes it."""
    event = {"id": "planted", "variable": variable, "size_ratio": size, "start_year": 2026}
    return [{**event, "duration_quarters": quarters}]


NAMED = ("baseline", "scarcity", "any price", "short world", "less smelting", "dear ore", "cheap ore")
"""The panels on which patterns are judged."""


@cache
def named_panel(name: str) -> Panel:
    """One of the panels on which patterns are judged, played once.

    `any price` is a world that lacks twenty million tonnes and pays smelters three times as much for metal;
    `short world` lacks six million for two years; `less smelting` shuts 3 % of smelting for a year; imported ore
    is at 100 USD/t in `dear ore` and at 55 in `cheap ore`.
    """
    if name in ("baseline", "scarcity"):
        return panel_of(load(name))
    if name == "any price":
        rich = {"inputs": {"levels": {"aluminium_cny_per_t": 60_000.0}}}
        shocks = shock("world_balance", -20.0, 16)
        return panel_of(load("baseline", years=SHORT_YEARS, parameters=rich, shocks=shocks), SHORT_SEEDS)
    if name in ("dear ore", "cheap ore"):
        ore = {"inputs": {"levels": {"guinea_ore_usd_per_t": 100.0 if name == "dear ore" else 55.0}}}
        return panel_of(load("baseline", years=SHORT_YEARS, parameters=ore), SHORT_SEEDS)
    if name == "short world":
        return panel_of(load("baseline", years=SHORT_YEARS, shocks=shock("world_balance", -6.0, 8)))
    return panel_of(load("baseline", shocks=shock("smelting", 0.03, 4)))


def panel_of(scenario: Scenario, seeds: tuple[int, ...] = SEEDS) -> Panel:
    """The tables of a scenario over seeds."""
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
            "groups": seen.groups,
            "deals": seen.deals,
        }
        for name, table in tables.items():
            parts.setdefault(name, []).append(table.assign(seed=seed))
    merged = {name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()}
    first = seen.world.base_book
    opening = (first.quarters[-1]["stock_refineries_mt"], first.quarters[-1]["stock_smelters_mt"])
    return Panel(scenario, **merged, opening=(*opening, float(first.used_mt.sum())))


IDENTITY, FITTED, TESTED = "identity", "fitted", "tested"
"""What a finding can show: nothing, for it is an input or arithmetic; that the base year was fitted; or something."""


@dataclass(frozen=True)
class Finding:
    """One statistic and the band in which it must lie.

    Attributes:
        name: the number of the pattern and what is measured.
        value: what the model gives.
        low: least value that the record allows.
        high: greatest value that the record allows.
        tag: `identity`, `fitted` or `tested`.
    """

    name: str
    value: float
    low: float = -math.inf
    high: float = math.inf
    tag: str = TESTED

    @property
    def pattern(self) -> int:
        """The number of the pattern."""
        return int(self.name.split()[0])

    @property
    def holds(self) -> bool:
        """Whether the statistic lies in its band; what is not a number does not."""
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        """The finding in a line."""
        mark = "holds" if self.holds else "FAILS"
        return f"{mark}  {self.name}: {self.value:.4g} in [{self.low:g}, {self.high:g}]"


def share(condition: "pd.Series[bool]") -> float:
    """The share of rows for which a condition is true; nan without rows."""
    return float(condition.mean()) if len(condition) else math.nan


def median_of(name: str, values: "pd.Series[float]", **band: Any) -> Finding:
    """The finding on the median of some values, with its band and tag."""
    return Finding(f"{name}, median", float(values.median()), **band)


def share_of(name: str, condition: "pd.Series[bool]", **band: Any) -> Finding:
    """The finding on the share of rows for which a condition is true, with its band and tag."""
    return Finding(name, share(condition), **band)


def per_seed(values: pd.Series, seeds: pd.Series) -> "pd.core.groupby.SeriesGroupBy":
    """Values grouped by seed."""
    return values.groupby(seeds)
