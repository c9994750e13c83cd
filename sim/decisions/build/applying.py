"""The year's round: what owners would like to build, who applies, in which order plans are heard, and what is recorded.

Each sound owner looks at every place where a new plant could stand and at every inland plant of its own that could go
for one, and picks the best. The nation and the province are asked as agents. The answer that the rules and the luck of
the year give stands in their case; neither answer is a record of its own, for the record of the plan keeps what both
were given.
"""

from dataclasses import fields, replace

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Intent, ask
from sim.decisions.build.facts import BROKE, BUSY, DENIED, GOES, REFUSED, WAITS, Outcome
from sim.decisions.build.ground import break_ground
from sim.decisions.build.kinds import BUILD, MOVE
from sim.decisions.build.listed import listed_lead, odds_of
from sim.decisions.join import Backing, invested, note_answers, seek_partner
from sim.sight.limits import regional_limits, taken_sites
from sim.sight.moving import best_moves, builders, new_plants, tempers
from sim.sight.outlook import lasting_costs
from sim.sight.prospects import (
    Idea,
    Prospects,
    Wish,
    application,
    ceiling_share,
    facts_of,
    filled_share,
    means,
    prospects,
    venture_of,
)
from sim.sight.view import View
from sim.strategy.approving import Application, Objection, consent_chance, objection, score
from sim.strategy.building import build_ratio, investment, venture_worth
from sim.world.books import Site
from sim.world.kinds import Happened
from sim.world.population import PLANNED
from sim.world.world import World

CALM = 0.5
"""The mood in which owners decide on projects of the register, whose luck is their go-ahead."""


def wishes(world: World, shared: Prospects) -> list[Wish]:
    """What owners weigh this year: planned projects that are due, then the best idea of each owner."""
    return [*due_projects(world, shared), *own_ideas(world, shared)]


def due_projects(world: World, shared: Prospects) -> list[Wish]:
    """Planned projects of the register that are due for a decision, but those of owners in trouble."""
    plants, groups, building = world.refineries, shared.view.groups, world.parameters.building
    last = world.year + int(building.lead_years)
    sound = ~(groups.distressed | groups.illiquid)[plants.group]
    rows = ((plants.project_stage == PLANNED) & (plants.due_year <= last) & sound).nonzero()[0]
    if rows.size == 0:
        return []
    group, region, size = plants.group[rows], plants.region[rows], plants.size_mt[rows]
    venture = venture_of(shared, group, region, size, lasting_costs(world)[rows])
    capex = investment(size, building, world.parameters.pipeline)
    ratio = build_ratio(venture_worth(venture, shared.outlook), capex)
    demanded, traits = tempers(world, shared.view, group, np.full(rows.size, CALM))
    facts = facts_of(venture, capex)
    return [
        Wish(
            kind=Idea.PROJECT,
            key=plants.keys[row],
            group=int(group[place]),
            region=int(region[place]),
            row=int(row),
            size_mt=float(size[place]),
            capex_cny_per_t=float(capex[place]),
            ratio=float(ratio[place]),
            demanded=float(demanded[place]),
            options={GOES: float(ratio[place]), WAITS: float(demanded[place])},
            facts=facts[place] | traits[place],
            sites={GOES: Site(world.geography.regions[region[place]])},
        )
        for place, row in enumerate(rows.tolist())
    ]


def own_ideas(world: World, shared: Prospects) -> list[Wish]:
    """The best idea of each owner: a new plant, or a move of one of its own."""
    groups = builders(world, shared.view)
    if groups.size == 0:
        return []
    keys = [world.groups.keys[row] for row in groups.tolist()]
    mood = world.streams.uniforms("mood", world.year, keys)
    demanded, traits = tempers(world, shared.view, groups, mood)
    new, moves = new_plants(world, shared, groups), best_moves(world, shared, groups)
    found = []
    for group, asked, why in zip(groups.tolist(), demanded.tolist(), traits, strict=True):
        ideas = [kind[group] for kind in (new, moves) if group in kind]
        if not ideas:
            continue
        one, other = ideas[0], ideas[-1]
        best, less = (other, one) if other.ratio > one.ratio else (one, other)
        best.demanded = asked
        best.facts |= why
        if less is not best:
            best.facts |= {f"other_{name}": value for name, value in less.facts.items()}
        best.options = {**one.options, **other.options, WAITS: asked}
        best.sites = one.sites | other.sites
        found.append(best)
    return found


APPROVE, DENY = "approve", "deny"
CONSENT, REFUSE = "consent", "refuse"
AGAINST_RULES = "the nation turned it down beyond its rules"


