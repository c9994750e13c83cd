"""What the calibration left of a pack's unknowns: sets of values that go together, each with its weight.

`posterior.csv` has one row a draw, a column `weight`, and a column for each parameter by its dotted path.
"""

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.evidence import Provenance
from sim.scenario.problems import Place, Problem, nearest_name, problem_at

if TYPE_CHECKING:
    from sim.core.arrays import Floats

FILE = "posterior.csv"
WEIGHT = "weight"


@dataclass(frozen=True)
class Posterior:
    """Draws of parameters together.

    Attributes:
        paths: the parameters.
        weights: (draws,) they add up to one.
        values: (draws, parameters).
    """

    paths: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    values: tuple[tuple[float, ...], ...] = ()

    def of(self, path: str) -> "Floats":
        """The draws of a parameter, (draws,)."""
        import numpy as np

        column = self.paths.index(path)
        return np.array([draw[column] for draw in self.values])

    def only(self, paths: Iterable[str]) -> "Posterior":
        """The draws of some of the parameters."""
        wanted = set(paths)
        columns = [column for column, path in enumerate(self.paths) if path in wanted]
        values = tuple(tuple(draw[column] for column in columns) for draw in self.values)
        if columns:
            return Posterior(tuple(self.paths[each] for each in columns), self.weights, values)
        return Posterior()


def read_posterior(folder: Path, known: Mapping[str, Provenance] | None) -> tuple[Posterior, list[Problem]]:
    """The posterior in a pack's folder, an empty one where there is none, and what is wrong with it.

    Args:
        folder: where the files of the pack are.
        known: the parameters of the pack; none if they could not all be read, and no name is held against them.
    """
    path = folder / FILE
    if not path.exists():
        return Posterior(), []
    head, *rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines())) or [[]]
    if head[:1] != [WEIGHT] or not rows:
        return Posterior(), [
            problem_at(Place(str(path), 1), WEIGHT, "needs a first column `weight`, and draws")
        ]
    names = tuple(head[1:])
    if known is not None and (unknown := [name for name in names if name not in known]):
        why = "is no parameter of the pack"
        told = [
            problem_at(Place(str(path), 1), name, why, nearest_name(name, list(known))) for name in unknown
        ]
        return Posterior(), told
    try:
        weights, *columns = zip(*(map(float, row) for row in rows), strict=True)
    except ValueError:
        weights, columns = (), []
    if not weights or min(weights) <= 0.0 or not all(map(math.isfinite, (*weights, *chain(*columns)))):
        return Posterior(), [
            problem_at(Place(str(path), 2), FILE, "every cell must be a number, weights above zero")
        ]
    whole = math.fsum(weights)
    return Posterior(names, tuple(each / whole for each in weights), tuple(zip(*columns, strict=True))), []
