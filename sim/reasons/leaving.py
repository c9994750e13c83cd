"""Why a plant stayed or closed: what holding it was worth against closing it and its owner's reluctance."""

from collections.abc import Mapping

import numpy as np

from sim.reasons.numbers import figure, joined
from sim.reasons.record import Record
from sim.reasons.tipping import Lever, Tipping, agrees, tippings
from sim.reasons.verdict import EXPLAINERS, Verdict
from sim.report.wording import number
from sim.scenario.owner_parameters import Leaving
from sim.scenario.parameters import Parameters
from sim.strategy.leaving import Prospect, value_of_holding, value_of_leaving
from sim.world.books import Decision

NEEDED = ("price_today", "price_expected", "cash_cost", "reluctance")
FACTS = (*(f"{name}_cny_per_t" for name in NEEDED), "discount_per_year", "runnable_share", "dead_share")
UNIT = "CNY/t"
HIGHEST_CNY_PER_T = 20_000.0
"""No price or cost beyond this is looked for."""


def holding(facts: Mapping[str, float], parameters: Parameters, leaving: Leaving) -> float:
    """Give what holding a plant is worth by its facts, CNY per tonne of nameplate."""
    prospect = Prospect(
        today_cny_per_t=np.array([facts["price_today_cny_per_t"]]),
        long_run_cny_per_t=np.array([facts["price_expected_cny_per_t"]]),
        cost_cny_per_t=np.array([facts["cash_cost_cny_per_t"]]),
        discount_per_year=np.array([facts["discount_per_year"]]),
        runnable_share=np.array([facts["runnable_share"]]),
        dead=np.array([facts["dead_share"] > 0.0]),
    )
    terms = parameters.expectation.persistence_share, parameters.market.vat_share
    return float(value_of_holding(prospect, leaving, parameters.running, *terms)[0])


@EXPLAINERS.register("leave")
def leave(decision: Decision, record: Record) -> Verdict:
    """Explain why a plant that thought of closing stayed or closed.

    Source: value of holding and of closing, equations (4.5) and (4.6) of the model description.
    """
    closed = decision.choice == "exit"
    answer = "It closed for good." if closed else "It held on."
    facts, parameters = decision.facts, record.parameters
    told = (*_thought(decision), _weighed(decision, parameters))
    bare = Verdict(decision, "stay or close?", answer, told, waits=not closed)
    if not all(name in facts for name in FACTS):
        return bare
    again = {
        "hold": holding(facts, parameters, parameters.leaving),
        "exit": value_of_leaving(parameters.leaving),
    }
    otherwise = "have stayed" if closed else "have closed"
    ways: tuple[Tipping, ...] = ()
    if decision.margin > 0.0 and all(
        agrees(again[name], decision.options.get(name, np.inf)) for name in again
    ):
        ways = tippings(_levers(facts, parameters))
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


def _weighed(decision: Decision, parameters: Parameters) -> str:
    """Give what was weighed and by how much the choice won, in words."""
    hold, close = decision.options.get("hold", np.nan), decision.options.get("exit", np.nan)
    reluctance = decision.facts.get("reluctance_cny_per_t", np.nan)
    worth = (
        f"Per tonne of capacity, holding was worth {figure(hold, UNIT)} and closing {figure(close, UNIT)}; "
        f"its owner closes only for a gain of more than {figure(reluctance, UNIT)}."
    )
    if decision.margin <= 0.0 and decision.choice == "hold":
        most = parameters.leaving.exits_count
        return f"{worth} It wanted to close, but no more than {most} plants close in a year and others came first."
    winner = "Closing" if decision.choice == "exit" else "Holding"
    return f"{worth} {winner} won by {figure(decision.margin, UNIT)}."


def _levers(facts: Mapping[str, float], parameters: Parameters) -> list[Lever]:
    """Give the numbers that a choice between holding and closing rests on."""
    leaving = parameters.leaving
    wanted = value_of_leaving(leaving) - facts["reluctance_cny_per_t"]

    def fact(name: str, words: str, unit: str, low: float, high: float) -> Lever:
        def gap(value: float) -> float:
            changed = {**facts, name: value}
            close = value_of_leaving(leaving) - changed["reluctance_cny_per_t"]
            return close - holding(changed, parameters, leaving)

        return Lever(name, words, unit, facts[name], low, high, gap)

    def paid(value: float) -> float:
        terms = leaving.model_copy(update={"government_share": value})
        return (
            wanted - value_of_leaving(leaving) + value_of_leaving(terms) - holding(facts, parameters, terms)
        )

    def kept(value: float) -> float:
        terms = leaving.model_copy(update={"upkeep_cny_per_t": value})
        return wanted - holding(facts, parameters, terms)

    top = HIGHEST_CNY_PER_T
    return [
        fact("price_expected_cny_per_t", "the price that it expected in the long run", UNIT, 0.0, top),
        fact("price_today_cny_per_t", "the price of the day", UNIT, 0.0, top),
        fact("cash_cost_cny_per_t", "its cash cost", UNIT, 0.0, top),
        fact("discount_per_year", "its owner's discount rate", "1/yr", 0.001, 1.0),
        fact("reluctance_cny_per_t", "its owner's reluctance", UNIT, -top, top),
        Lever(
            "leaving.government_share",
            "the part of the cost of closing that government pays",
            "share",
            leaving.government_share,
            0.0,
            1.0,
            paid,
        ),
        Lever(
            "leaving.upkeep_cny_per_t",
            "the upkeep of idle capacity",
            "CNY/t",
            leaving.upkeep_cny_per_t,
            0.0,
            200.0,
            kept,
        ),
    ]
