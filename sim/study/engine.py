"""How runs are played: one after the other in this process, or in chunks on the workers of a dask cluster.

Either way the engine gives lists of outcomes as they come, in no promised order, and holds only a bounded
number of runs at a time. What has been given is not played again, except where a worker died before its
result was fetched; the store takes that in its stride.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sim.core.errors import UsageError
from sim.study.plan import Plan
from sim.study.playing import Outcome, Task, play

CHUNK_SECONDS = 1.0
"""Work that is sent at once: long against the cost of sending, short against the patience of a user."""
MOST_RUNS = 200
"""Longest chunk."""


@dataclass(frozen=True)
class Work:
    """How a study is to be worked off.

    Attributes:
        jobs: worker processes; 1 plays in this process, None takes one for each processor.
        scheduler: address of a dask scheduler that is already there, such as `tcp://10.0.0.5:8786`.
        retry_failed: whether failed runs of an earlier start are played again.
        quiet: whether to show no progress.
        force: whether to begin anew where a study is already.
    """

    jobs: int | None = None
    scheduler: str | None = None
    retry_failed: bool = False
    quiet: bool = True
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.jobs is not None and self.jobs < 1:
            raise UsageError(f"{self.jobs} jobs cannot play anything; 1 plays in this process")
        if self.jobs is not None and self.scheduler:
            raise UsageError("jobs are for workers started here; a scheduler has its own")


@dataclass
class Pace:
    """How long runs take, to cut chunks of about a second."""

    seconds: float = 0.0

    def note(self, outcomes: list[Outcome]) -> None:
        """Learn from what came back."""
        if outcomes:
            latest = sum(each.seconds for each in outcomes) / len(outcomes)
            self.seconds = latest if self.seconds == 0.0 else 0.8 * self.seconds + 0.2 * latest

    @property
    def runs(self) -> int:
        """How many runs the next chunk takes; one while nothing is known."""
        if self.seconds == 0.0:
            return 1
        return max(1, min(MOST_RUNS, round(CHUNK_SECONDS / max(self.seconds, 1e-6))))


def one_by_one(plan: Plan, tasks: Iterator[Task]) -> Iterator[list[Outcome]]:
    """Play runs in this process and give them by the chunk."""
    pace, stage = Pace(), plan.stage
    while chunk := list(islice(tasks, pace.runs)):
        outcomes = [play(stage.scenarios[task.scenario], stage.paths, task) for task in chunk]
        pace.note(outcomes)
        yield outcomes
