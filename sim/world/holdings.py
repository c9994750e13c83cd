"""What follows from the ownership graph, kept up to date: only what a deal touched is worked out again.

What follows from stakes: who controls, and who earns.

Two measures that must not be mixed. *Control* is all or nothing and follows votes. *Look-through interest* is the
share of profit that reaches a holder through all chains. Neither is stored: each is computed from one version of the
ownership graph.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.strategy.finance import Claims, claims
from sim.world.order import touched
from sim.world.owners import asset_nodes
from sim.world.ownership import EQUITY_PPM, Block, Ownership, OwnershipError, Snapshot

PASSIVE = ("state", "owners")
"""Kinds of nodes that hold and do not run: the state, and former owners of a group, for whom their group acts."""

STATE_AS_ONE = "state:all"
"""The one owner that stands for all state nodes when the state is counted as one."""

Parts = tuple[tuple[str, float], ...]
"""What of a node belongs to whom, for those to whom something of it does."""


@dataclass(frozen=True)
class ControlRule:
    """From when on the largest block of votes controls a company in which nobody has a majority.

    Source: threshold 20 % in La Porta, Lopez-de-Silanes and Shleifer 1999 and Claessens, Djankov and Lang
    2000; the default lies above it. Chalco consolidates Yunnan Aluminium since 2022 with 29.1 %.
    """

    threshold_share: float = 0.25
    """Least votes of the largest block, share."""
    lead_share: float = 0.05
    """Least lead over the next block, share."""


DEFAULT_RULE = ControlRule()


def controllers(
    ownership: Ownership, rule: ControlRule = DEFAULT_RULE, state_as_one: bool = False
) -> dict[str, str]:
    """The ultimate controller of every node but floats; a node without one is its own.

    The votes of a holder count with those of all companies it controls. A company belongs to the block with
    more than half of the votes; without one, to the holder that `controls`; without one, to the largest
    block that passes the rule. Floats never form a block. State nodes and former owners of groups are blocks, but
    control nothing, the state only when it is counted as one, under the name `STATE_AS_ONE`.

    Source: the ultimate-owner chains of La Porta, Lopez-de-Silanes and Shleifer 1999.
    """
    snapshot, asked = ownership.snapshot(), (rule, state_as_one)
    if asked not in snapshot.known:
        top = {node: node for node, kind in snapshot.kinds.items() if kind != "float"}
        if state_as_one:
            top.update({node: STATE_AS_ONE for node in top if snapshot.kinds[node] == "state"})
        for loop in snapshot.downward:
            _settle(loop, top, snapshot, rule)
        snapshot.known[asked] = top
    # A copy, for other runs begin with the same snapshot.
    return dict(snapshot.known[asked])


def controllers_after(known: Mapping[str, str], ownership: Ownership, changed: set[str]) -> dict[str, str]:
    """What `controllers` gives after the holders of some nodes have changed, from what it gave before.

    Only these nodes and what they hold are looked at again; a node founded since is one that changed.
    """
    snapshot, affected = ownership.snapshot(), ownership.at_and_below(changed)
    top = {**known, **{node: node for node in affected}}
    for loop in touched(snapshot.downward, snapshot.place, affected):
        top.update({node: node for node in loop})
        _settle(loop, top, snapshot, DEFAULT_RULE)
    return top


def economic_interest(
    ownership: Ownership, roots: Sequence[str], assets: Sequence[str]
) -> NDArray[np.float64]:
    """The share of each asset's profit that reaches each root through all chains, (roots, assets).

    A root may itself be held by others: what lies above it is left out, and a loop through it is not
    counted twice, as if it were an outside holder. A root that is also an asset has all of itself.

    Raises:
        ValueError: a root or an asset that is not in the graph.
        OwnershipError: companies that only hold each other.
    """
    snapshot = ownership.snapshot()
    _require_known([*roots, *assets], snapshot.kinds)
    flows = flows_from(snapshot, set(roots))
    parts = {node: dict(flows.get(node, ((node, 1.0),))) for node in (*roots, *assets)}
    interest = np.array([[parts[asset].get(root, 0.0) for asset in assets] for root in roots])
    own = np.array([parts[root][root] for root in roots])
    return np.asarray(interest.reshape(len(roots), len(assets)) / own[:, None], dtype=np.float64)


def _settle(loop: tuple[str, ...], top: dict[str, str], snapshot: Snapshot, rule: ControlRule) -> None:
    """Find the controllers in one loop: the surest claim first, then look again, as blocks have grown."""
    open_nodes = list(loop)
    while open_nodes:
        claims = [(_claim(node, top, snapshot, rule), node) for node in open_nodes]
        found = [(strength, node, owner) for (strength, owner), node in claims if owner not in ("", node)]
        if not found:
            return
        _, node, owner = min(found)
        for member in loop:
            if top[member] == node:
                top[member] = owner
        open_nodes.remove(node)


def _claim(node: str, top: dict[str, str], snapshot: Snapshot, rule: ControlRule) -> tuple[int, str]:
    """The strength (1 majority, 2 named, 3 relative) of the claim on a node, and who has it or ''."""
    votes: dict[str, int] = {}
    named = ""
    for block in snapshot.blocks[node]:
        if block.holder in top:
            owner = top[block.holder]
            votes[owner] = votes.get(owner, 0) + block.votes_ppm
            named = owner if block.controls else named
    ranked = sorted((-count, owner) for owner, count in votes.items())
    leader, most = (ranked[0][1], -ranked[0][0]) if ranked else ("", 0)
    lead = most + (ranked[1][0] if len(ranked) > 1 else 0)
    may_control = snapshot.kinds.get(leader) not in PASSIVE
    if 2 * most > EQUITY_PPM and may_control:
        return 1, leader
    if named and snapshot.kinds.get(named) not in PASSIVE:
        return 2, named
    passes = most >= round(rule.threshold_share * EQUITY_PPM) and lead >= round(rule.lead_share * EQUITY_PPM)
    return 3, leader if passes and may_control else ""


def outside_holders(snapshot: Snapshot) -> tuple[str, ...]:
    """The nodes that nobody holds, floats included, sorted."""
    return tuple(sorted(snapshot.kinds.keys() - snapshot.blocks.keys()))


def flows_from(snapshot: Snapshot, sources: Collection[str]) -> dict[str, Parts]:
    """Give, by held node, the rows of (I - W)^-1 of the sources at that node; W the equity shares.

    Node by node from the top, so that a node more changes no bit of the others; only loops are solved.

    Raises:
        OwnershipError: companies that only hold each other.
    """
    asked = frozenset(sources)
    if asked not in snapshot.known:
        snapshot.known[asked] = _flows_through(snapshot.downward, snapshot, {}, asked)
    return snapshot.known[asked]


def flows_after(
    known: Mapping[str, Parts], snapshot: Snapshot, sources: Collection[str], affected: set[str]
) -> dict[str, Parts]:
    """What `flows_from` gives after changes, from what it gave before.

    Args:
        known: by held node, from the same sources, but for nodes founded since.
        snapshot: the graph now.
        sources: those of now.
        affected: nodes whose holders changed, and all that they hold through any chain.

    Raises:
        OwnershipError: companies that only hold each other.
    """
    return _flows_through(touched(snapshot.downward, snapshot.place, affected), snapshot, known, sources)


def _flows_through(
    loops: Iterable[tuple[str, ...]], snapshot: Snapshot, known: Mapping[str, Parts], sources: Collection[str]
) -> dict[str, Parts]:
    """The flows through the nodes of some loops, holders before what they hold; all else is known."""
    flows = dict(known)
    for loop in loops:
        flows.update(zip(loop, _flows_into(loop, snapshot, flows, sources), strict=True))
    return flows


def _flows_into(
    loop: tuple[str, ...], snapshot: Snapshot, flows: Mapping[str, Parts], sources: Collection[str]
) -> list[Parts]:
    """The flows into the nodes of one loop from those into their holders."""
    inside: dict[tuple[int, int], float] = {}
    inflow = [{node: 1.0} if node in sources else dict[str, float]() for node in loop]
    outside_ppm = 0
    for i, into in enumerate(inflow):
        for holder, ppm, _, _ in snapshot.blocks[loop[i]]:
            if holder in loop:
                inside[i, loop.index(holder)] = ppm / EQUITY_PPM
                continue
            outside_ppm += ppm
            for source, part in flows.get(holder, ((holder, 1.0),) if holder in sources else ()):
                into[source] = into.get(source, 0.0) + part * (ppm / EQUITY_PPM)
    if not outside_ppm:
        raise OwnershipError(f"nobody outside holds {', '.join(loop)}: look-through shares have no end")
    if len(loop) > 1:
        names = sorted({source for into in inflow for source in into})
        table = np.array([[into.get(name, 0.0) for name in names] for into in inflow])
        system = np.eye(len(loop))
        for place, share in inside.items():
            system[place] = -share
        solved = np.linalg.solve(system, table).tolist()
        inflow = [dict(zip(names, parts, strict=True)) for parts in solved]
    return [tuple(into.items()) for into in inflow]


def _require_known(wanted: Sequence[str], known: Mapping[str, str]) -> None:
    missing = sorted({node for node in wanted if node not in known})
    if missing:
        raise ValueError(f"not in the ownership graph: {', '.join(missing)}")


class Holdings:
    """Controllers, nodes and main holders of plants, and interests of outside holders and of groups in them."""

    def __init__(self, ownership: Ownership) -> None:
        """Watch a graph; the heads of groups are written in once they are known."""
        self.heads: tuple[str, ...] = ()
        self._ownership = ownership
        self._top: tuple[int, dict[str, str]] | None = None
        self._nodes: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._main: tuple[int, dict[str, Block]] = (0, {})
        self._flows: tuple[int, tuple[str, ...] | None, dict[str, Parts]] = (-1, None, {})
        self._interest: tuple[int, dict[tuple[str, ...], tuple[Floats, Floats]]] = (-1, {})
        self._claims: tuple[tuple[int, bytes], Claims] | None = None

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
        snapshot = self._ownership.snapshot()
        kinds = [snapshot.kinds[holder] for holder in outside_holders(snapshot)]
        return self._interests(plants)[0], np.array(kinds) == "float"

    def of_groups(self, plants: tuple[str, ...]) -> Floats:
        """The share of each plant's profit that reaches the head of each group, (groups, plants)."""
        return self._interests(plants)[1]

    def claims(self, plants: tuple[str, ...], group: NDArray[np.int64]) -> Claims:
        """Who has parts of plants besides the groups that control them, whose rows are given, (plants,)."""
        stamp = (self._ownership.version, group.tobytes())
        if self._claims is None or self._claims[0] != stamp:
            top = self.controllers()
            free = np.array([top[head] == head for head in self.heads])
            self._claims = (stamp, claims(group, self.of_groups(plants) * free[:, None]))
        return self._claims[1]

    def _interests(self, plants: tuple[str, ...]) -> tuple[Floats, Floats]:
        """The part of each plant that belongs to each outside holder and reaches each head, (each, plants) both."""
        if self._interest[0] != self._ownership.version:
            self._interest = (self._ownership.version, {})
        kept, width = self._interest[1], len(plants)
        if plants not in kept:
            outside, flows = outside_holders(self._ownership.snapshot()), self._through()
            rows = {source: row for row, source in enumerate(dict.fromkeys((*outside, *self.heads)))}
            cells, parts = list[int](), list[float]()
            for first, node in zip(range(0, width * len(rows), len(rows)), self.nodes(plants), strict=True):
                for source, part in flows.get(node, ()):
                    cells.append(first + rows[source])
                    parts.append(part)
            found = np.zeros((width, len(rows)))
            found.put(np.array(cells, dtype=np.int64), parts)
            own = np.array([dict(flows.get(head, ((head, 1.0),)))[head] for head in self.heads])
            of_heads = found.take([rows[head] for head in self.heads], axis=1) / own
            kept[plants] = found.T[: len(outside)], of_heads.T
        return kept[plants]

    def _through(self) -> dict[str, Parts]:
        """What of each node belongs to outside holders and heads of groups, now."""
        (version, heads, flows), ownership = self._flows, self._ownership
        if (version, heads) != (ownership.version, self.heads):
            snapshot = ownership.snapshot()
            sources = {*(snapshot.kinds.keys() - snapshot.blocks.keys()), *self.heads}
            if heads == self.heads:
                changed = {change.held for change in ownership.changes_from(version)}
                flows = flows_after(flows, snapshot, sources, ownership.at_and_below(changed))
            else:
                flows = flows_from(snapshot, sources)
            self._flows = (ownership.version, self.heads, flows)
        return flows
