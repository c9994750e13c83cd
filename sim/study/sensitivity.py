"""Which uncertain parameters matter: Morris screening for many, Sobol indices for few.

Morris changes one parameter at a time along trajectories and tells how much an outcome moves (`mu_star`) and
how unevenly (`sigma`). Sobol indices share the variance of an outcome out: `first` is what a parameter does
alone, `total` what would be left of the variance if all others were known. All samples are played with the
same seed, so that luck does not blur what a parameter does; what holds for one seed need not hold for all.

Source: Morris 1991; Campolongo, Cariboni & Saltelli 2007; Saltelli et al. 2010; all from SALib.

What moves the answers: rank correlations of the sampled inputs of a study with the measures that answers tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.core.errors import StudyError, UsageError, whole
from sim.core.registry import known as known_name
from sim.core.rng import Streams
from sim.metrics.catalogue import EVENT
from sim.recorder import measured_columns
from sim.report.answer_tables import Runs
from sim.report.measures import kind_of, label_of, scale_of, unit_shown
from sim.report.page.tornado import LEAST_SAMPLES, luck_bar, rank_correlations
from sim.report.style import Chart
from sim.scenario.load import Scenario
from sim.scenario.ranking import FILE, Link
from sim.scenario.settings import Settings
from sim.study.design import Uncertain, uncertain_parameters
from sim.study.engine import Plan, labelled, work_of
from sim.study.ensemble import HOME, conduct
from sim.study.store import quoted
from sim.study.study import Study

METHODS = ("morris", "sobol")
LEVELS = 4
RESAMPLES = 200
LEAST_TRAJECTORIES = 4
CONVERGED_WIDTH = 0.1
"""Sobol indices whose 95 % interval is narrower than this on either side are called settled."""
LEAN = 0.5
"""Part of its absolute effects by which a parameter must move an outcome one way to be said to do so."""
RAISES, LOWERS, BOTH, NOTHING = "raises", "lowers", "both ways", "nothing"
"""What a parameter does to an outcome when it goes up."""
LUCK = "sensitivity"


@dataclass(frozen=True)
class Cube:
    """A sensitivity design on the unit cube.

    Attributes:
        method: `morris` or `sobol`.
        dimensions: how many parameters.
        size: trajectories of Morris, or base points of Sobol, then a power of two.
    """

    method: str
    dimensions: int
    size: int

    def __post_init__(self) -> None:
        """Refuse what cannot be analysed."""
        known_name("method", self.method, METHODS)
        whole("size", self.size, 2)
        if self.dimensions < 2:
            raise UsageError("a sensitivity study needs two parameters or more")
        if self.method == "sobol" and self.size & (self.size - 1):
            raise UsageError(f"Sobol indices need a power of two as size, not {self.size}")

    @property
    def _problem(self) -> dict[str, Any]:
        names = [f"x{number}" for number in range(self.dimensions)]
        return {"num_vars": self.dimensions, "names": names, "bounds": [[0.0, 1.0]] * self.dimensions}

    @property
    def _seed(self) -> int:
        return int(Streams(0).generator(LUCK, 0).integers(2**31))

    def points(self) -> Floats:
        """The points at which outcomes are needed, (runs, dimensions)."""
        from SALib.sample import morris, sobol

        if self.method == "morris":
            found = morris.sample(self._problem, self.size, num_levels=LEVELS, seed=self._seed)
        else:
            found = sobol.sample(self._problem, self.size, calc_second_order=False, seed=self._seed)
        return np.asarray(found, dtype=np.float64)

    def indices(self, outcomes: Floats) -> pd.DataFrame:
        """One row a parameter from the outcomes at the points, with half-widths of 95 % intervals."""
        from SALib.analyze import morris, sobol

        if float(np.ptp(outcomes)) == 0.0:
            names = _COLUMNS[self.method]
            return pd.DataFrame(0.0, index=range(self.dimensions), columns=list(names))
        how: dict[str, Any] = {"num_resamples": RESAMPLES, "seed": self._seed}
        if self.method == "morris":
            found = morris.analyze(self._problem, self.points(), outcomes, num_levels=LEVELS, **how)
        else:
            found = sobol.analyze(self._problem, outcomes, calc_second_order=False, **how)
        return pd.DataFrame({name: np.asarray(found[key]) for name, key in _COLUMNS[self.method].items()})


_COLUMNS: Mapping[str, dict[str, str]] = {
    "morris": {"mu_star": "mu_star", "mu_star_within": "mu_star_conf", "mu": "mu", "sigma": "sigma"},
    "sobol": {"total": "ST", "total_within": "ST_conf", "first": "S1", "first_within": "S1_conf"},
}


@dataclass(frozen=True, repr=False)
class Sensitivity(Shown):
    """What a sensitivity study has found.

    Attributes:
        study: where the runs are.
        cube: the design.
        outcome: the measure.
        year: at the end of which year.
        when: the same in words; for what happens now and then (events), the sum of all years.
        indices: one row a parameter, the most important first: the indices, which way it moves the outcome
            (`direction`), what it is (`name`), and its range and unit.
    """

    study: Study
    cube: Cube
    outcome: str
    year: int
    when: str
    indices: pd.DataFrame

    @property
    def title(self) -> str:
        """What the study tells, in a line."""
        return self.study.pack.say()(f"What moves {label_of(self.outcome)}, {self.when}")

    @property
    def words(self) -> str:
        """Whether the ranking can be relied on."""
        return convergence(self.cube, self.indices)

    def card(self) -> Card:
        """What it shows of itself."""
        from sim.report.cards import sensitivity_card

        return sensitivity_card(self.title, self.words, self.indices, unit_shown(self.outcome))

    def write(self, folder: Path) -> None:
        """Write the indices and their figure."""
        from sim.report.style import write_chart

        write_chart(self._drawn(), self.indices, folder / "tornado")

    def plot(self, ax: Axes | None = None) -> Axes:
        """The figure: axes of its own, or the bars in the reader's."""
        from sim.report.sensitivity import MOST, fill_tornado
        from sim.report.style import drawn

        shown, unit = self.indices.head(MOST).iloc[::-1], unit_shown(self.outcome)
        return drawn(self._drawn, ax, self.title, lambda axes: fill_tornado(axes, shown, unit))

    def _drawn(self) -> Chart:
        from sim.report.sensitivity import draw_sensitivity

        return draw_sensitivity(self.indices, (self.title, unit_shown(self.outcome)), self.words)


