"""Why an owner built, moved a plant or waited: value of the plan against what the owner asked for, then approval."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.reasons.approving import denied
from sim.reasons.names import called, names
from sim.reasons.numbers import figure
from sim.reasons.record import Record
from sim.reasons.tipping import Lever, agrees, tippings
from sim.reasons.verdict import EXPLAINERS, Verdict
from sim.report.wording import percent
from sim.scenario.parameters import Parameters
from sim.strategy.building import (
    Moved,
    Outlook,
    Venture,
    build_ratio,
    demanded_ratio,
    move_ratio,
    venture_worth,
)
from sim.world.books import Decision

BUILD_FACTS = (
    "price_today_cny_per_t",
    "price_expected_cny_per_t",
    "cash_cost_cny_per_t",
    "own_need_share",
    "discount_per_year",
    "capex_cny_per_t",
)
MOVE_FACTS = (*BUILD_FACTS, "hold_old_cny_per_t", "close_old_cny_per_t", "old_per_new_ratio")
MOOD_FACTS = ("mood_share", "state_owned_share", "entrant_share")
MOVE_OPTION = re.compile(r"move (?P<old>.+) to (?P<region>\S+)")
BUILD_OPTION = re.compile(r"build in (?P<region>\S+)")
UNIT, MONEY = "CNY/t", "million CNY"
EVEN, NEAR_EVEN = 0.5, 0.05


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


def value_of_plan(facts: Mapping[str, float], parameters: Parameters) -> float:
    """Give net present value over investment of a plan by its facts."""
    outlook = Outlook(
        parameters.building,
        parameters.pipeline,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
    )
    venture = Venture(
        today_cny_per_t=np.array([facts["price_today_cny_per_t"]]),
        long_run_cny_per_t=np.array([facts["price_expected_cny_per_t"]]),
        cost_cny_per_t=np.array([facts["cash_cost_cny_per_t"]]),
        own_share=np.array([facts["own_need_share"]]),
        discount_per_year=np.array([facts["discount_per_year"]]),
    )
    worth, capex = venture_worth(venture, outlook), np.array([facts["capex_cny_per_t"]])
    if "old_per_new_ratio" not in facts:
        return float(build_ratio(worth, capex)[0])
    moved = Moved(
        old_per_new_ratio=np.array([facts["old_per_new_ratio"]]),
        hold_cny_per_t=np.array([facts["hold_old_cny_per_t"]]),
        close_cny_per_t=np.array([facts["close_old_cny_per_t"]]),
        subsidy_cny_per_t=facts.get("subsidy_cny_per_t", 0.0),
    )
    return float(move_ratio(worth, capex, moved)[0])


def asked_for(facts: Mapping[str, float], parameters: Parameters) -> float:
    """Give the ratio that the owner asked for, by its facts."""
    state, entrant = (np.array([facts[name] > 0.0]) for name in ("state_owned_share", "entrant_share"))
    return float(demanded_ratio(state, entrant, np.array([facts["mood_share"]]), parameters.building)[0])


@EXPLAINERS.register("build")
def build(decision: Decision, record: Record) -> Verdict:
    """Explain why an owner built a new plant, or why it did not.

    Source: equation (5.1) of the model description.
    """
    return _venture(decision, record, BUILD_FACTS, "build a new plant?")


@EXPLAINERS.register("move")
def move(decision: Decision, record: Record) -> Verdict:
    """Explain why an owner moved a plant to the coast, or why it did not.

    Source: equation (5.2) of the model description.
    """
    return _venture(decision, record, MOVE_FACTS, "move a plant to the coast?")


def _venture(decision: Decision, record: Record, needed: tuple[str, ...], question: str) -> Verdict:
    plan, facts, parameters = plan_of(decision, record), decision.facts, record.parameters
    ready = all(name in facts for name in needed)
    again = {plan.option: value_of_plan(facts, parameters)} if ready else {}
    if ready and all(name in facts for name in MOOD_FACTS):
        again["wait"] = asked_for(facts, parameters)
    told = [_weighed(decision, plan), *_mood(decision, parameters), *_others(decision, plan, record)]
    told += _partners(facts)
    wanted = decision.margin > 0.0
    if decision.choice == "wait" or decision.choice == "build":
        stood = decision.options.get(plan.option, np.nan)
        same = bool(again) and agrees(again[plan.option], stood)
        levers = _levers(facts, parameters, decision.options.get("wait", np.nan)) if same else []
        ways = tippings(levers) if wanted == (decision.choice == "build") else ()
        told += _unlucky(decision, parameters) if wanted and decision.choice == "wait" else []
    else:
        objections = denied(decision, plan.region, record)
        told, ways = [*told, *objections.told], objections.tippings
    otherwise = "have waited" if decision.choice == "build" else "have gone ahead"
    waits = decision.choice == "wait"
    return Verdict(decision, question, _answer(decision, plan), tuple(told), otherwise, ways, again, waits)


def plan_of(decision: Decision, record: Record) -> Plan:
    """Give what the decision was about: the option that its facts describe."""
    known = names(record)
    pattern, verb = (MOVE_OPTION, "move") if decision.kind == "move" else (BUILD_OPTION, "build")
    for option in decision.options:
        found = pattern.fullmatch(option)
        if found:
            region, old = found["region"], found.groupdict().get("old") or ""
            moved = f"move {called(known, old)} to" if old else "build in"
            return Plan(option, region, old, f"{moved} {called(known, region)}")
    project = next((row for row in record.scenario.pack.projects if row.id == decision.agent), None)
    if project is None:
        return Plan(verb, "", "", verb)
    return Plan(verb, project.region, "", f"build {called(known, project.id)}")


def _answer(decision: Decision, plan: Plan) -> str:
    """Give what was chosen, a sentence."""
    match decision.choice:
        case "build":
            return f"It went ahead: {plan.words}."
        case "wait":
            return f"It waited; the best idea was to {plan.words}."
        case "denied":
            return f"It wanted to {plan.words}, and the nation turned it down."
        case "refused":
            return f"It wanted to {plan.words}, and the province withheld its consent."
        case "no money":
            return f"It wanted to {plan.words}, but had neither cash nor credit for it."
        case "busy":
            return f"It wanted to {plan.words}, but began another plant that year."
    return f"It wanted to {plan.words}: {decision.choice}."


def _weighed(decision: Decision, plan: Plan) -> str:
    """Give what was weighed, in words."""
    ratio, asked = decision.options.get(plan.option, np.nan), decision.options.get("wait", np.nan)
    facts = decision.facts
    cost = f" of {figure(facts['capex_cny_per_t'], UNIT)}" if "capex_cny_per_t" in facts else ""
    worth = f"Net present value was {_signed(ratio)} of the investment{cost}; its owner asked for {_signed(asked)}"
    won = f"by {abs(decision.margin) * 100.0:.0f} points of the investment"
    verdict = f", so building won {won}." if decision.margin > 0.0 else f", so waiting won {won}."
    if "price_expected_cny_per_t" not in facts:
        return worth + verdict
    outlook = (
        f" It expected a price of {figure(facts['price_expected_cny_per_t'], UNIT)} there in the long run "
        f"({figure(facts['price_today_cny_per_t'], UNIT)} that day) and a cash cost of "
        f"{figure(facts['cash_cost_cny_per_t'], UNIT)}."
    )
    return worth + verdict + outlook


def _signed(ratio: float) -> str:
    shown = percent(ratio)
    return shown if ratio < 0.0 or shown.startswith(("0", "n")) else f"+{shown}"


def _mood(decision: Decision, parameters: Parameters) -> list[str]:
    """Give what the owner asks for in an even mood, where its mood was another."""
    facts = decision.facts
    if not all(name in facts for name in MOOD_FACTS) or abs(facts["mood_share"] - EVEN) < NEAR_EVEN:
        return []
    usual = asked_for({**facts, "mood_share": EVEN}, parameters)
    mood = "bold" if facts["mood_share"] < EVEN else "timid"
    turned = (decision.options.get("wait", 0.0) + decision.margin > usual) != (decision.margin > 0.0)
    other = ", and the choice would have been the other" if turned else ""
    return [f"Its mood was {mood} that year; in an even mood it asks for {_signed(usual)}{other}."]


def _others(decision: Decision, plan: Plan, record: Record) -> list[str]:
    """Give the options that were not best, in words."""
    known, ideas = names(record), []
    for option, value in decision.options.items():
        found = MOVE_OPTION.fullmatch(option) or BUILD_OPTION.fullmatch(option)
        if option in (plan.option, "wait") or not found:
            continue
        old = found.groupdict().get("old")
        words = f"to move {called(known, old)} to" if old else "a new plant in"
        ideas.append(f"{words} {called(known, found['region'])} ({_signed(value)})")
    return [f"The other idea was {' or '.join(ideas)}."] if ideas else []


def _partners(facts: Mapping[str, float]) -> list[str]:
    """Give what came of looking for a partner, where the plant was large for its owner's purse."""
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


