"""What `shakeout sensitivity` prints: what each parameter is, its range, and what it does to the outcome."""

from typing import TYPE_CHECKING

import click

from sim.commands.table import print_table
from sim.report.measures import PERCENT, decimals_for, unit_shown, written
from sim.report.parameter_names import range_shown
from sim.report.wording import clipped

if TYPE_CHECKING:
    from sim.study.sensitivity import Sensitivity

MOST = 20
LONGEST_NAME = 60
SIGNS = {"raises": "+", "lowers": "-"}


def print_sensitivity(found: "Sensitivity") -> None:
    """Print the most important parameters, each with its key in a second line, and how far to trust the order."""
    index = str(found.indices.columns[1])
    effect = index == "mu_star"
    unit = unit_shown(found.outcome).replace(PERCENT, "% points") if effect else ""
    click.echo(click.style(f"{found.title}; {found.cube.method}", bold=True))
    click.echo("")
    top = float(found.indices[index].iloc[0])
    decimals = decimals_for(top) if effect else 2
    rows = []
    for row in found.indices.head(MOST).to_dict("records"):
        size = written(float(row[index]), decimals)
        shown = f"{SIGNS.get(row['direction'], '+/-')}{size}" if effect and size != "0" else size
        within = written(float(row[f"{index}_within"]), decimals)
        span = range_shown(row["low"], row["high"], row["unit"])
        rows.append((clipped(row["name"], LONGEST_NAME), span, row["direction"], shown, within))
        rows.append((f"  {row['parameter']}", "", "", "", ""))
    head = ("parameter, and its key", "range", "when higher", f"effect, {unit}" if effect else "total", "+/-")
    print_table(head, rows, right=(3,))
    if len(found.indices) > MOST:
        click.echo(f"  and {len(found.indices) - MOST} more with a smaller effect, in the table")
    told = (
        "Effect: mean change (mu*) when a parameter goes through its whole range, the others anywhere in theirs."
        if effect
        else "Total: share of the variance of the outcome in which a parameter has a part; 1 is all."
    )
    click.echo(f"\n{told}\n{found.words}")
