"""In which order nodes of the ownership graph are looked at: holders before what they hold."""

from collections.abc import Collection, Mapping

import networkx as nx

Order = tuple[tuple[str, ...], ...]
"""All held nodes, holders before what they hold; nodes of one loop stand together, sorted."""


def places(order: Order) -> dict[str, int]:
    """Where each held node stands in an order."""
    return {node: number for number, loop in enumerate(order) for node in loop}


def touched(order: Order, place: Mapping[str, int], nodes: Collection[str]) -> list[tuple[str, ...]]:
    """The loops with some of these nodes, in their order; `place` is where each stands in it."""
    return [order[at] for at in sorted({place[node] for node in nodes if node in place})]


def at_and_below(graph: nx.DiGraph, nodes: set[str]) -> set[str]:
    """Some nodes of a graph and all that they hold through any chain."""
    found, open_nodes = set(nodes), sorted(nodes)
    while open_nodes:
        new = [held for held in graph.succ[open_nodes.pop()] if held not in found]
        found.update(new)
        open_nodes += new
    return found


def downward(holders: Mapping[str, Collection[str]]) -> Order:
    """The order of all held nodes, from the holders of each; nodes that hold nothing come last."""
    graph = nx.DiGraph()
    graph.add_nodes_from(holders)
    graph.add_edges_from((holder, held) for held in holders for holder in holders[held] if holder in holders)
    condensed = nx.condensation(graph)
    order = [tuple(sorted(condensed.nodes[k]["members"])) for k in nx.topological_sort(condensed)]
    return _idle_last(order, {holder for each in holders.values() for holder in each})


def moved_down(known: Order, held: str, below: set[str], holding: set[str]) -> Order | None:
    """The order after a node got new holders: it and all below it come after all others.

    Args:
        known: the order before.
        held: the node.
        below: the node and all that it holds through any chain, none of its new holders.
        holding: all nodes that hold something.

    Returns:
        The order, or None where the node was part of a loop, which may be none any more.
    """
    if any(held in loop for loop in known if len(loop) > 1):
        return None
    first = [loop for loop in known if below.isdisjoint(loop)]
    then = [loop for loop in known if not below.isdisjoint(loop) and held not in loop]
    return _idle_last([*first, (held,), *then], holding)


def _idle_last(order: list[tuple[str, ...]], holding: set[str]) -> Order:
    """The same order with nodes that hold nothing at the end: these are what changes hands most."""
    return tuple(sorted(order, key=holding.isdisjoint))
