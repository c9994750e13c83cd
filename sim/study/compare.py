"""Scenarios side by side: run by run with the same luck and the same sampled inputs, so that only they differ.

Each run of one scenario has a twin in every other. The differences of twins vary much less than the runs
do, which is why a few runs are enough to tell an effect from noise.

Source: common random numbers, Law & Kelton, Simulation Modeling and Analysis, ch. 11.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.metrics.catalogue import EVENT, FLOW, LEVEL
from sim.report.measures import kind_of
from sim.report.naming import PackNames
from sim.report.plots import ComparisonPlots
from sim.scenario.load import Scenario
from sim.scenario.schema import Expected
from sim.study.effects import LEAST_DIFFERING, NONE, Effect, effect, effects_by_year, held_together
from sim.study.ensemble import ensemble
from sim.study.playing import LAST_YEARS
from sim.study.reading import COST, UNCLEAR, cost_at_same_plants, differing, judged
from sim.study.store import quoted
from sim.study.study import Study, kept_scenario
from sim.world.kinds import LEFT, Happened

MEAN, TOTAL = "mean", "total"
"""Besides the last year: the mean of all years, and their sum."""
_LEFT = ", ".join(f"'{kind}'" for kind in LEFT)


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """The scenarios of a study against the first of them.

    Attributes:
        study: where the runs are.
    """

    study: Study

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The scenarios; the first is what the others are held against."""
        return self.study.scenarios

    @cached_property
    def kept(self) -> dict[str, Scenario]:
        """The scenarios by label, as they were when the study was begun."""
        return {label: kept_scenario(self.study, label)[0] for label in self.labels}

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """One row a value that the model reads and that differs from the first scenario, as it is set."""
        return differing(self.kept)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row a measure, when, and scenario, with its effect.

        `when` is the last year and `mean` for what is (levels), the last year and `total` for what goes on all
        year (flows), and `total` alone for what happens now and then (events): `sim/metrics/catalogue.py`;
        cash cost at the same plants is that of the last years.
        """
        tables = {label: self._measured(label) for label in self.labels}
        rows = [
            (COST, f"last {LAST_YEARS} years", label, *vars(effect(*costs)).values())
            for number, label in enumerate(self.labels[1:], 1)
            for costs in [cost_at_same_plants(self.study, 0, number, self._pairs)]
        ]
        found = self._effects(tables, ["measure", "when"])
        return pd.DataFrame([*found.itertuples(index=False), *rows], columns=found.columns)

    @cached_property
    def expectations(self) -> pd.DataFrame:
        """One row an outcome that a scenario is argued to move, with what the pairs say of it.

        `against` is the scenario that it was held against, the first of the study, whatever the author argued
        against; the years are those that were compared; `why` says why the pairs cannot tell.
        """
        rows = []
        for label in self.labels[1:]:
            for item in self.kept[label].spec.expects:
                years = self._years_of(label, item)
                before, after = (self._over_years(each, item, years) for each in (self.labels[0], label))
                found = effect(before, after)
                said = (found.before, found.change, found.low, found.high, found.p_value)
                word = judged(item, found)
                why = self._why_unclear(item, found) if word == UNCLEAR else ""
                what = (label, self.labels[0], item.measure, *years, item.direction)
                rows.append((*what, *said, word, why, item.because))
        named = "scenario against measure start_year end_year direction before change low high p_value verdict why"
        return pd.DataFrame(rows, columns=[*named.split(), "because"])

    def _why_unclear(self, item: Expected, found: Effect) -> str:
        """Why the pairs cannot tell whether an expected outcome comes, when it is not luck alone."""
        reasons = {
            "no such measure": item.measure not in self.study.measures,
            "no pair of runs is finished": not len(self._pairs),
            f"years outside {self.years[0]}-{self.years[1]}": not found.pairs,
            "it has no value in some runs": not math.isfinite(found.change),
            f"fewer than {LEAST_DIFFERING} pairs": found.pairs < LEAST_DIFFERING,
        }
        return next((why for why, is_so in reasons.items() if is_so), "")

    def differences(self, measures: Sequence[str]) -> pd.DataFrame:
        """One row a scenario, measure and year: quantiles, mean and its 95 % interval of the paired differences.

        Also the level in both scenarios, and the verdict on that year by itself.
        """
        first = self._by_year(self.labels[0], measures)
        found = {label: effects_by_year(first, self._by_year(label, measures)) for label in self.labels[1:]}
        return pd.concat(found, names=["scenario"]).reset_index("scenario").reset_index(drop=True)

    @cached_property
    def survival(self) -> pd.DataFrame:
        """One row a plant that closes or moves in some run, with the share of runs in which it stands at the end.

        The end is the last year that all scenarios have. Only plants that stand at the start in all scenarios are
        here: of one that is built on the way no table says in which runs it ever stood.
        """
        found = self._effects(
            self._by_run(
                "SELECT sample, seed, names.name, -1.0 FROM moves JOIN names ON names.id = agent"
                f" JOIN runs USING (run) WHERE kind IN ({_LEFT}) AND scenario = ? AND status = 'done'"
                " AND moves.year BETWEEN ? AND ?",
                *self.years,
                start=1.0,
            ),
            ["refinery"],
            counted=True,
        )
        registers = ({row.id for row in each.pack.refineries} for each in self.kept.values())
        known = found["refinery"].isin(set.intersection(*registers))
        return held_together(found[known].reset_index(drop=True), ["scenario"])

    @cached_property
    def deals(self) -> pd.DataFrame:
        """One row a buyer and seller with how often a run sees the first buy from the second.

        Purchases after the last year that all scenarios have do not count.
        """
        found = self._effects(
            self._by_run(
                "SELECT sample, seed, b.name || ' from ' || s.name, 1.0 FROM moves"
                " JOIN names AS b ON b.id = agent JOIN names AS s ON s.id = counterpart"
                f" JOIN runs USING (run) WHERE kind = '{Happened.DEAL}' AND scenario = ? AND status = 'done'"
                " AND moves.year BETWEEN ? AND ?",
                *self.years,
            ),
            ["deal"],
            counted=True,
        )
        return held_together(found, ["scenario"])

    @cached_property
    def winners(self) -> pd.DataFrame:
        """One row a group or region with its nameplate at the end, Mt/yr, the largest gain first.

        There is none when the scenarios do not end in the same year, for only the end of a run is kept.
        """
        found = self._effects(
            self._by_run(
                "SELECT sample, seed, kind || ' ' || names.name, nameplate_mt FROM holdings"
                " JOIN names ON names.id = holdings.name JOIN runs USING (run)"
                " WHERE scenario = ? AND status = 'done'" + (" AND 0" if self.ends_differ else "")
            ),
            ["holder"],
        )
        kinds = found["holder"].str.partition(" ")[0] if len(found) else found["holder"]
        found = held_together(found.assign(kind=kinds), ["scenario", "kind"]).drop(columns="kind")
        return found.sort_values("change", ascending=False, kind="stable").reset_index(drop=True)

    @cached_property
    def variance_ratio(self) -> float:
        """Median over outcomes of what pairing leaves of the variance of a difference; nan when nothing differs."""
        ratios = self.outcomes.query(f"verdict != '{NONE}'")["variance_ratio"].dropna()
        return float(ratios.median()) if len(ratios) else math.nan

    def called(self, key: str) -> str:
        """The name of a refinery, a purchase (`a from b`), or a holder (`group a`, `region a`)."""
        kind, _, rest = key.partition(" ")
        if kind in ("group", "region"):
            return self._names.get(f"{kind}s", {}).get(rest, rest)
        if rest:
            return " from ".join(self._names["groups"].get(each, each) for each in key.split(" from "))
        names = [pack.plant(key) for pack in self._packs]
        return next((name for name in names if name != key), key)

    @cached_property
    def _packs(self) -> list[PackNames]:
        return [PackNames(scenario.pack) for scenario in self.kept.values()]

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        """Names by id for groups and regions, from the packs of all scenarios."""
        return {
            kind: {key: name for pack in self._packs for key, name in getattr(pack, kind).items()}
            for kind in ("groups", "regions")
        }

    @property
    def planned_pairs(self) -> int:
        """How many pairs there are when all runs are done."""
        return sum(self.study.count.values()) // len(self.labels)

    @cached_property
    def _pairs(self) -> pd.MultiIndex:
        """Samples and seeds that are done in all scenarios."""
        rows = self.study.rows(
            "SELECT sample, seed FROM runs WHERE status = 'done' GROUP BY sample, seed HAVING COUNT(*) = ?"
            " ORDER BY sample, seed",
            len(self.labels),
        )
        return pd.MultiIndex.from_tuples(rows, names=["sample", "seed"]) if rows else _no_pairs()

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """First and last year of each scenario that has a finished run."""
        return self.study.rows(
            "SELECT MIN(year), MAX(year) FROM outcomes JOIN runs USING (run) GROUP BY scenario"
        )

    @cached_property
    def years(self) -> tuple[int, int]:
        """First and last year that all scenarios have."""
        if not self._spans:
            return 0, 0
        return max(low for low, _ in self._spans), min(high for _, high in self._spans)

    @property
    def ends_differ(self) -> bool:
        """Whether the scenarios end in different years."""
        return len({high for _, high in self._spans}) > 1

    def _years_of(self, label: str, item: Expected) -> tuple[int, int]:
        """The years of an expectation that are compared, or when there are none, those that it asks for."""
        own, (first, last) = self.kept[label].spec.years, self.years
        wanted = (item.start_year or own.start_year, item.end_year or own.end_year)
        common = (max(wanted[0], first), min(wanted[1], last))
        return common if common[0] <= common[1] else wanted

    def _measured(self, label: str) -> pd.DataFrame:
        """(pairs, measures by when): each measure in the years that its kind asks for."""
        first, last = self.years
        at_end = f"MAX(CASE WHEN year = {last} THEN {{0}} END)"
        columns = [(name, when) for name in self.study.measures for when in whens(name, last)]
        how = {str(last): at_end, MEAN: "AVG({0})", TOTAL: "SUM({0})"}
        asked = ", ".join(how[when].format(quoted(name)) for name, when in columns)
        frame = self._asked(label, asked, len(columns), (first, last))
        frame.columns = pd.MultiIndex.from_tuples(columns)
        return frame

    def _asked(self, label: str, asked: str, count: int, years: tuple[int, int]) -> pd.DataFrame:
        """(pairs, count): what is asked for of the years of each run, in SQL."""
        rows = self.study.rows(
            f"SELECT sample, seed, {asked} FROM outcomes JOIN runs USING (run)"
            " WHERE scenario = ? AND year BETWEEN ? AND ? GROUP BY run",
            self.labels.index(label),
            *years,
        )
        frame = pd.DataFrame(rows, columns=["sample", "seed", *range(count)])
        return frame.set_index(["sample", "seed"]).reindex(self._pairs).astype("float64")

    def _by_year(self, label: str, measures: Sequence[str]) -> pd.DataFrame:
        """(pairs, measures by year): measures in every year that all scenarios have."""
        rows = self.study.rows(
            f"SELECT sample, seed, year, {', '.join(map(quoted, measures))} FROM outcomes"
            " JOIN runs USING (run) WHERE scenario = ? AND year BETWEEN ? AND ?",
            self.labels.index(label),
            *self.years,
        )
        frame = pd.DataFrame(rows, columns=["sample", "seed", "year", *measures])
        return frame.pivot(index=["sample", "seed"], columns="year").reindex(self._pairs).astype("float64")

    def _over_years(self, label: str, item: Expected, years: tuple[int, int]) -> Floats:
        """The mean of an expected measure over years by pair; nothing when not all runs have it or them."""
        first, last = years
        if item.measure not in self.study.measures or first < self.years[0] or last > self.years[1]:
            return np.empty(0)
        frame = self._asked(label, f"AVG({quoted(item.measure)})", 1, years)
        return np.asarray(frame[0].to_numpy(), dtype=np.float64)

    def _by_run(self, query: str, *values: int, start: float = 0.0) -> dict[str, pd.DataFrame]:
        """For each scenario (pairs, names): `start` plus the sum of what a query finds for a run.

        The query is asked with the number of the scenario and then these values.
        """
        tables = {}
        for number, label in enumerate(self.labels):
            rows = self.study.rows(query, number, *values)
            frame = pd.DataFrame(rows, columns=["sample", "seed", "name", "amount"])
            tables[label] = frame.pivot_table("amount", ["sample", "seed"], "name", "sum")
        names = sorted({str(name) for table in tables.values() for name in table.columns})
        return {
            label: table.reindex(index=self._pairs, columns=names).fillna(0.0).astype("float64") + start
            for label, table in tables.items()
        }

    def _effects(
        self, tables: dict[str, pd.DataFrame], named: Sequence[str], counted: bool = False
    ) -> pd.DataFrame:
        first = tables[self.labels[0]]
        rows = []
        for column in first.columns:
            key = column if isinstance(column, tuple) else (column,)
            for label in self.labels[1:]:
                found = effect(first[column].to_numpy(), tables[label][column].to_numpy(), counted=counted)
                rows.append((*key, label, *vars(found).values()))
        return pd.DataFrame(rows, columns=[*named, "scenario", *Effect.__dataclass_fields__])

    @property
    def plot(self) -> ComparisonPlots:
        """Figures, each matplotlib axes: `comparison.plot.difference("hhi_control")`, `.winners(ax=mine)`."""
        return ComparisonPlots(self)

    def card(self) -> Card:
        """What it shows of itself."""
        from sim.report.cards import PRICE, comparison_card

        gaps = self.differences([PRICE])
        return comparison_card(self.labels, self.outcomes, gaps, self.study.pack)

    def write(self, folder: Path) -> None:
        """Write each table as CSV."""
        for name in ("inputs", "outcomes", "expectations", "survival", "deals", "winners"):
            write_csv(getattr(self, name), folder / f"{name}.csv")


def whens(measure: str, last: int) -> tuple[str, ...]:
    """When a measure is told, by its kind; one that this program does not know is told as a level."""
    return {LEVEL: (str(last), MEAN), FLOW: (str(last), TOTAL), EVENT: (TOTAL,)}[kind_of(measure)]


def _no_pairs() -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([[], []], names=["sample", "seed"])


def compare(
    scenarios: Sequence[str | Path | Scenario], runs: int = 100, *, design: str = "lhs", **options: Any
) -> Comparison:
    """Run scenarios with the same seeds and the same sampled inputs, and give what they change.

    Args:
        scenarios: two or more; the first is what the others are held against.
        runs: pairs of runs.
        design: as for `ensemble`; with `seeds` only luck is sampled.
        options: out, seeds, agents, and how it is worked off, as for `ensemble`.

    Raises:
        UsageError: fewer than two scenarios, or some of unlike industries.
    """
    if isinstance(scenarios, str | Path | Scenario) or len(scenarios) < 2:
        raise UsageError("a comparison needs two scenarios or more")
    return Comparison(ensemble(scenarios, runs, design=design, **options))
