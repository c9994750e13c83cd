"""Deals of the year: proposals, best first, and what chance, governments and lenders make of each.

Only ownership and money move: a plant, its costs and its ponds stay what they are. After each closing the next
proposal is looked for among those who can still buy. Every proposal is written into the book of deals, closed
or not, and a buyer's decision is on record with what it rests on.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools
from sim.phases.bidding import Survey, assets_of, survey
from sim.phases.climate import move_wave
from sim.phases.closing import debt_with, hand_over, integrate, pay, settle_control
from sim.phases.recording import Course, Proposal, Verdict, record, tell_owners
from sim.phases.remedies import Remedy, impose, remedy
from sim.phases.reviewing import Scrutiny, scrutiny
from sim.phases.selling import Target, find_bidders, find_targets
from sim.strategy.consents import closing_chance
from sim.strategy.deals import bargain
from sim.strategy.funding import Payment
from sim.strategy.review import BLOCKED, CONDITIONAL, outcome
from sim.world import dealbook
from sim.world.view import View, look

if TYPE_CHECKING:
    from sim.industry import Industry

NOTHING = Payment(0.0, 0.0, 0.0)


def close_deals(industry: "Industry", view: View) -> None:
    """Let the year's deals come about, best first."""
    market = industry.plant_market
    move_wave(industry)
    market.bought, market.offers, market.sold = {}, {}, set()
    targets, bidders = find_targets(industry, view), find_bidders(industry, view)
    if not targets or not bidders:
        return
    seen = survey(industry, view, targets, bidders)
    left, closed = np.ones(len(targets), dtype=np.bool_), 0
    while closed < industry.parameters.deals.closings_count:
        proposal = best_proposal(industry, seen, left)
        if proposal is None:
            break
        left[proposal.place] = False
        if decide(industry, seen, proposal):
            closed += 1
            seen.moves.drop(proposal.place, proposal.bidder)
            seen = survey(industry, look(industry, view.expected_cny_per_t), targets, bidders, seen)
    for place in np.flatnonzero(left).tolist():
        tell_owners(industry, seen, place, "no bid as high as its owner's least price")


def best_proposal(industry: "Industry", seen: Survey, left: Bools) -> Proposal | None:
    """Give the deal with the largest surplus over what is left for sale, or None when nobody wants any of it.

    Where the only bidders who would pay what the seller wants cannot raise it, the proposal is not funded.
    """
    deals, push, market = industry.parameters.deals, industry.rules.merger_push, industry.plant_market
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


def decide(industry: "Industry", seen: Survey, proposal: Proposal) -> bool:
    """Let chance and governments decide over a proposal; tells whether it closed."""
    target, buyer = seen.targets[proposal.place], seen.bidders[proposal.bidder]
    met = scrutiny(industry, target, buyer, proposal.surplus_mcny / max(proposal.price_mcny, 1.0))
    verdict = judge(industry, target, buyer, proposal, met)
    condition = Remedy((), -1)
    if verdict.review_outcome == CONDITIONAL:
        second = seen.bidders[proposal.second] if proposal.second >= 0 else -1
        condition = remedy(industry, target, buyer, second, proposal.price_mcny)
    closed = verdict.outcome == dealbook.CLOSED
    name = f"{industry.year}-{target.key}"
    paid = conclude(industry, target, buyer, proposal.price_mcny, name) if closed else NOTHING
    record(industry, seen, Course(proposal, met, verdict, condition, paid))
    if closed:
        impose(industry, target, buyer, condition, proposal.price_mcny)
    return closed


def judge(industry: "Industry", target: Target, buyer: int, proposal: Proposal, met: Scrutiny) -> Verdict:
    """Give what becomes of a proposal: chance first, then the holder of state assets, the province, the review."""
    key = f"{target.key}>{industry.groups.keys[buyer]}"
    luck = industry.streams.uniforms(
        "deal", industry.year, [f"{key}/{step}" for step in ("close", "sasac", "consent", "review")]
    ).tolist()
    chance = closing_chance(met.around, industry.parameters.deals)
    unasked = "not asked"
    if not proposal.funded:
        return Verdict(dealbook.NOT_FUNDED, unasked, unasked, "", chance, luck[0])
    if luck[0] >= chance:
        return Verdict(dealbook.NOT_AGREED, unasked, unasked, "", chance, luck[0])
    sasac = unasked if met.sasac_share == 0.0 else "withheld" if luck[1] < met.sasac_share else "given"
    if sasac == "withheld":
        return Verdict(dealbook.REFUSED_BY_SASAC, unasked, sasac, "", chance, luck[0])
    province = (
        unasked if met.province_share == 0.0 else "withheld" if luck[2] < met.province_share else "given"
    )
    if province == "withheld":
        return Verdict(dealbook.REFUSED_BY_PROVINCE, province, sasac, "", chance, luck[0])
    answer = outcome(met.level, met.stance, luck[3])
    end = dealbook.BLOCKED_IN_REVIEW if answer == BLOCKED else dealbook.CLOSED
    return Verdict(end, province, sasac, answer, chance, luck[0])


def conclude(industry: "Industry", target: Target, buyer: int, price_mcny: float, name: str) -> Payment:
    """Move holdings and money of a deal and give how it was paid."""
    share = sum(target.shares) / len(target.shares)
    debt = debt_with(industry, target, share, assets_of(industry, target))
    hand_over(industry, name, target.lots, industry.groups.keys[buyer])
    paid = pay(industry, buyer, target.seller, price_mcny, debt)
    integrate(industry, buyer, price_mcny)
    settle_control(industry)
    market = industry.plant_market
    market.sold.update(target.rows)
    market.bought[buyer] = market.bought.get(buyer, 0) + 1
    return paid
