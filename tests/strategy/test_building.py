"""New plants: how they run in, what they cost and what one is worth, by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.scenario.load import load
from sim.strategy.building import (
    Moved,
    Outlook,
    Venture,
    bold_share,
    build_ratio,
    demanded_ratio,
    investment,
    move_capex,
    move_ratio,
    plan_worth,
    run_in_share,
    usual_ratio,
    venture_worth,
)

PARAMETERS = load("baseline").spec.parameters
PIPELINE = PARAMETERS.pipeline.model_copy(
    update={
        "first_half_share": 0.4,
        "second_half_share": 0.85,
        "runnable_share": 0.9,
        "capex_cny_per_t": 3000.0,
    }
)
BUILDING = PARAMETERS.building.model_copy(
    update={
        "size_mt": 2.0,
        "size_ratio": 0.5,
        "lead_years": 2.0,
        "life_years": 2.0,
        "security_cny_per_t": 50.0,
        "reused_share": 0.2,
        "state_hurdle_ratio": 0.05,
        "private_hurdle_ratio": 0.15,
        "entrant_hurdle_ratio": 0.2,
        "nerve_ratio": 0.1,
        "boldest_ratio": -0.15,
        "timidest_ratio": 0.3,
        "least_ratio": 0.0,
    }
)
STEADY = PARAMETERS.running.model_copy(update={"margin_volatility_cny_per_t": 1e-6, "hope_per_year": 0.0})
OUTLOOK = Outlook(BUILDING, PIPELINE, STEADY, persistence_share=0.5, vat_share=0.0)


def venture(**changes: float) -> Venture:
    """Give one new plant with a margin of 500 CNY/t for ever, discounted at a tenth."""
    usual = {
        "today_cny_per_t": 2500.0,
        "long_run_cny_per_t": 2500.0,
        "cost_cny_per_t": 2000.0,
        "own_share": 0.0,
        "discount_per_year": 0.1,
        "open_share": 1.0,
    }
    return Venture(**{name: np.array([value]) for name, value in {**usual, **changes}.items()})


def worth(**changes: float) -> float:
    """Give what one new plant is worth."""
    return float(venture_worth(venture(**changes), OUTLOOK)[0])


def moved(**changes: Any) -> Moved:
    """Give an old plant of the size of the new one that is worth nothing either way."""
    usual = {
        "old_per_new_ratio": np.array([1.0]),
        "hold_cny_per_t": np.array([0.0]),
        "close_cny_per_t": np.array([0.0]),
        "subsidy_cny_per_t": 0.0,
    }
    return Moved(**{**usual, **changes})


def test_a_new_plant_runs_in_over_four_quarters() -> None:
    share = run_in_share(np.array([-1, 0, 1, 2, 3, 4, 100]), PIPELINE)

    assert share.tolist() == [0.0, 0.4, 0.4, 0.85, 0.85, 1.0, 1.0]


def test_a_margin_counts_from_the_year_in_which_the_plant_starts() -> None:
    # two years of lead, two of life; the first runs in at (0.4 + 0.85) / 2:
    # 0.9 x 500 x (0.625 x 1.1^-2 + 1.1^-3) = 450 x 1.267844
    assert worth() == pytest.approx(570.5297, abs=1e-3)


def test_a_price_closes_in_on_what_the_owner_expects() -> None:
    # today 2,500, in the long run 2,900: after 2 years 2,800, after 3 years 2,850, so margins of 800 and 850
    expected = 0.9 * (0.625 * 800.0 * 1.1**-2 + 850.0 * 1.1**-3)

    assert worth(long_run_cny_per_t=2900.0) == pytest.approx(expected, abs=1e-3)


def test_alumina_for_own_smelters_saves_the_premium_on_its_share() -> None:
    # half of it saves 50: a margin of 525 in place of 500
    assert worth(own_share=0.5) / worth() == pytest.approx(525.0 / 500.0)


def test_a_plant_that_never_covers_its_cost_idles_and_is_worth_nothing() -> None:
    assert worth(cost_cny_per_t=3000.0) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("discount_per_year", 0.07, 0.12), ("cost_cny_per_t", 2000.0, 2300.0)]
)
def test_dearer_money_or_dearer_alumina_makes_a_plant_worth_less(name: str, low: float, high: float) -> None:
    assert worth(**{name: high}) < worth(**{name: low})


def test_twice_the_reference_size_costs_the_root_of_two_less_a_tonne() -> None:
    # an exponent of one half: 3,000 x 2^-0.5
    assert investment(np.array([2.0, 4.0]), BUILDING, PIPELINE) == pytest.approx([3000.0, 2121.3203])


def test_a_plant_worth_its_investment_has_a_net_value_of_nothing() -> None:
    assert build_ratio(np.array([3000.0, 1500.0, 0.0]), np.full(3, 3000.0)).tolist() == [0.0, -0.5, -1.0]


def test_a_move_saves_what_is_taken_along_and_what_government_adds() -> None:
    # 3,000 less a fifth less 400
    assert move_capex(np.array([3000.0]), moved(subsidy_cny_per_t=400.0), BUILDING).tolist() == [2000.0]


def test_a_move_gives_up_what_holding_is_worth_over_closing() -> None:
    old = moved(
        old_per_new_ratio=np.array([1.25]),
        hold_cny_per_t=np.array([120.0]),
        close_cny_per_t=np.array([-80.0]),
    )

    # 2,250 + 1.25 x (-80 - 120) = 2,000 over 2,000
    assert move_ratio(np.array([2250.0]), np.array([2000.0]), old).tolist() == [0.0]


def test_an_owner_in_a_middling_mood_asks_for_its_hurdle() -> None:
    asked = demanded_ratio(np.array([True, False]), np.array([False, False]), np.array([0.5, 0.5]), BUILDING)

    assert asked == pytest.approx([0.05, 0.15])


def test_an_owner_without_a_refinery_asks_for_more() -> None:
    # 0.05 and 0.15, and 0.2 on top
    asked = demanded_ratio(np.array([True, False]), np.array([True, True]), np.array([0.5, 0.5]), BUILDING)

    assert asked == pytest.approx([0.25, 0.35])


def test_a_bold_owner_asks_for_less_and_a_timid_one_for_more() -> None:
    # logit of 0.3 is -0.8473: 0.15 - 0.1 x 0.8473
    nobody = np.array([False, False])

    asked = demanded_ratio(nobody, nobody, np.array([0.3, 0.7]), BUILDING)

    assert asked == pytest.approx([0.0653, 0.2347], abs=1e-4)


def test_moods_are_bounded_and_nobody_asks_for_a_loss() -> None:
    # private 0.15 - 0.15 and 0.15 + 0.3; a state owner in its boldest mood would ask for 0.05 - 0.15 = -0.1
    state = np.array([False, False, True])

    asked = demanded_ratio(state, np.zeros(3, dtype=np.bool_), np.array([0.01, 0.99, 0.01]), BUILDING)

    assert asked == pytest.approx([0.0, 0.45, 0.0])


def test_a_plant_better_closed_adds_nothing_to_its_move() -> None:
    worst = moved(hold_cny_per_t=np.array([-300.0]), close_cny_per_t=np.array([-80.0]))

    assert move_ratio(np.array([2000.0]), np.array([2000.0]), worst).tolist() == [0.0]


def test_the_odds_of_going_ahead_are_those_of_the_mood_that_is_asked_for() -> None:
    moods = np.array([0.3, 0.5, 0.8])
    state, entrant = np.zeros(3, dtype=np.bool_), np.zeros(3, dtype=np.bool_)
    asked = demanded_ratio(state, entrant, moods, BUILDING)
    even = usual_ratio(state, entrant, BUILDING)

    # whoever has a plan of that ratio goes ahead in all bolder moods, and moods are uniform
    pairs = zip(asked.tolist(), even.tolist(), strict=True)
    assert [bold_share(*pair, BUILDING) for pair in pairs] == pytest.approx(moods)


def test_beyond_the_bounds_of_moods_nobody_and_everybody_goes_ahead() -> None:
    # at -0.01 even the boldest waits; 0.46 is more than the most timid asks for
    assert [bold_share(ratio, 0.15, BUILDING) for ratio in (-0.01, 0.0, 0.46)] == [0.0, 0.0, 1.0]


def test_a_plan_is_worth_its_gain_by_the_odds_and_never_less_than_nothing() -> None:
    # a quarter of 3,000 million CNY, four times in ten
    assert plan_worth(0.25, 3000.0, 0.4) == pytest.approx(300.0)
    assert plan_worth(-0.25, 3000.0, 0.4) == 0.0


def test_taxes_and_limits_of_a_region_take_their_part_of_a_new_plants_worth() -> None:
    taxed = venture_worth(venture(open_share=0.5), replace(OUTLOOK, vat_share=0.25))

    assert taxed[0] == pytest.approx(worth() * 0.5 / 1.25)


def test_the_least_plant_costs_as_much_a_tonne_as_one_of_a_thousand_tonnes() -> None:
    # 3,000 x (0.001 / 2)^-0.5
    assert investment(np.array([0.0, 0.001]), BUILDING, PIPELINE) == pytest.approx(np.full(2, 134_164.0786))


def test_a_move_costs_its_owner_a_yuan_a_tonne_at_least() -> None:
    assert move_capex(np.array([400.0]), moved(subsidy_cny_per_t=400.0), BUILDING).tolist() == [1.0]


def test_a_plan_at_a_bound_of_moods_is_gone_ahead_with_by_none_of_the_boldest_and_not_yet_by_all() -> None:
    building = BUILDING.model_copy(
        update={"boldest_ratio": -0.125, "nerve_ratio": 0.125, "timidest_ratio": 0.25}
    )

    # leads of -0.125, -0.0625 and 0.25; a net value of nothing is nobody's plan
    plans = (0.125, 0.25), (0.0, 0.0625), (0.25, 0.0)
    chance = [bold_share(*plan, building) for plan in plans]

    assert chance == pytest.approx([0.0, 0.0, 1.0 / (1.0 + np.exp(-2.0))])
