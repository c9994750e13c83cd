"""Scenario discovery: under which inputs does something happen, said as ranges and in words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.study.prim import Box, chosen, pasted, peeled, refined, simplified
from sim.study.rule import WHENS, comparisons, holds, read_rule
from sim.study.study import Study
from sim.study.tables import quoted

_SQL = {"mean": "AVG", "sum": "SUM", "min": "MIN", "max": "MAX"}


@dataclass(frozen=True)
class Discovery:
    """A box in which a rule mostly holds.

    Attributes:
        rule: what happens.
        paths: sampled parameters.
        inputs: (runs, parameters).
        cases: (runs,) where it happens.
        steps: boxes of all steps of peeling.
        box: the one that was chosen, simplified.
    """

    rule: str
    paths: tuple[str, ...]
    inputs: Floats
    cases: NDArray[np.bool_]
    steps: list[Box]
    box: Box

    @property
    def ranges(self) -> pd.DataFrame:
        """Give one row a parameter that the box limits: its range there and in all runs, the narrowest first."""
        least, most = self.inputs.min(axis=0), self.inputs.max(axis=0)
        rows = [
            (path, self.box.low[row], self.box.high[row], least[row], most[row])
            for row, path in enumerate(self.paths)
            if self.box.low[row] > least[row] or self.box.high[row] < most[row]
        ]
        frame = pd.DataFrame(rows, columns=["parameter", "low", "high", "least", "most"])
        frame["width_share"] = (frame["high"] - frame["low"]) / (frame["most"] - frame["least"])
        return frame.sort_values("width_share", kind="stable").reset_index(drop=True)

    @property
    def trade(self) -> pd.DataFrame:
        """Give one row a step of peeling: coverage, density, mass."""
        rows = [(step, box.coverage, box.density, box.mass) for step, box in enumerate(self.steps)]
        return pd.DataFrame(rows, columns=["step", "coverage", "density", "mass"])

    @property
    def words(self) -> str:
        """Say what was found."""
        happens, count = int(self.cases.sum()), len(self.cases)
        if happens in (0, count):
            return f"'{self.rule}' holds in {'no run' if not happens else 'every run'}; there is nothing to tell apart."
        head = f"'{self.rule}' holds in {happens} of {count} runs ({happens / count:.0%})."
        if not len(self.ranges):
            return f"{head}\nNo range of inputs makes it clearly more frequent; more runs may."
        limits = "\n".join(f"  {_limit(row)}" for row in self.ranges.itertuples())
        told = (
            f"Where all of these hold, it happens in {self.box.density:.0%} of the runs (density), and"
            f" {self.box.coverage:.0%} of its cases lie there (coverage):"
        )
        return f"{head}\n{told}\n{limits}"

    def write(self, folder: Path) -> None:
        """Write the ranges, the steps and the figure."""
        from sim.report.discovery import draw_box
        from sim.report.style import write_chart
        from sim.run import write_csv

        folder.mkdir(parents=True, exist_ok=True)
        write_csv(self.ranges, folder / "ranges.csv")
        write_csv(self.trade, folder / "steps.csv")
        if len(self.ranges):
            names = list(self.ranges["parameter"])
            table = pd.DataFrame(self.inputs, columns=list(self.paths))[names].assign(holds=self.cases)
            write_chart(draw_box(self.ranges, table, self.words), table, folder / "box")


def _limit(row: Any) -> str:
    if row.low <= row.least:
        return f"{row.parameter} at most {row.high:.4g}"
    if row.high >= row.most:
        return f"{row.parameter} at least {row.low:.4g}"
    return f"{row.parameter} from {row.low:.4g} to {row.high:.4g}"


def discover(study: Study, where: str, *, scenario: str | None = None, density: float = 0.8) -> Discovery:
    """Find the inputs under which a rule about outcomes mostly holds.

    Args:
        study: an ensemble with sampled inputs.
        where: the rule, as in `rule.py`.
        scenario: label of the scenario whose runs are looked at; needed when there are several.
        density: how often the rule should hold in the box, 0-1.

    Raises:
        UsageError: the rule cannot be read, names no measure, or nothing was sampled.
    """
    rule = read_rule(where)
    unknown = [each.measure for each in comparisons(rule) if each.measure not in study.measures]
    if unknown:
        raise UsageError(f"no measure {', '.join(unknown)}; there are: {', '.join(study.measures)}")
    if not study.parameters:
        raise UsageError(f"{study.folder} has no sampled inputs to tell runs apart by")
    number = _number(study, scenario)
    inputs = np.array(
        study.rows(
            f"SELECT {', '.join(map(quoted, study.parameters))} FROM runs JOIN inputs USING (sample)"
            " WHERE scenario = ? AND status = 'done' ORDER BY run",
            number,
        )
    )
    if len(inputs) == 0:
        raise UsageError(f"{study.folder} has no finished runs yet")
    cases = holds(rule, lambda measure, when: _values(study, number, measure, when))
    return found(where, study.parameters, inputs, cases, density)


def found(
    rule: str, paths: tuple[str, ...], inputs: Floats, cases: NDArray[np.bool_], density: float = 0.8
) -> Discovery:
    """Give the discovery from inputs and cases, wherever they come from."""
    steps = peeled(inputs, cases)
    box = simplified(inputs, cases, pasted(inputs, cases, steps[chosen(steps, density)]))
    return Discovery(rule, paths, inputs, cases, steps, refined(inputs, cases, box))


def _number(study: Study, scenario: str | None) -> int:
    labels = study.scenarios
    if scenario is None and len(labels) == 1:
        return 0
    if scenario not in labels:
        raise UsageError(f"name one scenario of the study: {', '.join(labels)}")
    return labels.index(str(scenario))


def _values(study: Study, scenario: int, measure: str, when: str) -> Floats:
    """Give a measure at a time for each finished run, (runs,)."""
    years = study.rows(
        "SELECT MIN(year), MAX(year) FROM outcomes JOIN runs USING (run) WHERE scenario = ?", scenario
    )
    first, last = years[0]
    year = last if when == "end" else int(when) if when not in WHENS else None
    if year is not None and not first <= year <= last:
        raise UsageError(f"the runs have no year {year}; they have {first} to {last}")
    amount = f"{_SQL.get(when, 'MAX')}({quoted(measure)})"
    rows = study.rows(
        f"SELECT {amount} FROM outcomes JOIN runs USING (run) WHERE scenario = ? AND status = 'done'"
        " AND (year = ? OR ? IS NULL) GROUP BY run ORDER BY run",
        scenario,
        year,
        year,
    )
    return np.array([value for (value,) in rows], dtype=np.float64)