def hear(
    world: World, cast: Cast, view: View, plan: tuple[Wish, Application, Backing], left_mt: float
) -> Outcome:
    """What becomes of an application; who cannot pay, alone or with a partner, does not apply.

    Args:
        world: the world.
        cast: whom to ask.
        view: the world at this moment.
        plan: the plan, what governments see of it, and who would join.
        left_mt: quota that is left.
    """
    wish, asked, backing = plan
    seen = hearing(world, plan, left_mt)
    if backing.partner is None and invested(wish) > means(world, wish):
        return Outcome(BROKE, "neither cash nor credit for it", seen)
    against = objection_to(world, asked, left_mt, seen["bar_luck_share"])
    case = approval_case(cast.national.key, wish, seen, against)
    if ask(cast.national, view, case).choice == DENY:
        return Outcome(DENIED, against.words if against else AGAINST_RULES, seen)
    province, chance = cast.provinces[wish.region], consent_chance(asked, world.parameters.approvals)
    if ask(province, view, consent_case(province.key, wish, seen, chance)).choice == REFUSE:
        reason = f"the province withheld its consent (a chance of {1.0 - chance:.0%})"
        return Outcome(REFUSED, reason, seen)
    return Outcome(GOES, "approved", seen)


def hearing(world: World, plan: tuple[Wish, Application, Backing], left_mt: float) -> dict[str, float]:
    """What an application is judged by; a quota that nobody sets is left out."""
    wish, asked, backing = plan
    names = [f"{wish.key}/bar", f"{wish.key}/consent"]
    luck = world.streams.uniforms("approval", world.year, names)
    facts = {f.name: float(getattr(asked, f.name)) for f in fields(asked) if f.name != "region"}
    facts |= {
        "score_ratio": score(asked, world.parameters.approvals),
        "bar_luck_share": float(luck[0]),
        "consent_luck_share": float(luck[1]),
        "means_mcny": means(world, wish),
        **backing.facts(wish),
    }
    return facts if left_mt == float("inf") else facts | {"quota_left_mt": left_mt}


def objection_to(world: World, asked: Application, left_mt: float, luck: float) -> Objection | None:
    """What the rules of the year have against an application, None when they let it pass."""
    rules, swap = world.rules.approval, world.rules.swap
    return objection(asked, rules, left_mt, swap is not None and swap.required, luck)


def approval_case(nation: str, wish: Wish, seen: dict[str, float], against: Objection | None) -> Case:
    """What the nation has to decide; its rules say yes or no, without degree."""
    options = {APPROVE: float(against is None), DENY: float(against is not None)}
    lead = options[APPROVE] - options[DENY]
    ways = {APPROVE: lead, DENY: -lead}
    return Case(APPROVE, nation, seen, options, ways, DENY if against else APPROVE, about=wish.key)


def consent_case(province: str, wish: Wish, seen: dict[str, float], chance: float) -> Case:
    """What a province has to decide: it consents when the draw of the year is below the chance of its consent."""
    luck = seen["consent_luck_share"]
    lead = chance - luck
    ways, best = {CONSENT: lead, REFUSE: -lead}, CONSENT if lead > 0.0 else REFUSE
    return Case(CONSENT, province, seen, {CONSENT: chance, REFUSE: luck}, ways, best, about=wish.key)


TURNED_DOWN = {DENIED: Happened.PLAN_DENIED, REFUSED: Happened.PLAN_REFUSED}
"""What is told of a plan that a government turned down, by what became of it."""


def decide_ventures(world: World, cast: Cast, view: View) -> bool:
    """Let owners decide over new plants and moves, and governments over what they want to build.

    Gives whether anything was begun, so that what lies ahead is another now.
    """
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
    return any(outcome.choice == GOES for outcome in outcomes.values())


def case_of(world: World, wish: Wish) -> Case:
    """What an owner has to decide: whether to apply for its plan."""
    kind = MOVE if wish.kind == Idea.MOVE else BUILD
    listed = wish.kind == Idea.PROJECT
    facts = wish.facts | odds_of(world, wish.key) if listed else wish.facts
    lead = float(listed_lead(facts)) if listed else wish.ratio - wish.demanded
    agent = wish.key if listed else world.groups.keys[wish.group]
    return Case(
        kind=kind.name,
        agent=agent,
        facts=facts,
        options=wish.options,
        margins={GOES: lead, WAITS: -lead},
        best=GOES if lead > 0.0 else WAITS,
        sites=wish.sites,
    )


def hear_all(world: World, cast: Cast, shared: Prospects, wanted: list[Wish]) -> dict[str, Outcome]:
    """What becomes of plans whose owners apply, by key: the best score is heard first and takes of the quota."""
    applications = {wish.key: application(world, shared, wish) for wish in wanted}
    points = {wish.key: score(applications[wish.key], world.parameters.approvals) for wish in wanted}
    rules, outcomes, begun = world.rules.approval, dict[str, Outcome](), set[int]()
    left = np.inf if rules is None else rules.quota_mt
    for wish in sorted(wanted, key=lambda wish: (-points[wish.key], wish.key)):
        asked = applications[wish.key]
        if begun:
            limits = regional_limits(world) if shared.limits.caps else shared.limits
            room = ceiling_share(world, limits, wish, local=asked.local_share >= 1.0)
            filled = filled_share(world, taken_sites(world), wish)
            asked = replace(asked, ceiling_share=room, filled_share=filled)
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
