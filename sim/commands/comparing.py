"""What `shakeout compare` prints: what was changed, what came of it, who wins and who loses."""

from typing import TYPE_CHECKING, Any

import click

from sim.commands.table import print_table

if TYPE_CHECKING:
    from sim.study.compare import Comparison

SHOWN = (
    "price_cny_per_t",
    "cash_cost_mean_cny_per_t",
    "margin_cny_per_t",
    "operating_rate",
    "capacity_mt",
    "production_mt",
    "imports_mt",
    "exports_mt",
    "hhi_control",
    "cr4",
    "cr10",
    "coastal_share",
    "exits_mt",
    "deals_mt",
    "curbed_by_mud_mt",
    "co2_t_per_t",
)
"""Measures that are printed without --all."""
MOST = 8
"""Rows of each table of names."""
NONE = "no difference"


def print_comparison(found: "Comparison", every: bool) -> None:
    """Print inputs, outcomes and names, the largest effects first among names."""
    _inputs(found)
    outcomes = found.outcomes
    if (outcomes["verdict"] == NONE).all():
        click.echo(f"\nNo difference: all {len(outcomes)} outcomes are equal in every run, bit for bit.")
        return
    shown = outcomes if every else outcomes[outcomes["measure"].isin(SHOWN)]
    click.echo("")
    head = ("outcome", "scenario", found.labels[0], "here", "change", "95 % interval", "verdict")
    print_table(head, [_row(f"{row.measure} {row.when}", row) for row in shown.itertuples()])
    _names("refineries that stand at the end (share of runs)", found.survival, "refinery")
    _names("purchases (times a run)", found.deals, "deal")
    _names("nameplate at the end (Mt/yr)", found.winners, "holder")
    pairs = int(outcomes["pairs"].max())
    click.echo(
        f"\n{pairs} pairs of runs. Pairing leaves {found.variance_ratio:.2f} of the variance that separate"
        " luck would give (median)."
    )
    click.echo("An interval is for one outcome: of twenty that do not differ, one seems to by luck.")


def _inputs(found: "Comparison") -> None:
    rows = [(row.scenario, row.value, str(row.before), str(row.after)) for row in found.inputs.itertuples()]
    if rows:
        click.echo("")
        print_table(("scenario", "input that differs", found.labels[0], "here"), rows)


def _names(title: str, table: Any, named: str) -> None:
    clear = table[table["verdict"].isin(["higher", "lower"])]
    largest = clear.loc[clear["change"].abs().sort_values(ascending=False, kind="stable").index[:MOST]]
    if len(largest):
        click.echo("")
        head = (title, "scenario", "before", "here", "change", "95 % interval", "verdict")
        print_table(head, [_row(getattr(row, named), row) for row in largest.itertuples()])


def _row(name: str, row: Any) -> tuple[str, ...]:
    span = f"{_short(row.low)} to {_short(row.high)}"
    return (
        name,
        row.scenario,
        _short(row.before),
        _short(row.after),
        _short(row.change, "+"),
        span,
        row.verdict,
    )


def _short(number: float, sign: str = "") -> str:
    return f"{number:{sign},.0f}" if abs(number) >= 1000 else f"{number:{sign}.3g}"
