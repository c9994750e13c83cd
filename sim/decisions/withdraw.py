"""Withdraw: a producer next door closes its refinery for good, or holds on.

A producer thinks in this order. What has the FOB price been in the last years, with the newest counting most? In a
year like those, what is left over my cash cost, when I may stop in the worst of them? Is that less than what the
refinery costs me whether it runs or not? Then the window is shut, and I leave. The producers of the rest of the world
are one row of the data and are not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.choice import DECISIONS, Story, ask
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.view import expected_mill_prices
from sim.strategy.overseas import worth_of_keeping
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

EXIT, HOLD = "exit", "hold"
TOP = 2_000.0
"""No price or cost beyond this, in USD/t, is looked for where a choice would tip."""


@dataclass(frozen=True)
class WithdrawFacts(Facts):
    """What the choice of a producer between leaving and holding on rests on."""

    remembered_usd_per_t: Annotated[Floats, Fact("a slow mean of the FOB price", 0.0, TOP)]
    cash_cost_usd_per_t: Annotated[Floats, Fact("its cash cost", 0.0, TOP)]


class Withdraw(TwoWays[WithdrawFacts]):
    """Leave when the option to run is worth less than the upkeep of a refinery.

    Source: equation (5.13) of the model description.
    """

    name = "withdraw"
    rule = "leave when what years like the last ones leave is less than the upkeep"
    unit = "USD/t"
    facts = WithdrawFacts
    question = "stay or leave?"
    acts = Way(EXIT, "It closed its refinery for good.", "have left")
    rests = Way(HOLD, "It held on.", "have held on")
    terms = (Term("overseas.upkeep_usd_per_t", "the upkeep of a refinery", 0.0, 100.0, by_case=True),)

    def weigh(self, facts: WithdrawFacts, parameters: Parameters) -> dict[str, Floats]:
        """What holding on is worth, and nothing for leaving, (producers,)."""
        terms, count = parameters.overseas, len(facts.cash_cost_usd_per_t)
        held = worth_of_keeping(
            facts.remembered_usd_per_t - facts.cash_cost_usd_per_t,
            terms.swing_usd_per_t,
            terms.upkeep_usd_per_t,
            np.full(count, terms.discount_per_year),
            int(parameters.building.life_years),
        )
        return {HOLD: held, EXIT: np.zeros(count)}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What holding on was worth."""
        worth = figure(decision.options.get(HOLD, np.nan), self.unit)
        return (f"Holding on was worth {worth} of capacity.",)


KIND = DECISIONS.add(Withdraw.name, Withdraw())


def withdraw_abroad(world: World, cast: Cast) -> None:
    """Let the slow mean of the FOB price move on, and ask every producer next door whether it stays."""
    remember(world)
    view, importers = shown_to(cast.importers, world, expected_mill_prices), world.importers
    seen = WithdrawFacts(importers.remembered_usd_per_t.copy(), importers.cash_cost_usd_per_t)
    options = KIND.weigh(seen, world.parameters)
    for row in (importers.near & (importers.capacity_mt > 0.0)).nonzero()[0].tolist():
        intent = ask(cast.importers[row], view, KIND.case(importers.keys[row], seen, options, row))
        record(world, intent, KIND)
        if intent.choice == EXIT:
            leave(world, row)


def remember(world: World) -> None:
    """Move the slow mean of the FOB price by the year's last one; the first year begins it."""
    mean, weight = world.importers.remembered_usd_per_t, world.parameters.overseas.memory_share
    old = np.where(mean > 0.0, mean, world.prices.fob_usd_per_t)
    mean[:] = old + weight * (world.prices.fob_usd_per_t - old)


def leave(world: World, row: int) -> None:
    """Close a producer's refinery for good; its smelters buy their alumina from others."""
    importers = world.importers
    size = float(importers.capacity_mt[row])
    importers.capacity_mt[row] = importers.standing_mt[row] = importers.offtake_mt[row] = 0.0
    world.tell(
        Happened.EXIT_ABROAD, importers.keys[row], size, "Mt/yr", "years of prices below what it costs"
    )
