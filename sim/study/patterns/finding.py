"""A statistic of a recorded pattern, with the band that the record allows and what it can show."""

import math
from dataclasses import dataclass

import pandas as pd

IDENTITY, FITTED, TESTED = "identity", "fitted", "tested"
"""What a finding can show: nothing, for it is an input or arithmetic; that the base year was fitted; or something."""


@dataclass(frozen=True)
class Finding:
    """One statistic and the band in which it must lie.

    Attributes:
        name: the number of the pattern and what is measured.
        value: what the model gives.
        low: least value that the record allows.
        high: greatest value that the record allows.
        tag: `identity`, `fitted` or `tested`.
    """

    name: str
    value: float
    low: float = -math.inf
    high: float = math.inf
    tag: str = TESTED

    @property
    def pattern(self) -> int:
        """The number of the pattern."""
        return int(self.name.split()[0])

    @property
    def holds(self) -> bool:
        """Whether the statistic lies in its band; what is not a number does not."""
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        """The finding in a line."""
        mark = "holds" if self.holds else "FAILS"
        return f"{mark}  {self.name}: {self.value:.4g} in [{self.low:g}, {self.high:g}]"


def share(condition: "pd.Series[bool]") -> float:
    """The share of rows for which a condition is true; nan without rows."""
    return float(condition.mean()) if len(condition) else math.nan


def per_seed(values: pd.Series, seeds: pd.Series) -> "pd.core.groupby.SeriesGroupBy":
    """Values grouped by seed."""
    return values.groupby(seeds)
