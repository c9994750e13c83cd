"""Permit: a province permits a plant a new pond, or refuses.

A province thinks in this order. Does the law still let me answer applications? How willing am I to have another pond:
what of it has been granted in the past stands for that, as a chance? A draw stands for all that is not in the model,
and a plant that was refused may come again. A pond that is permitted opens after some years of building.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Fact, Facts, Kind, Story, Told, agrees, ask, fact_levers
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.scenario.parameters import Parameters
from sim.sight.ponds import new_space
from sim.sight.view import View
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

GRANT, REFUSE = "permit", "refuse"


@dataclass(frozen=True)
class PermitFacts(Facts):
    """What the answer of a province to an application for a pond rests on."""

    lawful_share: Annotated[Floats, Fact("the part of applications that the law lets it answer", 0.0, 1.0)]
    willing_share: Annotated[Floats, Fact("the part of them that it grants", 0.0, 1.0)]
    luck_share: Annotated[Floats, Fact("the draw of the application", 0.0, 1.0)]


def measure(view: View, row: int, luck: float) -> PermitFacts:
    """What the province of a plant sees of its application."""
    region = int(view.refineries.region[row])
    return PermitFacts(
        lawful_share=np.array([view.rules.pond_permit_share(view.geography.regions[region])]),
        willing_share=np.array([float(view.geography.permit_share[region])]),
        luck_share=np.array([luck]),
    )


class Permit(Kind[PermitFacts]):
    """Permit a pond when the draw is below the chance.

    Source: share of applications that are granted, by province, in the industry pack.
    """

    name = "permit"
    rule = "permit a pond with the chance that the province grants one, as far as the law lets it"
    unit = "share"
    facts = PermitFacts

    def weigh(self, facts: PermitFacts, parameters: Parameters) -> dict[str, Floats]:
        """By how much the chance of a permit is above the draw, and nothing for refusing, (plants,)."""
        lead = facts.lawful_share * facts.willing_share - facts.luck_share
        return {GRANT: lead, REFUSE: np.zeros(len(lead))}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a province permitted a pond, or refused."""
        refused = decision.choice == REFUSE
        seen = PermitFacts.of(decision.facts)
        now = self.weigh(seen, story.parameters) if seen else {}
        again = {name: float(column[0]) for name, column in now.items()}
        same = all(agrees(value, decision.options.get(name, np.inf)) for name, value in again.items())

        def lead(facts: Mapping[str, float]) -> float:
            held = PermitFacts.of(facts)
            return float(self.weigh(held, story.parameters)[GRANT][0]) if held else np.nan

        chance = float((seen.lawful_share * seen.willing_share)[0]) if seen else np.nan
        usual = bool(again) and same and decision.margin > 0.0
        return Told(
            "permit a new pond?",
            "It refused." if refused else "It permitted one.",
            (f"Such an application is granted with a chance of {figure(chance, self.unit)}.",)
            if seen
            else (),
            "have permitted one" if refused else "have refused",
            tuple(fact_levers(PermitFacts, decision.facts, lead)) if usual else (),
            again,
            waits=refused,
        )


PERMIT = Permit()
DECISIONS.add(PERMIT.name, PERMIT)


def answer(world: World, cast: Cast, view: View, row: int, luck: float) -> None:
    """Ask the province of a plant that applies for a pond, and note down its permit."""
    plants = world.refineries
    province, key = cast.provinces[int(plants.region[row])], plants.keys[row]
    if ask(province, view, case_of(view, row, province.key, luck)).choice == GRANT:
        plants.permit_due_year[row] = world.year + int(world.parameters.red_mud.permit_lead_years)
        space = new_space(world, row)
        world.tell(Happened.PERMIT, key, space, "Mt", "new pond permitted", counterpart=province.key)


def case_of(view: View, row: int, province: str, luck: float) -> Case:
    """What a province has to decide on the application of a plant, whose key follows the kind."""
    seen = measure(view, row, luck)
    options = {name: float(column[0]) for name, column in PERMIT.weigh(seen, view.parameters).items()}
    lead = options[GRANT]
    ways, best = {GRANT: lead, REFUSE: -lead}, GRANT if lead > 0.0 else REFUSE
    return Case(PERMIT.name, province, seen.row(0), options, ways, best, view.refineries.keys[row])
