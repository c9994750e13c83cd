"""Scores of series for which the answer is known by hand."""

import math

import numpy as np
import pytest

from sim.study.hindcast.scores import equally_good, mape, rmse, score, signs, skill, turns, widened

RECORD = np.array([10.0, 12.0, 11.0, 15.0])


def runs(*values: float, spread: float = 0.0) -> np.ndarray:
    """Give three runs about these values."""
    middle = np.array(values)
    return np.column_stack([middle - spread, middle, middle + spread])


def test_a_perfect_forecast_has_no_error() -> None:
    found = score(RECORD, runs(*RECORD), np.diff(RECORD))

    assert (found.n, found.bias, found.rmse, found.mape_share, found.mase_ratio, found.crps) == (
        4,
        0,
        0,
        0,
        0,
        0,
    )
    assert found.inside_share == 1.0
    assert signs(RECORD, RECORD) == (3, 3)
    assert turns(RECORD, RECORD, 0) == (2, 2)
    assert skill(RECORD, RECORD, RECORD - 1.0) == 1.0


def test_marks_are_those_worked_out_by_hand() -> None:
    found = score(RECORD, runs(11.0, 12.0, 13.0, 12.0), np.diff(RECORD))

    assert found.bias == pytest.approx((1 + 0 + 2 - 3) / 4)
    assert found.rmse == pytest.approx(math.sqrt((1 + 0 + 4 + 9) / 4))
    assert found.mape_share == pytest.approx((1 / 10 + 0 + 2 / 11 + 3 / 15) / 4)
    # the record steps by 2, 1 and 4
    assert found.mase_ratio == pytest.approx((6 / 4) / (7 / 3))
    # runs that are all the same score their absolute error
    assert found.crps == pytest.approx(6 / 4)


def test_crps_of_an_ensemble_is_mean_distance_less_half_the_mean_spread() -> None:
    found = score(np.array([3.0]), np.array([[1.0, 2.0, 6.0]]), np.array([]))

    # |1-3|, |2-3|, |6-3| mean 2; pairs |1-2|, |1-6|, |2-6|, each twice of nine: 20/9, half of it 10/9
    assert found.crps == pytest.approx(2.0 - 10.0 / 9.0)
    assert math.isnan(found.mase_ratio)


def test_cover_counts_what_lies_between_the_tenth_and_the_ninetieth_percentile() -> None:
    assert score(RECORD, runs(10.5, 12.0, 20.0, 15.0, spread=1.0), np.diff(RECORD)).inside_share == 0.75


def test_persistence_has_no_skill_over_itself() -> None:
    still = np.full(4, 9.0)

    assert skill(RECORD, still, still) == 0.0
    assert skill(RECORD, still, RECORD) == -math.inf
    assert skill(RECORD, RECORD, RECORD) == 0.0
    assert all(math.isnan(each) for each in equally_good(RECORD, still, still))


def test_a_planted_turn_is_found_within_a_step_and_not_beyond() -> None:
    peak = np.array([1.0, 2.0, 5.0, 3.0, 2.0, 1.0, 0.0])

    assert turns(peak, np.roll(peak, 1), 1) == (1, 1)
    assert turns(peak, np.roll(peak, 1), 0) == (0, 1)
    assert turns(peak, np.roll(peak, 2), 1) == (0, 1)
    assert turns(peak, -peak, 1) == (0, 1)


def test_a_gap_in_the_record_is_no_turn() -> None:
    assert turns(np.array([1.0, math.nan, 0.0, 1.0]), np.arange(4.0), 1) == (0, 0)


def test_signs_leave_out_what_did_not_move() -> None:
    assert signs(np.array([1.0, 1.0, 2.0, 1.0]), np.array([0.0, 3.0, 4.0, 5.0])) == (1, 2)


def test_diebold_and_mariano_is_the_statistic_worked_out_by_hand() -> None:
    record = np.zeros(5)
    own, null = np.array([1.0, 1.0, 0.0, 2.0, 1.0]), np.array([2.0, 1.0, 2.0, 2.0, 3.0])
    # losses differ by -3, 0, -4, 0, -8: mean -3, variance 8.8, no lags for five dates
    adjusted = math.sqrt((5 + 1 - 2 + 0) / 5)

    found, chance = equally_good(record, own, null)

    assert found == pytest.approx(-3.0 / math.sqrt(8.8 / 5) * adjusted)
    assert 0.05 < chance < 0.15
    assert all(math.isnan(each) for each in equally_good(record[:3], own[:3], null[:3]))


def test_a_band_is_widened_by_the_errors_made_elsewhere() -> None:
    record, told = np.array([10.0, 20.0]), np.array([[4.0], [16.0]])
    errors = np.array([2.0, 4.0, 6.0])

    crps, inside = widened(record, told, [errors, errors])

    # members 6, 8, 10 about 10, and 18, 20, 22 about 20; the mean of all nine distances among three is 16/9
    assert crps == pytest.approx(((4 + 2 + 0) / 3 - 8 / 9 + (2 + 0 + 2) / 3 - 8 / 9) / 2)
    # the ninetieth percentile of 6, 8, 10 is 9.6
    assert inside == 0.5
    assert all(math.isnan(each) for each in widened(record, told, [errors, errors[:2]]))


def test_shares_leave_out_a_record_of_zero() -> None:
    assert mape(np.array([0.0, 2.0]), np.array([1.0, 1.0])) == 0.5
    assert math.isnan(mape(np.zeros(1), np.ones(1)))
    assert rmse(np.zeros(2), np.array([3.0, 4.0])) == pytest.approx(math.sqrt(12.5))
