"""Ship: a producer abroad commits tonnes for the year, or sells all of them where netback is best.

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
from sim.agents.decider import shown_to
from sim.choice import DECISIONS, Story
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.view import expected_mill_prices
from sim.world.books import Decision
from sim.world.world import World

COMMIT, WITHHOLD = "commit", "withhold"


@dataclass(frozen=True)
class ShipFacts(Facts):
    """What the choice of a producer abroad between committing tonnes and withholding them rests on."""

    cash_cost_usd_per_t: Annotated[Floats, Fact("its cash cost", 0.0, 2_000.0)]
    freight_usd_per_t: Annotated[Floats, Fact("its ocean freight", 0.0, 2_000.0)]
    exchange_rate_cny_per_usd: Annotated[Floats, Fact("the exchange rate", 1.0, 20.0)]
    duty_share: Annotated[Floats, Fact("the duty", 0.0, 1.0)]
    landed_cny_per_t: Annotated[Floats, Fact("the price of landed imports", 0.0, HIGHEST_CNY_PER_T)]
    chinese_share: Annotated[Floats, Fact("the part of it that owners at home hold", 0.0, 1.0)]


class Ship(TwoWays[ShipFacts]):
    """Commit tonnes when they can be landed at cash cost for what is paid there.

    Source: import parity at cash cost, section 3 of the model description.
    """

    name = "ship"
    rule = "commit tonnes when they can be landed at cash cost for the price there and what security is worth"
    unit = "CNY/t"
    facts = ShipFacts
    question = "commit tonnes for the year?"
    acts = Way(COMMIT, "It committed its tonnes.", "have committed them")
    rests = Way(WITHHOLD, "It withheld its tonnes.", "have withheld them")
    acts_when_even = True

    def weigh(self, facts: ShipFacts, parameters: Parameters) -> dict[str, Floats]:
        """What a committed tonne leaves over its landed cash cost, and nothing for withholding, (producers,)."""
        world, market = parameters.world, parameters.market
        taxed = facts.exchange_rate_cny_per_usd * (1.0 + market.vat_share) * (1.0 + facts.duty_share)
        landed = (facts.cash_cost_usd_per_t + facts.freight_usd_per_t) * taxed
        pays = facts.landed_cny_per_t + facts.chinese_share * market.captive_premium_cny_per_t
        return {COMMIT: pays - (landed + world.port_cny_per_t), WITHHOLD: np.zeros(len(landed))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What a committed tonne left."""
        left = decision.options.get(COMMIT, np.nan)
        return (f"A tonne landed at cash cost left {figure(left, self.unit)}.",)


SHIP = DECISIONS.add(Ship.name, Ship())


def measure(world: World, cast: Cast) -> ShipFacts:
    """What all producers abroad see."""
    count, importers = len(cast.importers), world.importers
    duty = world.parameters.world.duty_share + world.rules.duty_share
    return ShipFacts(
        cash_cost_usd_per_t=importers.cash_cost_usd_per_t,
        freight_usd_per_t=importers.freight_usd_per_t,
        exchange_rate_cny_per_usd=np.full(count, world.prices.now.exchange_rate_cny_per_usd),
        duty_share=np.full(count, duty),
        landed_cny_per_t=np.full(count, float(world.prices.mill_cny_per_t[-1])),
        chinese_share=np.array([agent.chinese_share for agent in cast.importers]),
    )


def ship_to_china(world: World, cast: Cast) -> None:
    """Let producers abroad commit tonnes."""
    view, importers = shown_to(cast.importers, world, expected_mill_prices), world.importers
    seen = measure(world, cast)
    options = SHIP.weigh(seen, world.parameters)
    growth = importers.capacity_mt / np.maximum(importers.opening_made_mt, 1e-9)
    ways = SHIP.choices(((row, agent, "") for row, agent in enumerate(cast.importers)), view, seen, options)
    for row, way in enumerate(ways):
        promised = importers.china_contract_mt[row] * growth[row] + importers.offtake_mt[row]
        importers.standing_mt[row] = promised if way == COMMIT else 0.0
