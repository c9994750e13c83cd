"""Sign: a smelter seeks annual contracts for the usual part of what it lacks, or buys all of it on the spot market.

A smelter thinks in this order. How much alumina will I need beyond what my own group sends me? A tonne under contract
is paid last quarter's mill price less a discount; a tonne on the spot market is paid the price of the day. What does
the discount save me? As long as it is no loss, I sign. Whether lines stop is not asked here: it follows from metal and
delivered price, for all smelters at once (`sim/market/needs.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story
from sim.core.arrays import Bools, Floats
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.view import View
from sim.world.books import Decision
from sim.world.world import World

SIGN, SPOT = "sign", "spot"


@dataclass(frozen=True)
class SignFacts(Facts):
    """What the choice of a smelter between contracts and the spot market rests on."""

    need_mt: Annotated[Floats, Fact("the alumina that it needs in a year")]
    delivered_cny_per_t: Annotated[Floats, Fact("the delivered price in its market", 0.0, HIGHEST_CNY_PER_T)]


class Sign(TwoWays[SignFacts]):
    """Seek contracts as long as their discount to the spot price is no loss.

    Source: contracts lock volume, at a discount to the price, section 3 of the model description.
    """

    name = "sign"
    rule = "seek annual contracts for the usual part of what is needed unless they cost more than the spot market"
    unit = "CNY/t"
    facts = SignFacts
    question = "seek contracts?"
    acts = Way(SIGN, "It sought annual contracts.", "have sought contracts")
    rests = Way(SPOT, "It bought on the spot market alone.", "have bought on the spot market")
    acts_when_even = True

    def weigh(self, facts: SignFacts, parameters: Parameters) -> dict[str, Floats]:
        """What a tonne under contract saves, and nothing for the spot market, (smelters,)."""
        saved = parameters.market.contract_discount_share * facts.delivered_cny_per_t
        return {SIGN: saved, SPOT: np.zeros(len(saved))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What a tonne under contract saved."""
        saved = decision.options.get(SIGN, np.nan)
        return (f"A tonne under contract saved {figure(saved, self.unit)}.",)


KIND = DECISIONS.add(Sign.name, Sign())


def seek_contracts(world: World, cast: Cast, view: View | None) -> Bools:
    """Ask every smelter whether it seeks contracts this year, (smelters,)."""
    smelters = world.smelters
    alpha = world.parameters.market.product_per_metal_t_per_t
    need = smelters.capacity_mt * world.smelting_scale * alpha
    seen = SignFacts(need, world.prices.delivered_cny_per_t[smelters.market])
    options = KIND.weigh(seen, world.parameters)
    asked = ((row, agent, "") for row, agent in enumerate(cast.smelters))
    return np.array([way == SIGN for way in KIND.choices(asked, view, seen, options)], dtype=np.bool_)
