"""Buy: plants, or whole firms, change hands; chance, lenders and governments may stand in the way.

A buyer thinks in this order. What would the plants be worth in my hands, at my cost of capital and my view of prices,
and what do I owe with them? What do I gain besides: alumina for my smelters without a market and a long haul in
between, cheaper ore, less overhead, a cheaper loan, a licence to move to the coast? What does the seller want at
least: what the plants are worth to it, or what closing gives? We split the difference; a second bidder lifts the
price. Do I go ahead at that price? The seller asks itself whether it sells at it. Then lenders, luck, the holder of
state assets, the province and the antitrust authority have their say. The arithmetic is in `sim/strategy`: `deals.py`,
`funding.py`, `consents.py`, `review.py`.

Proposals come up one at a time, the one with the largest surplus first. Only ownership and money move: a plant, its
costs and its ponds stay what they are. After each closing the next proposal is looked for among those who can still
buy. Every proposal is written into the book of deals, closed or not, and the buyer's decision is on record.
"""

from collections.abc import Mapping

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Kind, Story, Told, ask, given_again, open_options
from sim.core.arrays import Floats
from sim.decisions.buy.closing import NO_CONDITION, Course, conclude, impose, remedy, tell_owners, write_down
from sim.decisions.buy.facts import BuyFacts, left_to_buyer, measure, outcome_of
from sim.decisions.buy.judging import Scrutiny, Verdict, judge, move_wave, scrutiny
from sim.decisions.buy.survey import Proposal, Survey, best_proposal, survey
from sim.decisions.buy.telling import MCNY, answered, levers, parts_told, stood_in_the_way, valued
from sim.scenario.parameters import Parameters
from sim.sight.buyers import find_bidders
from sim.sight.selling import Target, find_targets
from sim.sight.view import View, look
from sim.strategy.approving import CONDITIONAL
from sim.strategy.deals import UNPAID
from sim.world import dealbook
from sim.world.books import Decision
from sim.world.dealbook import OUTCOMES
from sim.world.world import World

BUY, PASS, LEAVE_IT = "buy", "pass", "leave it"
SELL, KEEP = "sell", "keep"


class Buy(Kind[BuyFacts]):
    """Buy what is worth more than price and integration, if chance, lenders and governments let it.

    Source: equations (6.1) and (6.2) of the model description.
    """

    name = "buy"
    rule = "buy what is worth more than price and integration, if chance, lenders and governments let it"
    unit = MCNY
    facts = BuyFacts

    def weigh(self, facts: BuyFacts, parameters: Parameters) -> dict[str, Floats]:
        """What buying at the price leaves the buyer, and leaving it, (cases,)."""
        worth = left_to_buyer(facts, parameters.deals)
        return {BUY: worth, LEAVE_IT: np.zeros(len(worth))}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why an owner bought plants, or why the deal did not come about."""
        recorded, parameters = decision.facts, story.parameters
        bought, target = decision.choice == BUY, story.called(decision.about)
        outcome = dealbook.CLOSED if bought else outcome_of(recorded)
        seen = BuyFacts.of(recorded)
        again = self.again(decision, parameters)
        told = [*parts_told(recorded), *stood_in_the_way(recorded, outcome)]
        return Told(
            question=f"buy {target}?",
            answer=answered(outcome, story.called(decision.agent), target),
            told=(*(valued(seen, parameters.deals) if seen else ()), *told),
            otherwise="not have come to that" if bought else "have closed",
            levers=levers(recorded, outcome, parameters.deals)
            if given_again(again, decision.options)
            else (),
            again=again,
        )


KIND = DECISIONS.add(Buy.name, Buy())


def open_market(world: World, view: View) -> Survey | None:
    """Begin the year's deals: what is for sale is worth to whom; None where nothing is or nobody bids."""
    market = world.plant_market
    move_wave(world)
    market.bought, market.offers, market.sold = {}, {}, set()
    targets, bidders = find_targets(world, view), find_bidders(world, view)
    return survey(world, view, targets, bidders) if targets and bidders else None


