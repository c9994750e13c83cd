"""Pond: a plant whose ponds are nearly full applies for a new one, or waits.

A plant thinks in this order. Have I a permit already whose pond is being built? How many years of full output do my
ponds still take? If it is less than it takes to apply and to build, I apply, each year again until I am permitted one.
What comes of it is up to the province (`sim/decisions/permit.py`), which answers in the year of the application.
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
from sim.decisions.permit import answer
from sim.decisions.ways import TwoWays, Way
from sim.environment.red_mud import pond_life
from sim.facts import Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.view import expected_mill_prices
from sim.world.books import Decision
from sim.world.world import World

APPLY, WAIT = "apply", "wait"
MOST_MT = 100.0


@dataclass(frozen=True)
class PondFacts(Facts):
    """What the choice of a plant between applying for a pond and waiting rests on."""

    pond_space_mt: Annotated[Floats, Fact("the space left in its ponds", 0.0, MOST_MT)]
    mud_t_per_t: Annotated[Floats, Fact("its mud per tonne of alumina", 0.01, 5.0)]
    mud_use_share: Annotated[Floats, Fact("the part of its mud that is used", 0.0, 0.99)]
    runnable_mt: Annotated[Floats, Fact("its capacity that can run", 0.01, MOST_MT)]


def measure(world: World) -> PondFacts:
    """What all plants see of their ponds."""
    plants = world.refineries
    return PondFacts(plants.pond_space_mt, world.recipe.residue_t, plants.mud_use_share, plants.runnable_mt)


class Pond(TwoWays[PondFacts]):
    """Apply when the ponds last less than the years below which plants apply.

    Source: life of a pond, equation (7.1) of the model description.
    """

    name = "pond"
    rule = "apply for a new pond when the old ones last less at full output than it takes to get one"
    unit = "years"
    facts = PondFacts
    question = "apply for a new pond?"
    acts = Way(APPLY, "It applied.", "have applied")
    rests = Way(WAIT, "It waited.", "have waited")
    terms = (
        Term(
            "red_mud.apply_below_years", "the life of ponds below which plants apply", 0.0, 50.0, by_case=True
        ),
    )

    def weigh(self, facts: PondFacts, parameters: Parameters) -> dict[str, Floats]:
        """By how many years ponds are too short, and nothing for waiting, (plants,)."""
        life = pond_life(facts.pond_space_mt, facts.mud_t_per_t, facts.mud_use_share, facts.runnable_mt)
        return {APPLY: parameters.red_mud.apply_below_years - life, WAIT: np.zeros(len(life))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """How long its ponds lasted."""
        asked = story.parameters.red_mud.apply_below_years
        short = decision.options.get(APPLY)
        if short is None:
            return ()
        return (
            f"Its ponds lasted {figure(asked - short, self.unit)}; it applies below {figure(asked, self.unit)}.",
        )


POND = DECISIONS.add(Pond.name, Pond())


def apply_for_ponds(world: World, cast: Cast) -> None:
    """Let plants apply for new ponds, and provinces answer them."""
    view = shown_to((*cast.refineries, *cast.provinces), world, expected_mill_prices)
    plants, seen = world.refineries, measure(world)
    options = POND.weigh(seen, world.parameters)
    # Who has been permitted one waits until it is open.
    free = ((plants.nameplate_mt > 0.0) & (plants.permit_due_year < world.year)).nonzero()[0].tolist()
    ways = POND.choices(((row, cast.refineries[row], "") for row in free), view, seen, options)
    applying = [row for row, way in zip(free, ways, strict=True) if way == APPLY]
    if applying:
        luck = world.streams.uniforms("pond permit", world.year, [plants.keys[row] for row in applying])
        answer(world, cast, view, applying, luck)
