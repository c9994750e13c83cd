"""Claims put to runs: how often each holds, how sure that is, and what decides it.

Every scenario that a claim names is played with the same sampled inputs and the same luck, so that scenarios which
several claims share are played once and a claim about a lever is judged pair by pair. A run passes a claim when all
its conditions hold. The probability has the interval of Jeffreys; beside it stands how many runs would pass if each
year were like the first, which is what the start alone makes of the claim.

Source: interval, Brown, Cai & DasGupta 2001, Statistical Science 16; pairs, Law & Kelton, ch. 10; drivers, Mann &
Whitney 1947; boxes, Friedman & Fisher 1999.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.core.arrays import Bools, Floats
from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.core.registry import UnknownNameError
from sim.metrics import METRICS
from sim.scenario.claim import ARTICLE, Claim, Condition, read_claims
from sim.study.design import sampled, uncertain_parameters
from sim.study.discovery import Discovery, found, telling
from sim.study.engine import Plan, labelled, seeds_of, work_of
from sim.study.ensemble import HOME, conduct
from sim.study.store import quoted
from sim.study.study import Study

LEVEL = 0.95
VERDICTS = ((0.90, "holds"), (0.66, "likely"), (0.33, "depends"), (0.10, "unlikely"), (0.0, "fails"))
"""From which probability on a claim is called so."""
DEPENDS = "depends"
NOT_SCORED = "not scored"
BY_START = 0.90
"""From this share of runs on in which the first year alone passes a claim, it is marked as true at the start."""
DRIVERS = 3
"""So many inputs are named."""


@dataclass(frozen=True)
class Claims:
    """Claims with the study that judges them.

    Attributes:
        study: the runs of all scenarios that the claims name.
        claims: those that were asked for.
    """

    study: Study
    claims: tuple[Claim, ...]

    @cached_property
    def scoreboard(self) -> pd.DataFrame:
        """One row a claim.

        `probability` of a run to pass, with `low` and `high` of its 95 % interval, over `runs`; `verdict`;
        `at_start`, the share of runs that would pass if every year were like the first, which says nothing of a claim
        with a twin; `value`, the median of the
        first condition's number, between `p10` and `p90`; `drivers`; and why a claim is not scored.
        """
        return pd.DataFrame([self._row(claim) for claim in self.claims])

    def _row(self, claim: Claim) -> dict[str, Any]:
        about = {"claim": claim.id, "kind": claim.kind, "words": claim.words, "source": claim.source}
        about |= {"scenarios": " ".join(claim.scenarios), "twin": claim.twin or ""}
        if claim.unscored:
            return about | {"verdict": NOT_SCORED, "why": claim.unscored}
        passes = self.passes(claim)
        low, high = interval(int(passes.sum()), passes.size)
        numbers = self.numbers(claim.holds[0], claim.scenarios[0], claim.twin)
        quantiles = np.quantile(numbers, (0.1, 0.5, 0.9)).tolist()
        spread = dict(zip(("p10", "value", "p90"), quantiles, strict=True))
        at_start = math.nan if claim.twin else float(self.passes(claim, self._first).mean())
        return about | {
            "runs": passes.size,
            "probability": float(passes.mean()),
            "low": low,
            "high": high,
            "verdict": verdict(float(passes.mean())),
            "at_start": at_start,
            "by_start": at_start >= BY_START,
            **spread,
            "drivers": ", ".join(self.drivers(passes)),
            "null": claim.null,
        }

    def passes(self, claim: Claim, tables: "dict[str, Table] | None" = None) -> Bools:
        """For each run whether all conditions of a claim hold in all its scenarios, (runs,)."""
        each = [
            within(condition, self.numbers(condition, scenario, claim.twin, tables))
            for scenario in claim.scenarios
            for condition in claim.holds
        ]
        return np.asarray(np.logical_and.reduce(each))

    def numbers(
        self, condition: Condition, scenario: str, twin: str | None, tables: "dict[str, Table] | None" = None
    ) -> Floats:
        """The number that a condition judges, (runs,)."""
        tables = tables or self._tables
        own = taken(condition, tables[scenario])
        if condition.against == "itself" or twin is None:
            return own
        other = taken(condition, tables[twin])
        gap = own - other
        return gap if condition.against == "twin" else gap / np.where(other == 0.0, np.nan, np.abs(other))

    def drivers(self, passes: Bools) -> list[str]:
        """The inputs whose values differ most between runs that pass and runs that do not, most telling first."""
        columns = telling(self._inputs, passes)
        ranks = np.array([_apart(self._inputs[:, column], passes) for column in columns])
        known = self.study.known().set_index("parameter")["name"]
        return [str(known[self.study.parameters[column]]) for column in columns[np.argsort(-ranks)][:DRIVERS]]

    def box(self, claim: Claim) -> Discovery:
        """The inputs under which a claim fails."""
        known = {row.parameter: (row.name, row.unit) for row in self.study.known().itertuples()}
        box = found(f"not {claim.id}", self.study.parameters, self._inputs, ~self.passes(claim))
        return Discovery(**{**vars(box), "known": known})

    @cached_property
    def _tables(self) -> "dict[str, Table]":
        frame = self.study.to_frame()
        frame = frame[frame["sample"].isin(self._whole)]
        return {str(label): Table.of(rows) for label, rows in frame.groupby("scenario", sort=False)}

    @cached_property
    def _first(self) -> "dict[str, Table]":
        return {label: table.frozen() for label, table in self._tables.items()}

    @cached_property
    def _whole(self) -> tuple[int, ...]:
        """Samples of which every scenario is done: pairs need all."""
        rows = self.study.rows(
            "SELECT sample FROM runs WHERE status = 'done' GROUP BY sample HAVING COUNT(*) = ? ORDER BY sample",
            len(self.study.scenarios),
        )
        if not rows:
            raise UsageError(f"{self.study.folder} has no sample of which every scenario is done")
        return tuple(sample for (sample,) in rows)

    @cached_property
    def _inputs(self) -> Floats:
        rows = self.study.rows(f"SELECT sample, {', '.join(map(quoted, self.study.parameters))} FROM inputs")
        by_sample = {sample: values for sample, *values in rows}
        return np.array([by_sample[sample] for sample in self._whole])

    def write(self, folder: Path) -> None:
        """Write the scoreboard and, for claims that depend, where they fail."""
        write_csv(self.scoreboard, folder / "scoreboard.csv")
        boxes = [
            self.box(claim).ranges.assign(claim=claim.id)
            for claim in self.claims
            if claim.holds and verdict(float(self.passes(claim).mean())) == DEPENDS
        ]
        if boxes:
            write_csv(pd.concat(boxes, ignore_index=True), folder / "boxes.csv")


@dataclass(frozen=True)
class Table:
    """The yearly measures of one scenario: (runs, years) by name."""

    years: tuple[int, ...]
    values: dict[str, Floats]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> "Table":
        """The table of a scenario from its rows, one a run and year in order."""
        years = tuple(sorted(frame["year"].unique().tolist()))
        values = {name: frame[name].to_numpy(float).reshape(-1, len(years)) for name in frame.columns[5:]}
        return cls(years, values)

    def frozen(self) -> "Table":
        """The same with every year like the first."""
        first = {name: np.repeat(each[:, :1], each.shape[1], 1) for name, each in self.values.items()}
        return Table(self.years, first)

    def between(self, name: str, start: int | None, end: int | None) -> Floats:
        """A measure in years, (runs, years).

        Raises:
            UsageError: the run has none of these years.
            UnknownNameError: there is no such measure.
        """
        if name not in self.values:
            raise UnknownNameError("measure", name, self.values)
        chosen = [(start is None or year >= start) and (end is None or year <= end) for year in self.years]
        if not any(chosen):
            raise UsageError(
                f"the runs have no year from {start} to {end}; they go from {self.years[0]} to {self.years[-1]}"
            )
        return self.values[name][:, chosen]


TAKEN: dict[str, Callable[[Floats], Floats]] = {
    "mean": lambda rows: rows.mean(axis=1),
    "total": lambda rows: rows.sum(axis=1),
    "first": lambda rows: rows[:, 0],
    "last": lambda rows: rows[:, -1],
    "lowest": lambda rows: rows.min(axis=1),
    "highest": lambda rows: rows.max(axis=1),
    "rise": lambda rows: rows[:, -1] - rows[:, 0],
    "growth": lambda rows: (rows[:, -1] - rows[:, 0]) / np.where(rows[:, 0] == 0.0, np.nan, rows[:, 0]),
    "later": lambda rows: (
        rows[:, rows.shape[1] // 2 :].mean(axis=1) - rows[:, : rows.shape[1] // 2].mean(axis=1)
    ),
}


def taken(condition: Condition, table: Table) -> Floats:
    """What a condition takes of each run, (runs,)."""
    span = (condition.start_year, condition.end_year)
    rows = table.between(condition.measure, *span)
    if condition.less:
        rows = rows - table.between(condition.less, *span)
    if condition.over:
        below = table.between(condition.over, *span)
        rows = rows / np.where(below == 0.0, np.nan, below)
    if condition.take == "share_of_years":
        return np.asarray(_between(rows, condition.above, condition.below).mean(axis=1))
    return TAKEN[condition.take](rows)


def within(condition: Condition, numbers: Floats) -> Bools:
    """Whether numbers lie where a condition wants them; what is not a number does not."""
    return _between(numbers, condition.at_least, condition.at_most)


def _between(numbers: Floats, least: float | None, most: float | None) -> Bools:
    low, high = -math.inf if least is None else least, math.inf if most is None else most
    return np.asarray((numbers >= low) & (numbers <= high))


def interval(passed: int, runs: int) -> tuple[float, float]:
    """The 95 % interval of Jeffreys for a probability; it reaches 0 or 1 where no run or every run passed."""
    from scipy.stats import beta

    tail = (1.0 - LEVEL) / 2.0
    low = float(beta.ppf(tail, passed + 0.5, runs - passed + 0.5)) if passed else 0.0
    high = float(beta.ppf(1.0 - tail, passed + 0.5, runs - passed + 0.5)) if passed < runs else 1.0
    return low, high


def verdict(probability: float) -> str:
    """What a probability is called."""
    return next(name for least, name in VERDICTS if probability >= least)


def _apart(values: Floats, passes: Bools) -> float:
    """How far the mean ranks of two groups lie apart, as a share of all ranks."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    return abs(float(ranks[passes].mean() - ranks[~passes].mean())) / len(values)


