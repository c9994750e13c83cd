"""What a target is worth to a buyer, what its seller wants, and the price between them, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.deal_parameters import Deals
from sim.scenario.load import load
from sim.strategy.deals import (
    Pairs,
    bargain,
    doublings,
    expected_gain,
    fed_tonnes,
    lost_to_seller,
    most_to_pay,
    reservation,
    synergies,
    worth_of_buying,
)

DEALS: Deals = load("baseline").spec.parameters.deals.model_copy(
    update={
        "transaction_saving_cny_per_t": 40.0,
        "risk_saving_cny_per_t": 2.0,
        "ore_saving_share": 0.01,
        "overhead_saving_cny_per_t": 15.0,
        "realised_share": 0.5,
        "premium_share": 0.05,
        "fire_sale_share": 0.2,
        "bargaining_share": 0.5,
        "integration_share": 0.03,
    }
)

# One target of 1 Mt, one bidder of 3 Mt whose smelters are short of 0.6 Mt.
PAIRS = Pairs(
    size_mt=np.array([[1.0]]),
    kept_mt=np.array([0.0]),
    seller_annuity=np.array([5.0]),
    spare_mt=np.array([[1.0]]),
    seller_mt=np.array([[1.0]]),
    buyer_mt=np.array([3.0]),
    gap_mt=np.array([0.6]),
    freight_cny_per_t=np.array([[18.0]]),
    ore_cny_per_t=np.array([[1000.0]]),
    buyer_ore_cny_per_t=np.array([900.0]),
    annuity=np.array([6.0]),
    approval_cny_per_t=0.0,
)


def test_synergies_of_one_pair_are_those_worked_out_by_hand() -> None:
    gains = synergies(PAIRS, DEALS)

    # (40 + 2 + 18) x 0.6 x 6 = 216
    assert gains.integration_mcny[0, 0] == pytest.approx(216.0)
    # target 1 -> 4 Mt: two doublings, 2 x 1000 x 1; buyer 3 -> 4: log2(4/3) x 900 x 3; 1 % of both, times 6
    assert gains.ore_mcny[0, 0] == pytest.approx(0.01 * 6 * (2000 + np.log2(4 / 3) * 2700))
    # 15 x 1 x 6
    assert gains.overhead_mcny[0, 0] == pytest.approx(90.0)
    assert gains.coast_mcny[0, 0] == 0.0


def test_savings_come_true_in_part_and_policy_in_full() -> None:
    gains = synergies(replace(PAIRS, approval_cny_per_t=30.0), DEALS)

    savings = gains.integration_mcny + gains.ore_mcny + gains.overhead_mcny
    assert expected_gain(gains, DEALS) == pytest.approx(0.5 * savings + 30.0)
    # two tonnes bought give twice the place in the queue
    twice = synergies(replace(PAIRS, approval_cny_per_t=30.0, size_mt=np.array([[2.0]])), DEALS)
    assert twice.policy_mcny.tolist() == [[60.0]]


@pytest.mark.parametrize(
    ("gap", "spare", "fed"),
    [
        (0.6, 1.0, 0.6),  # the buyer's smelters take what they are short of
        (2.0, 1.0, 1.0),  # and no more than the target makes
        (-0.5, -0.8, 0.5),  # a long buyer feeds smelters sold with the target
        (0.6, -0.8, 0.0),  # two that are short feed nobody
        (-0.5, 1.0, 0.0),
    ],
)
def test_alumina_leaves_the_market_only_where_one_side_is_short(gap: float, spare: float, fed: float) -> None:
    pairs = replace(PAIRS, gap_mt=np.array([gap]), spare_mt=np.array([[spare]]))

    assert fed_tonnes(pairs)[0, 0] == pytest.approx(fed)


def test_a_buyer_without_refineries_saves_no_overhead() -> None:
    assert synergies(replace(PAIRS, buyer_mt=np.array([0.0])), DEALS).overhead_mcny[0, 0] == 0.0


def test_ore_gets_no_cheaper_beyond_three_doublings() -> None:
    # 1 -> 2 once, 1 -> 64 six times
    assert doublings(np.array([2.0, 64.0, 0.5]), np.ones(3), DEALS).tolist() == [1.0, 3.0, 0.0]


def test_a_seller_with_smelters_loses_the_alumina_that_they_need() -> None:
    # smelters need 1.5, the seller keeps 0.8 of its 1.8 Mt: 0.7 Mt must be bought, at 42 CNY/t, for 5 years
    pairs = replace(PAIRS, kept_mt=np.array([1.5]), seller_mt=np.array([[1.8]]))

    assert lost_to_seller(pairs, DEALS)[0] == pytest.approx(0.7 * 42.0 * 5.0)


@pytest.mark.parametrize(
    ("kept", "seller", "unfed"),
    [
        (9.0, 1.8, 1.0),  # no more than the plant made
        (0.5, 1.8, 0.0),  # what stays is enough
        (0.6, 0.8, 0.6),  # a seller that can run less than the plant makes keeps nothing
    ],
)
def test_a_seller_loses_no_more_than_the_plant_and_no_less_than_nothing(
    kept: float, seller: float, unfed: float
) -> None:
    pairs = replace(PAIRS, kept_mt=np.array([kept]), seller_mt=np.array([[seller]]))

    assert lost_to_seller(pairs, DEALS)[0] == pytest.approx(unfed * 42.0 * 5.0)


@pytest.mark.parametrize(
    ("pressed", "forced", "least"), [(False, False, 105.0), (True, False, 100.0), (True, True, 80.0)]
)
def test_a_seller_in_need_wants_less(pressed: bool, forced: bool, least: float) -> None:
    floors = np.array([20.0]), np.array([90.0])
    asked = reservation(np.array([100.0]), floors, np.array([pressed]), np.array([forced]), DEALS)

    assert asked[0] == pytest.approx(least)


@pytest.mark.parametrize(
    ("pressed", "forced", "least"), [(False, False, 210.0), (True, False, 100.0), (True, True, 80.0)]
)
def test_a_sound_seller_does_not_sell_below_appraisal(pressed: bool, forced: bool, least: float) -> None:
    floors = np.array([20.0]), np.array([200.0])
    asked = reservation(np.array([100.0]), floors, np.array([pressed]), np.array([forced]), DEALS)

    # 5 % on 200; who is out of money gives 20 % of it away; who is in distress asks what it earns itself
    assert asked[0] == pytest.approx(least)


def test_no_seller_pays_for_being_bought() -> None:
    floors = np.array([-20.0]), np.array([0.0])
    nothing = reservation(np.array([-50.0]), floors, np.array([False]), np.array([False]), DEALS)

    assert nothing[0] == 0.0


def test_two_alone_split_the_surplus_and_a_second_bidder_lifts_the_price() -> None:
    assert bargain(100.0, 200.0, 0.0, DEALS) == pytest.approx(150.0)
    assert bargain(100.0, 200.0, 180.0, DEALS) == pytest.approx(180.0)
    assert bargain(100.0, 200.0, 120.0, DEALS) == pytest.approx(150.0)
    # nobody pays more than it is worth to the winner
    assert bargain(100.0, 200.0, 250.0, DEALS) == pytest.approx(200.0)


def test_nobody_pays_more_than_value_or_means_with_integration_on_top() -> None:
    # 206 / 1.03 = 200, but only 103 can be raised
    assert most_to_pay(np.array([206.0]), np.array([1000.0]), DEALS)[0] == pytest.approx(200.0)
    assert most_to_pay(np.array([206.0]), np.array([103.0]), DEALS)[0] == pytest.approx(100.0)


def test_buying_is_worth_value_less_price_and_integration() -> None:
    assert worth_of_buying(206.0, 150.0, DEALS) == pytest.approx(206.0 - 154.5)
