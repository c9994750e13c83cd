"""`shakeout search`: the best package of policies within limits."""

from typing import Any

import click

from sim.commands.running import SETTING, YEARS
from sim.commands.studies import RUNS, SOME_FAILED, read_scenarios, working


@click.command(short_help="Find the best package of policies.")
@click.argument("names", nargs=-1, metavar="[SCENARIO]")
@click.option(
    "--maximise", multiple=True, metavar="MEASURE", help="What is to be high, such as hhi_control@2035."
)
@click.option("--minimise", multiple=True, metavar="MEASURE", help="What is to be low.")
@click.option(
    "--subject-to",
    multiple=True,
    metavar="LIMIT",
    help="What has to hold, such as 'price_cny_per_t < 3000'; may be given several times.",
)
@click.option("--over", multiple=True, metavar="POLICY...", help="Policies or levers that may be used.")
@click.option(
    "--runs", type=RUNS, default=500, show_default=True, help="Most runs with which packages are tried."
)
@click.option(
    "--seeds",
    type=click.IntRange(2, 10_000),
    default=20,
    show_default=True,
    help="Seeds that judge the best.",
)
@click.option(
    "--design",
    type=click.Choice(("seeds", "lhs")),
    default="seeds",
    show_default=True,
    help="How inputs are sampled; with `seeds` only luck differs.",
)
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
    from sim.commands.searching import print_search, scenario_and_policies
    from sim.study.search import search as searched

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
