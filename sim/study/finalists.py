"""What a search of packages has found: the best, those that cannot be told apart from it, and the frontier."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.cells import write_csv
from sim.study.effects import LEVEL, Effect, effect, half_width, holm
from sim.study.optimiser import Score
from sim.study.packages import Package, Shelf
from sim.study.rule import COMPARED, Aim, Comparison, column, excess
from sim.study.store import told

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
    aims: tuple[Aim, ...]
    limits: tuple[Comparison, ...]

    @property
    def measures(self) -> list[Aim | Comparison]:
        """The measures that count, each column once."""
        both: tuple[Aim | Comparison, ...] = (*self.aims, *self.limits)
        return [each for place, each in enumerate(both) if column(each) not in map(column, both[:place])]

    def score(self, means: Mapping[str, float]) -> Score:
        """The score of a package from its means by column."""
        aims = tuple(each.sign * means[column(each)] for each in self.aims)
        return Score(aims, tuple(excess(each, means[column(each)]) for each in self.limits))

    def points(self, means: pd.DataFrame) -> Floats:
        """(packages, aims and limits) means, turned so that higher is better."""
        signs = {column(each): 1.0 if each.sign[0] == ">" else -1.0 for each in self.limits}
        signs |= {column(each): each.sign for each in self.aims}
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
        order = pd.DataFrame({"breaks": ~kept, "aim": -first.sign * frame[column(first)]})
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
        name = column(self.asked.aims[0])
        before, after = self.values[one][name], self.values[other][name]
        common = before.index.intersection(after.index, sort=True)
        return effect(before.loc[common].to_numpy(), after.loc[common].to_numpy())

    def kept_in(self, limit: Comparison) -> tuple[int, int]:
        """In how many runs of the best package a limit is kept, of how many."""
        series = self.values[self.best][column(limit)].to_numpy() if self.best else np.empty(0)
        return int(COMPARED[limit.sign](series, limit.number).sum()), len(series)

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
