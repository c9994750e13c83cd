"""The tables behind an answer: of a run, of a study, or of both, with one way to ask for a number.

What pages, answers and figures read of a study and of a comparison, which are made further below.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import pandas as pd

from sim.report.measures import ALSO, MAIN
from sim.results import Results
from sim.scenario.load import Scenario
from sim.scenario.pack import Pack
from sim.world.kinds import LEFT, Happened


class Runs(Protocol):
    """What is read of a study."""

    @property
    def pack(self) -> Pack:
        """The pack of its first scenario."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Labels of its scenarios."""

    @property
    def questions(self) -> dict[str, str]:
        """What each scenario asks."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Paths of the sampled inputs."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures of each year."""

    @property
    def count(self) -> dict[str, int]:
        """How many runs are done, failed and planned."""

    @property
    def digest(self) -> str:
        """One digest for all results."""

    def known(self) -> pd.DataFrame:
        """One row a sampled parameter with its `name`."""

    def runs(self) -> pd.DataFrame:
        """One row a run with its inputs."""

    def to_frame(self, scenario: str | None = None, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """One row a run and year with the measures, or those of one scenario, with some measures."""

    def values(self, measure: str, scenario: str) -> tuple[list[int], Any]:
        """The years, and a measure of all finished runs (runs, years)."""

    def moves(self, scenario: str | None = None) -> pd.DataFrame:
        """One row an exit, purchase or relocation, of all scenarios or of one."""

    def holdings(self, scenario: str | None = None) -> pd.DataFrame:
        """One row a run and holder at the end, of all scenarios or of one."""


class Compared(Protocol):
    """What is read of a comparison."""

    @property
    def study(self) -> Runs:
        """Where the runs are."""

    @property
    def kept(self) -> Mapping[str, Scenario]:
        """The scenarios by label."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The scenarios, first the one that the others are held against."""

    @property
    def years(self) -> tuple[int, int]:
        """First and last year that all scenarios have."""

    @property
    def inputs(self) -> pd.DataFrame:
        """Values that differ."""

    @property
    def expectations(self) -> pd.DataFrame:
        """What was argued beforehand, and what came."""

    @property
    def outcomes(self) -> pd.DataFrame:
        """Effects by measure, when and scenario."""

    @property
    def survival(self) -> pd.DataFrame:
        """Effects on who stands at the end."""

    @property
    def winners(self) -> pd.DataFrame:
        """Effects on what groups and regions hold at the end."""

    @property
    def deals(self) -> pd.DataFrame:
        """Effects on who buys from whom."""

    @property
    def variance_ratio(self) -> float:
        """What pairing leaves of the variance of a difference."""

    @property
    def planned_pairs(self) -> int:
        """How many pairs there are when all runs are done."""

    @property
    def ends_differ(self) -> bool:
        """Whether the scenarios end in different years."""

    def differences(self, measures: Sequence[str]) -> pd.DataFrame:
        """Quantiles, mean, interval, levels and verdict of the paired differences by scenario, measure and year."""

    def called(self, key: str) -> str:
        """The name of a holder."""


LEAST_MT = 0.05
"""A change of capacity that rounds to nothing is not told."""


EMPTY = ("run", "year", "kind", "agent", "counterpart", "amount_mt", "name", "nameplate_mt")
"""Columns of the tables of a study that is not there."""


@dataclass(frozen=True)
class Seen:
    """The tables behind an answer, with one way to ask for a number of a run, of a study, or of both."""

    results: Results | None
    study: Runs | None
    label: str

    @cached_property
    def pack(self) -> Pack:
        """The pack of the run or else of the study."""
        if self.results is not None:
            return self.results.scenario.pack
        assert self.study is not None
        return self.study.pack

    @cached_property
    def opening(self) -> dict[str, float]:
        """Nameplate of the plants that are installed at the opening, by id."""
        return {row.id: row.nameplate_mt for row in self.pack.refineries if row.installed}

    def _of_study(self, table: str, *asked: Any) -> pd.DataFrame:
        if self.study is None:
            return pd.DataFrame(columns=[*EMPTY])
        frame: pd.DataFrame = getattr(self.study, table)(self.label, *asked)
        return frame

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Measures of the study by run and year."""
        return self._of_study("to_frame", (*MAIN, *ALSO))

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Exits, purchases and relocations of the study."""
        return self._of_study("moves")

    @cached_property
    def holdings(self) -> pd.DataFrame:
        """Who and where holds how much at the end of each run of the study."""
        return self._of_study("holdings")

    @cached_property
    def numbers(self) -> list[int]:
        """Numbers of the finished runs of the study."""
        return [int(run) for run in self.frame["run"].unique()]

    @property
    def runs(self) -> int:
        """How many runs of the study are finished."""
        return len(self.numbers)

    @cached_property
    def years(self) -> list[int]:
        """The years in order."""
        table = self.frame if self.results is None else self.results.years
        return sorted({int(year) for year in table["year"]})

    @cached_property
    def by_its_year(self) -> pd.DataFrame:
        """(years, measures): those of the run."""
        assert self.results is not None
        return self.results.years.set_index("year")

    def by_year(self, name: str) -> pd.DataFrame:
        """(runs, years): a measure of the study."""
        years = sorted(self.frame["year"].unique())
        return pd.DataFrame(self.frame[name].to_numpy().reshape(-1, len(years)), self.numbers, years)

    def measure(self, name: str, pick: Callable[[pd.DataFrame], pd.Series]) -> tuple[float | None, pd.Series]:
        """A measure of the run, nothing without one, and of each run of the study.

        Args:
            name: the measure.
            pick: takes one number a run from (runs, years).
        """
        own = None
        if self.results is not None:
            own = float(pick(self.by_its_year[[name]].T).iloc[0])
        return own, pick(self.by_year(name)) if self.runs else pd.Series(dtype=float)

    def counted(self, rows: pd.DataFrame, value: str = "") -> pd.Series:
        """For each run of the study how many rows there are, or the sum of a column of them."""
        by_run = rows.groupby("run")
        found = by_run[value].sum() if value else by_run.size()
        return found.reindex(self.numbers, fill_value=0).astype(float)

    def last(self, table: str, column: str) -> pd.Series | None:
        """Nameplate in the last year of the run by group or region."""
        if self.results is None:
            return None
        frame: pd.DataFrame = getattr(self.results, table)
        return frame[frame["year"] == self.years[-1]].set_index(column)["nameplate_mt"]

    def central(self, name: str) -> pd.Series:
        """A measure by year: the median of the study, or else that of the run."""
        if self.results is not None and not self.runs:
            return self.by_its_year[name]
        return self.frame.groupby("year")[name].median()

    def ends(self, kind: str) -> pd.DataFrame:
        """(runs, groups or regions): nameplate at the end of each run of the study."""
        rows = self.holdings[self.holdings["kind"] == kind]
        if rows.empty:
            return pd.DataFrame(index=self.numbers)
        return rows.pivot_table("nameplate_mt", "run", "name", "sum").reindex(self.numbers).fillna(0.0)

    @cached_property
    def in_regions(self) -> pd.Series:
        """What each region has at the opening, Mt/yr."""
        sizes = pd.Series({row.id: 0.0 for row in self.pack.regions})
        for row in self.pack.refineries:
            sizes[row.region] += self.opening.get(row.id, 0.0)
        return sizes

    @cached_property
    def steps(self) -> pd.DataFrame:
        """(runs, regions): what each region has at the end of each run of the study more than at the opening."""
        ends = self.ends("region").reindex(columns=self.in_regions.index, fill_value=0.0)
        return ends - self.in_regions

    @cached_property
    def by_region(self) -> pd.Series:
        """What each region has at the end more than at the opening, Mt/yr; the median of a study."""
        if self.runs:
            return self.steps.median()
        after = self.last("regions", "region")
        assert after is not None
        return after.reindex(self.in_regions.index, fill_value=0.0) - self.in_regions

    @cached_property
    def closed(self) -> pd.DataFrame | None:
        """Purchases of control of refineries in the run, the largest first."""
        if self.results is None:
            return None
        events = self.results.events
        closed = events[(events["kind"] == Happened.DEAL) & (events["amount"] >= LEAST_MT)]
        return closed.sort_values("amount", ascending=False, kind="stable")

    @cached_property
    def bought(self) -> pd.DataFrame:
        """Purchases of control of refineries in the runs of the study."""
        return self.moves[(self.moves["kind"] == Happened.DEAL) & (self.moves["amount_mt"] >= LEAST_MT)]

    @cached_property
    def exits(self) -> pd.DataFrame | None:
        """Plants of the opening that left in the run: `agent`, `year`, `amount`; the largest first."""
        if self.results is None:
            return None
        events = self.results.events
        gone = events[events["kind"].isin(LEFT) & events["agent"].isin(self.opening)]
        return gone.sort_values("amount", ascending=False, kind="stable")

    @cached_property
    def gone(self) -> pd.DataFrame:
        """Plants of the opening that left in a run of the study."""
        return self.moves[self.moves["kind"].isin(LEFT) & self.moves["agent"].isin(self.opening)]
