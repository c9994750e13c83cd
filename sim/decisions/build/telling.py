"""What is told of a plan: what it was, what it was worth, the owner's mood, its other idea, its partner, its luck."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.choice import Story
from sim.core.words import figure, percent
from sim.decisions.build.facts import BROKE, BUSY, DENIED, GOES, REFUSED, WAITS
from sim.decisions.build.listed import is_listed
from sim.decisions.plans import MONEY, UNIT, TemperFacts, asked_for, signed
from sim.scenario.parameters import Parameters
from sim.world.books import Decision, Site

EVEN, NEAR_EVEN = 0.5, 0.05
NOWHERE = Site("")
ANSWERS = {
    GOES: "It went ahead: {}.",
    WAITS: "It waited; the best idea was to {}.",
    DENIED: "It wanted to {}, and the nation turned it down.",
    REFUSED: "It wanted to {}, and the province withheld its consent.",
    BROKE: "It wanted to {}, but had neither cash nor credit for it.",
    BUSY: "It wanted to {}, but began another plant that year.",
}
"""What was chosen, a sentence to be filled with the plan, by outcome."""


@dataclass(frozen=True)
class Plan:
    """What an owner's best idea was.

    Attributes:
        option: its name among the options.
        region: id of the region, empty when it is not told.
        old: key of the plant that would go, empty for none.
        words: the idea in words.
    """

    option: str
    region: str
    old: str
    words: str


def best_site(decision: Decision) -> tuple[str, Site]:
    """The option that the facts of a decision describe, and where it would stand, nowhere when it is not told."""
    for option, site in decision.sites.items():
        if bool(site.replaces) == (decision.kind == "move"):
            return option, site
    return next((option for option in decision.options if option != WAITS), decision.kind), NOWHERE


def plan_of(decision: Decision, story: Story) -> Plan:
    """What a decision was about, with its words."""
    option, site = best_site(decision)
    if not site.region:
        return Plan(option, "", "", decision.kind)
    if any(row.id == decision.agent for row in story.scenario.pack.projects):
        return Plan(option, site.region, "", f"build {story.called(decision.agent)}")
    what = f"move {story.called(site.replaces)} to" if site.replaces else "build in"
    return Plan(option, site.region, site.replaces, f"{what} {story.called(site.region)}")


def answer_of(decision: Decision, plan: Plan) -> str:
    """What was chosen, a sentence."""
    if decision.choice in ANSWERS:
        return ANSWERS[decision.choice].format(plan.words)
    return f"It wanted to {plan.words}: {decision.choice}."


def weighed_told(decision: Decision, plan: Plan) -> str:
    """What was weighed, in words."""
    ratio, asked = decision.options.get(plan.option, np.nan), decision.options.get(WAITS, np.nan)
    facts = decision.facts
    cost = f" of {figure(facts['capex_cny_per_t'], UNIT)}" if "capex_cny_per_t" in facts else ""
    worth = (
        f"Net present value was {signed(ratio)} of the investment{cost}; its owner asked for {signed(asked)}"
    )
    won = f"by {abs(decision.margin) * 100.0:.0f} points of the investment"
    verdict = f", so building won {won}." if decision.margin > 0.0 else f", so waiting won {won}."
    verdict = "." if is_listed(facts) else verdict
    if "price_expected_cny_per_t" not in facts:
        return worth + verdict
    outlook = (
        f" It expected a price of {figure(facts['price_expected_cny_per_t'], UNIT)} there in the long run "
        f"({figure(facts['price_today_cny_per_t'], UNIT)} that day) and a cash cost of "
        f"{figure(facts['cash_cost_cny_per_t'], UNIT)}."
    )
    return worth + verdict + outlook


def mood_told(decision: Decision, seen: TemperFacts | None, parameters: Parameters) -> list[str]:
    """What the owner asks for in an even mood, where its mood was another."""
    if seen is None or abs(seen.mood_share[0] - EVEN) < NEAR_EVEN:
        return []
    usual = float(asked_for(seen.state_owned_share, seen.entrant_share, np.full(1, EVEN), parameters)[0])
    mood, wanted = "bold" if seen.mood_share[0] < EVEN else "timid", decision.margin > 0.0
    turned = (decision.options.get(WAITS, 0.0) + decision.margin > usual) != wanted
    other = ", and the choice would have been the other" if turned else ""
    return [f"Its mood was {mood} that year; in an even mood it asks for {signed(usual)}{other}."]


def others_told(decision: Decision, plan: Plan, story: Story) -> list[str]:
    """The options that were not best, in words."""
    ideas = []
    for option, site in decision.sites.items():
        if option == plan.option:
            continue
        words = f"to move {story.called(site.replaces)} to" if site.replaces else "a new plant in"
        ideas.append(f"{words} {story.called(site.region)} ({signed(decision.options[option])})")
    return [f"The other idea was {' or '.join(ideas)}."] if ideas else []


def partners_told(facts: Mapping[str, float]) -> list[str]:
    """What came of looking for a partner, where the plant was large for its owner's purse."""
    asked, share = facts.get("partners_asked_count", 0.0), facts.get("partner_share", 0.0)
    if not asked:
        return []
    why = "The plant was large for its owner's purse, so it looked for a partner"
    if share <= 0.0:
        return [f"{why}; it asked {asked:.0f}, and none was ready to join."]
    pays = figure(facts["partner_pays_mcny"], MONEY)
    made_up = facts.get("partner_compensates_mcny", 0.0)
    old = f", {figure(made_up, MONEY)} of them for its part of the old plant" if made_up > 0.0 else ""
    return [f"{why}: one was ready to take {percent(share)} and to pay {pays}{old}."]
