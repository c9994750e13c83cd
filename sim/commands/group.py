"""All commands of `shakeout`, as click knows them."""

import os
from collections.abc import Sequence

import click

from sim.commands.calibrate import calibrate
from sim.commands.catalogue import describe
from sim.commands.explain import explain
from sim.commands.forecast import forecast
from sim.commands.hindcast import hindcast
from sim.commands.packs import pack
from sim.commands.report import audit, report
from sim.commands.running import run
from sim.commands.scenarios import diff, new, scenarios, schema, show, validate
from sim.commands.search import search
from sim.commands.studies import (
    claims,
    compare,
    deals,
    discover,
    ensemble,
    levers,
    patterns,
    sensitivity,
)
from sim.commands.targets import targets
from sim.core.versions import version_of

PROGRAM = "shakeout"
COMPLETION = "_SHAKEOUT_COMPLETE"
"""The shell sets this variable when it asks what could come next."""


class _InOrder(click.Group):
    """A group that lists its commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _tell(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"shakeout {version_of('shakeout')}")
        context.exit()


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of a defect instead of saving it.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_tell, help="Show the version."
)
@click.pass_context
def shakeout(context: click.Context, debug: bool) -> None:
    """Simulate the consolidation of an industry: who trades, merges, relocates or exits, and why."""
    context.obj = {"debug": debug}
    if os.environ.get("NO_COLOR"):
        context.color = False


for command in (
    scenarios,
    new,
    pack,
    validate,
    show,
    diff,
    run,
    explain,
    targets,
    report,
    audit,
    ensemble,
    compare,
    levers,
    search,
    deals,
    claims,
    patterns,
    forecast,
    calibrate,
    hindcast,
    sensitivity,
    discover,
    describe,
    schema,
):
    shakeout.add_command(command)


def invoked(given: Sequence[str]) -> int:
    """Run the command that is named; not by click's own `main`, which ends a closed pipe with an error."""
    if COMPLETION in os.environ:
        shakeout.main(args=list(given), prog_name=PROGRAM, complete_var=COMPLETION)
    try:
        with shakeout.make_context(PROGRAM, list(given)) as context:
            code = shakeout.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return code if isinstance(code, int) else 0
