"""Who would buy what, and at what price: the best deal over what is left for sale."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools
from sim.decisions.buy.survey import Survey
from sim.strategy.deals import bargain
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best deal over one target.

    Attributes:
        place: number of the target in the survey.
        bidder: number of the buyer in the survey.
        second: number of the second-best bidder, -1 for none.
        price_mcny: agreed price.
        surplus_mcny: most that the buyer would and can pay, less what the seller wants.
        funded: whether the buyer can raise at least what the seller wants.
    """

    place: int
    bidder: int
    second: int
    price_mcny: float
    surplus_mcny: float
    funded: bool


def best_proposal(world: World, seen: Survey, left: Bools) -> Proposal | None:
    """The deal with the largest surplus over what is left for sale, or None when nobody wants any of it.

    Where the only bidders who would pay what the seller wants cannot raise it, the proposal is not funded.
    """
    deals, push, market = world.parameters.deals, world.rules.merger_push, world.plant_market
    cap = push.cap(deals.deals_count) if push else deals.deals_count
    free = np.array([market.bought.get(row, 0) < cap for row in seen.bidders])
    most, would = np.where(free, seen.most_mcny, 0.0), np.where(free, seen.would_mcny, 0.0)
    funded = most.max(axis=1) > seen.least_mcny
    surplus = np.where(funded, most.max(axis=1), would.max(axis=1)) - seen.least_mcny
    surplus[~left] = -1.0
    place = int(np.argmax(surplus))
    if not surplus[place] > 0.0:
        return None
    least, bids = float(seen.least_mcny[place]), (most if funded[place] else would)[place]
    bidder, *others = np.argsort(-bids, kind="stable")[:2].tolist()
    if not funded[place]:
        return Proposal(place, bidder, -1, least, float(surplus[place]), False)
    second = others[0] if others and bids[others[0]] > 0.0 else -1
    price = bargain(least, float(bids[bidder]), float(bids[second]) if second >= 0 else 0.0, deals)
    return Proposal(place, bidder, second, price, float(surplus[place]), True)
