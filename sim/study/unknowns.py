"""What the calibration does not know: numbers that nobody publishes, with their priors, and the sampled parameters.

A cost shift common to all plants, one by region, the runnable share of nameplate by region, the volatility that sets
how long plants hold on, how stocks answer to price, standing exports, and the stocks and the long-run price
expectation at the start of the base year. Priors are normal and cut off at two standard deviations.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.load import Scenario
from sim.study.design import Uncertain, uncertain_parameters

PRIORS = (
    ("calibrated.common_shift_cny_per_t", 20.0, 60.0, "CNY/t"),
    ("calibrated.opening_expectation_cny_per_t", 3300.0, 300.0, "CNY/t"),
    ("calibrated.opening_refineries_mt", 0.6, 0.2, "Mt"),
    ("calibrated.opening_smelters_mt", 2.3, 0.4, "Mt"),
    ("running.margin_volatility_cny_per_t", 150.0, 40.0, "CNY/t"),
    ("stocks.cover_smelters_days", 13.0, 1.5, "days"),
    ("stocks.price_scale_cny_per_t", 900.0, 250.0, "CNY/t"),
    ("world.other_exports_mt", 0.5, 0.15, "Mt/yr"),
)
"""Path, middle, standard deviation and unit."""
SHIFT_SD_CNY_PER_T = 60.0
SHARE_SD = 0.04
CUT_SD = 2.0


def fitted_unknowns(scenario: Scenario) -> tuple[Uncertain, ...]:
    """The unknowns that are calibrated."""
    found = [_normal(*each) for each in PRIORS]
    for row in scenario.pack.regions:
        shift, share = "calibrated.region_shift_cny_per_t", "calibrated.runnable_share"
        found.append(_normal(f"{shift}.{row.id}", 0.0, SHIFT_SD_CNY_PER_T, "CNY/t"))
        found.append(_normal(f"{share}.{row.id}", row.best_rate_share, SHARE_SD, "share", most=1.0))
    return tuple(found)


def _normal(path: str, middle: float, sd: float, unit: str, most: float = np.inf) -> Uncertain:
    low, high = middle - CUT_SD * sd, min(middle + CUT_SD * sd, most)
    return Uncertain(path, middle, round(low, 6), round(high, 6), "normal", unit)


@dataclass(frozen=True)
class Unknowns:
    """All unknowns of a calibration, as standard normal numbers and as values.

    Attributes:
        fitted: those that are calibrated.
        sampled: parameters that the pack declares as uncertain.
    """

    fitted: tuple[Uncertain, ...]
    sampled: tuple[Uncertain, ...]

    @property
    def all(self) -> tuple[Uncertain, ...]:
        """Both."""
        return self.fitted + self.sampled

    def values(self, points: Floats, rows: Sequence[int] | None = None) -> Floats:
        """Values of points (points, unknowns), of some of the unknowns if rows are given."""
        from scipy.special import ndtr

        kept = self.all if rows is None else [self.all[row] for row in rows]
        return np.column_stack([each.at(ndtr(points[:, column])) for column, each in enumerate(kept)])


def unknowns_of(scenario: Scenario) -> Unknowns:
    """The unknowns of a scenario's pack with their priors."""
    return Unknowns(fitted_unknowns(scenario), uncertain_parameters([scenario], joint=False))
