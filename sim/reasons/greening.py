"""Why a plant was retrofitted, or took up a use of its red mud: what each option gains over leaving it."""

from collections.abc import Callable, Mapping

import numpy as np

from sim.reasons.numbers import figure, joined
from sim.reasons.record import Record
from sim.reasons.tipping import Lever, Tipping, agrees, tippings
from sim.reasons.verdict import EXPLAINERS, Verdict, worded
from sim.scenario.environment_parameters import Retrofits
from sim.scenario.parameters import Parameters
from sim.strategy.retrofitting import KINDS, capex, present_value, room_value
from sim.world.books import Decision

Lead = Callable[[Retrofits], float]
UNIT, MCNY = "CNY/t", "million CNY"
NONE, ROOM = "none", "dry_stacking"
RETROFIT_FACTS = (
    *(f"{name}_saving_cny_per_t" for name in KINDS if name != ROOM),
    *("made_share", "discount_per_year", "space_cny_per_t", "pond_space_mt", "nameplate_mt"),
)


def net_of_retrofit(kind: str, facts: Mapping[str, float], parameters: Parameters, terms: Retrofits) -> float:
    """Give what a retrofit is worth beyond its investment by a plant's facts, CNY per tonne of capacity."""
    vat, spent = parameters.market.vat_share, float(capex(terms)[KINDS.index(kind)])
    if kind == ROOM:
        price, space, size = (
            np.array([facts[name]]) for name in ("space_cny_per_t", "pond_space_mt", "nameplate_mt")
        )
        return float(room_value(price, space, size, terms.dry_stacking_gain_share, vat)[0]) - spent
    saving, made, rate = (
        np.array([facts[name]]) for name in (f"{kind}_saving_cny_per_t", "made_share", "discount_per_year")
    )
    years = int(parameters.leaving.horizon_years)
    return float(present_value(saving, made, rate, years, vat)[0]) - spent


@EXPLAINERS.register("retrofit")
def retrofit(decision: Decision, record: Record) -> Verdict:
    """Explain why a plant was retrofitted, or was not.

    Source: net present values of `sim/strategy/retrofitting.py`.
    """
    parameters, facts = record.parameters, decision.facts
    kinds = [name for name in decision.options if name in KINDS]
    chosen = decision.choice in KINDS
    best = max(kinds, key=lambda name: decision.options[name], default="")
    short = not chosen and bool(best) and decision.options[best] > 0.0
    answer = f"It took {worded(decision.choice)}." if chosen else "It was left as it is."
    told = [_listed(decision)] if decision.options else []
    told += [_too_dear(best, decision, parameters.retrofits)] if short else []
    ready = all(name in facts for name in RETROFIT_FACTS)
    again = {name: net_of_retrofit(name, facts, parameters, parameters.retrofits) for name in kinds if ready}
    ways: tuple[Tipping, ...] = ()
    if best and again and not short and all(agrees(again[name], decision.options[name]) for name in again):
        ways = tippings(_levers(best, kinds, facts, parameters))
    otherwise = "not have done it" if chosen else f"have taken {worded(best)}"
    return Verdict(decision, "retrofit it?", answer, tuple(told), otherwise, ways, again, waits=not chosen)


def _listed(decision: Decision) -> str:
    """Give what each option gains, in words."""
    gains = [
        f"{worded(name)} {figure(value, UNIT)}"
        for name, value in decision.options.items()
        if name not in (NONE, "stack")
    ]
    return (
        f"What each way gains per tonne over leaving it: {joined(gains)}." if gains else "It has everything."
    )


def _too_dear(best: str, decision: Decision, terms: Retrofits) -> str:
    """Give why the best retrofit, which pays, was not done: the cash was not there."""
    size, spare = decision.facts.get("nameplate_mt", 0.0), decision.facts.get("spare_cash_mcny", 0.0)
    price = float(capex(terms)[KINDS.index(best)]) * size
    return (
        f"{worded(best).capitalize()} would have paid, but costs {figure(price, MCNY)} and its owner had "
        f"{figure(max(spare, 0.0), MCNY)} of cash to spare; retrofits are not financed by loans."
    )


def _levers(best: str, kinds: list[str], facts: Mapping[str, float], parameters: Parameters) -> list[Lever]:
    """Give the numbers on which the lead of the best retrofit rests."""

    def lead(seen: Mapping[str, float], terms: Retrofits) -> float:
        others = [net_of_retrofit(name, seen, parameters, terms) for name in kinds if name != best]
        return net_of_retrofit(best, seen, parameters, terms) - max(0.0, *others, 0.0)

    def fact(name: str, words: str, unit: str, low: float, high: float) -> Lever:
        def gap(value: float) -> float:
            return lead({**facts, name: value}, parameters.retrofits)

        return Lever(name, words, unit, facts[name], low, high, gap)

    levers = [_investment(best, lambda terms: lead(facts, terms), parameters.retrofits)]
    if best == ROOM:
        levers.append(fact("space_cny_per_t", "the worth of a tonne of pond space", UNIT, 0.0, 20_000.0))
        return levers
    saving = f"{best}_saving_cny_per_t"
    return [
        *levers,
        fact(saving, "what it saves a tonne", UNIT, -5_000.0, 5_000.0),
        fact("made_share", "the part of its capacity that runs", "share", 0.01, 1.0),
        fact("discount_per_year", "its owner's discount rate", "1/yr", 0.001, 1.0),
    ]


def _investment(best: str, lead: Lead, terms: Retrofits) -> Lever:
    """Give the investment of a retrofit as a lever."""
    name = {"electric_steam": "steam"}.get(best, best) + "_capex_cny_per_t"

    def gap(value: float) -> float:
        return lead(terms.model_copy(update={name: value}))

    return Lever(f"retrofits.{name}", "the investment", UNIT, float(getattr(terms, name)), 0.0, 3000.0, gap)


@EXPLAINERS.register("use_mud")
def use_mud(decision: Decision, record: Record) -> Verdict:
    """Explain why a plant took up a use of its red mud.

    Source: what is spared of stacking, pond space and fine, less the cost of a use (`sim/phases/mud_use.py`).
    """
    facts, best = decision.facts, decision.choice
    spared = facts.get("spared_cny_per_t")
    costs = {name: facts.get(f"{name}_cost_cny_per_t") for name in decision.options if name != "stack"}
    told = [_listed(decision)] if decision.options else []
    told += ["A use that pays is taken up by chance, more likely the more plants around have it."]
    if spared is None or costs.get(best) is None:
        return Verdict(decision, "use its red mud?", f"It took up: {worded(best)}.", tuple(told))
    again = {name: spared - cost for name, cost in costs.items() if cost is not None}
    cost = facts[f"{best}_cost_cny_per_t"]
    levers = [
        Lever(
            "spared_cny_per_t",
            "what a tonne of mud that is used spares",
            UNIT,
            spared,
            -5_000.0,
            5_000.0,
            lambda value: value - cost,
        ),
        Lever(
            f"{best}_cost_cny_per_t",
            "the cost of that use",
            UNIT,
            cost,
            -5_000.0,
            5_000.0,
            lambda value: spared - value,
        ),
    ]
    same = all(agrees(again[name], decision.options[name]) for name in again)
    ways = tippings(levers) if same else ()
    otherwise = "have gone on stacking"
    return Verdict(
        decision, "use its red mud?", f"It took up: {worded(best)}.", tuple(told), otherwise, ways, again
    )
