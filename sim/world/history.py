"""The ownership graph from its dated history: every stake that ever was, as its own edge."""

from typing import NamedTuple

import networkx as nx

from sim.world.ownership import Block, Change, Node, Ownership, holders_in


class _When(NamedTuple):
    """Which change: of what company, by which deal."""

    year: int
    deal: str
    held: str


def replay(ownership: Ownership, history: nx.MultiDiGraph) -> None:
    """Make the changes that a history tells, in their order, in an ownership graph that stands at its start.

    Args:
        ownership: the graph at the start.
        history: as `Ownership.to_graphml_graph` gives it.

    Raises:
        KeyError, TypeError, ValueError: it is no such graph.
    """
    begun: dict[_When, set[Block]] = {}
    ended: dict[_When, set[Block]] = {}
    for holder, held, _, edge in sorted(history.edges(keys=True, data=True), key=lambda each: int(each[2])):
        start = _When(int(edge["from_year"]), str(edge["deal"]), held)
        end = _When(int(edge["to_year"]), str(edge["to_deal"]), held) if "to_year" in edge else None
        block = Block(holder, int(edge["ppm"]), int(edge["votes_ppm"]), bool(edge["controls"]))
        if start.deal:
            begun.setdefault(start, set())
        if start != end:
            # What begins and ends with one deal was never there at the end of a day.
            for changes, when in ((begun, start), (ended, end)):
                if when is not None and when.deal:
                    changes.setdefault(when, set()).add(block)
    for when, blocks in begun.items():
        known = when.held in ownership.graph
        before = holders_in(ownership.graph, when.held) if known else ()
        about = history.nodes[when.held]
        added = None if known else Node(when.held, about["name"], about["kind"])
        after = tuple(sorted({*before} - ended.get(when, set()) | blocks))
        ownership.record(Change(when.year, when.deal, when.held, before, after, added))
