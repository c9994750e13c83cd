"""Control by majority and by leading block, and look-through interest."""

import numpy as np
import pytest

from sim.world.holdings import (
    STATE_AS_ONE,
    ControlRule,
    controllers,
    economic_interest,
)
from sim.world.ownership import Node, NodeKind, Ownership, OwnershipError, Stake
from tests.world.through import look_through

Edge = tuple[str, str, float]


def world(*edges: Edge, kinds: dict[str, NodeKind] | None = None, flags: tuple[str, ...] = ()) -> Ownership:
    """Make a graph from holder, held and per cent; `flags` are held nodes whose holder controls."""
    names = sorted({name for holder, held, _ in edges for name in (holder, held)})
    nodes = [Node(name, name, (kinds or {}).get(name, "company")) for name in names]
    stakes = [Stake(u, v, round(pct * 10_000), 2020, controls=v in flags) for u, v, pct in edges]
    return Ownership.from_stakes(nodes, stakes, 2025)


# Stakes as published at the end of 2025; shares of Huayin, Huasheng and Yunnan Aluminium from memory.
ALUMINA: tuple[Edge, ...] = (
    ("sasac", "chinalco", 100),
    ("sasac", "minmetals", 100),
    ("chinalco", "chalco", 32),
    ("chalco", "yunnan-al", 29.1),
    ("yunnan-al", "wenshan", 100),
    ("jinjiang", "wanfang", 19.31),
    ("chalco", "huayin", 33),
    ("guangtou", "huayin", 34),
    ("minmetals", "huayin", 33),
    ("chalco", "huasheng", 51),
    ("guangtou", "huasheng", 39),
    ("fcg-port", "huasheng", 10),
    ("shenhuo", "xinxiang", 36),
    ("jinjiang", "xinxiang", 34),
    ("chongzuo", "xinxiang", 20),
    ("longzhou", "xinxiang", 10),
    ("guangxi-gov", "guangtou", 100),
    ("guangxi-gov", "chongzuo", 100),
    ("guangxi-gov", "longzhou", 100),
)
STATE: dict[str, NodeKind] = {"sasac": "state", "guangxi-gov": "state"}


@pytest.mark.parametrize(
    ("asset", "owner"),
    [
        ("wenshan", "chinalco"),  # 32 % and 29.1 % against a float, then 100 %
        ("huasheng", "chinalco"),  # 51 %
        ("huayin", "huayin"),  # 34 against 33 and 33: no lead
        ("xinxiang", "xinxiang"),  # 36 against 34: no lead
        ("wanfang", "wanfang"),  # 19.31 % lies below 25 %
        ("guangtou", "guangtou"),  # the state is split
    ],
)
def test_chinese_refineries_have_the_controllers_that_their_stakes_give(asset: str, owner: str) -> None:
    assert controllers(world(*ALUMINA, kinds=STATE))[asset] == owner


def test_a_named_controller_holds_below_the_threshold() -> None:
    graph = world(*ALUMINA, kinds=STATE, flags=("wanfang",))

    assert controllers(graph)["wanfang"] == "jinjiang"


def test_the_state_as_one_joins_what_the_split_state_keeps_apart() -> None:
    graph = world(*ALUMINA, kinds=STATE)

    top = controllers(graph, state_as_one=True)
    owners = {plant: top[plant] for plant in ("huayin", "wenshan", "xinxiang")}

    # Huayin: 33 + 34 + 33 = 100. Xinxiang: 36, 34 and 20 + 10 = 30 still leave no lead of 5.
    assert owners == {"huayin": STATE_AS_ONE, "wenshan": STATE_AS_ONE, "xinxiang": "xinxiang"}


def test_votes_of_controlled_companies_count_together() -> None:
    # a holds 30 directly and 25 through b, which it controls: 55 of 100.
    graph = world(("a", "b", 60), ("a", "c", 30), ("b", "c", 25), ("x", "c", 45))

    assert controllers(graph)["c"] == "a"


def test_control_runs_through_a_published_example_of_majority_chains() -> None:
    # USA Computing Olympiad, problem "Controlling Companies" (concom): 1 holds 80 % of 2, 2 holds 80 % of 3,
    # 3 holds 20 % of 1; its answer is that 1 controls 2 and 3, 2 controls 3, and nobody controls 1.
    graph = world(("1", "2", 80), ("2", "3", 80), ("3", "1", 20))

    assert controllers(graph) == {"1": "1", "2": "1", "3": "1"}


