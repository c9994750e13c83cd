"""Crowded ports: nothing when empty, dear when full, never without end."""

import numpy as np
import pytest

from sim.market.ore import crowding
from sim.scenario.load import load

PORTS = load("baseline").spec.parameters.ports.model_copy(update={"congestion_cny_per_t": 6.0})


def test_an_empty_port_costs_nothing_and_half_a_port_its_price() -> None:
    # 0.525 / (1.05 - 0.525) = 1
    assert crowding(np.array([0.0, 0.525]), PORTS) == pytest.approx([0.0, 6.0])


def test_a_fuller_port_always_costs_more_until_it_is_full() -> None:
    cost = crowding(np.linspace(0.0, 0.98, 50), PORTS)

    assert (np.diff(cost) > 0.0).all()


def test_a_port_far_beyond_its_room_costs_no_more_than_a_full_one() -> None:
    # 6 x 0.98 / 0.07
    assert crowding(np.array([0.98, 5.0]), PORTS) == pytest.approx([84.0, 84.0])
