"""Retrofits: what a saving and what room in a pond is worth, and which retrofit is best."""

import numpy as np
import pytest

from sim.scenario.load import load
from sim.strategy.blending import RETROFITS, capex, present_value, room_value
from sim.strategy.finance import annuity_factor

TERMS = load("baseline").spec.parameters.retrofits


def test_a_saving_is_worth_its_annuity_on_what_is_made_without_tax() -> None:
    value = present_value(np.array([[22.6]]), np.array([0.8]), annuity_factor(np.array([0.25]), 2), 0.13)

    # 20 without VAT x 0.8 x (1/1.25 + 1/1.5625) = 16 x 1.44
    assert value[0] == pytest.approx([23.04])


def test_a_plant_that_stands_still_saves_nothing() -> None:
    assert present_value(np.array([50.0]), np.zeros(1), annuity_factor(np.array([0.1]), 10), 0.13) == [0.0]


def test_room_in_a_pond_is_worth_its_price_on_what_is_gained() -> None:
    value = room_value(np.array([56.5, 0.0]), np.array([3.0, 3.0]), np.array([1.5, 0.0]), 0.3, 0.13)

    # 50 without VAT x 0.9 Mt / 1.5 Mt; a plant that is gone gains nothing
    assert value == pytest.approx([30.0, 0.0])


def test_every_retrofit_has_a_price() -> None:
    assert [*capex(TERMS).values()] == [
        TERMS.waste_heat_capex_cny_per_t,
        TERMS.steam_capex_cny_per_t,
        TERMS.dry_stacking_capex_cny_per_t,
        TERMS.ultra_low_capex_cny_per_t,
    ]
    assert tuple(capex(TERMS)) == RETROFITS
