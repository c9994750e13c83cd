"""`shakeout search`, and what it prints: the best package of policies within limits, its rivals, and the frontier."""

from string import ascii_uppercase
from typing import Any

import click

from sim.commands.options import SETTING, YEARS, counted, design, several
from sim.commands.studies import SOME_FAILED, read_scenarios, working
from sim.commands.table import print_table, print_text
from sim.core.words import joined, plural
from sim.report.measures import change_and_span, label_of, levels, scale_of, unit_shown
from sim.scenario import shelf
from sim.study.rule import Aim, Comparison, column
from sim.study.search import LEVEL_WITH, WORSE, Search
from sim.study.search import search as searched

WHENS = {
    "end": "in the last year",
    "sum": "in all years together",
    "mean": "in the mean of years",
    "min": "in its lowest year",
    "max": "in its highest year",
}


@click.command()
@click.argument("names", nargs=-1, metavar="[SCENARIO]")
@several("--maximise", metavar="MEASURE", words="What is to be high, such as hhi_control@2035.")
@several("--minimise", metavar="MEASURE", words="What is to be low.")
@several(
    "--subject-to",
    metavar="LIMIT",
    words="What has to hold, such as 'price_cny_per_t < 3000'; may be several.",
)
@several("--over", metavar="POLICY...", words="Policies or levers that may be used.")
@counted("--runs", 500, "Most runs with which packages are tried.")
@counted("--seeds", 20, "Seeds that judge the best.", least=2)
@design("seeds", "lhs")
@SETTING
@YEARS
@working
def search(names: tuple[str, ...], over: tuple[str, ...], **options: Any) -> int:
    """Search packages of policies over SCENARIO [baseline] for the best within limits.

    Each policy is off or at one of its strengths (`shakeout describe policies`). A measure may name a year or mean,
    sum, min or max after @; else it is that of the last year, and of events the sum of all. All packages are tried
    where they are few, else those that an optimiser proposes; the best are played again with other seeds. Tables
    (search, tried) and the best package as a scenario go to the folder of the search. The same command goes on where it
    was interrupted.
    """
    scenario, policies = scenario_and_policies(names, over)
    (loaded,) = read_scenarios((scenario,), options)
    found = searched(loaded, policies, **options)
    print_search(found)
    tables = found.write()
    click.echo(f"\nTables: {tables[0]}, {tables[1]}")
    if found.best:
        click.echo(f"Scenario: {tables[-1]}  (shakeout run plays it)")
    if found.failed:
        click.echo(f"{found.failed} runs failed; --retry-failed plays them again", err=True)
    return SOME_FAILED if found.failed else 0


def scenario_and_policies(names: tuple[str, ...], over: tuple[str, ...]) -> tuple[str, list[str]]:
    """The scenario among names, and the policies among them and of `--over`, where commas may part them."""
    known = shelf.names()
    given = dict.fromkeys(part for text in (*over, *names) for part in text.replace(",", " ").split())
    scenarios = [name for name in given if name in known or name.endswith(shelf.SUFFIXES)]
    if len(scenarios) > 1:
        raise click.UsageError(f"one scenario, not {joined(scenarios)}")
    return (*scenarios, "baseline")[0], [name for name in given if name not in scenarios]


def print_search(found: Search) -> None:
    """Print what was sought, the packages that were played again, and what the best one is worth."""
    asked, runs = found.asked, len(next(iter(found.values[found.first].values())))
    which = "all there are" if found.all_tried else "as an optimiser proposed"
    click.echo(click.style(f"Best package over {asked.shelf.base.name}", bold=True))
    print_text(
        f"{plural(len(found.tried), 'package')} tried, {which}; {len(found.values)} of them played again, with"
        f" {plural(runs, 'other seed')}. Means of these runs:"
    )
    for letter, measure in zip(ascii_uppercase, asked.measures, strict=False):
        print_text(f"  {letter}  {named(measure)}, {unit_shown(measure.measure)}: {_sought(found, measure)}")
    click.echo("")
    _table(found)
    click.echo("")
    for line in _verdict(found):
        print_text(line)


def named(each: Aim | Comparison) -> str:
    """A measure at a time in words: `mill price in 2030`."""
    return f"{label_of(each.measure)} {WHENS.get(each.when, f'in {each.when}')}"


def _sought(found: Search, measure: Aim | Comparison) -> str:
    """What is wanted of a measure: `highest, decides`, `< 3,000`."""
    same = (measure.measure, measure.when)
    aims = [
        "highest" if each.sign > 0 else "lowest"
        for each in found.asked.aims
        if same == (each.measure, each.when)
    ]
    limits = [
        f"{each.sign} {each.number * scale_of(each.measure):,g}"
        for each in found.asked.limits
        if same == (each.measure, each.when)
    ]
    return ", ".join([*aims, *limits])


def _table(found: Search) -> None:
    table, measures = found.table, found.asked.measures
    cells = [levels(*(table[column(each)] * scale_of(each.measure))) for each in measures]
    rows = []
    for place, row in enumerate(table.to_dict("records")):
        star, values = "*" if row["frontier"] else "", (each[place] for each in cells)
        rows.append((star, *values, _against(found, row), row["package"]))
    head = ("", *ascii_uppercase[: len(measures)], "A against the best", "package")
    print_table(head, rows, right=range(1, len(measures) + 1))
    if table["frontier"].any():
        click.echo("*: on the frontier: no other is better in one of these and as good in all.")


def _against(found: Search, row: dict[str, Any]) -> str:
    if row["verdict"] != WORSE:
        return str(row["verdict"])
    scale = scale_of(found.asked.aims[0].measure)
    change, span = change_and_span(row["gap"], row["gap_low"], row["gap_high"], scale)
    return f"{change} ({span})"


def _verdict(found: Search) -> list[str]:
    """What can be relied on of the best package."""
    if not found.best:
        return [
            "No package that was tried keeps the limits in the mean of its runs; those that come nearest are told."
        ]
    aim = found.asked.aims[0]
    gap = found.gap(found.first, found.best)
    change, span = change_and_span(gap.change, gap.low, gap.high, scale_of(aim.measure))
    if found.best == found.first:
        lines = ["No package that was tried beats the scenario as it stands."]
    else:
        lines = [
            f"Best: {found.asked.shelf.said(found.best)}.",
            f"Against no package: {change} {unit_shown(aim.measure)} (95 % interval {span}), {gap.verdict}.",
        ]
    for limit in found.asked.limits:
        kept, runs = found.kept_in(limit)
        bound = f"{limit.sign} {limit.number * scale_of(limit.measure):,g}"
        lines.append(f"It keeps {named(limit)} {bound} in {kept} of {runs} runs.")
    level = found.table[found.table["verdict"] == LEVEL_WITH]
    if len(level):
        lines.append(f"{plural(len(level), 'package')} cannot be told apart from it with these runs.")
        simplest = min(level["package"], key=lambda package: package.count(","))
        if simplest.count(",") < found.asked.shelf.said(found.best).count(","):
            lines.append(f"The simplest of them: {simplest}.")
    return lines
