"""Runs on the workers of a dask scheduler that is already there.

Dask gives each chunk at least once: a worker that dies is started anew by its nanny and its chunk is played
again. It blames a death on every chunk that the worker held, which is why those wait and are then sent alone.
A worker that stands still it does not notice: a chunk that is overdue has its worker started anew, or, where that
cannot be done, left out, and is played elsewhere.

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
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

from distributed import Client, WorkerPlugin
from distributed.scheduler import KilledWorker

from sim.core.errors import MachineError, ShakeoutError
from sim.core.progress import note
from sim.study import engine, playing
from sim.study.engine import Chunks, Plan
from sim.study.playing import Outcome, Task, answers, fingerprint, play_chunk

DEATHS = 1
"""Times that dask may give a run up that was sent alone; it has tried several times itself by then."""
AHEAD = 2
"""Chunks in flight for each worker: the one that it plays and the one that waits for it."""
LOST_SECONDS = 60.0
"""How long a scheduler may be out of reach, or have no workers, before the study stops."""
ANSWER_SECONDS = 10.0
"""How long a scheduler may take to answer at first."""
WAIT_SECONDS = 1.0
"""How long it is waited before it is looked around."""
RESTART_SECONDS = 30.0
"""How long a worker may take to be started anew."""
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
    names = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
    loggers = [logging.getLogger(name) for name in names]
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


class _Sent(NamedTuple):
    """A chunk under way: which, the how-manieth, and since when."""

    chunk: list[Task]
    number: int
    since: float


class _Flight:
    """The chunks that are under way."""

    def __init__(self, client: Any, name: str, tasks: Iterator[Task]) -> None:
        self._client = client
        self._name = name
        self._chunks = Chunks(tasks, DEATHS)
        self._code = fingerprint()
        self._flying: dict[Any, _Sent] = {}
        self._latest = 0
        self._left_out: set[str] = set()
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
        threads = {
            worker: number for worker, number in self._threads().items() if worker not in self._left_out
        }
        if self._left_out and not threads:
            raise MachineError("every worker of the scheduler stands still; the study can go on later")
        elsewhere = {"workers": list(threads)} if self._left_out else {}
        most = AHEAD * max(1, sum(threads.values()))
        while len(self._flying) < most and (chunk := self._chunks.next(idle=not self._flying)):
            self._sent += 1
            key = (self._name, self._sent)
            future = self._client.submit(
                play_chunk, self._name, chunk, self._code, key=key, pure=False, **elsewhere
            )
            self._flying[future] = _Sent(chunk, self._sent, time.monotonic())
            future.add_done_callback(self._landed.put)

    def _threads(self) -> dict[str, int]:
        try:
            return dict(self._client.nthreads())
        except AttributeError as error:  # a client that has given its scheduler up has none to ask
            raise OSError("the scheduler is given up") from error

    def _next(self) -> Any:
        """Wait for a chunk that lands or is overdue; give up when the scheduler stays away."""
        away = 0.0
        while True:
            with suppress(Empty):
                future = self._landed.get(timeout=WAIT_SECONDS)
                if future not in self._flying:
                    continue  # it was overdue
                self._latest = max(self._latest, self._flying[future].number)
                return future
            away = 0.0 if self._is_reachable() else away + WAIT_SECONDS
            if away >= LOST_SECONDS or self._client.status == "closed":
                raise MachineError(
                    "the scheduler is out of reach or has no workers; the study can go on later"
                )
            for future, sent in self._flying.items():
                if away == 0.0 and time.monotonic() - sent.since > self._patience(sent):
                    return future

    def _patience(self, sent: "_Sent") -> float:
        """How many seconds a chunk may take; long where what was sent later has not come either, as in a queue."""
        if sent.number < self._latest:
            return self._chunks.pace.patience(len(sent.chunk))
        return engine.FIRST_SECONDS

    def _is_reachable(self) -> bool:
        try:
            return bool(self._client.status == "running" and self._threads())
        except (OSError, RuntimeError, TimeoutError):
            return False

    def _read(self, future: Any, sent: "_Sent") -> list[Outcome]:
        """What a chunk brought; its runs are given again when its worker died, stood still or answered at random."""
        chunk = sent.chunk
        if future.status == "pending":
            return self._overdue(future, sent)
        if future.status == "finished":
            try:
                # What was played lies where it was played until it is fetched.
                outcomes = future.result(timeout=engine.LEAST_SECONDS)
            except TimeoutError:
                return self._overdue(future, sent)
            if answers(outcomes, chunk):
                return list(outcomes)
            note("a worker answered what it was not asked; what it was playing is played again")
            return self._chunks.died(chunk)
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

    def _overdue(self, future: Any, sent: "_Sent") -> list[Outcome]:
        """Take a chunk back from a worker that stands still, which is started anew or gets nothing more."""
        now = time.monotonic()
        # The others may have waited behind it.
        self._flying = {each: other._replace(since=now) for each, other in self._flying.items()}
        still = {worker for worker, keys in self._client.processing().items() if future.key in keys}
        still.update(*self._client.who_has([future]).values())
        future.cancel()
        note(f"a worker stood still for {now - sent.since:.0f} s; what it was playing is played again")
        for worker in sorted(still):
            try:
                self._client.restart_workers([worker], timeout=RESTART_SECONDS)
            except (
                Exception
            ):  # it has no nanny, or does not come back, which each release tells in its own way
                self._left_out.add(worker)
        return self._chunks.died(sent.chunk)
