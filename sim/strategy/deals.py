"""Who buys whom, and at what price: values, synergies, bargaining.

*Measure* only. A buyer thinks in this order. What would the plants be worth in my hands, at my cost of capital
and my view of prices, and what do I owe with them? What do I gain besides: alumina for my smelters without a
market and a long haul in between, cheaper ore, less overhead, a cheaper loan? What does the seller want at
least: what the plants are worth to it, or what closing gives? We split the difference; a second bidder lifts
the price. What then stands in the way is in `consents.py`, `review.py` and `funding.py`.

How a purchase is paid: spare cash first, then loans, as far as lenders go along.

*Measure* only. The price buys the plants with the debt that comes with them: what the buyer takes over of the
seller's debt is not paid a second time.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats
from sim.scenario.deal_parameters import Deals

LEAST_MT = 1e-6


@dataclass(frozen=True, slots=True)
class Synergies:
    """What buyers gain besides the plants' own value, arrays (targets, bidders), million CNY, all of them realised.

    Attributes:
        integration_mcny: alumina for smelters of the same owner without a market in between.
        ore_mcny: cheaper imported ore, of the target and of the buyer.
        overhead_mcny: less overhead.
        coast_mcny: worth of moving the plants to the coast at the buyer's cost of capital, by the odds that it does.
        policy_mcny: cheaper loans and a better place in the queue for approvals.
    """

    integration_mcny: Floats
    ore_mcny: Floats
    overhead_mcny: Floats
    coast_mcny: Floats
    policy_mcny: Floats


@dataclass(frozen=True, slots=True)
class Pairs:
    """Targets and bidders; arrays that broadcast to (targets, bidders).

    Attributes:
        size_mt: output to be expected of the target, Mt a year.
        kept_mt: (targets,) alumina that smelters need which stay with the seller.
        seller_annuity: (targets,) as `annuity`, at the seller's rate.
        spare_mt: alumina that the target makes beyond the need of smelters sold with it, negative when short.
        seller_mt: refining capacity of the seller, the target included.
        buyer_mt: refining capacity of the buyer.
        gap_mt: alumina that the buyer's smelters need beyond its own capacity, negative when it is long.
        freight_cny_per_t: freight that the buyer's smelters save on alumina of the target.
        ore_cny_per_t: cost of imported ore per tonne of alumina of the target.
        buyer_ore_cny_per_t: the same of the buyer.
        annuity: present value of one CNY a year over the horizon, at the buyer's rate and without VAT.
        approval_cny_per_t: worth of a place in the queue for approvals, per tonne bought, for each bidder or for all.
    """

    size_mt: Floats
    kept_mt: Floats
    seller_annuity: Floats
    spare_mt: Floats
    seller_mt: Floats
    buyer_mt: Floats
    gap_mt: Floats
    freight_cny_per_t: Floats
    ore_cny_per_t: Floats
    buyer_ore_cny_per_t: Floats
    annuity: Floats
    approval_cny_per_t: Floats | float


def fed_tonnes(pairs: Pairs) -> Floats:
    """The alumina that changes from the market to the owner's own smelters, (targets, bidders) Mt a year."""
    forward = np.minimum(np.maximum(pairs.gap_mt, 0.0), np.maximum(pairs.spare_mt, 0.0))
    back = np.minimum(np.maximum(-pairs.gap_mt, 0.0), np.maximum(-pairs.spare_mt, 0.0))
    return np.asarray(forward + back)


def doublings(after_mt: Floats, before_mt: Floats, deals: Deals) -> Floats:
    """How many times purchases double from before to after, from none to the most that earn a discount."""
    ratio = after_mt / np.maximum(before_mt, LEAST_MT)
    return np.asarray(np.minimum(np.log2(np.maximum(ratio, 1.0)), deals.most_doublings_ratio))


def synergies(pairs: Pairs, deals: Deals) -> Synergies:
    """What each buyer gains besides each target's own value.

    The worth of moving plants to the coast is nothing here: it is weighed for serious bidders alone.

    Source: equation (6.1) of the model description; transaction cost, Williamson 1985, Joskow 1985; aluminium,
    Stuckey 1983, Hennart 1988.
    """
    saved = deals.transaction_saving_cny_per_t + pairs.freight_cny_per_t + deals.risk_saving_cny_per_t
    together = pairs.buyer_mt + pairs.size_mt
    of_target = doublings(together, pairs.seller_mt, deals) * pairs.ore_cny_per_t * pairs.size_mt
    of_buyer = doublings(together, pairs.buyer_mt, deals) * pairs.buyer_ore_cny_per_t * pairs.buyer_mt
    joins = (pairs.buyer_mt > 0.0) * pairs.size_mt
    return Synergies(
        integration_mcny=saved * fed_tonnes(pairs) * pairs.annuity,
        ore_mcny=deals.ore_saving_share * (of_target + of_buyer) * pairs.annuity,
        overhead_mcny=deals.overhead_saving_cny_per_t * joins * pairs.annuity,
        coast_mcny=np.zeros_like(joins * pairs.annuity),
        policy_mcny=pairs.approval_cny_per_t * pairs.size_mt * np.ones_like(joins),
    )


def lost_to_seller(pairs: Pairs, deals: Deals) -> Floats:
    """What a seller with smelters loses when it must buy their alumina, (targets,) million CNY."""
    size = pairs.size_mt.ravel()
    rest = np.maximum(pairs.seller_mt.ravel() - size, 0.0)
    unfed = np.minimum(np.maximum(pairs.kept_mt - rest, 0.0), size)
    saved = deals.transaction_saving_cny_per_t + deals.risk_saving_cny_per_t
    return np.asarray(saved * unfed * pairs.seller_annuity)


