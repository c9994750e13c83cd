"""Join: an owner short of alumina takes a part of a plant that is large for its leader's purse, or stays out.

The leader looks for a partner where a coastal plant is large for it, and asks those first to whom the place is worth
most. Each of them thinks in this order. What would my part of the plant earn at my cost of capital and by my view of
prices, counting what my smelters lack? What goes for it, of the investment and of the old plant? Is that more than I
ask for this year? The first who joins ends the search.

The partner pays its part of the investment and holds its part of a company that is founded for the plant; the leader
keeps the majority, so control measures give the leader all of it and look-through measures each its part. Where an old
plant goes for the new one, the partner also pays the leader its part of what is given up with it, so that both weigh
their parts on one basis. Equipment taken along is part of the old plant and not paid a second time. The alumina that
comes with the part is written down and not simulated: tonnes still find their market by price.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Grounds, Intent, Lever, Story, ask
from sim.core.arrays import Floats
from sim.core.words import figure, percent
from sim.decisions.plans import MONEY, PlanFacts, asked_for, given, moved_worth, old_levers, signed
from sim.decisions.ways import TwoWays, Way, one_case
from sim.facts import Fact
from sim.scenario.parameters import Parameters
from sim.sight.buyers import LEAST_MT, find_bidders, freight_saved, smelter_needs
from sim.sight.parts import alumina_gaps
from sim.sight.prospects import Idea, Prospects, Wish, facts_of, pledge, state_owned, unspent, venture_of
from sim.strategy.building import Moved
from sim.strategy.partners import Purse, is_large, partner_share
from sim.world.books import Decision
from sim.world.owners import WHOLE_PPM
from sim.world.world import World

JOIN, STAY_OUT = "join", "stay out"
OLD_FACTS = ("hold_old_cny_per_t", "close_old_cny_per_t", "old_per_new_ratio", "subsidy_cny_per_t")
"""What the answer rests on besides where an old plant goes."""


@dataclass(frozen=True)
class JoinFacts(PlanFacts):
    """What the answer of one who is asked to join rests on."""

    hold_old_cny_per_t: Annotated[Floats, Fact("what holding the old plant was worth", optional=True)]
    close_old_cny_per_t: Annotated[Floats, Fact("what closing the old plant gave", optional=True)]
    old_per_new_ratio: Annotated[Floats, Fact("the old capacity that goes for each tonne", optional=True)]
    subsidy_cny_per_t: Annotated[Floats, Fact("the subsidy on each tonne that moves", optional=True)]
    mood_share: Annotated[Floats, Fact("its mood of the year, low is bold")]
    state_owned_share: Annotated[Floats, Fact("whether the state owns it")]
    entrant_share: Annotated[Floats, Fact("whether it had to find ore and crews by itself")]
    partner_share: Annotated[Floats, Fact("the part on offer")]
    gap_mt: Annotated[Floats, Fact("the alumina that its smelters lacked")]
    pays_mcny: Annotated[Floats, Fact("what it had to pay")]
    compensation_mcny: Annotated[Floats, Fact("what of it was for the old plant")]


class Join(TwoWays[JoinFacts]):
    """Join when one's part of the plant is worth more than one asks for.

    Source: equations (5.1) and (5.2) of the model description, for its part and with its part of the output.
    """

    name = "join"
    rule = (
        "join when net present value over investment of one's part, less its part of what goes for it, beats what one "
        "asks for, and the money is there"
    )
    unit = "ratio"
    facts = JoinFacts
    question = "join in {}?"
    acts = Way(JOIN, "It joined.", "have joined")
    rests = Way(STAY_OUT, "It stayed out.", "have stayed out")

    def weigh(self, facts: JoinFacts, parameters: Parameters) -> dict[str, Floats]:
        """Net present value over investment of the part and the ratio that the partner asks for, (cases,)."""
        moved = Moved(
            old_per_new_ratio=given(facts.old_per_new_ratio),
            hold_cny_per_t=given(facts.hold_old_cny_per_t),
            close_cny_per_t=given(facts.close_old_cny_per_t),
            subsidy_cny_per_t=0.0,
        )
        asked = asked_for(facts.state_owned_share, facts.entrant_share, facts.mood_share, parameters)
        return {JOIN: moved_worth(facts, moved, parameters), STAY_OUT: asked}

    def levers(self, decision: Decision, parameters: Parameters) -> tuple[Lever, ...]:
        """The numbers that the choice rests on, those of an old plant that goes among them."""
        own = old_levers(Grounds(self.leads, decision.facts, parameters))
        return (*super().levers(decision, parameters), *own)

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What was on offer and what it was worth."""
        if not again:
            return ()
        facts, made_up = decision.facts, decision.facts["compensation_mcny"]
        old = (
            f", {figure(made_up, MONEY)} of them for its part of the old plant that goes"
            if made_up > 0.0
            else ""
        )
        return (
            f"{percent(facts['partner_share'])} were on offer for {figure(facts['pays_mcny'], MONEY)}{old}; "
            f"its smelters lacked {figure(facts['gap_mt'], 'Mt')} of alumina a year.",
            f"Net present value was {signed(again[JOIN])} of the investment, and it asked for "
            f"{signed(again[STAY_OUT])}.",
        )


KIND = DECISIONS.add(Join.name, Join())


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that somebody takes, or is asked to take.

    Attributes:
        partner: row of the group.
        share: part of the plan.
        offtake_mt: alumina that comes with it, Mt a year.
    """

    partner: int
    share: float
    offtake_mt: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What one who was asked to join answered.

    Attributes:
        part: what it was asked to take.
        intent: its answer, with what it weighed.
    """

    part: Part
    intent: Intent

    @property
    def joins(self) -> bool:
        """Whether it joins."""
        return self.intent.choice == JOIN


