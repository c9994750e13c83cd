"""`shakeout explain`: why an agent of a finished run did what it did."""

import json
from pathlib import Path

import click

from sim.commands.options import FOLDER, flag
from sim.commands.table import line_width
from sim.reasons.explain import explain as explained
from sim.reasons.record import read_record
from sim.run import without_policy

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
