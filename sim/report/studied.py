"""What pages, answers and figures read of a study and of a comparison, which are made further below."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from sim.scenario.load import Scenario
from sim.scenario.pack import Pack


class Runs(Protocol):
    """What is read of a study."""

    @property
    def pack(self) -> Pack:
        """The pack of its first scenario."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Labels of its scenarios."""

    @property
    def questions(self) -> dict[str, str]:
        """What each scenario asks."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Paths of the sampled inputs."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures of each year."""

    @property
    def count(self) -> dict[str, int]:
        """How many runs are done, failed and planned."""

    @property
    def digest(self) -> str:
        """One digest for all results."""

    def known(self) -> pd.DataFrame:
        """One row a sampled parameter with its `name`."""

    def runs(self) -> pd.DataFrame:
        """One row a run with its inputs."""

    def to_frame(self) -> pd.DataFrame:
        """One row a run and year with the measures."""

    def values(self, measure: str, scenario: str) -> tuple[list[int], Any]:
        """The years, and a measure of all finished runs (runs, years)."""

    def moves(self) -> pd.DataFrame:
        """One row an exit, purchase or relocation."""

    def holdings(self) -> pd.DataFrame:
        """One row a run and holder at the end."""


class Compared(Protocol):
    """What is read of a comparison."""

    @property
    def study(self) -> Runs:
        """Where the runs are."""

    @property
    def kept(self) -> Mapping[str, Scenario]:
        """The scenarios by label."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The scenarios, first the one that the others are held against."""

    @property
    def years(self) -> tuple[int, int]:
        """First and last year that all scenarios have."""

    @property
    def inputs(self) -> pd.DataFrame:
        """Values that differ."""

    @property
    def expectations(self) -> pd.DataFrame:
        """What was argued beforehand, and what came."""

    @property
    def outcomes(self) -> pd.DataFrame:
        """Effects by measure, when and scenario."""

    @property
    def survival(self) -> pd.DataFrame:
        """Effects on who stands at the end."""

    @property
    def winners(self) -> pd.DataFrame:
        """Effects on what groups and regions hold at the end."""

    @property
    def deals(self) -> pd.DataFrame:
        """Effects on who buys from whom."""

    @property
    def variance_ratio(self) -> float:
        """What pairing leaves of the variance of a difference."""

    @property
    def planned_pairs(self) -> int:
        """How many pairs there are when all runs are done."""

    @property
    def ends_differ(self) -> bool:
        """Whether the scenarios end in different years."""

    def differences(self, measures: Sequence[str]) -> pd.DataFrame:
        """Quantiles, mean, interval, levels and verdict of the paired differences by scenario, measure and year."""

    def called(self, key: str) -> str:
        """The name of a holder."""
