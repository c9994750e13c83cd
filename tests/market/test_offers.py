"""Plants' running shares: the play operator of hysteresis."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market.offers import Offers, regional_supply, running_share
from tests.market.books import CALM, offers

PRICES = st.floats(2000.0, 3500.0)
SHARES = st.floats(0.0, 1.0)
STOP, START = 2600.0, 2900.0


def plant(share: float = 0.5, **changes: object) -> Offers:
    """Give one plant of 1 Mt that stops at 2,600 and starts at 2,900 CNY/t, lines 20 apart."""
    return offers(
        [0],
        [1.0],
        [0.0],
        thresholds_cny_per_t=np.array([[STOP], [START]]),
        share=np.array([share]),
        **changes,
    )


def runs(of: Offers, price: float) -> float:
    """Give the running share of the first plant at a price."""
    return float(running_share(of, np.array([price]))[0])


def then(of: Offers, *prices: float) -> float:
    """Give the running share of the first plant after a path of prices."""
    for price in prices:
        of = replace(of, share=running_share(of, np.array([price])))
    return float(of.share[0])


def test_half_the_lines_run_at_the_threshold_that_they_cross() -> None:
    # a full plant at its stop price, an idle one at its start price: half of a logistic curve
    assert runs(plant(share=1.0), STOP) == pytest.approx(0.5)
    assert runs(plant(share=0.0), START) == pytest.approx(0.5)


@CALM
@given(share=SHARES, price=st.floats(STOP + 140.0, START - 140.0))
def test_between_the_thresholds_a_running_share_stays_where_it_was(share: float, price: float) -> None:
    # seven spreads from either threshold the curves are 9e-4 from their ends
    inside = min(max(share, 1e-3), 1.0 - 1e-3)

    assert runs(plant(inside), price) == inside


@CALM
@given(share=SHARES, price=PRICES)
def test_a_running_share_moves_only_outside_its_band(share: float, price: float) -> None:
    most = 1.0 / (1.0 + np.exp((STOP - price) / 20.0))
    least = 1.0 / (1.0 + np.exp((START - price) / 20.0))

    found = runs(plant(share), price)

    expected = share if least <= share <= most else (most if share > most else least)
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_part_of_the_lines_answers_within_the_quarter_and_the_rest_in_time() -> None:
    slow = plant(share=1.0, answer_share=0.4)

    # far below the band nothing is to run: 0.6 is left after one quarter, 0.36 after two
    assert then(slow, 2000.0) == pytest.approx(0.6, abs=1e-6)
    assert then(slow, 2000.0, 2000.0) == pytest.approx(0.36, abs=1e-6)


def test_a_price_that_comes_back_leaves_the_plant_elsewhere() -> None:
    full = plant(share=1.0)

    # down to 2,500 all but 1/(1+e^5) = 0.7 % stop; back at 2,750 they have not started again
    assert then(full, 2750.0) == pytest.approx(1.0, abs=1e-3)
    assert then(full, 2500.0, 2750.0) == pytest.approx(0.0067, abs=1e-3)


@CALM
@given(share=SHARES, first=PRICES, rise=st.floats(0.0, 500.0))
def test_a_stop_on_the_way_changes_nothing(share: float, first: float, rise: float) -> None:
    idle = plant(share)

    assert then(idle, first, first + rise) == pytest.approx(
        then(replace(idle, share=running_share(idle, np.array([first]))), first + 0.5 * rise, first + rise),
        abs=1e-12,
    )


@CALM
@given(share=SHARES, price=PRICES)
def test_clearing_twice_at_a_price_moves_a_plant_once(share: float, price: float) -> None:
    assert then(plant(share), price, price) == then(plant(share), price)


@CALM
@given(share=SHARES, price=PRICES, rise=st.floats(0.0, 800.0))
def test_a_higher_price_never_stops_a_line(share: float, price: float, rise: float) -> None:
    assert runs(plant(share), price + rise) >= runs(plant(share), price)


@CALM
@given(share=SHARES, price=PRICES, ceiling=SHARES)
def test_no_plant_runs_above_its_ceiling(share: float, price: float, ceiling: float) -> None:
    capped = plant(share, ceiling_share=np.array([ceiling]))

    assert 0.0 <= runs(capped, price) <= ceiling


@CALM
@given(share=SHARES, price=PRICES, answer=st.sampled_from((0.4, 1.0)))
def test_the_slope_of_supply_is_that_of_a_finite_difference_except_at_corners(
    share: float, price: float, answer: float
) -> None:
    of = plant(share, answer_share=answer)
    below, here, above = (regional_supply(of, np.array([price + step]))[0][0] for step in (-0.01, 0.0, 0.01))

    slope = regional_supply(of, np.array([price]))[1][0]

    # at a corner the two one-sided slopes differ, up to 1 / (4 x 20), and the slope is one of them
    left, right = (here - below) / 0.01, (above - here) / 0.01
    assert min(left, right) - 1e-5 <= slope <= max(left, right) + 1e-5


def test_regional_supply_adds_the_plants_of_each_region() -> None:
    of = offers([0, 1, 0], [1.0, 2.0, 4.0], [2500.0, 2500.0, 2500.0], share=np.full(3, 0.5))

    made, slope = regional_supply(of, np.array([2500.0, 2500.0]))

    # each runs at one half; slopes are capacity x 0.5 x 0.5 / 20
    assert made == pytest.approx([2.5, 1.0])
    assert slope == pytest.approx([5.0 / 80.0, 2.0 / 80.0])
