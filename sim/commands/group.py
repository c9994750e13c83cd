"""All commands of `shakeout`: each is named with its short help, and imported when it is called for."""

import os
from collections.abc import Sequence
from importlib import import_module

import click

from sim.core.versions import version_of

PROGRAM = "shakeout"
COMPLETION = "_SHAKEOUT_COMPLETE"
"""The shell sets this variable when it asks what could come next."""


COMMANDS = {
    "scenarios": ("scenarios", "List the scenarios with their questions."),
    "new": ("scenarios", "Begin a scenario that extends another one."),
    "pack": ("packs", "Begin an industry of your own."),
    "validate": ("scenarios", "Check scenarios; print every problem at once."),
    "show": ("scenarios", "Print a scenario, with origins if wanted."),
    "diff": ("scenarios", "Print what differs between two scenarios."),
    "run": ("running", "Run a scenario once."),
    "explain": ("explain", "Explain the price, an agent or a policy."),
    "targets": ("explain", "Whom could a group buy, and on which terms?"),
    "report": ("report", "Write the page, a workbook or files for other programs."),
    "audit": ("report", "Check that the files of a run add up."),
    "ensemble": ("studies", "Run scenarios many times under uncertainty."),
    "compare": ("comparing", "Compare scenarios run by run."),
    "levers": ("levers", "Turn each policy up and see what it moves."),
    "search": ("search", "Find the best package of policies."),
    "deals": ("deals", "Hold deals against the recorded ones."),
    "claims": ("deals", "Put claims to the test."),
    "patterns": ("patterns", "Hold runs against recorded patterns."),
    "forecast": ("hindcast", "Tell the first two years as bands, and score them."),
    "calibrate": ("calibrate", "Match the unknowns of a pack against its targets."),
    "hindcast": ("hindcast", "Start in the past, and score what came."),
    "sensitivity": ("ranking", "Find which uncertain parameters matter."),
    "discover": ("studies", "Find the conditions under which something happens."),
    "describe": ("catalogue", "Explain the year, policies, parameters, or one thing."),
    "schema": ("scenarios", "Print the JSON Schema for editors."),
}
"""The module of each command in this folder, and what it does in a few words; in the order in which they are used."""


class _Group(click.Group):
    """A group of stand-ins, in order; the command itself is imported when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS:
            command = getattr(import_module(f"sim.commands.{COMMANDS[name][0]}"), name)
        return name, command, rest


def _tell(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        from sim.market.library import told

        click.echo(f"shakeout {version_of('shakeout')}, {told()}")
        context.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the traceback of a defect instead of saving it.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell,
    help="Show the version, and what clears the market.",
)
@click.pass_context
def shakeout(context: click.Context, debug: bool) -> None:
    """Simulate the consolidation of an industry: who trades, merges, relocates or exits, and why."""
    context.obj = {"debug": debug}
    if os.environ.get("NO_COLOR"):
        context.color = False


for each, (_, words) in COMMANDS.items():
    shakeout.add_command(click.Command(each, short_help=words))


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
