"""Deals of the year: proposals, best first, and what chance, governments and lenders make of each.

Only ownership and money move: a plant, its costs and its ponds stay what they are. After each closing the next
proposal is looked for among those who can still buy. Every proposal is written into the book of deals, closed
or not, and a buyer's decision is on record with what it rests on.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools
from sim.phases.bidding import Survey, assets_of, survey
from sim.phases.climate import move_wave
from sim.phases.closing import debt_with, hand_over, integrate, pay, size_of, take
from sim.phases.remedies import Remedy, impose, remedy
from sim.phases.reviewing import Scrutiny, scrutiny
from sim.phases.selling import Target, find_bidders, find_targets
from sim.strategy.consents import closing_chance
from sim.strategy.deals import bargain, worth_of_buying
from sim.strategy.funding import Payment
from sim.strategy.review import BLOCKED, CONDITIONAL, outcome
from sim.world import dealbook
from sim.world.books import Decision
from sim.world.dealbook import Deal, Offer
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

RULE = "buy what is worth more than price and integration, if chance, lenders and governments let it"
NOTHING = Payment(0.0, 0.0, 0.0)


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a proposal.

    Attributes:
        outcome: closed, or why not.
        province: what the province said.
        sasac: what the holder of state assets said.
        review_outcome: what the authority said.
        chance_share: chance of closing.
    """

    outcome: str
    province: str
    sasac: str
    review_outcome: str
    chance_share: float


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
        closed += decide(industry, seen, proposal)
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
    closed = verdict.outcome == dealbook.CLOSED
    condition = Remedy((), -1)
    if verdict.review_outcome == CONDITIONAL:
        second = seen.bidders[proposal.second] if proposal.second >= 0 else -1
        condition = remedy(industry, target, buyer, second)
    name = f"{industry.year}-{target.key}"
    paid = conclude(industry, target, buyer, proposal.price_mcny, name) if closed else NOTHING
    deal = write_down(industry, seen, proposal, (met, verdict, condition, paid))
    note(industry, seen, proposal, deal, (met, verdict))
    if closed:
        announce(industry, deal, seen, proposal)
        impose(industry, target, buyer, condition, proposal.price_mcny)
    elif verdict.outcome != dealbook.NOT_AGREED:
        short = "blocked" if verdict.review_outcome == BLOCKED else "refused"
        kind = "deal_unfunded" if verdict.outcome == dealbook.NOT_FUNDED else f"deal_{short}"
        industry.tell(kind, deal.buyer, deal.size_mt, "Mt/yr", deal.outcome, counterpart=target.key)
    tell_owners(industry, seen, proposal.place, verdict.outcome)
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
        return Verdict(dealbook.NOT_FUNDED, unasked, unasked, "", chance)
    if luck[0] >= chance:
        return Verdict(dealbook.NOT_AGREED, unasked, unasked, "", chance)
    sasac = unasked if met.sasac_share == 0.0 else "withheld" if luck[1] < met.sasac_share else "given"
    if sasac == "withheld":
        return Verdict(dealbook.REFUSED_BY_SASAC, unasked, sasac, "", chance)
    province = (
        unasked if met.province_share == 0.0 else "withheld" if luck[2] < met.province_share else "given"
    )
    if province == "withheld":
        return Verdict(dealbook.REFUSED_BY_PROVINCE, province, sasac, "", chance)
    answer = outcome(met.level, met.stance, luck[3])
    end = dealbook.BLOCKED_IN_REVIEW if answer == BLOCKED else dealbook.CLOSED
    return Verdict(end, province, sasac, answer, chance)


def conclude(industry: "Industry", target: Target, buyer: int, price_mcny: float, name: str) -> Payment:
    """Move holdings and money of a deal and give how it was paid."""
    share = sum(target.shares) / len(target.shares)
    debt = debt_with(industry, target, share, assets_of(industry, target))
    hand_over(industry, name, target.lots, industry.groups.keys[buyer])
    paid = pay(industry, buyer, target.seller, price_mcny, debt)
    integrate(industry, buyer, price_mcny)
    take(industry, target, target.rows, buyer)
    market = industry.plant_market
    market.bought[buyer] = market.bought.get(buyer, 0) + 1
    return paid


