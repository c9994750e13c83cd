"""Combine: a group takes over another as a whole, or both stay apart.

A suitor thinks in this order. Which group would save me most together with it: in ore and inputs that we buy together,
in overhead and stocks, in alumina that my smelters or its own no longer buy in the market? What does putting two firms
together cost me? Is there more left than by taking over another? The group that is asked thinks of what it is worth to
an appraiser, of its founder's pride, which weak years and a handover to heirs wear down, and of its size, for nobody
swallows a giant. Whether it comes to that in a year is luck, with odds that grow with the gain, the year's wave and a
national push. Then lenders, the holder of state assets, the province and the antitrust authority have their say.

Lenders come first: debt goes to the suitor. The suitor pays for a part of the equity, cash before loans, and the old
owners keep the rest, in the ownership graph for all to see. Equals exchange shares instead: the old owners get the part
of the suitor that theirs is of both, at what an appraiser puts down, and no money. Where a firm owes more than it is
worth, its lenders become its holders, sell all of it, and write off the rest. Those with the largest gain over worth
come up first; each suitor takes over one group a year.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Story, Told, ask
from sim.core.arrays import Floats
from sim.decisions.buy.buy import KEEP, SELL
from sim.decisions.buy.facts import outcome_of
from sim.decisions.buy.judging import Scrutiny, Verdict, governments, luck_of, scrutiny
from sim.decisions.buy.telling import refused
from sim.decisions.combine.closing import conclude, write_down
from sim.decisions.combine.offers import CombineFacts, Offer, best_offers, chance
from sim.decisions.combine.telling import answers, weighed
from sim.decisions.ways import TwoWays, Way
from sim.facts import Term
from sim.scenario.parameters import Parameters
from sim.sight.view import View, look
from sim.strategy.combining import Bargain, settle_exchange, settle_price
from sim.world import dealbook
from sim.world.books import Decision
from sim.world.dealbook import OUTCOMES
from sim.world.owners import STATE_TYPES, WHOLE_PPM, owned_by_state
from sim.world.world import World

COMBINE, APART = "combine", "stay apart"


class Combine(TwoWays[CombineFacts]):
    """Combine when the year's luck is below the chance, and lenders and governments let it.

    Source: equations (6.16) to (6.18) of the model description.
    """

    name = "combine"
    rule = (
        "take over a whole group when the year's luck is below the chance, and lenders and governments let it"
    )
    unit = "share"
    facts = CombineFacts
    question = "take over {}?"
    acts = Way(COMBINE, "It took it over.", "have combined")
    rests = Way(APART, "They stayed apart.", "have stayed apart")
    terms = (
        Term("combining.base_logit", "the readiness of any two groups to combine", -10.0, 10.0, by_case=True),
        Term(
            "combining.size_logit", "how much the size of a firm stands against it", 0.0, 10.0, by_case=True
        ),
    )

    def weigh(self, facts: CombineFacts, parameters: Parameters) -> dict[str, Floats]:
        """The chance that both combine, and the year's luck, which speaks for staying apart, (cases,)."""
        return {COMBINE: chance(facts, parameters), APART: facts.luck_share}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why two groups combined, or stayed apart; where governments decided, no number of theirs tips it."""
        told, outcome = super().tell(decision, story), outcome_of(decision.facts)
        if outcome in (dealbook.CLOSED, dealbook.NOT_AGREED):
            return told
        return replace(told, answer=answers(outcome, story.called(decision.about)), levers=())

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What both would save, what the firm is worth and owes, what bore on the odds, and the odds."""
        seen = CombineFacts.of(decision.facts)
        if seen is None:
            return ()
        both = weighed(seen, story.parameters, (again[COMBINE], again[APART]))
        return (*both, *refused(decision.facts, outcome_of(decision.facts)))


KIND = DECISIONS.add(Combine.name, Combine())


def combine(world: World, cast: Cast, view: View) -> None:
    """Let whole groups combine, those first that gain most over what they cost."""
    hand_down(world)
    left = targets(world)
    while left:
        for offer in best_offers(world, view, sorted(left)):
            left.discard(offer.target.seller)
            if comes_about(world, cast, view, offer):
                view = look(world, view.expected_cny_per_t, view.ahead)
                break
        else:
            break


