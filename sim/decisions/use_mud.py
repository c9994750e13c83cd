"""Use mud: a plant takes up another use of its red mud, or goes on stacking it.

A plant thinks in this order. Do the takers of my province still take all that is offered to them? Which use that I do
not have yet gains most over stacking: what does it spare me of stacking, of pond space and of the fine that is
announced, and what does it cost? Does my chance come this year: uses spread from plant to plant, so it grows with the
part of my province that has the use, and with the gain where no new pond is to be had; a duty may leave me no choice?
The arithmetic is in `sim/environment/red_mud.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.choice import (
    DECISIONS,
    Case,
    Grounds,
    Kind,
    Lead,
    Lever,
    Story,
    Told,
    ask,
    fact_levers,
    given_again,
    open_options,
)
from sim.core.arrays import Bools, Floats, Ints
from sim.core.words import worded
from sim.decisions.ways import gains_told
from sim.environment.red_mud import adoption_chance, fines, pressed, spread_share, taken, urgency
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.mud import (
    mud_of_full_output,
    province_of_plants,
    refused_ponds,
    shares_of_uses,
)
from sim.sight.view import lasting_mill_prices
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

STACK = "stack"
FULL_SHARE = 1.0 - 1e-9
MOST_CNY_PER_T = 5_000.0


@dataclass(frozen=True)
class UseMudFacts(Facts):
    """What the choice of a use rests on; costs and what is taken up are by use."""

    spared_cny_per_t: Annotated[
        Floats, Fact("what a tonne of mud that is used spares", -MOST_CNY_PER_T, MOST_CNY_PER_T)
    ]
    cost_cny_per_t: Annotated[
        Mapping[str, Floats], Fact("the cost of that use", -MOST_CNY_PER_T, MOST_CNY_PER_T, each=True)
    ]
    taken_share: Annotated[Mapping[str, Floats], Fact("whether it had taken up that use", each=True)]


def measure(world: World, cost_cny_per_t: Floats) -> UseMudFacts:
    """What plants see of all uses when these cost (uses,)."""
    plants, ids = world.refineries, world.surroundings.uses.ids
    # A use lasts, so what counts is the fine that is announced, and not one of today that will lapse.
    _, fine = fines(world.outlook.red_mud, world.geography.regions, plants.region, plants.mud_use_share)
    has = taken(plants.mud_uses, len(ids)).astype(np.float64)
    return UseMudFacts(
        spared_cny_per_t=world.parameters.red_mud.stacking_cny_per_t + plants.space_cny_per_t + fine,
        cost_cny_per_t={
            use: np.full(len(plants), cost) for use, cost in zip(ids, cost_cny_per_t, strict=True)
        },
        taken_share=dict(zip(ids, has, strict=True)),
    )


class UseMud(Kind[UseMudFacts]):
    """Take up the use that gains most, when the chance comes.

    Source: what is spared of stacking, pond space and fine, less the cost of a use (`sim/environment/red_mud.py`).
    """

    name = "use_mud"
    rule = "take up the use of mud that gains most over stacking, pond space and fine, when its chance comes"
    unit = "CNY/t"
    facts = UseMudFacts

    def weigh(self, facts: UseMudFacts, parameters: Parameters) -> dict[str, Floats]:
        """What a tonne of mud in each use gains over stacking, (plants,); NaN where it is taken up."""
        has, none = facts.taken_share, np.zeros(len(facts.spared_cny_per_t))
        gains = {
            use: np.where(has.get(use, none) > 0.0, np.nan, facts.spared_cny_per_t - cost)
            for use, cost in facts.cost_cny_per_t.items()
        }
        return {**gains, STACK: none}

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a plant took up a use of its red mud, or went on stacking when its chance came."""
        options, stays = decision.options, decision.choice == STACK
        best = max((name for name in options if name != STACK), key=options.__getitem__, default="")
        again = self.again(decision, story.parameters)
        usual = decision.choice == best and given_again(again, options)
        return Told(
            "use its red mud?",
            "It went on stacking." if stays else f"It took up: {worded(decision.choice)}.",
            (
                *gains_told(options, STACK, self.unit),
                "A use that pays is taken up by chance, more likely the more plants around have it.",
            ),
            f"have taken up {worded(best)}" if stays else "have gone on stacking",
            self._levers(decision, story.parameters) if usual else (),
            again,
            waits=stays,
        )

    def _levers(self, decision: Decision, parameters: Parameters) -> tuple[Lever, ...]:
        """The numbers on which the gain of the use over stacking rests."""
        own = ("spared_cny_per_t", f"{decision.choice}_cost_cny_per_t")
        grounds = Grounds(_gain_of(decision.choice), decision.facts, parameters)
        return tuple(each for each in fact_levers(UseMudFacts, grounds) if each.name in own)


