"""Whole groups become one: lenders, old owners and holdings first, then accounts, plants and the book of deals."""

from dataclasses import dataclass

import numpy as np

from sim.acts.holdings import begin, enter, exchange_shares, hand_over, settle_control
from sim.acts.money import bear_integration, pay
from sim.decisions.buy.closing import NO_CONDITION, Remedy, impose, remedy_of_whole
from sim.decisions.buy.judging import Scrutiny, Verdict
from sim.decisions.combine.offers import Offer, founders_of
from sim.sight.buyers import control_index, size_of
from sim.sight.selling import Lot, integration_of
from sim.strategy.approving import CONDITIONAL
from sim.strategy.combining import Bargain
from sim.strategy.deals import UNPAID, Payment
from sim.world.dealbook import COMBINATION, NOT_FUNDED, RESCUE, Deal, state_of
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import Node
from sim.world.world import World


def conclude(world: World, offer: Offer, price: Bargain, judged: tuple[Scrutiny, Verdict]) -> None:
    """Carry out a combination that all have agreed to."""
    target, suitor, market = offer.target, offer.suitor, world.plant_market
    name, rows = named(world, offer), np.array(target.rows, dtype=np.int64)
    grown = integration_of(world, name, (suitor, target.seller), rows, list(target.smelters))
    before = control_index(world)
    give_up(world, target.seller, price.written_off_mcny)
    assumed = float(world.groups.debt_mcny[target.seller])
    paid = UNPAID
    if offer.exchange:
        for group in (target.seller, suitor):
            name_founders(world, group, name)
        exchange_shares(world, name, target.key, world.groups.keys[suitor], price.new_share)
    else:
        change_holders(world, offer, price, name)
        paid = pay_owners(world, suitor, target.seller, price.paid_mcny)
    bear_integration(world, suitor, integration_cost(world, offer))
    settle_control(world)
    begin(world, grown)
    market.sold.update(target.rows)
    market.bought[suitor] = market.bought.get(suitor, 0) + 1
    conditional = judged[1].review_outcome == CONDITIONAL
    condition = remedy_of_whole(world, target) if conditional else NO_CONDITION
    impose(world, target, suitor, condition, 0.0)
    shares = price.equity_mcny if offer.exchange else 0.0
    settled = Settled(paid, shares, assumed, before, control_index(world), condition)
    write_down(world, offer, price, judged, settled)
    size = size_of(world, target.rows)
    part = f"{price.share:.0%} of its equity"
    if offer.exchange:
        part = f"an exchange of shares, {price.new_share:.0%} of both together for its owners"
    reason = (
        f"took over the whole group, priced at {offer.price_mcny:.0f} million CNY with its debts, by {part}; "
        f"HHI {settled.after:.0f} after a step of {settled.after - before:.0f}"
    )
    world.tell(Happened.DEAL, world.groups.keys[suitor], size, "Mt/yr", reason, counterpart=target.key)


def named(world: World, offer: Offer) -> str:
    """The name of a combination."""
    return f"{world.year}-group-{offer.target.key}"


def give_up(world: World, group: int, amount_mcny: float) -> None:
    """Let lenders write off what a firm owes beyond what it is worth."""
    groups, book = world.groups, world.book
    lost = min(amount_mcny, float(groups.debt_mcny[group]))
    groups.debt_mcny[group] -= lost
    book.written_off_mcny[group] += lost


def name_founders(world: World, group: int, name: str) -> None:
    """Let those who hold a group into the graph where nobody is known to."""
    key = world.groups.keys[group]
    if not world.ownership.blocks(key):
        called = world.ownership.graph.nodes[key]["name"]
        founders = Node(founders_of(key), f"Founders of {called}", "owners")
        world.ownership.open_up(world.year, name, key, founders)


