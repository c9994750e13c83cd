"""Runs on the workers of a dask scheduler that is already there.

Dask gives each chunk at least once: a worker that dies is started anew by its nanny and its chunk is played
again. It blames a death on every chunk that the worker held, which is why those wait and are then sent alone.

Scenarios are given to each worker once, when it comes; a chunk is a short list of numbers.
No chunk depends on another, so a few in flight for each worker are enough, and memory does not grow with
the study.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from distributed import Client, WorkerPlugin
from distributed.scheduler import KilledWorker

from sim.core.errors import MachineError, ShakeoutError
from sim.study import playing
from sim.study.engine import Chunks
from sim.study.plan import Plan
from sim.study.playing import Outcome, Task, fingerprint, play_chunk

DEATHS = 1
"""Times that dask may give a run up that was sent alone; it has tried several times itself by then."""
AHEAD = 2
"""Chunks in flight for each worker: the one that it plays and the one that waits for it."""
LOST_SECONDS = 60.0
"""How long a scheduler may be out of reach, or have no workers, before the study stops."""
ANSWER_SECONDS = 10.0
"""How long a scheduler may take to answer at first."""
MOST_DROPPED = 20
"""Chunks that a scheduler may drop before a study gives up."""


def on_cluster(plan: Plan, tasks: Iterator[Task], address: str) -> Generator[list[Outcome], None, None]:
    """Play runs on the workers of the scheduler at an address and give them by the chunk.

    Raises:
        MachineError: the scheduler cannot be reached, or its workers run other code.
    """
    name = f"shakeout-{uuid5(NAMESPACE_OID, f'{socket.gethostname()} {os.getpid()} {time.time_ns()}').hex}"
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        client = stack.enter_context(_reached(address))
        stack.callback(_unstage, client, name)
        _stage(client, Staging(name, plan.stage))
        yield from _Flight(client, name, tasks).outcomes()


class Staging(WorkerPlugin):
    """Gives a worker, and every worker that comes later, the scenarios of a study."""

    def __init__(self, name: str, ready: playing.Stage) -> None:
        """Take the study's name and what its runs share."""
        self.name = name
        self._ready = ready

    def setup(self, worker: Any) -> None:
        """Keep the scenarios in the worker's process."""
        playing.warm_up()
        playing.stage(self.name, self._ready)

    def teardown(self, worker: Any) -> None:
        """Forget the scenarios."""
        playing.stage(self.name, None)


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


def _stage(client: Any, staging: Staging) -> None:
    try:
        client.register_plugin(staging)
    except Exception as error:
        raise MachineError(f"workers cannot take the scenarios: {type(error).__name__}: {error}") from error


def _unstage(client: Any, name: str) -> None:
    with suppress(Exception):
        client.unregister_worker_plugin(name)


def _reached(address: str) -> Any:
    try:
        return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, RuntimeError, TimeoutError, ValueError) as error:
        why = str(error).splitlines()[0] if str(error) else repr(error)
        raise MachineError(f"cannot reach the scheduler {address}: {why}") from error


@contextmanager
def _reaching() -> Iterator[None]:
    """Tell what dask raises in its many ways when the connection is lost."""
    try:
        yield
    except (OSError, RuntimeError, CancelledError, asyncio.CancelledError) as error:
        raise MachineError("the scheduler is gone; the study can go on later") from error


class _Flight:
    """The chunks that are under way."""

    def __init__(self, client: Any, name: str, tasks: Iterator[Task]) -> None:
        self._client = client
        self._name = name
        self._chunks = Chunks(tasks, DEATHS)
        self._code = fingerprint()
        self._flying: dict[Any, list[Task]] = {}
        self._landed: SimpleQueue[Any] = SimpleQueue()
        self._sent = 0
        self._dropped = 0

    def outcomes(self) -> Iterator[list[Outcome]]:
        """Outcomes as they come."""
        with _reaching():
            self._fill()
        while self._flying:
            with _reaching():
                future = self._next()
                outcomes = self._read(future, self._flying.pop(future))
                future.release()
            self._chunks.pace.note(outcomes)
            if outcomes:
                yield outcomes
            with _reaching():
                self._fill()

    def _fill(self) -> None:
        most = AHEAD * max(1, sum(self._client.nthreads().values()))
        while len(self._flying) < most and (chunk := self._chunks.next(idle=not self._flying)):
            self._sent += 1
            key = (self._name, self._sent)
            future = self._client.submit(play_chunk, self._name, chunk, self._code, key=key, pure=False)
            self._flying[future] = chunk
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

    def _read(self, future: Any, chunk: list[Task]) -> list[Outcome]:
        """What a chunk brought; its runs are given again when its worker died."""
        if future.status == "finished":
            return list(future.result())
        if future.status in ("cancelled", "lost"):
            # A scheduler that loses many workers at once may drop what they held; a few times it is asked again.
            self._dropped += 1
            if self._client.status != "running":
                raise MachineError("the scheduler is gone; the study can go on later")
            if self._dropped > MOST_DROPPED:
                raise MachineError("the scheduler has dropped a chunk of runs; the study can go on later")
            self._chunks.put_aside(chunk)
            return []
        error = future.exception()
        if isinstance(error, ShakeoutError):
            raise error
        if not isinstance(error, KilledWorker):
            raise MachineError(f"a worker cannot play runs: {type(error).__name__}: {error}") from error
        return self._chunks.died(chunk)
