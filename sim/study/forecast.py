"""What the model expects of the first two years, from what was known at the start, as bands that can be scored later.

Runs differ by sampled inputs and by luck. Their tables are boiled down to quantiles by quarter or year, series and
region; a table of outcomes in the form of the record is scored against them when it is there.

Source: quantile form of the continuous ranked probability score, Gneiting & Ranjan 2011, Journal of Business and
Economic Statistics 29.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.core.progress import progress
from sim.report import measures
from sim.scenario.load import Scenario, load
from sim.scenario.pack import Pack
from sim.study.design import sampled, uncertain_parameters, with_inputs
from sim.study.hindcast.periods import called, read_names
from sim.study.hindcast.seen import Key, seen

YEARS = 2
"""So many years are told."""
LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
"""Quantiles that are told."""
BAND = (0.10, 0.90)
DECIMALS = 4
TOLD = tuple(measures.TOLD["forecast"])
"""Series that are told, of the country and, where they have them, of provinces."""


def name_of(level: float) -> str:
    """The column of a quantile.

    >>> name_of(0.05)
    'p05'
    """
    return f"p{round(100 * level):02d}"


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
    rows: dict[Key, list[float]] = {}
    samples = sampled(known, "lhs", runs).tolist()
    for seed, values in enumerate(progress(samples, desc="runs", unit="run", is_quiet=not progress_shown)):
        run = seen(with_inputs(short, dict(zip(paths, values, strict=True))), seed).numbers()
        for (series, region, date), value in run.items():
            if series in TOLD and int(date[:4]) >= start:
                rows.setdefault((date, series, region), []).append(value)
    quantiles = np.array([np.quantile(values, LEVELS) for values in rows.values()]).round(DECIMALS)
    about = pd.DataFrame(rows.keys(), columns=["date", "series", "region"])
    # A province that makes nothing in some runs has no price in them, and so none that is told.
    return about.join(pd.DataFrame(quantiles, columns=[name_of(level) for level in LEVELS])).dropna()


def in_measures(table: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    """A forecast that was kept, series and places called as now: supply regions that make a province by itself."""
    names = read_names(pack.folder)
    series = {name: called(str(name), names) for name in table["series"].unique()}
    provinces = Counter(row.province for row in pack.regions)
    places = {row.id: row.province for row in pack.regions if provinces[row.province] == 1}
    return table.assign(
        series=[
            found.series if (found := series[name]) and found.series else name for name in table["series"]
        ],
        region=[places.get(each, each) for each in table["region"]],
    )


def scored(table: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """A forecast against what came, by series: points, error of the median, cover of the 80 % band, CRPS.

    Args:
        table: what `forecast` gave.
        points: those of a record.

    Raises:
        UsageError: the record has no point of the forecast.
    """
    keys = ["date", "series", "region"]
    both = table.astype({"date": str}).merge(points[[*keys, "value"]], on=keys)
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
