"""Scenario discovery: under which inputs does something happen, said as ranges and in words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.core.registry import known as known_name
from sim.core.words import plural
from sim.report.parameter_names import limit_shown, range_shown
from sim.study.prim import SIGNIFICANT, Box, chosen, most_balanced, pasted, peeled, refined, simplified
from sim.study.rule import comparisons, holds, measured, read_rule
from sim.study.store import quoted
from sim.study.study import Study, open_study

DENSITY = 0.8
"""How often a rule should hold in a box, unless it is said otherwise."""
IN_SAMPLE = (
    "Density and coverage are of the runs that the limits were drawn by; new runs may show less of both."
)
FEW_LIMITS = 3
"""A candidate has no more: with many limits a few dozen runs can be fenced in one by one, whatever happens."""


@dataclass(frozen=True, repr=False)
class Discovery(Shown):
    """A box in which a rule mostly holds, or the best candidate for one.

    Attributes:
        rule: what happens.
        paths: sampled parameters.
        inputs: (runs, parameters).
        cases: (runs,) where it happens.
        steps: boxes of all steps of peeling.
        box: the one that was chosen; a candidate alone when every limit could be luck.
        by_luck: the chance that luck explains the last limit of a candidate; nan when there are limits that it
            does not explain.
        density: how often the rule should hold in the box, 0-1.
        known: name and unit of each parameter.
    """

    rule: str
    paths: tuple[str, ...]
    inputs: Floats
    cases: NDArray[np.bool_]
    steps: list[Box]
    box: Box
    by_luck: float = math.nan
    density: float = DENSITY
    known: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether the box can be relied on: its limits are no luck, and the rule holds in it as often as asked."""
        return bool(math.isnan(self.by_luck) and len(self.ranges) and self.box.density >= self.density)

    @property
    def ranges(self) -> pd.DataFrame:
        """One row a parameter that the box limits: its range there and in all runs, the narrowest first."""
        least, most = self.inputs.min(axis=0), self.inputs.max(axis=0)
        rows = [
            (path, self.box.low[row], self.box.high[row], least[row], most[row])
            for row, path in enumerate(self.paths)
            if self.box.low[row] > least[row] or self.box.high[row] < most[row]
        ]
        frame = pd.DataFrame(rows, columns=["parameter", "low", "high", "least", "most"])
        frame["width_share"] = (frame["high"] - frame["low"]) / (frame["most"] - frame["least"])
        frame["name"] = [self._called(path)[0] for path in frame["parameter"]]
        frame["unit"] = [self._called(path)[1] for path in frame["parameter"]]
        return frame.sort_values("width_share", kind="stable").reset_index(drop=True)

    def _called(self, path: str) -> tuple[str, str]:
        return self.known.get(path, (path, ""))

    @property
    def trade(self) -> pd.DataFrame:
        """One row a step of peeling: coverage, density, mass."""
        rows = [(step, box.coverage, box.density, box.mass) for step, box in enumerate(self.steps)]
        return pd.DataFrame(rows, columns=["step", "coverage", "density", "mass"])

    @property
    def why_not(self) -> str:
        """Say why there is no box that can be relied on; nothing when there is one."""
        if self.good:
            return ""
        happens, runs = int(self.cases.sum()), len(self.cases)
        if not math.isnan(self.by_luck):
            return (
                f"No box can be relied on: with {plural(happens, 'case')} in {runs} runs luck could explain every"
                f" range, even the last one left with a chance of {self.by_luck:.0%} ({SIGNIFICANT:.0%} is allowed)."
            )
        if not len(self.ranges):
            return "No box can be relied on: no range of any input makes it more frequent."
        return (
            f"No box can be relied on: the rule holds in {self.box.density:.0%} of the runs of the best one,"
            f" less than the {self.density:.0%} asked for."
        )

    @property
    def words(self) -> str:
        """Say what was found, and when it is not good enough, why, and what comes nearest."""
        happens, count = int(self.cases.sum()), len(self.cases)
        if happens in (0, count):
            return f"'{self.rule}' holds in {'no run' if not happens else 'every run'}; there is nothing to tell apart."
        lines = [f"'{self.rule}' holds in {happens} of {count} runs ({happens / count:.0%})."]
        lines += [self.why_not, "More runs may tell more."] if not self.good else []
        if not len(self.ranges):
            return "\n".join(lines)
        inside = plural(round(self.box.mass * count), "run")
        begins = "Where" if self.good else f"Best candidate, not good enough ({inside} lie in it): where"
        lines.append(
            f"{begins} all of these hold, it happens in {self.box.density:.0%} of the runs (density), and"
            f" {self.box.coverage:.0%} of its cases lie there (coverage):"
        )
        return "\n".join([*lines, *(f"  {_limit(row)}" for row in self.ranges.itertuples()), IN_SAMPLE])

    def card(self) -> Card:
        """What it shows of itself."""
        from sim.report.cards import discovery_card

        return discovery_card(self.words, self.ranges)

    def write(self, folder: Path) -> None:
        """Write the ranges, the steps and the figure."""
        from sim.report.sensitivity import draw_box
        from sim.report.style import write_chart

        write_csv(self.ranges.assign(good_enough=self.good), folder / "ranges.csv")
        write_csv(self.trade, folder / "steps.csv")
        if len(self.ranges):
            write_chart(draw_box(self.ranges, self._runs, self.told), self._runs, folder / "box")

    def plot(self, ax: Axes | None = None) -> Axes:
        """The box as a figure: axes of its own, or the ranges in the reader's.

        Raises:
            UsageError: no range is limited.
        """
        from sim.report.sensitivity import MOST_RANGES, draw_box, fill_ranges
        from sim.report.style import drawn

        if not len(self.ranges):
            raise UsageError(f"there is no box to draw: {self.words}")
        rows = self.ranges.head(MOST_RANGES).iloc[::-1]
        whole = partial(draw_box, self.ranges, self._runs, self.told)
        return drawn(whole, ax, self.told[0], lambda axes: fill_ranges(axes, rows))

    @property
    def _runs(self) -> pd.DataFrame:
        """One row a run: the parameters that the box limits, and whether the rule holds."""
        names = list(self.ranges["parameter"])
        return pd.DataFrame(self.inputs, columns=list(self.paths))[names].assign(holds=self.cases)

    @property
    def told(self) -> tuple[str, str, str]:
        """Title, subtitle and warning of the figure."""
        title = self.words.splitlines()[0]
        share = f"{self.box.density:.0%} of the runs in the box (density)"
        cases = f"{self.box.coverage:.0%} of all cases lie in it (coverage)"
        return title, f"It happens in {share}; {cases}", self.why_not


