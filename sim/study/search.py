"""The best package of policies: which moves a measure most within limits, at what price in others, by luck or not.

All packages are tried with a few seeds, the same for all, or those that an optimiser proposes when they are many. The
best by that and the frontier are played again with other seeds, for the best of many was lucky too, and these judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.core.errors import StudyError, UsageError, whole
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.study.design import sampled, uncertain_parameters
from sim.study.engine import Plan, Work, work_of
from sim.study.ensemble import HOME, conduct
from sim.study.finalists import Asked, Search, on_frontier
from sim.study.optimiser import Score, try_packages
from sim.study.packages import Package, shelf_of
from sim.study.rule import WHENS, Aim, column, measured, read_limit, read_measure
from sim.study.store import FAILED, FILE
from sim.study.study import Study

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
    aims = [Aim(*read_measure(text), 1.0) for text in maximise]
    aims += [Aim(*read_measure(text), -1.0) for text in minimise]
    if not aims:
        raise UsageError("say what to maximise or to minimise, such as hhi_control")
    asked = Asked(shelf_of(base, over), tuple(aims), tuple(read_limit(text) for text in subject_to))
    for each in asked.measures:
        base.checked(int(each.when) if each.when not in WHENS else None)
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
            column(each): measured(study, number, each.measure, each.when) for each in self.asked.measures
        }
