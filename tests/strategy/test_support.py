"""Local support: the odds of an offer and its size."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.load import load
from sim.scenario.owner_parameters import Support
from sim.strategy.consents import offer_chance, support_per_tonne
from tests.market.books import CALM

WEIGHTS: Support = load("baseline").spec.parameters.support.model_copy(
    update={
        "intercept_logit": -0.5,
        "jobs_logit": 8.0,
        "state_logit": 1.0,
        "discipline_logit": 2.0,
        "fatigue_logit": 0.6,
        "cap_cny_per_t": 60.0,
    }
)


def test_the_odds_of_an_offer_are_those_worked_out_by_hand() -> None:
    # -0.5 + 8 x 0.1 + 1 - 2 x 0.5 - 0.6 x 2 = -0.9
    chance = offer_chance(WEIGHTS, 0.1, state_owned=True, discipline=0.5, years=2)

    assert chance / (1.0 - chance) == pytest.approx(math.exp(-0.9))


def test_a_plant_that_is_half_of_the_provinces_jobs_is_nearly_sure_of_an_offer() -> None:
    # -0.5 + 8 x 0.5 + 1 = 4.5
    assert offer_chance(WEIGHTS, 0.5, state_owned=True, discipline=0.0, years=0) == pytest.approx(
        1.0 / (1.0 + math.exp(-4.5))
    )


@CALM
@given(jobs=st.floats(0.0, 1.0), discipline=st.floats(0.0, 1.0), years=st.integers(0, 20))
def test_discipline_and_fatigue_never_raise_the_chance(jobs: float, discipline: float, years: int) -> None:
    chance = offer_chance(WEIGHTS, jobs, state_owned=False, discipline=discipline, years=years)

    assert offer_chance(WEIGHTS, jobs, state_owned=False, discipline=1.0, years=years) <= chance
    assert offer_chance(WEIGHTS, jobs, state_owned=False, discipline=discipline, years=years + 1) <= chance
    assert offer_chance(WEIGHTS, jobs, state_owned=True, discipline=discipline, years=years) >= chance


def test_support_covers_the_loss_up_to_the_cap() -> None:
    assert support_per_tonne(WEIGHTS, -25.0) == 25.0
    assert support_per_tonne(WEIGHTS, -250.0) == 60.0
    assert support_per_tonne(WEIGHTS, 25.0) == 0.0
