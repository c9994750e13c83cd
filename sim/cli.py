"""The command `shakeout`: what a strategist types, and what the exit code says.

Results go to stdout; messages and progress go to stderr. A user's mistake never shows a traceback; a defect
of ours is one line, with the traceback saved beside, or shown with `--debug`. Exit codes: 0 done, 1 a
defect, 2 usage, 3 scenario or pack invalid, 4 a model check failed, 5 some runs of a study failed, 6 the
machine, 129, 130 and 143 interrupted. The commands themselves stand in `sim/commands/`; they are imported when the
command is ready to be interrupted.
"""

import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from sim.commands import stopping
from sim.core.errors import ShakeoutError

DEFECT = 1
MACHINE = 6
COLLECTED_AFTER = 500_000
"""New objects after which cycles are looked for; with Python's own 700 that takes a seventh of a run's time."""


def start() -> NoReturn:
    """Run the command line of this process and end it with the exit code."""
    stopping.listen()
    gc.set_threshold(COLLECTED_AFTER)
    _let_messages_go_unheard()
    try:
        code = main()
    except (KeyboardInterrupt, stopping.Terminated):
        stopping.end()  # it came when the command was ending already
    stopping.leave(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and give the exit code; never raises for what a user can do."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        from sim.commands.group import invoked

        _replace_closed_streams()
        _show_any_letter()
        code = invoked(given)
        sys.stdout.flush()
        return code
    except (Exception, KeyboardInterrupt, stopping.Terminated) as error:
        return _ended(error, given)


class _Unheard(io.FileIO):
    """Where messages go: one that cannot be written, because the disk is full or nobody reads, is lost."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def _let_messages_go_unheard() -> None:
    """Let no message that cannot be told change how the command ends."""
    below = getattr(sys.stderr, "buffer", None)
    if type(getattr(below, "raw", below)) is io.FileIO:
        lasting = io.BufferedWriter(_Unheard(sys.stderr.fileno(), "w", closefd=False))
        sys.stderr = io.TextIOWrapper(lasting, sys.stderr.encoding, line_buffering=True)


def _replace_closed_streams() -> None:
    """Let nobody's files and pipes take the place of a stream that whoever started us has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for good


def _show_any_letter() -> None:
    """Let a letter that the terminal cannot show be printed as an escape instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _ended(error: BaseException, given: list[str]) -> int:
    """Say why the command has ended, and give the exit code."""
    import click

    # What a signal has struck may end with another error than the one that was raised.
    if stopping.asked() or not isinstance(error, Exception) or isinstance(error, click.Abort):
        return _interrupted(error)
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, ShakeoutError):
        return _say(str(error), error.exit_code)
    if isinstance(error, BrokenPipeError):
        return _closed_pipe()
    if isinstance(error, MemoryError):
        return _say("not enough memory", MACHINE)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}", MACHINE)
    return _defect(error, given)


def _interrupted(error: BaseException) -> int:
    is_terminated = isinstance(error, stopping.Terminated)
    number = stopping.asked() or (signal.SIGTERM if is_terminated else signal.SIGINT)
    words = "" if isinstance(error, Exception) else str(error)
    code = _say(words or stopping.WORDS[signal.Signals(number)], 128 + number)
    stopping.told()
    return code


def _say(message: str, code: int) -> int:
    import click

    from sim.core.words import clean

    color = False if os.environ.get("NO_COLOR") else None
    for line in message.splitlines() or [""]:
        click.echo(f"{click.style('shakeout:', fg='red')} {clean(line)}", err=True, color=color)
    return code


def _closed_pipe() -> int:
    """End quietly when whoever reads the results has gone; nothing more can be written to stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _defect(error: Exception, given: list[str]) -> int:
    if "--debug" in given:
        import traceback

        traceback.print_exception(error)
        return DEFECT
    first = str(error).partition("\n")[0]
    return _say(f"a defect of ours: {type(error).__name__}: {first} ({_saved(error, given)})", DEFECT)


def _saved(error: Exception, given: list[str]) -> str:
    """Save the traceback and say where, or how to see it when it cannot be saved."""
    import platform
    import tempfile
    import traceback

    from sim.core.versions import version_of

    facts: dict[str, Any] = {
        "command": given,
        "version": version_of("shakeout"),
        "python": platform.python_version(),
    }
    head = "".join(f"{name}: {value}\n" for name, value in facts.items())
    try:
        descriptor, name = tempfile.mkstemp(prefix="shakeout-defect-", suffix=".txt")
        os.close(descriptor)
        Path(name).write_text(f"{head}\n{''.join(traceback.format_exception(error))}", encoding="utf-8")
    except OSError:
        return "--debug shows the traceback"
    return f"report: {name}; --debug shows it"


if __name__ == "__main__":
    start()
