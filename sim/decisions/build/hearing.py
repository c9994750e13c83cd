"""Hearing an application: the means of its owner, then the nation, then the province.

The nation and the province are asked as agents. The answer that the rules and the luck of the year give stands in
their case; neither answer is a record of its own, for the record of the plan keeps what both were given.
"""

from dataclasses import fields

from sim.agents.cast import Cast
from sim.choice import Case, ask
from sim.decisions.build.outcomes import BROKE, DENIED, GOES, REFUSED, Outcome
from sim.decisions.join import Backing, invested
from sim.sight.applying import means
from sim.sight.prospects import Wish
from sim.sight.view import View
from sim.strategy.approving import Application, Objection, consent_chance, objection, score
from sim.world.world import World

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
    ways = {APPROVE: options[APPROVE] - options[DENY], DENY: options[DENY] - options[APPROVE]}
    return Case(APPROVE, nation, seen, options, ways, DENY if against else APPROVE, about=wish.key)


def consent_case(province: str, wish: Wish, seen: dict[str, float], chance: float) -> Case:
    """What a province has to decide: it consents when the draw of the year is below the chance of its consent."""
    luck = seen["consent_luck_share"]
    ways, best = {CONSENT: chance - luck, REFUSE: luck - chance}, CONSENT if luck < chance else REFUSE
    return Case(CONSENT, province, seen, {CONSENT: chance, REFUSE: luck}, ways, best, about=wish.key)
