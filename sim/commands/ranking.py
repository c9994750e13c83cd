"""`shakeout sensitivity`, and what it prints: what each parameter is, its range, and what it does to the outcome."""

from typing import Any

import click
from click.core import ParameterSource

from sim.commands.options import SETTING, YEARS, chosen, counted, flag, several
from sim.commands.studies import read_scenarios, working
from sim.commands.table import print_table
from sim.core.errors import UsageError
from sim.report.measures import PERCENT, decimals_for, unit_shown, written
from sim.report.parameter_names import range_shown
from sim.report.wording import clipped
from sim.scenario.load import Scenario
from sim.scenario.ranking import FILE
from sim.study.ensemble import ensemble
from sim.study.sensitivity import Sensitivity, write_ranking
from sim.study.sensitivity import sensitivity as found_out

MOST = 20
ASKED = ("outcome", "year", "method", "size", "only")
"""Options that ask for one outcome."""
LONGEST_NAME = 60
SIGNS = {"raises": "+", "lowers": "-"}


@click.command()
@click.argument("scenario")
@click.option("--outcome", default="price_cny_per_t", show_default=True, help="A measure of years.csv.")
@click.option("--year", type=int, help="At the end of which year [the last].")
@chosen("--method", ("morris", "sobol"), "How effects are found.")
@counted("--size", 8, "Trajectories or base points.", least=2)
@several("--only", metavar="PARAMETER", words="Sample only this; may be given several times.")
@counted("--runs", 300, "Samples, with --write.")
@flag("--write", "Rewrite sensitivity.csv of the pack.", "writes")
@SETTING
@YEARS
@working
def sensitivity(scenario: str, runs: int, writes: bool, **options: Any) -> int:
    """Find which uncertain parameters of SCENARIO's pack move an outcome.

    Morris takes SIZE x (parameters + 1) runs, Sobol SIZE x (parameters + 2), a power of two as SIZE. What
    happens now and then, such as exits, is summed over all years unless --year names one. The table and the
    tornado go to STUDY/sensitivity.

    With --write it plays RUNS samples of all inputs instead, as `ensemble` does, and ranks the inputs by what they
    do to the measures that answers tell. The page of every run of the pack then opens what it rests on with them.
    """
    (loaded,) = read_scenarios((scenario,), options)
    if writes:
        how = {name: value for name, value in options.items() if name not in ASKED}
        _rank(loaded, runs, how)
        return 0
    found = found_out(loaded, **options)
    print_sensitivity(found)
    folder = found.study.folder / "sensitivity"
    found.write(folder)
    click.echo(f"Tables and figure: {folder}")
    return 0


def _rank(loaded: Scenario, runs: int, work: dict[str, Any]) -> None:
    """Rank inputs for the pages of a pack.

    Raises:
        UsageError: an option is given that asks for one outcome or another scenario.
    """
    given = click.get_current_context().get_parameter_source
    others = [name for name in (*ASKED, "settings", "years") if given(name) is ParameterSource.COMMANDLINE]
    if others:
        raise UsageError(f"--write ranks for all answers of the scenario as it is, without --{others[0]}")
    found = write_ranking(ensemble(loaded, runs, **work), loaded.pack.folder)
    clear = found[found["rank_correlation"].abs() > found["luck_bar"]]
    for row in clear.drop_duplicates("parameter").to_dict("records"):
        click.echo(f"{row['rank_correlation']:+.2f} {row['measure']} {row['years']}: {row['parameter']}")
    click.echo(f"Rewritten: {FILE} in {loaded.pack.folder}")


def print_sensitivity(found: Sensitivity) -> None:
    """Print the most important parameters, each with its key in a second line, and how far to trust the order."""
    index = str(found.indices.columns[1])
    effect = index == "mu_star"
    unit = unit_shown(found.outcome).replace(PERCENT, "% points") if effect else ""
    click.echo(click.style(f"{found.title}; {found.cube.method}", bold=True))
    click.echo("")
    top = float(found.indices[index].iloc[0])
    decimals = decimals_for(top) if effect else 2
    rows = []
    for row in found.indices.head(MOST).to_dict("records"):
        size = written(float(row[index]), decimals)
        shown = f"{SIGNS.get(row['direction'], '+/-')}{size}" if effect and size != "0" else size
        within = written(float(row[f"{index}_within"]), decimals)
        span = range_shown(row["low"], row["high"], row["unit"])
        rows.append((clipped(row["name"], LONGEST_NAME), span, row["direction"], shown, within))
        rows.append((f"  {row['parameter']}", "", "", "", ""))
    head = ("parameter, and its key", "range", "when higher", f"effect, {unit}" if effect else "total", "+/-")
    print_table(head, rows, right=(3,))
    if len(found.indices) > MOST:
        click.echo(f"  and {len(found.indices) - MOST} more with a smaller effect, in the table")
    told = (
        "Effect: mean change (mu*) when a parameter goes through its whole range, the others anywhere in theirs."
        if effect
        else "Total: share of the variance of the outcome in which a parameter has a part; 1 is all."
    )
    click.echo(f"\n{told}\n{found.words}")
