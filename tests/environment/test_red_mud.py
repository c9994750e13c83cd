"""Ponds: how long they last, what they let run, and how use of mud spreads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.environment.red_mud import next_use_share, pond_cap, pond_life, stacked
from sim.scenario.load import load
from tests.market.books import CALM

RULES = load("baseline").spec.parameters.red_mud.model_copy(
    update={
        "required_life_years": 1.5,
        "least_running_share": 0.4,
        "use_growth_per_year": 0.02,
        "use_limit_share": 0.35,
    }
)


def test_the_life_of_a_pond_is_its_space_over_the_mud_that_a_full_year_stacks() -> None:
    life = pond_life(np.array([3.0]), np.array([1.25]), np.array([0.2]), np.array([1.5]))

    # 1.25 x 0.8 x 1.5 Mt = 1.5 Mt of mud a year
    assert life == pytest.approx([2.0])


def test_a_plant_that_stacks_nothing_has_ponds_for_ever() -> None:
    nothing = pond_life(np.ones(2), np.array([1.2, 1.2]), np.array([1.0, 0.1]), np.array([2.0, 0.0]))

    assert np.isinf(nothing).all()


@pytest.mark.parametrize(
    ("life", "cap"),
    [
        (9.0, 1.0),
        (1.5, 1.0),
        (0.75, 0.5),  # half of the required life
        (0.45, 0.4),  # 0.3 of it, but never below the least share
        (0.1, 0.1),  # less than that would overfill the pond
        (0.0, 0.0),
    ],
)
def test_a_short_pond_throttles_its_plant(life: float, cap: float) -> None:
    assert pond_cap(np.array([life]), RULES) == pytest.approx([cap])


@CALM
@given(
    space=st.floats(0.0, 20.0),
    mud=st.floats(0.5, 2.0),
    use=st.floats(0.0, 0.9),
    runnable=st.floats(0.01, 6.0),
)
def test_a_year_at_the_cap_never_makes_more_mud_than_the_pond_holds(
    space: float, mud: float, use: float, runnable: float
) -> None:
    values = (np.array([each]) for each in (space, mud, use, runnable))
    life = pond_life(*values)

    made = runnable * pond_cap(life, RULES)

    # 1e-300 Mt is where doubles lose their digits
    assert stacked(np.array([mud]), made, np.array([use]))[0] <= space * (1.0 + 1e-12) + 1e-300


@CALM
@given(life=st.floats(0.0, 20.0), more=st.floats(0.0, 5.0))
def test_a_longer_pond_life_never_lowers_the_cap(life: float, more: float) -> None:
    low, high = pond_cap(np.array([life, life + more]), RULES)

    assert 0.0 <= low <= high <= 1.0


def test_only_mud_that_nobody_uses_goes_to_the_pond() -> None:
    # 1.2 t/t x 2 Mt x 0.75
    assert stacked(np.array([1.2]), np.array([2.0]), np.array([0.25])) == pytest.approx([1.8])


def test_use_of_mud_grows_to_its_limit_and_is_not_lost_above_it() -> None:
    shares = next_use_share(np.array([0.10, 0.34, 0.50]), RULES)

    assert shares == pytest.approx([0.12, 0.35, 0.50])
