"""The nearest value at which a choice turns."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import brentq

from sim.choice import Grounds, Lever, agrees
from sim.core.arrays import Floats
from sim.reasons.verdict import STEPS, Tipping, nearest_roots, tippings


def lever(gap: Callable[[Floats], Floats], now: float, low: float, high: float, name: str = "a") -> Lever:
    """Give a number whose gap is a function of itself."""
    return Lever(
        name, "its size", "CNY/t", now, low, high, Grounds(lambda numbers, _: gap(numbers[name]), {name: now})
    )


def root(gap: Callable[[Floats], Floats], now: float, low: float, high: float) -> float:
    """Give the nearest value at which a gap is zero."""
    return float(nearest_roots([lever(gap, now, low, high)])[0])


def test_the_nearer_of_two_roots_is_found() -> None:
    # (x - 1)(x - 5): from 2 the root at 1 is nearer, from 4 that at 5
    def gap(value: Floats) -> Floats:
        return (value - 1.0) * (value - 5.0)

    assert root(gap, 2.0, 0.0, 10.0) == pytest.approx(1.0)
    assert root(gap, 4.0, 0.0, 10.0) == pytest.approx(5.0)


def test_a_function_without_a_root_in_reach_has_none() -> None:
    assert math.isnan(root(lambda value: value + 1.0, 2.0, 0.0, 10.0))
    assert math.isnan(root(np.ones_like, 2.0, 2.0, 2.0))


def test_a_number_that_is_at_its_root_tips_where_it_is() -> None:
    assert root(lambda value: value - 2.0, 2.0, 0.0, 10.0) == 2.0


def test_a_root_at_the_limit_is_found() -> None:
    assert root(lambda value: value - 10.0, 2.0, 0.0, 10.0) == pytest.approx(10.0)


@pytest.mark.parametrize("now", [0.25, 3.0])
@pytest.mark.parametrize(
    "gap",
    [
        np.cos,
        lambda x: x**3 - 2.0,
        lambda x: np.exp(-x) - 0.2,
        lambda x: np.where(x > 1.7, 3.0, -1e-3),
        np.tanh,
    ],
)
def test_a_root_is_that_of_the_library_to_the_last_bit(gap: Callable[[Floats], Floats], now: float) -> None:
    found = root(gap, now, -1.0, 4.0)
    ways = (
        [now + (4.0 - now) * share for share in STEPS]
        if found > now
        else [now - (now + 1.0) * share for share in STEPS]
    )
    (ends,) = [pair for pair in pairwise(ways) if min(pair) <= found <= max(pair) and found not in pair]

    assert found == brentq(gap, *sorted(ends), xtol=1e-9, rtol=1e-12)


def test_levers_are_ranked_by_relative_change_and_those_out_of_reach_are_left_out() -> None:
    levers = [
        lever(lambda value: value - 200.0, 100.0, 0.0, 500.0, "far"),
        lever(lambda value: value - 1100.0, 1000.0, 0.0, 5000.0, "near"),
        lever(np.ones_like, 1.0, 0.0, 2.0, "never"),
        lever(lambda value: value - 1.0, 9.0, 0.0, 2.0, "outside"),
    ]

    found, first = tippings([levers])[0], tippings([levers[:1], levers], 1)

    # 1000 to 1100 is a tenth, 100 to 200 is the whole
    assert [each.name for each in found] == ["near", "far"]
    assert [each.change_share for each in found] == [pytest.approx(0.1), pytest.approx(1.0)]
    assert first == [found[1:], found[:1]]


def test_a_change_from_zero_is_infinite_and_is_told_without_per_cent() -> None:
    way = Tipping("subsidy_cny_per_t", "the subsidy", "CNY/t", 0.0, 1039.4)

    assert math.isinf(way.change_share)
    assert way.told() == "the subsidy been 1,039 CNY/t instead of 0"


def test_a_tipping_value_is_told_with_unit_and_change() -> None:
    assert Tipping("c", "its cash cost", "CNY/t", 2700.0, 2520.0).told() == (
        "its cash cost been 2,520 CNY/t instead of 2,700 (-7 %)"
    )
    assert Tipping("d", "its discount rate", "1/yr", 0.07, 0.231).told() == (
        "its discount rate been 23.1 % instead of 7.0 %"
    )


def test_values_agree_up_to_the_digits_that_files_keep() -> None:
    assert agrees(1000.0000001, 1000.0)
    assert not agrees(1000.1, 1000.0)
    assert not agrees(float("nan"), 1000.0)
