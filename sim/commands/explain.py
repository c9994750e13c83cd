"""`shakeout explain`: why an agent of a finished run did what it did.

`shakeout targets`: whom a group could buy, on which terms, with which odds, and what it would do to it.
"""

import json
from pathlib import Path
from typing import Any

import click

from sim.commands.options import FOLDER, counted, flag
from sim.commands.table import line_width, print_table, print_text
from sim.core.cells import write_csv
from sim.core.words import number, percent
from sim.reasons.explain import explain as explained
from sim.reasons.record import read_record
from sim.report.wording import clipped
from sim.run import without_policy
from sim.study.store import told
from sim.study.targets import find_targets

WIDEST = 100


@click.command()
@click.argument("folder", metavar="RUN", type=FOLDER)
@click.argument("name", default="")
@click.option("--year", type=int, help="Only this year.")
@flag("--json", "Give the numbers behind it as JSON.", "as_json")
def explain(folder: Path, name: str, year: int | None, as_json: bool) -> None:
    """Explain why NAME of the run in folder RUN did what it did; without NAME, why the price was what it was.

    NAME is the id or name, in English or Chinese, of a plant, group, company, smelter, importer, region, province or
    policy, or the id of a deal such as 2027-xinwang. Without a year the whole run is told: in short, what it is, what
    happened, and each decision with its options, the margin by which the choice won, and what price, cost or policy
    would have changed it. For a policy the run is played again without it.
    """
    record = read_record(folder)
    found = explained(record, name, year, lambda policy: without_policy(record, policy))
    if as_json:
        click.echo(json.dumps(found.content, indent=2, ensure_ascii=False, allow_nan=False))
        return
    click.echo(found.text(line_width(WIDEST), bold=True))


TERMS = (
    "limit: most that it would and can pay; asked: what the seller wants at least; price: what they would agree on;"
    " all million CNY. odds: that it comes about this year, consents counted, before the antitrust review."
)
EFFECTS = (
    "HHI: its step, points, by the plants that go over; where the deal closed, as it came, with joint ventures that"
    " changed control. cost, cash, rank: what the buyer's mean cash cost (CNY/t), cash (million CNY, after the price)"
    " and rank by nameplate would be."
)
KINDS = {"plants": "plants", "whole group": "group"}
LONGEST, SHORT = 28, 20
"""Characters of a target's name over its terms and over what it would do."""


@click.command()
@click.argument("folder", metavar="RUN", type=FOLDER)
@click.option("--for", "buyer", required=True, metavar="GROUP", help="Id or name of the group that buys.")
@click.option("--year", type=int, help="Year of the deals [the last].")
@counted("--most", 12, "Targets to print.")
@click.option("--csv", "table", type=FOLDER, help="Write all of them, every number, here.")
def targets(folder: Path, buyer: str, year: int | None, most: int, table: Path | None) -> None:
    """Tell whom GROUP could buy in the run of folder RUN, the best first.

    The run is played again up to the deals of the year. What came up in the run is told by its record, as explain does.
    """
    found = find_targets(read_record(folder), buyer, year)
    rows: list[dict[Any, Any]] = found.head(most).to_dict("records")
    first = rows[0]
    cash, debt = (f"{first[f'{name}_before_mcny']:,.0f}" for name in ("cash", "debt"))
    print_text(
        f"{_count(len(found), most)}; the buyer has cash of {cash} and debt of {debt} million CNY, a mean cash cost of"
        f" {number(first['cost_before_cny_per_t'])} CNY/t and rank {first['rank_before']} by nameplate; HHI"
        f" {first['hhi_before_points']:,.0f}."
    )
    click.echo("")
    head: tuple[str, ...] = ("target", "what", "Mt/yr", "limit", "asked", "price", "odds")
    print_table(head, [_terms(row) for row in rows], right=range(2, len(head)))
    print_text(f"\n{TERMS}\n\n")
    head = ("target", "HHI", "cost", "cash", "rank", "who may refuse; what came of it")
    print_table(head, [_effects(row) for row in rows], right=range(1, len(head) - 1))
    print_text(f"\n{EFFECTS}")
    if table is not None:
        with told(table):
            write_csv(found, table)
        click.echo(f"Table: {table}")


def _count(found: int, most: int) -> str:
    return f"{found} targets" if found <= most else f"{most} of {found} targets"


def _terms(row: dict[Any, Any]) -> tuple[str, ...]:
    money = (f"{row[f'{name}_mcny']:,.0f}" for name in ("limit", "asked", "price"))
    name, odds = clipped(row["name"], LONGEST), percent(row["odds_share"], 1)
    return (name, KINDS[row["kind"]], f"{row['size_mt']:.2f}", *money, odds)


def _effects(row: dict[Any, Any]) -> tuple[str, ...]:
    refusals = [
        f"{who} {percent(row[f'{name}_refusal_share'])}"
        for who, name in (("province", "province"), ("state holder", "sasac"))
        if row[f"{name}_refusal_share"] > 0.0
    ]
    review = [f"antitrust {row['review']}"] if row["review"] in ("review", "presumption") else []
    came = f"; in the run: {row['outcome']}" if row["outcome"] else ""
    return (
        clipped(row["name"], SHORT),
        f"{row['hhi_step_points']:+.0f}",
        number(row["cost_after_cny_per_t"]),
        f"{row['cash_after_mcny']:,.0f}",
        f"{row['rank_after']}",
        f"{', '.join([*refusals, *review]) or 'nobody'}{came}",
    )
