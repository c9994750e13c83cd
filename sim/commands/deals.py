"""`shakeout deals`, and what it prints: the deals of a study beside the recorded ones.

`shakeout claims`, and what it prints: a scoreboard of claims, those that fail first.
"""

import math
from pathlib import Path
from typing import Any

import click

from sim.commands.options import counted, several
from sim.commands.studies import told, working
from sim.commands.table import print_indented
from sim.core.registry import UnknownNameError
from sim.core.words import number
from sim.study.claims import DEPENDS, NOT_SCORED, VERDICTS, Claims, score
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
    click.echo("\n" + click.style(f"Deals of {found.scenario}, {runs} runs of {years} years", bold=True))
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
    ends = ", ".join(number(row[name], digits) for name in ("p05", "p95"))
    spread = f" [{ends}]" if math.isfinite(row["p05"]) else ""
    model = f"{_told(row['model'], digits)}{spread}"
    return f"{what:<25}{record:<26}{model:<20}{row['verdict']}"


def _told(value: float, digits: int) -> str:
    return number(value, digits) if math.isfinite(value) else "none"


@click.command()
@click.argument("file", default="article")
@counted("--runs", 100, "Samples, the same for all scenarios.")
@several("--only", metavar="CLAIM", words="Only this claim; may be given several times.")
@working
def claims(file: str, **options: Any) -> int:
    """Score the claims of FILE [article]: how often each holds, how sure that is, and what decides it.

    FILE is a name under scenarios/claims or a file of your own. The scenarios that claims name are played once,
    with the same samples and luck. The scoreboard goes to STUDY/claims. The same command goes on where it was
    interrupted.
    """
    found = score(file, **options)
    code = told(found.study)
    print_claims(found)
    folder = found.study.folder / "claims"
    found.write(folder)
    click.echo(f"\nTables: {folder}")
    return code


def print_claims(found: Claims) -> None:
    """Print each claim with verdict, probability and interval, what decides it, and the null."""
    board = found.scoreboard.astype(object).where(found.scoreboard.notna(), "")
    scored = board[board["verdict"] != NOT_SCORED]
    order = [name for _, name in reversed(VERDICTS)]
    counts = ", ".join(f"{int((scored['verdict'] == name).sum())} {name}" for name in order)
    runs = int(scored["runs"].max()) if len(scored) else 0
    what = "claim" if len(scored) == 1 else "claims"
    head = f"{len(scored)} {what} over {runs} runs with sampled inputs: {counts}"
    click.echo("\n" + click.style(head, bold=True))
    for name in order:
        for row in scored[scored["verdict"] == name].to_dict("records"):
            _scored(row)
    for claim in found.claims:
        if claim.id in set(scored.loc[scored["verdict"] == DEPENDS, "claim"]):
            box = found.box(claim)
            click.echo(
                f"\n{click.style(claim.id, bold=True)} depends: {box.words if box.good else box.why_not}"
            )
    click.echo("")
    for row in board[board["verdict"] == NOT_SCORED].to_dict("records"):
        print_indented(f"not scored: {row['claim']}: {row['why']}", "  ")


def _scored(row: dict[str, Any]) -> None:
    chance = f"{row['probability']:.0%} [{row['low']:.0%}, {row['high']:.0%}]"
    start = "; the start alone gives it" if row["by_start"] else ""
    click.echo(
        f"\n{click.style(row['verdict'], bold=True):<8}  {chance:<18}  {row['claim']} ({row['kind']}{start})"
    )
    print_indented(row["words"], "  ")
    for head in ("drivers", "null"):
        if row[head]:
            print_indented(f"{head}: {row[head]}", "    ")