def convergence(cube: Cube, indices: pd.DataFrame) -> str:
    """Say in words how settled indices are, and what to do about it."""
    name = next(iter(_COLUMNS[cube.method]))
    top, width = float(indices[name].iloc[0]), float(indices[f"{name}_within"].iloc[0])
    if top == 0.0:
        return "Nothing matters: the outcome is the same in all runs."
    more = f"a size of {2 * cube.size} would take twice the runs"
    if cube.method == "sobol":
        widest = float(indices["total_within"].max())
        if widest <= CONVERGED_WIDTH:
            return f"Settled: no total index is uncertain by more than {widest:.2f}."
        return f"Not settled: a total index is uncertain by {widest:.2f}; {more}."
    if cube.size < LEAST_TRAJECTORIES:
        return f"Not settled: {cube.size} trajectories tell nothing of how sure an effect is; {more}."
    apart = int((indices[name] + indices[f"{name}_within"] < top - width).sum())
    share = apart / max(len(indices) - 1, 1)
    if share >= 0.5:
        return f"The first parameter stands clear of {apart} of {len(indices) - 1} others."
    return (
        f"Not settled: the first parameter stands clear of only {apart} of {len(indices) - 1} others; {more}."
    )


def sensitivity(
    scenario: str | Path | Scenario,
    outcome: str = "price_cny_per_t",
    *,
    method: str = "morris",
    size: int = 8,
    year: int | None = None,
    set: Settings = (),
    out: Path | str | None = None,
    **work: Any,
) -> Sensitivity:
    """Find which uncertain parameters of a scenario's pack move an outcome.

    Args:
        scenario: one scenario.
        outcome: a measure of `years.csv`.
        method: `morris`, size x (parameters + 1) runs, or `sobol`, size x (parameters + 2) runs.
        size: trajectories, or base points (a power of two).
        year: at the end of which year; the last by default, and for events the sum of all years.
        set: changes of the scenario, as for `sim.load`.
        out: folder of the study; one that exists is resumed.
        work: `only` (dotted paths: sample these alone) and the fields of `Work`.

    Raises:
        UsageError: an argument makes no sense.
        StudyError: a run failed, so that the indices cannot be worked out.
    """
    named = labelled([scenario], set)
    (label, loaded), *_ = named.items()
    known_name("measure", outcome, measured_columns(loaded.pack))
    loaded.checked(year)
    known = chosen(uncertain_parameters([loaded], joint=False), work.pop("only", ()))
    cube = Cube(method, len(known), size)
    points = cube.points()
    inputs = np.column_stack([each.at(points[:, column]) for column, each in enumerate(known)])
    about = {"kind": "sensitivity", "method": method, "size": str(size)}
    plan = Plan(named, known, inputs, ((0,),) * len(inputs), about)
    folder = Path(out) if out else HOME / f"{label}-{method}-{len(known)}x{size}"
    study = conduct(plan, folder, work_of(work))
    return found_in(study, cube, outcome, year)


def chosen(known: tuple[Uncertain, ...], only: tuple[str, ...]) -> tuple[Uncertain, ...]:
    """The parameters that are asked for, all of them when none is.

    Raises:
        UsageError: one is not an uncertain parameter.
    """
    paths = [each.path for each in known]
    for path in only:
        known_name("uncertain parameter", path, paths)
    return tuple(each for each in known if not only or each.path in only)


