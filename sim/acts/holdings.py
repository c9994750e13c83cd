"""Holdings change hands, and plants follow whoever controls them."""

from collections.abc import Iterable

from sim.acts.money import absorb
from sim.sight.lots import Lot
from sim.world.world import World


def hand_over(world: World, deal: str, lots: Iterable[Lot], buyer: str) -> None:
    """Move holdings to a buyer."""
    for lot in lots:
        world.ownership.transfer(world.year, deal, lot.holder, buyer, lot.node, lot.ppm)


def settle_control(world: World) -> None:
    """Let plants follow whoever controls them now; a group that has lost its independence brings its accounts along.

    A holding that changes hands may tip control of a company in which buyer and seller both had a part.
    """
    follow_control(world)
    top, groups = world.holdings.controllers(), world.groups
    rows = {key: row for row, key in enumerate(groups.keys)}
    for row, key in enumerate(groups.keys):
        taker = rows.get(top[key], row)
        held = (groups.cash_mcny[row], groups.debt_mcny[row], groups.payables_mcny[row])
        if taker != row and any(held):
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
