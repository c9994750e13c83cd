"""What follows from the ownership graph, kept up to date: only what a deal touched is worked out again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.world.control import controllers, controllers_after, flows_after, flows_from, outside_holders
from sim.world.owners import asset_nodes
from sim.world.ownership import Block, Ownership


@dataclass(frozen=True)
class _Flows:
    """Look-through flows at one version of the graph.

    Attributes:
        version: of the graph.
        outside: nodes that nobody holds.
        groups: heads of groups.
        flows: by node, the part of it that belongs to each of both, in this order.
    """

    version: int
    outside: tuple[str, ...]
    groups: tuple[str, ...]
    flows: dict[str, NDArray[np.float64]]


class Holdings:
    """Controllers, nodes and main holders of plants, and interests of outside holders and of groups in them."""

    def __init__(self, ownership: Ownership) -> None:
        """Watch a graph; the heads of groups are written in once they are known."""
        self.heads: tuple[str, ...] = ()
        self._ownership = ownership
        self._top: tuple[int, dict[str, str]] | None = None
        self._nodes: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._main: tuple[int, dict[str, Block]] = (0, {})
        self._flows: _Flows | None = None
        self._outside: tuple[tuple[int, int], tuple[Floats, NDArray[np.bool_]]] | None = None
        self._interest: tuple[tuple[int, int], Floats] | None = None

    def controllers(self) -> dict[str, str]:
        """The ultimate controller of every node."""
        ownership = self._ownership
        if self._top is None:
            self._top = (ownership.version, controllers(ownership))
        version, top = self._top
        if version != ownership.version:
            changed = {change.held for change in ownership.changes_from(version)}
            self._top = (ownership.version, controllers_after(top, ownership, changed))
        return self._top[1]

    def nodes(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The nodes of the rows of a table of plants or smelters, by their keys."""
        if keys not in self._nodes:
            self._nodes[keys] = tuple(asset_nodes(self._ownership.snapshot().kinds, keys))
        return self._nodes[keys]

    def main_block(self, node: str) -> Block:
        """The largest holding in a plant, the last by name of equals."""
        (block,) = self.main_blocks([node])
        return block

    def main_blocks(self, nodes: Sequence[str]) -> list[Block]:
        """The largest holding in each of some plants, the last by name of equals."""
        version, known = self._main
        if version != self._ownership.version:
            for change in self._ownership.changes_from(version):
                known.pop(change.held, None)
            self._main = (self._ownership.version, known)
        blocks = self._ownership.snapshot().blocks
        for node in nodes:
            if node not in known:
                known[node] = max(blocks[node], key=lambda block: (block.ppm, block.holder))
        return [known[node] for node in nodes]

    def outside(self, plants: tuple[str, ...]) -> tuple[Floats, NDArray[np.bool_]]:
        """The share of each plant that each outside holder has, (holders, plants), and which are atoms."""
        stamp = (self._ownership.version, len(plants))
        if self._outside is None or self._outside[0] != stamp:
            known = self._refreshed()
            kinds = self._ownership.snapshot().kinds
            atomistic = np.array([kinds[node] == "float" for node in known.outside], dtype=np.bool_)
            matrix = self._matrix(plants, known)[: len(known.outside)]
            self._outside = (stamp, (matrix, atomistic))
        return self._outside[1]

    def of_groups(self, plants: tuple[str, ...]) -> Floats:
        """The share of each plant's profit that reaches the head of each group, (groups, plants)."""
        stamp = (self._ownership.version, len(plants))
        if self._interest is None or self._interest[0] != stamp:
            known = self._refreshed()
            first = len(known.outside)
            own = np.array([known.flows[group][first + i] for i, group in enumerate(known.groups)])
            self._interest = (stamp, self._matrix(plants, known)[first:] / own[:, None])
        return self._interest[1]

    def _matrix(self, plants: tuple[str, ...], known: _Flows) -> Floats:
        """The part of each plant that belongs to each outside holder and group, (both, plants)."""
        nothing = np.zeros(len(known.outside) + len(known.groups))
        return np.array([known.flows.get(node, nothing) for node in self.nodes(plants)]).T

    def _refreshed(self) -> _Flows:
        known, ownership = self._flows, self._ownership
        if known is not None and known.version == ownership.version:
            return known
        snapshot, groups = ownership.snapshot(), self.heads
        outside = outside_holders(snapshot)
        sources = (*outside, *groups)
        if known is None or (known.outside, known.groups) != (outside, groups):
            flows = flows_from(snapshot, sources)
        else:
            changed = {change.held for change in ownership.changes_from(known.version)}
            flows = flows_after(known.flows, snapshot, sources, ownership.at_and_below(changed))
        self._flows = _Flows(ownership.version, outside, groups, flows)
        return self._flows
