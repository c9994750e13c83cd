"""The smooth market against the linear programme that it stands for (Samuelson; Takayama & Judge)."""

import numpy as np
import pytest

from sim.market.equilibrium import clear
from tests.market.books import NAMES, inelastic, named_book, start
from tests.market.transport import cheapest, demand, smooth_cost

LEAST_DISPERSION = 0.5
"""The smallest dispersion that a scenario may set, CNY/t."""
LEAST_SALES_MT = 1e-6


def price_gaps(name: str, dispersion: float) -> tuple[np.ndarray, np.ndarray]:
    """Give how far mill prices lie from the duals, and what is sold at each, for origins that sell."""
    book = inelastic(named_book(name), dispersion)
    clearing = clear(book, start(book))
    duals, _ = cheapest(book)
    sold = clearing.flows_mt.sum(axis=1)
    selling = sold > LEAST_SALES_MT
    return np.abs(clearing.mill_cny_per_t - duals)[selling], sold[selling]


@pytest.mark.parametrize("name", NAMES)
def test_prices_at_small_dispersion_are_the_duals_of_the_transport_problem(name: str) -> None:
    gaps, sold = price_gaps(name, dispersion=1.0)

    # 3 CNY/t: dispersion times the log of how unequally two origins share a market, ln(20) = 3.0
    assert np.average(gaps, weights=sold) <= 3.0


@pytest.mark.parametrize("name", NAMES)
def test_every_price_at_the_least_dispersion_is_near_its_dual(name: str) -> None:
    gaps, _ = price_gaps(name, LEAST_DISPERSION)

    # 0.5 CNY/t times ln(400): a small origin that shares its market with a large one
    assert gaps.max() <= 3.0


@pytest.mark.parametrize("name", NAMES)
def test_prices_come_nearer_to_the_duals_as_the_dispersion_falls(name: str) -> None:
    (far, sold_far), (near, sold_near) = (price_gaps(name, dispersion) for dispersion in (4.0, 1.0))

    assert np.average(near, weights=sold_near) < np.average(far, weights=sold_far)


@pytest.mark.parametrize("name", NAMES)
def test_dispersion_costs_less_than_half_a_per_cent_over_the_cheapest_trade(name: str) -> None:
    book = inelastic(named_book(name), dispersion=25.0)

    _, least = cheapest(book)
    cost = smooth_cost(book, clear(book, start(book)))

    # the steps of the programme round costs by up to 1e-4, so the smooth cost may seem lower by that
    assert -2e-4 <= cost / least - 1.0 <= 0.005


def test_what_the_judge_serves_is_what_the_smooth_market_ships() -> None:
    book = inelastic(named_book("baseline"), dispersion=1.0)

    shipped = clear(book, start(book)).flows_mt.sum(axis=0)

    # a slope of demand at a choke of 1e6 CNY/t is nil, so only the balance of 1e-10 Mt is left
    assert np.abs(shipped - demand(book)).max() <= 1e-6