@dataclass(frozen=True, slots=True)
class Backing:
    """What came of looking for a partner; empty where nobody was asked.

    Attributes:
        answers: of those who were asked, the last of whom may have joined.
    """

    answers: tuple[Answer, ...] = ()

    @property
    def partner(self) -> Part | None:
        """The part of who joined, if anybody."""
        return self.answers[-1].part if self.answers and self.answers[-1].joins else None

    def facts(self, wish: Wish) -> dict[str, float]:
        """What the leader's record keeps of it."""
        if not self.answers:
            return {}
        share = self.partner.share if self.partner else 0.0
        return {
            "partners_asked_count": float(len(self.answers)),
            "partner_share": share,
            "partner_pays_mcny": share * invested(wish) + compensation(wish, share),
            "partner_compensates_mcny": compensation(wish, share),
        }


def invested(wish: Wish) -> float:
    """The investment in a plan, million CNY."""
    return wish.capex_cny_per_t * wish.size_mt


def compensation(wish: Wish, share: float) -> float:
    """What a partner pays the leader for its part of what is given up with the old plant, million CNY."""
    return share * wish.given_up_cny_per_t * wish.size_mt


def seek_partner(world: World, cast: Cast, shared: Prospects, wish: Wish) -> Backing:
    """What comes of looking for a partner in a new coastal plant that is large for its owner's purse.

    Projects of the register have the owners that the register names.
    """
    building = world.parameters.building
    if wish.kind == Idea.PROJECT or not world.geography.shore[wish.region]:
        return Backing()
    lead = Purse(invested(wish) - pledge(world, wish), unspent(world, wish.group))
    most = 1.0 - building.lead_kept_share / max(held_by_lead(world, wish), building.lead_kept_share)
    if building.partner_most_share < building.partner_least_share or not is_large(lead, building):
        return Backing()
    gaps, answers = alumina_gaps(world), list[Answer]()
    whole = invested(wish) + compensation(wish, 1.0) - pledge(world, replace(wish, old=-1))
    for partner in partners_for(world, shared, wish, gaps)[: building.partners_asked_count]:
        purse = Purse(whole, unspent(world, partner))
        share = partner_share(lead, purse, most, building)
        if share > 0.0:
            offer = partner, share, float(gaps[partner])
            intent = ask(cast.groups[partner], shared.view, case_of(world, shared, wish, offer))
            answers.append(Answer(part_of(world, wish, offer), intent))
            if answers[-1].joins:
                break
    return Backing(tuple(answers))


def held_by_lead(world: World, wish: Wish) -> float:
    """The part of a plan that its owner would hold alone: all, or its part of the plant that goes for it."""
    if wish.old < 0:
        return 1.0
    top, lead = world.holdings.controllers(), world.groups.keys[wish.group]
    node = world.holdings.nodes(world.refineries.keys)[wish.old]
    return sum(b.ppm for b in world.ownership.blocks(node) if top.get(b.holder) == lead) / WHOLE_PPM


def partners_for(world: World, shared: Prospects, wish: Wish, gaps_mt: Floats) -> list[int]:
    """The groups short of alumina, those first that would save most freight as partners in a place.

    Weighed by the alumina that each is short of, so that a large smelter a little further away may come first.
    """
    saved = freight_saved(world, smelter_needs(world))[wish.region]
    able = [row for row in find_bidders(world, shared.view) if row != wish.group and gaps_mt[row] > LEAST_MT]
    keys = world.groups.keys
    return sorted(able, key=lambda row: (float(gaps_mt[row] * (1.0 + saved[row])), keys[row]), reverse=True)


Offer = tuple[int, float, float]
"""Who is asked, for which part of a plan, and the alumina that it is short of, Mt a year."""


def part_of(world: World, wish: Wish, offer: Offer) -> Part:
    """The part that is on offer, with the alumina that comes with it."""
    partner, share, gap = offer
    return Part(partner, share, min(share * wish.size_mt * world.parameters.pipeline.runnable_share, gap))


def measure(world: World, shared: Prospects, wish: Wish, offer: Offer) -> JoinFacts:
    """What one who is asked sees of its part: at its own cost of capital and by its own view of prices."""
    partner, share, gap = offer
    group, size = np.array([partner]), np.array([wish.size_mt])
    cost = np.array([wish.facts["cash_cost_cny_per_t"]])
    seen = venture_of(shared, group, np.array([wish.region]), size, cost)
    limited = np.array([wish.facts["open_share"]])
    venture = replace(seen, own_share=np.minimum(gap / (share * size), 1.0), open_share=limited)
    mood = world.streams.uniforms("mood", world.year, [world.groups.keys[partner]])
    facts = {
        **facts_of(venture, np.array([wish.capex_cny_per_t]))[0],
        **{name: wish.facts.get(name, math.nan) for name in OLD_FACTS},
        "mood_share": float(mood[0]),
        "state_owned_share": float(state_owned(shared.view, group)[0]),
        # ore and crews are its leader's to find
        "entrant_share": 0.0,
        "partner_share": share,
        "gap_mt": gap,
        "pays_mcny": share * invested(wish) + compensation(wish, share),
        "compensation_mcny": compensation(wish, share),
    }
    return one_case(JoinFacts, **facts)


def case_of(world: World, shared: Prospects, wish: Wish, offer: Offer) -> Case:
    """What one who is asked has to decide."""
    facts = measure(world, shared, wish, offer)
    options = KIND.weigh(facts, world.parameters)
    return KIND.case(world.groups.keys[offer[0]], facts, options, about=wish.key)


def note_answers(world: World, backing: Backing) -> None:
    """Put on record what those weighed who were asked to join."""
    for answer in backing.answers:
        record(world, answer.intent, KIND)
