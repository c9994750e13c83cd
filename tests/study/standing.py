"""A worker in tests: a run with seed 3 stops the process that plays it, which then stands still and does not end.

A study that is told to use it runs it as `python -m tests.study.standing`.
"""

import os
import signal

from sim.study import playing
from sim.study.playing import Outcome, Stage, Task

_play = playing.play


def _standing(stage: Stage, task: Task) -> Outcome:
    if task.seed == 3:
        os.kill(os.getpid(), signal.SIGSTOP)
    return _play(stage, task)


playing.play = _standing


if __name__ == "__main__":
    from sim.study.worker import serve

    serve()
