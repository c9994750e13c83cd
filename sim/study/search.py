"""The best package of policies: which moves a measure most within limits, at what price in others, by luck or not.

All packages are tried with a few seeds, the same for all, or those that an optimiser proposes when they are many. The
best by that and the frontier are played again with other seeds, for the best of many was lucky too, and these judge.

What a search of packages has found: the best, those that cannot be told apart from it, and the frontier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.core.errors import StudyError, UsageError, whole
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.study import rule
from sim.study.design import sampled, uncertain_parameters
from sim.study.effects import LEVEL, Effect, effect, half_width, holm
from sim.study.engine import Plan, Work, work_of
from sim.study.ensemble import HOME, conduct
from sim.study.packages import Package, Score, Shelf, shelf_of, try_packages
from sim.study.store import FAILED, FILE, told
from sim.study.study import Study

BEST, LEVEL_WITH, WORSE, BREAKS = "best", "cannot be told apart", "worse", "breaks a limit"
"""What becomes of a package that is played again."""


@dataclass(frozen=True)
class Asked:
    """What is searched for.

    Attributes:
        shelf: the options of each policy.
        aims: what is to be high or low; the first decides which package is best.
        limits: what the mean over the runs of a package has to keep.
    """

    shelf: Shelf
    aims: tuple[rule.Aim, ...]
    limits: tuple[rule.Comparison, ...]

    @property
    def measures(self) -> list[rule.Aim | rule.Comparison]:
        """The measures that count, each column once."""
        both: tuple[rule.Aim | rule.Comparison, ...] = (*self.aims, *self.limits)
        return [
            each for place, each in enumerate(both) if rule.column(each) not in map(rule.column, both[:place])
        ]

    def score(self, means: Mapping[str, float]) -> Score:
        """The score of a package from its means by column."""
        aims = tuple(each.sign * means[rule.column(each)] for each in self.aims)
        return Score(aims, tuple(rule.excess(each, means[rule.column(each)]) for each in self.limits))

    def points(self, means: pd.DataFrame) -> Floats:
        """(packages, aims and limits) means, turned so that higher is better."""
        signs = {rule.column(each): 1.0 if each.sign[0] == ">" else -1.0 for each in self.limits}
        signs |= {rule.column(each): each.sign for each in self.aims}
        return np.column_stack([sign * means[name].to_numpy() for name, sign in signs.items()])


@dataclass(frozen=True, repr=False)
class Search(Shown):
    """What a search has found.

    Attributes:
        asked: what was searched for.
        folder: where its studies are.
        tried: (packages, columns) means over the few seeds of the packages that were tried.
        values: the runs of each package that was played again, by column; the first package changes nothing.
        all_tried: whether there are no other packages.
        failed: how many runs failed.
    """

    asked: Asked
    folder: Path
    tried: pd.DataFrame
    values: "dict[Package, dict[str, pd.Series[Any]]]"
    all_tried: bool
    failed: int

    @property
    def first(self) -> Package:
        """The package that changes nothing."""
        return next(iter(self.values))

    @cached_property
    def best(self) -> Package | None:
        """The best package that keeps all limits, of equals the one that changes least; None when none keeps them."""
        kept = {
            package: (score.aims, -np.count_nonzero(package))
            for package, score in self._scores.items()
            if score.is_kept
        }
        return max(kept, key=kept.__getitem__) if kept else None

    @cached_property
    def _scores(self) -> dict[Package, Score]:
        return {
            package: self.asked.score({name: float(each.mean()) for name, each in runs.items()})
            for package, runs in self.values.items()
        }

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a package that was played again, the best first, those that break a limit last.

        `MEASURE@WHEN` is its mean, `..._low` and `..._high` the ends of the 95 % interval of the mean; `gap...` what
        its first aim has more than the best, over pairs of runs with the same luck; `verdict`, with all of them held
        together (Holm); `frontier`, whether no other that keeps the limits is better in one of aims and limits and as
        good in all.
        """
        frame = pd.DataFrame([self._row(package) for package in self.values])
        rivals = frame["verdict"] == WORSE
        p_values = holm(frame.loc[rivals, "p_value"].fillna(1.0).to_numpy())
        frame.loc[rivals, "verdict"] = np.where(p_values <= LEVEL, WORSE, LEVEL_WITH)
        kept = frame["verdict"] != BREAKS
        frame["frontier"] = False
        frame.loc[kept, "frontier"] = on_frontier(self.asked.points(frame[kept]))
        first = self.asked.aims[0]
        order = pd.DataFrame({"breaks": ~kept, "aim": -first.sign * frame[rule.column(first)]})
        return frame.loc[order.sort_values(["breaks", "aim"], kind="stable").index].reset_index(drop=True)

    def _row(self, package: Package) -> dict[str, Any]:
        row: dict[str, Any] = {"package": self.asked.shelf.said(package)}
        for name, series in self.values[package].items():
            mean, half = float(series.mean()), float(half_width(series.to_numpy()))
            row |= {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
        gap = self.gap(self.best or package, package)
        row |= {"gap": gap.change, "gap_low": gap.low, "gap_high": gap.high, "p_value": gap.p_value}
        verdict = BEST if package == self.best else WORSE
        row["verdict"] = verdict if self._scores[package].is_kept else BREAKS
        return {**row, "scenario": self.asked.shelf.label(package)}

    def gap(self, one: Package, other: Package) -> Effect:
        """What the first aim has more in the other package, over pairs of runs with the same inputs and luck."""
        name = rule.column(self.asked.aims[0])
        before, after = self.values[one][name], self.values[other][name]
        common = before.index.intersection(after.index, sort=True)
        return effect(before.loc[common].to_numpy(), after.loc[common].to_numpy())

    def kept_in(self, limit: rule.Comparison) -> tuple[int, int]:
        """In how many runs of the best package a limit is kept, of how many."""
        series = self.values[self.best][rule.column(limit)].to_numpy() if self.best else np.empty(0)
        return int(rule.COMPARED[limit.sign](series, limit.number).sum()), len(series)

    def card(self) -> Card:
        """What it shows of itself."""
        said = self.asked.shelf.said(self.best) if self.best else "no package that was tried keeps the limits"
        facts = tuple((str(row.package), str(row.verdict)) for row in self.table.itertuples())
        return Card(f"Search in {self.folder}", f"Best: {said}", facts, hint="search.table has the numbers")

    def write(self) -> list[Path]:
        """Write `search.csv`, `tried.csv` and, when there is a best package, `best.yaml`; give what was written.

        Raises:
            MachineError: the disk refuses.
        """
        shelf, folder = self.asked.shelf, self.folder
        written = [folder / "search.csv", folder / "tried.csv"]
        names = [shelf.said(package) for package in self.tried.index]
        with told(folder):
            write_csv(self.table, written[0])
            write_csv(self.tried.assign(package=names)[["package", *self.tried.columns]], written[1])
            if self.best:
                written.append(folder / "best.yaml")
                question = f"What comes of {shelf.said(self.best)}, the best of a search?"
                written[-1].write_text(shelf.text(self.best, question), encoding="utf-8")
        return written


def on_frontier(points: Floats) -> NDArray[np.bool_]:
    """(points,) whether no other is as high in all columns and higher in one.

    >>> on_frontier(np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 0.0]])).tolist()
    [True, True, False]
    """
    over = (points[:, None] >= points[None]).all(axis=2) & (points[:, None] > points[None]).any(axis=2)
    return np.asarray(~over.any(axis=0))


SEEDS_TRIED = 5
"""Seeds with which each package is tried."""
LEADERS, ON_FRONTIER = 6, 6
"""How many packages are played again: the best, and as many again of the frontier."""


def search(
    scenario: str | Path | Scenario = "baseline",
    over: Sequence[str] = (),
    *,
    maximise: Sequence[str] = (),
    minimise: Sequence[str] = (),
    subject_to: Sequence[str] = (),
    set: Settings = (),
    **options: Any,
) -> Search:
    """Search packages of policies, each left as it stands or set to a strength, for the best.

    Args:
        scenario: by name, path or loaded; the package that changes nothing leaves it as it stands.
        over: policies, or single levers such as `trade.duty`.
        maximise: measures that are to be high, such as `hhi_control@2035`; the last year where none is named, of events
            the sum of all years. The first aim decides which package is best.
        minimise: measures that are to be low.
        subject_to: limits such as `price_cny_per_t < 3000`, which the mean over the runs of a package has to keep.
        set: changes of the scenario, as for `sim.load`.
        options: runs (most with which packages are tried [500]), seeds (with which the best are played again [20]),
            design and out, and how it is worked off, as for `ensemble`.

    Raises:
        UsageError: an argument makes no sense, or the folder holds another search.
    """
    base = load(scenario, set=set)
    aims = [rule.Aim(*rule.read_measure(text), 1.0) for text in maximise]
    aims += [rule.Aim(*rule.read_measure(text), -1.0) for text in minimise]
    if not aims:
        raise UsageError("say what to maximise or to minimise, such as hhi_control")
    asked = Asked(shelf_of(base, over), tuple(aims), tuple(rule.read_limit(text) for text in subject_to))
    for each in asked.measures:
        base.checked(int(each.when) if each.when not in rule.WHENS else None)
    runs = whole("runs", options.pop("runs", 500), SEEDS_TRIED)
    seeds = whole("seeds", options.pop("seeds", 20), 2)
    folder = options.pop("out", None) or HOME / f"{base.name}-search-{aims[0].measure}-{'+'.join(over)}"
    desk = _Desk(asked, Path(folder), options.pop("design", "seeds"), work_of(options))
    all_tried = try_packages(asked.shelf.sizes, len(aims), runs // SEEDS_TRIED, desk.try_out)
    return desk.judged(seeds, all_tried)


@dataclass
class _Desk:
    """Where packages are played: a study in the folder for each round of packages, so that a search can be resumed.

    Attributes:
        asked: what is searched for.
        folder: of the search.
        design: how inputs are sampled.
        work: how runs are worked off.
        means: of the packages so far, by column.
        rounds: the studies so far.
    """

    asked: Asked
    folder: Path
    design: str
    work: Work
    means: dict[Package, dict[str, float]] = field(default_factory=dict)
    rounds: list[Study] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Leave nothing of another search where this one is to begin anew."""
        if self.work.force:
            for old in self.folder.glob(f"*/{FILE}"):
                old.unlink()

    def try_out(self, packages: Sequence[Package]) -> list[Score | None]:
        """Play packages with the few seeds of a round, and score them."""
        study = self._played(packages, f"round-{len(self.rounds) + 1}", 0, SEEDS_TRIED)
        found: list[Score | None] = []
        for number, package in enumerate(packages):
            runs = self._runs(study, number)
            is_whole = all(len(each) == SEEDS_TRIED for each in runs.values())
            if is_whole:
                self.means[package] = {name: float(each.mean()) for name, each in runs.items()}
            found.append(self.asked.score(self.means[package]) if is_whole else None)
        return found

    def judged(self, seeds: int, all_tried: bool) -> Search:
        """Play the best again with seeds of their own, and give what was found."""
        finalists = self._finalists()
        study = self._played(finalists, "final", SEEDS_TRIED, seeds)
        runs = {package: self._runs(study, number) for number, package in enumerate(finalists)}
        values = {package: each for package, each in runs.items() if all(map(len, each.values()))}
        failed = sum(each.count[FAILED] for each in self.rounds)
        return Search(self.asked, self.folder, pd.DataFrame(self.means).T, values, all_tried, failed)

    def _finalists(self) -> list[Package]:
        """The package that changes nothing, the best of those tried, and more of the frontier, far apart.

        Where none keeps the limits, those that come nearest.
        """
        nothing = (0,) * len(self.asked.shelf.sizes)
        if nothing not in self.means:
            raise StudyError(f"runs of the scenario as it stands failed: {self.rounds[0].path}")
        scores = {package: self.asked.score(each) for package, each in self.means.items()}
        order = {
            package: (sum(score.excess), -score.aims[0], np.count_nonzero(package))
            for package, score in scores.items()
        }
        ranked = sorted(order, key=order.__getitem__)
        kept = [package for package in ranked if scores[package].is_kept]
        frontier = np.flatnonzero(on_frontier(self.asked.points(pd.DataFrame(self.means).T.loc[kept])))
        apart = np.linspace(0, len(frontier) - 1, min(ON_FRONTIER, len(frontier))).round().astype(int)
        chosen = [*ranked[:LEADERS], *(kept[place] for place in frontier[apart])]
        return list(dict.fromkeys([nothing, *chosen]))

    def _played(self, packages: Sequence[Package], name: str, first: int, seeds: int) -> Study:
        shelf = self.asked.shelf
        named = {shelf.label(each): shelf.scenario(each) for each in packages}
        known = uncertain_parameters([shelf.base]) if self.design != "seeds" else ()
        luck = tuple((seed,) for seed in range(first, first + seeds))
        about = {"kind": "search", "design": self.design, "samples": str(seeds), "seeds": "1"}
        plan = Plan(named, known, sampled(known, self.design, seeds, first), luck, about)
        self.rounds.append(conduct(plan, self.folder / name, self.work))
        return self.rounds[-1]

    def _runs(self, study: Study, number: int) -> "dict[str, pd.Series[Any]]":
        """The runs of a package of a round, by column."""
        return {
            rule.column(each): rule.measured(study, number, each.measure, each.when)
            for each in self.asked.measures
        }