@pytest.mark.parametrize(
    ("first", "second", "owner"),
    [
        (25.0, 20.0, "a"),
        (24.9999, 0.1, "c"),
        (30.0, 25.0001, "c"),
        (50.0, 50.0, "c"),
        (50.0001, 49.9999, "a"),
    ],
)
def test_a_leading_block_controls_from_the_threshold_and_the_lead_on(
    first: float, second: float, owner: str
) -> None:
    # Threshold 25 % and lead 5 points, both inclusive; a majority needs no lead.
    assert controllers(world(("a", "c", first), ("b", "c", second)))["c"] == owner


def test_a_stricter_rule_takes_control_away() -> None:
    graph = world(("a", "c", 30))

    assert controllers(graph, ControlRule(threshold_share=0.35))["c"] == "c"


def test_a_majority_overrules_a_named_controller() -> None:
    nodes = [Node(name, name, "company") for name in "abc"]
    stakes = [Stake("a", "c", 200_000, 2020, controls=True), Stake("b", "c", 510_000, 2020)]

    graph = Ownership.from_stakes(nodes, stakes, 2025)

    assert controllers(graph)["c"] == "b"


def test_votes_and_not_equity_decide() -> None:
    nodes = [Node(name, name, "company") for name in "abc"]
    stakes = [Stake("a", "c", 200_000, 2020, votes_ppm=600_000), Stake("b", "c", 400_000, 2020)]

    assert controllers(Ownership.from_stakes(nodes, stakes, 2025))["c"] == "a"


def test_a_state_that_is_split_keeps_others_from_control_but_has_none() -> None:
    graph = world(("gov", "c", 60), ("a", "c", 40), kinds={"gov": "state"})

    assert controllers(graph)["c"] == "c"


def test_companies_that_hold_each_other_belong_to_the_one_outsider() -> None:
    # b votes the 20 % it holds in a as a's own; x has 60 against 20 in a, and a has 70 of b.
    graph = world(("x", "a", 60), ("b", "a", 20), ("a", "b", 70))

    assert controllers(graph) == {"a": "x", "b": "x", "x": "x"}


def test_a_majority_loop_without_an_outsider_has_one_owner_and_never_two() -> None:
    graph = world(("a", "b", 60), ("b", "a", 60))

    assert len(set(controllers(graph).values())) == 1


def test_control_does_not_depend_on_the_order_of_the_stakes() -> None:
    forward, backward = world(*ALUMINA, kinds=STATE), world(*ALUMINA[::-1], kinds=STATE)

    assert controllers(forward) == controllers(backward)


def test_the_surest_claim_in_a_loop_is_settled_before_weaker_ones() -> None:
    # x has a by majority; with its 26 % of b counted, x votes 36 there against 32, which leaves no lead of 5. Had the
    # weaker claim of y on b come first, 32 against 26, b were y's.
    graph = world(("x", "a", 60), ("b", "a", 10), ("a", "b", 26), ("x", "b", 10), ("y", "b", 32))

    assert controllers(graph) == {"a": "x", "b": "b", "x": "x", "y": "y"}


def test_who_controls_the_named_holder_controls_through_it() -> None:
    graph = world(("x", "h", 100), ("h", "c", 20), ("y", "c", 24), flags=())
    nodes = [Node(name, name, "company") for name in "chxy"]
    stakes = [
        Stake("x", "h", 1_000_000, 2020),
        Stake("h", "c", 200_000, 2020, controls=True),
        Stake("y", "c", 240_000, 2020),
    ]

    assert controllers(graph)["c"] == "c"
    assert controllers(Ownership.from_stakes(nodes, stakes, 2025))["c"] == "x"


def test_a_state_that_is_named_controls_nothing_until_it_is_counted_as_one() -> None:
    graph = world(("gov", "c", 20), ("a", "c", 24), kinds={"gov": "state"})
    nodes = [Node("gov", "gov", "state"), Node("a", "a", "company"), Node("c", "c", "company")]
    stakes = [Stake("gov", "c", 200_000, 2020, controls=True), Stake("a", "c", 240_000, 2020)]
    named = Ownership.from_stakes(nodes, stakes, 2025)

    assert controllers(graph)["c"] == controllers(named)["c"] == "c"
    assert controllers(named, state_as_one=True)["c"] == STATE_AS_ONE