def expected_gain(gains: Synergies, deals: Deals) -> Floats:
    """What buyers expect of their synergies, (targets, bidders) million CNY.

    Savings come true in part and a year late: the first of the horizon's years is lost with the integration.
    A move to the coast counts in full, because its odds are in its worth already, and policy pays in full.
    """
    savings = gains.integration_mcny + gains.ore_mcny + gains.overhead_mcny
    return np.asarray(deals.realised_share * savings + gains.coast_mcny + gains.policy_mcny)


def reservation(
    own_mcny: Floats, floors_mcny: tuple[Floats, Floats], pressed: Bools, forced: Bools, deals: Deals
) -> Floats:
    """The least price that each seller takes, (targets,) million CNY, never below zero.

    A sound seller does not sell below what an appraiser puts down, whatever it expects to earn.

    Args:
        own_mcny: (targets,) what the plants are worth to the seller.
        floors_mcny: (targets,) what closing them gives, and what they are appraised at.
        pressed: (targets,) sellers in distress or about to close, who ask no premium.
        forced: (targets,) sellers without liquidity, who accept a discount.
        deals: premium and discount.
    """
    closing, appraised = floors_mcny
    worth = np.maximum(np.maximum(own_mcny, closing), 0.0)
    worth = np.where(pressed, worth, np.maximum(worth, appraised))
    usual = np.where(pressed, 1.0, 1.0 + deals.premium_share)
    return np.asarray(worth * np.where(forced, 1.0 - deals.fire_sale_share, usual))


def bargain(reservation_mcny: float, best_mcny: float, second_mcny: float, deals: Deals) -> float:
    """The price of a deal, million CNY: the surplus is split, and a second bidder lifts it.

    Args:
        reservation_mcny: least price of the seller.
        best_mcny: most that the best bidder can and would pay.
        second_mcny: the same of the second-best bidder.
        deals: the buyer's part of the surplus.

    Source: Nash 1950; second price with competing bidders, Vickrey 1961.
    """
    split = reservation_mcny + (1.0 - deals.bargaining_share) * (best_mcny - reservation_mcny)
    return max(split, min(second_mcny, best_mcny))


def most_to_pay(value_mcny: Floats, room_mcny: Floats, deals: Deals) -> Floats:
    """The highest price that each bidder would and could pay, million CNY, integration paid besides."""
    return np.asarray(np.minimum(value_mcny, room_mcny) / (1.0 + deals.integration_share))


def worth_of_buying(value_mcny: float, price_mcny: float, deals: Deals) -> float:
    """What buying is worth over leaving it, million CNY: value less price and cost of integration."""
    return value_mcny - price_mcny * (1.0 + deals.integration_share)


@dataclass(frozen=True, slots=True)
class Buyers:
    """What bidders bring, arrays that broadcast to (targets, bidders), million CNY unless named.

    Attributes:
        spare_mcny: cash above the least.
        debt_mcny: debt.
        assets_mcny: book value of plants.
        earned_mcny: yearly earnings before interest and tax.
        rate_per_year: loan rate.
    """

    spare_mcny: Floats
    debt_mcny: Floats
    assets_mcny: Floats
    earned_mcny: Floats
    rate_per_year: Floats


def room_to_pay(
    buyers: Buyers, assets_mcny: Floats, earned_mcny: Floats, leverage_share: float, cover_ratio: float
) -> Floats:
    """The highest price, debt taken over included, that each bidder can pay, (targets, bidders) million CNY.

    Lenders look at both firms together: debt over assets afterwards, and earnings over interest.

    Args:
        buyers: the bidders.
        assets_mcny: (targets, 1) book value of the targets.
        earned_mcny: (targets, 1) yearly earnings of the targets.
        leverage_share: most debt over assets.
        cover_ratio: least earnings over interest.
    """
    by_assets = leverage_share * (buyers.assets_mcny + assets_mcny) - buyers.debt_mcny
    earned = np.maximum(buyers.earned_mcny + earned_mcny, 0.0)
    by_cover = earned / np.maximum(cover_ratio * buyers.rate_per_year, 1e-9) - buyers.debt_mcny
    return np.asarray(np.maximum(buyers.spare_mcny, 0.0) + np.maximum(np.minimum(by_assets, by_cover), 0.0))


@dataclass(frozen=True, slots=True)
class Payment:
    """How one price is paid, million CNY.

    Attributes:
        assumed_mcny: debt of the seller that the buyer takes over.
        cash_mcny: paid from spare cash.
        loan_mcny: paid from a new loan.
    """

    assumed_mcny: float
    cash_mcny: float
    loan_mcny: float


UNPAID = Payment(0.0, 0.0, 0.0)
"""How a deal is paid that is free, or does not close."""


def payment(price_mcny: float, debt_mcny: float, spare_mcny: float) -> Payment:
    """How a price is paid.

    Args:
        price_mcny: for the plants with all that they owe.
        debt_mcny: debt that comes with them.
        spare_mcny: cash that the buyer can spare.
    """
    assumed = min(debt_mcny, price_mcny)
    cash = min(max(spare_mcny, 0.0), price_mcny - assumed)
    return Payment(assumed, cash, price_mcny - assumed - cash)
