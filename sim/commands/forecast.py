"""What `shakeout forecast` prints: medians and bands, and the score where a record is given."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.core.errors import UsageError
from sim.core.words import number

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 2
"""Decimals of small numbers; prices have none."""


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
        click.echo("\n" + click.style(str(series), bold=True))
        for row in rows.to_dict("records"):
            digits = 0 if "cny_per_t" in str(series) or "usd" in str(series) else DIGITS
            low, middle, high = (number(row[name], digits) for name in ("p10", "p50", "p90"))
            click.echo(f"  {row['date']:<8} {middle:>9}   [{low}, {high}]")


def print_score(score: "pd.DataFrame") -> None:
    """Print how a forecast did, by series."""
    click.echo(f"\n{'series':<28}{'points':>8}{'MAPE':>9}{'in 80 % band':>15}{'CRPS':>10}")
    for row in score.to_dict("records"):
        click.echo(
            f"{row['series']:<28}{row['points']:>8}{row['mape_share']:>9.1%}{row['inside_share']:>15.0%}"
            f"{number(row['crps'], DIGITS):>10}"
        )
