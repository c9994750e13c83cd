"""The ownership graph: exact stakes, deals, the log and what can be rebuilt from it."""

from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.history import difference
from sim.world.ownership import Block, Node, Ownership, OwnershipError, Stake, float_of

NODES = (
    Node("dou", "Family", "holder"),
    Node("chen", "Partner", "holder"),
    Node("jinjiang", "Jinjiang", "group"),
    Node("wanfang", "Wanfang", "company"),
    Node("plant", "Refinery", "asset"),
)
STAKES = (
    Stake("dou", "jinjiang", 700_000, 2003),
    Stake("chen", "jinjiang", 300_000, 2010),
    Stake("jinjiang", "wanfang", 193_100, 2019, controls=True),
    Stake("wanfang", "plant", 1_000_000, 2005),
)


def small_world() -> Ownership:
    return Ownership.from_stakes(NODES, STAKES, start_year=2025)


def plain_block(holder: str, ppm: int) -> Block:
    return Block(holder, ppm, ppm, False)


def total_ppm(graph: nx.DiGraph, held: str) -> int:
    return sum(edge["ppm"] for edge in graph.pred[held].values())


def test_a_float_takes_what_the_stakes_leave_over() -> None:
    world = small_world()

    # 1,000,000 - 193,100 = 806,900.
    assert world.graph.edges["float:wanfang", "wanfang"]["ppm"] == 806_900
    assert world.graph.nodes["float:wanfang"]["kind"] == "float"


def test_a_company_held_entirely_has_no_float() -> None:
    assert "float:plant" not in small_world().graph


def test_votes_equal_equity_unless_given() -> None:
    stakes = [
        Stake("dou", "wanfang", 400_000, 2020, votes_ppm=900_000),
        Stake("chen", "wanfang", 100_000, 2020),
    ]

    world = Ownership.from_stakes(NODES, stakes, 2025)

    # The float holds 500,000 of equity and no vote: 1,000,000 - 900,000 - 100,000 = 0.
    votes = {block.holder: block.votes_ppm for block in world.blocks("wanfang")}
    assert votes == {"dou": 900_000, "chen": 100_000, "float:wanfang": 0}


@pytest.mark.parametrize(
    ("stakes", "message"),
    [
        ([Stake("nobody", "plant", 1, 2020)], "no node 'nobody'"),
        ([Stake("dou", "nowhere", 1, 2020)], "no node 'nowhere'"),
        ([Stake("dou", "dou", 1, 2020)], "'dou' cannot hold itself"),
        ([Stake("dou", "plant", 1, 2020), Stake("dou", "plant", 2, 2020)], "'dou' in 'plant' appears twice"),
        ([Stake("dou", "plant", 600_000, 2020), Stake("chen", "plant", 400_001, 2020)], "sum to 1000001 ppm"),
        ([Stake("dou", "plant", -1, 2020)], "-1 ppm"),
        ([Stake("dou", "plant", 0, 2020)], "0 ppm"),
        ([Stake("dou", "plant", 1, 2026)], "begins in 2026"),
        (
            [Stake(h, "plant", 1, 2020, controls=True) for h in ("dou", "chen")],
            "2 holders are said to control",
        ),
    ],
)
def test_a_stake_that_cannot_be_is_refused_by_name(stakes: list[Stake], message: str) -> None:
    with pytest.raises(OwnershipError, match=message):
        Ownership.from_stakes(NODES, stakes, 2025)


def test_all_problems_are_named_at_once() -> None:
    stakes = [Stake("nobody", "plant", 1, 2020), Stake("dou", "dou", 1, 2020)]

    with pytest.raises(OwnershipError, match=r"no node 'nobody'.*'dou' cannot hold itself"):
        Ownership.from_stakes(NODES, stakes, 2025)


def test_a_node_given_twice_is_refused() -> None:
    with pytest.raises(OwnershipError, match="node 'dou' appears twice"):
        Ownership.from_stakes([*NODES, NODES[0]], STAKES, 2025)


def test_a_float_cannot_be_declared() -> None:
    with pytest.raises(OwnershipError, match="the graph makes itself"):
        Ownership.from_stakes([*NODES, Node("x", "X", "float")], STAKES, 2025)