@EXPLAINERS.register("join")
def join(decision: Decision, record: Record) -> Verdict:
    """Explain why an owner short of alumina joined another in a new plant, or stayed out.

    Source: equations (5.1) and (5.2) of the model description, for its part and with its part of the output.
    """
    facts, parameters, known = decision.facts, record.parameters, names(record)
    plan, joins = called(known, decision.kind.removeprefix("join ")), decision.choice == "join"
    answer = "It joined." if joins else "It stayed out."
    needed = (*BUILD_FACTS, *MOOD_FACTS, "partner_share", "gap_mt", "pays_mcny")
    if not all(name in facts for name in needed):
        return Verdict(decision, f"join in {plan}?", answer)
    again = {"join": value_of_plan(facts, parameters), "stay out": asked_for(facts, parameters)}
    made_up = facts.get("compensation_mcny", 0.0)
    old = (
        f", {figure(made_up, MONEY)} of them for its part of the old plant that goes" if made_up > 0.0 else ""
    )
    told = (
        f"{percent(facts['partner_share'])} were on offer for {figure(facts['pays_mcny'], MONEY)}{old}; "
        f"its smelters lacked {figure(facts['gap_mt'], 'Mt')} of alumina a year.",
        f"Net present value was {_signed(again['join'])} of the investment, and it asked for "
        f"{_signed(again['stay out'])}.",
    )
    same = agrees(again["join"], decision.options.get("join", np.nan))
    ways = tippings(_levers(facts, parameters, again["stay out"])) if same else ()
    otherwise = "have stayed out" if joins else "have joined"
    return Verdict(decision, f"join in {plan}?", answer, told, otherwise, ways, again, not joins)


