"""`shakeout levers`, and what it prints: what each lever does to its own aim, and where it stops or turns."""

from pathlib import Path
from typing import Any

import click
import pandas as pd

from sim.commands.options import SETTING, YEARS, counted, design, several
from sim.commands.studies import read_scenarios, told, working
from sim.report.levers import chosen_measures
from sim.report.measures import PERCENT, change_and_span, label_of, scale_of, unit_shown
from sim.report.wording import clipped
from sim.study.effects import LEAST_DIFFERING
from sim.study.levers import Levers
from sim.study.levers import levers as turned_up

WIDTH = 80
"""Characters of a line of the table."""


@click.command()
@click.argument("scenario", default="baseline")
@counted("--seeds", 20, "Pairs for each strength.")
@several(
    "--only", metavar="LEVER", words="Only this, such as carbon or trade.duty; may be given several times."
)
@several(
    "--metric", "metrics", metavar="NAME", words="A column of the heat table; may be given several times."
)
@click.option("--year", type=int, help="Tell one year alone, not the mean or total of all.")
@design("seeds", "lhs", "sobol")
@SETTING
@YEARS
@working
def levers(scenario: str, metrics: tuple[str, ...], **options: Any) -> int:
    """Play each policy at four strengths on SCENARIO [baseline] against none, with the same luck.

    A policy that the scenario has is changed, others are added. Tables (aims, effects, verdicts) and figures
    (doses, heat) go to STUDY/levers. The same command goes on where it was interrupted.
    """
    chosen_measures((), metrics)
    (loaded,) = read_scenarios((scenario,), options)
    found = turned_up(loaded, **options)
    code = told(found.study)
    print_levers(found)
    folder: Path = found.study.folder / "levers"
    found.write(folder, metrics)
    click.echo(f"\nTables and figures: {folder}")
    return code


def print_levers(found: Levers) -> None:
    """Print the effect of each strength on the lever's own aim, and in short what goes wrong."""
    click.echo(
        "\n" + click.style(f"Levers of {found.scenario}, {found.pairs} pairs with the same luck", bold=True)
    )
    for key, table in found.aims.groupby("lever", sort=False):
        _lever(str(key), table)
    click.echo("")
    _summary(found)
    for key, reason in found.left_out.items():
        click.echo(f"left out: {key}, {reason}")


def _lever(key: str, table: pd.DataFrame) -> None:
    first = table.iloc[0]
    measure, where = str(first["aim"]), ", there" if first["inside"] else ""
    unit = unit_shown(measure).replace(PERCENT, "% points")
    when = "" if first["when"] == "mean" else f", {first['when']}"
    aim = f"{label_of(measure)}{where} {first['direction']}, {unit}{when}"
    click.echo("\n" + clipped(f"{click.style(key, bold=True)}: {aim}", WIDTH))
    dial = str(first["dial"])
    click.echo(f"  {dial:>25}  {'change':>9}  {'95 % interval':>20}  verdict")
    for row in table.to_dict("records"):
        change, span = change_and_span(row["change"], row["low"], row["high"], scale_of(measure))
        marks = [word for word in ("turns", "stops") if row[word]]
        said = ", ".join((row["verdict"], *marks))
        click.echo(f"  {row['dose']:>25g}  {change:>9}  {span:>20}  {said}".rstrip())


def _summary(found: Levers) -> None:
    wrong = found.aims[found.aims["verdict"] == "wrong way"]
    _listed("wrong way", [f"{row.lever} at {row.dose:g}" for row in wrong.itertuples()])
    still = found.verdicts.loc[found.verdicts["verdict"] == "no effect", "lever"]
    _listed("no effect at the strongest", [str(key) for key in still])
    for word in ("turns", "stops"):
        rows = found.aims[found.aims[word]]
        _listed(word, [f"{row.lever} at {row.dose:g}" for row in rows.itertuples()])
    click.echo("\nturns: this strength clearly does less than the milder one.")
    click.echo("stops: no stronger one clearly differs from the one before it.")
    click.echo(
        f"No effect is called one before {LEAST_DIFFERING} pairs differ; where most are equal, the signs\n"
        "of the others decide, not the interval."
    )


def _listed(head: str, names: list[str]) -> None:
    text = f"{head}: {', '.join(names) or 'none'}"
    click.echo(click.wrap_text(text, WIDTH, subsequent_indent="  "))
