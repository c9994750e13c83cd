"""Ore of owner groups: what their mines abroad ship and earn, and what it secures when imported ore is short.

A mine sells at the price of the market, to plants of its owner or to others: what a plant pays for its ore is the same
whoever owns the mine, so no cost and no choice to run depends on it, and only the accounts of owners do.
"""

from sim.core.arrays import Floats, total_by
from sim.market.inputs import QUARTERS
from sim.market.ore import shared_shortage
from sim.sight.abroad import margins
from sim.world.world import World


def missing_ore(world: World, ready_mt: Floats, missing_share: float, lost_share: Floats) -> Floats:
    """The part of its imported ore that each plant goes without this quarter, (plants,).

    Args:
        world: the world.
        ready_mt: (plants,) what the plants could make if no ore were missing, Mt a quarter.
        missing_share: the part of all imported ore that does not come.
        lost_share: (mines,) the part of its ore that each mine cannot ship.
    """
    plants, mines, groups = world.refineries, world.mines, len(world.groups)
    kept = world.parameters.disruptions.own_ore_kept_share
    secured = total_by(mines.group, mines.ore_mt * (lost_share <= 0.0) * kept / QUARTERS, groups)
    need = total_by(plants.group, ready_mt * world.recipe.imported_ore_t, groups)
    return shared_shortage(need, secured, missing_share)[plants.group]


def mine(world: World, lost_share: Floats, freight_usd_per_t: float = 0.0) -> None:
    """Ship a quarter's ore and book what it earns for the owners of mines, without VAT.

    A mine whose cost is above the price of ore ships nothing.

    Args:
        world: the world.
        lost_share: (mines,) the part of its ore that each mine cannot ship.
        freight_usd_per_t: what shocks of freight add to the price of a tonne, which carriers get.
    """
    mines, book, margin = world.mines, world.book, margins(world, freight_usd_per_t)
    shipped = mines.ore_mt / QUARTERS * (1.0 - lost_share) * (margin > 0.0)
    earned = shipped * margin
    by_group = total_by(mines.group, earned, len(world.groups))
    book.mined_mt += shipped
    book.mines_mcny += earned
    book.mining_mcny += by_group
    book.earned_mcny += by_group
    world.groups.cash_mcny += by_group
