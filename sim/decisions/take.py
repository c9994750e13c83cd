"""Take: a group short of alumina buys a minority stake in a refinery near it, with offtake, or leaves it.

Its owner thinks in this order. Do my smelters need more alumina than my refineries make, and do I look for a partner
this year at all? Which plant of another owner saves my smelters most freight, and is held by so clear a majority that
its owner can sell me a part and keep control? What is that part worth to me, with the alumina that comes with it, and
what is the least that its owner wants, who if sound does not sell below an appraisal? Is it worth more to me than the
price, and can I pay it? Buyers think in the order of their keys, a few a decade; who comes later sees what is left.

A minority stake moves shares and money and leaves control where it is. What alumina comes with it is written down and
not simulated: tonnes still find their market by price. The arithmetic is in `sim/strategy/partners.py`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Annotated

import numpy as np

from sim.acts.holdings import enter, hand_over
from sim.acts.money import pay
from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Lever, Story, ask
from sim.core.arrays import Floats, total_by
from sim.core.words import figure, percent
from sim.decisions.ways import TwoWays, Way, one_case
from sim.facts import Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.buyers import LEAST_MT, find_bidders, freight_saved, smelter_needs, values_to
from sim.sight.parts import reserved
from sim.sight.purse import room_to_pay
from sim.sight.selling import Lot, plant_appraisals
from sim.sight.view import View
from sim.strategy.finance import discount_factors, discount_rates
from sim.strategy.partners import Stake, Worth, stake_floor, stake_ppm, worth_of_stake
from sim.world.books import Decision
from sim.world.dealbook import MINORITY, state_of
from sim.world.kinds import Happened
from sim.world.owners import STATE_TYPES, WHOLE_PPM
from sim.world.world import World

ABOUT = "take a stake in"
TAKE_IT, LEAVE_IT = "take", "leave it"
MCNY = "million CNY"
FAR = 10.0
"""Worth is turned up to so many times the larger of what the plant is worth to either side."""
FAR_MCNY = 1e6
STAKE_FACTS = {"share": "stake_share", "annuity": "annuity_ratio"}
"""The facts of a stake that are called otherwise than in the arithmetic."""


@dataclass(frozen=True)
class TakeFacts(Facts):
    """What the choice of a group over a stake rests on."""

    stake_share: Annotated[Floats, Fact("the part on offer")]
    to_buyer_mcny: Annotated[Floats, Fact("the worth of the plant to the buyer", -FAR_MCNY, FAR_MCNY)]
    to_seller_mcny: Annotated[Floats, Fact("its worth to its owner", -FAR_MCNY, FAR_MCNY)]
    runnable_mt: Annotated[Floats, Fact("the capacity that can run")]
    gap_mt: Annotated[Floats, Fact("the alumina that its smelters lack", -20.0, 20.0)]
    freight_cny_per_t: Annotated[Floats, Fact("the freight that it saves", 0.0, 1000.0)]
    annuity_ratio: Annotated[Floats, Fact("what one CNY a year is worth to it")]
    floor_mcny: Annotated[Floats, Fact("the least that its owner took for the whole plant", 0.0, FAR_MCNY)]
    price_mcny: Annotated[Floats, Fact("the purchase price", optional=True)]
    room_mcny: Annotated[Floats, Fact("the money that it could raise", optional=True)]


def measure(world: World, view: View, pair: tuple[int, int], gap_mt: float, freight: float) -> TakeFacts:
    """What a buyer sees of a stake in a plant.

    Args:
        world: the world, as those before have left it.
        view: the world as all saw it when the year's deals began.
        pair: the buyer and the plant.
        gap_mt: alumina that the buyer is short of, Mt a year.
        freight: freight that its smelters save on alumina from the plant, CNY/t.
    """
    (buyer, row), plants = pair, view.refineries
    block = world.holdings.main_block(world.holdings.nodes(plants.keys)[row])
    name, seller = f"{plants.keys[row]}>{view.groups.keys[buyer]}", int(plants.group[row])
    luck = world.streams.uniform("stake", world.year, name)
    values = values_to(world, view, np.array([row, row]), np.array([buyer, seller]))
    rate = discount_rates(view.groups.owner_type, world.parameters.finance)[[buyer]]
    factors = discount_factors(rate, int(world.parameters.leaving.horizon_years)).sum()
    stake = Stake(
        share=stake_ppm(block.votes_ppm, luck, world.parameters.deals) / WHOLE_PPM,
        to_buyer_mcny=float(values[0]),
        to_seller_mcny=float(values[1]),
        runnable_mt=float(plants.runnable_mt[row]),
        gap_mt=gap_mt,
        freight_cny_per_t=freight,
        annuity=float(factors) / (1.0 + world.parameters.market.vat_share),
        floor_mcny=stake_floor(
            float(plant_appraisals(world)[row]),
            state=int(view.groups.owner_type[seller]) in STATE_TYPES,
            sound=not (world.groups.distressed[seller] or world.groups.illiquid[seller]),
            deals=world.parameters.deals,
        ),
    )
    return one_case(
        TakeFacts,
        **{STAKE_FACTS.get(name, name): value for name, value in asdict(stake).items()},
        price_mcny=worth_of_stake(stake, world.parameters.deals).price_mcny,
        room_mcny=room_to_pay(world, buyer),
    )


def stakes_of(facts: TakeFacts) -> list[Stake]:
    """What is offered in each case."""
    columns = [getattr(facts, STAKE_FACTS.get(each.name, each.name)).tolist() for each in fields(Stake)]
    return [Stake(*each) for each in zip(*columns, strict=True)]


class Take(TwoWays[TakeFacts]):
    """Take a stake when it is worth more than its price, and cash or credit reach.

    Source: worth of a stake, `sim/strategy/partners.py`.
    """

    name = "take"
    rule = (
        "take a minority stake when stake and offtake are worth more than the price, and cash or credit reach"
    )
    unit = MCNY
    facts = TakeFacts
    question = ABOUT + " {}?"
    acts = Way(TAKE_IT, "It took one.", "have taken it")
    rests = Way(LEAVE_IT, "It left it.", "have left it")

    def weigh(self, facts: TakeFacts, parameters: Parameters) -> dict[str, Floats]:
        """What taking the stake leaves the buyer beyond its price, and what leaving it does, (cases,)."""
        surplus = [worth_of_stake(stake, parameters.deals).surplus_mcny for stake in stakes_of(facts)]
        return {TAKE_IT: np.array(surplus), LEAVE_IT: np.zeros(len(surplus))}

    def levers(self, decision: Decision, parameters: Parameters) -> tuple[Lever, ...]:
        """The numbers that the choice over a stake rests on."""
        recorded = decision.facts
        far = FAR * max(abs(recorded["to_buyer_mcny"]), abs(recorded["to_seller_mcny"]), 1.0)
        return tuple(
            replace(lever, low=-far, high=far) if lever.unit == MCNY else lever
            for lever in super().levers(decision, parameters)
        )

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What was on offer, and what it leaves the buyer at its price."""
        if not again:
            return ()
        facts = decision.facts
        return (
            f"{percent(facts['stake_share'])} were on offer; the plant was worth "
            f"{figure(facts['to_buyer_mcny'], MCNY)} to the buyer and {figure(facts['to_seller_mcny'], MCNY)} to its "
            f"owner, and the buyer's smelters lacked {figure(max(facts['gap_mt'], 0.0), 'Mt')} of alumina a year.",
            *_floor(facts),
            f"At a purchase price of {figure(facts.get('price_mcny', np.nan), MCNY)} the stake leaves the buyer "
            f"{figure(again[TAKE_IT], MCNY)}.",
        )


