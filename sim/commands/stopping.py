"""How the command ends when it is told to: Ctrl-C, SIGTERM or SIGHUP, at any moment from its first line to its last.

The first signal raises in the main thread, so that files are closed, workers stopped and the user is told what is
kept. Where that does not come through, because Python was in a place that swallows it or because cleaning up takes
long, the process ends at once with one line; a study survives that like any other death.
"""

import _thread
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from sim.core.errors import MachineError

GRACE_SECONDS = 3.0
"""How long an orderly end may take."""
ONE_WISH_SECONDS = 1.0
"""Signals that follow each other faster are one wish: a terminal and a parent process may both send it."""
WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
if hasattr(signal, "SIGHUP"):  # Windows has none
    WORDS[signal.SIGHUP] = "hung up"


class Terminated(BaseException):
    """The process was asked to end; not an Exception, so that nobody catches it on the way."""


class _Stop:
    """What has been asked of this process so far."""

    number = 0
    """The signal; 0 when none has come."""
    since = 0.0
    is_told = False


_stop = _Stop()


def listen() -> None:
    """Take these signals from now on; SIGINT raises KeyboardInterrupt, the others raise `Terminated`.

    Who has started this process with a signal ignored, as a shell does in the background, wants it ignored.
    """
    for number in WORDS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _take)
    sys.unraisablehook = _swallowed


def asked() -> int:
    """The signal that has asked this process to end, 0 when there was none."""
    return _stop.number


def told() -> None:
    """Note that the user has been told that the command is interrupted."""
    _stop.is_told = True


def end() -> NoReturn:
    """End at once, with the one line if the user has not been told yet."""
    if not _stop.is_told:
        with suppress(OSError):
            os.write(2, f"shakeout: {WORDS[signal.Signals(_stop.number)]}\n".encode())
    os._exit(128 + _stop.number)


def leave(code: int) -> NoReturn:
    """End with a code when all is said, without Python's own way out, which takes long and can be interrupted."""
    for number in WORDS:
        signal.signal(number, signal.SIG_IGN)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed, full, or not there at all
            stream.flush()
    os._exit(code)


def _take(number: int, _frame: FrameType | None) -> None:
    """Begin an orderly end at the first signal; end at once at a later one."""
    if _stop.number:
        if time.monotonic() - _stop.since > ONE_WISH_SECONDS:
            end()
        return
    _stop.number, _stop.since = number, time.monotonic()
    # Not by `threading`, whose locks may be held where the signal has struck.
    _thread.start_new_thread(_watch, ())
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated


def _watch() -> None:
    time.sleep(GRACE_SECONDS)
    end()


def _swallowed(unraisable: Any) -> None:
    """End where Python would only print that it ignores a signal or a shortage of memory; tell all else as ever."""
    if _stop.number and issubclass(unraisable.exc_type, KeyboardInterrupt | Terminated):
        end()
    if issubclass(unraisable.exc_type, MemoryError):  # what goes on without it would be wrong without a word
        with suppress(OSError):
            os.write(2, b"shakeout: not enough memory\n")
        os._exit(MachineError.exit_code)
    sys.__unraisablehook__(unraisable)
