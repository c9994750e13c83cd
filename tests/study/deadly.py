"""A worker in tests: a run with seed 3 kills the process that plays it, whatever plays it.

A study that is told to use it runs it as `python -m tests.study.deadly`; a dask worker loads it with `--preload`.
"""

import os
import signal

from sim.study import playing
from sim.study.playing import Outcome, Stage, Task

# Dask executes this file twice.
_play = getattr(playing.play, "inner", playing.play)


def _deadly(stage: Stage, task: Task) -> Outcome:
    if task.seed == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return _play(stage, task)


_deadly.inner = _play  # type: ignore[attr-defined]
playing.play = _deadly


def dask_setup(_worker: object) -> None:
    """Nothing more to do; dask calls this by name."""


if __name__ == "__main__":
    from sim.study.worker import serve

    serve()
