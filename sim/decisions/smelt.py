"""Smelt: a smelter runs on, freezes its pots, moves with its capacity right, or closes and sells the right.

Its owner thinks in this order. What does a tonne of metal leave me here, today and in the long run? If it loses more
than frozen pots would cost, I freeze them until alumina is cheap again. Would the same right earn so much more where
power is cheaper that it pays for new potlines? Does anybody there give more for the right than I will ever earn with
it? Rights are neither made nor lost: one smelter has what another gave. Lines stop and start with the price in between
(`sim/market/needs.py`); the arithmetic is in `sim/strategy/smelting.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.money import pay, spend
from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Case, ask, has_own_mind
from sim.core.arrays import Floats, Ints
from sim.decisions.ways import SeveralWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight import smelting
from sim.sight.purse import money_left
from sim.sight.view import View
from sim.strategy.smelting import Margins, spans_of, worth_of_new, worth_of_waiting
from sim.world.kinds import Happened
from sim.world.world import World

RUN, IDLE, MOVE, SELL = "run", "idle", "move", "sell"
ACQUIRE, PASS = "acquire", "pass"
METAL_TOP = 1e5
"""No price of metal beyond this is looked for where a choice would tip."""

Found = tuple[smelting.Places, smelting.Rights]
"""What smelters see of markets and of rights."""


@dataclass(frozen=True)
class SmeltFacts(Facts):
    """What the choice of a smelter rests on."""

    metal_now_cny_per_t: Annotated[Floats, Fact("the price of metal of the day", 0.0, METAL_TOP)]
    metal_lasting_cny_per_t: Annotated[Floats, Fact("the price to which metal returns", 0.0, METAL_TOP)]
    other_cost_cny_per_t: Annotated[Floats, Fact("its cost besides alumina", 0.0, METAL_TOP)]
    alumina_now_cny_per_t: Annotated[Floats, Fact("the price of alumina of the day", 0.0, HIGHEST_CNY_PER_T)]
    alumina_lasting_cny_per_t: Annotated[
        Floats, Fact("the price of alumina that it expected in the long run", 0.0, HIGHEST_CNY_PER_T)
    ]
    margin_there_cny_per_t: Annotated[
        Floats, Fact("the lasting margin in the best place with room", 0.0, METAL_TOP, optional=True)
    ]
    offer_cny_per_t: Annotated[Floats, Fact("what was offered for its right", 0.0, METAL_TOP, optional=True)]
    discount_per_year: Annotated[Floats, Fact("its owner's discount rate", 0.001, 1.0)]
    state_owned_share: Annotated[Floats, Fact("whether the state owns it")]


def margins_of(facts: SmeltFacts, parameters: Parameters) -> Margins:
    """The margins of smelters, (smelters,); where there is no other place, that of their own."""
    alpha = parameters.market.product_per_metal_t_per_t
    now = facts.metal_now_cny_per_t - facts.other_cost_cny_per_t - alpha * facts.alumina_now_cny_per_t
    lasting = (
        facts.metal_lasting_cny_per_t - facts.other_cost_cny_per_t - alpha * facts.alumina_lasting_cny_per_t
    )
    there = np.where(np.isnan(facts.margin_there_cny_per_t), lasting, facts.margin_there_cny_per_t)
    return Margins(now, lasting, there, facts.discount_per_year)


class Smelt(SeveralWays[SmeltFacts]):
    """Run on, freeze pots, move with the right or sell it, whichever is worth most.

    Source: equations (5.8) and (5.9) of the model description.
    """

    name = "smelt"
    rule = "run on, freeze the pots, move with the capacity right or sell it, whichever is worth most"
    unit = "CNY/t"
    facts = SmeltFacts
    question, weighed = "run on, freeze, move or sell?", "A tonne of its capacity"
    ways = (
        Way(RUN, "It ran on.", "have run on"),
        Way(IDLE, "It froze its pots.", "have frozen its pots"),
        Way(MOVE, "It decided to move with its capacity right.", "have moved"),
        Way(SELL, "It sold its capacity right.", "have sold its right"),
    )
    rests = RUN
    terms = (
        Term("smelting.capex_cny_per_t", "the investment in new potlines", 0.0, METAL_TOP, by_case=True),
        Term(
            "market.smelter_switching_cny_per_t",
            "the cost of freezing and restarting pots",
            0.0,
            20_000.0,
            by_case=True,
        ),
    )

    def weigh(self, facts: SmeltFacts, parameters: Parameters) -> dict[str, Floats]:
        """What each way is worth, (smelters,) CNY per tonne of capacity; a right that nobody wants earns nothing."""
        margins = margins_of(facts, parameters)
        terms = smelting.rebuilding(parameters, facts.state_owned_share)
        spans = spans_of(margins, terms)
        first, until, after = worth_of_waiting(margins, terms, spans)
        offer = np.where(np.isnan(facts.offer_cny_per_t), 0.0, facts.offer_cny_per_t)
        return {
            RUN: first + until + after,
            IDLE: until + after - terms.switching_cny_per_t,
            MOVE: first + until + worth_of_new(margins, terms, spans),
            SELL: np.maximum(first, 0.0) + until + offer,
        }

    def open_ways(self, facts: Mapping[str, float]) -> tuple[str, ...]:
        """The ways that are open: to move needs a place, to sell an offer."""
        place = (MOVE,) if "margin_there_cny_per_t" in facts else ()
        offer = (SELL,) if "offer_cny_per_t" in facts else ()
        return (RUN, IDLE, *place, *offer)


SMELT = DECISIONS.add(Smelt.name, Smelt())


def decide_on_smelters(world: World, cast: Cast, view: View) -> None:
    """Ask smelters that lose money, and those whose owners look for another place this year, one by one."""
    smelters = world.smelters
    luck = world.streams.uniforms("smelting", world.year, smelters.keys)
    looking = luck < world.parameters.smelting.search_share
    losing = now_margins(world) < 0.0
    standing = (smelters.capacity_mt > 0.0) & (smelters.due_year == 0)
    places = smelting.smelting_places(world)
    found = places, smelting.smelting_rights(world, places)
    rows = (standing & (looking | losing)).nonzero()[0]
    while rows.size:
        rows = rows[decide(world, cast, view, found, rows) :]


def now_margins(world: World) -> Floats:
    """What a tonne of metal leaves each smelter at the prices of the day, (smelters,) CNY/t."""
    market, alpha = world.smelters.market, world.parameters.market.product_per_metal_t_per_t
    cost = world.geography.smelter_other_cny_per_t + alpha * world.prices.delivered_cny_per_t
    return np.asarray(world.prices.now.metal_cny_per_t - cost[market])


def measure(world: World, found: Found, rows: Ints, there: Floats, offer: Floats) -> SmeltFacts:
    """What the owners of some smelters see, (rows,)."""
    (places, rights), market = found, world.smelters.market[rows]
    return SmeltFacts(
        np.full(rows.size, places.metal_cny_per_t),
        np.full(rows.size, places.metal_lasting_cny_per_t),
        world.geography.smelter_other_cny_per_t[market],
        places.alumina_cny_per_t[market],
        places.alumina_lasting_cny_per_t[market],
        there,
        offer,
        rights.discount_per_year[rows],
        rights.state_owned_share[rows],
    )


def decide(world: World, cast: Cast, view: View, found: Found, rows: Ints) -> int:
    """Let smelters decide one by one until one goes, which leaves others less room and money; how many decided."""
    smelters, (places, rights), terms = world.smelters, found, world.parameters.smelting
    size, room = smelters.capacity_mt[rows], smelting.room_for_rights(world)
    sites = smelting.best_places(places, room, smelters.market[rows], size)
    sites[money_left(world)[smelters.group[rows]] < size * terms.capex_cny_per_t] = smelting.NOWHERE
    takers = smelting.takers(world, rights, room, rows)
    there = np.where(sites == smelting.NOWHERE, np.nan, np.maximum(places.margin_cny_per_t[sites], 0.0))
    offer = np.array([terms.right_cny_per_t if who.size else np.nan for who, _ in takers])
    seen = measure(world, found, rows, there, offer)
    options = SMELT.weigh(seen, world.parameters)
    for place, row in enumerate(rows.tolist()):
        taker = find_taker(world, cast, view, row, takers[place])
        if taker == smelting.NOWHERE and takers[place][0].size:
            # Whoever could have taken the right would not.
            offer[place] = np.nan
            options = SMELT.weigh(seen, world.parameters)
        intent = ask(cast.smelters[row], view, SMELT.case(smelters.keys[row], seen, options, place))
        record(world, intent, SMELT)
        if intent.choice == IDLE:
            freeze(world, row)
        elif intent.choice == MOVE:
            begin_move(world, row, int(sites[place]))
            return place + 1
        elif intent.choice == SELL:
            sell_right(world, row, taker)
            return place + 1
    return rows.size


def find_taker(world: World, cast: Cast, view: View, row: int, found: tuple[Ints, Floats]) -> int:
    """The first smelter whose owner would take a right at its price, or none; owners are asked best first."""
    smelters = world.smelters
    for taker, gain in zip(found[0].tolist(), found[1].tolist(), strict=True):
        group = int(smelters.group[taker])
        if not has_own_mind(cast.groups[group]):
            return int(taker)
        options, ways = {ACQUIRE: gain, PASS: 0.0}, {ACQUIRE: gain, PASS: -gain}
        facts = {"size_mt": float(smelters.capacity_mt[row])}
        case = Case(ACQUIRE, world.groups.keys[group], facts, options, ways, ACQUIRE, smelters.keys[row])
        if ask(cast.groups[group], view, case).choice == ACQUIRE:
            return int(taker)
    return smelting.NOWHERE


def freeze(world: World, row: int) -> None:
    """Freeze the pots of a smelter; they start again when alumina is cheap enough."""
    smelters = world.smelters
    if smelters.smelting_share[row] > 0.0:
        amount = float(smelters.capacity_mt[row] * smelters.smelting_share[row])
        smelters.smelting_share[row] = 0.0
        world.tell(
            Happened.SMELTER_IDLE, smelters.keys[row], amount, "Mt/yr", "metal does not pay for its cost"
        )


def begin_move(world: World, row: int, place: int) -> None:
    """Let a smelter's owner begin new potlines elsewhere; the old ones run until then."""
    smelters, terms = world.smelters, world.parameters
    spend(world, int(smelters.group[row]), float(smelters.capacity_mt[row]) * terms.smelting.capex_cny_per_t)
    smelters.bound_market[row] = place
    smelters.due_year[row] = world.year + int(terms.building.lead_years)


def sell_right(world: World, row: int, taker: int) -> None:
    """Sell a smelter's right to the owner of another one, who begins potlines there."""
    smelters, terms = world.smelters, world.parameters
    size = float(smelters.capacity_mt[row])
    buyer, seller = int(smelters.group[taker]), int(smelters.group[row])
    pay(world, buyer, seller, size * terms.smelting.right_cny_per_t, 0.0)
    spend(world, buyer, size * terms.smelting.capex_cny_per_t)
    smelters.successor[row] = taker
    smelters.due_year[row] = world.year + int(terms.building.lead_years)
    reason = f"{terms.smelting.right_cny_per_t:.0f} CNY per tonne of capacity"
    world.tell(
        Happened.RIGHT_SOLD, smelters.keys[row], size, "Mt/yr", reason, counterpart=smelters.keys[taker]
    )
