"""What `shakeout forecast` prints: medians and bands, and the score where a record is given."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.commands.table import print_table
from sim.core.errors import UsageError
from sim.core.words import number, percent
from sim.report.measures import decimals_for, full_name, scale_of, written
from sim.study.forecast import QUARTERLY, measure_of

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 2
"""Decimals of a score."""


def read_record(path: Path) -> "pd.DataFrame":
    """A table of outcomes.

    Raises:
        UsageError: the file is no table that can be read.
    """
    import pandas as pd

    try:
        return pd.read_csv(path, dtype={"date": str, "quarter": str}, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} is no table of outcomes: {error}") from error


def print_forecast(table: "pd.DataFrame", nation: str) -> None:
    """Print the national series: one line a date, median and 80 % band."""
    told = table[table["region"] == nation]
    click.echo("\nThe median of the runs and, in brackets, the band that holds eight in ten of them.")
    for series, rows in told.groupby("series", sort=False):
        measure = measure_of(str(series))
        bands = rows[["p10", "p50", "p90"]] * scale_of(measure)
        decimals = decimals_for(float(bands.abs().to_numpy().max()))
        click.echo("\n" + click.style(full_name(measure), bold=True))
        for date, band in zip(rows["date"], bands.to_numpy(), strict=True):
            low, middle, high = (written(each, decimals) for each in band)
            click.echo(f"  {date:<8} {middle:>9}   [{low}, {high}]")


def print_score(score: "pd.DataFrame") -> None:
    """Print how a forecast did, by series."""
    rows = [
        (
            _title(row["series"]),
            str(row["points"]),
            percent(row["mape_share"], 1),
            percent(row["inside_share"]),
            number(row["crps"], DIGITS),
        )
        for row in score.to_dict("records")
    ]
    click.echo("")
    print_table(("series", "points", "MAPE", "in 80 % band", "CRPS"), rows, right=(1, 2, 3))


def _title(series: str) -> str:
    """What a series is called; the yearly price is that of regions, for the nation's is told by quarter."""
    return full_name(measure_of(series)) + (", by region" if QUARTERLY.get(series, series) != series else "")
