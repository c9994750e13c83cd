"""What a buyer can raise, and how a price is paid."""

from dataclasses import replace

import numpy as np
import pytest

from sim.strategy.deals import Buyers, payment, room_to_pay

BUYER = Buyers(
    spare_mcny=np.array([100.0]),
    debt_mcny=np.array([500.0]),
    assets_mcny=np.array([1000.0]),
    earned_mcny=np.array([150.0]),
    rate_per_year=np.array([0.05]),
)


def room(assets: float, earned: float, cover: float = 1.5) -> float:
    """Give what the buyer can raise for one target."""
    return float(room_to_pay(BUYER, np.array([[assets]]), np.array([[earned]]), 0.7, cover)[0, 0])


def test_debt_goes_up_to_seven_tenths_of_both_balance_sheets() -> None:
    # 0.7 x 1200 - 500 = 340, and 100 in cash; interest is no limit: 150 / (1.5 x 5 %) - 500 = 1500
    assert room(200.0, 0.0) == pytest.approx(440.0)


def test_lenders_stop_where_earnings_would_not_cover_interest() -> None:
    # (150 - 90) / (1.5 x 5 %) - 500 = 300, and 100 in cash
    assert room(200.0, -90.0) == pytest.approx(400.0)


def test_a_buyer_with_too_much_debt_pays_from_cash_alone() -> None:
    assert room(200.0, -150.0) == pytest.approx(100.0)


def test_a_buyer_short_of_cash_pays_from_loans_alone() -> None:
    short = replace(BUYER, spare_mcny=np.array([-100.0]))

    assert room_to_pay(short, np.array([[200.0]]), np.zeros((1, 1)), 0.7, 1.5).tolist() == [[340.0]]


@pytest.mark.parametrize(
    ("price", "debt", "spare", "paid"),
    [
        (300.0, 120.0, 100.0, (120.0, 100.0, 80.0)),
        (300.0, 0.0, 500.0, (0.0, 300.0, 0.0)),
        (300.0, 900.0, 100.0, (300.0, 0.0, 0.0)),  # debt beyond the price stays with the seller
        (300.0, 0.0, -50.0, (0.0, 0.0, 300.0)),
    ],
)
def test_a_price_is_paid_in_debt_taken_over_then_cash_then_loans(
    price: float, debt: float, spare: float, paid: tuple[float, float, float]
) -> None:
    how = payment(price, debt, spare)

    assert (how.assumed_mcny, how.cash_mcny, how.loan_mcny) == pytest.approx(paid)
    assert how.assumed_mcny + how.cash_mcny + how.loan_mcny == pytest.approx(price)