def test_a_deal_moves_exactly_the_stake_sold() -> None:
    world = small_world()

    change = world.transfer(2026, "rescue", "jinjiang", "chen", "wanfang", 93_100)

    # 193,100 - 93,100 = 100,000 stay, with the right to control.
    assert change.after == (
        Block("chen", 93_100, 93_100, False),
        Block("float:wanfang", 806_900, 806_900, False),
        Block("jinjiang", 100_000, 100_000, True),
    )
    assert world.blocks("wanfang") == change.after


def test_the_right_to_control_moves_with_the_last_share() -> None:
    world = small_world()

    world.transfer(2026, "sale", "jinjiang", "chen", "wanfang", 193_100)

    assert not world.graph.has_edge("jinjiang", "wanfang")
    assert world.graph.edges["chen", "wanfang"]["controls"]


def test_votes_move_in_proportion_to_equity() -> None:
    stakes = [Stake("dou", "wanfang", 300_000, 2020, votes_ppm=900_000)]
    world = Ownership.from_stakes(NODES, stakes, 2025)

    world.transfer(2026, "sale", "dou", "chen", "wanfang", 100_000)

    # A third of the shares takes a third of the votes: 900,000 / 3.
    assert world.graph.edges["chen", "wanfang"]["votes_ppm"] == 300_000
    assert world.graph.edges["dou", "wanfang"]["votes_ppm"] == 600_000


def test_the_float_sells_and_buys_like_a_holder_and_vanishes_when_sold_out() -> None:
    world = small_world()

    world.transfer(2026, "bid", float_of("wanfang"), "jinjiang", "wanfang", 806_900)
    assert "float:wanfang" not in world.graph
    world.transfer(2027, "listing", "wanfang", float_of("plant"), "plant", 250_000)

    assert world.graph.edges["jinjiang", "wanfang"]["ppm"] == 1_000_000
    assert world.graph.edges["float:plant", "plant"]["ppm"] == 250_000


@pytest.mark.parametrize(
    ("seller", "buyer", "ppm", "message"),
    [
        ("jinjiang", "chen", 193_101, "'jinjiang' cannot sell 193101 ppm of 'wanfang'"),
        ("jinjiang", "chen", 0, "cannot sell 0 ppm"),
        ("dou", "chen", 1, "'dou' cannot sell"),
        ("jinjiang", "nobody", 1, "no buyer 'nobody'"),
        ("jinjiang", "jinjiang", 1, "cannot buy from"),
        ("jinjiang", "wanfang", 1, "cannot buy from"),
        ("jinjiang", "float:jinjiang", 1, "no buyer 'float:jinjiang'"),
    ],
)
def test_a_deal_that_cannot_be_is_refused_and_changes_nothing(
    seller: str, buyer: str, ppm: int, message: str
) -> None:
    world = small_world()

    with pytest.raises(ValueError, match=message):
        world.transfer(2026, "deal", seller, buyer, "wanfang", ppm)

    assert world.version == 0
    assert nx.utils.graphs_equal(world.graph, world.at(2026))


def test_a_deal_cannot_come_before_an_earlier_one() -> None:
    world = small_world()
    world.transfer(2027, "first", "dou", "chen", "jinjiang", 1)

    with pytest.raises(ValueError, match="comes after a change of 2027"):
        world.transfer(2026, "second", "dou", "chen", "jinjiang", 1)


def test_the_version_grows_with_each_change() -> None:
    world = small_world()
    world.transfer(2026, "sale", "dou", "chen", "jinjiang", 1)
    world.add_company(2026, "founding", Node("beihai", "Beihai", "asset"), [Stake("dou", "beihai", 1, 2026)])

    assert world.version == 2


def test_a_founded_company_exists_from_its_year_on() -> None:
    world = small_world()
    partners = [Stake("jinjiang", "venture", 600_000, 2027), Stake("chen", "venture", 390_000, 2027)]

    world.add_company(2027, "venture", Node("venture", "Coastal venture", "company"), partners)

    # 1,000,000 - 600,000 - 390,000 = 10,000 float.
    assert "venture" not in world.at(2026)
    assert world.at(2027).edges["float:venture", "venture"]["ppm"] == 10_000


def test_a_company_cannot_be_founded_twice() -> None:
    world = small_world()

    with pytest.raises(ValueError, match="node 'plant' appears twice"):
        world.add_company(2026, "founding", Node("plant", "Refinery", "asset"))


