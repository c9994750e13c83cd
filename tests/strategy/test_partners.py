"""Minority stakes: size, price and the worth of offtake, by hand."""

from dataclasses import replace

import pytest

from sim.scenario.load import load
from sim.strategy.partners import (
    Purse,
    Stake,
    is_large,
    partner_share,
    stake_floor,
    stake_ppm,
    worth_of_stake,
)

DEALS = load("baseline").spec.parameters.deals.model_copy(
    update={
        "transaction_saving_cny_per_t": 40.0,
        "risk_saving_cny_per_t": 2.0,
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
    freight_cny_per_t=58.0,
    annuity=5.0,
)


@pytest.mark.parametrize(
    ("held", "luck", "ppm"),
    [
        (1_000_000, 0.0, 100_000),
        (1_000_000, 0.999, 480_000),
        (600_000, 0.5, 0),  # nine per cent to give is too little
        (610_000, 0.5, 100_000),  # a tenth is just enough
        (1_000_000, 0.5, 290_000),  # 10 + 39 / 2, in whole per cents
    ],
)
def test_a_stake_is_a_tenth_to_a_half_and_the_seller_keeps_its_majority(
    held: int, luck: float, ppm: int
) -> None:
    assert stake_ppm(held, luck, DEALS) == ppm


def test_offtake_saves_haggling_and_haul_on_what_the_buyer_is_short_of() -> None:
    worth = worth_of_stake(STAKE, DEALS)

    # min(0.3 x 2, 0.5) = 0.5 Mt; 0.5 x (40 + 2 + 58) x 0.5 x 5 = 125
    assert worth.offtake_mt == pytest.approx(0.5)
    assert worth.gain_mcny == pytest.approx(125.0)


def test_buyer_and_seller_split_what_the_stake_is_worth_to_both() -> None:
    worth = worth_of_stake(STAKE, DEALS)

    # 300 + 125 to the buyer, 315 to the seller: price 370, each gains 55
    assert (worth.least_mcny, worth.price_mcny, worth.surplus_mcny) == pytest.approx((315.0, 370.0, 55.0))


@pytest.mark.parametrize(
    ("state", "sound", "floor"),
    [(True, True, 2000.0), (False, True, 1640.0), (True, False, 0.0), (False, False, 0.0)],
)
def test_a_sound_seller_parts_with_a_stake_at_its_appraisal_or_below_it_for_want_of_control(
    state: bool, sound: bool, floor: float
) -> None:
    deals = DEALS.model_copy(update={"minority_discount_share": 0.18})

    assert stake_floor(2000.0, state=state, sound=sound, deals=deals) == pytest.approx(floor)


def test_a_floor_above_what_the_buyer_gains_leaves_nothing_to_split() -> None:
    worth = worth_of_stake(replace(STAKE, floor_mcny=2000.0), DEALS)

    # 425 to the buyer, 600 to the seller; a floor of 1200 is 360 for the stake, and the rest is split
    assert (worth.price_mcny, worth.surplus_mcny) == pytest.approx((600.0, -175.0))
    low = worth_of_stake(replace(STAKE, floor_mcny=1200.0), DEALS)
    assert (low.least_mcny, low.price_mcny) == pytest.approx((360.0, 392.5))


BUILDING = load("baseline").spec.parameters.building.model_copy(
    update={"partner_room_ratio": 0.5, "partner_least_share": 0.2, "partner_most_share": 0.49}
)


def test_a_plant_is_large_when_it_takes_more_than_half_of_what_its_owner_has() -> None:
    assert is_large(Purse(1001.0, 2000.0), BUILDING)
    assert not is_large(Purse(999.0, 2000.0), BUILDING)
    assert is_large(Purse(100.0, -500.0), BUILDING)
    assert not is_large(Purse(1000.0, 2000.0), BUILDING)


@pytest.mark.parametrize(
    ("lead", "partner", "most", "share"),
    [
        (Purse(1000.0, 1300.0), Purse(1000.0, 900.0), 1.0, 0.35),  # 1 - 0.5 x 1,300 / 1,000
        (Purse(1000.0, 1900.0), Purse(1000.0, 900.0), 1.0, 0.2),  # 5 % would do, a fifth is the least
        (Purse(1000.0, 600.0), Purse(1000.0, 900.0), 1.0, 0.49),  # 70 % wanted; the rest of 510 can be paid
        (Purse(1000.0, 510.0), Purse(1000.0, 900.0), 1.0, 0.49),
        (Purse(1000.0, 500.0), Purse(1000.0, 900.0), 1.0, 0.0),  # 510 cannot be paid from 500
        (Purse(1000.0, 900.0), Purse(1000.0, 305.0), 1.0, 0.3),  # the partner can pay 30 whole per cents
        (Purse(1000.0, 1300.0), Purse(1000.0, 190.0), 1.0, 0.0),  # or less than the least
        (Purse(1000.0, 1300.0), Purse(1000.0, -50.0), 1.0, 0.0),  # or nothing
        (
            Purse(1000.0, 1300.0),
            Purse(-10.0, -50.0),
            1.0,
            0.0,
        ),  # lenders pay for it all, a partner for nothing
        (
            Purse(1500.0, 2300.0),
            Purse(1000.0, 900.0),
            1.0,
            0.35,
        ),  # 500 of security are lost: 1,500 - 350 is half
        (Purse(1500.0, 1000.0), Purse(1000.0, 900.0), 1.0, 0.0),  # 1,500 - 490 cannot be paid from 1,000
        (Purse(1000.0, 1300.0), Purse(1000.0, 900.0), 0.25, 0.25),  # more would cost the leader its majority
        (Purse(1000.0, 1300.0), Purse(1000.0, 900.0), 0.15, 0.0),
    ],
)
def test_a_partner_takes_what_the_leader_lacks_within_its_own_means(
    lead: Purse, partner: Purse, most: float, share: float
) -> None:
    assert partner_share(lead, partner, most, BUILDING) == pytest.approx(share)


def test_where_no_least_part_is_set_nobody_takes_a_part() -> None:
    building = BUILDING.model_copy(update={"partner_least_share": 0.0})

    assert partner_share(Purse(1000.0, 1300.0), Purse(1000.0, 900.0), 1.0, building) == 0.0


def test_a_smelter_with_alumina_to_spare_gains_no_offtake_and_a_plant_that_loses_is_given_for_its_floor() -> (
    None
):
    worth = worth_of_stake(replace(STAKE, gap_mt=-1.0, to_seller_mcny=-1000.0, floor_mcny=100.0), DEALS)

    # 0.3 x 100 to the seller, 0.3 x 1,000 to the buyer, and the difference is split
    assert (worth.offtake_mt, worth.gain_mcny) == (0.0, 0.0)
    assert (worth.least_mcny, worth.price_mcny, worth.surplus_mcny) == pytest.approx((30.0, 165.0, 135.0))
    assert worth_of_stake(replace(STAKE, to_seller_mcny=-1000.0), DEALS).least_mcny == 0.0
