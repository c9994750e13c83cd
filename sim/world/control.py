"""What follows from stakes: who controls, who earns, and how much value a holder commands through chains.

Three measures that must not be mixed. *Control* is all or nothing and follows votes. *Look-through interest*
is the share of profit that reaches a holder through all chains. *Network control* is value commanded through
chains. None of them is stored: each is computed from one version of the ownership graph.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim.world.ownership import EQUITY_PPM, Ownership, OwnershipError, Snapshot

STATE_AS_ONE = "state:all"
"""The one owner that stands for all state nodes when the state is counted as one."""

ControlModel = Literal["linear", "threshold", "relative"]


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


@dataclass(frozen=True)
class LookThrough:
    """Integrated ownership: what share of each held node belongs to each outside holder."""

    holders: tuple[str, ...]
    """Nodes that nobody holds, floats included, sorted."""
    held: tuple[str, ...]
    """Nodes that somebody holds, sorted."""
    matrix: NDArray[np.float64]
    """Shares, (holders, held); each column sums to 1."""
    atomistic: NDArray[np.bool_]
    """Which holders are floats: many small holders, never one owner, (holders,)."""


@dataclass(frozen=True)
class NetworkControl:
    """Control over the other nodes of a network, in shares and in the unit of the values given."""

    nodes: tuple[str, ...]
    """All nodes but floats, sorted."""
    matrix: NDArray[np.float64]
    """Control of row over column, corrected for cycles, zero on the diagonal, (nodes, nodes)."""
    value: NDArray[np.float64]
    """Value of other nodes that each node controls, (nodes,)."""
    uncorrected_value: NDArray[np.float64]
    """The same before the correction: counts the value in a loop again on each turn, (nodes,)."""


def controllers(
    ownership: Ownership, rule: ControlRule = DEFAULT_RULE, state_as_one: bool = False
) -> dict[str, str]:
    """Give the ultimate controller of every node but floats; a node without one is its own.

    The votes of a holder count with those of all companies it controls. A company belongs to the block with
    more than half of the votes; without one, to the holder that `controls`; without one, to the largest
    block that passes the rule. Floats never form a block. State nodes are blocks, but control only when the
    state is counted as one, under the name `STATE_AS_ONE`.

    Source: the ultimate-owner chains of La Porta, Lopez-de-Silanes and Shleifer 1999.
    """
    snapshot = ownership.snapshot()
    top = {node: node for node, kind in snapshot.kinds.items() if kind != "float"}
    if state_as_one:
        top.update({node: STATE_AS_ONE for node in top if snapshot.kinds[node] == "state"})
    for loop in snapshot.downward:
        _settle(loop, top, snapshot, rule)
    return top


def controllers_after(known: Mapping[str, str], ownership: Ownership, changed: set[str]) -> dict[str, str]:
    """Give what `controllers` gives after the holders of some nodes have changed, from what it gave before.

    Only these nodes and what they hold are looked at again; a node founded since is one that changed.
    """
    snapshot, affected = ownership.snapshot(), ownership.at_and_below(changed)
    top = {**known, **{node: node for node in affected}}
    for loop in snapshot.downward:
        if not affected.isdisjoint(loop):
            top.update({node: node for node in loop})
            _settle(loop, top, snapshot, DEFAULT_RULE)
    return top


def ultimate_owners(
    ownership: Ownership,
    assets: Sequence[str],
    rule: ControlRule = DEFAULT_RULE,
    state_as_one: bool = False,
) -> dict[str, str]:
    """Give the ultimate controller of each asset, in the order given; an uncontrolled asset is its own.

    Raises:
        ValueError: an asset that is not in the graph.
    """
    top = controllers(ownership, rule, state_as_one)
    _require_known(assets, top)
    return {asset: top[asset] for asset in assets}


def look_through(ownership: Ownership) -> LookThrough:
    """Give the share of every held node that belongs to each outside holder through all chains.

    With E the stakes of outside holders and A those of held nodes, Z = E (I - A)^-1.

    Raises:
        OwnershipError: companies that hold each other entirely, so that nobody outside owns them.

    Source: Brioschi, Buzzacchi and Colombo 1989, Journal of Banking and Finance 13.
    """
    snapshot = ownership.snapshot()
    held = tuple(sorted(snapshot.blocks))
    holders = outside_holders(snapshot)
    flows = flows_from(snapshot, holders)
    matrix = np.array([flows[node] for node in held]).reshape(len(held), len(holders)).T
    atomistic = np.array([snapshot.kinds[node] == "float" for node in holders], dtype=np.bool_)
    return LookThrough(holders, held, matrix, atomistic)


def economic_interest(
    ownership: Ownership, roots: Sequence[str], assets: Sequence[str]
) -> NDArray[np.float64]:
    """Give the share of each asset's profit that reaches each root through all chains, (roots, assets).

    A root may itself be held by others: what lies above it is left out, and a loop through it is not
    counted twice, as if it were an outside holder. A root that is also an asset has all of itself.

    Raises:
        ValueError: a root or an asset that is not in the graph.
        OwnershipError: companies that only hold each other.
    """
    snapshot = ownership.snapshot()
    _require_known([*roots, *assets], snapshot.kinds)
    flows = flows_from(snapshot, roots)
    nothing = np.zeros(len(roots))
    interest = np.array([flows.get(asset, nothing) for asset in assets]).reshape(len(assets), len(roots)).T
    own = np.array([flows[root][i] for i, root in enumerate(roots)])
    return np.asarray(interest / own[:, None], dtype=np.float64)


def network_control(
    ownership: Ownership, value_by_node: Mapping[str, float], model: ControlModel = "linear"
) -> NetworkControl:
    """Give the control of every node over the others, and the value it commands, corrected for cycles.

    Direct control C is the votes held (linear), all with more than half of them (threshold), or the squared
    votes over the squares of all holders (relative). With N = (I - C)^-1 the corrected control of i over j
    is N_ij / N_ii. Nodes that control each other entirely count as one, each with all of the other.
    `value_by_node` is in any one unit; nodes left out have none. Floats take no part.

    Raises:
        ValueError: a value of an unknown node.
        OwnershipError: nodes that share all control among themselves.

    Source: Vitali, Glattfelder and Battiston 2011, PLoS ONE 6(10) e25995, Supporting Information section 3;
    the relative model from Glattfelder and Battiston 2009, Physical Review E 80, 036104.
    """
    snapshot = ownership.snapshot()
    _require_known(list(value_by_node), snapshot.kinds)
    nodes = tuple(sorted(node for node, kind in snapshot.kinds.items() if kind != "float"))
    direct = _direct_control(snapshot, nodes, model)
    group = _entire_loops(direct)
    members = np.zeros((group.max(initial=-1) + 1, len(nodes)))
    members[group, np.arange(len(nodes))] = 1.0
    between = members @ direct @ members.T
    np.fill_diagonal(between, 0.0)
    _require_outside_control(between, members, nodes)
    chains = np.linalg.inv(np.eye(len(between)) - between)
    value = np.array([float(value_by_node.get(node, 0.0)) for node in nodes])
    matrix = (chains / np.diag(chains)[:, None])[np.ix_(group, group)]
    np.fill_diagonal(matrix, 0.0)
    uncorrected = ((chains - np.eye(len(chains))) @ (members @ value))[group]
    return NetworkControl(nodes, matrix, matrix @ value, uncorrected)


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
    """Give the strength (1 majority, 2 named, 3 relative) of the claim on a node, and who has it or ''."""
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
    may_control = snapshot.kinds.get(leader) != "state"
    if 2 * most > EQUITY_PPM and may_control:
        return 1, leader
    if named and snapshot.kinds.get(named) != "state":
        return 2, named
    passes = most >= round(rule.threshold_share * EQUITY_PPM) and lead >= round(rule.lead_share * EQUITY_PPM)
    return 3, leader if passes and may_control else ""


def outside_holders(snapshot: Snapshot) -> tuple[str, ...]:
    """Give the nodes that nobody holds, floats included, sorted."""
    return tuple(sorted(node for node in snapshot.kinds if node not in snapshot.blocks))


def flows_from(snapshot: Snapshot, sources: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Give, by node, the rows of (I - W)^-1 of the sources at that node, (sources,); W the equity shares.

    Node by node from the top, so that a node more changes no bit of the others; only loops are solved.

    Raises:
        OwnershipError: companies that only hold each other.
    """
    flows = _units(sources)
    starts = dict(flows)
    for loop in snapshot.downward:
        _flow_into(loop, snapshot, flows, starts, len(sources))
    return flows