def _limit(row: Any) -> str:
    key = "" if row.name == row.parameter else f" ({row.parameter})"
    if row.low <= row.least:
        return f"{row.name} at most {limit_shown(row.high, row.unit)}{key}"
    if row.high >= row.most:
        return f"{row.name} at least {limit_shown(row.low, row.unit)}{key}"
    return f"{row.name} from {range_shown(row.low, row.high, row.unit)}{key}"


def discover(
    study: Study | Path | str, where: str, *, scenario: str | None = None, density: float = DENSITY
) -> Discovery:
    """Find the inputs under which a rule about outcomes mostly holds.

    Args:
        study: an ensemble with sampled inputs, or its folder.
        where: the rule, as in `rule.py`.
        scenario: label of the scenario whose runs are looked at; needed when there are several.
        density: how often the rule should hold in the box, 0-1.

    Raises:
        UsageError: the rule cannot be read, names no measure, or nothing was sampled.
    """
    study = study if isinstance(study, Study) else open_study(study)
    rule = read_rule(where)
    for each in comparisons(rule):
        known_name("measure", each.measure, study.measures)
    number = _number(study, scenario)
    paths = _reaching(study, number)
    asked = f"SELECT {', '.join(map(quoted, paths))} FROM runs JOIN inputs USING (sample)"
    inputs = np.array(study.rows(f"{asked} WHERE scenario = ? AND status = 'done' ORDER BY run", number))
    if len(inputs) == 0:
        raise UsageError(f"{study.folder} has no finished runs yet")
    cases = holds(rule, lambda measure, when: measured(study, number, measure, when).to_numpy())
    known = {row.parameter: (row.name, row.unit) for row in study.known().itertuples()}
    return replace(found(where, paths, inputs, cases, density), known=known)


