"""The command `hindcast`, and what it prints: how the model did where it knew the outcome not, losses first.

The command `forecast`, and what it prints: medians and bands, and the score where a record is given.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pandas as pd

from sim.commands.options import FILE, FOLDER, QUIET, counted, flag, several
from sim.commands.studies import SOME_FAILED
from sim.commands.table import print_table
from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.core.words import number, percent, plural, worded
from sim.report.measures import decimals_for, full_name, label_of, scale_of, written
from sim.scenario.load import load
from sim.study.forecast import LEVELS, in_measures, name_of, scored
from sim.study.forecast import forecast as told_ahead
from sim.study.hindcast import Hindcast, folder_of
from sim.study.hindcast import hindcast as played
from sim.study.hindcast.given import ARMS
from sim.study.hindcast.periods import NATION
from sim.study.hindcast.record import joined, read_records
from sim.study.hindcast.table import HELD_OUT, of_country
from sim.study.store import told as refusal_told

STARTS = ("2017", "2019", "2021")
WORDS = ("series", "best null", "verdict")
COLUMNS = (
    "series",
    "n",
    "RMSE",
    WORDS[1],
    "its RMSE",
    "skill",
    "CRPS over null",
    "in band",
    "widened",
    "verdict",
)
"""Columns that are printed, and which of them are no numbers."""
DECIMALS = {"share": 3, "CNY/t": 0, "USD/t": 0}
"""Decimals by unit."""
UNIT = re.compile("_(mt|share|cny_per_t|usd_per_t)$")
RECORDS = "Outcomes besides those that ship: series, region, value and date, quarter or year; may be several."
USE = (
    "Skill is 1 less the ratio of squared errors to the best null's; above 0 beats it. Proven means that a test of"
    " Diebold and Mariano gives it a p-value of at most 0.1; with so few points little can be. CRPS over null is that"
    " of the spread of runs over the mean error of the null; below 1 the spread beats it. In band is the share of"
    " points in the 80 % band of the runs, widened that in the band with the errors of other years on top."
    " *: calibration has seen figures of this series."
)


@click.command()
@several(
    "--from",
    "starts",
    kind=click.Choice(STARTS),
    words="End of which year; may be several.",
    usual=STARTS[:1],
)
@counted("--runs", 30, "Samples for each arm.", least=2)
@several("--record", "records", kind=FILE, words=RECORDS)
@click.option("--out", type=FOLDER, help="Folder [outputs/studies/hindcast-RUNS].")
@QUIET
@flag("--force", "Begin anew where another hindcast is.")
def hindcast(
    starts: tuple[str, ...], runs: int, records: tuple[Path, ...], out: Path | None, quiet: bool, force: bool
) -> int:
    """Start at the end of an earlier year, play on with what was recorded, and score it, losses first.

    Three arms are played with the same samples: drivers and world price as recorded; drivers as recorded, world price
    the model's own; only what was known at the start. Each is held against what came and against nulls that are given
    the same. The same command goes on where it was interrupted; another RECORD needs no new runs for the same years.
    """
    folder = out or folder_of(runs)
    years = [int(start) for start in dict.fromkeys(starts)]
    found = played(years, runs, records=records, out=folder, quiet=quiet, force=force)
    print_hindcast(found.scores)
    print_unused(found.unused, "; unused.csv has each")
    with refusal_told(folder):
        found.write(folder)
        (folder / "hindcast.md").write_text(markdown(found), encoding="utf-8")
    click.echo(f"\nTables: {folder}")
    if found.failed.empty:
        return 0
    click.echo(f"{len(found.failed)} runs failed; failed.csv has their reasons", err=True)
    return SOME_FAILED


def parts_of(scores: pd.DataFrame) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The head and the rows of each table: held out or shown, by arm, country and provinces together."""
    by_table = of_country(scores).groupby(["window", "start", "arm"], sort=False)
    for (window, start, arm), rows in by_table:
        when = ", dates after the record that ships" if window == HELD_OUT else ""
        yield (
            f"From the end of {start}, {ARMS[str(arm)]}{when}",
            [_row(row) for row in rows.to_dict("records")],
        )


def _row(row: "dict[str, object]") -> dict[str, str]:
    decimals = DECIMALS.get(str(row["unit"]), 2)
    region = f", {row['region']}" if row["region"] != "China" else ""
    by = " by quarter" if row["step"] == "quarter" else ""
    return {
        "series": f"{_name(str(row['series']))}{region}{by}{' *' if row['fitted'] else ''}",
        "n": str(row["n"]),
        "dates": f"{row['first']} to {row['last']}",
        "RMSE": number(_float(row["rmse"]), decimals),
        "MAPE": percent(_float(row["mape_share"]), 1),
        "MASE": number(_float(row["mase_ratio"]), 2),
        "best null": str(row["best_null"]),
        "its RMSE": number(_float(row["best_null_rmse"]), decimals),
        "skill": number(_float(row["skill_best"]), 2),
        "p": number(_float(row["p"]), 2),
        "over persistence": number(_float(row["skill_persistence"]), 2),
        "over drift": number(_float(row["skill_drift"]), 2),
        "CRPS over null": number(_float(row["crps_over_best"]), 2),
        "in band": percent(_float(row["inside_share"])),
        "widened": percent(_float(row["inside_widened_share"])),
        "CRPS widened over null": number(_float(row["crps_widened_over_best"]), 2),
        "signs": str(row["signs"]),
        "turns": str(row["turns"]),
        "verdict": str(row["verdict"]),
    }


def _name(series: str) -> str:
    """What a series is called: by its metric, else by its own name without the unit."""
    label = label_of(series)
    return label if label != series else worded(UNIT.sub("", series))


def _float(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def print_hindcast(scores: pd.DataFrame) -> None:
    """Print one table an arm, losses first."""
    right = [place for place, name in enumerate(COLUMNS) if name not in WORDS]
    for head, rows in parts_of(scores):
        click.echo("\n" + click.style(head, bold=True))
        print_table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows], right)
    click.echo(f"\n{click.wrap_text(USE, 100)}")


def print_unused(unused: pd.DataFrame, where: str = "") -> None:
    """Print how many rows of a record were not scored, by reason, and where each is told."""
    if unused.empty:
        return
    click.echo(f"\nNot scored: {plural(len(unused), 'row')} of the record{where}")
    for why, count in unused.groupby("why", sort=False).size().sort_values(ascending=False).items():
        click.echo(f"  {count:>4}  {why}")


def markdown(found: Hindcast) -> str:
    """The same tables with all marks, for reading elsewhere."""
    lines = ["# Hindcast", "", USE, ""]
    for head, rows in parts_of(found.scores):
        table = [list(rows[0]), ["---"] * len(rows[0]), *(list(row.values()) for row in rows)]
        lines += [f"## {head}", "", *(f"| {' | '.join(cells)} |" for cells in table), ""]
    return "\n".join(lines)


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
    rows = []
    for row in score.to_dict("records"):
        shares = (percent(row["mape_share"], 1), percent(row["inside_share"]))
        rows.append((full_name(row["series"]), str(row["points"]), *shares, number(row["crps"], DIGITS)))
    click.echo("")
    print_table(("series", "points", "MAPE", "in 80 % band", "CRPS"), rows, right=(1, 2, 3))
