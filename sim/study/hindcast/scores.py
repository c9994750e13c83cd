"""How far a forecast lay from what came, for one series at a time.

Sources: MASE, Hyndman & Koehler 2006, International Journal of Forecasting 22; skill, Murphy 1988, Monthly Weather
Review 116; CRPS of an ensemble, Gneiting & Raftery 2007, JASA 102; test of equal accuracy, Diebold & Mariano 1995,
with the small-sample correction of Harvey, Leybourne & Newbold 1997; widening, Roulston & Smith 2003, Tellus A 55.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats

BAND = (0.10, 0.90)
"""Quantiles of the runs that bound the 80 % band."""
LEAST_TESTED = 4
"""Fewer dates than this cannot tell two forecasts apart."""
LEAST_ERRORS = 3
"""Fewer errors than this make no band."""


@dataclass(frozen=True)
class Score:
    """Marks of one forecast.

    Attributes:
        n: points.
        bias: mean of forecast less record, in the unit of the series, like `rmse` and `crps`.
        mape_share: mean absolute error as a share of the record.
        mase_ratio: mean absolute error over the mean absolute step of the record.
        inside_share: share of points within the 80 % band.
    """

    n: int
    bias: float
    rmse: float
    mape_share: float
    mase_ratio: float
    crps: float
    inside_share: float


def score(record: Floats, runs: Floats, steps: Floats) -> Score:
    """Marks of the median and the spread of runs.

    Args:
        record: (points,) what came.
        runs: (points, runs) what the runs gave.
        steps: changes of the record from one known date to the next, by which errors are scaled; may be empty.
    """
    from scoringrules import crps_ensemble

    middle = np.median(runs, axis=1)
    error = middle - record
    low, high = np.quantile(runs, BAND, axis=1)
    scale = float(np.abs(steps).mean()) if steps.size else math.nan
    return Score(
        n=record.size,
        bias=float(error.mean()),
        rmse=rmse(record, middle),
        mape_share=mape(record, middle),
        mase_ratio=float(np.abs(error).mean()) / scale if scale > 0.0 else math.nan,
        crps=float(np.mean(crps_ensemble(record, runs, estimator="nrg"))),
        inside_share=float(((record >= low) & (record <= high)).mean()),
    )


def widened(record: Floats, runs: Floats, errors: Sequence[Floats]) -> tuple[float, float]:
    """CRPS and cover of the 80 % band when each run is told with every error that was made elsewhere.

    Args:
        record: (points,) what came.
        runs: (points, runs) what the runs gave.
        errors: for each point, record less median at other dates; too few give no numbers.
    """
    from scoringrules import crps_ensemble

    if min((each.size for each in errors), default=0) < LEAST_ERRORS:
        return math.nan, math.nan
    told = [np.add.outer(row, each).ravel() for row, each in zip(runs, errors, strict=True)]
    bounds = np.array([np.quantile(each, BAND) for each in told])
    pairs = zip(record, told, strict=True)
    crps = [float(crps_ensemble(value, each, estimator="nrg")) for value, each in pairs]
    return float(np.mean(crps)), float(((record >= bounds[:, 0]) & (record <= bounds[:, 1])).mean())


def rmse(record: Floats, forecast: Floats) -> float:
    """Root of the mean squared error."""
    return math.sqrt(float(np.mean((forecast - record) ** 2)))


def mape(record: Floats, forecast: Floats) -> float:
    """Mean absolute error as a share of the record; dates on which the record is zero are left out."""
    there = record != 0.0
    return float(np.mean(np.abs(forecast[there] / record[there] - 1.0))) if there.any() else math.nan


def skill(record: Floats, forecast: Floats, null: Floats) -> float:
    """One less the ratio of mean squared errors: 1 is perfect, 0 as good as the null, below 0 worse.

    >>> skill(np.array([1.0, 2.0]), np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    0.75
    """
    own, other = rmse(record, forecast) ** 2, rmse(record, null) ** 2
    if other == 0.0:
        return 0.0 if own == 0.0 else -math.inf
    return 1.0 - own / other


def signs(record: Floats, forecast: Floats) -> tuple[int, int]:
    """How many changes of the record the forecast has with the right sign, and how many there are."""
    came, told = np.sign(np.diff(record)), np.sign(np.diff(forecast))
    moved = came != 0.0
    return int((came[moved] == told[moved]).sum()), int(moved.sum())


def turns(record: Floats, forecast: Floats, slack: int) -> tuple[int, int]:
    """How many turning points of the record the forecast has within so many steps, and how many there are.

    Args:
        record: (steps,) without gaps; a step that is not known is not a number.
        forecast: (steps,).
        slack: steps by which a turn may come early or late.
    """
    peaks, told = _extremes(record), _extremes(forecast)
    found = [
        (told[max(0, place - slack) : place + slack + 1] == kind).any()
        for place, kind in enumerate(peaks)
        if kind
    ]
    return int(np.sum(found)), len(found)


def _extremes(values: Floats) -> NDArray[np.int64]:
    """1 at a peak, -1 at a trough, 0 elsewhere and at both ends, (steps,)."""
    found = np.zeros(values.size, dtype=np.int64)
    before, after = values[1:-1] - values[:-2], values[2:] - values[1:-1]
    found[1:-1] = np.where((before > 0) & (after < 0), 1, np.where((before < 0) & (after > 0), -1, 0))
    return found


def equally_good(record: Floats, forecast: Floats, null: Floats) -> tuple[float, float]:
    """The statistic of Diebold and Mariano and its p-value; below zero the forecast is the better one.

    Squared errors, Bartlett weights over the cube root of the number of dates; not a number for too few dates and
    where both are the same.
    """
    from dieboldmariano import ZeroVarianceException, dm_test

    if record.size < LEAST_TESTED:
        return math.nan, math.nan
    lags = max(1, math.floor(record.size ** (1 / 3)))
    try:
        found = dm_test(
            record.tolist(), forecast.tolist(), null.tolist(), h=lags, variance_estimator="bartlett"
        )
    except ZeroVarianceException:
        return math.nan, math.nan
    return float(found[0]), float(found[1])
