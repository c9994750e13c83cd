"""The year's round of applications: who applies, in which order plans are heard, and what is recorded of them."""

import math

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Intent, ask
from sim.decisions.build.ground import break_ground
from sim.decisions.build.hearing import hear, hearing
from sim.decisions.build.kinds import BUILD, MOVE
from sim.decisions.build.outcomes import BROKE, BUSY, DENIED, GOES, REFUSED, WAITS, Outcome
from sim.decisions.build.wishes import wishes
from sim.decisions.join import Backing, note_answers, seek_partner
from sim.sight.applying import application
from sim.sight.prospects import Idea, Prospects, Wish, prospects
from sim.sight.view import View
from sim.strategy.approving import score
from sim.world.kinds import Happened
from sim.world.world import World

TURNED_DOWN = {DENIED: Happened.PLAN_DENIED, REFUSED: Happened.PLAN_REFUSED}
"""What is told of a plan that a government turned down, by what became of it."""


def decide_ventures(world: World, cast: Cast, view: View) -> None:
    """Let owners decide over new plants and moves, and governments over what they want to build."""
    shared = prospects(world, view)
    everything = wishes(world, shared)
    intents = {wish.key: ask(cast.groups[wish.group], view, case_of(world, wish)) for wish in everything}
    wanted = [wish for wish in everything if intents[wish.key].choice == GOES]
    outcomes = hear_all(world, cast, shared, wanted)
    for wish in everything:
        outcome = outcomes.get(wish.key, Outcome())
        note(world, intents[wish.key], outcome)
        if wish.row >= 0 and outcome.choice != GOES and world.refineries.due_year[wish.row] <= world.year:
            world.refineries.due_year[wish.row] = world.year + 1


def case_of(world: World, wish: Wish) -> Case:
    """What an owner has to decide: whether to apply for its plan."""
    kind = MOVE if wish.kind == Idea.MOVE else BUILD
    luck = luck_of(world, wish)
    facts = kind.facts.of(wish.facts | luck)
    if facts is None:
        raise ValueError(f"the plan {wish.key!r} lacks facts of a decision of kind {kind.name!r}")
    lead, goes = wish.ratio - wish.demanded, wish.pays and lucky(world, luck)
    agent = wish.key if wish.kind == Idea.PROJECT else world.groups.keys[wish.group]
    return Case(
        kind=kind.name,
        agent=agent,
        facts=facts.row(0),
        options=wish.options,
        margins={GOES: lead, WAITS: -lead},
        best=GOES if goes else WAITS,
        sites=wish.sites,
    )


def luck_of(world: World, wish: Wish) -> dict[str, float]:
    """The year's draw for a planned project that would pay; own ideas need no luck."""
    if wish.kind != Idea.PROJECT or not wish.pays:
        return {}
    return {"go_ahead_luck_share": float(world.streams.uniforms("go-ahead", world.year, [wish.key])[0])}


def lucky(world: World, luck: dict[str, float]) -> bool:
    """Whether a plan gets its go-ahead this year."""
    return luck.get("go_ahead_luck_share", -math.inf) < world.parameters.pipeline.planned_share


def hear_all(world: World, cast: Cast, shared: Prospects, wanted: list[Wish]) -> dict[str, Outcome]:
    """What becomes of plans whose owners apply, by key: the best score is heard first and takes of the quota."""
    applications = {wish.key: application(world, shared, wish) for wish in wanted}
    points = {wish.key: score(applications[wish.key], world.parameters.approvals) for wish in wanted}
    rules, outcomes, begun = world.rules.approval, dict[str, Outcome](), set[int]()
    left = np.inf if rules is None else rules.quota_mt
    for wish in sorted(wanted, key=lambda wish: (-points[wish.key], wish.key)):
        asked = applications[wish.key]
        if wish.group in begun:
            seen = hearing(world, (wish, asked, Backing()), left)
            outcomes[wish.key] = Outcome(BUSY, "its owner has begun another plant this year", seen)
            continue
        backing = seek_partner(world, cast, shared, wish)
        outcome = outcomes[wish.key] = hear(world, cast, shared.view, (wish, asked, backing), left)
        if outcome.choice in (GOES, BROKE):
            note_answers(world, backing)
        if outcome.choice == GOES:
            left -= max(wish.size_mt - wish.counted_mt, 0.0)
            begun.add(wish.group)
            break_ground(world, shared, wish, backing.partner)
        elif outcome.choice in TURNED_DOWN:
            owner = world.groups.keys[wish.group]
            world.tell(
                TURNED_DOWN[outcome.choice],
                owner,
                wish.size_mt,
                "Mt/yr",
                outcome.reason,
                counterpart=wish.key,
            )
    return outcomes


def note(world: World, intent: Intent, outcome: Outcome) -> None:
    """Put what an owner weighed and what became of it on record; the margin is that of going ahead."""
    kind = DECISIONS.get(intent.case.kind)
    record(world, intent, kind, because=outcome.reason, outcome=outcome.choice, way=GOES, **outcome.facts)
