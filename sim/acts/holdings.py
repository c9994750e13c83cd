"""Holdings change hands, and plants follow whoever controls them.

Putting a deal into the book of deals: between whom, how it was paid, and what it does to concentration.

Firms grow together after a deal: what it saves comes in over years, after a year of disruption.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.acts.money import absorb
from sim.process.base import FEED
from sim.sight.buyers import control_index
from sim.sight.selling import Lot
from sim.strategy.combining import came_in
from sim.strategy.deals import UNPAID, Payment
from sim.world.abroad import Integration
from sim.world.dealbook import Deal
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import float_of
from sim.world.world import World


def hand_over(world: World, deal: str, lots: Iterable[Lot], buyer: str) -> None:
    """Move holdings to a buyer."""
    for lot in lots:
        world.ownership.transfer(world.year, deal, lot.holder, buyer, lot.node, lot.ppm)


def exchange_shares(world: World, deal: str, target: str, buyer: str, new_share: float) -> None:
    """Give all who hold a group new shares of its buyer for theirs; holders of the buyer have so much less.

    A part that the buyer's own side has in the target stays as it is: it is exchanged for nothing. What floats is
    exchanged for a float.

    Args:
        world: the world.
        deal: name of the deal.
        target: group whose shares are exchanged.
        buyer: group that issues shares.
        new_share: part of the buyer's equity that new shares for all of the target are afterwards.
    """
    ownership, top = world.ownership, world.holdings.controllers()
    given = [block for block in ownership.blocks(target) if top.get(block.holder) != buyer]
    before = ownership.blocks(buyer)
    hand_over(world, deal, [Lot(target, block.holder, block.ppm) for block in given], buyer)
    for block in given:
        taker = float_of(buyer) if block.holder == float_of(target) else block.holder
        for old in before:
            ppm = round(old.ppm * new_share * block.ppm / WHOLE_PPM)
            if ppm > 0 and old.holder != taker:
                ownership.transfer(world.year, deal, old.holder, taker, buyer, ppm)


def settle_control(world: World) -> None:
    """Let plants follow whoever controls them now; a group that has lost its independence brings its accounts along.

    A holding that changes hands may tip control of a company in which buyer and seller both had a part.
    """
    follow_control(world)
    top, groups = world.holdings.controllers(), world.groups
    rows = {key: row for row, key in enumerate(groups.keys)}
    for row, key in enumerate(groups.keys):
        taker = rows.get(top[key], row)
        if taker != row and any((groups.cash_mcny[row], groups.debt_mcny[row], groups.payables_mcny[row])):
            absorb(world, row, taker)


def follow_control(world: World) -> None:
    """Let every plant and mine follow whoever controls it now; groups themselves are for ever.

    One whose new controller is no owner group stays with the group that has run it.
    """
    top = world.holdings.controllers()
    rows = {key: row for row, key in enumerate(world.groups.keys)}
    for table in (world.refineries, world.smelters):
        nodes = world.holdings.nodes(table.keys)
        old = table.group.tolist()
        table.group[:] = [rows.get(top[node], old[row]) for row, node in enumerate(nodes)]
    held_by = {mine.id: mine.held_by for mine in world.pack.mines}
    for row, key in enumerate(world.mines.keys):
        holder = held_by[key]
        if top[holder] != holder:  # whose holder nobody controls stays with whoever has its accounts
            world.mines.group[row] = rows.get(top[holder], int(world.mines.group[row]))


def enter(
    world: World,
    named: tuple[str, str],
    sides: tuple[str, str, str],
    paid: Payment = UNPAID,
    hhi_before: float | None = None,
    hhi_after: float | None = None,
    **what: Any,
) -> Deal:
    """Put a deal into the book, and give its entry.

    Args:
        world: the world.
        named: id and kind of the deal.
        sides: buyer, seller and target.
        paid: how it was paid.
        hhi_before: HHI of capacity by control before, points; that of after, where control stays as it is.
        hhi_after: the same after; as it stands, where it is not given.
        what: further columns of the entry.
    """
    after = control_index(world) if hhi_after is None else hhi_after
    before = after if hhi_before is None else hhi_before
    (key, kind), (buyer, seller, target) = named, sides
    deal = Deal(
        year=world.year,
        id=key,
        kind=kind,
        buyer=buyer,
        seller=seller,
        target=target,
        paid_cash_mcny=paid.cash_mcny,
        paid_debt_mcny=paid.loan_mcny,
        hhi_before=before,
        hhi_after=after,
        hhi_step=after - before,
        **what,
    )
    world.deals.append(deal)
    return deal


def begin(world: World, integration: Integration) -> None:
    """Let the plants of a deal begin to grow together."""
    world.integrations.append(integration)


def grow_together(world: World) -> None:
    """Work out what deals save at each plant this year, by component.

    Source: equation (6.19) of the model description.
    """
    terms, process = world.parameters.combining, world.process
    total = np.zeros((3, len(world.refineries)))
    disrupted = np.zeros(len(world.refineries))
    for each in world.integrations:
        age = world.year - each.year
        total[:, each.rows] += each.saving_cny_per_t * each.realised_share * came_in(age, terms)
        if age == 1:
            disrupted[each.rows[each.joined]] += terms.disruption_cny_per_t
    summed = total.sum(axis=0)
    most = terms.most_saving_cny_per_t
    total *= np.divide(most, summed, out=np.ones(len(summed)), where=summed > most)
    world.saved = np.zeros_like(world.components)
    world.saved[[FEED, process.reagent, process.overhead]] = total
    world.saved[process.overhead] -= disrupted
