"""What the model expects of the first two years, from what was known at the start, as bands that can be scored later.

Runs differ by sampled inputs and by luck. Their tables are boiled down to quantiles by quarter or year, series and
region; a table of outcomes in the form of the record is scored against them when it is there.

Source: quantile form of the continuous ranked probability score, Gneiting & Ranjan 2011, Journal of Business and
Economic Statistics 29.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.core.progress import progress
from sim.scenario.load import Scenario, load
from sim.study.design import sampled, uncertain_parameters, with_inputs
from sim.study.patterns.panel import play

YEARS = 2
"""So many years are told."""
NATION = "China"
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
"""Quantiles that are told."""
BAND = (0.10, 0.90)
DECIMALS = 4
QUARTERLY = {
    "price_cny_per_t": "alumina_price_cny_per_t",
    "production_mt": "alumina_output_mt",
    "imports_mt": "alumina_imports_mt",
    "exports_mt": "alumina_exports_mt",
    "cash_cost_mean_cny_per_t": "cash_cost_mean_cny_per_t",
    "stock_refineries_mt": "stock_refineries_mt",
    "stock_smelters_mt": "stock_smelters_mt",
    "guinea_ore_usd_per_t": "guinea_ore_cif_usd_per_t",
}
"""Columns of the quarters by the name of the series in the record."""
YEARLY = (
    "capacity_mt",
    "operating_mt",
    "operating_rate",
    "starts_mt",
    "exits_mt",
    "deals",
    "margin_cny_per_t",
)
REGIONAL = {
    "made_mt": "alumina_output_mt",
    "nameplate_mt": "capacity_mt",
    "price_cny_per_t": "price_cny_per_t",
}


def name_of(level: float) -> str:
    """The column of a quantile.

    >>> name_of(0.05)
    'p05'
    """
    return f"p{round(100 * level):02d}"


def measure_of(series: str) -> str:
    """The measure that a series of the record tells.

    >>> measure_of("alumina_output_mt"), measure_of("capacity_mt")
    ('production_mt', 'capacity_mt')
    """
    return next((measure for measure, name in QUARTERLY.items() if name == series), series)


def forecast(
    scenario: Scenario | Path | str = "baseline", runs: int = 200, *, progress_shown: bool = False
) -> pd.DataFrame:
    """The quantiles of what so many runs with sampled inputs give.

    Args:
        scenario: what is played, its first years alone.
        runs: samples, each with a seed of its own.
        progress_shown: whether to draw a bar.

    Returns:
        One row a date (`2026-Q1` or `2026`), series and region, with columns `p05` to `p95` in the unit of the name.
    """
    first = load(scenario)
    start = first.spec.years.start_year
    short = load(scenario, set={"years.end_year": start + YEARS - 1})
    known = uncertain_parameters([short])
    paths = [each.path for each in known]
    rows: dict[tuple[str, str, str], list[float]] = {}
    samples = sampled(known, "lhs", runs).tolist()
    for seed, values in enumerate(progress(samples, desc="runs", unit="run", is_quiet=not progress_shown)):
        seen = play(with_inputs(short, dict(zip(paths, values, strict=True))), seed)
        for key, value in _numbers(seen.years, seen.quarters, seen.regions):
            rows.setdefault(key, []).append(value)
    quantiles = np.array([np.quantile(values, LEVELS) for values in rows.values()]).round(DECIMALS)
    about = pd.DataFrame(rows.keys(), columns=["date", "series", "region"])
    return about.join(pd.DataFrame(quantiles, columns=[name_of(level) for level in LEVELS]))


def _numbers(
    years: pd.DataFrame, quarters: pd.DataFrame, regions: pd.DataFrame
) -> Iterator[tuple[tuple[str, str, str], float]]:
    """Each number of a run by date, series and region."""
    for row in quarters.to_dict("records"):
        for column, series in QUARTERLY.items():
            yield (f"{int(row['year'])}-Q{int(row['quarter'])}", series, NATION), float(row[column])
    for row in years.to_dict("records"):
        for column in YEARLY:
            yield (str(int(row["year"])), column, NATION), float(row[column])
    for row in regions.to_dict("records"):
        for column, series in REGIONAL.items():
            yield (str(int(row["year"])), series, str(row["region"])), float(row[column])


def scored(table: pd.DataFrame, record: pd.DataFrame) -> pd.DataFrame:
    """A forecast against what came, by series: points, error of the median, cover of the 80 % band, CRPS.

    Args:
        table: what `forecast` gave.
        record: columns `date` or, without it, `quarter`, `series`, `region` and `value`; others are left alone.

    Raises:
        UsageError: the record lacks a column, or has no point of the forecast.
    """
    record = record if "date" in record.columns else record.rename(columns={"quarter": "date"})
    missing = [name for name in ("date", "series", "region", "value") if name not in record.columns]
    if missing:
        raise UsageError(f"the record has no column {', '.join(missing)}")
    keys = ["date", "series", "region"]
    both = table.merge(record.astype({"date": str})[[*keys, "value"]], on=keys)
    if both.empty:
        raise UsageError("the record has no date, series and region of the forecast in common")
    value = both["value"].to_numpy(float)
    low, high = (both[name_of(level)].to_numpy() for level in BAND)
    loss = [2.0 * _pinball(value, both[name_of(level)].to_numpy(), level) for level in LEVELS]
    marks = both.assign(
        error_share=np.abs(both[name_of(0.5)] - value) / np.where(value == 0.0, np.nan, np.abs(value)),
        inside=(value >= low) & (value <= high),
        crps=np.mean(loss, axis=0),
    )
    by_series = marks.groupby("series", sort=False)
    found = by_series[["error_share", "inside", "crps"]].mean().assign(points=by_series.size())
    return found.rename(columns={"error_share": "mape_share", "inside": "inside_share"}).reset_index()


def _pinball(value: Floats, quantile: Floats, level: float) -> Floats:
    """The loss of a quantile, (points,)."""
    gap = value - quantile
    return np.asarray(np.maximum(level * gap, (level - 1.0) * gap))