def found_in(study: Study, cube: Cube, outcome: str, year: int | None = None) -> Sensitivity:
    """What the finished runs of a sensitivity study say about an outcome."""
    known_name("measure", outcome, study.measures)
    first, last = study.rows("SELECT MIN(year), MAX(year) FROM outcomes")[0]
    summed = year is None and first < last and kind_of(outcome) == EVENT
    amount, when = ("SUM", f"total of {first}-{last}") if summed else ("MAX", f"in {year or last}")
    rows = study.rows(
        f"SELECT {amount}({quoted(outcome)}) FROM outcomes JOIN runs USING (run) WHERE year BETWEEN ? AND ?"
        " GROUP BY run ORDER BY run",
        first if summed else year or last,
        year or last,
    )
    if study.count["failed"] or len(rows) != sum(study.count.values()):
        raise StudyError(f"{study.count['failed']} runs failed or lack {when}; indices need all of them")
    values = np.array([value for (value,) in rows], dtype=np.float64) * scale_of(outcome)
    indices = cube.indices(values)
    indices.insert(0, "parameter", list(study.parameters))
    indices["direction"] = directions(indices, study, values)
    indices = indices.join(study.known().set_index("parameter"), on="parameter")
    ranked = indices.sort_values(indices.columns[1], ascending=False, kind="stable").reset_index(drop=True)
    return Sensitivity(study, cube, outcome, int(year or last), when, ranked)


def directions(indices: pd.DataFrame, study: Study, values: Floats) -> list[str]:
    """Which way the outcome goes when each parameter goes up, in words.

    Morris tells by the mean effect beside the mean absolute one; for Sobol points the rank correlation over all
    runs does.
    """
    if "mu" in indices:
        lean, least = indices["mu"] / indices["mu_star"].where(indices["mu_star"] > 0.0), LEAN
    else:
        inputs = study.frame("SELECT inputs.* FROM runs JOIN inputs USING (sample) ORDER BY run")
        ranks = inputs[list(study.parameters)].rank().corrwith(pd.Series(values).rank())
        lean, least = ranks.reset_index(drop=True), 2.0 / np.sqrt(len(values))
    known = {True: RAISES, False: LOWERS}
    return [
        known[each > 0.0] if abs(each) >= least else BOTH if abs(each) < least else NOTHING for each in lean
    ]


AT_MIDDLE = ("price_cny_per_t", "margin_cny_per_t")
AT_END = ("hhi_control", "coastal_share", "co2_t_per_t")
OVER_ALL = ("exits", "curbed_by_mud_mt")
"""Measures that answers tell: in the middle year, at the end, and over all years, of events the sum, else the mean."""


def ranking(study: Runs) -> pd.DataFrame:
    """One row an input and measure, the fields of `Link`, strongest first; of the first scenario of the study.

    Raises:
        UsageError: too few samples are finished to tell anything from luck.
    """
    frame = study.to_frame()
    frame = frame[frame["scenario"] == study.scenarios[0]]
    answers = _answers(frame, study.measures)
    inputs = study.runs().set_index("run")[["sample", *study.parameters]]
    by_sample = inputs.join(answers, how="inner").groupby("sample").mean()
    if len(by_sample) < LEAST_SAMPLES:
        raise UsageError(f"a ranking needs {LEAST_SAMPLES} finished samples or more")
    links = rank_correlations(by_sample[list(study.parameters)], by_sample[list(answers.columns)])
    bar = round(luck_bar(len(by_sample), links.size), 4)
    rows = [
        Link(study.scenarios[0], len(by_sample), measure, years, str(path), round(float(value), 4), bar)
        for key, column in links.items()
        for measure, years in [str(key).split(" ")]
        for path, value in column.items()
    ]
    ordered = sorted(rows, key=lambda row: -abs(row.rank_correlation))
    return pd.DataFrame(ordered, columns=list(Link._fields))


def write_ranking(study: Runs, folder: Path) -> pd.DataFrame:
    """Write the ranking into the folder of a pack, where every page of a run of it finds it."""
    found = ranking(study)
    write_csv(found, folder / FILE)
    return found


def _answers(frame: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """(runs, answers): the measures that the industry has; a column is called `measure years`."""
    first, last = int(frame["year"].min()), int(frame["year"].max())
    known: dict[str, pd.Series] = {}
    for names, year in ((AT_MIDDLE, (first + last) // 2), (AT_END, last)):
        then = frame[frame["year"] == year].set_index("run")
        known |= {f"{name} {year}": then[name] for name in names if name in measures}
    by_run = frame.groupby("run")
    for name in OVER_ALL:
        if name in measures:
            amount = by_run[name].sum() if kind_of(name) == EVENT else by_run[name].mean()
            known[f"{name} {first}-{last}"] = amount
    return pd.DataFrame(known)
