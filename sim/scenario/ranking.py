"""What was found to move the answers of a pack: rank correlations of sampled inputs with measures.

`sensitivity.csv` has one row an input and measure, as `shakeout sensitivity --write` makes it. Nothing plays by it.
"""

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sim.scenario.evidence import Provenance
from sim.scenario.problems import Place, Problem, nearest_name, problem_at

FILE = "sensitivity.csv"


class Link(NamedTuple):
    """How an input goes with a measure over the samples of a study.

    Attributes:
        scenario: of which scenario.
        samples: over how many samples of the inputs.
        measure: the measure.
        years: at the end of which year, or over which years: `2030`, `2026-2035`.
        parameter: dotted path of the input.
        rank_correlation: Spearman's, from -1 to 1.
        luck_bar: what none of all links of the file passes by luck in 95 of 100 studies.
    """

    scenario: str
    samples: int
    measure: str
    years: str
    parameter: str
    rank_correlation: float
    luck_bar: float

    @property
    def is_clear(self) -> bool:
        """Whether it can be told from luck."""
        return abs(self.rank_correlation) > self.luck_bar


def read_ranking(
    folder: Path, known: Mapping[str, Provenance] | None
) -> tuple[tuple[Link, ...], list[Problem]]:
    """The ranking in a pack's folder, nothing where there is none, and what is wrong with it.

    Args:
        folder: where the files of the pack are.
        known: the parameters of the pack; none if they could not all be read, and no name is held against them.
    """
    path = folder / FILE
    if not path.exists():
        return (), []
    head, *rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines())) or [[]]
    if tuple(head) != Link._fields:
        return (), [problem_at(Place(str(path), 1), FILE, f"needs the columns {', '.join(Link._fields)}")]
    links, problems = [], []
    for line, row in enumerate(rows, 2):
        try:
            scenario, samples, measure, years, parameter, *numbers = row
            link, bar = map(float, numbers)
            links.append(Link(scenario, int(samples), measure, years, parameter, link, bar))
        except ValueError:
            problems.append(problem_at(Place(str(path), line), FILE, "a cell is missing or no number"))
            continue
        if not math.isfinite(link) or not math.isfinite(bar):
            problems.append(problem_at(Place(str(path), line), FILE, "every number must be finite"))
        if known is not None and parameter not in known:
            why, near = "is no parameter of the pack", nearest_name(parameter, list(known))
            problems.append(problem_at(Place(str(path), line), parameter, why, near))
    return tuple(links), problems
