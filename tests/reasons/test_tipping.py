"""The nearest value at which a choice turns."""

import math

import pytest

from sim.choice import Lever, agrees
from sim.reasons.verdict import Tipping, nearest_root, tippings


def test_the_nearer_of_two_roots_is_found() -> None:
    # (x - 1)(x - 5): from 2 the root at 1 is nearer, from 4 that at 5
    def gap(value: float) -> float:
        return (value - 1.0) * (value - 5.0)

    assert nearest_root(gap, 2.0, 0.0, 10.0) == pytest.approx(1.0)
    assert nearest_root(gap, 4.0, 0.0, 10.0) == pytest.approx(5.0)


def test_a_function_without_a_root_in_reach_has_none() -> None:
    assert nearest_root(lambda value: value + 1.0, 2.0, 0.0, 10.0) is None
    assert nearest_root(lambda value: 1.0, 2.0, 2.0, 2.0) is None


def test_a_number_that_is_at_its_root_tips_where_it_is() -> None:
    assert nearest_root(lambda value: value - 2.0, 2.0, 0.0, 10.0) == 2.0


def test_a_root_at_the_limit_is_found() -> None:
    assert nearest_root(lambda value: value - 10.0, 2.0, 0.0, 10.0) == pytest.approx(10.0)


def test_levers_are_ranked_by_relative_change_and_those_out_of_reach_are_left_out() -> None:
    levers = [
        Lever("far", "a", "CNY/t", 100.0, 0.0, 500.0, lambda value: value - 200.0),
        Lever("near", "b", "CNY/t", 1000.0, 0.0, 5000.0, lambda value: value - 1100.0),
        Lever("never", "c", "CNY/t", 1.0, 0.0, 2.0, lambda value: 1.0),
        Lever("outside", "d", "CNY/t", 9.0, 0.0, 2.0, lambda value: value - 1.0),
    ]

    found = tippings(levers)

    # 1000 to 1100 is a tenth, 100 to 200 is the whole
    assert [each.name for each in found] == ["near", "far"]
    assert [each.change_share for each in found] == [pytest.approx(0.1), pytest.approx(1.0)]


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
