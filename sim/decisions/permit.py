"""Permit: a province permits a plant a new pond, or refuses.

A province thinks in this order. Does the law still let me answer applications? How willing am I to have another pond:
what of it has been granted in the past stands for that, as a chance, and it falls with the mud that has been added
since, for those who live near mind? A draw stands for all that is not in the model, and a plant that was refused may
come again. A pond that is permitted opens after some years of building.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.mud import lawful_share, new_space, tolerance
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


def measure(world: World, rows: list[int], luck: Floats) -> PermitFacts:
    """What provinces see of the applications of some plants, with the draw of each, (plants,)."""
    region = world.refineries.region[rows]
    lawful = np.array([lawful_share(world, each) for each in region.tolist()])
    willing = (world.geography.permit_share * tolerance(world))[region]
    return PermitFacts(lawful_share=lawful, willing_share=willing, luck_share=luck)


class Permit(TwoWays[PermitFacts]):
    """Permit a pond when the draw is below the chance.

    Source: share of applications that are granted, by province, in the industry pack.
    """

    name = "permit"
    rule = "permit a pond with the chance that the province grants one, as far as the law lets it"
    unit = "share"
    facts = PermitFacts
    question = "permit a new pond?"
    acts = Way(GRANT, "It permitted one.", "have permitted one")
    rests = Way(REFUSE, "It refused.", "have refused")

    def weigh(self, facts: PermitFacts, parameters: Parameters) -> dict[str, Floats]:
        """By how much the chance of a permit is above the draw, and nothing for refusing, (plants,)."""
        lead = facts.lawful_share * facts.willing_share - facts.luck_share
        return {GRANT: lead, REFUSE: np.zeros(len(lead))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """The chance of a permit."""
        seen = PermitFacts.of(decision.facts)
        if seen is None:
            return ()
        chance = float((seen.lawful_share * seen.willing_share)[0])
        return (f"Such an application is granted with a chance of {figure(chance, self.unit)}.",)


PERMIT = DECISIONS.add(Permit.name, Permit())


def answer(world: World, cast: Cast, view: View | None, rows: list[int], luck: Floats) -> None:
    """Ask the provinces of plants that apply for a pond, by the draw of each, and note down their permits."""
    plants, seen = world.refineries, measure(world, rows, luck)
    options, provinces = PERMIT.weigh(seen, world.parameters), plants.region[rows].tolist()
    asked = [
        (place, cast.provinces[region], plants.keys[rows[place]]) for place, region in enumerate(provinces)
    ]
    ready = world.year + int(world.parameters.red_mud.permit_lead_years)
    ways = PERMIT.choices(asked, view, seen, options)
    for row, (_, province, key), way in zip(rows, asked, ways, strict=True):
        if way == GRANT:
            plants.permit_due_year[row] = ready
            space = new_space(world, row)
            world.tell(Happened.PERMIT, key, space, "Mt", "new pond permitted", counterpart=province.key)
