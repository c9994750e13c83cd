"""`shakeout deals`, and what it prints: the deals of a study beside the recorded ones."""

import math
from pathlib import Path
from typing import Any

import click

from sim.core.registry import UnknownNameError
from sim.core.words import number
from sim.study.deals import Deals
from sim.study.study import open_study

HEADS = {
    "rate": "deals a year",
    "size": "size, Mt/yr",
    "price": "price, CNY/t",
    "seller": "state of the seller",
    "buyer": "class of the buyer",
    "payment": "payment, of deals",
    "paid by": "payment, of worth",
    "largest": "largest group",
}
"""What the parts of the table are called."""


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--scenario", help="Only this scenario of the study.")
def deals(study: Path, scenario: str | None) -> int:
    """Hold the deals of STUDY against the recorded ones of its pack: rates, sizes, prices, sellers, buyers, payment.

    STUDY is a folder that `ensemble`, `compare` or `levers` has filled. Tables and figure go to STUDY/deals.
    """
    kept = open_study(study)
    if scenario is not None and scenario not in kept.scenarios:
        raise UnknownNameError("scenario of the study", scenario, kept.scenarios)
    for label in [scenario] if scenario else kept.scenarios:
        found = Deals(kept, label)
        print_deals(found)
        click.echo(f"Figure: {found.write(kept.folder / 'deals')}")
    return 0


def print_deals(found: Deals) -> None:
    """Print the comparison within 80 columns, and the denominator of rescues."""
    runs, years = len(found.sides.runs), found.sides.years
    click.echo("")
    click.echo(click.style(f"Deals of {found.scenario}, {runs} runs of {years} years", bold=True))
    for about, rows in found.comparison.groupby("about", sort=False):
        head = HEADS[str(about)]
        click.echo(f"\n{head:<25}{'record':<26}{'model':<20}verdict")
        for row in rows.to_dict("records"):
            click.echo(_line(row).rstrip())
    firm_years = found.distressed_firm_years
    rescues = int((found.sides.model["kind"] == "rescue").sum())
    a_run = number(firm_years / runs, 1)
    click.echo(
        f"\n{rescues} rescues of {firm_years} firm-years in distress ({a_run} a run)."
        "\nrecord: how many of how many years or deals, [exact 95 % interval], or the"
        "\nspan of what is recorded; model: [5 and 95 %, over runs or deals]."
    )


def _line(row: dict[str, Any]) -> str:
    digits = 0 if row["unit"] == "CNY/t" else 2
    what = f"  {row['what']}"
    if row["out_of"]:
        shown = (
            f"{row['recorded']}/{row['out_of']}"
            if row["about"] not in ("size", "price")
            else str(row["out_of"])
        )
        span = f" [{number(row['low'], digits)}, {number(row['high'], digits)}]"
        record = f"{shown:<5}{_told(row['record'], digits)}{span if math.isfinite(row['low']) else ''}"
    else:
        record = f"at most {number(row['high'], digits)}" if math.isfinite(row["high"]) else ""
    spread = (
        f" [{number(row['p05'], digits)}, {number(row['p95'], digits)}]" if math.isfinite(row["p05"]) else ""
    )
    model = f"{_told(row['model'], digits)}{spread}"
    return f"{what:<25}{record:<26}{model:<20}{row['verdict']}"


def _told(value: float, digits: int) -> str:
    return number(value, digits) if math.isfinite(value) else "none"
