"""Closing a deal: what changes hands, on which condition of the authority, and what is put on record."""

from dataclasses import dataclass

import numpy as np

from sim.acts.holdings import begin, enter, hand_over, settle_control
from sim.acts.money import integrate, pay, repay
from sim.decisions.buy.judging import Scrutiny, Verdict
from sim.decisions.buy.survey import Proposal, Survey, assets_of, may_still_buy
from sim.sight.buyers import control_index, size_of
from sim.sight.purse import room_to_pay
from sim.sight.selling import Lot, Target, integration_of
from sim.strategy.approving import BLOCKED
from sim.strategy.deals import Payment
from sim.world import dealbook
from sim.world.dealbook import REMEDY, SOUND, Deal, Offer, state_of
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.world import World


def debt_with(world: World, target: Target, share: float, assets_mcny: float) -> float:
    """The debt that comes with a target, million CNY: its part by book value."""
    owed = max(float(world.groups.debt_mcny[target.seller]), 0.0)
    total = max(float(world.credit.assets_mcny[target.seller]), 1e-9)
    return owed * share * min(assets_mcny / total, 1.0)


def conclude(world: World, target: Target, buyer: int, price_mcny: float, name: str) -> Payment:
    """Move holdings and money of a deal and give how it was paid."""
    share = sum(target.shares) / len(target.shares)
    rows = np.array(target.rows, dtype=np.int64)
    grown = integration_of(world, name, (buyer, target.seller), rows, list(target.smelters))
    debt = debt_with(world, target, share, assets_of(world, target))
    hand_over(world, name, target.lots, world.groups.keys[buyer])
    paid = pay(world, buyer, target.seller, price_mcny, debt)
    if target.distressed:
        repay(world, target.seller, paid.cash_mcny + paid.loan_mcny)
    integrate(world, buyer, price_mcny)
    settle_control(world)
    begin(world, grown)
    market = world.plant_market
    market.sold.update(target.rows)
    for row in target.rows:
        market.divestments.pop(world.refineries.keys[row], None)
    market.bought[buyer] = market.bought.get(buyer, 0) + 1
    return paid


@dataclass(frozen=True, slots=True)
class Remedy:
    """One condition.

    Attributes:
        rows: refineries that it concerns.
        buyer: row of the group to which they must be sold on, -1 for a supply undertaking.
        by_year: year by which they must be sold to whoever is independent, 0 for at once or an undertaking.
    """

    rows: tuple[int, ...]
    buyer: int
    by_year: int = 0

    def words(self, world: World) -> str:
        """Say what it is, nothing for none."""
        names = ", ".join(world.refineries.keys[row] for row in self.rows)
        if not names:
            return ""
        if self.by_year:
            return f"sell {names} by {self.by_year}"
        if self.buyer >= 0:
            return f"sell {names} to {world.groups.keys[self.buyer]}"
        return f"offer the alumina of {names} to all alike for {undertaking_years(world)} years"


NO_CONDITION = Remedy((), -1)


def undertaking_years(world: World) -> int:
    """For how many years a supply undertaking holds."""
    return int(world.parameters.review.undertaking_years)


def smallest_of(world: World, target: Target) -> int:
    """The smallest refinery of a target."""
    plants = world.refineries
    return min(target.rows, key=lambda row: (float(plants.nameplate_mt[row]), plants.keys[row]))


def remedy_of_whole(world: World, target: Target) -> Remedy:
    """The condition for a whole group: its smallest of several refineries is sold in time, or a supply undertaking."""
    if len(target.rows) < 2:
        return Remedy(target.rows, -1)
    by_year = world.year + int(world.parameters.review.divestment_years)
    return Remedy((smallest_of(world, target),), -1, by_year)


