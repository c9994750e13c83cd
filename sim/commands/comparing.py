"""`shakeout compare`, and what it prints: what was changed, what came of it, who wins and who loses."""

import math
from typing import Any

import click
import pandas as pd

from sim.commands.options import SETTING, YEARS, counted, flag
from sim.commands.studies import DESIGN, paged, read_scenarios, told, working
from sim.commands.table import print_table, print_text
from sim.report.answer_comparison import answer_comparison
from sim.report.measures import MAIN, change_and_span, full_name, levels, scale_of
from sim.report.parameter_names import input_shown
from sim.report.wording import clipped
from sim.study.compare import Comparison
from sim.study.compare import compare as held_against
from sim.study.effects import LEAST_DIFFERING
from sim.study.pages import TABLES, write_compare_figures

MOST = 8
"""Rows of each table of names."""
NONE = "no difference"
IN_SHORT = {"no clear difference": "unclear", NONE: "none"}
"""Verdicts as the tables say them."""
LONGEST_LABEL = 12
LONGEST_VALUE = 18


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="A B...")
@counted("--runs", 100, "Pairs of runs.")
@DESIGN
@flag("--all", "Print every measure.", "every")
@SETTING
@YEARS
@working
def compare(scenarios: tuple[str, ...], every: bool, **options: Any) -> int:
    """Hold scenarios against the first of them, with the same seeds and sampled inputs for all.

    What a scenario expects (`expects:` in its file) is judged. The page to read is STUDY/report.html;
    tables go to STUDY/compare, figures (differences by year, winners and losers) with their data to STUDY/figures.
    """
    if len(scenarios) < 2:
        raise click.UsageError("a comparison needs two scenarios or more")
    found = held_against(read_scenarios(scenarios, options), **options)
    code = told(found.study)
    print_comparison(found, every)
    folder = found.study.folder / TABLES
    found.write(folder)
    click.echo(f"\nTables: {folder}")
    if write_compare_figures(found, found.study.folder / "figures"):
        click.echo(f"Figures: {found.study.folder / 'figures'}")
    paged(found.study, found)
    return code


def print_comparison(found: Comparison, every: bool) -> None:
    """Print what differs in words, and for each scenario whether it does what is expected, and what came of it."""
    say = found.study.pack.say()
    print_text(found.study.pack.banner())
    for said in answer_comparison(found):
        print_text(say(str(said)))
    for label in found.labels[1:]:
        outcomes = found.outcomes[found.outcomes["scenario"] == label]
        pairs = int(outcomes["pairs"].max())
        lost = found.planned_pairs - pairs
        missing = f"; {lost} left out, for a run failed or is not done" if lost else ""
        head = (
            f"{label} against {found.labels[0]}, {pairs} pairs of runs with the same luck and inputs{missing}"
        )
        print_text("\n" + click.style(head, bold=True))
        _inputs(found, label)
        _expected(found, label)
        if (outcomes["verdict"] == NONE).all():
            click.echo(f"\nNo difference: all {len(outcomes)} outcomes are equal in every run, bit for bit.")
            continue
        _outcomes(found, outcomes, every)
        _all_names(found, label)
    _remarks(found)


def _inputs(found: Comparison, label: str) -> None:
    rows = []
    for row in found.inputs[found.inputs["scenario"] == label].itertuples():
        ends = (input_shown(each, str(row.unit)) for each in (row.before, row.after))
        rows.append((*(clipped(each, LONGEST_VALUE) for each in ends), str(row.called)))
    if rows:
        click.echo("")
        print_table((*_heads(found, label), "input that differs"), rows, right=(0, 1))


