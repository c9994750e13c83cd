"""Why a plant stayed or closed: what holding it was worth against closing it and its owner's reluctance."""

from collections.abc import Mapping

import numpy as np

from sim.reasons.numbers import figure, joined, plain
from sim.reasons.record import Record
from sim.reasons.tipping import Lever, Tipping, agrees, tippings
from sim.reasons.verdict import EXPLAINERS, Verdict
from sim.report.wording import number
from sim.scenario.owner_parameters import Leaving
from sim.scenario.parameters import Parameters
from sim.strategy.finance import loan_rates
from sim.strategy.leaving import Loan, Prospect, cost_of_recall, value_of_holding, value_of_leaving
from sim.world.books import Decision

FACTS = (
    *("today_cny_per_t", "long_run_cny_per_t", "cost_cny_per_t", "discount_per_year", "runnable_share"),
    *("dead_share", "age_years", "owner_type_index"),
)
UNIT = "CNY/t"
HIGHEST_CNY_PER_T = 20_000.0
"""No price or cost beyond this is looked for."""


def holding(facts: Mapping[str, float], parameters: Parameters, leaving: Leaving) -> float:
    """Give what holding a plant is worth by its facts, CNY per tonne of nameplate."""
    prospect = Prospect(
        today_cny_per_t=np.array([facts["today_cny_per_t"]]),
        long_run_cny_per_t=np.array([facts["long_run_cny_per_t"]]),
        cost_cny_per_t=np.array([facts["cost_cny_per_t"]]),
        discount_per_year=np.array([facts["discount_per_year"]]),
        runnable_share=np.array([facts["runnable_share"]]),
        dead=np.array([facts["dead_share"] > 0.0]),
    )
    terms = parameters.expectation.persistence_share, parameters.market.vat_share
    return float(value_of_holding(prospect, leaving, parameters.running, *terms)[0])


def recall(facts: Mapping[str, float], parameters: Parameters) -> float:
    """Give what it would cost the owner that the loan on a plant falls due, CNY per tonne of nameplate."""
    finance = parameters.finance
    owner = np.array([int(facts["owner_type_index"])])
    loan = Loan(
        principal_cny_per_t=finance.leverage_limit_share * parameters.pipeline.capex_cny_per_t,
        years=parameters.leaving.loan_years,
        age_years=np.array([facts["age_years"]]),
        rate_per_year=loan_rates(owner, np.zeros(1, dtype=np.bool_), finance),
        discount_per_year=np.array([facts["discount_per_year"]]),
    )
    return float(cost_of_recall(loan)[0])


@EXPLAINERS.register("leave")
def leave(decision: Decision, record: Record) -> Verdict:
    """Explain why a plant that thought of closing stayed or closed.

    Source: value of holding and of closing, equations (4.5) and (4.6) of the model description.
    """
    closed = decision.choice == "exit"
    answer = "It closed for good." if closed else "It held on."
    facts, parameters = decision.facts, record.parameters
    told = (*_thought(decision), *_offered(decision), _weighed(decision, parameters))
    bare = Verdict(decision, "stay or close?", answer, told, waits=not closed)
    if not all(name in facts for name in FACTS):
        return bare
    again = {
        "hold": holding(facts, parameters, parameters.leaving),
        "exit": value_of_leaving(parameters.leaving),
        "recall": recall(facts, parameters),
    }
    ways: tuple[Tipping, ...] = ()
    same = all(agrees(again[name], decision.options.get(name, np.inf)) for name in again)
    if same and decision.margin > 0.0 and "reluctance" in decision.options:
        ways = tippings(_levers(facts, decision.options["reluctance"], parameters))
    otherwise = "have stayed" if closed else "have closed"
    return Verdict(decision, bare.question, answer, told, otherwise, ways, again, waits=not closed)


def _thought(decision: Decision) -> list[str]:
    """Give why it thought of closing at all."""
    facts, why = decision.facts, []
    if facts.get("dead_share", 0.0) > 0.0:
        why.append("it had been written off")
    if facts.get("idle_quarters", 0.0) > 0.0:
        why.append(f"it had stood idle for {number(facts['idle_quarters'])} quarters")
    if facts.get("loss_quarters", 0.0) > 0.0:
        why.append(f"it had lost money for {number(facts['loss_quarters'])} quarters in a row")
    return [f"Closing was on the table because {joined(why)}."] if why else []


def _offered(decision: Decision) -> list[str]:
    """Give what came of offering the plant to others before closing it."""
    facts, came = decision.facts, plain(decision.rule.rpartition("offered for sale first: ")[2])
    if facts.get("sales_tried_count", 0.0) <= 0.0:
        return []
    best, least = facts.get("best_bid_mcny", 0.0), facts.get("least_price_mcny", 0.0)
    bid = f"the best bid was {figure(best, 'million CNY')}" if best > 0.0 else "nobody bid"
    return [f"It was offered for sale at {figure(least, 'million CNY')} or more; {bid} ({came})."]


def _weighed(decision: Decision, parameters: Parameters) -> str:
    """Give what was weighed and by how much the choice won, in words."""
    hold, close = decision.options.get("hold", np.nan), decision.options.get("exit", np.nan)
    reluctance, due = decision.options.get("reluctance", np.nan), decision.options.get("recall", 0.0)
    loan = f", and the loan that then falls due costs it {figure(due, UNIT)}" if due >= 0.5 else ""
    worth = (
        f"Per tonne of capacity, holding was worth {figure(hold, UNIT)} and closing {figure(close, UNIT)}; "
        f"its owner closes only for a gain of more than {figure(reluctance, UNIT)}{loan}."
    )
    if decision.margin <= 0.0 and decision.choice == "hold":
        most = parameters.leaving.exits_count
        return f"{worth} It wanted to close, but no more than {most} plants close in a year and others came first."
    winner = "Closing" if decision.choice == "exit" else "Holding"
    return f"{worth} {winner} won by {figure(decision.margin, UNIT)}."


def _levers(facts: Mapping[str, float], reluctance: float, parameters: Parameters) -> list[Lever]:
    """Give the numbers that a choice between holding and closing rests on."""
    leaving, top = parameters.leaving, HIGHEST_CNY_PER_T

    def gain(seen: Mapping[str, float], terms: Leaving) -> float:
        return value_of_leaving(terms) - holding(seen, parameters, terms) - recall(seen, parameters)

    def fact(name: str, words: str, unit: str, low: float, high: float) -> Lever:
        def gap(value: float) -> float:
            return gain({**facts, name: value}, leaving) - reluctance

        return Lever(name, words, unit, facts[name], low, high, gap)

    def term(name: str, words: str, unit: str, high: float) -> Lever:
        def gap(value: float) -> float:
            return gain(facts, leaving.model_copy(update={name: value})) - reluctance

        return Lever(f"leaving.{name}", words, unit, float(getattr(leaving, name)), 0.0, high, gap)

    now = gain(facts, leaving)
    return [
        fact("long_run_cny_per_t", "the price that it expected in the long run", UNIT, 0.0, top),
        fact("today_cny_per_t", "the price of the day", UNIT, 0.0, top),
        fact("cost_cny_per_t", "its cash cost", UNIT, 0.0, top),
        fact("discount_per_year", "its owner's discount rate", "1/yr", 0.001, 1.0),
        Lever(
            "reluctance_cny_per_t",
            "its owner's reluctance",
            UNIT,
            reluctance,
            0.0,
            top,
            lambda value: now - value,
        ),
        term("government_share", "the part of the cost of closing that government pays", "share", 1.0),
        term("upkeep_cny_per_t", "the upkeep of idle capacity", UNIT, 200.0),
    ]
