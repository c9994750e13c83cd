"""A study before it is run: scenarios, sampled inputs and seeds, numbered as runs."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from sim.agents.cast import Minds
from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.scenario.load import Scenario, load
from sim.scenario.settings import Settings
from sim.study.design import Uncertain
from sim.study.playing import Stage, Task


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
    agents: Minds | None = None

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
        UsageError: there is none.
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
    return found


def named_agents(agents: Minds | None) -> dict[str, str]:
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
