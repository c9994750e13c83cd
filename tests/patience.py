"""How long a test waits for something before it takes it as hung. No test is about time, so nothing else reads a clock.

The wait ends as soon as what is waited for has happened. Only a test that would never end is ended by it, as failed;
no machine is so slow that it comes near.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

HANG_GUARD_SECONDS = 300.0
"""Ends a test that hangs, and is no bound on anything that works."""
GUARD_MS = 1000 * HANG_GUARD_SECONDS
"""The same for what counts in milliseconds."""
NAP_SECONDS = 0.02


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; a test in which it never does is ended by the hang guard."""
    gives_up = time.monotonic() + HANG_GUARD_SECONDS
    while not happened():
        if time.monotonic() > gives_up:
            pytest.fail("what the test waits for does not happen")
        time.sleep(NAP_SECONDS)


def status_of(child: int) -> int | None:
    """The status of a forked child, minus the signal that ended it; none for one that hung and was killed."""
    for _ in range(int(HANG_GUARD_SECONDS / NAP_SECONDS)):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(NAP_SECONDS)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def ended(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Give what a process says on stdout and stderr until it ends; one that hangs is killed by the hang guard."""
    try:
        return process.communicate(timeout=HANG_GUARD_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        pytest.fail("a process that should end does not end")
