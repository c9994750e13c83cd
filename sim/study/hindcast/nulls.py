"""Forecasts that need no model: what a hindcast has to beat.

Persistence and drift know the record up to the start; the others know what the runs are given, and no more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.study.hindcast.given import QUARTERS, Given
from sim.study.hindcast.periods import NATION, name_of

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
