"""Deals that a scenario states: stakes, money and plants change hands; nobody is asked."""

from dataclasses import dataclass

from sim.acts.holdings import enter, settle_control
from sim.acts.money import absorb, pay, spend
from sim.scenario.fact_fit import foreigners
from sim.scenario.facts import Fact
from sim.sight.buyers import control_index
from sim.sight.selling import Lot
from sim.world.dealbook import STATED
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.world import World


@dataclass(frozen=True, slots=True)
class Takeover:
    """What a stated deal moves.

    Attributes:
        buyer: group whose money is spent, or holder abroad, who has no accounts here.
        seller: group, or holder, that gives most.
        lots: holdings that move.
        share: part of the target that moves.
        price_mcny: what is paid for it.
    """

    buyer: str
    seller: str
    lots: tuple[Lot, ...]
    share: float
    price_mcny: float


def take_over(world: World, fact: Fact, reason: str) -> str:
    """Carry out a stated deal; gives why it cannot be, or nothing when it was."""
    top, groups = world.holdings.controllers(), world.groups
    buyer = top[fact.buyer]
    if buyer not in groups.keys and fact.buyer not in foreigners(world.pack):
        return f"{buyer}, who controls {fact.buyer}, has no accounts at home"
    whole_group = not world.ownership.blocks(node_of(world, fact.target))
    lots = lots_of(world, fact, buyer)
    if not lots:
        return f"{fact.buyer} has all of {fact.target} that it can have"
    deal = _weighed(world, fact, buyer, lots)
    before = control_index(world)
    owners = world.refineries.group.copy()
    for lot in lots:
        world.ownership.transfer(world.year, f"fact-{fact.id}", lot.holder, fact.buyer, lot.node, lot.ppm)
    pay_holders(world, deal, top)
    if whole_group and deal.share >= 1.0 and fact.target in groups.keys:
        _dissolve(world, groups.row(fact.target), groups.row(buyer), deal.price_mcny)
    settle_control(world)
    moved = (world.refineries.group != owners).nonzero()[0]
    world.plant_market.sold.update(int(row) for row in moved)
    _write_down(world, fact, deal, before, reason)
    return ""


def node_of(world: World, target: str) -> str:
    """The node of the ownership graph that a plant, company or group is."""
    for table in (world.refineries, world.smelters):
        if target in table.keys:
            return world.holdings.nodes((target,))[0]
    return target


def lots_of(world: World, fact: Fact, buyer: str) -> tuple[Lot, ...]:
    """The holdings that a stated deal moves: of the largest holders first, never of the buyer's own.

    Of a group that nobody holds, the part of each of its holdings. Nothing moves when the target holds the buyer.
    """
    top, node = world.holdings.controllers(), node_of(world, fact.target)
    if fact.buyer in world.ownership.at_and_below({node}):
        return ()
    blocks = world.ownership.blocks(node)
    if not blocks:
        held = sorted(world.ownership.graph.successors(node))
        own = [
            (each, block) for each in held for block in world.ownership.blocks(each) if block.holder == node
        ]
        parts = [Lot(each, node, round(block.ppm * fact.share)) for each, block in own]
        return tuple(lot for lot in parts if lot.ppm > 0)
    wanted, lots = round(fact.share * WHOLE_PPM), []
    for block in sorted(blocks, key=lambda block: (-block.ppm, block.holder)):
        taken = min(block.ppm, wanted) if top.get(block.holder) != buyer else 0
        if taken > 0:
            lots.append(Lot(node, block.holder, taken))
            wanted -= taken
    return tuple(lots)


def _weighed(world: World, fact: Fact, buyer: str, lots: tuple[Lot, ...]) -> Takeover:
    """Who gives most, how much of the target moves, and the price: the book value of its plants if none is stated."""
    top = world.holdings.controllers()
    largest = max(lots, key=lambda lot: lot.ppm)
    whole = len({lot.node for lot in lots}) == 1
    share = sum(lot.ppm for lot in lots) / WHOLE_PPM if whole else fact.share
    if not world.ownership.blocks(node_of(world, fact.target)):
        share = fact.share
    price = fact.price_mcny
    if price is None:
        price = sum(book_value(world, lot.node) * lot.ppm / WHOLE_PPM for lot in lots)
    seller = top.get(largest.holder, largest.holder)
    return Takeover(buyer, seller, lots, share, float(price))


def book_value(world: World, node: str) -> float:
    """The book value of the plants at and below a node, million CNY, each in full."""
    finance, below = world.parameters.finance, world.ownership.at_and_below({node})
    return sum(
        float(capacity) * value
        for table, column, value in (
            (world.refineries, world.refineries.nameplate_mt, finance.refinery_asset_cny_per_t),
            (world.smelters, world.smelters.capacity_mt, finance.smelter_asset_cny_per_t),
        )
        for each, capacity in zip(world.holdings.nodes(table.keys), column, strict=True)
        if each in below
    )


def pay_holders(world: World, deal: Takeover, top: dict[str, str]) -> None:
    """Pay each holder its part of the price; what goes to holders without accounts here is spent.

    What comes from one is so much less of investment of whoever gets it.
    """
    groups, total = world.groups, sum(lot.ppm for lot in deal.lots)
    here = deal.buyer in groups.keys
    for lot in deal.lots:
        part, seller = deal.price_mcny * lot.ppm / total, top.get(lot.holder, "")
        paid = seller in groups.keys and seller != deal.buyer
        if here and paid:
            pay(world, groups.row(deal.buyer), groups.row(seller), part, 0.0)
        elif here or paid:
            spend(world, groups.row(deal.buyer if here else seller), part if here else -part)


def _dissolve(world: World, giver: int, taker: int, price_mcny: float) -> None:
    """Let a group that is bought whole pay its price out to its founders, and hand the rest of its accounts over."""
    world.groups.cash_mcny[giver] -= price_mcny
    world.book.payout_mcny[giver] += price_mcny
    absorb(world, giver, taker)


def _write_down(world: World, fact: Fact, deal: Takeover, before: float, reason: str) -> None:
    """Tell of the deal and put it into the book of deals."""
    plants, node = world.refineries, node_of(world, fact.target)
    below = world.ownership.at_and_below({node} | {lot.node for lot in deal.lots})
    rows = [row for row, each in enumerate(world.holdings.nodes(plants.keys)) if each in below]
    size = float(sum(plants.nameplate_mt[row] for row in rows))
    control = all(world.holdings.controllers()[lot.node] == deal.buyer for lot in deal.lots)
    kind = Happened.DEAL if control else Happened.MINORITY
    world.tell(kind, deal.buyer, size, "Mt/yr", reason, counterpart=deal.seller, subject=fact.target)
    enter(
        world,
        (f"fact-{fact.id}", STATED),
        (deal.buyer, deal.seller, fact.target),
        hhi_before=before,
        stake_share=deal.share,
        size_mt=size,
        price_mcny=deal.price_mcny,
    )
