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
from sim.choice import (
    DECISIONS,
    Case,
    Fact,
    Facts,
    Kind,
    Story,
    Term,
    Told,
    agrees,
    ask,
    fact_levers,
    term_levers,
)
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.decisions.permit import answer
from sim.environment.red_mud import pond_life
from sim.scenario.parameters import Parameters
from sim.sight.prices import expected_mill_prices
from sim.sight.view import View, look
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


TERMS = (Term("red_mud.apply_below_years", "the life of ponds below which plants apply", 0.0, 50.0),)


def measure(view: View) -> PondFacts:
    """What all plants see of their ponds."""
    plants = view.refineries
    return PondFacts(plants.pond_space_mt, view.mud_t_per_t, plants.mud_use_share, plants.runnable_mt)


class Pond(Kind[PondFacts]):
    """Apply when the ponds last less than the years below which plants apply.

    Source: life of a pond, equation (7.1) of the model description.
    """

    name = "pond"
    rule = "apply for a new pond when the old ones last less at full output than it takes to get one"
    unit = "years"
    facts = PondFacts

    def weigh(self, facts: PondFacts, parameters: Parameters) -> dict[str, Floats]:
        """By how many years ponds are too short, and nothing for waiting, (plants,)."""
        life = pond_life(facts.pond_space_mt, facts.mud_t_per_t, facts.mud_use_share, facts.runnable_mt)
        return {APPLY: parameters.red_mud.apply_below_years - life, WAIT: np.zeros(len(life))}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a plant applied for a new pond, or waited."""
        waits, parameters = decision.choice == WAIT, story.parameters
        asked = parameters.red_mud.apply_below_years
        short = decision.options.get(APPLY, np.nan)
        told = f"Its ponds lasted {figure(asked - short, self.unit)}; it applies below {figure(asked, self.unit)}."
        seen = PondFacts.of(decision.facts)
        now = self.weigh(seen, parameters) if seen else {}
        again = {name: float(column[0]) for name, column in now.items()}
        same = all(agrees(value, decision.options.get(name, np.inf)) for name, value in again.items())

        def lead(facts: Mapping[str, float], terms: Parameters) -> float:
            held = PondFacts.of(facts)
            return float(self.weigh(held, terms)[APPLY][0]) if held else np.nan

        levers = (
            *fact_levers(PondFacts, decision.facts, lambda facts: lead(facts, parameters)),
            *term_levers(TERMS, parameters, lambda terms: lead(decision.facts, terms)),
        )
        return Told(
            "apply for a new pond?",
            "It waited." if waits else "It applied.",
            (told,) if decision.options else (),
            "have applied" if waits else "have waited",
            levers if again and same and decision.margin > 0.0 else (),
            again,
            waits=waits,
        )


POND = Pond()
DECISIONS.add(POND.name, POND)


def apply_for_ponds(world: World, cast: Cast) -> None:
    """Let plants apply for new ponds, and provinces answer them."""
    view = look(world, expected_mill_prices(world))
    plants = view.refineries
    seen = measure(view)
    short = POND.weigh(seen, world.parameters)[APPLY]
    # Who has been permitted one waits until it is open.
    free = np.flatnonzero((plants.nameplate_mt > 0.0) & (plants.permit_due_year < world.year))
    applying = [
        row
        for row in free.tolist()
        if ask(cast.refineries[row], view, case_of(view, row, seen.row(row), float(short[row]))).choice
        == APPLY
    ]
    if not applying:
        return
    luck = world.streams.uniforms("pond permit", world.year, [plants.keys[row] for row in applying])
    for row, draw in zip(applying, luck.tolist(), strict=True):
        answer(world, cast, view, row, draw)


def case_of(view: View, row: int, facts: dict[str, float], short_years: float) -> Case:
    """What a plant has to decide whose ponds are too short by some years."""
    options, ways = {APPLY: short_years, WAIT: 0.0}, {APPLY: short_years, WAIT: -short_years}
    best = APPLY if short_years > 0.0 else WAIT
    return Case(POND.name, view.refineries.keys[row], facts, options, ways, best)
