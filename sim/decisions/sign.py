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
from sim.choice import DECISIONS, HIGHEST_CNY_PER_T, Case, Fact, Facts, Kind, Story, Told, ask, fact_levers
from sim.core.arrays import Bools, Floats
from sim.core.words import figure
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


class Sign(Kind[SignFacts]):
    """Seek contracts as long as their discount to the spot price is no loss.

    Source: contracts lock volume, at a discount to the price, section 3 of the model description.
    """

    name = "sign"
    rule = "seek annual contracts for the usual part of what is needed unless they cost more than the spot market"
    unit = "CNY/t"
    facts = SignFacts

    def weigh(self, facts: SignFacts, parameters: Parameters) -> dict[str, Floats]:
        """What a tonne under contract saves, and nothing for the spot market, (smelters,)."""
        saved = parameters.market.contract_discount_share * facts.delivered_cny_per_t
        return {SIGN: saved, SPOT: np.zeros(len(saved))}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a smelter sought contracts, or did not."""
        spot = decision.choice == SPOT
        answer = "It bought on the spot market alone." if spot else "It sought annual contracts."
        told = f"A tonne under contract saved {figure(decision.options.get(SIGN, np.nan), self.unit)}."
        seen = SignFacts.of(decision.facts)
        if seen is None:
            return Told("seek contracts?", answer, (told,), waits=spot)
        again = {name: float(column[0]) for name, column in self.weigh(seen, story.parameters).items()}

        def lead(facts: Mapping[str, float]) -> float:
            held = SignFacts.of(facts)
            return float(self.weigh(held, story.parameters)[SIGN][0]) if held else np.nan

        levers = tuple(fact_levers(SignFacts, decision.facts, lead)) if decision.margin > 0.0 else ()
        otherwise = "have sought contracts" if spot else "have bought on the spot market"
        return Told("seek contracts?", answer, (told,), otherwise, levers, again, spot)


KIND = Sign()
DECISIONS.add(KIND.name, KIND)


def seek_contracts(world: World, cast: Cast, view: View) -> Bools:
    """Ask every smelter whether it seeks contracts this year, (smelters,)."""
    smelters = world.smelters
    alpha = world.parameters.market.alumina_per_aluminium_t_per_t
    need = smelters.capacity_mt * world.smelting_scale * alpha
    seen = SignFacts(need, world.prices.delivered_cny_per_t[smelters.market])
    saved = KIND.weigh(seen, world.parameters)[SIGN]
    signing = np.ones(len(smelters), dtype=np.bool_)
    for row, agent in enumerate(cast.smelters):
        gain = float(saved[row])
        options, ways = {SIGN: gain, SPOT: 0.0}, {SIGN: gain, SPOT: -gain}
        case = Case(KIND.name, agent.key, seen.row(row), options, ways, SIGN if gain >= 0.0 else SPOT)
        signing[row] = ask(agent, view, case).choice == SIGN
    return signing
