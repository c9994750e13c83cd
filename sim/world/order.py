"""In which order nodes of the ownership graph are looked at: holders before what they hold."""

from collections.abc import Collection, Mapping

import networkx as nx

Order = tuple[tuple[str, ...], ...]
"""All held nodes, holders before what they hold; nodes of one loop stand together, sorted."""


def downward(holders: Mapping[str, Collection[str]]) -> Order:
    """The order of all held nodes, from the holders of each; nodes that hold nothing come last."""
    graph = nx.DiGraph()
    graph.add_nodes_from(holders)
    graph.add_edges_from((holder, held) for held in holders for holder in holders[held] if holder in holders)
    condensed = nx.condensation(graph)
    order = [tuple(sorted(condensed.nodes[k]["members"])) for k in nx.topological_sort(condensed)]
    return _idle_last(order, {holder for each in holders.values() for holder in each})


def moved_down(known: Order, held: str, below: set[str], holding: Collection[str]) -> Order | None:
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


def _idle_last(order: list[tuple[str, ...]], holding: Collection[str]) -> Order:
    """The same order with nodes that hold nothing at the end: these are what changes hands most."""
    return tuple(sorted(order, key=lambda loop: all(node not in holding for node in loop)))
