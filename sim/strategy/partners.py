"""Minority stakes: how large, at what price, and what alumina that comes with one is worth to a smelter.

*Measure* only. A smelter short of alumina buys into a refinery near it: it shares the profit, and it has a call
on its part of the output without haggling and with a shorter haul. Or it joins the owner of a plant that is still
to be built, for whom the plant is large: it pays its part of the investment and gets its part of the output.
"""

import math
from dataclasses import dataclass

from sim.scenario.deal_parameters import Deals
from sim.scenario.owner_parameters import Building

PPM, CENT_PPM = 1_000_000, 10_000
"""Parts in a whole and in a per cent: stakes are written in whole per cents."""


def stake_ppm(held_ppm: int, luck: float, deals: Deals) -> int:
    """The size of a stake, parts per million, in whole per cents; zero where the seller holds too little.

    Args:
        held_ppm: what the seller holds.
        luck: uniform in 0-1, from the least to the most.
        deals: smallest and largest stake, and what the seller keeps.
    """
    least = round(PPM * deals.stake_least_share)
    most = min(round(PPM * deals.stake_most_share), held_ppm - round(PPM * deals.stake_kept_share))
    if most < least:
        return 0
    return least + int(luck * (most - least)) // CENT_PPM * CENT_PPM


@dataclass(frozen=True, slots=True)
class Stake:
    """What is offered.

    Attributes:
        share: part of the plant.
        to_buyer_mcny: worth of the whole plant by the buyer's view, million CNY.
        to_seller_mcny: the same by the seller's.
        runnable_mt: capacity that can run.
        gap_mt: alumina that the buyer is short of, Mt a year.
        freight_cny_per_t: freight that it saves.
        annuity: present value of one CNY a year at the buyer's rate and without VAT.
        floor_mcny: what the seller takes for the whole plant at least, whatever it expects to earn.
    """

    share: float
    to_buyer_mcny: float
    to_seller_mcny: float
    runnable_mt: float
    gap_mt: float
    freight_cny_per_t: float
    annuity: float
    floor_mcny: float = 0.0


@dataclass(frozen=True, slots=True)
class Worth:
    """What a stake is worth, million CNY.

    Attributes:
        offtake_mt: alumina that comes with it, Mt a year.
        gain_mcny: what that saves the buyer.
        least_mcny: least price of the seller.
        price_mcny: agreed price, where both gain.
        surplus_mcny: what the buyer gains over leaving it.
    """

    offtake_mt: float
    gain_mcny: float
    least_mcny: float
    price_mcny: float
    surplus_mcny: float


def stake_floor(appraised_mcny: float, *, state: bool, sound: bool, deals: Deals) -> float:
    """What a seller takes at least for a whole plant of which it sells a minority, million CNY.

    A state holder does not sell below the appraisal; a sound private one not below it less what a part without control
    is worth less. The plant has no debt of its own: what its owner owes stays with the owner.

    Source: state-asset rule, Order 32 of SASAC and the Ministry of Finance of 2016.
    """
    return appraised_mcny * (1.0 if state else 1.0 - deals.minority_discount_share) if sound else 0.0


def worth_of_stake(stake: Stake, deals: Deals) -> Worth:
    """What a stake is worth to a buyer and its price; buyer and seller split what it is worth to both.

    Source: equation (6.7) of the model description; Nash 1950.
    """
    offtake = min(stake.share * stake.runnable_mt, max(stake.gap_mt, 0.0))
    saved = deals.transaction_saving_cny_per_t + deals.risk_saving_cny_per_t + stake.freight_cny_per_t
    gain = deals.realised_share * saved * offtake * stake.annuity
    own = max(stake.share * stake.to_seller_mcny, 0.0) * (1.0 + deals.premium_share)
    least = max(own, stake.share * stake.floor_mcny)
    value = stake.share * stake.to_buyer_mcny + gain
    price = least + (1.0 - deals.bargaining_share) * max(value - least, 0.0)
    return Worth(offtake, gain, least, price, value - price)


@dataclass(frozen=True, slots=True)
class Purse:
    """What a plant takes from an owner, and what that one has, million CNY.

    Attributes:
        need_mcny: for the leader, investment less what lenders lend on the plant, and what they no longer lend on an
            old one that goes; for the partner, what the whole plant would take from it: investment and what the
            leader gives up, less what lenders lend on the plant.
        room_mcny: spare cash and unused credit.
    """

    need_mcny: float
    room_mcny: float


def is_large(lead: Purse, building: Building) -> bool:
    """Whether a plant is so large for an owner's purse that it looks for a partner."""
    return lead.need_mcny > building.partner_room_ratio * lead.room_mcny


def partner_share(lead: Purse, partner: Purse, most_share: float, building: Building) -> float:
    """The part that a partner pays and holds, whole per cents; zero where no part suits both.

    The partner takes so much that the plant is no longer large for the leader, at least the usual least part and
    at most what it can pay; the leader must be able to pay the rest. What a part takes from the partner is what it
    takes off the leader; where lenders lend more on the plant than it takes, a partner brings no money.

    Args:
        lead: purse of the leader.
        partner: purse of the partner.
        most_share: largest part with which control stays with the leader.
        building: least and largest part of a partner.
    """
    if partner.need_mcny <= 0.0:
        return 0.0
    most = min(most_share, building.partner_most_share, max(partner.room_mcny, 0.0) / partner.need_mcny)
    most = math.floor(100.0 * most + 1e-9) / 100.0
    wanted = (lead.need_mcny - building.partner_room_ratio * lead.room_mcny) / partner.need_mcny
    share = min(max(math.ceil(100.0 * wanted - 1e-9) / 100.0, building.partner_least_share), most)
    enough = lead.need_mcny - share * partner.need_mcny <= lead.room_mcny
    return share if enough and share >= building.partner_least_share > 0.0 else 0.0
