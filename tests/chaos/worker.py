"""A worker that misbehaves once, as the environment says, when it is to play the run with seed 3."""

import os
import signal
import time
from pathlib import Path

from sim.study import playing
from sim.study.playing import Outcome, Stage, Task

DEED, ONCE = os.environ.get("CHAOS_DEED", ""), Path(os.environ.get("CHAOS_ONCE", "once"))
_play = playing.play


def _misplay(stage: Stage, task: Task) -> Outcome:
    if task.seed != 3 or ONCE.exists():
        return _play(stage, task)
    ONCE.touch()
    if DEED == "stops":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif DEED == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    elif DEED == "leaves":
        os._exit(7)
    elif DEED == "is slow":
        time.sleep(2)
    elif DEED == "dawdles":
        time.sleep(600)
    elif DEED == "babbles":
        os.write(_pipe(), b"what was never a pickle")
    outcome = _play(stage, task)
    if DEED == "lies":
        outcome.years[0][1][0] += 1.0
    return outcome


def _pipe() -> int:
    """The descriptor on which answers go out: the one pipe besides standard input."""
    found = {int(each.name): each for each in Path("/proc/self/fd").iterdir() if each.is_symlink()}
    return next(number for number, each in found.items() if number > 2 and each.exists() and each.is_fifo())


playing.play = _misplay

if __name__ == "__main__":
    from sim.study.worker import serve

    serve()
