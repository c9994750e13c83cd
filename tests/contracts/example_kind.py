"""Overhaul: a plant that stands still overhauls its lines, or waits. The worked example of a kind of decision.

A kind needs three things, all of them here or beside here: its file in `sim/decisions/`, imported by the folder, with
the facts, what is weighed, what is told and the loop (this file); its row in the year, which says what it writes
(`ROW`); and its test (`tests/contracts/test_decisions.py` puts it through all that holds for every kind).

The plant thinks in this order. How long have I stood still, and what upkeep does that cost me which an overhaul saves?
What runs of me all the same, and what would I lose by stopping that?
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import Story, ask
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.view import lasting_mill_prices, look
from sim.world.books import Decision
from sim.world.world import World
from sim.year import Phase

OVERHAUL, WAIT = "overhaul", "wait"
QUARTERS = 4
LOST_CNY_PER_T = 100.0
"""Loss on each tonne that could have been made during the works."""


@dataclass(frozen=True)
class OverhaulFacts(Facts):
    """What the choice of a plant between an overhaul and waiting rests on."""

    idle_quarters: Annotated[Floats, Fact("the quarters that it had stood still", 0.0, 100.0)]
    running_share: Annotated[Floats, Fact("the part of it that ran", 0.0, 1.0)]


class Overhaul(TwoWays[OverhaulFacts]):
    """Overhaul when the upkeep that it saves beats the output that it costs.

    Source: none, for the example is no part of the model.
    """

    name = "overhaul"
    rule = "overhaul when the upkeep that it saves beats the output that it costs"
    unit = "CNY/t"
    facts = OverhaulFacts
    question = "overhaul it?"
    acts = Way(OVERHAUL, "It was overhauled.", "have been overhauled")
    rests = Way(WAIT, "It waited.", "have waited")
    terms = (Term("leaving.upkeep_cny_per_t", "the upkeep of idle capacity", 0.0, 1000.0),)

    def weigh(self, facts: OverhaulFacts, parameters: Parameters) -> dict[str, Floats]:
        """Give the upkeep saved and the output lost, (plants,)."""
        saved = parameters.leaving.upkeep_cny_per_t * facts.idle_quarters / QUARTERS
        return {OVERHAUL: saved, WAIT: LOST_CNY_PER_T * facts.running_share}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """Give what an overhaul would have saved and lost."""
        if not again:
            return ()
        saved, lost = (figure(again[name], self.unit) for name in (OVERHAUL, WAIT))
        return (f"It would have saved {saved} and lost {lost}.",)


KIND = Overhaul()


def overhaul(world: World, cast: Cast) -> None:
    """Let plants that stand still think of an overhaul, one after the other."""
    view = look(world, lasting_mill_prices(world))
    plants = view.refineries
    seen = OverhaulFacts(plants.idle_quarters.astype(np.float64), plants.running_share)
    options = KIND.weigh(seen, world.parameters)
    for row in ((plants.nameplate_mt > 0.0) & (plants.idle_quarters > 0)).nonzero()[0].tolist():
        case = KIND.case(plants.keys[row], seen, options, row)
        intent = ask(cast.refineries[row], view, case)
        if intent.choice == OVERHAUL:
            world.tell(
                "overhaul", case.agent, float(plants.nameplate_mt[row]), "Mt/yr", "it stands still anyway"
            )
        record(world, intent, KIND)


ROW = Phase(overhaul, "events, decisions")
