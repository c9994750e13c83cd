"""Stakes as the ownership graph holds them, with a count of what is written to them."""

from typing import Any, Self

import networkx as nx


class Terms(dict[str, Any]):
    """What a graph says of a stake. Writes by name and by `update` are counted, over all graphs."""

    __slots__ = ()
    writes = 0

    def __setitem__(self, name: str, value: Any) -> None:
        """Set one term."""
        Terms.writes += 1
        super().__setitem__(name, value)

    def update(self, *terms: Any, **named: Any) -> None:
        """Set several terms."""
        Terms.writes += 1
        super().update(*terms, **named)


class StakeGraph(nx.DiGraph):  # type: ignore[misc]
    """A graph that counts what is written to its stakes; nobody takes one away but a change."""

    edge_attr_dict_factory = Terms

    @classmethod
    def like(cls, graph: nx.DiGraph) -> Self:
        """The same nodes and stakes as another graph."""
        copied = cls()
        copied.add_nodes_from(graph.nodes(data=True))
        copied.add_edges_from(graph.edges(data=True))
        return copied
