"""Odds of closing, waves and consents, by hand."""

import math
from dataclasses import replace

import pytest

from sim.scenario.load import load
from sim.strategy.consents import (
    Circumstances,
    Climate,
    closing_chance,
    next_wave,
    province_refusal,
    sasac_refusal,
)

DEALS = load("baseline").spec.parameters.deals.model_copy(
    update={
        "base_logit": -3.0,
        "surplus_logit": 4.0,
        "distress_logit": 1.0,
        "wave_logit": 0.5,
        "policy_logit": 0.8,
        "province_logit": 0.5,
        "divide_logit": 0.7,
        "consent_tax_logit": 1.0,
        "consent_state_logit": 0.8,
        "consent_share_logit": 1.5,
        "consent_discipline_logit": 1.2,
        "sasac_logit": -1.0,
        "sasac_private_logit": 1.5,
        "sasac_distress_logit": 1.0,
        "wave_luck_ratio": 0.3,
    }
)
PLAIN = Circumstances(0.5, False, 0.0, 0.0, False, False)
USUAL = Climate(200.0, 0.3)


def odds(chance: float) -> float:
    """Give the logit of a chance."""
    return math.log(chance / (1.0 - chance))


def test_half_a_surplus_closes_with_odds_of_minus_one() -> None:
    # -3 + 4 x 0.5
    assert odds(closing_chance(PLAIN, DEALS)) == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ({"distressed": True}, 1.0),
        ({"wave": 2.0}, 1.0),
        ({"push_share": 0.5}, 0.4),
        ({"same_province": True}, 0.5),
        ({"across": True}, -0.7),
        ({"surplus_share": 7.0}, 2.0),  # a surplus beyond the price counts as the price
    ],
)
def test_each_circumstance_moves_the_odds_by_its_weight(change: dict[str, float], moved: float) -> None:
    around = replace(PLAIN, **change)

    assert odds(closing_chance(around, DEALS)) + 1.0 == pytest.approx(moved)


def test_a_province_refuses_less_where_it_keeps_taxes_and_under_discipline() -> None:
    # 1.0 x 0.2 + 0.8 - 1.2 x 0.5 - 1.5 x 0.4 = -0.2
    assert odds(province_refusal(0.2, True, 0.5, 0.4, DEALS)) == pytest.approx(-0.2)


def test_state_holders_refuse_private_buyers_more_often_than_state_ones() -> None:
    # -1 to a state buyer, +0.5 to a private one, -0.5 to a private one in distress
    assert odds(sasac_refusal(False, False, 0.0, DEALS)) == pytest.approx(-1.0)
    assert odds(sasac_refusal(True, False, 0.0, DEALS)) == pytest.approx(0.5)
    assert odds(sasac_refusal(True, True, 0.0, DEALS)) == pytest.approx(-0.5)
    # and 1.2 x 0.5 less under half of the discipline
    assert odds(sasac_refusal(True, True, 0.5, DEALS)) == pytest.approx(-1.1)


def test_a_usual_year_with_one_deal_before_makes_no_wave() -> None:
    assert next_wave(0.0, USUAL, USUAL, 1, 0.0, DEALS) == pytest.approx(0.0)


def test_unlike_plants_money_deals_and_memory_raise_the_wave() -> None:
    # 0.5 x 1 + 0.6 x 1 (dispersion half above usual) + 0.4 x 2 (twice the liquidity) + 0.5 x ln(4/2)
    wave = next_wave(1.0, Climate(300.0, 0.6), USUAL, 3, 0.0, DEALS)

    assert wave == pytest.approx(0.5 + 0.6 + 0.8 + 0.5 * math.log(2.0))


def test_a_climate_counts_for_two_deviations_at_most() -> None:
    assert next_wave(0.0, Climate(2000.0, 0.3), USUAL, 1, 0.0, DEALS) == pytest.approx(1.2)


def test_luck_moves_the_wave_by_its_weight() -> None:
    assert next_wave(0.0, USUAL, USUAL, 1, 2.0, DEALS) == pytest.approx(0.6)
