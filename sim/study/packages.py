"""Packages of policies: of each policy one option, as it stands or one of its levers at one of its strengths.

Which packages to try: all, when they are few, or those that an optimiser proposes.

The optimiser is Optuna's tree-structured Parzen estimator, for one aim or several, with limits. It proposes a batch
from what is known before it, so that the same answers give the same proposals, in whatever order they came.

Source: Bergstra et al. 2011; Ozaki et al. 2022 for several aims; Akiba et al. 2019 for Optuna.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from sim.core.errors import UsageError
from sim.scenario import shelf
from sim.scenario.load import Scenario, load, with_policies
from sim.scenario.merge import ABSENT, difference, merge, nodes_at
from sim.scenario.problems import Place
from sim.scenario.writer import meant, yaml_text
from sim.study.levers import ALL, changes_of, chosen_levers, label_of, placeless

Package = tuple[int, ...]
"""The number of the option of each policy; zeros leave the scenario as it stands."""
HERE = Place("search")
NOTHING = "nothing"
"""What the package is called that changes nothing."""


@dataclass(frozen=True)
class Option:
    """One way to set a policy.

    Attributes:
        key: how a study calls it: `carbon.price@4`, `carbon@off`.
        said: how it is told: `carbon.price 480`.
        changes: policies by id that are laid over the scenario; None takes one away.
    """

    key: str
    said: str
    changes: Mapping[str, dict[str, Any] | None]


@dataclass(frozen=True)
class Shelf:
    """The options of each policy, the first of each being to leave it, over a scenario."""

    base: Scenario
    options: Mapping[str, tuple[Option, ...]]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many options each policy has."""
        return tuple(len(each) for each in self.options.values())

    def chosen(self, package: Package) -> list[Option]:
        """The options of a package that change something."""
        pairs = zip(self.options.values(), package, strict=True)
        return [options[number] for options, number in pairs if number]

    def label(self, package: Package) -> str:
        """What a study calls a package."""
        return "+".join(each.key for each in self.chosen(package)) or NOTHING

    def said(self, package: Package) -> str:
        """What a package does, for a reader."""
        return ", ".join(each.said for each in self.chosen(package)) or NOTHING

    def scenario(self, package: Package) -> Scenario:
        """The scenario with a package.

        Raises:
            InvalidScenarioError: the schema or the pack refuses it.
        """
        return with_policies(self.base, self.label(package), _changes(self.chosen(package)))

    def text(self, package: Package, question: str) -> str:
        """A package as a scenario file: what differs from a scenario that can be named, or else all."""
        is_named = self.base.name in shelf.names()
        rows = difference(load(self.base.name).tree, self.base.tree) if is_named else []
        if not is_named or any("[" in row.path or row.after is ABSENT for row in rows):
            return yaml_text(merge(meant(self.scenario(package)), nodes_at({"question": question}, HERE)))
        content: dict[str, Any] = {"extends": self.base.name, "question": question, "policies": {}}
        for row in rows:
            *above, last = row.path.split(".")
            section = content
            for part in above:
                section = section.setdefault(part, {})
            section[last] = row.after
        policies = content["policies"]
        for key, own in _changes(self.chosen(package)).items():
            policies[key] = {**policies.get(key, {}), **own} if own else None
        return yaml_text(nodes_at(content, HERE))


def shelf_of(base: Scenario, over: Sequence[str]) -> Shelf:
    """The options of the policies that are searched over.

    Args:
        base: the scenario that they are laid over.
        over: policies, or single levers such as `trade.duty`.

    Raises:
        UnknownNameError: neither a lever nor a policy with one is called so.
        UsageError: none is named, or the industry has no place for one.
    """
    if not over:
        raise UsageError("name the policies to search over, such as ma_push and approval_quota")
    levers = chosen_levers(over)
    reasons = [f"{each.key}: {reason}" for each in levers if (reason := placeless(each.lever, base.pack))]
    if reasons:
        raise UsageError("; ".join(reasons))
    options: dict[str, list[Option]] = {}
    for each in levers:
        none = Option(f"{each.policy}@0", "", {})
        found = options.setdefault(each.policy, [none, *_off(base, each.policy)])
        for number in ALL:
            policy, own = changes_of(base, each, number)
            said = f"{each.key} {each.lever.doses[number - 1]:g}"
            found.append(Option(label_of(each.key, number), said, {policy: own}))
    return Shelf(base, {policy: tuple(found) for policy, found in options.items()})


def _changes(options: Sequence[Option]) -> dict[str, dict[str, Any] | None]:
    """The policies by id that options change together; each has a policy of its own."""
    return {key: own for option in options for key, own in option.changes.items()}


def _off(base: Scenario, policy: str) -> list[Option]:
    """The option to take a policy away that the scenario has."""
    standing = [each.id for each in base.spec.policies if each.type == policy]
    return [Option(f"{policy}@off", f"no {policy}", dict.fromkeys(standing))] if standing else []


BATCH = 16
"""Packages that are proposed and played together."""
PATIENCE = 5
"""Batches without a package that is new, after which nothing more is tried."""


class Score(NamedTuple):
    """What is known of a package.

    Attributes:
        aims: each to be high.
        excess: of each limit by how much it is broken; zero where it is kept.
    """

    aims: tuple[float, ...]
    excess: tuple[float, ...]

    @property
    def is_kept(self) -> bool:
        """Whether all limits are kept."""
        return not any(self.excess)


Play = Callable[[Sequence[Package]], Sequence[Score | None]]
"""Plays packages and scores them, None where a run failed."""


def try_packages(sizes: Sequence[int], aims: int, most: int, play: Play) -> bool:
    """Have packages played; whether these were all there are.

    Args:
        sizes: how many options each policy has.
        aims: how many aims a score has.
        most: how many packages at most.
        play: is called with packages that it has not been called with.
    """
    if math.prod(sizes) <= most:
        play(list(product(*map(range, sizes))))
        return True
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(directions=["maximize"] * aims, sampler=optuna.samplers.TPESampler(seed=0))
    space: dict[str, Any] = {
        str(place): optuna.distributions.IntDistribution(0, size - 1) for place, size in enumerate(sizes)
    }
    study.enqueue_trial(dict.fromkeys(space, 0))
    known: dict[Package, Score | None] = {}
    in_vain = 0
    while len(known) < most and in_vain < PATIENCE:
        trials = [study.ask(space) for _ in range(BATCH)]
        asked = [tuple(int(trial.params[name]) for name in space) for trial in trials]
        fresh = [each for each in dict.fromkeys(asked) if each not in known][: most - len(known)]
        known |= zip(fresh, play(fresh), strict=True) if fresh else ()
        in_vain = 0 if fresh else in_vain + 1
        for trial, package in zip(trials, asked, strict=True):
            score = known.get(package)
            for place, over in enumerate(score.excess if score else ()):
                trial.set_constraint(str(place), over)
            study.tell(trial, score.aims if score else None, None if score else optuna.trial.TrialState.FAIL)
    return False