def _floor(facts: Mapping[str, float]) -> list[str]:
    """What its owner took at least by an appraisal, where one counted."""
    least = facts["floor_mcny"]
    return (
        [f"By appraisal its owner took no less than {figure(least, MCNY)} for all of it."]
        if least > 0.0
        else []
    )


TAKE = DECISIONS.add(Take.name, Take())


def take_stakes(world: World, cast: Cast, view: View) -> None:
    """Let groups short of alumina take minority stakes in refineries of others, a few a decade."""
    needs = smelter_needs(world)
    plants = view.refineries
    own = total_by(plants.group, plants.runnable_mt, len(view.groups))
    gaps = needs.sum(axis=1) - own
    buyers = [row for row in find_bidders(world, view) if gaps[row] > LEAST_MT]
    keys = [world.groups.keys[row] for row in buyers]
    looking = world.streams.uniforms("minority", world.year, keys)
    chosen = (looking < world.parameters.deals.minority_share).nonzero()[0]
    if chosen.size == 0:
        return
    saved = freight_saved(world, needs)
    for place in chosen.tolist():
        buyer = buyers[place]
        row = nearest_plant(world, view, buyer, saved[:, buyer].tolist())
        if row >= 0:
            freight = float(saved[plants.region[row], buyer])
            consider(
                world,
                cast,
                view,
                (buyer, row),
                measure(world, view, (buyer, row), float(gaps[buyer]), freight),
            )


