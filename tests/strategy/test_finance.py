"""Accounts: who bears a loss, how a group stays liquid, interest, tax and payout by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.load import load
from sim.strategy.finance import (
    BEARERS,
    Liquidity,
    bear_losses,
    claims,
    close_year,
    discount_rates,
    keep_liquid,
    loan_rates,
    split_payout,
    use_of_surplus,
)
from tests.market.books import CALM

TERMS = load("baseline").spec.parameters.finance.model_copy(
    update={
        "tax_share": 0.25,
        "payout_share": 0.4,
        "base_rate_per_year": 0.03,
        "central_spread_per_year": 0.003,
        "standalone_spread_per_year": 0.03,
        "distress_spread_per_year": 0.02,
        "target_leverage_share": 0.4,
    }
)
SEEDS = st.integers(0, 10_000)


def held(cash: float, debt: float = 0.0, payables: float = 0.0) -> Liquidity:
    """Give the liquidity of one group."""
    return Liquidity(np.array([cash]), np.array([debt]), np.array([payables]))


def after(before: Liquidity, least: float, payables: float, debt: float) -> tuple[float, float, float]:
    """Give cash, debt and payables of one group after it has kept itself liquid."""
    suppliers, lenders = np.maximum((payables - before.payables_mcny, debt - before.debt_mcny), 0.0)
    found = keep_liquid(before, np.array([least]), suppliers, lenders)
    return float(found.cash_mcny[0]), float(found.debt_mcny[0]), float(found.payables_mcny[0])


def test_a_loss_is_borne_in_order_until_it_is_used_up() -> None:
    room = np.array([[30.0], [20.0], [10.0], [0.0], [25.0], [5.0], [100.0]])

    borne = bear_losses(np.array([75.0]), room)

    # 30 + 20 + 10 + 0 leave 15 of 75 for new debt
    assert borne[:, 0] == pytest.approx([30.0, 20.0, 10.0, 0.0, 15.0, 0.0, 0.0, 0.0])


def test_workers_bear_what_nobody_else_can() -> None:
    borne = bear_losses(np.array([10.0]), np.zeros((len(BEARERS) - 1, 1)))

    assert borne[BEARERS.index("workers"), 0] == 10.0


@CALM
@given(seed=SEEDS)
def test_what_bearers_bear_adds_up_to_the_loss_of_every_group(seed: int) -> None:
    luck = np.random.default_rng(seed)
    loss = luck.uniform(0.0, 500.0, 9) * (luck.uniform(size=9) < 0.8)
    room = luck.uniform(0.0, 100.0, (len(BEARERS) - 1, 9)) * (luck.uniform(size=(7, 9)) < 0.7)

    borne = bear_losses(loss, room)

    assert borne.sum(axis=0) == pytest.approx(loss)
    assert borne.min() >= 0.0
    assert (borne[:-1] <= room + 1e-9).all()


def test_a_group_short_of_cash_stretches_payables_before_it_borrows() -> None:
    # 40 short: 15 from suppliers, 25 from lenders
    assert after(held(60.0, debt=10.0), least=100.0, payables=15.0, debt=500.0) == (100.0, 35.0, 15.0)


def test_a_group_without_credit_stays_short() -> None:
    assert after(held(-20.0, debt=50.0, payables=15.0), least=10.0, payables=15.0, debt=50.0) == (
        -20.0,
        50.0,
        15.0,
    )


def test_a_group_with_cash_to_spare_pays_its_suppliers_first() -> None:
    # 30 above the least cash: all of it goes to payables
    assert after(held(130.0, payables=40.0), least=100.0, payables=50.0, debt=0.0) == (100.0, 0.0, 10.0)


@CALM
@given(seed=SEEDS)
def test_keeping_liquid_makes_no_money(seed: int) -> None:
    luck = np.random.default_rng(seed)
    before = Liquidity(luck.normal(0.0, 100.0, 8), luck.uniform(0.0, 300.0, 8), luck.uniform(0.0, 50.0, 8))

    found = keep_liquid(before, *luck.uniform(0.0, 200.0, (3, 8)))

    net = before.cash_mcny - before.debt_mcny - before.payables_mcny
    assert found.cash_mcny - found.debt_mcny - found.payables_mcny == pytest.approx(net, abs=1e-9)


@CALM
@given(seed=SEEDS)
def test_no_group_borrows_beyond_its_limits(seed: int) -> None:
    luck = np.random.default_rng(seed)
    before = Liquidity(luck.normal(0.0, 100.0, 8), luck.uniform(0.0, 300.0, 8), luck.uniform(0.0, 50.0, 8))
    least, payables, debt = luck.uniform(0.0, 200.0, (3, 8))

    suppliers, lenders = np.maximum((payables - before.payables_mcny, debt - before.debt_mcny), 0.0)
    found = keep_liquid(before, least, suppliers, lenders)

    assert (found.debt_mcny <= np.maximum(before.debt_mcny, debt) + 1e-9).all()
    assert (found.payables_mcny <= np.maximum(before.payables_mcny, payables) + 1e-9).all()
    assert found.payables_mcny.min() >= 0.0


def test_a_profitable_year_is_closed_as_worked_out_by_hand() -> None:
    closed = close_year(np.array([500.0]), np.array([100.0]), np.array([2000.0]), np.array([0.05]), TERMS)

    # interest 0.05 x 2,000 = 100; taxable 500 - 100 - 100 = 300; tax 75; payout 0.4 x 225; cover 500 / 100
    assert closed.interest_mcny == pytest.approx([100.0])
    assert closed.tax_mcny == pytest.approx([75.0])
    assert closed.payout_mcny == pytest.approx([90.0])
    assert closed.cover == pytest.approx([5.0])


def test_a_losing_year_pays_interest_and_nothing_else() -> None:
    closed = close_year(np.array([-50.0]), np.array([100.0]), np.array([2000.0]), np.array([0.05]), TERMS)

    assert closed.interest_mcny == pytest.approx([100.0])
    assert closed.tax_mcny == closed.payout_mcny == 0.0
    assert closed.cover[0] < 0.0


def test_a_dividend_goes_to_those_who_hold_the_plants_that_earned_it() -> None:
    # group 0 runs plants 0 and 1 and has a mine; group 1 holds 40 % of plant 1, somebody else 20 % of plant 0;
    # group 2 holds 30 % of plant 2, which group 1 runs at a loss
    interest = np.array([[0.8, 0.6, 0.0], [0.0, 0.4, 0.7], [0.0, 0.0, 0.3]])
    found = split_payout(
        np.array([100.0, 50.0, 10.0]),
        (np.array([30.0, 50.0, -10.0]), np.array([20.0, 5.0, 0.0])),
        claims(np.array([0, 0, 1]), interest),
    )

    # plant 0 pays 30 of the 100, plant 1 50
    assert found.minority_mcny == pytest.approx([0.2 * 30.0, 0.0, 0.0])
    assert found.between_mcny == pytest.approx([-0.4 * 50.0, 0.4 * 50.0, 0.0])
    assert found.owners_mcny == pytest.approx([100.0 - 6.0 - 20.0, 50.0, 10.0])


def test_owners_above_the_head_of_a_group_are_no_minority_of_its_plants() -> None:
    # group 1 holds 20 % of group 0, which holds all of its plant
    found = split_payout(
        np.array([100.0, 0.0]),
        (np.array([9.0]), np.zeros(2)),
        claims(np.array([0]), np.array([[1.0], [0.2]])),
    )

    assert found.minority_mcny.tolist() == [0.0, 0.0]
    assert found.between_mcny == pytest.approx([-20.0, 20.0])
    assert found.owners_mcny == pytest.approx([80.0, 0.0])


def spread(
    cash: float, debt: float, most: float, assets: float, *, distressed: bool = False
) -> tuple[float, float]:
    """Give what one group repays and pays its owners from cash beyond the most that it keeps."""
    weak = np.array([distressed])
    repaid, paid = use_of_surplus(held(cash, debt), np.array([most]), np.array([assets]), weak, TERMS)
    return float(repaid[0]), float(paid[0])


def test_surplus_cash_repays_debt_down_to_the_target_and_the_rest_goes_to_owners() -> None:
    # 300 above the most of 200; debt of 520 is 120 above 0.4 x 1,000; 300 - 120 remain
    assert spread(500.0, 520.0, 200.0, 1000.0) == pytest.approx((120.0, 180.0))


def test_in_distress_lenders_are_paid_back_before_owners_get_anything() -> None:
    assert spread(500.0, 520.0, 200.0, 1000.0, distressed=True) == (300.0, 0.0)
    assert spread(500.0, 250.0, 200.0, 1000.0, distressed=True) == (250.0, 50.0)


def test_a_group_without_plants_repays_what_it_can() -> None:
    assert spread(90.0, 400.0, 0.0, 0.0) == (90.0, 0.0)


def test_a_group_without_surplus_neither_repays_nor_pays() -> None:
    assert spread(200.0, 900.0, 200.0, 1000.0) == (0.0, 0.0)
    assert spread(-50.0, 900.0, 200.0, 1000.0) == (0.0, 0.0)


def test_loans_are_dearer_for_stand_alone_refiners_and_in_distress() -> None:
    rates = loan_rates(np.array([0, 3, 3]), np.array([False, False, True]), TERMS)

    # 3 % and a spread of 0.3, of 3, and of 3 + 2 points
    assert rates == pytest.approx([0.033, 0.06, 0.08])


def test_each_type_of_owner_discounts_at_its_own_rate() -> None:
    rates = discount_rates(np.array([3, 2, 1, 0]), TERMS)

    assert rates.tolist() == [
        TERMS.standalone_discount_per_year,
        TERMS.private_discount_per_year,
        TERMS.provincial_discount_per_year,
        TERMS.central_discount_per_year,
    ]
