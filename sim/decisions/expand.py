"""Expand: a producer abroad starts a line that is due, puts it off for a year, or gives it up.

A producer thinks in this order. What would the line earn at the FOB price of the day and at the one that I expect to
last, over its cash cost? Does that pay for what is still to be spent on it? A smelter's line pays for its alumina what
that would fetch abroad, so it starts only where metal pays more than selling the alumina does. If it pays, would
waiting a year, and starting only if it still pays then, be worth more? If it does not, is the hope worth what the
project costs while it waits? What then starts on time is luck (`sim/phases/pipeline.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, Kind, Lever, Story, Told, agrees, ask, fact_levers
from sim.core.arrays import Floats
from sim.core.words import figure
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.abroad import lasting_fob, metal_abroad
from sim.sight.prices import expected_mill_prices
from sim.sight.view import View, look
from sim.strategy.overseas import Line, worth_of_delay, worth_of_starting
from sim.world.abroad import NEVER, Abroad
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.world import World

START, DELAY, CANCEL = "start", "delay", "cancel"
TOP = 20_000.0
"""No price or cost beyond this, in USD/t, is looked for where a choice would tip."""
WORDS = {START: "It was to start.", DELAY: "It was put off for a year.", CANCEL: "It was given up."}
OTHERWISE = {START: "have been started", DELAY: "have been put off", CANCEL: "have been given up"}


@dataclass(frozen=True)
class ExpandFacts(Facts):
    """What the choice over a line abroad rests on; all of it per tonne of alumina, or of metal."""

    price_now_usd_per_t: Annotated[Floats, Fact("the price of the day", 0.0, TOP)]
    price_lasting_usd_per_t: Annotated[Floats, Fact("the price that was expected to last", 0.0, TOP)]
    cost_now_usd_per_t: Annotated[Floats, Fact("its cash cost at the prices of the day", 0.0, TOP)]
    cost_lasting_usd_per_t: Annotated[Floats, Fact("its cash cost at prices that last", 0.0, TOP)]
    unspent_usd_per_t: Annotated[Floats, Fact("the investment still to be spent on it", 0.0, TOP)]
    volatility_usd_per_t: Annotated[Floats, Fact("by how much its margin may move in a year", 0.0, TOP)]


class Expand(Kind[ExpandFacts]):
    """Start a line when that is worth more than looking at it again in a year; give it up when that costs more.

    Source: equations (5.10) and (5.11) of the model description.
    """

    name = "expand"
    rule = "start a line that pays by more than waiting a year is worth; give up one whose hope costs more than it"
    unit = "USD/t"
    facts = ExpandFacts

    def weigh(self, facts: ExpandFacts, parameters: Parameters) -> dict[str, Floats]:
        """Values of starting, of waiting a year and of giving up, (lines,)."""
        count, terms = len(facts.price_now_usd_per_t), parameters.overseas
        line = Line(
            now_usd_per_t=facts.price_now_usd_per_t - facts.cost_now_usd_per_t,
            lasting_usd_per_t=facts.price_lasting_usd_per_t - facts.cost_lasting_usd_per_t,
            unspent_usd_per_t=facts.unspent_usd_per_t,
            volatility_usd_per_t=facts.volatility_usd_per_t,
            discount_per_year=np.full(count, terms.discount_per_year),
            life_years=int(parameters.building.life_years),
        )
        return {
            START: worth_of_starting(line),
            DELAY: worth_of_delay(line, terms.keep_usd_per_t),
            CANCEL: np.zeros(count),
        }

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a line was to start, was put off or was given up."""
        choice, parameters = decision.choice, story.parameters
        worth = (f"to {name} {figure(value, self.unit)}" for name, value in sorted(decision.options.items()))
        about = story.called(decision.about)
        question = f"start {about}?"
        told = (f"A tonne of {about} was worth: {', '.join(worth)}.",)
        seen = ExpandFacts.of(decision.facts)
        if seen is None:
            return Told(question, WORDS[choice], told, waits=choice == DELAY)
        again = {name: float(column[0]) for name, column in self.weigh(seen, parameters).items()}
        same = all(agrees(value, decision.options.get(name, np.inf)) for name, value in again.items())
        best = max((name for name in again if name != choice), key=lambda name: again[name])
        levers = self._levers(decision.facts, parameters, choice) if same and decision.margin > 0.0 else ()
        return Told(question, WORDS[choice], told, OTHERWISE[best], levers, again, choice == DELAY)

    def _levers(
        self, recorded: Mapping[str, float], parameters: Parameters, choice: str
    ) -> tuple[Lever, ...]:
        """The numbers that the choice rests on."""

        def lead(facts: Mapping[str, float]) -> float:
            seen = ExpandFacts.of(facts)
            if seen is None:
                return np.nan
            return margins_among(
                {name: float(each[0]) for name, each in self.weigh(seen, parameters).items()}
            )[choice]

        return tuple(fact_levers(ExpandFacts, recorded, lead))


EXPAND = DECISIONS.add(Expand.name, Expand())


def margins_among(worth: Mapping[str, float]) -> dict[str, float]:
    """By how much each way beats the best of the others, USD/t."""
    return {way: value - max(worth[other] for other in worth if other != way) for way, value in worth.items()}


def measure(world: World, project: Abroad) -> ExpandFacts:
    """What the producer sees of a line, one case."""
    terms, alpha = world.parameters.overseas, world.parameters.market.alumina_per_aluminium_t_per_t
    fob, fob_lasting = world.prices.fob_usd_per_t, lasting_fob(world)
    seen: tuple[float, ...]
    left = 1.0 if project.planned else 1.0 - terms.sunk_share
    if project.refinery:
        cash = float(world.importers.cash_cost_usd_per_t[world.importers.row(project.importer)])
        seen = (
            fob,
            fob_lasting,
            cash,
            cash,
            left * terms.refinery_capex_usd_per_t,
            terms.volatility_usd_per_t,
        )
    else:
        metal, metal_lasting = metal_abroad(world)
        costs = (terms.smelter_cost_usd_per_t + alpha * each for each in (fob, fob_lasting))
        moved = alpha * terms.volatility_usd_per_t
        seen = (metal, metal_lasting, *costs, left * terms.smelter_capex_usd_per_t, moved)
    return ExpandFacts(*(np.array([value]) for value in seen))


def expand_abroad(world: World, cast: Cast) -> None:
    """Let producers abroad decide on every line that is due and not yet begun."""
    view = look(world, expected_mill_prices(world))
    for project in world.abroad:
        if project.due_year <= world.year and not project.running_in:
            decide(world, cast, view, project)


def decide(world: World, cast: Cast, view: View, project: Abroad) -> None:
    """Ask a producer about one line, record the answer, and do what follows."""
    seen = measure(world, project)
    worth = {name: float(each[0]) for name, each in EXPAND.weigh(seen, world.parameters).items()}
    ways = margins_among(worth)
    best = max(ways, key=lambda way: ways[way])
    case = Case(EXPAND.name, project.importer, seen.row(0), worth, ways, best, project.key)
    intent = ask(cast.importers[world.importers.row(project.importer)], view, case)
    record(world, intent, EXPAND)
    if intent.choice == DELAY:
        project.due_year = world.year + 1
    elif intent.choice == CANCEL:
        project.due_year = NEVER
        reason = "waiting for a better price costs more than the hope is worth"
        world.tell(
            Happened.CANCEL_ABROAD,
            project.importer,
            project.capacity_mt,
            "Mt/yr",
            reason,
            counterpart=project.key,
        )
