"""Expand: a producer abroad starts a line that is due, puts it off for a year, or gives it up.

A producer thinks in this order. What would the line earn at the FOB price of the day and at the one that I expect to
last, over its cash cost? Does that pay for what is still to be spent on it? A smelter's line pays for its alumina what
that would fetch abroad, so it starts only where metal pays more than selling the alumina does. If it pays, would
waiting a year, and starting only if it still pays then, be worth more? If it does not, is the hope worth what the
project costs while it waits? What then starts on time is luck (`sim/phases/founding.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.choice import DECISIONS, ask
from sim.core.arrays import Floats
from sim.decisions.ways import SeveralWays, Way
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.abroad import lasting_fob, metal_abroad
from sim.sight.view import expected_mill_prices
from sim.strategy.overseas import Line, worth_of_delay, worth_of_starting
from sim.world.abroad import NEVER, Abroad
from sim.world.kinds import Happened
from sim.world.world import World

START, DELAY, CANCEL = "start", "delay", "cancel"
TOP = 20_000.0
"""No price or cost beyond this, in USD/t, is looked for where a choice would tip."""


@dataclass(frozen=True)
class ExpandFacts(Facts):
    """What the choice over a line abroad rests on; all of it per tonne of alumina, or of metal."""

    price_now_usd_per_t: Annotated[Floats, Fact("the price of the day", 0.0, TOP)]
    price_lasting_usd_per_t: Annotated[Floats, Fact("the price that was expected to last", 0.0, TOP)]
    cost_now_usd_per_t: Annotated[Floats, Fact("its cash cost at the prices of the day", 0.0, TOP)]
    cost_lasting_usd_per_t: Annotated[Floats, Fact("its cash cost at prices that last", 0.0, TOP)]
    unspent_usd_per_t: Annotated[Floats, Fact("the investment still to be spent on it", 0.0, TOP)]
    volatility_usd_per_t: Annotated[Floats, Fact("by how much its margin may move in a year", 0.0, TOP)]


class Expand(SeveralWays[ExpandFacts]):
    """Start a line when that is worth more than looking at it again in a year; give it up when that costs more.

    Source: equations (5.10) and (5.11) of the model description.
    """

    name = "expand"
    rule = "start a line that pays by more than waiting a year is worth; give up one whose hope costs more than it"
    unit = "USD/t"
    facts = ExpandFacts
    question, weighed = "start {}?", "A tonne of {}"
    ways = (
        Way(START, "It was to start.", "have been started"),
        Way(DELAY, "It was put off for a year.", "have been put off"),
        Way(CANCEL, "It was given up.", "have been given up"),
    )
    rests = DELAY

    def weigh(self, facts: ExpandFacts, parameters: Parameters) -> dict[str, Floats]:
        """Values of starting, of waiting a year and of giving up, (lines,)."""
        count, terms = len(facts.price_now_usd_per_t), parameters.overseas
        line = Line(
            now_usd_per_t=facts.price_now_usd_per_t - facts.cost_now_usd_per_t,
            lasting_usd_per_t=facts.price_lasting_usd_per_t - facts.cost_lasting_usd_per_t,
            unspent_usd_per_t=facts.unspent_usd_per_t,
            volatility_usd_per_t=facts.volatility_usd_per_t,
            discount_per_year=np.full(1, terms.discount_per_year),
            life_years=int(parameters.building.life_years),
        )
        return {
            START: worth_of_starting(line),
            DELAY: worth_of_delay(line, terms.keep_usd_per_t),
            CANCEL: np.zeros(count),
        }


EXPAND = DECISIONS.add(Expand.name, Expand())


def measure(world: World, lines: Sequence[Abroad]) -> ExpandFacts:
    """What producers see of some lines, (lines,)."""
    terms, alpha = world.parameters.overseas, world.parameters.market.product_per_metal_t_per_t
    fobs, metals = (world.prices.fob_usd_per_t, lasting_fob(world)), metal_abroad(world)
    costs = [terms.smelter_cost_usd_per_t + alpha * each for each in fobs]
    moved = alpha * terms.volatility_usd_per_t
    seen: list[tuple[float, ...]] = []
    for line in lines:
        left = 1.0 if line.planned else 1.0 - terms.sunk_share
        if line.refinery:
            cash = float(world.importers.cash_cost_usd_per_t[world.importers.row(line.importer)])
            unspent = left * terms.refinery_capex_usd_per_t
            seen.append((*fobs, cash, cash, unspent, terms.volatility_usd_per_t))
        else:
            seen.append((*metals, *costs, left * terms.smelter_capex_usd_per_t, moved))
    return ExpandFacts(*np.array(seen).T)


def expand_abroad(world: World, cast: Cast) -> None:
    """Let producers abroad decide on every line that is due and not yet begun."""
    due = [each for each in world.abroad if each.due_year <= world.year and not each.running_in]
    if not due:
        return
    view = shown_to(cast.importers, world, expected_mill_prices)
    seen = measure(world, due)
    options = EXPAND.weigh(seen, world.parameters)
    for place, project in enumerate(due):
        case = EXPAND.case(project.importer, seen, options, place, project.key)
        intent = ask(cast.importers[world.importers.row(project.importer)], view, case)
        record(world, intent, EXPAND)
        follow(world, project, intent.choice)


def follow(world: World, project: Abroad, choice: str) -> None:
    """Do what follows from what a producer has chosen; what starts waits for its phase."""
    if choice == DELAY:
        project.due_year = world.year + 1
    elif choice == CANCEL:
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