def close_deals(world: World, cast: Cast, view: View) -> None:
    """Let the year's deals come about, best first."""
    seen = open_market(world, view)
    if seen is None:
        return
    targets, bidders = seen.targets, seen.bidders
    left, closed = np.ones(len(targets), dtype=np.bool_), 0
    while closed < world.parameters.deals.closings_count:
        proposal = best_proposal(world, seen, left)
        if proposal is None:
            break
        left[proposal.place] = False
        if decide(world, cast, view, seen, proposal):
            closed += 1
            seen.moves.drop(proposal.place, proposal.bidder)
            view = look(world, view.expected_cny_per_t, view.ahead)
            seen = survey(world, view, targets, bidders, seen)
    for place in left.nonzero()[0].tolist():
        tell_owners(world, seen, place, dealbook.NO_BID)


def decide(world: World, cast: Cast, view: View, seen: Survey, proposal: Proposal) -> bool:
    """Ask both sides over a proposal, then let chance and governments decide; tells whether it closed."""
    target, buyer = seen.targets[proposal.place], seen.bidders[proposal.bidder]
    met = scrutiny(world, target, buyer, proposal.surplus_mcny / max(proposal.price_mcny, 1.0))
    facts = measure(seen, proposal, met)
    case = purchase(world, target, buyer, facts)
    verdict = answer(world, cast, view, (target, proposal, met), case)
    condition = NO_CONDITION
    if verdict.review_outcome == CONDITIONAL:
        second = seen.bidders[proposal.second] if proposal.second >= 0 else -1
        condition = remedy(world, target, buyer, second, proposal.price_mcny)
    closed = verdict.outcome == dealbook.CLOSED
    name = f"{world.year}-{target.key}"
    paid = conclude(world, target, buyer, proposal.price_mcny, name) if closed else UNPAID
    write_down(world, seen, Course(proposal, met, verdict, condition, paid))
    note(world, case, facts, verdict)
    if closed:
        impose(world, target, buyer, condition, proposal.price_mcny)
    return closed


def answer(
    world: World, cast: Cast, view: View, offer: tuple[Target, Proposal, Scrutiny], case: Case
) -> Verdict:
    """What becomes of a proposal: both sides are asked first; an owner is not where nobody can pay its price."""
    target, proposal, met = offer
    buyer = world.groups.row(case.agent)
    if ask(cast.groups[buyer], view, case).choice == PASS:
        return Verdict(dealbook.PASSED)
    if proposal.funded:
        sale = sale_of(world, target, case.facts)
        if ask(cast.groups[target.seller], view, sale).choice == KEEP:
            return Verdict(dealbook.KEPT)
    return judge(world, target, buyer, proposal, met)


def purchase(world: World, target: Target, buyer: int, facts: BuyFacts) -> Case:
    """What the buyer has to decide: whether to go ahead at the price."""
    options = open_options(KIND.weigh(facts, world.parameters))
    worth = options[BUY]
    ways = {BUY: worth, PASS: -worth}
    return Case(KIND.name, world.groups.keys[buyer], facts.row(0), options, ways, BUY, target.key)


def sale_of(world: World, target: Target, facts: Mapping[str, float]) -> Case:
    """What the seller has to decide: whether to sell at the price, which is never below its least."""
    seen = {
        name: facts[name]
        for name in (
            "price_mcny",
            "reservation_mcny",
            "own_mcny",
            "own_coast_mcny",
            "closing_mcny",
            "appraised_mcny",
        )
    }
    price, least = seen["price_mcny"], seen["reservation_mcny"]
    lead = price - least
    options, ways = {SELL: price, KEEP: least}, {SELL: lead, KEEP: -lead}
    return Case(SELL, world.groups.keys[target.seller], seen, options, ways, SELL, target.key)


def note(world: World, case: Case, facts: BuyFacts, verdict: Verdict) -> None:
    """Put a buyer's decision on record as it ended: it bought, or had to leave it whatever it wanted."""
    known = {**verdict.asked, "outcome_index": float(OUTCOMES.index(verdict.outcome))}
    if verdict.luck_share is not None:
        known["chance_luck_share"] = verdict.luck_share
    worth = case.options[BUY]
    ended = case._replace(facts=facts.row(0, **known), margins={BUY: worth, LEAVE_IT: -worth})
    choice = BUY if verdict.outcome == dealbook.CLOSED else LEAVE_IT
    record(world, ended.take(choice), KIND, because=verdict.outcome)
