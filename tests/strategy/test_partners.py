"""Minority stakes: size, price and the worth of offtake, by hand."""

import pytest

from sim.scenario.load import load
from sim.strategy.partners import Stake, stake_ppm, worth_of_stake

DEALS = load("baseline").spec.parameters.deals.model_copy(
    update={
        "transaction_saving_cny_per_t": 40.0,
        "risk_saving_cny_per_t": 0.0,
        "realised_share": 0.5,
        "premium_share": 0.05,
        "bargaining_share": 0.5,
    }
)
STAKE = Stake(
    share=0.3,
    to_buyer_mcny=1000.0,
    to_seller_mcny=1000.0,
    runnable_mt=2.0,
    gap_mt=0.5,
    freight_cny_per_t=60.0,
    annuity=5.0,
)


@pytest.mark.parametrize(
    ("held", "luck", "ppm"),
    [
        (1_000_000, 0.0, 100_000),
        (1_000_000, 0.999, 480_000),
        (600_000, 0.5, 0),  # nine per cent to give is too little
        (1_000_000, 0.5, 290_000),  # 10 + 39 / 2, in whole per cents
    ],
)
def test_a_stake_is_a_tenth_to_a_half_and_the_seller_keeps_its_majority(
    held: int, luck: float, ppm: int
) -> None:
    assert stake_ppm(held, luck) == ppm


def test_offtake_saves_haggling_and_haul_on_what_the_buyer_is_short_of() -> None:
    worth = worth_of_stake(STAKE, DEALS)

    # min(0.3 x 2, 0.5) = 0.5 Mt; 0.5 x (40 + 60) x 0.5 x 5 = 125
    assert worth.offtake_mt == pytest.approx(0.5)
    assert worth.gain_mcny == pytest.approx(125.0)


def test_buyer_and_seller_split_what_the_stake_is_worth_to_both() -> None:
    worth = worth_of_stake(STAKE, DEALS)

    # 300 + 125 to the buyer, 315 to the seller: price 370, each gains 55
    assert (worth.least_mcny, worth.price_mcny, worth.surplus_mcny) == pytest.approx((315.0, 370.0, 55.0))
