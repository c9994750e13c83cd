"""Runs on the workers of a dask cluster: workers started here, or those of a scheduler that is there.

Dask gives each chunk at least once: a worker that dies is started anew and its chunk is played again. It
blames a death on every chunk that the worker held, so a chunk that dask gives up is not yet guilty: its runs
wait until nothing else is under way and are then sent alone. A run whose worker dies then as well is failed.

Scenarios are given to each worker once, when it comes; a chunk is a short list of numbers.
No chunk depends on another, so a few in flight for each worker are enough, and memory does not grow with
the study.
"""

import atexit
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sim.core.errors import MachineError, ShakeoutError
from sim.study.engine import Pace, Work
from sim.study.plan import Plan
from sim.study.playing import Outcome, Task, fingerprint, play_chunk

DEATHS = 2
"""Deaths of its worker that a chunk survives before its runs are sent alone; for workers started here."""
AHEAD = 2
"""Chunks in flight for each worker: the one that it plays and the one that waits for it."""
LOST_SECONDS = 60.0
"""How long a scheduler may be out of reach, or have no workers, before the study stops."""
ANSWER_SECONDS = 10.0
"""How long a scheduler may take to answer at first."""
LOOPBACK = "127.0.0.1"
MOST_DROPPED = 20
"""Chunks that a scheduler may drop before a study gives up."""


def on_cluster(plan: Plan, tasks: Iterator[Task], work: Work) -> Iterator[list[Outcome]]:
    """Play runs on the workers of a cluster and give them by the chunk.

    Raises:
        MachineError: workers cannot be started or reached, or run other code.
    """
    from sim.study.worker import Staging

    name = f"shakeout-{uuid5(NAMESPACE_OID, f'{socket.gethostname()} {os.getpid()} {time.time_ns()}').hex}"
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        client = _reached(work, stack)
        client.register_plugin(Staging(name, plan.stage))
        stack.callback(_unstage, client, name)
        yield from _Flight(client, name, tasks).outcomes()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep dask from writing on stderr; what matters is told by this program."""
    loggers = [
        logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado", "asyncio")
    ]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


def _unstage(client: Any, name: str) -> None:
    with suppress(Exception):
        client.unregister_worker_plugin(name)


def _reached(work: Work, stack: ExitStack) -> Any:
    """Give a client of the scheduler that is asked for, or of workers started here."""
    import dask
    from distributed import Client

    try:
        if work.scheduler:
            return stack.enter_context(Client(work.scheduler, timeout=ANSWER_SECONDS, set_as_default=False))
        stack.enter_context(dask.config.set(_LOCAL))
        cluster = stack.enter_context(_started(work.jobs or processors()))
        return stack.enter_context(Client(cluster, timeout=LOST_SECONDS, set_as_default=False))
    except (OSError, RuntimeError, TimeoutError, ValueError) as error:
        what = f"reach the scheduler {work.scheduler}" if work.scheduler else "start workers"
        raise MachineError(
            f"cannot {what}: {str(error).splitlines()[0] if str(error) else error!r}"
        ) from error


_LOCAL = {
    "distributed.scheduler.allowed-failures": DEATHS,
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.worker.preload": ["sim.study.worker"],
    "distributed.diagnostics.nvml": False,
    # Dask remembers what it did for those who look for its defects; a study would feel that in memory.
    "distributed.admin.low-level-log-length": 20,
}


def _started(jobs: int) -> Any:
    """Give a cluster of worker processes on this machine, one thread each, reachable from nowhere else."""
    from distributed import LocalCluster
    from distributed.deploy.spec import close_clusters

    try:
        return LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            dashboard_address=f"{LOOPBACK}:0",
            worker_dashboard_address=None,
            silence_logs=logging.CRITICAL + 1,
        )
    except BaseException:
        # A cluster that was interrupted while it started cannot be closed in good order when Python ends.
        atexit.unregister(close_clusters)
        raise


def processors() -> int:
    """Give how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Flight:
    """The chunks that are under way."""

    def __init__(self, client: Any, name: str, tasks: Iterator[Task]) -> None:
        self._client = client
        self._name = name
        self._tasks = tasks
        self._code = fingerprint()
        self._pace = Pace()
        self._flying: dict[Any, tuple[list[Task], bool]] = {}
        self._landed: SimpleQueue[Any] = SimpleQueue()
        self._suspects: list[Task] = []
        self._sent = 0
        self._dropped = 0

    def outcomes(self) -> Iterator[list[Outcome]]:
        """Give outcomes as they come; suspects go alone when all others are home."""
        self._fill()
        while self._flying:
            future = self._next()
            chunk, alone = self._flying.pop(future)
            outcomes = self._read(future, chunk, alone)
            future.release()
            self._pace.note(outcomes)
            if outcomes:
                yield outcomes
            self._fill()

    def _fill(self) -> None:
        most = AHEAD * max(1, sum(self._client.nthreads().values()))
        while len(self._flying) < most and (chunk := list(islice(self._tasks, self._pace.runs))):
            self._send(chunk)
        if not self._flying and self._suspects:
            self._send([self._suspects.pop()], alone=True)

    def _send(self, chunk: list[Task], *, alone: bool = False) -> None:
        self._sent += 1
        key = (self._name, self._sent)
        future = self._client.submit(play_chunk, self._name, chunk, self._code, key=key, pure=False)
        self._flying[future] = (chunk, alone)
        future.add_done_callback(self._landed.put)

    def _next(self) -> Any:
        """Wait for a chunk; give up when the scheduler stays away."""
        away = 0.0
        while True:
            with suppress(Empty):
                return self._landed.get(timeout=1.0)
            away = 0.0 if self._is_reachable() else away + 1.0
            if away >= LOST_SECONDS or self._client.status == "closed":
                raise MachineError(
                    "the scheduler is out of reach or has no workers; the study can go on later"
                )

    def _is_reachable(self) -> bool:
        try:
            return bool(self._client.status == "running" and self._client.nthreads())
        except (OSError, RuntimeError, TimeoutError):
            return False

    def _read(self, future: Any, chunk: list[Task], alone: bool) -> list[Outcome]:
        """Give what a chunk brought; put its runs aside when its worker died."""
        from distributed.scheduler import KilledWorker

        if future.status == "finished":
            return list(future.result())
        if future.status in ("cancelled", "lost"):
            # A scheduler that loses many workers at once may drop what they held; a few times it is asked again.
            self._dropped += 1
            if self._client.status != "running" or self._dropped > MOST_DROPPED:
                raise MachineError("the scheduler has dropped a chunk of runs; the study can go on later")
            self._suspects.extend(chunk)
            return []
        error = future.exception()
        if isinstance(error, ShakeoutError):
            raise error
        if not isinstance(error, KilledWorker):
            raise MachineError(f"a worker cannot play runs: {type(error).__name__}: {error}") from error
        if alone:
            return [Outcome(chunk[0].run, reason="its worker process died each time it was played")]
        self._suspects.extend(chunk)
        return []
