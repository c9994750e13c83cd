"""Commands that run many: `ensemble`, `compare`, `levers`, `sensitivity`; and `discover`, which reads what is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sim.commands.running import SETTING, YEARS, settings_of
from sim.commands.table import print_text
from sim.core.cells import write_csv

SOME_FAILED = 5

_WORK = (
    click.option(
        "--jobs", type=click.IntRange(min=1), help="Worker processes [one a processor]; 1 uses none."
    ),
    click.option("--scheduler", metavar="ADDRESS", help="A dask scheduler, such as tcp://10.0.0.5:8786."),
    click.option("--out", type=click.Path(path_type=Path), help="Folder of the study [outputs/studies/...]."),
    click.option("--retry-failed", is_flag=True, help="Play the failed runs again."),
    click.option("--quiet", is_flag=True, help="Show no progress."),
    click.option("--force", is_flag=True, help="Begin anew where a study is."),
)


def working(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a command the options that say how a study is worked off."""
    for option in reversed(_WORK):
        command = option(command)
    return command


RUNS = click.IntRange(1, 10_000_000)
DESIGN = click.option(
    "--design",
    type=click.Choice(("lhs", "sobol", "seeds")),
    default="lhs",
    show_default=True,
    help="How inputs are sampled; with `seeds` only luck differs.",
)