def test_a_restructuring_inside_a_group_changes_no_ultimate_owner() -> None:
    graph = world(("dou", "wanfang", 51), ("dou", "sanmenxia", 97.5), ("sanmenxia", "plant", 100))
    before = controllers(graph)["plant"]

    graph.transfer(2026, "asset injection", "dou", "wanfang", "sanmenxia", 975_000)

    assert before == controllers(graph)["plant"] == "dou"


LOOP: tuple[Edge, ...] = (("x", "a", 80), ("b", "a", 20), ("a", "b", 30), ("y", "b", 70))


def test_look_through_shares_of_a_loop_match_the_inverse_by_hand() -> None:
    # A = [[0, .3], [.2, 0]]; 1 - .3 * .2 = .94; Z = E (I - A)^-1 with E = diag(.8, .7):
    # x: .8/.94 of a and .8*.3/.94 of b; y: .7*.2/.94 of a and .7/.94 of b.
    found = look_through(world(*LOOP))

    expected = np.array([[0.8, 0.24], [0.14, 0.7]]) / 0.94
    assert (found.holders, found.held) == (("x", "y"), ("a", "b"))
    np.testing.assert_allclose(found.matrix, expected, rtol=1e-14)  # two divisions and one 2 x 2 solution


def test_look_through_shares_of_all_holders_sum_to_one() -> None:
    found = look_through(world(*ALUMINA, *LOOP, kinds=STATE))

    # Twenty additions of numbers below 1 err by less than 1e-14.
    np.testing.assert_allclose(found.matrix.sum(axis=0), 1.0, rtol=0, atol=1e-14)
    assert [h for h, small in zip(found.holders, found.atomistic, strict=True) if small] == [
        "float:chalco",
        "float:wanfang",
        "float:yunnan-al",
    ]


def test_look_through_equals_the_dense_inverse_of_the_source() -> None:
    graph = world(*LOOP, ("b", "c", 50), ("c", "d", 40), ("d", "c", 10))
    found = look_through(graph)
    stakes = np.zeros((len(found.held), len(found.held)))
    outside = np.zeros(found.matrix.shape)
    for column, held in enumerate(found.held):
        for block in graph.blocks(held):
            table, rows = (stakes, found.held) if block.holder in found.held else (outside, found.holders)
            table[rows.index(block.holder), column] = block.ppm / 1e6

    # Brioschi, Buzzacchi and Colombo 1989: Z = E (I - A)^-1; both ways solve well-conditioned systems.
    assert max(abs(np.linalg.eigvals(stakes))) < 1
    dense = outside @ np.linalg.inv(np.eye(len(found.held)) - stakes)
    np.testing.assert_allclose(found.matrix, dense, rtol=0, atol=1e-14)


def test_companies_that_hold_each_other_entirely_have_no_look_through_owner() -> None:
    with pytest.raises(OwnershipError, match="nobody outside holds a, b"):
        look_through(world(("a", "b", 100), ("b", "a", 100)))


def test_an_unrelated_node_changes_no_bit_of_look_through() -> None:
    small = economic_interest(world(*LOOP), ["x", "y"], ["a", "b"])
    large = economic_interest(world(("aa", "bb", 10), *LOOP), ["x", "y"], ["a", "b"])

    assert (small == large).all()


def test_economic_interest_multiplies_along_the_chain() -> None:
    found = economic_interest(
        world(*ALUMINA, kinds=STATE), ["sasac", "chinalco", "huayin"], ["huayin", "wenshan"]
    )

    # Chinalco in Huayin .32 * .33, in Wenshan .32 * .291; SASAC adds Minmetals' .33 in Huayin.
    expected = [[0.1056 + 0.33, 0.09312], [0.1056, 0.09312], [1.0, 0.0]]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_root_inside_a_loop_is_not_counted_twice() -> None:
    # a holds 30 % of b; the 20 % that b holds in a come back to a itself and add nothing to its part of b.
    found = economic_interest(world(*LOOP), ["a"], ["a", "b"])

    np.testing.assert_allclose(found, [[1.0, 0.3]], rtol=1e-14)
