"""The cast: one Mesa agent for every refinery, smelter, importer, owner group and government."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import mesa

from sim.agents.decider import Decider, Importer, National, OwnerGroup, Province, Refinery, Smelter
from sim.core.errors import UsageError
from sim.sight.abroad import chinese_shares
from sim.world.world import World

KINDS: tuple[type[Decider], ...] = (National, Province, OwnerGroup, Refinery, Smelter, Importer)
"""The kinds of agents that there are."""
Minds = Mapping[type[Decider], type[Decider]]
"""Classes that decide in place of the usual ones."""


def minds(agents: Minds | None) -> dict[type[Decider], Any]:
    """The class of each kind of agent, the usual one where none is given in its place.

    Raises:
        UsageError: what is given is no such class.
    """
    found: dict[type[Decider], Any] = {kind: kind for kind in KINDS}
    if agents is not None and not isinstance(agents, Mapping):
        raise UsageError(f"agents: give a mapping such as {{sim.OwnerGroup: MyGroup}}, not {agents!r:.60}")
    for kind, mine in (agents or {}).items():
        if kind not in found:
            known = ", ".join(each.__name__ for each in KINDS)
            raise UsageError(f"agents: {kind!r} is no kind of agent; the kinds are {known}")
        if not (isinstance(mine, type) and issubclass(mine, kind)):
            raise UsageError(
                f"agents: {mine!r} is no subclass of {kind.__name__}, whose place it should take"
            )
        found[kind] = mine
    return found


@dataclass(slots=True)
class Cast:
    """All agents, each list in the order of its table.

    Attributes:
        model: the model with which they are registered.
        minds: the class of each kind of agent.
        national: the national government.
        provinces: governments of supply regions.
        groups: owner groups.
        refineries: refineries and projects.
        smelters: smelters.
        importers: producers outside China.
    """

    model: mesa.Model
    minds: dict[type[Decider], Any]
    national: National
    provinces: tuple[Province, ...]
    groups: tuple[OwnerGroup, ...]
    refineries: list[Refinery]
    smelters: tuple[Smelter, ...]
    importers: tuple[Importer, ...]

    def welcome(self, new: Iterable[tuple[int, str]]) -> None:
        """Take in the agents of plants that were founded, by row and key."""
        self.refineries += [self.minds[Refinery](self.model, row, key) for row, key in new]


def cast_agents(model: mesa.Model, world: World, minds: dict[type[Decider], Any]) -> Cast:
    """The agents of a world; they register with the model as Mesa agents do."""
    behind = chinese_shares(world)

    def all_of(kind: type[Decider], keys: Iterable[str]) -> list[Any]:
        return [minds[kind](model, row, key) for row, key in enumerate(keys)]

    return Cast(
        model=model,
        minds=minds,
        national=minds[National](model, 0, "nation"),
        provinces=tuple(all_of(Province, world.geography.regions)),
        groups=tuple(all_of(OwnerGroup, world.groups.keys)),
        refineries=all_of(Refinery, world.refineries.keys),
        smelters=tuple(all_of(Smelter, world.smelters.keys)),
        importers=tuple(
            minds[Importer](model, row, key, *behind[row]) for row, key in enumerate(world.importers.keys)
        ),
    )
