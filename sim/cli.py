"""The command `shakeout`: what a strategist types, and what the exit code says.

Results go to stdout; messages and progress go to stderr. A user's mistake never shows a traceback; a defect
of ours is one line, with the traceback saved beside, or shown with `--debug`. Exit codes: 0 done, 1 a
defect, 2 usage, 3 scenario or pack invalid, 4 a model check failed, 5 some runs of a study failed, 6 the
machine, 130 and 143 interrupted. The commands themselves stand in `sim/commands/`.
"""

import io
import os
import platform
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from sim.commands.catalogue import describe
from sim.commands.explain import explain
from sim.commands.running import run
from sim.commands.scenarios import diff, new, scenarios, schema, show, validate
from sim.commands.studies import compare, discover, ensemble, sensitivity
from sim.core.errors import ShakeoutError

PROGRAM = "shakeout"
COMPLETION = "_SHAKEOUT_COMPLETE"
"""The shell sets this variable when it asks what could come next."""

DEFECT = 1
MACHINE = 6
INTERRUPTED = 130
TERMINATED = 143


class _Terminated(BaseException):
    """The process was asked to end; not an Exception, so that nobody catches it on the way."""


class _InOrder(click.Group):
    """A group that lists its commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _show_any_letter() -> None:
    """Let a letter that the terminal cannot show be printed as an escape instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _tell(context: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"shakeout {_version()}")
        context.exit()


def _version() -> str:
    try:
        return version("shakeout")
    except PackageNotFoundError:
        return "(not installed)"


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
    validate,
    show,
    diff,
    run,
    explain,
    ensemble,
    compare,
    sensitivity,
    discover,
    describe,
    schema,
):
    shakeout.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code; never raises for what a user can do."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _show_any_letter()
    try:
        with _ended_by_terminate():
            code = _invoked(given)
            sys.stdout.flush()
            return code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as ended:
        return _say(str(ended) or "interrupted", INTERRUPTED)
    except _Terminated as ended:
        return _say(str(ended) or "terminated", TERMINATED)
    except ShakeoutError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        return _closed_pipe()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}", MACHINE)
    except Exception as error:
        return _defect(error, given)


def _invoked(given: list[str]) -> int:
    """Run the command that is named; not by click's own `main`, which ends a closed pipe with an error."""
    if COMPLETION in os.environ:
        shakeout.main(args=list(given), prog_name=PROGRAM, complete_var=COMPLETION)
    try:
        with shakeout.make_context(PROGRAM, list(given)) as context:
            code = shakeout.invoke(context)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    return code if isinstance(code, int) else 0


@contextmanager
def _ended_by_terminate() -> Iterator[None]:
    """Let SIGTERM end the command like an exception, so that it can clean up; only the main thread may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _on_terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _on_terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Terminated


def _say(message: str, code: int) -> int:
    color = False if os.environ.get("NO_COLOR") else None
    for line in message.splitlines() or [""]:
        click.echo(f"{click.style('shakeout:', fg='red')} {line}", err=True, color=color)
    return code


def _closed_pipe() -> int:
    """End quietly when whoever reads the results has gone; nothing more can be written to stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _defect(error: Exception, given: list[str]) -> int:
    if "--debug" in given:
        traceback.print_exception(error)
        return DEFECT
    first = str(error).partition("\n")[0]
    return _say(f"a defect of ours: {type(error).__name__}: {first} ({_saved(error, given)})", DEFECT)


def _saved(error: Exception, given: list[str]) -> str:
    """Save the traceback and say where, or how to see it when it cannot be saved."""
    facts: dict[str, Any] = {"command": given, "version": _version(), "python": platform.python_version()}
    head = "".join(f"{name}: {value}\n" for name, value in facts.items())
    try:
        descriptor, name = tempfile.mkstemp(prefix="shakeout-defect-", suffix=".txt")
        os.close(descriptor)
        Path(name).write_text(f"{head}\n{''.join(traceback.format_exception(error))}", encoding="utf-8")
    except OSError:
        return "--debug shows the traceback"
    return f"report: {name}; --debug shows it"


if __name__ == "__main__":
    sys.exit(main())
