"""Stocks as a demand: cover, floor, ceiling and how fast the gap closes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.arrays import Floats
from sim.market.stocks import StockRule, restocking
from tests.market.books import CALM, rule


def store(stock: float, **changes: object) -> StockRule:
    """Give one place that uses 0.1 Mt a day, wants 10 days (5 to 20) at 2,800 CNY/t and closes half of the gap."""
    usual: dict[str, object] = {
        "daily_mt": np.array([0.1]),
        "stock_mt": np.array([stock]),
        "adjustment": 0.5,
        "deepest_mt": np.array([9.0]),
    }
    return rule(1, **{**usual, **changes})


def bought(of: StockRule, price: float) -> float:
    """Give what goes into stock at a price."""
    return float(restocking(of, np.array([price]))[0][0])


def test_at_the_expected_price_half_of_the_gap_to_the_cover_is_closed() -> None:
    # wanted 10 days x 0.1 = 1.0 Mt; half of the missing 0.4
    assert bought(store(0.6), 2800.0) == pytest.approx(0.2)


def test_a_price_one_scale_below_expectation_makes_holders_want_e_times_as_much() -> None:
    # 1.0 Mt x e = 2.718, above the ceiling of 20 days = 2.0: half of 2.0 - 1.0; half a scale: 1.6487
    assert bought(store(1.0), 1900.0) == pytest.approx(0.5)
    assert bought(store(1.0), 2350.0) == pytest.approx(0.5 * 0.64872, abs=1e-5)


def test_a_dear_quarter_draws_stock_down_to_the_floor_and_no_further() -> None:
    # floor of 5 days: 0.5 Mt; half of the way from 1.0
    assert bought(store(1.0), 9000.0) == pytest.approx(-0.25)


def test_no_more_is_drawn_than_the_quarter_allows() -> None:
    assert bought(store(1.0, deepest_mt=np.array([0.1])), 9000.0) == pytest.approx(-0.1)


@CALM
@given(stock=st.floats(0.0, 3.0), price=st.floats(0.0, 9000.0))
def test_a_stock_never_goes_below_zero(stock: float, price: float) -> None:
    assert stock + bought(store(stock), price) >= 0.0


@CALM
@given(stock=st.floats(0.0, 3.0), price=st.floats(500.0, 6000.0), rise=st.floats(0.0, 2000.0))
def test_a_dearer_quarter_never_fills_stocks_more(stock: float, price: float, rise: float) -> None:
    assert bought(store(stock), price + rise) <= bought(store(stock), price)


@CALM
@given(stock=st.floats(0.0, 3.0), price=st.floats(500.0, 6000.0))
def test_the_slope_is_that_of_a_finite_difference_except_at_corners(stock: float, price: float) -> None:
    of = store(stock)
    below, here, above = (bought(of, price + step) for step in (-0.01, 0.0, 0.01))

    slope: Floats = restocking(of, np.array([price]))[1]

    left, right = (here - below) / 0.01, (above - here) / 0.01
    assert min(left, right) - 1e-6 <= slope[0] <= max(left, right) + 1e-6


def test_holders_without_use_sell_what_they_have() -> None:
    # wanted nothing: half of the stock leaves in the quarter
    assert bought(store(0.4, daily_mt=np.array([0.0])), 2800.0) == pytest.approx(-0.2)
