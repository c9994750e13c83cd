"""The ownership graph from its dated history: every stake that ever was, as its own edge.

What differs between two years of the ownership graph.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class EdgeChange:
    """One holding that differs between two years; None where it does not exist."""

    holder: str
    held: str
    before: Block | None
    after: Block | None


def difference(ownership: Ownership, year_a: int, year_b: int) -> list[EdgeChange]:
    """The holdings that differ between the ends of two years, by held node and holder."""
    old, new = (
        {(held, block.holder): block for held in graph for block in holders_in(graph, held)}
        for graph in (ownership.at(year_a), ownership.at(year_b))
    )
    return [
        EdgeChange(holder, held, old.get((held, holder)), new.get((held, holder)))
        for held, holder in sorted(old.keys() | new.keys())
        if old.get((held, holder)) != new.get((held, holder))
    ]
