"""Charges on energy, as the plants of each region meet them."""

import math

import numpy as np
import pytest

from sim.market.costs import Terms, energy_charge, imported_ore_price
from sim.market.inputs import prices_of
from sim.policies.rulebook import EnergyCharge
from tests.tiny.worlds import scenario


def test_charges_add_up_where_they_hold() -> None:
    charges = (EnergyCharge(50.0, 0.1, ()), EnergyCharge(20.0, -0.05, ("henan",)))

    coal, power = energy_charge(charges, ("henan", "shanxi"), np.array([1, 0]))

    assert coal == pytest.approx([50.0, 70.0])
    assert power == pytest.approx([0.1, 0.05])


def test_contracts_for_imported_ore_lag_a_quarter_behind_ore_and_exchange_rate() -> None:
    trade, nothing = scenario().pack.trade, np.zeros(1)
    prices = [
        prices_of(
            trade,
            np.log([{trade.feed: ore, trade.exchange: rate}.get(each, 1.0) for each in trade.ids]),
            0.0,
            {},
        )
        for ore, rate in ((60.0, 7.0), (50.0, 8.0))
    ]

    terms = Terms(prices[0], prices[1], 0.25, 0.1, 0.0, 0.0, nothing, nothing, nothing)

    # (0.25 x 50 x 8 + 0.75 x 60 x 7) x 1.1
    assert math.isclose(imported_ore_price(terms), 456.5)
