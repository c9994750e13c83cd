"""What a worker process does before its first run: import the model, take the scenarios, ignore Ctrl-C.

Dask imports this in the workers that a study starts, and sends `Staging` to every worker that works for it.
"""

import signal
import threading
from typing import Any

from distributed import WorkerPlugin

from sim.study import playing


def dask_setup(_worker: object) -> None:
    """Leave Ctrl-C to the process that a user started; dask calls this by name."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class Staging(WorkerPlugin):
    """Gives a worker, and every worker that comes later, the scenarios of a study."""

    def __init__(self, name: str, ready: playing.Stage) -> None:
        """Take the study's name and what its runs share."""
        self.name = name
        self._ready = ready

    def setup(self, worker: Any) -> None:
        """Keep the scenarios in the worker's process."""
        playing.stage(self.name, self._ready)

    def teardown(self, worker: Any) -> None:
        """Forget the scenarios."""
        playing.stage(self.name, None)
