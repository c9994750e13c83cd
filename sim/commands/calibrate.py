"""`shakeout calibrate`: the unknowns of a pack against its targets, and what is left of them."""

from pathlib import Path
from typing import Any

import click
import pandas as pd

from sim.commands.options import FOLDER, QUIET, counted, flag
from sim.commands.table import print_table, print_text
from sim.core.cells import write_csv
from sim.scenario.load import load
from sim.study.calibrate import HOME, Calibration, matching, write
from sim.study.proving import proof


@click.command()
@click.argument("scenario", default="baseline")
@counted("--runs", 1000, "Plays of each wave.", least=2)
@counted("--waves", 3, "Waves.", most=20)
@counted("--draws", 1000, "Draws of the posterior.", least=2)
@flag("--write", "Rewrite calibration.yaml and posterior.csv of the pack.", "writes")
@flag("--prove", "Also recover known unknowns from synthetic figures; takes longer.")
@click.option("--out", type=FOLDER, help="Folder of plays and tables [outputs/calibration/PACK].")
@QUIET
def calibrate(scenario: str, writes: bool, prove: bool, out: Path | None, **how: Any) -> None:
    """History matching of all unknowns of SCENARIO's pack against targets.csv.

    Waves of plays rule out what does not fit; the posterior is what is left, weighted by how well it does. The same
    command goes on where it was interrupted. The posterior is drawn from by all studies with sampled inputs.
    """
    loaded = load(scenario)
    folder = out or HOME / loaded.pack.name
    done = matching(loaded, out=folder, **how)
    found = done.told()
    for name in ("targets", "parameters", "posterior"):
        write_csv(getattr(found, name), folder / f"{name}.csv")
    _print(found)
    if prove:
        proved = proof(done)
        write_csv(proved, folder / "proof.csv")
        _print_proof(proved)
    if writes:
        write(found, loaded.pack.folder)
        click.echo(f"Rewritten: calibration.yaml and posterior.csv in {loaded.pack.folder}")
    click.echo(f"Tables: {folder}")


def _print(found: Calibration) -> None:
    _print_targets(found.targets)
    listed = found.parameters.dropna(subset="posterior")
    moved = listed.sort_values("learned_share", ascending=False).to_dict("records")
    click.echo(
        "\nWhat the targets moved (mean and standard deviation; learned: share of the prior variance that is gone)"
    )
    head = ("parameter", "prior", "sd", "posterior", "sd", "learned", "point")
    print_table(head, [_moved(row) for row in moved], right=tuple(range(1, 7)))
    left = found.parameters[found.parameters["posterior"].isna()]["parameter"].tolist()
    print_text(f"\nNothing tells of {len(left)} unknowns, which keep their priors: {', '.join(left)}.")
    facts = found.facts
    print_text(
        f"\nOf the last wave {facts['region_fits_share']:.0%} of the plays fit all targets, of the draws"
        f" {facts['draws_fit_share']:.0%}, by weight {facts['posterior_fits_share']:.1%}. The draws are worth"
        f" {facts['effective_draws']:.0f} of equal weight."
    )


def _print_targets(targets: pd.DataFrame) -> None:
    rows = [
        (
            row["target"],
            row["period"],
            _number(row["value"]),
            f"{row['sd']:.2g}",
            f"{_number(row['before'])} ± {row['before_sd']:.2g}",
            f"{_number(row['after'])} ± {row['after_sd']:.2g}",
            "aside" if row["is_set_aside"] else f"{row['implausibility']:.1f}",
            f"{row['fits_share']:.0%}",
        )
        for row in targets.to_dict("records")
    ]
    print_table(
        ("target", "period", "value", "sd", "before", "after", "I", "fit"), rows, right=tuple(range(2, 8))
    )
    for row in targets[targets["is_set_aside"]].to_dict("records"):
        print_text(
            f"\n{row['target']} cannot be fitted with the rest: the first wave comes as near as {row['nearest']:.1f}"
            " standard deviations off. It is set aside, and nothing below answers for it."
        )


def _moved(row: dict[Any, Any]) -> tuple[str, ...]:
    numbers = [_number(row[name]) for name in ("prior", "prior_sd", "posterior", "posterior_sd")]
    point = "" if row["point"] != row["point"] else _number(row["point"])
    return (row["parameter"], *numbers, f"{row['learned_share']:.0%}", point)


def _print_proof(proved: pd.DataFrame) -> None:
    click.echo("\nSynthetic figures: how often 90 % intervals hold what they were made with")
    names = ("emulator_share", "model_share", "posterior_over_prior_sd")
    rows = [(row["parameter"], *(f"{row[name]:.2f}" for name in names)) for row in proved.to_dict("records")]
    means = ("all", *(f"{proved[name].mean():.3f}" for name in names))
    print_table(("parameter", "on the emulator", "on the model", "sd left"), [*rows, means], right=(1, 2, 3))


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{round(value, 9):.3g}"