def hand_down(world: World) -> None:
    """Let founders of private groups hand over to their heirs."""
    groups = world.groups
    private = (~owned_by_state(groups.owner_type)).nonzero()[0]
    luck = world.streams.uniforms("handover", world.year, [groups.keys[row] for row in private.tolist()])
    groups.handover_year[private[luck < world.parameters.combining.handover_share]] = world.year


def targets(world: World) -> set[int]:
    """The groups that could be taken over: known ones at home that run plants and changed no hands this year."""
    plants, smelters, market = world.refineries, world.smelters, world.plant_market
    count = len(world.groups)
    running = np.bincount(plants.group[plants.nameplate_mt > 0.0], minlength=count) > 0
    running |= np.bincount(smelters.group[smelters.capacity_mt > 0.0], minlength=count) > 0
    moved = {int(plants.group[row]) for row in market.sold} | {*market.bought}
    return {row for row in running.nonzero()[0].tolist() if world.may_buy[row] and row not in moved}


def comes_about(world: World, cast: Cast, view: View, offer: Offer) -> bool:
    """Ask both sides, then lenders and governments; tells whether both are one."""
    case = case_of(world, offer)
    price, met = None, None
    if ask(cast.groups[offer.suitor], view, case).choice == APART:
        verdict = Verdict(dealbook.NOT_AGREED if case.best == APART else dealbook.PASSED)
    else:
        price = price_of(world, offer)
        met, verdict = judged(world, cast, view, offer, price)
    done = verdict.outcome == dealbook.CLOSED
    if done and price is not None and met is not None:
        conclude(world, offer, price, (met, verdict))
    elif met is not None:
        write_down(world, offer, price, (met, verdict))
    known: dict[str, Any] = {**verdict.asked, "outcome_index": float(OUTCOMES.index(verdict.outcome))}
    record(world, case.take(COMBINE if done else APART), KIND, because=verdict.outcome, **known)
    return done


def case_of(world: World, offer: Offer) -> Case:
    """What the suitor has to decide."""
    options = {COMBINE: offer.chance_share, APART: offer.facts["luck_share"]}
    lead = options[COMBINE] - options[APART]
    ways, best = {COMBINE: lead, APART: -lead}, COMBINE if lead > 0.0 else APART
    return Case(
        KIND.name, world.groups.keys[offer.suitor], offer.facts, options, ways, best, offer.target.key
    )


def price_of(world: World, offer: Offer) -> Bargain | None:
    """How the suitor would pay, or None where it cannot raise it."""
    deals, terms, target = world.parameters.deals, world.parameters.combining, offer.target
    owed, room = offer.facts["owed_mcny"], offer.facts["room_mcny"]
    if offer.exchange:
        return settle_exchange(offer.price_mcny, owed, room, offer.facts["suitor_mcny"])
    state = int(world.groups.owner_type[target.seller]) in STATE_TYPES
    share = min(deals.transferred_share if state else terms.bought_share, target.lots[0].ppm / WHOLE_PPM)
    return settle_price(offer.price_mcny, owed, room, share, terms)


def judged(
    world: World, cast: Cast, view: View, offer: Offer, price: Bargain | None
) -> tuple[Scrutiny | None, Verdict]:
    """What becomes of an offer that a suitor makes, with what it met with where the group that is asked agreed."""
    groups = world.groups
    if price is not None:
        worth, paid = offer.worth_mcny, offer.price_mcny + price.new_share * offer.gain_mcny
        lead, options = paid - worth, {SELL: paid, KEEP: worth}
        ways, seen = {SELL: lead, KEEP: -lead}, {"price_mcny": paid, "worth_mcny": worth}
        sale = Case(SELL, groups.keys[offer.target.seller], seen, options, ways, SELL, offer.target.key)
        if ask(cast.groups[offer.target.seller], view, sale).choice == KEEP:
            return None, Verdict(dealbook.KEPT)
    met = scrutiny(world, offer.target, offer.suitor)
    if price is None:
        return met, Verdict(dealbook.NOT_FUNDED)
    return met, governments(world, met, luck_of(world, offer.target, offer.suitor)[1:])
