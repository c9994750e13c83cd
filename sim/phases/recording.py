"""Putting deals on record: the book of deals, the buyer's decision with what it rests on, and events."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.phases.bidding import Survey
from sim.phases.closing import control_index, size_of
from sim.phases.remedies import Remedy
from sim.phases.reviewing import Scrutiny
from sim.strategy.deals import worth_of_buying
from sim.strategy.funding import Payment
from sim.strategy.review import BLOCKED
from sim.world import dealbook
from sim.world.books import Decision
from sim.world.dealbook import Deal, Offer

if TYPE_CHECKING:
    from sim.industry import Industry

RULE = "buy what is worth more than price and integration, if chance, lenders and governments let it"
GAINS = ("integration_mcny", "ore_mcny", "overhead_mcny", "coast_mcny", "policy_mcny")


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
        luck_share: the draw against it; a smaller one closes.
    """

    outcome: str
    province: str
    sasac: str
    review_outcome: str
    chance_share: float
    luck_share: float


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


def record(industry: "Industry", seen: Survey, course: Course) -> None:
    """Write a proposal into the book of deals, its buyer's decision among the decisions, and tell of it."""
    deal = write_down(industry, seen, course)
    note(industry, seen, course, deal)
    target = seen.targets[course.proposal.place]
    if course.closed:
        size = size_of(industry, target.rows)
        reason = (
            f"{deal.price_mcny:.0f} million CNY for {deal.stake_share:.0%} of {deal.target}; "
            f"review: {deal.review}, HHI {deal.hhi_after:.0f} after a step of {deal.hhi_step:.0f}"
        )
        industry.tell("deal", deal.buyer, size, "Mt/yr", reason, counterpart=deal.seller)
    elif deal.outcome != dealbook.NOT_AGREED:
        refused = "deal_blocked" if deal.review_outcome == BLOCKED else "deal_refused"
        kind = "deal_unfunded" if deal.outcome == dealbook.NOT_FUNDED else refused
        industry.tell(kind, deal.buyer, deal.size_mt, "Mt/yr", deal.outcome, counterpart=deal.target)
    tell_owners(industry, seen, course.proposal.place, deal.outcome)


def write_down(industry: "Industry", seen: Survey, course: Course) -> Deal:
    """Put a proposal into the book of deals and give its entry."""
    proposal, met, verdict, paid = course.proposal, course.met, course.verdict, course.paid
    place, bidder, keys = proposal.place, proposal.bidder, industry.groups.keys
    target = seen.targets[place]
    after = control_index(industry) if course.closed else met.seen.after
    deal = Deal(
        year=industry.year,
        id=f"{industry.year}-{target.key}",
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
        remedy=course.remedy.words(industry),
        **parts_of(seen, place, bidder),
    )
    industry.deals.append(deal)
    return deal


def parts_of(seen: Survey, place: int, bidder: int) -> dict[str, float]:
    """Give the parts of what a target is worth to a bidder, by name, million CNY."""
    return {
        "stand_alone_mcny": float(seen.alone_mcny[place, bidder]),
        "liabilities_mcny": float(seen.stakes.ponds_mcny[place]),
        **{name: float(getattr(seen.gains, name)[place, bidder]) for name in GAINS},
        "gain_mcny": float(seen.gain_mcny[place, bidder]),
        "value_mcny": float(seen.value_mcny[place, bidder]),
    }


def note(industry: "Industry", seen: Survey, course: Course, deal: Deal) -> None:
    """Put a buyer's decision on record, with what it rests on."""
    worth = worth_of_buying(deal.value_mcny, deal.price_mcny, industry.parameters.deals)
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=deal.buyer,
            kind=f"buy {deal.target}",
            choice="buy" if course.closed else "leave it",
            rule=f"{RULE}; {deal.outcome}",
            margin=worth if course.closed else -worth,
            unit="million CNY",
            options={"buy": worth, "leave it": 0.0},
            facts={**facts_of_worth(seen, course, deal), **facts_of_chance(course)},
        )
    )


def facts_of_worth(seen: Survey, course: Course, deal: Deal) -> dict[str, float]:
    """Give what the worth of a deal to its buyer rests on."""
    place, bidder = course.proposal.place, course.proposal.bidder
    return {
        "stand_alone_mcny": deal.stand_alone_mcny,
        "liabilities_mcny": deal.liabilities_mcny,
        **{name: float(getattr(deal, name)) for name in GAINS},
        "price_mcny": deal.price_mcny,
        "own_mcny": float(seen.stakes.own_mcny[place]),
        "own_coast_mcny": float(seen.stakes.coast_mcny[place]),
        "closing_mcny": float(seen.stakes.closing_mcny[place]),
        "reservation_mcny": deal.reservation_mcny,
        "second_mcny": deal.second_mcny,
        "room_mcny": float(seen.room_mcny[place, bidder]),
        "fed_mt": float(seen.fed_mt[place, bidder]),
    }


def facts_of_chance(course: Course) -> dict[str, float]:
    """Give what the closing of a deal rests on; what has no unit is a count of one or none."""
    met = course.met
    return {
        "surplus_share": met.around.surplus_share,
        "wave_logit": met.around.wave,
        "distressed_count": float(met.around.distressed),
        "same_province_count": float(met.around.same_province),
        "across_count": float(met.around.across),
        "push_share": met.around.push_share,
        "chance_share": course.verdict.chance_share,
        "chance_luck_share": course.verdict.luck_share,
        "province_refusal_share": met.province_share,
        "sasac_refusal_share": met.sasac_share,
        "hhi_before_points": met.seen.before,
        "hhi_step_points": met.seen.rise,
    }


def tell_owners(industry: "Industry", seen: Survey, place: int, answer: str) -> None:
    """Let the owners of plants that were for sale know what came of it."""
    best, least = float(seen.most_mcny[place].max()), float(seen.least_mcny[place])
    for row in seen.targets[place].rows:
        industry.plant_market.offers[row] = Offer(best, least, answer)
