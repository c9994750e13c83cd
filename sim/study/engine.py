"""How runs are played: in this process, by worker processes started here, or by the workers of a dask scheduler.

Each engine gives lists of outcomes as they come, in no promised order, and holds only a bounded number of runs
at a time. What has been given is not played again, except where a worker died before its result was fetched;
the store takes that in its stride.

A study before it is run: scenarios, sampled inputs and seeds, numbered as runs.
"""

import inspect
import os
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, fields
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.arrays import Floats
from sim.core.errors import UsageError, whole
from sim.core.registry import known
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.study.design import Uncertain
from sim.study.playing import Outcome, Stage, Task, play, warm_up

if TYPE_CHECKING:
    from sim.agents.cast import Minds


@dataclass(frozen=True)
class Plan:
    """What is to be run. Runs are numbered from 1; scenarios change fastest, then seeds, then samples.

    Attributes:
        scenarios: by the label that each has in the study.
        uncertain: the sampled parameters.
        inputs: (samples, parameters) their values.
        seeds: (samples, seeds) the luck of each run; the same for all scenarios.
        about: what else identifies the study, such as its kind and design.
        agents: classes that decide in place of the usual ones.
    """

    scenarios: dict[str, Scenario]
    uncertain: tuple[Uncertain, ...]
    inputs: Floats
    seeds: tuple[tuple[int, ...], ...]
    about: dict[str, str] = field(default_factory=dict)
    agents: "Minds | None" = None

    @property
    def paths(self) -> tuple[str, ...]:
        """Dotted paths of the sampled parameters."""
        return tuple(each.path for each in self.uncertain)

    @property
    def stage(self) -> Stage:
        """What all runs share."""
        return Stage(tuple(self.scenarios.values()), self.paths, self.agents)

    def tasks(self) -> Iterator[Task]:
        """All runs in order."""
        run = 0
        for sample, (values, seeds) in enumerate(zip(self.inputs.tolist(), self.seeds, strict=True)):
            for seed in seeds:
                for scenario in range(len(self.scenarios)):
                    run += 1
                    yield Task(run, scenario, sample, seed, tuple(values))


def seeds_of(samples: int, seeds: int) -> tuple[tuple[int, ...], ...]:
    """Each sample seeds of its own, so that a study also covers luck: 0, 1, 2 ..."""
    return tuple(tuple(range(row * seeds, (row + 1) * seeds)) for row in range(samples))


def labelled(
    scenarios: str | Path | Scenario | Sequence[str | Path | Scenario], set: Settings = ()
) -> dict[str, Scenario]:
    """One or several scenarios, with changes, by label: the name, with a number where two have the same.

    Raises:
        UsageError: there is none, or some are of unlike industries.
        InvalidScenarioError: one cannot be used.
    """
    found: dict[str, Scenario] = {}
    several: Any = scenarios if isinstance(scenarios, list | tuple) else [scenarios]
    for each in several:
        scenario = load(each, set=set)
        label, number = scenario.name, 1
        while label in found:
            number += 1
            label = f"{scenario.name}-{number}"
        found[label] = scenario
    if not found:
        raise UsageError("a study needs at least one scenario")
    first, *others = found.values()
    for other in others:
        if other.pack.trade.process != first.pack.trade.process:
            raise UsageError(
                f"{first.name} is of the industry {first.pack.name} and {other.name} of {other.pack.name}: "
                "only scenarios of one industry can be held against each other"
            )
    return found


def named_agents(agents: "Minds | None") -> dict[str, str]:
    """What tells agents of one's own from others in a study: class, place and a digest of the source."""
    if not agents:
        return {}
    from sim.agents.cast import minds

    minds(agents)
    told = []
    for kind, mine in agents.items():
        own = "\n".join(_source(each) for each in mine.__mro__[: mine.__mro__.index(kind)])
        told.append(f"{kind.__name__} -> {mine.__qualname__} {sha256(own.encode()).hexdigest()[:12]}")
    return {"agents": ", ".join(sorted(told))}


def _source(mine: type) -> str:
    """The text of a class with the plain values that it and what it closes over hold.

    Raises:
        UsageError: the class has no source to be known by.
    """
    methods = [each for each in vars(mine).values() if inspect.isfunction(each)]
    try:
        # A class of a notebook cell has no file, but its methods have.
        in_cell = mine.__module__ == "__main__"
        text = "".join(map(inspect.getsource, methods)) if in_cell and methods else inspect.getsource(mine)
    except (OSError, TypeError) as error:
        raise UsageError(
            f"agents: {mine.__qualname__} has no source by which a study could know it"
        ) from error
    held = [inspect.getclosurevars(each).nonlocals for each in methods]
    values = {name: each for name, each in vars(mine).items() if isinstance(each, int | float | str | tuple)}
    return f"{text}{sorted(values.items())}{held}"


def count_of(plan: Plan) -> int:
    """How many runs a plan has."""
    return len(plan.scenarios) * int(np.sum([len(each) for each in plan.seeds]))


CHUNK_SECONDS = 1.0
"""Work that is sent at once: long against the cost of sending, short against the patience of a user."""
MOST_RUNS = 200
"""Longest chunk."""
FIRST_SECONDS = 600.0
"""How long a worker may take for what nobody knows the time of: to begin, or for the first run of a study."""
LEAST_SECONDS = 60.0
"""How long any chunk may take."""
ALWAYS_DIED = "its worker process died, or stood still, each time it was played"
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

    def __init__(self, tasks: Iterator[Task], patience: int, workers: int = 0) -> None:
        """Take the runs, how many deaths alone make a run failed, and how many workers end together if known."""
        self.pace = Pace()
        self._tasks = tasks
        self._parts = 2 * workers or 1
        self._ahead: list[Task] = []
        self._patience = patience
        self._returned: list[list[Task]] = []
        self._suspects: list[Task] = []
        self._deaths: Counter[int] = Counter()
        self._alone: Task | None = None

    def next(self, *, idle: bool) -> list[Task]:
        """The next chunk; nothing when there is none, or none while others are under way."""
        if self._returned:
            return self._returned.pop()
        most = self.pace.runs
        self._ahead += islice(self._tasks, max(most * self._parts - len(self._ahead), 0))
        # Towards the end chunks get shorter, so that no worker waits long for the others.
        size = min(most, -(-len(self._ahead) // self._parts))
        chunk, self._ahead = self._ahead[:size], self._ahead[size:]
        if chunk:
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
                return [Outcome(first.run, reason=ALWAYS_DIED)]
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
