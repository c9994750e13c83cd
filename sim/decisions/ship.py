"""Ship: a producer outside China commits tonnes to China for the year, or sells all of them where netback is best.

A producer thinks in this order. What does a tonne of mine cost landed in China, at my cash cost, with freight, duty,
tax and port? Is that no more than what landed imports fetch there, to which an owner in China adds what supply
security is worth to it? Then I ship under standing terms a part of my output that grows with my capacity. Everything
else goes where the market takes it at the border (`sim/market/parity.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.agents.cast import Cast
from sim.choice import DECISIONS, HIGHEST_CNY_PER_T, Case, Fact, Facts, Kind, Story, Told, ask, fact_levers
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.scenario.parameters import Parameters
from sim.sight.prices import expected_mill_prices
from sim.sight.view import View, look
from sim.world.books import Decision
from sim.world.world import World

COMMIT, WITHHOLD = "commit", "withhold"


@dataclass(frozen=True)
class ShipFacts(Facts):
    """What the choice of a producer outside China between committing tonnes and withholding them rests on."""

    cash_cost_usd_per_t: Annotated[Floats, Fact("its cash cost", 0.0, 2_000.0)]
    freight_usd_per_t: Annotated[Floats, Fact("its freight to China", 0.0, 2_000.0)]
    exchange_rate_cny_per_usd: Annotated[Floats, Fact("the exchange rate", 1.0, 20.0)]
    duty_share: Annotated[Floats, Fact("the duty", 0.0, 1.0)]
    landed_cny_per_t: Annotated[Floats, Fact("the price of landed imports in China", 0.0, HIGHEST_CNY_PER_T)]
    chinese_share: Annotated[Floats, Fact("the part of it that is Chinese", 0.0, 1.0)]


class Ship(Kind[ShipFacts]):
    """Commit tonnes to China when they can be landed there at cash cost for what China pays.

    Source: import parity at cash cost, section 3 of the model description.
    """

    name = "ship"
    rule = (
        "commit tonnes to China when they can be landed at cash cost for its price and what security is worth"
    )
    unit = "CNY/t"
    facts = ShipFacts

    def weigh(self, facts: ShipFacts, parameters: Parameters) -> dict[str, Floats]:
        """What a committed tonne leaves over its landed cash cost, and nothing for withholding, (producers,)."""
        world, market = parameters.world, parameters.market
        taxed = facts.exchange_rate_cny_per_usd * (1.0 + market.vat_share) * (1.0 + facts.duty_share)
        landed = (facts.cash_cost_usd_per_t + facts.freight_usd_per_t) * taxed
        pays = facts.landed_cny_per_t + facts.chinese_share * market.captive_premium_cny_per_t
        return {COMMIT: pays - (landed + world.port_cny_per_t), WITHHOLD: np.zeros(len(landed))}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a producer committed tonnes, or withheld them."""
        withheld, parameters = decision.choice == WITHHOLD, story.parameters
        answer = "It withheld its tonnes." if withheld else "It committed its tonnes."
        left = decision.options.get(COMMIT, np.nan)
        told = f"A tonne landed in China at cash cost left {figure(left, self.unit)}."
        seen = ShipFacts.of(decision.facts)
        if seen is None:
            return Told("commit tonnes to China?", answer, (told,), waits=withheld)
        again = {name: float(column[0]) for name, column in self.weigh(seen, parameters).items()}

        def lead(facts: Mapping[str, float]) -> float:
            held = ShipFacts.of(facts)
            return float(self.weigh(held, parameters)[COMMIT][0]) if held else np.nan

        levers = tuple(fact_levers(ShipFacts, decision.facts, lead))
        otherwise = "have committed them" if withheld else "have withheld them"
        return Told(
            "commit tonnes to China?",
            answer,
            (told,),
            otherwise,
            levers if decision.margin > 0.0 else (),
            again,
            withheld,
        )


SHIP = Ship()
DECISIONS.add(SHIP.name, SHIP)


def measure(world: World, view: View, cast: Cast) -> ShipFacts:
    """What all producers outside China see."""
    count, importers = len(cast.importers), view.importers
    duty = view.parameters.world.duty_share + view.rules.duty_share
    return ShipFacts(
        cash_cost_usd_per_t=importers.cash_cost_usd_per_t,
        freight_usd_per_t=importers.freight_usd_per_t,
        exchange_rate_cny_per_usd=np.full(count, view.exchange_rate_cny_per_usd),
        duty_share=np.full(count, duty),
        landed_cny_per_t=np.full(count, float(view.mill_cny_per_t[-1])),
        chinese_share=np.array([agent.chinese_share for agent in cast.importers]),
    )


def ship_to_china(world: World, cast: Cast) -> None:
    """Let producers outside China commit tonnes; what they run follows from cash cost and the world price."""
    view, importers = look(world, expected_mill_prices(world)), world.importers
    seen = measure(world, view, cast)
    left = SHIP.weigh(seen, world.parameters)[COMMIT]
    gap = (view.fob_usd_per_t - importers.cash_cost_usd_per_t) / world.parameters.world.cash_spread_usd_per_t
    importers.running_share[:] = 1.0 / (1.0 + np.exp(-np.clip(gap, -50.0, 50.0)))
    growth = importers.capacity_mt / np.maximum(importers.opening_made_mt, 1e-9)
    for row, agent in enumerate(cast.importers):
        gain = float(left[row])
        ways = {COMMIT: gain, WITHHOLD: -gain}
        best = COMMIT if gain >= 0.0 else WITHHOLD
        case = Case(SHIP.name, agent.key, seen.row(row), {COMMIT: gain, WITHHOLD: 0.0}, ways, best)
        commits = ask(agent, view, case).choice == COMMIT
        importers.standing_mt[row] = importers.china_contract_mt[row] * growth[row] if commits else 0.0
