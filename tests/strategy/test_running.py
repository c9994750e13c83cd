"""Stop and start thresholds against the switching problem that they approximate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.arrays import Floats
from sim.scenario.load import load
from sim.scenario.owner_parameters import Running
from sim.strategy.running import half_band, thresholds, warm_share
from tests.market.books import CALM
from tests.strategy.switching import thresholds as judged

CASES = [
    (250.0, 60.0, 40.0),
    (450.0, 210.0, 140.0),
    (150.0, 110.0, 50.0),
    (100.0, 60.0, 20.0),
    (300.0, 200.0, 80.0),
]
"""Volatility, start cost and stop cost: two cases of the literature and the corners of the plausible range."""


def running(
    volatility: float = 150.0, start: float = 110.0, stop: float = 50.0, hope: float = 0.6
) -> Running:
    """Give the parameters of running."""
    return Running(
        margin_volatility_cny_per_t=volatility,
        start_cost_cny_per_t=start,
        stop_cost_cny_per_t=stop,
        hope_per_year=hope,
        answer_per_quarter=0.5,
        standby_share=0.05,
        cooling_per_quarter=0.25,
        warming_per_quarter=0.4,
        write_off_share=0.05,
        hope_limit_share=0.6,
        idle_share=0.2,
        full_share=0.8,
    )


def both(cost: float, price: float, expected: float, relief: float = 0.0, hope: float = 0.6) -> Floats:
    """Give the stop and the start threshold of one plant."""
    values = (np.array([each]) for each in (cost, price, expected, relief))
    return thresholds(running(hope=hope), *values)[:, 0]


@pytest.mark.parametrize(("volatility", "cost", "expected"), [(250, 100, 167.36), (450, 350, 375.99)])
def test_the_half_band_is_the_cube_root_worked_out_by_hand(
    volatility: float, cost: float, expected: float
) -> None:
    # cube roots of 0.75 x 62,500 x 100 = 4,687,500 and 0.75 x 202,500 x 350 = 53,156,250
    assert half_band(running(volatility, 0.6 * cost, 0.4 * cost)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("volatility", "start", "stop"), CASES)
def test_the_half_band_is_that_of_the_switching_problem(volatility: float, start: float, stop: float) -> None:
    low, high = judged(volatility, start, stop)

    # 5 %: the formula is the limit of small costs; discounting widens the band by 1 to 2 %
    assert half_band(running(volatility, start, stop)) == pytest.approx(0.5 * (high - low), rel=0.05)


@pytest.mark.parametrize(("volatility", "start", "stop"), CASES)
def test_hope_moves_both_thresholds_as_drift_does_in_the_switching_problem(
    volatility: float, start: float, stop: float
) -> None:
    of, nothing = running(volatility, start, stop, hope=0.5), np.zeros(1)
    # a price expected to rise by 120 CNY/t at a speed of 0.5 a year: a drift of 60 CNY/t a year
    hoping = thresholds(of, nothing, nothing, np.array([120.0]), nothing)
    calm = thresholds(of, nothing, nothing, nothing, nothing)

    shift = np.mean(judged(volatility, start, stop, drift=60.0)) - np.mean(judged(volatility, start, stop))

    # 10 %: the shift is the first term of a series in the band
    assert hoping - calm == pytest.approx(np.full((2, 1), shift), rel=0.1)


def test_a_plant_without_hope_or_help_stops_and_starts_a_half_band_from_its_cost() -> None:
    band = half_band(running())

    assert both(2800.0, price=2700.0, expected=2700.0) == pytest.approx([2800.0 - band, 2800.0 + band])


def test_support_and_customers_lower_the_stop_threshold_alone() -> None:
    bare, relieved = both(2800.0, 2700.0, 2700.0), both(2800.0, 2700.0, 2700.0, relief=75.0)

    assert bare - relieved == pytest.approx([75.0, 0.0])


def test_an_owner_that_expects_less_than_today_leaves_sooner() -> None:
    assert (both(2800.0, 2700.0, 2500.0) > both(2800.0, 2700.0, 2700.0)).all()


@CALM
@given(expected=st.floats(0.0, 20_000.0))
def test_hope_never_moves_a_threshold_by_more_than_its_share_of_the_band(expected: float) -> None:
    band = half_band(running())

    shift = both(2800.0, 2700.0, expected) - both(2800.0, 2700.0, 2700.0)

    assert np.abs(shift).max() <= running().hope_limit_share * band + 1e-9


@CALM
@given(
    volatility=st.floats(10.0, 600.0),
    start=st.floats(0.0, 1000.0),
    stop=st.floats(0.0, 1000.0),
    relief=st.floats(0, 300),
)
def test_no_plant_starts_below_the_price_at_which_it_stops(
    volatility: float, start: float, stop: float, relief: float
) -> None:
    values = (np.array([each]) for each in (2800.0, 2700.0, 2900.0, relief))

    low, high = thresholds(running(volatility, start, stop), *values)[:, 0]

    assert low <= high


def test_switching_that_costs_nothing_leaves_no_band() -> None:
    assert half_band(running(start=0.0, stop=0.0)) == 0.0


def test_the_baseline_waits_between_120_and_165_below_cost() -> None:
    # the range that the costs and volatilities of the literature give (60-200, 20-80, 100-300 at their middles)
    assert 120.0 <= half_band(load("baseline").spec.parameters.running) <= 165.0


def lines(warm: float, in_use: float, *, wanted: bool) -> float:
    """Give the warm share of one plant after a quarter."""
    return float(warm_share(running(), np.array([warm]), np.array([in_use]), np.array([wanted]))[0])


@pytest.mark.parametrize(
    ("warm", "in_use", "wanted", "after"),
    [
        (1.0, 1.0, True, 1.0),
        # one line in twenty of those that run stands by, a quarter of the others goes cold
        (1.0, 0.6, False, 1.0 - 0.25 * (1.0 - 1.05 * 0.6)),
        (1.0, 0.0, False, 0.75),
        # two fifths of what is cold come back where the price calls for it and all that is warm runs
        (0.5, 0.5, True, 0.7),
        (0.0, 0.0, True, 0.4),
        (0.5, 0.5, False, 0.5),
        (0.5, 0.2, True, 0.5 - 0.25 * (0.5 - 1.05 * 0.2)),
    ],
)
def test_idle_lines_cool_and_cold_ones_come_back_bit_by_bit(
    warm: float, in_use: float, wanted: bool, after: float
) -> None:
    assert lines(warm, in_use, wanted=wanted) == pytest.approx(after)


@CALM
@given(warm=st.floats(0.0, 1.0), in_use=st.floats(0.0, 1.0), wanted=st.booleans())
def test_the_warm_share_stays_a_share(warm: float, in_use: float, wanted: bool) -> None:
    assert 0.0 <= lines(warm, in_use, wanted=wanted) <= 1.0
