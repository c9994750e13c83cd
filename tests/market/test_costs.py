"""Charges on energy, as the plants of each region meet them."""

import numpy as np
import pytest

from sim.market.costs import energy_charge
from sim.policies.rulebook import EnergyCharge


def test_charges_add_up_where_they_hold() -> None:
    charges = (EnergyCharge(50.0, 0.1, ()), EnergyCharge(20.0, -0.05, ("henan",)))

    coal, power = energy_charge(charges, ("henan", "shanxi"), np.array([1, 0]))

    assert coal == pytest.approx([50.0, 70.0])
    assert power == pytest.approx([0.1, 0.05])
