"""Ponds: how long they last, what they let run, and how use of mud spreads."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.environment.red_mud import fines, pond_cap, pond_life, pressed, required_life, space_price, stacked
from sim.policies.rulebook import MudRule
from sim.scenario.load import load
from tests.market.books import CALM

RULES = load("baseline").spec.parameters.red_mud.model_copy(update={"least_running_share": 0.4})
NEEDED = 1.5
REGIONS = ("shanxi", "henan")


def rule(**changes: object) -> MudRule:
    """Give a duty to use 15 % of the mud of Shanxi."""
    usual = MudRule(0.15, 40.0, 0.3, 1.0, 3.0, 0.5, ("shanxi",))
    return replace(usual, **changes)


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
    assert pond_cap(np.array([life]), NEEDED, RULES) == pytest.approx([cap])


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

    made = runnable * pond_cap(life, NEEDED, RULES)

    # 1e-300 Mt is where doubles lose their digits
    assert stacked(np.array([mud]), made, np.array([use]))[0] <= space * (1.0 + 1e-12) + 1e-300


@CALM
@given(life=st.floats(0.0, 20.0), more=st.floats(0.0, 5.0))
def test_a_longer_pond_life_never_lowers_the_cap(life: float, more: float) -> None:
    low, high = pond_cap(np.array([life, life + more]), NEEDED, RULES)

    assert 0.0 <= low <= high <= 1.0


def test_only_mud_that_nobody_uses_goes_to_the_pond() -> None:
    # 1.2 t/t x 2 Mt x 0.75
    assert stacked(np.array([1.2]), np.array([2.0]), np.array([0.25])) == pytest.approx([1.8])


def test_space_in_a_full_pond_is_worth_the_margin_that_its_mud_stops() -> None:
    margin, mud = np.array([120.0, 120.0, -50.0]), np.full(3, 1.2)

    price = space_price(margin, mud, np.array([0.0, 5.0, 0.0]), np.full(3, 0.1))

    # 120 / 1.2 now; five years later e^-0.5 of it; a losing plant gives nothing for space
    assert price == pytest.approx([100.0, 60.653066, 0.0])


def test_a_pond_that_lasts_for_ever_has_no_price() -> None:
    assert space_price(np.ones(1), np.ones(1), np.array([np.inf]), np.array([0.1])) == [0.0]


def test_a_rule_moves_the_required_life_by_its_weight_in_its_regions() -> None:
    # half of the way from 1 to 3 years
    assert required_life((rule(),), REGIONS, 1.0) == pytest.approx([2.0, 1.0])
    assert required_life((rule(required_life_years=None),), REGIONS, 1.0) == pytest.approx([1.0, 1.0])


def test_fines_fall_on_the_gap_and_are_spared_tonne_by_tonne() -> None:
    region, used = np.array([0, 0, 1]), np.array([0.10, 0.20, 0.0])

    owed, saved = fines((rule(),), REGIONS, region, used)

    # 40 on 5 % of the mud; a plant above the target and another province owe nothing
    assert owed == pytest.approx([2.0, 0.0, 0.0])
    assert saved == pytest.approx([40.0, 0.0, 0.0])


def test_a_duty_presses_plants_below_its_target_alone() -> None:
    region, used = np.array([0, 0, 1]), np.array([0.10, 0.20, 0.0])

    chance = pressed((rule(), rule(closing_share=0.5)), REGIONS, region, used)

    # 1 - 0.7 x 0.5
    assert chance == pytest.approx([0.65, 0.0, 0.0])


def test_the_less_mud_a_tonne_leaves_the_more_space_is_worth() -> None:
    # 50 CNY of margin on half a tonne of mud
    assert space_price(np.array([50.0]), np.array([0.5]), np.zeros(1), np.zeros(1)) == pytest.approx([100.0])


def test_rules_move_the_required_life_one_after_the_other() -> None:
    # 1 to 2 by half of the way to 3, then to 5 by three quarters of the way to 6
    rules = rule(), rule(required_life_years=6.0, weight_share=0.75)

    assert required_life(rules, REGIONS, 1.0) == pytest.approx([5.0, 1.0])


def test_fines_of_two_rules_add_up_and_a_plant_at_its_target_owes_and_fears_nothing() -> None:
    rules, region, used = (
        (rule(), rule(penalty_cny_per_t=10.0)),
        np.zeros(2, dtype=np.int64),
        np.array([0.05, 0.15]),
    )

    owed, saved = fines(rules, REGIONS, region, used)

    # 50 on a tenth of the mud
    assert owed == pytest.approx([5.0, 0.0])
    assert saved.tolist() == [50.0, 0.0]
    assert pressed((rule(),), REGIONS, region, used) == pytest.approx([0.3, 0.0])