def flows_after(
    known: Mapping[str, NDArray[np.float64]], snapshot: Snapshot, sources: Sequence[str], affected: set[str]
) -> dict[str, NDArray[np.float64]]:
    """Give what `flows_from` gives after changes, from what it gave before.

    Args:
        known: by node, from the same sources.
        snapshot: the graph now.
        sources: as before.
        affected: nodes whose holders changed, and all that they hold through any chain.

    Raises:
        OwnershipError: companies that only hold each other.
    """
    flows, starts = dict(known), _units(sources)
    for loop in snapshot.downward:
        if not affected.isdisjoint(loop):
            _flow_into(loop, snapshot, flows, starts, len(sources))
    return flows


def _units(sources: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    starts = {source: np.zeros(len(sources)) for source in sources}
    for i, source in enumerate(sources):  # a source may stand there twice, with a number of its own each
        starts[source][i] = 1.0
    return starts


def _flow_into(
    loop: tuple[str, ...],
    snapshot: Snapshot,
    flows: dict[str, NDArray[np.float64]],
    starts: Mapping[str, NDArray[np.float64]],
    count: int,
) -> None:
    """Work out the flows into the nodes of one loop from those into their holders."""
    inside = np.zeros((len(loop), len(loop)))
    inflow = [starts.get(node, np.zeros(count)) for node in loop]
    outside_ppm = 0
    for i, node in enumerate(loop):
        for holder, ppm, _, _ in snapshot.blocks[node]:
            if holder in loop:
                inside[loop.index(holder), i] = ppm / EQUITY_PPM
                continue
            outside_ppm += ppm
            if holder in flows:
                inflow[i] = inflow[i] + flows[holder] * (ppm / EQUITY_PPM)
    if not outside_ppm:
        raise OwnershipError(f"nobody outside holds {', '.join(loop)}: look-through shares have no end")
    if len(loop) > 1:
        inflow = list(np.linalg.solve((np.eye(len(loop)) - inside).T, np.array(inflow)))
    flows.update(zip(loop, inflow, strict=True))


def _direct_control(snapshot: Snapshot, nodes: tuple[str, ...], model: ControlModel) -> NDArray[np.float64]:
    row = {node: i for i, node in enumerate(nodes)}
    votes = np.zeros((len(nodes), len(nodes)))
    for held, blocks in snapshot.blocks.items():
        for block in blocks:
            if block.holder in row:
                votes[row[block.holder], row[held]] = block.votes_ppm / EQUITY_PPM
    if model == "threshold":
        return (votes > 0.5).astype(np.float64)
    if model == "relative":
        squares = votes**2
        totals = squares.sum(axis=0)
        return squares / np.where(totals > 0, totals, 1.0)
    return votes


def _entire_loops(direct: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give each node the number of its group; nodes in a loop of entire control share one."""
    entire = nx.DiGraph()
    entire.add_nodes_from(range(len(direct)))
    entire.add_edges_from(np.argwhere(direct == 1.0).tolist())
    group = np.empty(len(direct), dtype=np.intp)
    for number, members in enumerate(sorted(sorted(c) for c in nx.strongly_connected_components(entire))):
        group[members] = number
    return group


def _require_outside_control(
    between: NDArray[np.float64], members: NDArray[np.float64], nodes: tuple[str, ...]
) -> None:
    """Refuse a set of groups that share all control among themselves: the sum over chains has no end."""
    open_ended = between.sum(axis=0) < 1.0 - 0.5 / EQUITY_PPM
    while True:
        reached = open_ended | (between[open_ended] > 0).any(axis=0)
        if (reached == open_ended).all():
            break
        open_ended = reached
    if not open_ended.all():
        names = [nodes[i] for i in np.flatnonzero(members[~open_ended].any(axis=0))]
        raise OwnershipError(f"{', '.join(names)} share all control among themselves")


def _require_known(wanted: Sequence[str], known: Mapping[str, str]) -> None:
    missing = sorted({node for node in wanted if node not in known})
    if missing:
        raise ValueError(f"not in the ownership graph: {', '.join(missing)}")
