"""Who buys whom, and at what price: values, synergies, bargaining, and the odds that a deal closes.

*Measure* only. A buyer thinks in this order. What would the plants be worth in my hands, at my cost of capital
and my view of prices? What do I gain besides: alumina for my smelters without a market in between, cheaper ore,
less overhead? What does the seller want at least: what the plants are worth to it, or what closing gives? We
split the difference; a second bidder lifts the price. Then it takes luck, a wave, and no wall between us.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.deal_parameters import Deals


@dataclass(frozen=True, slots=True)
class Synergies:
    """What a buyer gains besides the plants' own value, arrays (pairs,), million CNY, before realisation.

    Attributes:
        integration_mcny: alumina for own smelters without a market in between.
        ore_mcny: cheaper ore.
        overhead_mcny: less overhead.
    """

    integration_mcny: Floats
    ore_mcny: Floats
    overhead_mcny: Floats

    @property
    def total_mcny(self) -> Floats:
        """Give all of them together, (pairs,)."""
        return self.integration_mcny + self.ore_mcny + self.overhead_mcny


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidate buyers and targets, arrays (pairs,).

    Attributes:
        size_mt: runnable capacity of the target.
        buyer_mt: refining capacity of the buyer.
        gap_mt: alumina that the buyer's smelters need beyond its own capacity.
        ore_cny_per_t: ore cost of the target.
        annuity: present value of one CNY a year over the horizon, at the buyer's rate and without VAT.
    """

    size_mt: Floats
    buyer_mt: Floats
    gap_mt: Floats
    ore_cny_per_t: Floats
    annuity: Floats


def synergies(pairs: Pairs, deals: Deals) -> Synergies:
    """Give what each buyer gains besides the target's own value.

    Source: transaction cost, Williamson 1985, Joskow 1985; aluminium, Stuckey 1983, Hennart 1988.
    """
    fed = np.minimum(np.maximum(pairs.gap_mt, 0.0), pairs.size_mt)
    doublings = np.log2(1.0 + pairs.size_mt / np.maximum(pairs.buyer_mt, 0.1))
    cheaper = deals.ore_saving_share * doublings * pairs.ore_cny_per_t
    return Synergies(
        integration_mcny=deals.transaction_saving_cny_per_t * fed * pairs.annuity,
        ore_mcny=cheaper * pairs.size_mt * pairs.annuity,
        overhead_mcny=deals.overhead_saving_cny_per_t * pairs.size_mt * pairs.annuity,
    )


def reservation(
    own_mcny: float, closing_mcny: float, distressed: bool, illiquid: bool, deals: Deals
) -> float:
    """Give the least price that a seller takes, million CNY, never below zero.

    Args:
        own_mcny: what the plants are worth to the seller.
        closing_mcny: what closing them gives.
        distressed: the seller is in distress and asks no premium.
        illiquid: the seller must sell and accepts a discount.
        deals: premium and discount.
    """
    worth = max(own_mcny, closing_mcny, 0.0)
    if illiquid:
        return worth * (1.0 - deals.fire_sale_share)
    return worth if distressed else worth * (1.0 + deals.premium_share)


def bargain(reservation_mcny: float, best_mcny: float, second_mcny: float, deals: Deals) -> float:
    """Give the price of a deal, million CNY: the surplus is split, and a second bidder lifts it.

    Source: Nash 1950; second price with competing bidders, Vickrey 1961.
    """
    split = reservation_mcny + (1.0 - deals.bargaining_share) * (best_mcny - reservation_mcny)
    return max(split, min(second_mcny, best_mcny))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What besides price bears on whether a deal closes.

    Attributes:
        surplus_share: surplus over price.
        distressed: the seller is in distress.
        wave: merger wave, around zero.
        same_province: the buyer has a plant in the target's province.
        across: the deal crosses the line between state and private.
    """

    surplus_share: float
    distressed: bool
    wave: float
    same_province: bool
    across: bool


def closing_chance(around: Circumstances, deals: Deals) -> float:
    """Give the chance that a deal worth doing closes this year."""
    score = (
        deals.base_logit
        + deals.surplus_logit * min(around.surplus_share, 1.0)
        + deals.distress_logit * around.distressed
        + deals.wave_logit * around.wave
        + deals.province_logit * around.same_province
        - deals.divide_logit * around.across
    )
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))


def refusal_chance(tax_share: float, state_owned: bool, discipline_share: float, deals: Deals) -> float:
    """Give the chance that a province refuses the sale of its plant to a buyer from outside.

    Args:
        tax_share: the target's share of the province's capacity.
        state_owned: whether the seller is the province's own.
        discipline_share: national discipline, 0-1.
        deals: weights.
    """
    score = (
        deals.consent_tax_logit * tax_share
        + deals.consent_state_logit * state_owned
        - deals.consent_discipline_logit * discipline_share
    )
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))


def next_wave(wave: float, deals_before: int, luck: float) -> float:
    """Give the merger wave of a year from last year's, last year's deals and a standard normal draw.

    Source: waves, Harford 2005; mergers as strategic complements, Qiu & Zhou 2007.
    """
    return 0.5 * wave + 0.5 * math.log1p(deals_before) + 0.3 * luck - 0.35
