"""Runs on worker processes started here, each of which talks to this process alone, through its own two pipes.

A pipe says at once and for certain that its other end is gone. So a worker that dies is known with the chunk
that it held, and is replaced; and workers end by themselves when this process does, however it ends. They stand
in a session of their own, which the Ctrl-C of a terminal does not reach: it is this process that stops them.

Scenarios are given to a worker once, when it is ready; a chunk is a short list of numbers.
"""

import json
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

import cloudpickle

from sim.core.errors import MachineError, ShakeoutError, UsageError
from sim.core.progress import note
from sim.study import engine
from sim.study.engine import Chunks, Plan
from sim.study.playing import Outcome, Task, answers, fingerprint
from sim.study.worker import READY, STAGED

MODULE = "sim.study.worker"
START = (
    "import gc, json, runpy, sys; gc.disable(); _, name, path = sys.argv; sys.path[:] = json.loads(path); "
    "runpy.run_module(name, run_name='__main__')"
)
"""What a worker runs: it finds the modules that this process finds, and looks for cycles after each run alone."""
DEATHS = 3
"""Deaths of its worker, playing it alone, that make a run failed."""
STILLBORN = 20
"""Workers in succession that die before they are ready until the study gives up."""
LAST_SECONDS = 2.0
"""How long a worker may take to end after it has closed its pipe."""
GONE = "gone"
"""What a worker says last, in its place."""


def by_crew(plan: Plan, tasks: Iterator[Task], jobs: int) -> Generator[list[Outcome], None, None]:
    """Play runs on so many worker processes and give them by the chunk.

    Raises:
        MachineError: workers cannot be started, or run other code.
    """
    crew = _Crew(plan, Chunks(tasks, DEATHS, jobs))
    try:
        yield from crew.outcomes(jobs)
    finally:
        crew.dismiss()


class _Worker:
    """One worker process, with the chunk that it has or is to have."""

    def __init__(self, chunk: list[Task], said: "SimpleQueue[tuple[_Worker, Any]]") -> None:
        self.chunk = chunk
        self.is_ready = False
        self.why = ""
        self.since = time.monotonic()
        paths = json.dumps([each or str(Path.cwd()) for each in sys.path])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, MODULE, paths],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )
        self._asks: Any = self._process.stdin
        threading.Thread(target=self._listen, args=(self._process.stdout, said), daemon=True).start()

    def _listen(self, stream: IO[bytes], said: "SimpleQueue[tuple[_Worker, Any]]") -> None:
        with stream, suppress(Exception):  # whatever a dying worker leaves of a message is no message
            while True:
                said.put((self, pickle.load(stream)))
        said.put((self, GONE))

    def send(self, message: Any) -> None:
        """Send a message; a worker that is gone has its listener tell so."""
        try:
            # Agents of a notebook's cell belong to no module that a worker could import.
            text = cloudpickle.dumps(message)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
            raise UsageError(f"agents or policies of your own cannot be sent to workers: {told}") from error
        self.since = time.monotonic()
        with suppress(OSError):
            self._asks.write(text)
            self._asks.flush()

    def end_if_still(self, seconds: float) -> None:
        """End the process if it has not answered for so long; its listener then tells that it is gone."""
        if time.monotonic() - self.since > seconds:
            self.why = f"stood still for {seconds:.0f} s"
            self._process.kill()

    def lost(self) -> str:
        """Why it is lost, in words."""
        if not self.why:
            try:
                code = self._process.wait(LAST_SECONDS)
                self.why = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
            except subprocess.TimeoutExpired:
                self.why = "sent what cannot be read"
        return self.why

    def dismiss(self) -> None:
        """End the process; what it is playing is lost and will be played again."""
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._asks.close()


def _environment() -> dict[str, str]:
    """Workers one thread each for linear algebra."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return {**os.environ, **dict.fromkeys(threads, "1")}


class _Crew:
    """The worker processes of one study; each has a chunk, or it is let go."""

    def __init__(self, plan: Plan, chunks: Chunks) -> None:
        self._about = (plan.stage, fingerprint())
        self._chunks = chunks
        self._workers: set[_Worker] = set()
        self._said: SimpleQueue[tuple[_Worker, Any]] = SimpleQueue()
        self._stillborn = 0

    def outcomes(self, jobs: int) -> Iterator[list[Outcome]]:
        """Outcomes as they come, until no worker has anything left to play."""
        for _ in range(jobs):
            self._hire()
        while self._workers:
            worker, message = self._heard()
            if worker in self._workers and (found := self._answered(worker, message)):
                yield found

    def dismiss(self) -> None:
        """End all workers."""
        while self._workers:
            self._workers.pop().dismiss()

    def _hire(self) -> None:
        """Start a worker if there is something for it to play."""
        chunk = self._chunks.next(idle=not self._workers)
        if not chunk:
            return
        try:
            self._workers.add(_Worker(chunk, self._said))
        except OSError as error:
            raise MachineError(f"cannot start workers: {error.strerror or error}") from error

    def _heard(self) -> tuple[_Worker, Any]:
        while True:
            # Waiting without end could not be interrupted everywhere.
            with suppress(Empty):
                return self._said.get(timeout=1.0)
            for worker in self._workers:
                worker.end_if_still(self._patience(worker))

    def _patience(self, worker: _Worker) -> float:
        """How many seconds a worker may take for what it was sent last."""
        return self._chunks.pace.patience(len(worker.chunk)) if worker.is_ready else engine.FIRST_SECONDS

    def _answered(self, worker: _Worker, message: Any) -> list[Outcome]:
        """Do what a message asks for: send work, read outcomes, or replace a worker that is gone."""
        if isinstance(message, ShakeoutError):
            raise message
        if message == GONE:
            return self._lost(worker)
        if message == READY:
            worker.send(self._about)
            return []
        if message == STAGED:
            worker.is_ready = True
            worker.send(worker.chunk)
            return []
        if not answers(message, worker.chunk):
            worker.why = "answered what it was not asked"
            return self._lost(worker)
        outcomes: list[Outcome] = message
        self._stillborn = 0
        self._chunks.pace.note(outcomes)
        worker.chunk = self._chunks.next(idle=len(self._workers) == 1)
        if worker.chunk:
            worker.send(worker.chunk)
        else:
            self._workers.remove(worker)
            worker.dismiss()
        return outcomes

    def _lost(self, worker: _Worker) -> list[Outcome]:
        self._workers.remove(worker)
        note(f"a worker {worker.lost()}; what it was playing is played again")
        worker.dismiss()
        outcomes: list[Outcome] = []
        if worker.is_ready:
            outcomes = self._chunks.died(worker.chunk)
        else:
            self._stillborn += 1
            if self._stillborn >= STILLBORN:
                raise MachineError(f"workers end before their first run; try {sys.executable} -m {MODULE}")
            self._chunks.give_back(worker.chunk)
        self._hire()
        return outcomes
