"""How runs are played: in this process, by worker processes started here, or by the workers of a dask scheduler.

Each engine gives lists of outcomes as they come, in no promised order, and holds only a bounded number of runs
at a time. What has been given is not played again, except where a worker died before its result was fetched;
the store takes that in its stride.
"""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, fields
from itertools import islice
from typing import Any

from sim.core.arguments import whole
from sim.core.errors import UsageError
from sim.core.registry import known
from sim.study.plan import Plan
from sim.study.playing import Outcome, Task, play, warm_up

CHUNK_SECONDS = 1.0
"""Work that is sent at once: long against the cost of sending, short against the patience of a user."""
MOST_RUNS = 200
"""Longest chunk."""
FIRST_SECONDS = 600.0
"""How long a worker may take for what nobody knows the time of: to begin, or for the first run of a study."""
LEAST_SECONDS = 60.0
"""How long any chunk may take."""
SLOWEST_RATIO = 50.0
"""How many times as long as usual a chunk may take; a worker that takes longer stands still."""


@dataclass(frozen=True)
class Work:
    """How a study is to be worked off.

    Attributes:
        jobs: worker processes; 1 plays in this process, None takes one for each processor.
        scheduler: address of a dask scheduler that is already there, such as `tcp://10.0.0.5:8786`.
        retry_failed: whether failed runs of an earlier start are played again.
        quiet: whether to show no progress; None shows it in a notebook alone.
        force: whether to begin anew where a study is already.
    """

    jobs: int | None = None
    scheduler: str | None = None
    retry_failed: bool = False
    quiet: bool | None = None
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.jobs is not None:
            whole("jobs", self.jobs, 1)
        if self.jobs is not None and self.scheduler:
            raise UsageError("jobs are for workers started here; a scheduler has its own")


def work_of(given: dict[str, Any]) -> Work:
    """How a study is to be worked off, from what a caller has given by name.

    Raises:
        UsageError: there is no argument of a name, or its value makes no sense.
    """
    for name in given:
        known("argument", name, [each.name for each in fields(Work)])
    return Work(**given)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass
class Pace:
    """How long runs take, to cut chunks of about a second."""

    seconds: float = 0.0

    def note(self, outcomes: list[Outcome]) -> None:
        """Learn from what came back."""
        if outcomes:
            latest = sum(each.seconds for each in outcomes) / len(outcomes)
            self.seconds = latest if self.seconds == 0.0 else 0.8 * self.seconds + 0.2 * latest

    def patience(self, runs: int) -> float:
        """How many seconds so many runs may take before who plays them is held to stand still."""
        usual = self.seconds * runs
        return max(LEAST_SECONDS, SLOWEST_RATIO * usual) if usual > 0.0 else FIRST_SECONDS

    @property
    def runs(self) -> int:
        """How many runs the next chunk takes; one while nothing is known."""
        if self.seconds == 0.0:
            return 1
        return max(1, min(MOST_RUNS, round(CHUNK_SECONDS / max(self.seconds, 1e-6))))


class Chunks:
    """The runs of a study cut to chunks, and what became of chunks whose worker died.

    A worker may die of its run or of the machine (a kill, a shortage of memory), so a chunk that comes back dead
    is not yet guilty: its runs wait until nothing else is under way, and are then given one at a time. A run
    whose worker dies then as well, as often as patience lasts, is failed.
    """

    def __init__(self, tasks: Iterator[Task], patience: int) -> None:
        """Take the runs, and how many deaths alone make a run failed."""
        self.pace = Pace()
        self._tasks = tasks
        self._patience = patience
        self._returned: list[list[Task]] = []
        self._suspects: list[Task] = []
        self._deaths: Counter[int] = Counter()
        self._alone: Task | None = None

    def next(self, *, idle: bool) -> list[Task]:
        """The next chunk; nothing when there is none, or none while others are under way."""
        if self._returned:
            return self._returned.pop()
        if chunk := list(islice(self._tasks, self.pace.runs)):
            return chunk
        if not idle or not self._suspects:
            return []
        self._alone = self._suspects.pop(0)
        return [self._alone]

    def give_back(self, chunk: list[Task]) -> None:
        """Take back a chunk that nobody has begun."""
        self._returned.append(chunk)

    def put_aside(self, chunk: list[Task]) -> None:
        """Take back a chunk that may have done harm."""
        self._suspects.extend(chunk)

    def died(self, chunk: list[Task]) -> list[Outcome]:
        """Take back a chunk whose worker has died; give the outcome of a run that did it alone and too often."""
        (first, *_) = chunk
        if first is self._alone:
            self._deaths[first.run] += 1
            if self._deaths[first.run] >= self._patience:
                return [
                    Outcome(
                        first.run, reason="its worker process died, or stood still, each time it was played"
                    )
                ]
        self.put_aside(chunk)
        return []


def one_by_one(plan: Plan, tasks: Iterator[Task]) -> Generator[list[Outcome], None, None]:
    """Play runs in this process and give them by the chunk."""
    warm_up()
    pace, stage = Pace(), plan.stage
    while chunk := list(islice(tasks, pace.runs)):
        outcomes = [play(stage, task) for task in chunk]
        pace.note(outcomes)
        yield outcomes
