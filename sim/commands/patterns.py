"""`shakeout patterns`, and what it prints: which recorded patterns the model has, misses first."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import pandas as pd

from sim.commands.options import FOLDER, QUIET
from sim.commands.table import print_indented
from sim.core.cells import write_csv
from sim.scenario.load import load
from sim.study.ensemble import HOME
from sim.study.patterns import MISSES, all_findings
from sim.study.patterns.custom import CAUSES, custom_findings
from sim.study.patterns.panel import Finding
from sim.study.store import told as refusal_told


@click.command()
@click.argument("scenario", default="baseline")
@click.option("--out", type=FOLDER, help="Folder of the table [outputs/studies/patterns].")
@QUIET
def patterns(scenario: str, out: Path | None, quiet: bool) -> int:
    """Hold 140 runs of the baseline, calm and shocked, against the patterns that are on record.

    Each finding is tagged as identity (cannot fail), fitted or tested, and has the band that the record allows. Of a
    SCENARIO of custom smelters its own patterns are told, each beside its null.
    """
    loaded = load(scenario)
    if loaded.pack.trade.known.fee:
        click.echo(loaded.pack.banner())
        table = table_of(custom_findings(loaded), CAUSES)
        print_shown(table)
    else:
        table = table_of(all_findings(quiet), MISSES)
        print_patterns(table)
    folder = out or HOME / "patterns"
    with refusal_told(folder):
        write_csv(table, folder / "findings.csv")
    click.echo(f"\nTable: {folder / 'findings.csv'}")
    return 0


def table_of(found: Sequence[Finding], causes: Mapping[str, str]) -> pd.DataFrame:
    """One row a finding: pattern, tag, value, band, whether it holds, and what is known of why not."""
    rows = [
        (each.pattern, each.tag, each.name, each.value, each.low, each.high, each.holds) for each in found
    ]
    frame = pd.DataFrame(rows, columns=["pattern", "tag", "finding", "value", "low", "high", "holds"])
    return frame.assign(cause=[causes.get(name, "") for name in frame["finding"]])


def print_shown(table: pd.DataFrame) -> None:
    """Print for each pattern what the model gives, what its null gives, and whether that shows it."""
    for model, null in zip(
        table[table["tag"] != "null"].itertuples(), table[table["tag"] == "null"].itertuples(), strict=True
    ):
        said = (
            "shown"
            if model.holds and not null.holds
            else "has it, and so has the null"
            if model.holds
            else "missed"
        )
        click.echo(
            f"{said}: {model.finding}: {model.value:.3g}, null {null.value:.3g}, record {_band(model.low, model.high)}"
        )
        if said != "shown" and model.cause:
            print_indented(model.cause, "      ", "  ")


def print_patterns(table: pd.DataFrame) -> None:
    """Print the score by tag, then what misses and why, then what holds."""
    click.echo("")
    for tag, rows in table.groupby("tag", sort=False):
        click.echo(f"{tag:>9}: {int(rows['holds'].sum())} of {len(rows)} findings hold")
    for holds, head in ((False, "Misses"), (True, "Holds")):
        rows = table[table["holds"] == holds]
        click.echo("\n" + click.style(f"{head} ({len(rows)})", bold=True))
        for row in rows.to_dict("records"):
            span = f"{row['value']:.3g}, record {_band(row['low'], row['high'])}"
            print_indented(f"{row['finding']}: {span} ({row['tag']})", "  ", "  ")
            if row["cause"] and not holds:
                print_indented(row["cause"], "      ", "  ")
    click.echo("\nidentity: an input or arithmetic, which cannot fail; fitted: the base year was")
    click.echo("calibrated to it; tested: neither.")


def _band(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"
