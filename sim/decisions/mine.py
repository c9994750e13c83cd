"""Mine: a group short of feed of its own takes a stake in a mine that ships or is to be built, or leaves it.

Its owner thinks in this order. Do my mines give less than the part of my plants' feed that I want from mines of my own,
and do I look for one this year at all? What would a tonne leave me, at the price to which metal returns, after mining,
and after what I expect customers to pay for having it made? That is more the less they pay: where plants pay for feed,
the mine earns it. Is it worth, from the year in which it ships, the price of the stake with what I ask for over it, and
can I pay? The best stake comes first. Owners come in the order of a draw; who comes later sees what is left.

What a mine gives is captive from then on: its owner's plants make it first. A stake in a mine that ships already takes
that feed out of trade; one that is to be built adds to the feed that there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.holdings import hand_over
from sim.acts.money import spend
from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story, ask
from sim.core.arrays import Floats, total_by
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.buyers import find_bidders
from sim.sight.purse import room_to_pay
from sim.sight.selling import Lot
from sim.sight.smelting import smelting_places
from sim.sight.view import View
from sim.strategy.building import usual_ratio
from sim.strategy.finance import discount_rates
from sim.strategy.smelting import worth_of_mine
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.owners import owned_by_state
from sim.world.world import World

TAKE_IT, LEAVE_IT = "take a stake", "leave it"
FAR_CNY_PER_T = 1e6


@dataclass(frozen=True)
class MineFacts(Facts):
    """What the choice of a group over a stake in a mine rests on."""

    metal_lasting_cny_per_t: Annotated[Floats, Fact("what metal fetches in the long run", 0.0, FAR_CNY_PER_T)]
    mining_cny_per_t: Annotated[Floats, Fact("the cost of mining there", 0.0, FAR_CNY_PER_T)]
    paid_lasting_cny_per_t: Annotated[
        Floats, Fact("what a mine pays, with freight, to have it made", -HIGHEST_CNY_PER_T, HIGHEST_CNY_PER_T)
    ]
    capex_cny_per_t: Annotated[Floats, Fact("the cost of the stake", 0.0, FAR_CNY_PER_T)]
    lead_years: Annotated[Floats, Fact("the time until it ships", 0.0, 30.0)]
    discount_per_year: Annotated[Floats, Fact("its discount rate", 0.001, 1.0)]
    hurdle_ratio: Annotated[Floats, Fact("what it asks for over an investment", -1.0, 10.0)]
    stake_mt: Annotated[Floats, Fact("what the stake gives")]
    gap_mt: Annotated[Floats, Fact("the feed that it wants from mines of its own and lacks")]
    room_mcny: Annotated[Floats, Fact("the money that it could raise")]


class Mine(TwoWays[MineFacts]):
    """Take a stake in a mine when what it earns is worth more than its price, and cash or credit reach.

    Source: equation (5.9a) of the model description.
    """

    name = "mine"
    rule = "take a stake in a mine when what it earns is worth more than it costs, and cash or credit reach"
    unit = "CNY/t"
    facts = MineFacts
    question = "take a stake in {}?"
    acts = Way(TAKE_IT, "It took it.", "have taken it")
    rests = Way(LEAVE_IT, "It left it.", "have left it")
    terms = (Term("building.life_years", "the years over which it is valued", 1.0, 60.0),)

    def weigh(self, facts: MineFacts, parameters: Parameters) -> dict[str, Floats]:
        """What a tonne a year is worth beyond its price, and nothing for leaving it, (cases,) CNY/t."""
        worth = worth_of_mine(
            facts.metal_lasting_cny_per_t - facts.mining_cny_per_t - facts.paid_lasting_cny_per_t,
            facts.discount_per_year,
            facts.lead_years,
            parameters.building.life_years,
        ) / (1.0 + parameters.market.vat_share)
        return {
            TAKE_IT: worth - facts.capex_cny_per_t * (1.0 + facts.hurdle_ratio),
            LEAVE_IT: np.zeros(worth.size),
        }

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What it lacked, what the stake costs, and what a tonne of it leaves."""
        if not again:
            return ()
        facts = decision.facts
        price = facts["stake_mt"] * facts["capex_cny_per_t"]
        return (
            f"It lacked {figure(facts['gap_mt'], 'Mt/yr')} of the feed that it wants from mines of its own; the stake "
            f"gives {figure(facts['stake_mt'], 'Mt/yr')} in {facts['lead_years']:g} years for "
            f"{figure(price, 'million CNY')}, and it could raise {figure(facts['room_mcny'], 'million CNY')}.",
            f"A tonne a year is worth {figure(again[TAKE_IT], self.unit)} more than it costs with what the group asks "
            "for over that.",
        )


