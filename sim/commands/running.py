"""`shakeout run`: one scenario, one seed, one folder of results."""

import re
from pathlib import Path

import click

SETTING = click.option(
    "--set", "settings", metavar="A.B=C", multiple=True, help="Change one value; may be given several times."
)


class _Years(click.ParamType[tuple[int, int]]):
    """A span of years, written `2026:2035`."""

    name = "FIRST:LAST"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        found = re.fullmatch(r"([0-9]{4}):([0-9]{4})", str(value))
        if not found:
            self.fail(f"{value!r} is not a span of years such as 2026:2035", param, ctx)
        return int(found[1]), int(found[2])


@click.command(short_help="Run a scenario once.")
@click.argument("scenario")
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Luck of the run."
)
@SETTING
@click.option("--years", type=_Years(), help="First and last year, such as 2026:2035.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the results [outputs/SCENARIO/SEED].")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--force", is_flag=True, help="Replace a finished run.")
def run(
    scenario: str,
    seed: int,
    settings: tuple[str, ...],
    years: tuple[int, int] | None,
    out: Path | None,
    quiet: bool,
    force: bool,
) -> None:
    """Run SCENARIO once, print a summary and write a folder of results."""
    from sim.scenario.load import load

    if years is not None:
        settings = (*settings, f"years.start_year={years[0]}", f"years.end_year={years[1]}")
    loaded = load(scenario, settings=settings)
    folder = out or Path("outputs") / loaded.name / str(seed)
    if folder.exists() and not force:
        raise click.UsageError(f"{folder} exists; --force replaces it, --out writes elsewhere")

    from sim.report.summary import summary
    from sim.run import simulate, write_run

    finished = simulate(loaded, seed, progress=not quiet)
    write_run(finished, folder, force=force)
    click.echo(summary(finished))
    click.echo(f"Results: {folder}  (read report.html first)")
