"""A shortage of ore, shared among owners with and without ore of their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market.ore import shared_shortage

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
