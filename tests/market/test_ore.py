"""A shortage of ore, shared among owners with and without ore of their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market.ore import potential, rationed_share, shared_shortage

TONNES = st.floats(0.0, 50.0)


def test_without_own_ore_all_miss_the_same_part() -> None:
    assert shared_shortage(np.array([3.0, 0.0, 1.0]), np.zeros(3), 0.3).tolist() == [0.3, 0.3, 0.3]


def test_whoever_has_all_the_ore_that_it_needs_misses_none() -> None:
    short = shared_shortage(np.array([2.0, 8.0]), np.array([5.0, 0.0]), 0.5)

    assert short == pytest.approx([0.0, 0.625])


def test_more_own_ore_than_comes_at_all_is_shared_by_its_owners() -> None:
    short = shared_shortage(np.array([8.0, 2.0]), np.array([8.0, 0.0]), 0.5)

    assert short == pytest.approx([0.375, 1.0])


@given(st.lists(st.tuples(TONNES, TONNES), min_size=1, max_size=6), st.floats(0.0, 1.0))
def test_as_much_is_missing_in_all_whoever_owns_it(rows: list[tuple[float, float]], missing: float) -> None:
    need, own = np.array(rows).T
    short = shared_shortage(need, own, missing)

    assert ((short >= -1e-9) & (short <= 1.0 + 1e-9)).all()
    assert float((short * need).sum()) == pytest.approx(missing * float(need.sum()), abs=1e-9)


def test_own_ore_comes_first_and_the_rest_is_shared_by_what_is_still_needed() -> None:
    # 10 of 20 come: 4 to their owner, 6 by open needs of 6 and 10
    short = shared_shortage(np.array([10.0, 10.0]), np.array([4.0, 0.0]), 0.5)

    assert short == pytest.approx([1.0 - 6.25 / 10.0, 1.0 - 3.75 / 10.0])


def test_whoever_needs_no_ore_misses_what_all_miss() -> None:
    short = shared_shortage(np.array([2.0, 0.0, 8.0]), np.array([5.0, 0.0, 0.0]), 0.5)

    assert short == pytest.approx([0.0, 0.5, 0.625])


def test_owners_of_all_ore_share_what_comes() -> None:
    assert shared_shortage(np.full(2, 2.0), np.full(2, 2.0), 0.5) == pytest.approx([0.5, 0.5])


def test_mines_fade_by_their_trend_down_to_a_floor() -> None:
    fading = np.array([-np.log(2.0), np.log(2.0)])

    # a half after a year, a quarter after two, of which the floor is more; growth has no ceiling
    assert potential(np.array([10.0, 10.0]), fading, 0.3, 1.0) == pytest.approx([5.0, 20.0])
    assert potential(np.array([10.0, 10.0]), fading, 0.3, 2.0) == pytest.approx([3.0, 40.0])


def test_a_region_misses_the_part_of_its_need_that_its_mines_do_not_give() -> None:
    short = rationed_share(np.array([10.0, 4.0, 0.0]), np.array([8.0, 5.0, 1.0]))

    assert short == pytest.approx([0.2, -0.25, 0.0])