def score(
    name_or_path: str | Path = ARTICLE,
    runs: int = 100,
    *,
    only: Sequence[str] = (),
    out: Path | str | None = None,
    **work: Any,
) -> Claims:
    """Play what claims need and score them; the same call goes on where an earlier one was interrupted.

    Args:
        name_or_path: a file of claims, or a name under `scenarios/claims/`.
        runs: samples of the uncertain parameters, each with a seed of its own.
        only: ids of the claims that are scored; all when there is none.
        out: folder of the study.
        work: the fields of `Work`.

    Raises:
        InvalidScenarioError: the file, or a scenario that it names, cannot be used.
        UnknownNameError: there is no claim of a name in `only`, or no measure of a name in a condition.
        UsageError: nothing is left that could be played.
    """
    claims = read_claims(name_or_path)
    known = [claim.id for claim in claims]
    for name in only:
        if name not in known:
            raise UnknownNameError("claim", name, known)
    claims = tuple(claim for claim in claims if not only or claim.id in only)
    for condition in (each for claim in claims for each in claim.holds):
        for measure in condition.measures:
            METRICS.get(measure)
    played = dict.fromkeys(name for claim in claims for name in claim.played)
    if not played:
        raise UsageError("none of these claims is scored, so there is nothing to play")
    named = labelled(tuple(played))
    uncertain = uncertain_parameters(list(named.values()))
    about = {"kind": "claims", "samples": str(runs)}
    plan = Plan(named, uncertain, sampled(uncertain, "lhs", runs), seeds_of(runs, 1), about)
    folder = Path(out) if out else HOME / f"claims-{Path(name_or_path).stem}-{runs}"
    return Claims(conduct(plan, folder, work_of(work)), claims)
