"""`shakeout run`: one scenario, one seed, one folder of results.

What `shakeout run --dry-run` prints: what would be played, written and waited for; it writes nothing.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from sim.commands.options import FOLDER, QUIET, SETTING, YEARS, chosen, counted, flag, settings_of
from sim.commands.table import print_text
from sim.core.errors import ModelCheckError
from sim.core.words import joined, plural, spans
from sim.industry import Industry
from sim.policies.policy import Policy
from sim.report.answer import in_short
from sim.report.summary import summary
from sim.run import DRAWN, FIGURES, WRITTEN, Run, check_place, simulate, write_broken, write_odds, write_run
from sim.scenario.load import Scenario, load
from sim.study.engine import processors
from sim.study.ensemble import beside, play_odds
from sim.study.study import Study, check, find_run, scenario_of


def print_plan(scenario: Scenario, seed: int, folder: Path, *, odds: int, figures: bool) -> None:
    """Print years, seeds, policies and shocks with their years, the files, and about how long it would take."""
    spec = scenario.spec
    first, last = spec.years.start_year, spec.years.end_year
    print_text(f"{scenario.name}: {scenario.question}")
    more = f", and {plural(odds, 'seed')} from 0 for the odds" if odds else ""
    print_text(f"Years: {first}-{last}. Seed: {seed}{more}. Industry: {scenario.pack.name}.")
    _listed(
        "Policies in force",
        (f"{each.id} ({each.type}) {_years(each, first, last)}" for each in spec.policies),
    )
    _listed("Shocks", (f"{each.id} ({each.variable}) from {each.start_year}" for each in spec.shocks))
    _listed("Facts", (f"{each.id} ({each.what}) {each.year}" for each in spec.facts))
    written = [*WRITTEN, *([f"{FIGURES}/ ({', '.join(DRAWN)})"] if figures else [])]
    print_text(f"Would write {folder}: {joined(written)}.")
    if odds:
        print_text(f"Would write {beside(folder)}: study.sqlite.")
    print_text(f"About {_seconds(scenario, seed, odds):.0f} s on this machine. Nothing was written.")


def _listed(head: str, items: Iterable[str]) -> None:
    print_text(f"{head}: {'; '.join(items) or 'none'}.")


def _years(policy: Policy, first: int, last: int) -> str:
    """The years of a run in which a policy holds."""
    years = [year for year in range(first, last + 1) if policy.weight(year) > 0.0]
    return spans(years) if years else f"never in {first}-{last}"


def _seconds(scenario: Scenario, seed: int, odds: int) -> float:
    """About how long all runs take, from the opening and the first year, which are played."""
    begun = perf_counter()
    with Industry(scenario, seed) as industry:
        opened = perf_counter()
        industry.step()
    years = scenario.spec.years.end_year - scenario.spec.years.start_year + 1
    one = (opened - begun) + years * (perf_counter() - opened)
    return max(one * (1.0 + odds / processors()), 1.0)


Found = tuple[Scenario, int, Path, Callable[[Run], None]]


@click.command()
@click.argument("scenario", required=False)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Luck of the run [0].")
@SETTING
@YEARS
@click.option("--from", "replayed", metavar="STUDY:RUN", help="Play a run of a study again, in full.")
@click.option("--out", type=FOLDER, help="Folder of the results [outputs/SCENARIO/SEED].")
@counted(
    "--odds",
    0,
    "Play this many seeds as well, which tells the odds; 20 are a good start.",
    least=0,
    most=10_000,
)
@flag("--figures", "Draw figures as PNG and SVG files, too.")
@chosen("--lang", ("en", "zh"), "Language of the page.")
@flag("--dry-run", "Say what would happen, and write nothing.", "planned")
@QUIET
@flag("--force", "Replace a finished run.")
def run(
    scenario: str | None,
    out: Path | None,
    quiet: bool,
    force: bool,
    odds: int,
    replayed: str | None,
    **given: Any,
) -> None:
    """Run SCENARIO once, print a summary and write a folder of results.

    With --odds, play more seeds of it beside, RUN.odds, and say how sure the answer is. With --from, play a run of a
    study again instead, and check it against what the study keeps.
    """
    if (scenario is None) == (replayed is None):
        raise click.UsageError("name a SCENARIO, or a run of a study with --from, and not both")
    planned, face = given.pop("planned"), {name: given.pop(name) for name in ("figures", "lang")}
    if replayed is not None and (odds or any(given.values())):
        raise click.UsageError("--seed, --set, --years and --odds do not go with a run that --from names")
    loaded, seed, usual, judge = _replayed(replayed) if replayed else _loaded(str(scenario), **given)
    folder = out or usual
    check_place(folder, force=force)
    for remark in loaded.remarks:
        click.echo(f"note: {remark}", err=True)
    if planned:
        return print_plan(loaded, seed, folder, odds=odds, figures=face["figures"])
    finished = _played(loaded, seed, folder, quiet=quiet)
    judge(finished)
    write_run(finished, folder, force=force, **face)
    if replayed is not None:
        click.echo(f"{replayed}: the inputs that were sampled for it are in {folder / 'scenario.yaml'}.")
    _tell(finished, folder, _odds(finished, folder, odds, quiet, face["lang"]) if odds else None)


def _odds(finished: Run, folder: Path, odds: int, quiet: bool, lang: str) -> Study:
    """The odds of a run, played beside it and told on its page."""
    luck = play_odds(finished.scenario, folder, odds, quiet=quiet)
    write_odds(finished, folder, luck, lang)
    return luck


def _played(loaded: Scenario, seed: int, folder: Path, *, quiet: bool) -> Run:
    """A run, or what replays it kept when a law ends it."""
    try:
        return simulate(loaded, seed, progress=not quiet)
    except ModelCheckError as broken:
        click.echo(f"It is played again by: {write_broken(loaded, seed, broken, folder)}", err=True)
        raise


def _tell(finished: Run, folder: Path, study: Study | None) -> None:
    """Print what came out."""
    click.echo(f"{summary(finished)}\n\n{in_short(finished, study)}")
    click.echo(f"Results: {folder}  (read report.html first)")


def _loaded(
    scenario: str, seed: int | None, settings: tuple[str, ...], years: tuple[int, int] | None
) -> Found:
    found, luck = load(scenario, settings=settings_of(settings, years)), seed or 0
    return found, luck, Path("outputs") / found.name / str(luck), lambda finished: None


def _replayed(address: str) -> Found:
    study, number = find_run(address)
    scenario, seed = scenario_of(study, number)
    place = study.folder / "runs" / str(number)
    return scenario, seed, place, lambda finished: check(study, number, finished)
