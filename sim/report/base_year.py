"""The year before the first simulated one, as far as a run remembers it.

The spin-up year is played at recorded drivers, so figures can show where a run comes from. What it does not
remember is left out of the figures, never guessed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.results import Results

PERCENTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class BaseYear:
    """What is known of the base year.

    Attributes:
        year: which.
        quarters: its national figures, one record a quarter.
        installed_mt: nameplate at its end, Mt/yr.
        runnable_mt: the part that can run, Mt/yr.
        operating_mt: output of its last quarter at an annual rate, Mt/yr.
        costs_cny_per_t: cash cost under which a tenth, half and nine tenths of its output lie.
    """

    year: int
    quarters: tuple[dict[str, float], ...]
    installed_mt: float
    runnable_mt: float
    operating_mt: float
    costs_cny_per_t: tuple[float, float, float]


def base_year(results: Results) -> BaseYear | None:
    """What a run remembers of its base year, or None when it has no quarters of it."""
    book = getattr(results.world, "base_book", None)
    if book is None or not book.quarters:
        return None
    pack = results.scenario.pack
    runnable = results.scenario.spec.parameters.calibrated.runnable_share
    plants = [row for row in pack.refineries if row.installed]
    return BaseYear(
        year=pack.subject.base_year,
        quarters=tuple(dict(each) for each in book.quarters),
        installed_mt=sum(row.nameplate_mt for row in plants),
        runnable_mt=sum(row.nameplate_mt * runnable[row.region] for row in plants),
        operating_mt=book.quarters[-1]["production_mt"] * len(book.quarters),
        costs_cny_per_t=_percentiles(book.cost_mcny, book.made_mt),
    )


def _percentiles(cost_mcny: NDArray[np.float64], made_mt: NDArray[np.float64]) -> tuple[float, float, float]:
    """The cash costs in CNY/t under which a tenth, half and nine tenths of output lie."""
    rows = np.flatnonzero(made_mt > 0.0)
    if rows.size == 0:
        return (0.0, 0.0, 0.0)
    cost = cost_mcny[rows] / made_mt[rows]
    order = np.argsort(cost, kind="stable")
    reached = np.cumsum(made_mt[rows][order])
    places = np.minimum(np.searchsorted(reached / reached[-1], PERCENTILES), rows.size - 1)
    low, middle, high = (float(value) for value in cost[order][places])
    return (low, middle, high)
