"""What a purchase rests on, worked out again from its facts by hand."""

import math

import pytest

from sim.decisions.buy.facts import BuyFacts, chance, left_to_buyer, most, outcome_of, price, worth
from sim.decisions.ways import one_case
from sim.world.dealbook import OUTCOMES
from tests.tiny.worlds import scenario

DEALS = scenario().spec.parameters.deals


def facts(**changes: float) -> BuyFacts:
    """Give a plant worth 300 alone to a buyer who can raise 206, where its seller wants 100."""
    usual = {
        **dict.fromkeys(BuyFacts.declared(), 0.0),
        "stand_alone_mcny": 300.0,
        "room_mcny": 206.0,
        "reservation_mcny": 100.0,
    }
    return one_case(BuyFacts, **{**usual, **changes})


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({}, -3.0),
        ({"surplus_share": 0.5}, -1.0),
        ({"distressed_count": 1.0}, -2.0),
        ({"wave_logit": 2.0}, -2.0),
        ({"push_share": 0.5}, -2.6),
        ({"same_province_count": 1.0}, -2.5),
        ({"across_count": 1.0}, -3.7),
    ],
)
def test_the_chance_of_closing_follows_from_the_facts(change: dict[str, float], score: float) -> None:
    assert chance(facts(**change), DEALS) == pytest.approx([1.0 / (1.0 + math.exp(-score))])


def test_what_the_authority_ordered_is_certain() -> None:
    assert chance(facts(ordered_count=1.0), DEALS).tolist() == [1.0]


def test_a_buyer_splits_what_it_can_pay_with_the_seller_and_pays_for_integration() -> None:
    # 206 / 1.03 = 200 against 100: 150, and three per cent of it
    assert most(facts(), DEALS) == pytest.approx([200.0])
    assert price(facts(), DEALS) == pytest.approx([150.0])
    assert left_to_buyer(facts(), DEALS) == pytest.approx([300.0 - 154.5])
    assert price(facts(second_mcny=180.0), DEALS) == pytest.approx([180.0])


def test_savings_count_in_part_and_liabilities_in_full() -> None:
    gains = {
        "integration_mcny": 10.0,
        "ore_mcny": 20.0,
        "overhead_mcny": 30.0,
        "coast_mcny": 5.0,
        "policy_mcny": 7.0,
    }

    # 0.57 x 60, and 12 in full
    assert worth(facts(**gains, liabilities_mcny=40.0), DEALS) == pytest.approx([300.0 + 34.2 + 12.0 - 40.0])


def test_a_buyer_that_cannot_raise_the_least_price_is_told_that_price() -> None:
    assert price(facts(room_mcny=51.5), DEALS).tolist() == [100.0]


def test_an_outcome_is_told_where_the_record_has_one() -> None:
    last = len(OUTCOMES) - 1

    assert [outcome_of({"outcome_index": float(place)}) for place in (0, last)] == [
        OUTCOMES[0],
        OUTCOMES[last],
    ]
    assert [outcome_of(each) for each in ({}, {"outcome_index": -1.0}, {"outcome_index": last + 1.0})] == [
        ""
    ] * 3
