"""What smelters, Russia and the export ports want at a price."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.market.needs import alumina_use, market_demand
from sim.market.parity import exports
from tests.market.books import CALM, border, needs

CLOSED = border(near_mt=0.0, slope_mt_per_usd=0.0, softness_mt=1e-9)


def test_a_smelter_runs_half_at_its_choke_price_and_nearly_in_full_far_below() -> None:
    of = needs([1.0, 1.0], choke_cny_per_t=np.array([5000.0, 6500.0]))

    *_, share = alumina_use(of, np.array([5000.0, 5000.0, 0.0]))

    # five spreads of 300 below its choke a smelter runs at 1 / (1 + e^-5)
    assert share == pytest.approx([0.5, 0.993307], abs=1e-6)


def test_a_smelter_stays_as_it_was_between_stopping_and_starting() -> None:
    between = needs(
        [1.0, 1.0],
        choke_cny_per_t=np.full(2, 6000.0),
        restart_cny_per_t=np.full(2, 4000.0),
        share=np.array([0.9, 0.3]),
    )

    _, slope, share = alumina_use(between, np.full(3, 5000.0))

    assert share.tolist() == [0.9, 0.3]
    assert slope.tolist() == [0.0, 0.0, 0.0]


def test_a_smelter_stops_above_its_choke_and_starts_below_its_restart_price() -> None:
    of = needs(
        [1.0, 1.0],
        choke_cny_per_t=np.full(2, 6000.0),
        restart_cny_per_t=np.full(2, 4000.0),
        share=np.array([1.0, 0.0]),
    )

    # half of it at either price
    assert alumina_use(of, np.array([6000.0, 4000.0, 0.0]))[2] == pytest.approx([0.5, 0.5])


def test_the_use_of_a_market_adds_its_smelters() -> None:
    of = needs(
        [1.0], market=np.array([0, 0]), need_mt=np.array([1.0, 3.0]), choke_cny_per_t=np.full(2, 5000.0)
    )

    used, slope, _ = alumina_use(of, np.array([5000.0, 0.0]))

    # (1 + 3) / 2 Mt; slope -(1 + 3) x 0.25 / 300
    assert used == pytest.approx([2.0, 0.0])
    assert slope == pytest.approx([-1.0 / 300.0, 0.0])


def test_what_is_promised_is_not_bought_again() -> None:
    of = needs([1.0], choke_cny_per_t=np.array([1e6]))

    demand, *_ = market_demand(of, CLOSED, np.array([2800.0, 0.0]), np.array([0.7, 0.0]))

    assert demand[0] == pytest.approx(0.3)


def test_a_market_wants_a_little_even_when_promises_cover_it() -> None:
    of = needs([1.0], choke_cny_per_t=np.array([1e6]), least_mt=np.array([0.01, 1e-9]))

    demand, slope, _ = market_demand(of, CLOSED, np.array([2800.0, 0.0]), np.array([1.2, 0.0]))

    assert demand[0] == pytest.approx(0.01)
    assert slope[0] == 0.0


def test_exports_to_the_world_are_added_to_those_under_standing_terms() -> None:
    of = needs([1.0], fixed_mt=((1, 0.1),))
    trade = border(balance_mt=-2.0)

    demand, slope, _ = market_demand(of, trade, np.array([2800.0, 2500.0]), np.zeros(2))

    tonnes, rise = exports(trade, 2500.0)
    assert demand[1] == pytest.approx(0.1 + tonnes)
    assert slope[1] == pytest.approx(rise)


@CALM
@given(price=st.floats(1500.0, 9000.0), rise=st.floats(0.0, 3000.0))
def test_dearer_alumina_never_raises_demand(price: float, rise: float) -> None:
    of = needs([1.0, 0.5], choke_cny_per_t=np.array([5000.0, 5500.0]))

    cheap, *_ = market_demand(of, border(), np.full(3, price), np.zeros(3))
    dear, *_ = market_demand(of, border(), np.full(3, price + rise), np.zeros(3))

    assert (dear <= cheap + 1e-12).all()


def test_half_of_the_fixed_demand_ends_at_the_price_at_which_buyers_give_up() -> None:
    of = needs([0.0], fixed_mt=((0, 0.4),), give_up_cny_per_t=3000.0)

    demand, slope, _ = market_demand(of, CLOSED, np.array([3000.0, 0.0]), np.zeros(2))

    # 0.4 / 2 Mt; slope -0.4 x 0.25 / 200
    assert demand[0] == pytest.approx(0.2)
    assert slope[0] == pytest.approx(-0.0005)


def test_demand_of_just_the_least_does_not_answer_to_price() -> None:
    of = needs([0.0], fixed_mt=((0, 0.4),), give_up_cny_per_t=3000.0, least_mt=np.array([0.2, 1e-9]))

    demand, slope, _ = market_demand(of, CLOSED, np.array([3000.0, 0.0]), np.zeros(2))

    assert (demand[0], slope[0]) == (0.2, 0.0)