def _expected(found: Comparison, label: str) -> None:
    rows: list[tuple[str, ...]] = []
    for row in found.expectations[found.expectations["scenario"] == label].itertuples():
        name = str(row.measure)
        change, span = change_and_span(row.change, row.low, row.high, scale_of(name))
        years = str(row.start_year) if row.start_year == row.end_year else f"{row.start_year}-{row.end_year}"
        said = f"{row.verdict}: {row.why}" if row.why else row.verdict
        rows.append((found.study.pack.say()(full_name(name)),))
        rows.append((f"  {row.direction}", years, change, span, said))
    if rows:
        click.echo("")
        against = f"against {_heads(found, label)[0]}"
        head = ("argued to be", "mean of", "change", "95 % interval", against)
        print_table(head, rows, right=(2, 3))


def _outcomes(found: Comparison, outcomes: pd.DataFrame, every: bool) -> None:
    order = {name: place for place, name in enumerate(MAIN)}
    if not every:
        outcomes = outcomes[outcomes["measure"].isin(MAIN)]
        outcomes = outcomes.sort_values("measure", key=lambda names: names.map(order), kind="stable")
    rows: list[tuple[str, ...]] = []
    for measure, whens in outcomes.groupby("measure", sort=False):
        name = str(measure)
        rows.append((found.study.pack.say()(full_name(name)),))
        rows += [(f"  {row.when}", *_numbers(row, scale_of(name))) for row in whens.itertuples()]
    head = ("outcome", *_heads(found, str(outcomes["scenario"].iloc[0])))
    click.echo("")
    print_table((*head, "change", "95 % interval", "verdict"), rows, right=(1, 2, 3, 4))


def _all_names(found: Comparison, label: str) -> None:
    owners = found.winners["holder"].str.startswith("group ")
    for title, unit, table, named in (
        ("refinery, stands at the end", "% of runs", found.survival, "refinery"),
        ("purchase", "times a run", found.deals, "deal"),
        ("group, nameplate at the end", "Mt/yr", found.winners[owners], "holder"),
        ("region, nameplate at the end", "Mt/yr", found.winners[~owners], "holder"),
    ):
        ours = table[(table["scenario"] == label) & table["verdict"].isin(["higher", "lower"])]
        order = ours["change"].abs().sort_values(ascending=False, kind="stable").index
        scale, shown = 100.0 if unit.startswith("%") else 1.0, ours.loc[order[:MOST]].itertuples()
        rows = [(*_numbers(row, scale)[:-1], found.called(str(getattr(row, named)))) for row in shown]
        if rows:
            left = len(ours) - len(rows)
            click.echo("")
            head = (*_heads(found, label), "change", "95 % interval", f"{title}, {unit}")
            print_table(head, rows, right=(0, 1, 2, 3))
            if left:
                click.echo(f"  and {left} more")


def _heads(found: Comparison, label: str) -> tuple[str, str]:
    """The names of both scenarios, short enough to stand over a column of numbers."""
    return clipped(found.labels[0], LONGEST_LABEL), clipped(label, LONGEST_LABEL)


def _numbers(row: Any, scale: float) -> tuple[str, ...]:
    """Both levels, the change, its interval and the verdict of an effect."""
    before, after = levels(row.before * scale, row.after * scale)
    change, span = change_and_span(row.change, row.low, row.high, scale)
    return before, after, change, span, IN_SHORT.get(row.verdict, row.verdict)


def _remarks(found: Comparison) -> None:
    click.echo("")
    if found.ends_differ:
        click.echo(
            f"The scenarios end in different years: {found.years[0]}-{found.years[1]} is compared, and who holds how"
            " much at the end is left out."
        )
    if math.isfinite(found.variance_ratio):
        print_text(
            f"Pairing leaves {found.variance_ratio:.0%} of the variance that separate luck would give (median)."
        )
    print_text(
        "Changes of what is in % are in percentage points. `total` adds up all years, `mean` is their mean.\n"
        f"No verdict before {LEAST_DIFFERING} pairs differ; where most are equal, the signs of the others decide, not"
        " the interval.\n"
        "A verdict is for one outcome: where nothing changes, luck still makes about one of twenty look changed.\n"
        "In each table of names all are judged together (Holm): the chance that any is told by luck is at most 5 %."
    )
