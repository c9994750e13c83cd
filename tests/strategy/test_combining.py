"""What groups save together, what a firm is worth, how it is paid for, and the odds, by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.deal_parameters import Combining
from sim.scenario.load import load
from sim.strategy.combining import (
    DRAWS,
    Odds,
    Sides,
    Terms,
    came_in,
    chances,
    equals,
    fed,
    pride,
    realised,
    saving_by_part,
    settle_exchange,
    settle_price,
    unworn,
    yearly_saving,
)

PARAMETERS = load("baseline").spec.parameters
DEALS = PARAMETERS.deals.model_copy(
    update={
        "ore_saving_share": 0.01,
        "overhead_saving_cny_per_t": 15.0,
        "transaction_saving_cny_per_t": 40.0,
        "risk_saving_cny_per_t": 2.0,
        "most_doublings_ratio": 3.0,
    }
)
TERMS: Combining = PARAMETERS.combining.model_copy(
    update={
        "reagent_saving_share": 0.02,
        "stocks_saving_cny_per_t": 2.0,
        "booking_years": 4.0,
        "ageing_share": 0.02,
        "least_appraised_share": 0.5,
        "base_logit": -4.0,
        "gain_logit": 8.0,
        "most_gain_share": 0.5,
        "distress_logit": 1.0,
        "wave_logit": 0.25,
        "push_logit": 1.0,
        "province_logit": 0.5,
        "divide_logit": 0.75,
        "pride_logit": 1.5,
        "weak_logit": 0.5,
        "handover_logit": 1.25,
        "size_logit": 1.0,
        "usual_size_share": 0.03,
        "least_bought_share": 0.51,
        "equals_ratio": 0.5,
    }
)


def one(value: float) -> np.ndarray:
    """Give one target and one suitor."""
    return np.array([[value]])


# A target of 1 Mt beside a suitor of 3 Mt; the suitor's smelters are short of 0.4 Mt, the target has 0.6 too much.
SIDES = Sides(
    target_mt=one(1.0),
    suitor_mt=one(3.0),
    target_feed_mcny=one(1000.0),
    suitor_feed_mcny=one(3000.0),
    target_reagent_mcny=one(300.0),
    suitor_reagent_mcny=one(900.0),
    target_made_mt=one(0.8),
    target_gap_mt=one(-0.6),
    suitor_gap_mt=one(0.4),
)
ODDS = Odds(*(np.zeros(1) for _ in range(8)))


def test_both_save_by_scale_overhead_and_alumina_that_needs_no_market() -> None:
    own = math.log2(4.0 / 3.0)

    ore = 0.01 * (2.0 * 1000.0 + own * 3000.0)
    caustic = 0.02 * (2.0 * 300.0 + own * 900.0)
    assert yearly_saving(SIDES, TERMS, DEALS) == pytest.approx(ore + caustic + 17.0 * 0.8 + 42.0 * 0.4)


def test_nothing_is_saved_without_refining_on_one_side_but_alumina_for_smelters() -> None:
    smelter = replace(SIDES, suitor_mt=one(0.0), suitor_feed_mcny=one(0.0), suitor_reagent_mcny=one(0.0))

    assert yearly_saving(smelter, TERMS, DEALS) == pytest.approx(42.0 * 0.4)


def test_savings_by_plant_add_up_to_what_both_sides_were_promised() -> None:
    terms = Terms(DEALS, TERMS)
    costs = np.array([[1250.0], [375.0]])  # over 0.8 Mt made, 1,000 and 300 million CNY

    target = saving_by_part(1.0, 4.0, costs, True, 0.4 / 0.8, terms)
    suitor = saving_by_part(3.0, 4.0, costs, False, 0.0, terms)

    promised = yearly_saving(SIDES, TERMS, DEALS)
    assert target.sum() * 0.8 + suitor.sum() * 2.4 == pytest.approx(float(promised[0, 0]))


def test_alumina_feeds_only_what_the_other_side_lacks() -> None:
    assert fed(np.array([0.4, 0.9, -0.1]), np.array([-0.6, -0.6, -0.6])).tolist() == [0.4, 0.6, 0.0]


def test_savings_come_in_over_years_and_in_part() -> None:
    assert [came_in(age, TERMS) for age in (-1, 0, 1, 4, 9)] == [0.0, 0.0, 0.25, 1.0, 1.0]
    assert realised(np.array([0.9, 0.1, 0.5, 0.7, 0.2, 0.3]), 4.0 / 7.0) == pytest.approx(0.5)
    assert realised(np.ones(DRAWS), 0.9) == 1.0


def test_the_part_that_comes_true_is_on_average_what_buyers_expect() -> None:
    draws = np.random.default_rng(1).uniform(size=(4000, DRAWS))

    assert np.mean([realised(each, 4.0 / 7.0) for each in draws]) == pytest.approx(4.0 / 7.0, abs=0.01)


def test_a_firm_is_appraised_at_replacement_cost_less_wear() -> None:
    left = unworn(np.array([1.0, 2.0]), np.array([10.0, 40.0]), TERMS)

    assert left == pytest.approx([0.8, 2.0 * 0.5])


def test_weak_years_and_heirs_wear_pride_down_to_nothing() -> None:
    weak, heirs, private = (
        np.array([0.0, 2.0, 2.0, 0.0]),
        np.array([0.0, 0.0, 1.0, 0.0]),
        np.array([1.0, 1.0, 1.0, 0.0]),
    )

    assert pride(weak, heirs, private, TERMS).tolist() == [1.5, 0.5, 0.0, 0.0]


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({}, -4.0),
        ({"gain_share": 0.25}, -2.0),
        ({"gain_share": 0.9}, 0.0),
        ({"gain_share": -0.9}, -4.0),
        ({"distressed": 1.0}, -3.0),
        ({"wave": 2.0}, -3.5),
        ({"push_share": 1.0}, -3.0),
        ({"same_province": 1.0}, -3.5),
        ({"across": 1.0}, -4.75),
        ({"pride": 1.5}, -5.5),
        ({"size_share": 0.03}, -4.0),
        ({"size_share": 0.09}, -6.0),
    ],
)
def test_the_odds_that_two_groups_combine(change: dict[str, float], score: float) -> None:
    odds = replace(ODDS, **{name: np.array([value]) for name, value in change.items()})

    assert chances(odds, TERMS)[0] == pytest.approx(1.0 / (1.0 + math.exp(-score)))


def test_old_owners_are_paid_for_a_part_and_keep_the_rest() -> None:
    price = settle_price(worth_mcny=1000.0, owed_mcny=400.0, room_mcny=900.0, share=0.7, terms=TERMS)

    assert price is not None
    assert (price.equity_mcny, price.share, price.written_off_mcny) == (600.0, 0.7, 0.0)
    assert price.paid_mcny == pytest.approx(0.7 * 600.0)


def test_a_buyer_short_of_money_takes_less_but_not_under_the_least() -> None:
    less = settle_price(worth_mcny=1000.0, owed_mcny=400.0, room_mcny=760.0, share=0.7, terms=TERMS)

    assert less is not None
    assert less.share == pytest.approx(0.6)
    assert settle_price(worth_mcny=1000.0, owed_mcny=400.0, room_mcny=700.0, share=0.7, terms=TERMS) is None


def test_lenders_of_a_firm_that_owes_more_than_it_is_worth_sell_it_and_lose_the_rest() -> None:
    price = settle_price(worth_mcny=300.0, owed_mcny=400.0, room_mcny=300.0, share=0.7, terms=TERMS)

    assert price is not None
    assert (price.share, price.paid_mcny, price.written_off_mcny) == (1.0, 0.0, 100.0)
    assert settle_price(worth_mcny=300.0, owed_mcny=400.0, room_mcny=299.0, share=0.7, terms=TERMS) is None


def test_a_firm_worth_what_it_owes_costs_what_lenders_lend_and_nothing_is_written_off() -> None:
    price = settle_price(worth_mcny=400.0, owed_mcny=400.0, room_mcny=400.0, share=0.7, terms=TERMS)

    assert price is not None
    assert (price.equity_mcny, price.share, price.paid_mcny, price.written_off_mcny) == (0.0, 1.0, 0.0, 0.0)


def test_money_for_just_the_least_part_buys_it() -> None:
    # (706 - 400) / 600 = 0.51; who wants less than the least needs no more than that
    least = settle_price(worth_mcny=1000.0, owed_mcny=400.0, room_mcny=706.0, share=0.7, terms=TERMS)
    little = settle_price(worth_mcny=1000.0, owed_mcny=400.0, room_mcny=640.0, share=0.4, terms=TERMS)

    assert least is not None
    assert least.share == pytest.approx(0.51)
    assert little is not None
    assert little.share == 0.4


def test_cash_of_a_firm_is_paid_for_and_lends_the_suitor_no_room() -> None:
    # equity of 1,000 + 200; 840 pay for 0.7 of it
    price = settle_price(worth_mcny=1000.0, owed_mcny=-200.0, room_mcny=840.0, share=0.9, terms=TERMS)

    assert price is not None
    assert price.share == pytest.approx(0.7)
    assert price.paid_mcny == pytest.approx(840.0)


def test_equals_are_groups_of_which_the_smaller_has_half_of_the_larger_and_anything_at_all() -> None:
    target, suitor = np.array([100.0, 200.0, 99.0, 0.0, -50.0]), np.array([200.0, 100.0, 200.0, 0.0, -50.0])

    assert equals(target, suitor, TERMS).tolist() == [True, True, False, False, False]


def test_equals_exchange_shares_by_what_each_brings() -> None:
    # 1,000 - 400 beside 1,200
    swap = settle_exchange(worth_mcny=1000.0, owed_mcny=400.0, room_mcny=400.0, suitor_mcny=1200.0)

    assert swap is not None
    assert (swap.equity_mcny, swap.share, swap.paid_mcny, swap.written_off_mcny) == (600.0, 1.0, 0.0, 0.0)
    assert swap.new_share == pytest.approx(1.0 / 3.0)
    assert settle_exchange(1000.0, 400.0, 399.0, 1200.0) is None


def test_a_firm_without_debts_exchanges_shares_whatever_its_suitor_can_raise() -> None:
    # 1,000 + 200 beside 1,200
    swap = settle_exchange(worth_mcny=1000.0, owed_mcny=-200.0, room_mcny=0.0, suitor_mcny=1200.0)

    assert swap is not None
    assert swap.new_share == pytest.approx(0.5)


def test_a_plant_that_has_not_started_is_not_worn() -> None:
    assert unworn(np.array([2.0]), np.array([-5.0]), TERMS).tolist() == [2.0]