MINE = DECISIONS.add(Mine.name, Mine())


def stakes_on_offer(world: World) -> list[int]:
    """The rows of mines in which a stake is on offer."""
    smelters = world.smelters
    free = (smelters.capacity_mt == 0.0) & (smelters.due_year == 0)
    return [row for row, each in enumerate(world.pack.smelters) if each.offered_mt > 0.0 and free[row]]


def take_mines(world: World, cast: Cast, view: View) -> None:
    """Let groups short of feed of their own take stakes in mines, one after the other, one a year each."""
    terms = world.parameters.mining
    if terms is None or not stakes_on_offer(world):
        return
    plants = view.refineries
    own = total_by(plants.group, plants.nameplate_mt, len(view.groups))
    gaps = (terms.own_feed_share - world.ore_control) * own
    buyers = [row for row in find_bidders(world, view) if gaps[row] > 0.0]
    luck = world.streams.uniforms("mine", world.year, [view.groups.keys[row] for row in buyers])
    for place in luck.argsort(kind="stable").tolist():
        rows = stakes_on_offer(world)
        if luck[place] >= terms.search_share or not rows:
            return
        consider(world, cast, view, (buyers[place], float(gaps[buyers[place]])), rows)


def measure(world: World, buyer: int, gap_mt: float, rows: list[int]) -> MineFacts:
    """What a buyer sees of the stakes on offer, one case a stake.

    Args:
        world: the world, as those before have left it.
        buyer: its row.
        gap_mt: the feed that it wants from mines of its own and lacks, Mt of metal a year.
        rows: of mines in which a stake is on offer.
    """
    places, offers = smelting_places(world), [world.pack.smelters[row] for row in rows]
    market, same, groups = world.smelters.market[rows], np.ones(len(rows)), world.groups
    state = owned_by_state(groups.owner_type[[buyer]])
    rate = discount_rates(groups.owner_type[[buyer]], world.parameters.finance)
    return MineFacts(
        metal_lasting_cny_per_t=same * places.metal_lasting_cny_per_t,
        mining_cny_per_t=world.geography.smelter_other_cny_per_t[market],
        paid_lasting_cny_per_t=world.parameters.market.product_per_metal_t_per_t
        * places.alumina_lasting_cny_per_t[market],
        capex_cny_per_t=np.array([each.capex_cny_per_t for each in offers]),
        lead_years=np.array([each.lead_years for each in offers]),
        discount_per_year=same * rate,
        hurdle_ratio=same * usual_ratio(state, np.zeros(1, dtype=np.bool_), world.parameters.building),
        stake_mt=np.array([each.offered_mt for each in offers]),
        gap_mt=same * gap_mt,
        room_mcny=same * room_to_pay(world, buyer),
    )


def consider(world: World, cast: Cast, view: View, who: tuple[int, float], rows: list[int]) -> None:
    """Ask a buyer whether it takes the best stake on offer, put its answer on record, and let it do so."""
    buyer, gap_mt = who
    seen = measure(world, buyer, gap_mt, rows)
    options = MINE.weigh(seen, world.parameters)
    best = int(options[TAKE_IT].argmax())
    row, price = rows[best], float(seen.stake_mt[best] * seen.capex_cny_per_t[best])
    case = MINE.case(world.groups.keys[buyer], seen, options, best, about=world.smelters.keys[row])
    if price > seen.room_mcny[best]:
        # Who cannot raise the price may only leave the stake.
        case = case.only(LEAVE_IT)
    intent = ask(cast.groups[buyer], view, case)
    record(world, intent, MINE)
    if intent.choice == TAKE_IT:
        take_part(world, buyer, row, price)


def take_part(world: World, buyer: int, row: int, price_mcny: float) -> None:
    """Pay for a stake; it is the buyer's at once, counts as feed that it controls, and ships when it is due."""
    smelters, plants, offer = world.smelters, world.refineries, world.pack.smelters[row]
    spend(world, buyer, price_mcny)
    key, node = world.groups.keys[buyer], world.holdings.nodes(smelters.keys)[row]
    block = world.holdings.main_block(node)
    hand_over(world, f"{world.year}-mine-{offer.id}>{key}", [Lot(node, block.holder, block.ppm)], key)
    smelters.group[row], smelters.due_year[row] = buyer, world.year + int(offer.lead_years)
    own = float(plants.nameplate_mt[plants.group == buyer].sum())
    world.ore_control[buyer] = min(float(world.ore_control[buyer]) + offer.offered_mt / own, 1.0)
    reason = f"{price_mcny:,.0f} million CNY; it ships in {smelters.due_year[row]}"
    world.tell(Happened.MINE_TAKEN, key, offer.offered_mt, "Mt/yr", reason, counterpart=offer.id)