def remedy(world: World, target: Target, buyer: int, second: int, price_mcny: float) -> Remedy:
    """The condition for a deal: its smallest plant goes to the next bidder, or a supply undertaking.

    A plant is sold on only where it is held by itself, there are others, and the next bidder can pay.
    """
    plants, smallest = world.refineries, smallest_of(world, target)
    node = world.holdings.nodes(plants.keys)[smallest]
    alone = any(lot.node == node for lot in target.lots)
    part = price_mcny * size_of(world, [smallest]) / max(size_of(world, target.rows), 1e-9)
    others = len(target.rows) > 1 and second not in (-1, buyer, target.seller)
    if others and alone and room_to_pay(world, second) >= part:
        return Remedy((smallest,), second)
    return Remedy(target.rows, -1)


def impose(world: World, target: Target, buyer: int, condition: Remedy, price_mcny: float) -> None:
    """Carry out the condition of a deal that has closed."""
    if condition.buyer >= 0:
        sell_on(world, target, buyer, condition, price_mcny)
        return
    market, keys = world.plant_market, [world.refineries.keys[row] for row in condition.rows]
    if condition.by_year:
        market.divestments.update(dict.fromkeys(keys, condition.by_year))
    else:
        market.undertakings.update(dict.fromkeys(keys, world.year + undertaking_years(world)))


def sell_on(world: World, target: Target, seller: int, condition: Remedy, price_mcny: float) -> None:
    """Sell a plant on to the next bidder for its part of the price."""
    plants, keys, (row,), buyer = world.refineries, world.groups.keys, condition.rows, condition.buyer
    size, before = size_of(world, [row]), control_index(world)
    price = price_mcny * size / size_of(world, target.rows)
    node = world.holdings.nodes(plants.keys)[row]
    lot = Lot(node, keys[seller], sum(each.ppm for each in target.lots if each.node == node))
    name = f"{world.year}-{plants.keys[row]}-remedy"
    hand_over(world, name, [lot], keys[buyer])
    paid = pay(world, buyer, seller, price, 0.0)
    settle_control(world)
    bought = world.plant_market.bought
    bought[buyer] = bought.get(buyer, 0) + 1
    enter(
        world,
        (name, REMEDY),
        (keys[buyer], keys[seller], plants.keys[row]),
        paid,
        hhi_before=before,
        seller_state=SOUND,
        stake_share=lot.ppm / WHOLE_PPM,
        size_mt=size,
        price_mcny=price,
    )
    reason = f"{price:.0f} million CNY for {plants.keys[row]}, sold on as the authority asked"
    world.tell(Happened.DEAL, keys[buyer], size, "Mt/yr", reason, counterpart=keys[seller])


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
    return enter(
        world,
        (f"{world.year}-{target.key}", target.kind),
        (keys[seen.bidders[bidder]], keys[target.seller], target.key),
        paid,
        met.seen.before,
        None if course.closed else met.seen.after,
        seller_state=state_of(target.distressed, stranded=target.pressed),
        outcome=verdict.outcome,
        stake_share=float(seen.stakes.share[place]),
        size_mt=float(seen.stakes.size_mt[place]),
        price_mcny=proposal.price_mcny,
        reservation_mcny=float(seen.least_mcny[place]),
        second_mcny=proposal.second_mcny,
        debt_assumed_mcny=paid.assumed_mcny,
        province=verdict.province,
        sasac=verdict.sasac,
        review=met.level,
        review_outcome=verdict.review_outcome,
        remedy=course.remedy.words(world),
        **seen.parts(place, bidder),
        gain_mcny=float(seen.gain_mcny[place, bidder]),
        value_mcny=float(seen.value_mcny[place, bidder]),
    )


def tell_owners(world: World, seen: Survey, place: int, answer: str) -> None:
    """Let the owners of plants that were for sale know what came of it; who has bought its fill bids no more."""
    bids, least = seen.most_mcny[place], float(seen.least_mcny[place])
    bidding = answer != dealbook.NO_BID or may_still_buy(world, seen)
    best = float(bids.max(initial=0.0, where=bidding))
    for row in seen.targets[place].rows:
        world.plant_market.offers[row] = Offer(best, least, answer)