@cache
def _gain_of(use: str) -> Lead:
    """The gain of a use over stacking."""
    return lambda numbers, parameters: USE_MUD.weigh(UseMudFacts.holding(numbers), parameters)[use]


USE_MUD = DECISIONS.add(UseMud.name, UseMud())


def take_up_uses(world: World, cast: Cast, cost_cny_per_t: Floats) -> None:
    """Let plants whose chance comes take up the use that gains most, when uses cost (uses,), from next year on."""
    ids = world.surroundings.uses.ids
    if not ids:
        return
    plants, seen = world.refineries, measure(world, cost_cny_per_t)
    gains = USE_MUD.weigh(seen, world.parameters)
    gain = np.array([gains[use] for use in ids])
    gain[np.isnan(gain)] = -np.inf
    best, most = np.argmax(gain, axis=0), gain.max(axis=0)
    wanting = ((most > 0.0) & (plants.nameplate_mt > 0.0) & has_room(world)).nonzero()[0]
    if wanting.size == 0:
        return
    chance = chances(world, best, most)
    luck = world.streams.uniforms("use of mud", world.year, [plants.keys[row] for row in wanting.tolist()])
    chosen = wanting[luck < chance[wanting]].tolist()
    view = shown_to((cast.refineries[row] for row in chosen), world, lasting_mill_prices)
    for row in chosen:
        use, won = ids[best[row]], float(most[row])
        # Gain and cost add up to what is spared but for the last digit; that sum is what is put on record.
        facts = seen.row(row, spared_cny_per_t=won + float(cost_cny_per_t[best[row]]))
        options, ways = open_options(gains, row), {use: won, STACK: -won}
        case = Case(USE_MUD.name, plants.keys[row], facts, options, ways, use)
        intent = ask(cast.refineries[row], view, case)
        if intent.choice != STACK:
            take_up(world, row, intent.choice, won)
        record(world, intent, USE_MUD)


def has_room(world: World) -> Bools:
    """For each plant, whether the takers of its province still take all that is offered, (plants,)."""
    placed, wanted = shares_of_uses(world)
    return np.asarray(placed.sum(axis=0) >= wanted.sum(axis=0) * FULL_SHARE)


def chances(world: World, use: Ints, gain_cny_per_t: Floats) -> Floats:
    """The chance of the year that each plant takes up a use that pays, from what it gains, all (plants,)."""
    plants, around, province = world.refineries, world.surroundings, province_of_plants(world)
    mud = mud_of_full_output(world)
    spread = spread_share(plants.mud_uses, len(around.uses.ids), mud, province, around.provinces)
    hurry = urgency(gain_cny_per_t, refused_ponds(world)[plants.region], world.parameters.mud_use)
    chance = adoption_chance(spread[use, province], world.parameters.mud_use, hurry)
    duty = pressed(world.rules.red_mud, world.geography.regions, plants.region, plants.mud_use_share)
    return np.maximum(chance, duty)


def take_up(world: World, row: int, use: str, gain_cny_per_t: float) -> None:
    """Let a plant take up a use of its mud."""
    plants, uses = world.refineries, world.surroundings.uses
    place = uses.ids.index(use)
    plants.mud_uses[row] |= 1 << place
    reason = f"{use} gains {gain_cny_per_t:.0f} CNY/t over stacking, pond space and fine"
    world.tell(Happened.MUD_USE, plants.keys[row], float(uses.most_share[place]), "share", reason)