@click.command(short_help="Run scenarios many times under uncertainty.")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--runs", type=RUNS, default=500, show_default=True, help="Samples.")
@click.option("--seeds", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Seeds a sample.")
@DESIGN
@SETTING
@YEARS
@working
def ensemble(scenarios: tuple[str, ...], **options: Any) -> int:
    """Run SCENARIOs under the uncertainty of their pack, all with the same samples and seeds.

    The same command goes on where it was interrupted. The page to read is STUDY/report.html; figures (fans by
    year, who survives) with their data go to STUDY/figures.
    """
    from sim.report.answer import in_short
    from sim.study.ensemble import ensemble as work_off

    study = work_off(read_scenarios(scenarios, options), **options)
    code = told(study)
    for (label,) in study.rows(_FINISHED):
        click.echo(f"\n{click.style(label, bold=True)}\n{in_short(None, study, label)}\n")
    _drawn(study)
    _paged(study)
    return code


_FINISHED = (
    "SELECT DISTINCT label FROM runs JOIN scenarios ON scenarios.id = runs.scenario WHERE status = 'done'"
    " ORDER BY scenarios.id"
)
"""Scenarios of a study of which a run is finished."""


def _drawn(study: Any) -> None:
    from sim.study.figures import write_study_figures
    from sim.study.store import told as refusal_told

    folder = study.folder / "figures"
    with refusal_told(folder):
        written = write_study_figures(study, folder)
    if written:
        click.echo(f"Figures: {folder}")


def _paged(study: Any, found: Any = None) -> None:
    """Write the page of a study, or of a comparison of its scenarios, when a run is finished."""
    if not study.count["done"]:
        return
    from sim.commands.report import PAGE
    from sim.study.pages import write_page
    from sim.study.store import told as refusal_told

    path = study.folder / PAGE
    with refusal_told(path):
        write_page(found or study, path)
    click.echo(f"Page: {path}")


def read_scenarios(scenarios: tuple[str, ...], options: dict[str, Any]) -> list[Any]:
    """Scenarios with the changes of the command line, which are taken out of the options."""
    from sim.scenario.load import load

    settings = settings_of(options.pop("settings"), options.pop("years"))
    return [load(name, settings=settings) for name in scenarios]


@click.command(short_help="Compare scenarios run by run.")
@click.argument("scenarios", nargs=-1, required=True, metavar="A B...")
@click.option("--runs", type=RUNS, default=100, show_default=True, help="Pairs of runs.")
@DESIGN
@click.option("--all", "every", is_flag=True, help="Print every measure.")
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
    from sim.commands.comparing import print_comparison
    from sim.study.compare import compare as held_against
    from sim.study.figures import write_compare_figures
    from sim.study.pages import TABLES

    found = held_against(read_scenarios(scenarios, options), **options)
    code = told(found.study)
    print_comparison(found, every)
    folder = found.study.folder / TABLES
    found.write(folder)
    click.echo(f"\nTables: {folder}")
    if write_compare_figures(found, found.study.folder / "figures"):
        click.echo(f"Figures: {found.study.folder / 'figures'}")
    _paged(found.study, found)
    return code


@click.command(short_help="Turn each policy up and see what it moves.")
@click.argument("scenario", default="baseline")
@click.option(
    "--seeds", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Pairs for each strength."
)
@click.option(
    "--only",
    multiple=True,
    metavar="LEVER",
    help="Only this policy or lever, such as carbon or trade.duty; may be given several times.",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="A column of the heat table; may be given several times.",
)
@click.option("--year", type=int, help="Tell one year alone, not the mean or total of all.")
@click.option(
    "--design",
    type=click.Choice(("seeds", "lhs", "sobol")),
    default="seeds",
    show_default=True,
    help="How inputs are sampled; with `seeds` only luck differs.",
)
@SETTING
@YEARS
@working
def levers(scenario: str, metrics: tuple[str, ...], **options: Any) -> int:
    """Play each policy at four strengths on SCENARIO [baseline] against none, with the same luck.

    A policy that the scenario has is changed, others are added. Tables (aims, effects, verdicts) and figures
    (doses, heat) go to STUDY/levers. The same command goes on where it was interrupted.
    """
    from sim.commands.levers import print_levers
    from sim.report.levers import chosen_measures
    from sim.study.levers import levers as turned_up

    chosen_measures((), metrics)
    (loaded,) = read_scenarios((scenario,), options)
    found = turned_up(loaded, **options)
    code = told(found.study)
    print_levers(found)
    folder: Path = found.study.folder / "levers"
    found.write(folder, metrics)
    click.echo(f"\nTables and figures: {folder}")
    return code


@click.command(short_help="Hold deals against the recorded ones.")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--scenario", help="Only this scenario of the study.")
def deals(study: Path, scenario: str | None) -> int:
    """Hold the deals of STUDY against the recorded ones of its pack: rates, sizes, prices, sellers, buyers, payment.

    STUDY is a folder that `ensemble`, `compare` or `levers` has filled. Tables and figure go to STUDY/deals.
    """
    from sim.commands.deals import print_deals
    from sim.core.registry import UnknownNameError
    from sim.study.deals import Deals
    from sim.study.study import open_study

    kept = open_study(study)
    if scenario is not None and scenario not in kept.scenarios:
        raise UnknownNameError("scenario of the study", scenario, kept.scenarios)
    for label in [scenario] if scenario else kept.scenarios:
        found = Deals(kept, label)
        print_deals(found)
        click.echo(f"Figure: {found.write(kept.folder / 'deals')}")
    return 0


@click.command(short_help="Put claims to the test.")
@click.argument("file", default="article")
@click.option(
    "--runs", type=RUNS, default=100, show_default=True, help="Samples, the same for all scenarios."
)
@click.option("--only", multiple=True, metavar="CLAIM", help="Only this claim; may be given several times.")
@working
def claims(file: str, **options: Any) -> int:
    """Score the claims of FILE [article]: how often each holds, how sure that is, and what decides it.

    FILE is a name under scenarios/claims or a file of your own. The scenarios that claims name are played once,
    with the same samples and luck. The scoreboard goes to STUDY/claims. The same command goes on where it was
    interrupted.
    """
    from sim.commands.claims import print_claims
    from sim.study.claims import score

    found = score(file, **options)
    code = told(found.study)
    print_claims(found)
    folder = found.study.folder / "claims"
    found.write(folder)
    click.echo(f"\nTables: {folder}")
    return code


@click.command(short_help="Hold runs against recorded patterns.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the table [outputs/studies/patterns]."
)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def patterns(out: Path | None, quiet: bool) -> int:
    """Hold 140 runs of the baseline, calm and shocked, against the patterns that are on record.

    Each finding is tagged as identity (cannot fail), fitted or tested, and has the band that the record allows.
    """
    from sim.commands.patterns import print_patterns, table_of
    from sim.study.ensemble import HOME
    from sim.study.patterns import MISSES, all_findings
    from sim.study.store import told as refusal_told

    table = table_of(all_findings(quiet), MISSES)
    print_patterns(table)
    folder = out or HOME / "patterns"
    with refusal_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(table, folder / "findings.csv")
    click.echo(f"\nTable: {folder / 'findings.csv'}")
    return 0


@click.command(short_help="Find which uncertain parameters matter.")
@click.argument("scenario")
@click.option("--outcome", default="price_cny_per_t", show_default=True, help="A measure of years.csv.")
@click.option("--year", type=int, help="At the end of which year [the last].")
@click.option("--method", type=click.Choice(("morris", "sobol")), default="morris", show_default=True)
@click.option(
    "--size", type=click.IntRange(2), default=8, show_default=True, help="Trajectories or base points."
)
@click.option(
    "--only", multiple=True, metavar="PARAMETER", help="Sample only this; may be given several times."
)
@SETTING
@YEARS
@working
def sensitivity(scenario: str, **options: Any) -> int:
    """Find which uncertain parameters of SCENARIO's pack move an outcome.

    Morris takes SIZE x (parameters + 1) runs, Sobol SIZE x (parameters + 2), a power of two as SIZE. What
    happens now and then, such as exits, is summed over all years unless --year names one. The table and the
    tornado go to STUDY/sensitivity.
    """
    from sim.commands.ranking import print_sensitivity
    from sim.study.sensitivity import sensitivity as found_out

    (loaded,) = read_scenarios((scenario,), options)
    found = found_out(loaded, **options)
    print_sensitivity(found)
    folder = found.study.folder / "sensitivity"
    found.write(folder)
    click.echo(f"Tables and figure: {folder}")
    return 0


@click.command(short_help="Find the conditions under which something happens.")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--where", required=True, metavar="RULE", help="Such as 'price_cny_per_t@2030 < 2500'.")
@click.option("--scenario", help="Only the runs of one scenario of the study.")
def discover(study: Path, where: str, scenario: str | None) -> int:
    """Find ranges of the sampled inputs of STUDY in which RULE mostly holds (PRIM).

    A rule compares measures with numbers: `exits_mt@sum > 5 and hhi_control@2035 >= 1200`. After @ stands a
    year, or end, mean, sum, min or max. The ranges and their figure go to STUDY/discover; when none can be
    relied on, the reason is told and the best candidate is marked as such.
    """
    from sim.study.discovery import discover as find_boxes
    from sim.study.study import open_study

    found = find_boxes(open_study(study), where, scenario=scenario)
    print_text(found.words)
    folder = (study if study.is_dir() else study.parent) / "discover"
    found.write(folder)
    click.echo(f"\nResults: {folder}")
    return 0


def told(study: Any) -> int:
    """Say what a study has come to, and give the exit code."""
    counted = study.count
    done, failed = counted["done"], counted["failed"]
    click.echo(f"{done + failed} runs: {done} done, {failed} failed. Results: {study.path}")
    if not failed:
        return 0
    rows = study.rows(
        "SELECT reason, COUNT(*), MIN(run), MIN(seed) FROM runs WHERE status = 'failed'"
        " GROUP BY reason ORDER BY 2 DESC LIMIT 5"
    )
    for reason, count, run, seed in rows:
        click.echo(f"  {count} x {reason} (run {run}, seed {seed})", err=True)
    click.echo("--retry-failed plays them again", err=True)
    return SOME_FAILED
