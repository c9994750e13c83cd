"""Expected prices, option margins and present values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.strategy.finance import (
    discount_factors,
    expected_prices,
    long_run_price,
    margin_spreads,
    option_margin,
)
from tests.market.books import CALM

MARGINS = st.floats(-2000.0, 2000.0)
SPREADS = st.floats(0.0, 800.0)


def option(margin: float, spread: float) -> float:
    """Give the worth of one margin to an owner that may idle."""
    return float(option_margin(np.array([[margin]]), np.array([[spread]]))[0, 0])


def test_a_margin_of_nothing_is_worth_its_spread_over_the_root_of_two_pi() -> None:
    assert option(0.0, 100.0) == pytest.approx(100.0 / math.sqrt(2.0 * math.pi))


def test_the_option_is_the_mean_of_the_positive_part_of_a_normal_margin() -> None:
    # the integral of max(x, 0) over a normal density with mean -80 and spread 120, by a fine sum
    points = np.linspace(-1280.0, 1120.0, 240_001)
    density = np.exp(-0.5 * ((points + 80.0) / 120.0) ** 2) / (120.0 * math.sqrt(2.0 * math.pi))

    assert option(-80.0, 120.0) == pytest.approx((np.maximum(points, 0.0) * density).sum() * 0.01, abs=1e-6)


@CALM
@given(margin=MARGINS, spread=SPREADS)
def test_the_option_to_idle_is_worth_no_less_than_the_margin_and_than_nothing(
    margin: float, spread: float
) -> None:
    assert option(margin, spread) >= max(margin, 0.0) - 1e-9


@CALM
@given(margin=MARGINS, spread=SPREADS, more=st.floats(0.0, 500.0))
def test_more_luck_never_makes_the_option_worth_less(margin: float, spread: float, more: float) -> None:
    assert option(margin, spread + more) >= option(margin, spread) - 1e-9


def test_without_luck_the_option_is_the_positive_part_of_the_margin() -> None:
    assert option(70.0, 0.0) == pytest.approx(70.0)
    assert option(-70.0, 0.0) == pytest.approx(0.0)


def test_expected_prices_close_half_of_the_gap_a_year() -> None:
    path = expected_prices(np.array([3000.0]), np.array([2800.0]), 0.5, 3)

    assert path[:, 0] == pytest.approx([2900.0, 2850.0, 2825.0])


def test_the_spread_of_a_margin_settles_where_it_returns() -> None:
    spread = margin_spreads(150.0, 0.6, 30)[:, 0]

    # 150 sqrt((1 - e^-1.2) / 1.2) after a year; 150 / sqrt(1.2) for ever
    assert spread[0] == pytest.approx(150.0 * math.sqrt((1.0 - math.exp(-1.2)) / 1.2))
    assert spread[-1] == pytest.approx(136.931, abs=0.001)


def test_the_spread_of_a_margin_that_never_returns_grows_with_the_root_of_time() -> None:
    assert margin_spreads(150.0, 0.0, 4)[:, 0] == pytest.approx(150.0 * np.sqrt([1.0, 2.0, 3.0, 4.0]))


def test_slow_return_and_no_return_give_the_same_spread_in_the_limit() -> None:
    assert margin_spreads(150.0, 1e-8, 5) == pytest.approx(margin_spreads(150.0, 0.0, 5), rel=1e-6)


def test_money_next_year_is_discounted_once() -> None:
    factors = discount_factors(np.array([0.1, 0.25]), 2)

    assert factors == pytest.approx(np.array([[1 / 1.1, 0.8], [1 / 1.21, 0.64]]))


def test_owners_mix_what_they_saw_with_what_they_foresee() -> None:
    # 0.4 x 3,000 + 0.6 x 2,500
    assert long_run_price(3000.0, 2500.0, 0.4) == pytest.approx(2700.0)