def _reaching(study: Study, scenario: int) -> tuple[str, ...]:
    """The sampled parameters that reach the runs of a scenario: not those that it sets itself.

    Raises:
        UsageError: there is none.
    """
    own = study.rows("SELECT own FROM scenarios WHERE id = ?", scenario)[0][0].split()
    paths = tuple(path for path in study.parameters if path not in own)
    if not paths:
        raise UsageError(f"{study.folder} has no sampled inputs to tell runs apart by")
    return paths


def found(
    rule: str, paths: tuple[str, ...], inputs: Floats, cases: NDArray[np.bool_], density: float = DENSITY
) -> Discovery:
    """The discovery from inputs and cases, wherever they come from.

    With many inputs and few runs, peeling fences cases in with inputs that do not matter, and no limit is left
    when those that luck explains are taken off. It is then done again with the inputs that tell cases apart each
    by itself. When luck can explain every limit even so, the box is the best candidate among those with few.
    """
    first = Discovery(rule, paths, inputs, cases, *_searched(inputs, cases, density), density)
    columns = telling(inputs, cases)
    if first.good or not columns.size:
        return first
    steps, box, by_luck = _searched(inputs[:, columns], cases, density)
    whole = [_among_all(each, inputs, columns) for each in (*steps, box)]
    second = replace(first, steps=whole[:-1], box=whole[-1], by_luck=by_luck)
    return second if second.good or not math.isnan(first.by_luck) else first


def _among_all(box: Box, inputs: Floats, columns: NDArray[np.intp]) -> Box:
    """A box of some of the inputs as one of all, without limits of the others."""
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    low[columns], high[columns] = box.low, box.high
    return replace(box, low=low, high=high)


def telling(inputs: Floats, cases: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The columns whose values in cases differ from those in other runs, with luck shared among all columns.

    Source: Mann & Whitney 1947; the level is divided by the number of columns (Bonferroni).
    """
    from scipy.stats import mannwhitneyu

    if cases.all() or not cases.any():
        return np.empty(0, dtype=np.intp)
    chances = mannwhitneyu(inputs[cases], inputs[~cases], axis=0).pvalue
    return np.flatnonzero(chances <= SIGNIFICANT / inputs.shape[1])


def _searched(inputs: Floats, cases: NDArray[np.bool_], density: float) -> tuple[list[Box], Box, float]:
    """The steps of peeling, the box or the best candidate, and the chance that luck explains a candidate."""
    steps = peeled(inputs, cases)
    boxes, last = simplified(inputs, cases, pasted(inputs, cases, steps[chosen(steps, density)]))
    if len(boxes) > 1 and not _limits(boxes[-1], inputs):
        few = [box for box in boxes[:-1] if 0 < _limits(box, inputs) <= FEW_LIMITS]
        return steps, refined(inputs, cases, most_balanced(few)), last
    return steps, refined(inputs, cases, boxes[-1]), math.nan


def _limits(box: Box, inputs: Floats) -> int:
    """How many limits a box has."""
    return int(np.sum(box.low > inputs.min(axis=0)) + np.sum(box.high < inputs.max(axis=0)))


def _number(study: Study, scenario: str | None) -> int:
    labels = study.scenarios
    if scenario is None and len(labels) == 1:
        return 0
    if scenario is None:
        raise UsageError(f"name one scenario of the study: {', '.join(labels)}")
    return labels.index(known_name("scenario of the study", scenario, labels))
