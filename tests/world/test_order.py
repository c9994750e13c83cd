"""The order of the ownership graph: holders before what they hold, whoever changes hands."""

from hypothesis import given
from hypothesis import strategies as st

from sim.world.order import Order, downward, moved_down

NODES = "abcdefgh"


def below(holders: dict[str, list[str]], node: str) -> set[str]:
    """Give a node and all that it holds through any chain."""
    found = {node}
    while new := {held for held in holders if found & {*holders[held]}} - found:
        found |= new
    return found


def is_right(order: Order, holders: dict[str, list[str]]) -> bool:
    """Whether each held node stands there once, after its holders or in one loop with them."""
    place = {node: number for number, loop in enumerate(order) for node in loop}
    once = sorted(node for loop in order for node in loop) == sorted(holders)
    return once and all(
        place[holder] < place[held] or holder in order[place[held]]
        for held in holders
        for holder in holders[held]
        if holder in place
    )


@given(
    st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=14),
    st.sampled_from(NODES),
    st.lists(st.sampled_from(NODES), min_size=1, max_size=3),
)
def test_a_node_with_new_holders_moves_down_behind_them(
    stakes: list[tuple[str, str]], held: str, new: list[str]
) -> None:
    holders: dict[str, list[str]] = {}
    for holder, each in stakes:
        if holder != each:
            holders.setdefault(each, []).append(holder)
    known = downward(holders)
    assert is_right(known, holders)

    holders[held] = new
    under = below(holders, held)
    if under.isdisjoint(new):
        order = moved_down(known, held, under, {holder for each in holders.values() for holder in each})
        assert is_right(order or downward(holders), holders)