def _unlucky(decision: Decision, parameters: Parameters) -> list[str]:
    """Give why a planned project that would pay was not taken up."""
    luck, chance = decision.facts.get("go_ahead_luck_share"), parameters.pipeline.planned_share
    told = f"It would have paid, but of planned projects that pay only {figure(chance, 'share')} go ahead in a year"
    if luck is None:
        return [f"{told}."]
    return [f"{told}: the year's draw was {luck:.2f}, and it would have gone ahead below {chance:.2f}."]


def _levers(facts: Mapping[str, float], parameters: Parameters, asked: float) -> list[Lever]:
    """Give the numbers that a choice between building and waiting rests on."""
    top = 20_000.0

    def fact(name: str, words: str, unit: str, low: float, high: float) -> Lever:
        def gap(value: float) -> float:
            return value_of_plan({**facts, name: value}, parameters) - asked

        return Lever(name, words, unit, facts[name], low, high, gap)

    levers = [
        fact("price_expected_cny_per_t", "the price that it expected in the long run", UNIT, 0.0, top),
        fact("price_today_cny_per_t", "the price of the day", UNIT, 0.0, top),
        fact("cash_cost_cny_per_t", "the cash cost of the new plant", UNIT, 0.0, top),
        fact("capex_cny_per_t", "its own part of the investment", UNIT, 1.0, top),
        fact("own_need_share", "the part of the output that its own smelters lack", "share", 0.0, 1.0),
        fact("discount_per_year", "its discount rate", "1/yr", 0.001, 1.0),
    ]
    if "old_per_new_ratio" in facts:
        levers.append(fact("old_per_new_ratio", "the old capacity that goes for each tonne", "t/t", 0.0, 5.0))
        levers += _subsidy(facts, parameters, asked)
    return levers


def _subsidy(facts: Mapping[str, float], parameters: Parameters, asked: float) -> list[Lever]:
    """Give the subsidy on moves as a lever: what the owner pays falls by what government adds."""
    paid = facts.get("subsidy_cny_per_t")
    if paid is None:
        return []

    def gap(value: float) -> float:
        own = max(facts["capex_cny_per_t"] + paid - value, 1.0)
        return value_of_plan({**facts, "capex_cny_per_t": own}, parameters) - asked

    words = "the subsidy on each tonne that moves"
    return [Lever("subsidy_cny_per_t", words, UNIT, paid, 0.0, 3000.0, gap)]
