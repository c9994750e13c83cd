"""The command `forecast`, and what it prints: medians and bands, and the score where a record is given."""

from pathlib import Path

import click
import pandas as pd

from sim.commands.hindcast import print_unused
from sim.commands.options import FILE, QUIET, counted, several
from sim.commands.table import print_table
from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.core.words import number, percent
from sim.report.measures import decimals_for, full_name, scale_of, written
from sim.scenario.load import load
from sim.study.forecast import LEVELS, in_measures, name_of, scored
from sim.study.forecast import forecast as told_ahead
from sim.study.hindcast.names import NATION
from sim.study.hindcast.record import joined, read_records
from sim.study.store import told as refusal_told

DIGITS = 2
"""Decimals of a score."""


@click.command()
@click.argument("scenario", default="baseline")
@counted("--runs", 200, "Samples.")
@click.option(
    "--kept",
    type=FILE,
    help="A forecast that was kept, such as scenarios/forecasts/2026-01-05.csv; nothing is played.",
)
@several("--record", "records", kind=FILE, words="Outcomes, in the form of the record; may be several.")
@click.option("--out", type=FILE, help="File [outputs/forecast.csv].")
@QUIET
def forecast(
    scenario: str, runs: int, kept: Path | None, records: tuple[Path, ...], out: Path | None, quiet: bool
) -> int:
    """Tell medians and 80 % bands of the first two years of SCENARIO [baseline], by quarter.

    RECORD is a table with the columns date, quarter or year (2026-Q1, or 2026), series, region and value; the forecast
    is scored on the points that both have.
    """
    pack = load(scenario).pack
    known = joined(read_records(pack, records)) if records else None
    table = (
        in_measures(read_kept(kept), pack) if kept else told_ahead(scenario, runs, progress_shown=not quiet)
    )
    print_forecast(table, NATION)
    if known is not None:
        print_score(scored(table, known.points))
        print_unused(known.unused)
    if kept:
        return 0
    place = out or Path("outputs") / "forecast.csv"
    with refusal_told(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_csv(table, place)
    click.echo(f"\nTable: {place}")
    return 0


def read_kept(path: Path) -> pd.DataFrame:
    """A forecast that was kept.

    Raises:
        UsageError: the file is none.
    """
    needed = ["date", "series", "region", *map(name_of, LEVELS)]
    try:
        return pd.read_csv(path, dtype={"date": str})[needed]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{path} is no forecast with the columns {', '.join(needed)}: {error}") from error


def print_forecast(table: pd.DataFrame, nation: str) -> None:
    """Print the national series: one line a date, median and 80 % band."""
    told = table[table["region"] == nation]
    click.echo("\nThe median of the runs and, in brackets, the band that holds eight in ten of them.")
    for series, rows in told.groupby("series", sort=False):
        measure = str(series)
        bands = rows[["p10", "p50", "p90"]] * scale_of(measure)
        decimals = decimals_for(float(bands.abs().to_numpy().max()))
        click.echo("\n" + click.style(full_name(measure), bold=True))
        for date, band in zip(rows["date"], bands.to_numpy(), strict=True):
            low, middle, high = (written(each, decimals) for each in band)
            click.echo(f"  {date:<8} {middle:>9}   [{low}, {high}]")


def print_score(score: pd.DataFrame) -> None:
    """Print how a forecast did, by series."""
    rows = [
        (
            full_name(row["series"]),
            str(row["points"]),
            percent(row["mape_share"], 1),
            percent(row["inside_share"]),
            number(row["crps"], DIGITS),
        )
        for row in score.to_dict("records")
    ]
    click.echo("")
    print_table(("series", "points", "MAPE", "in 80 % band", "CRPS"), rows, right=(1, 2, 3))
