"""Match: a producer abroad plans a smelter beside a line that has started, or goes on selling its alumina.

A producer thinks in this order. Does my own smelting, standing and planned, leave alumina over? What would a tonne of
metal earn over its other cost and the price that its alumina fetches abroad? Does that pay for a smelter? Then I plan
one for a part of the new line; whether it is built is decided when it is due (`sim/decisions/expand.py`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.choice import DECISIONS, Story, ask
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.abroad import lasting_fob, metal_abroad
from sim.sight.view import View, expected_mill_prices
from sim.strategy.smelting import annuity
from sim.world.abroad import NEVER, Abroad
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

MATCH, TRADE = "match", "trade"
TOP = 20_000.0
"""No price or cost beyond this, in USD/t, is looked for where a choice would tip."""


@dataclass(frozen=True)
class MatchFacts(Facts):
    """What the choice between a smelter and selling alumina rests on."""

    metal_usd_per_t: Annotated[Floats, Fact("the price to which metal returns", 0.0, TOP)]
    alumina_usd_per_t: Annotated[Floats, Fact("the price of alumina that was expected to last", 0.0, TOP)]


class Match(TwoWays[MatchFacts]):
    """Plan a smelter when metal earns more than the alumina in it would by more than the smelter costs.

    Source: equation (5.12) of the model description.
    """

    name = "match"
    rule = "plan a smelter beside a new line when metal pays for it and for the alumina that it uses"
    unit = "USD/t"
    facts = MatchFacts
    question = "a smelter beside {}?"
    acts = Way(MATCH, "It planned a smelter beside the line.", "have planned a smelter")
    rests = Way(TRADE, "It went on selling its alumina.", "have sold the alumina")

    def weigh(self, facts: MatchFacts, parameters: Parameters) -> dict[str, Floats]:
        """Net value of a smelter per tonne of metal, and nothing for selling the alumina, (producers,)."""
        terms, alpha = parameters.overseas, parameters.market.product_per_metal_t_per_t
        margin = facts.metal_usd_per_t - terms.smelter_cost_usd_per_t - alpha * facts.alumina_usd_per_t
        life = annuity(np.full(len(margin), terms.discount_per_year), int(parameters.building.life_years))
        return {MATCH: life * margin - terms.smelter_capex_usd_per_t, TRADE: np.zeros(len(margin))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What a smelter was worth."""
        worth = figure(decision.options.get(MATCH, np.nan), self.unit)
        return (f"A smelter was worth {worth} beyond its cost.",)


KIND = DECISIONS.add(Match.name, Match())


def match_lines(world: World, cast: Cast) -> None:
    """Ask producers abroad with alumina to spare about a smelter beside each line that starts this year."""
    of_year = takewhile(lambda event: event.year == world.year, reversed(world.events))
    new = {event.agent for event in of_year if event.kind == Happened.START_ABROAD}
    lines = [each for each in world.abroad if each.key in new and each.refinery]
    view = shown_to(cast.importers if lines else (), world, expected_mill_prices)
    for project in lines:
        if spare_mt(world, project.importer) >= world.parameters.overseas.matched_share * project.capacity_mt:
            decide(world, cast, view, project)


def spare_mt(world: World, producer: str) -> float:
    """Alumina that a producer's own smelting, standing and on its way, leaves over, Mt/yr."""
    importers, row = world.importers, world.importers.row(producer)
    coming = math.fsum(
        each.capacity_mt
        for each in world.abroad
        if each.importer == producer and not each.refinery and not each.running_in and each.due_year < NEVER
    )
    need = world.parameters.market.product_per_metal_t_per_t * (float(importers.smelting_mt[row]) + coming)
    return float(importers.capacity_mt[row]) - need


def decide(world: World, cast: Cast, view: View | None, line: Abroad) -> None:
    """Ask a producer about a smelter beside one line, record the answer, and do what follows."""
    terms, alpha = world.parameters.overseas, world.parameters.market.product_per_metal_t_per_t
    seen = MatchFacts(*(np.array([value]) for value in (metal_abroad(world)[1], lasting_fob(world))))
    case = KIND.case(line.importer, seen, KIND.weigh(seen, world.parameters), about=line.key)
    intent = ask(cast.importers[world.importers.row(line.importer)], view, case)
    record(world, intent, KIND)
    if intent.choice == MATCH:
        size, due = terms.matched_share * line.capacity_mt / alpha, world.year + int(terms.match_years)
        key = f"{line.key}-smelter"
        world.abroad.append(Abroad(key, line.importer, size, refinery=False, due_year=due, planned=True))
        reason = "metal pays for it and for the alumina that it uses"
        world.tell(
            Happened.MATCH_ABROAD, line.importer, size, "Mt/yr", reason, counterpart=line.key, subject=key
        )
