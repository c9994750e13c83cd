"""`shakeout targets`: whom a group could buy, on which terms, with which odds, and what it would do to it."""

from pathlib import Path
from typing import Any

import click

from sim.commands.table import print_table, print_text
from sim.core.cells import write_csv
from sim.core.words import number

UNDER = (
    "limit: most that it would and can pay, million CNY; asked: what the seller wants at least; price: what they would "
    "agree on; odds: that it comes about this year, before the review; HHI: its step, points. cost, cash and rank: "
    "what the buyer's mean cash cost (CNY/t), cash (million CNY, after the price) and rank by nameplate would be."
)


@click.command(short_help="Whom could a group buy, and on which terms?")
@click.argument("folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--for", "buyer", required=True, metavar="GROUP", help="Id or name of the group that buys.")
@click.option("--year", type=int, help="Year of the deals [the last].")
@click.option("--most", type=click.IntRange(min=1), default=12, show_default=True, help="Targets to print.")
@click.option(
    "--csv", "table", type=click.Path(path_type=Path), help="Write all of them, every number, here."
)
def targets(folder: Path, buyer: str, year: int | None, most: int, table: Path | None) -> None:
    """Tell whom GROUP could buy in the run of folder RUN, the best first.

    The run is played again up to the deals of the year. What came up in the run is told by its record, as explain does.
    """
    from sim.reasons.folder import read_record
    from sim.study.store import told
    from sim.study.targets import find_targets

    found = find_targets(read_record(folder), buyer, year)
    rows: list[dict[Any, Any]] = found.head(most).to_dict("records")
    first = rows[0]
    cash, debt = (f"{first[f'{name}_before_mcny']:,.0f} million CNY" for name in ("cash", "debt"))
    cost, points = first["cost_before_cny_per_t"], first["hhi_before_points"]
    click.echo(f"{_count(len(found), most)}; the buyer has cash of {cash}, debt of {debt},")
    click.echo(
        f"a mean cash cost of {number(cost)} CNY/t and rank {first['rank_before']}; HHI {points:,.0f}.\n"
    )
    head = (
        "target",
        "kind",
        "Mt/yr",
        "limit",
        "asked",
        "price",
        "odds",
        "HHI",
        "cost",
        "cash",
        "rank",
        "who may refuse",
    )
    print_table(head, [_cells(row) for row in rows], right=tuple(range(2, 11)))
    click.echo("")
    print_text(UNDER)
    if table is not None:
        with told(table):
            write_csv(found, table)
        click.echo(f"Table: {table}")


def _count(found: int, most: int) -> str:
    return f"{found} targets" if found <= most else f"{most} of {found} targets"


def _cells(row: dict[Any, Any]) -> tuple[str, ...]:
    refusals = [
        f"{who} {row[f'{name}_refusal_share']:.0%}"
        for who, name in (("province", "province"), ("state holder", "sasac"))
        if row[f"{name}_refusal_share"] > 0.0
    ]
    ended = [f"in the run: {row['outcome']}"] if row["outcome"] else []
    return (
        row["name"],
        row["kind"],
        f"{row['size_mt']:.2f}",
        *(f"{row[f'{name}_mcny']:,.0f}" for name in ("limit", "asked", "price")),
        f"{row['odds_share']:.0%}",
        f"{row['hhi_step_points']:+.0f}",
        number(row["cost_after_cny_per_t"]),
        f"{row['cash_after_mcny']:,.0f}",
        f"{row['rank_after']}",
        ", ".join([*refusals, f"review: {row['review']}", *ended]),
    )