def change_holders(world: World, offer: Offer, price: Bargain, name: str) -> None:
    """Move the equity to the suitor; where old owners are not in the graph, they come into it first.

    Lenders of a firm that owes more than it is worth become its holders and sell all of it.
    """
    (lot,), key, buyer = offer.target.lots, offer.target.key, world.groups.keys[offer.suitor]
    holder, ppm = lot.holder, min(round(price.share * WHOLE_PPM), lot.ppm)
    if price.equity_mcny <= 0.0 and not world.ownership.blocks(key):
        holder, called = f"lenders:{key}", world.ownership.graph.nodes[key]["name"]
        lenders = Node(holder, f"Lenders of {called}", "holder")
        world.ownership.open_up(world.year, name, key, lenders)
    name_founders(world, offer.target.seller, name)
    hand_over(world, name, [Lot(key, holder, ppm)], buyer)


def pay_owners(world: World, suitor: int, target: int, price_mcny: float) -> Payment:
    """Pay the old owners, who take the money out of the firm before its accounts become the suitor's."""
    paid = pay(world, suitor, target, price_mcny, 0.0)
    world.groups.cash_mcny[target] -= price_mcny
    world.book.payout_mcny[target] += price_mcny
    return paid


def integration_cost(world: World, offer: Offer) -> float:
    """What it costs to put both firms together, million CNY."""
    deals, terms, facts = world.parameters.deals, world.parameters.combining, offer.facts
    ratio = terms.across_cost_ratio if facts["across_count"] > 0.0 else 1.0
    cost = deals.integration_share * ratio * offer.worth_mcny
    return float(cost + terms.integration_cny_per_t * facts["size_mt"])


@dataclass(frozen=True, slots=True)
class Settled:
    """How a combination was paid and what it found.

    Attributes:
        paid: for the equity, in money.
        shares_mcny: worth of the shares that were given for it.
        assumed_mcny: debt of the target that the suitor took over.
        before: HHI of capacity before, points.
        after: the same after.
        condition: of the antitrust authority.
    """

    paid: Payment
    shares_mcny: float
    assumed_mcny: float
    before: float
    after: float
    condition: Remedy = NO_CONDITION


def write_down(
    world: World,
    offer: Offer,
    price: Bargain | None,
    judged: tuple[Scrutiny, Verdict],
    settled: Settled | None = None,
) -> None:
    """Write a combination into the book of deals, closed or refused; refusals are events, too."""
    (met, verdict), target = judged, offer.target
    end = settled or Settled(UNPAID, 0.0, 0.0, met.seen.before, met.seen.after)
    deal = entry(world, offer, price.share if price else 0.0, judged, end)
    if settled is None:
        kind = Happened.DEAL_UNFUNDED if verdict.outcome == NOT_FUNDED else Happened.DEAL_REFUSED
        world.tell(kind, deal.buyer, deal.size_mt, "Mt/yr", verdict.outcome, counterpart=target.key)


def entry(world: World, offer: Offer, share: float, judged: tuple[Scrutiny, Verdict], end: Settled) -> Deal:
    """The entry of a combination in the book of deals."""
    (met, verdict), target = judged, offer.target
    kind = RESCUE if target.distressed else COMBINATION
    return enter(
        world,
        (named(world, offer), kind),
        (world.groups.keys[offer.suitor], target.key, target.key),
        end.paid,
        end.before,
        end.after,
        seller_state=state_of(target.distressed),
        outcome=verdict.outcome,
        stake_share=share,
        size_mt=float(offer.facts["size_mt"]),
        smelting_mt=float(world.smelters.capacity_mt[list(target.smelters)].sum()),
        price_mcny=offer.price_mcny,
        stand_alone_mcny=offer.facts["worth_mcny"],
        gain_mcny=offer.gain_mcny,
        value_mcny=offer.worth_mcny + offer.gain_mcny,
        reservation_mcny=offer.worth_mcny,
        paid_shares_mcny=end.shares_mcny,
        debt_assumed_mcny=end.assumed_mcny,
        province=verdict.province,
        sasac=verdict.sasac,
        review=met.level,
        review_outcome=verdict.review_outcome,
        remedy=end.condition.words(world),
    )
