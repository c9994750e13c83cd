"""Holding against closing, by hand over two years, and who goes first."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.load import load
from sim.strategy.leaving import (
    Loan,
    Prospect,
    cost_of_recall,
    first_to_leave,
    use_of_holding,
    value_of_holding,
    value_of_leaving,
)

PARAMETERS = load("baseline").spec.parameters
LEAVING = PARAMETERS.leaving.model_copy(
    update={
        "horizon_years": 2.0,
        "upkeep_cny_per_t": 30.0,
        "salvage_cny_per_t": 150.0,
        "land_cny_per_t": 50.0,
        "closure_cny_per_t": 350.0,
        "severance_mcny_per_job": 0.12,
        "jobs_jobs_per_kt": 0.5,
        "government_share": 0.3,
    }
)
NEARLY_CERTAIN = PARAMETERS.running.model_copy(update={"margin_volatility_cny_per_t": 1e-6})
UNCERTAIN = PARAMETERS.running.model_copy(update={"margin_volatility_cny_per_t": 150.0, "hope_per_year": 0.0})
VAT = 0.13


def prospect(**changes: object) -> Prospect:
    """Give one plant that earns 100 CNY/t today and 226 CNY/t in the long run, discounted at 10 %."""
    usual = Prospect(
        today_cny_per_t=np.array([2700.0]),
        long_run_cny_per_t=np.array([2826.0]),
        cost_cny_per_t=np.array([2600.0]),
        discount_per_year=np.array([0.1]),
        runnable_share=np.array([0.9]),
        cold_share=np.array([0.0]),
    )
    return replace(usual, **changes)


def test_holding_for_two_certain_years_is_worth_what_the_hand_says() -> None:
    value = value_of_holding(prospect(), LEAVING, NEARLY_CERTAIN, 0.5, VAT)

    # margins: 0.5 x 100 + 0.5 x 226 = 163 and 0.25 x 100 + 0.75 x 226 = 194.5, less VAT 144.248 and 172.124
    # 0.9 x (144.248 / 1.1 + 172.124 / 1.21) = 0.9 x (131.134 + 142.251)
    assert value == pytest.approx([246.047], abs=0.001)


def test_years_before_a_plant_must_go_do_not_count() -> None:
    later = [
        value_of_holding(prospect(), LEAVING, NEARLY_CERTAIN, 0.5, VAT, after)[0] for after in (0, 1, 2, 9)
    ]

    # of the sum above 0.9 x 142.251 = 128.026 is left after the first year
    assert later == pytest.approx([246.047, 128.026, 0.0, 0.0], abs=0.001)


def test_a_plant_that_loses_for_certain_costs_its_upkeep() -> None:
    value = value_of_holding(prospect(cost_cny_per_t=np.array([4000.0])), LEAVING, NEARLY_CERTAIN, 0.5, VAT)

    # -30 x (1 / 1.1 + 1 / 1.21)
    assert value == pytest.approx([-52.066], abs=0.001)


def test_a_plant_with_cold_lines_pays_for_their_start_over_the_horizon() -> None:
    terms = NEARLY_CERTAIN.model_copy(update={"start_cost_cny_per_t": 110.0})
    value = value_of_holding(prospect(cold_share=np.array([1.0])), LEAVING, terms, 0.5, VAT)

    # 110 / 2 a year: margins of 108 and 139.5, less VAT 95.575 and 123.451
    # 0.9 x (95.575 / 1.1 + 123.451 / 1.21)
    assert value == pytest.approx([170.021], abs=0.001)


def test_luck_is_worth_something_to_a_plant_that_breaks_even() -> None:
    even = prospect(today_cny_per_t=np.array([2600.0]), long_run_cny_per_t=np.array([2600.0]))

    value = value_of_holding(even, LEAVING, UNCERTAIN, 0.5, VAT)

    # a margin of 0 +- 150 sqrt(n) is worth 150 sqrt(n) / sqrt(2 pi) to one who may idle: 59.841 and 84.628
    # 0.9 / 1.13 x (59.841 / 1.1 + 84.628 / 1.21) less upkeep half of the time, 15 x 1.73554
    expected = 0.9 / 1.13 * (59.841 / 1.1 + 84.628 / 1.21) - 15.0 * 1.73554
    assert value == pytest.approx([expected], abs=0.01)
    assert math.isclose(150.0 / math.sqrt(2.0 * math.pi), 59.841, abs_tol=0.001)


def test_a_dearer_future_makes_holding_worth_more() -> None:
    value = [
        float(
            value_of_holding(prospect(long_run_cny_per_t=np.array([price])), LEAVING, UNCERTAIN, 0.5, VAT)[0]
        )
        for price in (2400.0, 2600.0, 2800.0)
    ]

    assert value == sorted(value)


def test_a_plant_kept_will_be_used_as_its_margins_say_the_near_years_counting_more() -> None:
    doubled = np.array([1.0])
    used = use_of_holding(prospect(discount_per_year=doubled), LEAVING, UNCERTAIN, 0.5)

    # margins of 163 and 194.5 over spreads of 150 and 150 sqrt 2: idle 0.25225 and 0.28559; discounted by 1/2 and 1/4
    # (0.74775 x 0.5 + 0.71441 x 0.25) / 0.75
    assert used == pytest.approx([0.736637], abs=1e-5)


@pytest.mark.parametrize(
    ("years", "age", "discount", "cost"),
    [
        # Half is left; 0.25 + 0.05 x 0.5 in a year and 0.25 + 0.05 x 0.25 in two are worth 0.25 + 0.216942.
        (4.0, 2.0, 0.1, 33.058),
        # 0.8 is left; 0.4 + 0.05 x 0.8 and 0.4 + 0.05 x 0.4 are worth 0.4 + 0.347107.
        (2.5, 0.5, 0.1, 52.893),
        # Who discounts at less than the loan rate is glad to be rid of it, which is no gain of leaving.
        (4.0, 2.0, 0.02, 0.0),
        (4.0, 5.0, 0.1, 0.0),
        # 0.4 + 0.05, 0.4 + 0.05 x 0.6 and the half instalment of 0.2 + 0.05 x 0.2 are worth 0.922239
        (2.5, 0.0, 0.1, 77.761),
        # A loan of no years is paid back.
        (0.0, 0.5, 0.1, 0.0),
    ],
)
def test_a_loan_that_falls_due_costs_what_later_instalments_would_have_saved(
    years: float, age: float, discount: float, cost: float
) -> None:
    one = np.array([1.0])
    loan = Loan(1000.0, years, age * one, 0.05 * one, discount * one)

    assert cost_of_recall(loan) == pytest.approx([cost], abs=0.001)


def test_closing_gives_scrap_and_land_less_the_owners_part_of_clean_up_and_severance() -> None:
    # 150 + 50 - 0.7 x 350 - 0.7 x (0.12 mCNY/job x 0.5 job/kt = 60 CNY/t)
    assert value_of_leaving(LEAVING) == pytest.approx(-87.0)


def test_the_owner_with_most_to_gain_over_its_reluctance_goes_first() -> None:
    gain, reluctance = np.array([300.0, 250.0, 90.0]), np.array([280.0, 100.0, 0.0])

    # surpluses of 20, 150 and 90
    assert first_to_leave(gain, reluctance) == 1


def test_nobody_goes_when_all_would_rather_hold() -> None:
    assert first_to_leave(np.array([50.0, 100.0]), np.array([60.0, 100.0])) == -1


def test_half_a_yuan_more_is_reason_enough() -> None:
    assert first_to_leave(np.array([100.5]), np.array([100.0])) == 0


def test_nobody_goes_when_nobody_thinks_of_it() -> None:
    assert first_to_leave(np.zeros(0), np.zeros(0)) == -1
