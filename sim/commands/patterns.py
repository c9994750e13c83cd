"""What `shakeout patterns` prints: which recorded patterns the model has, misses first."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.patterns.finding import Finding

WIDTH = 80
"""Characters of a line."""


def table_of(found: "Sequence[Finding]", causes: Mapping[str, str]) -> "pd.DataFrame":
    """One row a finding: pattern, tag, value, band, whether it holds, and what is known of why not."""
    import pandas as pd

    rows = [
        (each.pattern, each.tag, each.name, each.value, each.low, each.high, each.holds) for each in found
    ]
    frame = pd.DataFrame(rows, columns=["pattern", "tag", "finding", "value", "low", "high", "holds"])
    return frame.assign(cause=[causes.get(name, "") for name in frame["finding"]])


def print_patterns(table: "pd.DataFrame") -> None:
    """Print the score by tag, then what misses and why, then what holds."""
    click.echo("")
    for tag, rows in table.groupby("tag", sort=False):
        click.echo(f"{tag:>9}: {int(rows['holds'].sum())} of {len(rows)} findings hold")
    for holds, head in ((False, "Misses"), (True, "Holds")):
        rows = table[table["holds"] == holds]
        click.echo("\n" + click.style(f"{head} ({len(rows)})", bold=True))
        for row in rows.to_dict("records"):
            span = f"{row['value']:.3g}, record {_band(row['low'], row['high'])}"
            _wrapped(f"{row['finding']}: {span} ({row['tag']})", "  ")
            if row["cause"] and not holds:
                _wrapped(row["cause"], "      ")
    click.echo("\nidentity: an input or arithmetic, which cannot fail; fitted: the base year was")
    click.echo("calibrated to it; tested: neither.")


def _band(low: float, high: float) -> str:
    if math.isinf(high):
        return f"at least {low:g}"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


def _wrapped(text: str, indent: str) -> None:
    click.echo(click.wrap_text(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  "))