def nearest_plant(world: World, view: View, buyer: int, saved: list[float]) -> int:
    """The plant of another owner that saves the buyer most freight and is held by a clear majority, or -1."""
    plants = view.refineries
    nodes, top = world.holdings.nodes(plants.keys), world.holdings.controllers()
    standing = (plants.nameplate_mt > LEAST_MT) & ~plants.synthetic & (plants.group != buyer)
    standing &= ~reserved(plants)
    standing[list(world.plant_market.sold)] = False
    ranked: list[int] = sorted(
        standing.nonzero()[0].tolist(),
        key=lambda row: (
            -saved[int(plants.region[row])],
            float(plants.cash_cost_cny_per_t[row]),
            plants.keys[row],
        ),
    )
    for row in ranked:
        block, owner = world.holdings.main_block(nodes[row]), view.groups.keys[plants.group[row]]
        if top.get(block.holder) == owner and stake_ppm(block.votes_ppm, 0.0, world.parameters.deals) > 0:
            return row
    return -1


def consider(world: World, cast: Cast, view: View, pair: tuple[int, int], seen: TakeFacts) -> None:
    """Ask a buyer whether it takes a stake in a plant, put its answer on record, and let it do so."""
    (buyer, row), options = pair, TAKE.weigh(seen, world.parameters)
    plain = TAKE.case(world.groups.keys[buyer], seen, options, about=view.refineries.keys[row])
    case = plain._replace(kind=ABOUT)
    if seen.price_mcny[0] > seen.room_mcny[0]:
        # Who cannot raise the price may only leave the stake.
        case = case.only(LEAVE_IT)
    intent = ask(cast.groups[buyer], view, case)
    record(world, intent, TAKE)
    if intent.choice == TAKE_IT:
        (stake,) = stakes_of(seen)
        take_stake(world, view, pair, (stake, worth_of_stake(stake, world.parameters.deals)))


def take_stake(world: World, view: View, pair: tuple[int, int], weighed: tuple[Stake, Worth]) -> None:
    """Move a stake and its price, and write both down."""
    (buyer, row), (stake, worth), keys = pair, weighed, world.groups.keys
    plant, seller = view.refineries.keys[row], int(view.refineries.group[row])
    node = world.holdings.nodes(view.refineries.keys)[row]
    holder = world.holdings.main_block(node).holder
    deal = f"{world.year}-stake-{plant}>{keys[buyer]}"
    hand_over(world, deal, [Lot(node, holder, round(stake.share * WHOLE_PPM))], keys[buyer])
    paid = pay(world, buyer, seller, worth.price_mcny, 0.0)
    enter(
        world,
        (deal, MINORITY),
        (keys[buyer], keys[seller], plant),
        paid,
        seller_state=state_of(bool(world.groups.distressed[seller])),
        stake_share=stake.share,
        size_mt=float(view.refineries.nameplate_mt[row]),
        price_mcny=worth.price_mcny,
        stand_alone_mcny=stake.share * stake.to_buyer_mcny,
        integration_mcny=worth.gain_mcny,
        gain_mcny=worth.gain_mcny,
        value_mcny=stake.share * stake.to_buyer_mcny + worth.gain_mcny,
        reservation_mcny=worth.least_mcny,
        offtake_mt=worth.offtake_mt,
    )
    reason = f"{worth.price_mcny:.0f} million CNY for {stake.share:.0%} of {plant}; control unchanged"
    world.tell(Happened.MINORITY, keys[buyer], worth.offtake_mt, "Mt/yr", reason, counterpart=keys[seller])
