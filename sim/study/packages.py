"""Packages of policies: of each policy one option, as it stands or one of its levers at one of its strengths."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.errors import UsageError
from sim.scenario.load import Scenario, load, with_policies
from sim.study.levers import ALL, changes_of, chosen_levers, label_of, placeless

Package = tuple[int, ...]
"""The number of the option of each policy; zeros leave the scenario as it stands."""
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
        changes = {key: each for option in self.chosen(package) for key, each in option.changes.items()}
        return with_policies(self.base, self.label(package), changes)

    def text(self, package: Package, question: str) -> str:
        """A package as a scenario file: what differs alone, where the scenario is one that can be named."""
        from sim.scenario import shelf
        from sim.scenario.merge import nodes_at
        from sim.scenario.problems import Place
        from sim.scenario.writer import yaml_text

        here = Place("search")
        base, scenario = self.base, self.scenario(package)
        if base.name not in shelf.names() or load(base.name).hash != base.hash:
            return yaml_text(nodes_at({**scenario.resolved, "question": question}, here))
        changes = {key: each for option in self.chosen(package) for key, each in option.changes.items()}
        return yaml_text(
            nodes_at({"extends": base.name, "question": question, "policies": dict(changes)}, here)
        )


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
        found = options.setdefault(
            each.policy, [Option(f"{each.policy}@0", "", {}), *_off(base, each.policy)]
        )
        for number in ALL:
            policy, own = changes_of(base, each, number)
            said = f"{each.key} {each.lever.doses[number - 1]:g}"
            found.append(Option(label_of(each.key, number), said, {policy: own}))
    return Shelf(base, {policy: tuple(found) for policy, found in options.items()})


def _off(base: Scenario, policy: str) -> list[Option]:
    """The option to take a policy away that the scenario has."""
    standing = [each.id for each in base.spec.policies if each.type == policy]
    return [Option(f"{policy}@off", f"no {policy}", dict.fromkeys(standing))] if standing else []