def test_the_graph_of_a_past_year_is_as_it_was_then() -> None:
    world = small_world()
    opening = nx.DiGraph(world.graph)
    world.transfer(2026, "sale", "jinjiang", "chen", "wanfang", 193_100)

    assert nx.utils.graphs_equal(world.at(2025), opening)
    assert nx.utils.graphs_equal(world.at(2026), world.graph)


def test_a_year_before_the_start_has_no_graph() -> None:
    with pytest.raises(ValueError, match="2024"):
        small_world().at(2024)


def test_the_view_of_the_graph_refuses_changes() -> None:
    with pytest.raises(nx.NetworkXError):
        small_world().graph.add_edge("dou", "plant")


def test_a_difference_names_each_holding_that_changed() -> None:
    world = small_world()
    world.transfer(2026, "sale", "dou", "chen", "jinjiang", 200_000)
    world.transfer(2027, "sale", "jinjiang", "chen", "wanfang", 193_100)

    edges = {(e.holder, e.held): (e.before, e.after) for e in difference(world, 2025, 2026)}

    assert edges == {
        ("chen", "jinjiang"): (
            Block("chen", 300_000, 300_000, False),
            Block("chen", 500_000, 500_000, False),
        ),
        ("dou", "jinjiang"): (Block("dou", 700_000, 700_000, False), Block("dou", 500_000, 500_000, False)),
    }
    assert difference(world, 2026, 2026) == []


def test_a_holder_keeps_the_year_in_which_he_came_in() -> None:
    world = small_world()

    world.transfer(2028, "sale", "dou", "chen", "jinjiang", 100_000)

    assert world.graph.edges["chen", "jinjiang"]["since"] == 2010


def test_graphml_holds_every_stake_that_ever_was(tmp_path: Path) -> None:
    world = small_world()
    world.transfer(2027, "sale", "jinjiang", "chen", "wanfang", 193_100)

    nx.write_graphml(world.to_graphml_graph(), tmp_path / "ownership.graphml")
    read = nx.read_graphml(tmp_path / "ownership.graphml", force_multigraph=True)

    (old,), (new,) = (read.get_edge_data(holder, "wanfang").values() for holder in ("jinjiang", "chen"))
    assert old["to_year"] == 2027
    assert new["from_year"] == 2027
    assert "to_year" not in new
    assert len({key for _, _, key in read.edges(keys=True)}) == read.number_of_edges()
    assert read.number_of_edges() == 6  # 4 stakes and 1 float at the start, and 1 new


def test_a_stake_that_grew_is_two_edges_of_the_history() -> None:
    world = small_world()
    world.transfer(2026, "sale", "dou", "chen", "jinjiang", 100_000)

    spans = world.to_graphml_graph().get_edge_data("chen", "jinjiang")

    old, new = sorted(spans.values(), key=lambda edge: int(edge["from_year"]))
    assert (old["ppm"], old["from_year"], old["to_year"]) == (300_000, 2010, 2026)
    assert (new["ppm"], new["from_year"], new["deal"]) == (400_000, 2026, "sale")


def test_holders_stand_before_what_they_hold() -> None:
    order = [node for loop in small_world().snapshot().downward for node in loop]

    assert all(order.index(a) < order.index(b) for a, b in pairwise(("jinjiang", "wanfang", "plant")))


DEALS = st.lists(
    st.tuples(
        st.sampled_from(["dou", "chen", "jinjiang", "float:wanfang"]),
        st.sampled_from(["dou", "chen", "jinjiang", "float:wanfang"]),
        st.integers(1, 500_000),
    ),
    max_size=12,
)


@given(DEALS)
@settings(max_examples=60, deadline=None)
def test_the_log_rebuilds_the_live_graph_and_columns_stay_whole(deals: list[tuple[str, str, int]]) -> None:
    world = small_world()

    for number, (seller, buyer, ppm) in enumerate(deals):
        try:
            world.transfer(2026 + number, "deal", seller, buyer, "wanfang", ppm)
        except ValueError:
            continue  # a deal that cannot be must leave no trace, which the equalities below would show

    assert nx.utils.graphs_equal(world.at(2100), world.graph)
    assert total_ppm(world.graph, "wanfang") == 1_000_000
    assert all(edge["ppm"] > 0 for _, _, edge in world.graph.edges(data=True))
