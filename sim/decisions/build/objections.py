"""Why a plan was not approved, and what would have made it pass: quota, score, barred region, consent, money."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from sim.choice import Grounds, Lever, Story
from sim.core.arrays import Floats
from sim.core.units import unit_of
from sim.core.words import figure, percent, plain
from sim.decisions.build.facts import BROKE, DENIED, GOES, REFUSED, HearingFacts
from sim.policies.rulebook import Rulebook
from sim.scenario.owner_parameters import Approvals
from sim.strategy.approving import Application, Bar, Objection, consent_chance, objection
from sim.world.books import Decision

MT = "Mt/yr"
LEAST_MT = 1e-9


@dataclass(frozen=True)
class Objections:
    """What stood against a plan.

    Attributes:
        told: sentences.
        levers: what would have made it pass.
    """

    told: tuple[str, ...] = ()
    levers: tuple[Lever, ...] = ()


def application_of(facts: Mapping[str, float], region: str) -> Application | None:
    """What governments saw of a plan, or None when the record does not keep it."""
    numbers = [field.name for field in fields(Application) if field.name != "region"]
    if not all(name in facts for name in numbers):
        return None
    return Application(region=region, **{name: facts[name] for name in numbers})


def objections(decision: Decision, region: str, story: Story) -> Objections:
    """What stood against a plan that its owner wanted, and what would have made it pass.

    Args:
        decision: the decision.
        region: id of the region, empty when it is not told.
        story: the run.
    """
    asked, reason = application_of(decision.facts, region), plain(decision.because or decision.rule)
    if asked is not None and decision.choice == DENIED:
        return _by_nation(decision, asked, story, reason)
    if asked is not None and decision.choice == REFUSED:
        return _by_province(asked, decision.facts, story.parameters.approvals)
    if asked is not None and decision.choice == BROKE:
        return _by_means(decision.facts)
    return Objections((f"The reason on record: {reason}.",))


def _by_nation(decision: Decision, asked: Application, story: Story, reason: str) -> Objections:
    rules, facts = story.rules(decision.year), decision.facts
    told, against = [f"The nation's reason: {reason}."], again(facts, asked, rules)
    if against is None:
        return Objections((*told, "The rule does not give this answer again from what is on record."))
    if asked.replaced_mt == 0.0 and against.bar is Bar.SWAP:
        told.append("It would have passed with old capacity given up for all of the new.")
    if against.bar is Bar.REGION:
        told.append(
            "It would have passed in a region that is not barred, or if it had only replaced old capacity of its "
            "province."
        )
    told += _rank(decision, story) if against.bar is Bar.QUOTA else []
    return Objections(tuple(told), tuple(_limits(against.bar, facts, asked, rules)))


def again(facts: Mapping[str, float], asked: Application, rules: Rulebook) -> Objection | None:
    """The nation's objection as the rules give it again from the facts, None when they approve."""
    required = rules.swap is not None and rules.swap.required
    left = facts.get("quota_left_mt", float("inf"))
    return objection(asked, rules.approval, left, required, facts.get("bar_luck_share", 0.0))


def _limits(bar: Bar, facts: Mapping[str, float], asked: Application, rules: Rulebook) -> Iterator[Lever]:
    """The number that stood against a plan, with the limit at which it passes; none where it meets another bar."""
    luck, terms = facts.get("bar_luck_share", 0.0), rules.approval
    limits = {Bar.SITE: ("filled_share", 1.0), Bar.POND: ("pond_refused_share", luck)}
    limits[Bar.CEILING] = ("ceiling_share", luck)
    if terms is not None:
        limits[Bar.HEAT] = ("heat_gj_per_t", terms.energy_limit_gj_per_t)
        limits[Bar.ORE] = ("ore_share", terms.ore_control_share)
    if terms is not None and bar is Bar.QUOTA:
        most = limits[Bar.QUOTA] = ("size_mt", asked.replaced_mt + facts["quota_left_mt"])
        least = terms.quota_mt + asked.size_mt - most[1]
        yield _till("quota_mt", "the year's quota", MT, terms.quota_mt, least, 2.0 * least)
    name, limit = limits.get(bar, ("", 0.0))
    turned = application_of({**facts, name: limit}, asked.region)
    if name and turned is not None and again(facts, turned, rules) is None:
        now, words = facts[name], HearingFacts.declared()[name].words
        yield _till(name, words, unit_of(name), now, limit, max(now, 1.0))


def _till(name: str, words: str, unit: str, now: float, limit: float, high: float) -> Lever:
    """A number that tips at a limit."""
    grounds = Grounds(lambda numbers, _: numbers[name] - limit, {name: now})
    return Lever(name, words, unit, now, 0.0, high, grounds)


def _rank(decision: Decision, story: Story) -> list[str]:
    """How the plan's points compare with those of the plans that took of the year's quota."""
    own = decision.facts.get("score_ratio")
    passed = [
        each.facts["score_ratio"]
        for each in story.decisions
        if (each.year, each.choice) == (decision.year, GOES) and _new(each.facts) > LEAST_MT
    ]
    if own is None:
        return []
    points = f"It had {own:.2f} points for energy, ore, own need, room and size"
    if not passed:
        return [f"{points}; nothing else took of the quota that year."]
    return [f"{points}; the last of {len(passed)} that took of the year's quota had {min(passed):.2f}."]


def _new(facts: Mapping[str, float]) -> float:
    """The capacity of a plan that no old capacity goes for, nothing when it was never heard, Mt/yr."""
    if "score_ratio" not in facts:
        return 0.0
    return max(facts["size_mt"] - facts["replaced_mt"], 0.0)


def _by_province(asked: Application, facts: Mapping[str, float], weights: Approvals) -> Objections:
    chance = consent_chance(asked, weights)
    luck = facts.get("consent_luck_share")
    if luck is None:
        return Objections((f"The chance of its consent was {percent(chance)}.",))
    if luck < chance:
        drawn = f"the year's draw was {luck:.2f}, below which it consents as a rule; it refused all the same."
        return Objections((f"The chance of its consent was {percent(chance)}; {drawn}",))
    told = (
        f"The chance of its consent was {percent(chance)}; "
        f"the year's draw was {luck:.2f}, and it would have consented below {chance:.2f}."
    )

    what = {
        "jobs_share": "the plant's part in the region's refining",
        "slack_share": "the region's environmental room",
        "filled_share": "the part of the region's sites taken with it",
    }

    def lead(numbers: Mapping[str, Floats], _: Any) -> Floats:
        cases = (dict(zip(what, case, strict=True)) for case in zip(*map(numbers.get, what), strict=True))
        return np.array([consent_chance(replace(asked, **case), weights) for case in cases]) - luck

    grounds = Grounds(lead, {name: getattr(asked, name) for name in what})
    return Objections(
        (told,),
        tuple(
            Lever(name, words, "share", now, 0.0, 1.0, grounds)
            for (name, words), now in zip(what.items(), grounds.numbers.values(), strict=True)
        ),
    )


def _by_means(facts: Mapping[str, float]) -> Objections:
    if "means_mcny" not in facts or "capex_cny_per_t" not in facts:
        return Objections()
    need, means = facts["capex_cny_per_t"] * facts["size_mt"], facts["means_mcny"]
    told = (
        f"It had to pay {figure(need, 'million CNY')} and could raise {figure(means, 'million CNY')} "
        f"from spare cash, credit and a loan on the new plant: {figure(need - means, 'million CNY')} short."
    )
    return Objections((told,), (_till("means_mcny", "its means", "million CNY", means, need, 2.0 * need),))
