"""How far a forecast lay from what came, for one series at a time.

Sources: MASE, Hyndman & Koehler 2006, International Journal of Forecasting 22; skill, Murphy 1988, Monthly Weather
Review 116; CRPS of an ensemble, Gneiting & Raftery 2007, JASA 102; test of equal accuracy, Diebold & Mariano 1995,
with the small-sample correction of Harvey, Leybourne & Newbold 1997; widening, Roulston & Smith 2003, Tellus A 55.

Forecasts that need no model: what a hindcast has to beat.

Persistence and drift know the record up to the start; the others know what the runs are given, and no more.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.study.hindcast.given import QUARTERS, Given
from sim.study.hindcast.periods import NATION, name_of

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
        several = (each.tolist() for each in (record, forecast, null))
        found = dm_test(*several, h=lags, variance_estimator="bartlett")
    except ZeroVarianceException:
        return math.nan, math.nan
    return float(found[0]), float(found[1])


PERSISTENCE, DRIFT, SEASONAL = "persistence", "drift", "seasonal naive"
NEED_T_PER_T = 1.925
"""Tonnes of alumina for a tonne of metal; source: SMM, review of capacity and output in 2022."""


@dataclass(frozen=True)
class Asked:
    """One series whose null is asked for.

    Attributes:
        series: what.
        region: where.
        start: its figure for the base year or its last quarter.
        past: the record up to the start, by date in order.
        season: the quarters of the base year, the model's own where the record has none.
        trade_mt: net exports on record by year, the base year included.
    """

    series: str
    region: str
    start: float
    past: Mapping[str, float]
    season: Mapping[str, float]
    trade_mt: Mapping[str, float]


Null = Callable[[Given, Asked, str], float]


def _still(known: Given, asked: Asked, date: str) -> float:
    return asked.start


def _drift(known: Given, asked: Asked, date: str) -> float:
    """The mean step of the record before the start, on and on."""
    if len(asked.past) < 2:
        return np.nan
    first, *_, last = asked.past
    slope = (asked.past[last] - asked.past[first]) / (place_of(last) - place_of(first))
    return asked.past[last] + slope * (place_of(date) - place_of(last))


def _seasonal(known: Given, asked: Asked, date: str) -> float:
    """The same quarter of the base year."""
    return asked.season.get(f"{known.base_year}{date[4:]}", np.nan) if "Q" in date else np.nan


def _needed(known: Given, date: str) -> float:
    """Alumina for the metal of a date at an annual rate, Mt."""
    return known.metal(date) * NEED_T_PER_T


def _by_metal(known: Given, asked: Asked, date: str) -> float:
    """Alumina for the metal that is made; of a province, or of ore, its part of the base year."""
    if asked.series == "operating_mt":
        return _needed(known, date)
    if asked.region == NATION and asked.series == "production_mt":
        return _needed(known, date) / (QUARTERS if "Q" in date else 1)
    start = name_of("quarter", known.base_year, QUARTERS) if "Q" in date else str(known.base_year)
    return asked.start * known.metal(date) / known.metal(start)


def _by_metal_and_trade(known: Given, asked: Asked, date: str) -> float:
    """Alumina for the metal that is made, and the net exports of the year before or the last that are known."""
    before = [value for year, value in asked.trade_mt.items() if int(year) < int(date[:4])]
    parts = QUARTERS if "Q" in date else 1
    is_told = before and asked.region == NATION
    return (_needed(known, date) + before[-1]) / parts if is_told else np.nan


def _by_register(known: Given, asked: Asked, date: str) -> float:
    """What the start years of the register alone make of a capacity, a share or a rate."""
    here, nation = known.stands(asked.region, date), known.stands(NATION, date)
    match asked.series:
        case "capacity_mt":
            return here.nameplate_mt
        case "imported_ore_share":
            return here.on_imports_mt / here.nameplate_mt
        case "operating_rate":
            return _needed(known, date) / here.nameplate_mt
        case _:
            return _by_share(known, asked, here.nameplate_mt / nation.nameplate_mt)


def _by_share(known: Given, asked: Asked, share: float) -> float:
    """A province's share in output, as its share in the register has grown since the start."""
    then, nation = (known.stands(each, str(known.base_year)) for each in (asked.region, NATION))
    return asked.start * share * nation.nameplate_mt / then.nameplate_mt if then.nameplate_mt > 0.0 else share


def _on_curve(known: Given, asked: Asked, date: str) -> float:
    """What the dearest plant that is needed costs; of a year the mean of its quarters."""
    return _mean([known.curve.get(each, np.nan) for each in _quarters(date)])


def _clamped(known: Given, asked: Asked, date: str) -> float:
    """The same, but not below what exports pay nor above what imports cost."""
    none = (np.nan, np.nan)
    bounds = [(known.curve.get(each, np.nan), *known.corridor.get(each, none)) for each in _quarters(date)]
    return _mean([float(np.minimum(np.maximum(cost, low), high)) for cost, low, high in bounds])


def _mean(values: list[float]) -> float:
    return float(np.mean(values))


def _quarters(date: str) -> list[str]:
    return [date] if "Q" in date else [f"{date}-Q{part}" for part in range(1, QUARTERS + 1)]


def place_of(date: str) -> int:
    """The number of a year, or of a quarter counted from the year 0."""
    year, _, quarter = date.partition("-Q")
    return int(year) * QUARTERS + int(quarter) - 1 if quarter else int(year)


ALWAYS: dict[str, Null] = {PERSISTENCE: _still, DRIFT: _drift, SEASONAL: _seasonal}
METAL, TRADE, REGISTER = "metal x 1.925", "metal and last year's trade", "start years alone"
CURVE, CLAMPED = "cost curve", "cost curve within parity"
SAME_INPUTS: dict[str, dict[str, Null]] = {
    "capacity_mt": {REGISTER: _by_register},
    "production_mt": {METAL: _by_metal, TRADE: _by_metal_and_trade},
    "operating_mt": {METAL: _by_metal},
    "operating_rate": {REGISTER: _by_register},
    "production_share": {REGISTER: _by_register},
    "production_split_share": {REGISTER: _by_register},
    "ore_imports_mt": {METAL: _by_metal},
    "imported_ore_share": {REGISTER: _by_register},
    "price_cny_per_t": {CURVE: _on_curve, CLAMPED: _clamped},
}
"""Nulls that are given what the runs are given, by series."""
PROVINCIAL = ("capacity_mt", "production_mt", "production_share", "production_split_share")
"""Series of which a province has such a null too."""


def nulls(
    known: Given, asked: Asked, dates: list[str]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Every null of a series that gives a number for each of the dates, (dates,) by name."""
    same = SAME_INPUTS.get(asked.series, {})
    several = ALWAYS | (same if asked.region == NATION or asked.series in PROVINCIAL else {})
    found = {
        name: np.array([null(known, asked, date) for date in dates], dtype=np.float64)
        for name, null in several.items()
    }
    return {name: values for name, values in found.items() if np.isfinite(values).all()}