def write_down(
    industry: "Industry",
    seen: Survey,
    proposal: Proposal,
    came: tuple[Scrutiny, Verdict, Remedy, Payment],
) -> Deal:
    """Put a proposal into the book of deals and give its entry."""
    (met, verdict, condition, paid), place = came, (proposal.place, proposal.bidder)
    target, keys = seen.targets[proposal.place], industry.groups.keys
    gains = {
        name: float(getattr(seen.gains, name)[place])
        for name in ("integration_mcny", "ore_mcny", "overhead_mcny", "coast_mcny", "policy_mcny")
    }
    deal = Deal(
        year=industry.year,
        id=f"{industry.year}-{target.key}",
        kind=target.kind,
        buyer=keys[seen.bidders[proposal.bidder]],
        seller=keys[target.seller],
        target=target.key,
        outcome=verdict.outcome,
        stake_share=float(seen.stakes.share[proposal.place]),
        size_mt=float(seen.stakes.size_mt[proposal.place]),
        price_mcny=proposal.price_mcny,
        stand_alone_mcny=float(seen.alone_mcny[place]),
        liabilities_mcny=float(seen.stakes.ponds_mcny[proposal.place]),
        gain_mcny=float(seen.gain_mcny[place]),
        value_mcny=float(seen.value_mcny[place]),
        reservation_mcny=float(seen.least_mcny[proposal.place]),
        second_mcny=float(seen.most_mcny[proposal.place, proposal.second]) if proposal.second >= 0 else 0.0,
        paid_cash_mcny=paid.cash_mcny,
        paid_debt_mcny=paid.loan_mcny,
        debt_assumed_mcny=paid.assumed_mcny,
        province=verdict.province,
        sasac=verdict.sasac,
        review=met.level,
        review_outcome=verdict.review_outcome,
        hhi_before=met.seen.before,
        hhi_after=met.seen.after,
        hhi_step=met.seen.rise,
        remedy=condition.words(industry),
        **gains,
    )
    industry.deals.append(deal)
    return deal


def announce(industry: "Industry", deal: Deal, seen: Survey, proposal: Proposal) -> None:
    """Tell of a closed deal."""
    size = size_of(industry, seen.targets[proposal.place].rows)
    reason = (
        f"{deal.price_mcny:.0f} million CNY for {deal.stake_share:.0%} of {deal.target}; "
        f"review: {deal.review}, HHI {deal.hhi_after:.0f} after a step of {deal.hhi_step:.0f}"
    )
    industry.tell("deal", deal.buyer, size, "Mt/yr", reason, counterpart=deal.seller)


def note(
    industry: "Industry", seen: Survey, proposal: Proposal, deal: Deal, came: tuple[Scrutiny, Verdict]
) -> None:
    """Put a buyer's decision on record, with what it rests on."""
    met, verdict = came
    worth = worth_of_buying(deal.value_mcny, deal.price_mcny, industry.parameters.deals)
    closed = deal.outcome == dealbook.CLOSED
    facts = {
        "stand_alone_mcny": deal.stand_alone_mcny,
        "liabilities_mcny": deal.liabilities_mcny,
        "integration_mcny": deal.integration_mcny,
        "ore_mcny": deal.ore_mcny,
        "overhead_mcny": deal.overhead_mcny,
        "coast_mcny": deal.coast_mcny,
        "policy_mcny": deal.policy_mcny,
        "price_mcny": deal.price_mcny,
        "own_mcny": float(seen.stakes.own_mcny[proposal.place]),
        "closing_mcny": float(seen.stakes.closing_mcny[proposal.place]),
        "reservation_mcny": deal.reservation_mcny,
        "second_mcny": deal.second_mcny,
        "room_mcny": float(seen.room_mcny[proposal.place, proposal.bidder]),
        "fed_mt": float(seen.fed_mt[proposal.place, proposal.bidder]),
        "surplus_share": met.around.surplus_share,
        "wave": met.around.wave,
        "distressed_count": float(met.around.distressed),
        "same_province_count": float(met.around.same_province),
        "across_count": float(met.around.across),
        "push_share": met.around.push_share,
        "chance_share": verdict.chance_share,
        "province_refusal_share": met.province_share,
        "sasac_refusal_share": met.sasac_share,
        "hhi_before_points": met.seen.before,
        "hhi_step_points": met.seen.rise,
    }
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=deal.buyer,
            kind=f"buy {deal.target}",
            choice="buy" if closed else "leave it",
            rule=f"{RULE}; {deal.outcome}",
            margin=worth if closed else -worth,
            unit="million CNY",
            options={"buy": worth, "leave it": 0.0},
            facts=facts,
        )
    )


def tell_owners(industry: "Industry", seen: Survey, place: int, answer: str) -> None:
    """Let the owners of plants that were for sale know what came of it."""
    best, least = float(seen.most_mcny[place].max()), float(seen.least_mcny[place])
    for row in seen.targets[place].rows:
        industry.plant_market.offers[row] = Offer(best, least, answer)
