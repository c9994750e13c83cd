"""The dated ownership graph: rebuilt from its log it is the live one at the end of every year."""

import networkx as nx
import pytest

from sim.industry import Industry, release
from sim.scenario.load import load
from sim.world.world import World


def history(seed: int) -> tuple[World, dict[int, nx.DiGraph]]:
    """Play a run and give copies of the live graph at the end of each year."""
    industry, live = Industry(load("baseline"), seed), {}

    def keep(seen: World) -> None:
        live[seen.year] = nx.DiGraph(seen.ownership.graph)

    industry.watchers.append(keep)
    for _ in range(10):
        industry.step()
    release(industry)
    return industry.world, live


def same(one: nx.DiGraph, other: nx.DiGraph) -> bool:
    """Say whether two graphs have the same nodes, stakes and dates."""
    return dict(one.nodes(data=True)) == dict(other.nodes(data=True)) and {
        edge: one.edges[edge] for edge in one.edges
    } == {edge: other.edges[edge] for edge in other.edges}


@pytest.mark.parametrize("seed", range(5))
def test_the_graph_rebuilt_from_the_log_is_the_live_one_in_every_year(seed: int) -> None:
    world, live = history(seed)

    assert len(world.ownership.changes) > 10
    assert [year for year, graph in live.items() if not same(world.ownership.at(year), graph)] == []


def test_a_graph_of_another_year_is_told_apart() -> None:
    world, live = history(0)
    first, last = min(live), max(live)

    assert not same(world.ownership.at(first), live[last])
