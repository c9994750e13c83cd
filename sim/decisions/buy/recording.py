"""Putting deals on record: the book of deals, events, and word to the owners of what was for sale."""

from dataclasses import dataclass

from sim.decisions.buy.judging import Scrutiny, Verdict
from sim.decisions.buy.proposing import Proposal
from sim.decisions.buy.remedies import Remedy
from sim.decisions.buy.survey import Survey
from sim.sight.concentration import control_index, size_of
from sim.strategy.funding import Payment
from sim.strategy.review import BLOCKED
from sim.world import dealbook
from sim.world.dealbook import Deal, Offer
from sim.world.kinds import Happened
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Course:
    """All that happened to a proposal.

    Attributes:
        proposal: what was proposed.
        met: what it met with.
        verdict: what became of it.
        remedy: condition of the authority.
        paid: how the price was paid.
    """

    proposal: Proposal
    met: Scrutiny
    verdict: Verdict
    remedy: Remedy
    paid: Payment

    @property
    def closed(self) -> bool:
        """Whether the deal closed."""
        return self.verdict.outcome == dealbook.CLOSED


def write_down(world: World, seen: Survey, course: Course) -> None:
    """Write a proposal into the book of deals and tell of it; what one side did not want is no event."""
    deal = entry(world, seen, course)
    world.deals.append(deal)
    target = seen.targets[course.proposal.place]
    if course.closed:
        size = size_of(world, target.rows)
        reason = (
            f"{deal.price_mcny:.0f} million CNY for {deal.stake_share:.0%} of {deal.target}; "
            f"review: {deal.review}, HHI {deal.hhi_after:.0f} after a step of {deal.hhi_step:.0f}"
        )
        world.tell(Happened.DEAL, deal.buyer, size, "Mt/yr", reason, counterpart=deal.seller)
    elif deal.outcome not in (dealbook.NOT_AGREED, dealbook.PASSED, dealbook.KEPT):
        refused = Happened.DEAL_BLOCKED if deal.review_outcome == BLOCKED else Happened.DEAL_REFUSED
        kind = Happened.DEAL_UNFUNDED if deal.outcome == dealbook.NOT_FUNDED else refused
        world.tell(kind, deal.buyer, deal.size_mt, "Mt/yr", deal.outcome, counterpart=deal.target)
    tell_owners(world, seen, course.proposal.place, deal.outcome)


def entry(world: World, seen: Survey, course: Course) -> Deal:
    """The entry of a proposal in the book of deals."""
    proposal, met, verdict, paid = course.proposal, course.met, course.verdict, course.paid
    place, bidder, keys = proposal.place, proposal.bidder, world.groups.keys
    target = seen.targets[place]
    after = control_index(world) if course.closed else met.seen.after
    return Deal(
        year=world.year,
        id=f"{world.year}-{target.key}",
        kind=target.kind,
        buyer=keys[seen.bidders[bidder]],
        seller=keys[target.seller],
        target=target.key,
        outcome=verdict.outcome,
        stake_share=float(seen.stakes.share[place]),
        size_mt=float(seen.stakes.size_mt[place]),
        price_mcny=proposal.price_mcny,
        reservation_mcny=float(seen.least_mcny[place]),
        second_mcny=float(seen.most_mcny[place, proposal.second]) if proposal.second >= 0 else 0.0,
        paid_cash_mcny=paid.cash_mcny,
        paid_debt_mcny=paid.loan_mcny,
        debt_assumed_mcny=paid.assumed_mcny,
        province=verdict.province,
        sasac=verdict.sasac,
        review=met.level,
        review_outcome=verdict.review_outcome,
        hhi_before=met.seen.before,
        hhi_after=after,
        hhi_step=after - met.seen.before,
        remedy=course.remedy.words(world),
        **seen.parts(place, bidder),
        gain_mcny=float(seen.gain_mcny[place, bidder]),
        value_mcny=float(seen.value_mcny[place, bidder]),
    )


def tell_owners(world: World, seen: Survey, place: int, answer: str) -> None:
    """Let the owners of plants that were for sale know what came of it."""
    best, least = float(seen.most_mcny[place].max()), float(seen.least_mcny[place])
    for row in seen.targets[place].rows:
        world.plant_market.offers[row] = Offer(best, least, answer)
