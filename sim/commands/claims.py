"""`shakeout claims`, and what it prints: a scoreboard of claims, those that fail first."""

from typing import Any

import click

from sim.commands.options import counted, several
from sim.commands.studies import told, working
from sim.commands.table import print_indented
from sim.study.claims import DEPENDS, NOT_SCORED, VERDICTS, Claims, score


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
