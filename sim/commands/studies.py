"""What commands that run many share; `ensemble`, and `discover`, which reads what is kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sim.commands.options import FOLDER, QUIET, SETTING, YEARS, counted, design, flag, settings_of
from sim.commands.table import print_text
from sim.core.words import plain
from sim.scenario.load import load
from sim.study.ensemble import ensemble as work_off
from sim.study.store import told as refusal_told

SOME_FAILED = 5

_WORK = (
    click.option("--jobs", type=click.IntRange(1), help="Worker processes [one a processor]; 1 uses none."),
    click.option("--scheduler", metavar="ADDRESS", help="A dask scheduler, such as tcp://10.0.0.5:8786."),
    click.option("--out", type=FOLDER, help="Folder of the study [outputs/studies/...]."),
    flag("--retry-failed", "Play the failed runs again."),
    QUIET,
    flag("--force", "Begin anew where a study is."),
)


def working(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add to a command the options that say how a study is worked off."""
    for option in reversed(_WORK):
        command = option(command)
    return command


DESIGN = design("lhs", "sobol", "seeds")


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@counted("--runs", 500, "Samples.")
@counted("--seeds", 1, "Seeds a sample.")
@DESIGN
@SETTING
@YEARS
@working
def ensemble(scenarios: tuple[str, ...], **options: Any) -> int:
    """Run SCENARIOs under the uncertainty of their pack, all with the same samples and seeds.

    The same command goes on where it was interrupted. The page to read is STUDY/report.html; figures (fans by
    year, who survives) with their data go to STUDY/figures.
    """
    study = work_off(read_scenarios(scenarios, options), **options)
    code = told(study)
    from sim.report.answer import in_short

    for (label,) in study.rows(_FINISHED):
        click.echo(f"\n{click.style(label, bold=True)}\n{in_short(None, study, label)}\n")
    _drawn(study)
    paged(study)
    return code


_FINISHED = (
    "SELECT DISTINCT label FROM runs JOIN scenarios ON scenarios.id = runs.scenario WHERE status = 'done'"
    " ORDER BY scenarios.id"
)
"""Scenarios of a study of which a run is finished."""


def _drawn(study: Any) -> None:
    from sim.study.pages import write_study_figures

    folder = study.folder / "figures"
    with refusal_told(folder):
        written = write_study_figures(study, folder)
    if written:
        click.echo(f"Figures: {folder}")


def paged(study: Any, found: Any = None) -> None:
    """Write the page of a study, or of a comparison of its scenarios, when a run is finished."""
    if not study.count["done"]:
        return
    from sim.commands.report import PAGE
    from sim.study.pages import write_page

    path = study.folder / PAGE
    with refusal_told(path):
        write_page(found or study, path)
    click.echo(f"Page: {path}")


def read_scenarios(scenarios: tuple[str, ...], options: dict[str, Any]) -> list[Any]:
    """Scenarios with the changes of the command line, which are taken out of the options."""
    settings = settings_of(options.pop("settings"), options.pop("years"))
    return [load(name, settings=settings) for name in scenarios]


@click.command()
@click.argument("study", type=FOLDER)
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
        click.echo(f"  {count} x {plain(reason)} (run {run}, seed {seed})", err=True)
    click.echo("--retry-failed plays them again", err=True)
    return SOME_FAILED
