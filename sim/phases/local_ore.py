"""Local ore of a quarter: who goes short of it, what is dug, used and kept, and what imported ore takes its place.

What mines cannot give is rationed evenly over all lines of a region that could run. A plant that goes short runs less,
on the imported ore that it has anyway: in such a quarter its blend holds more of it. Mines dig what is used and what
there is room to store; the rest stays in the ground.

Ore of owner groups: what their mines abroad ship and earn, and what it secures when imported ore is short.

A mine sells at the price of the market, to plants of its owner or to others: what a plant pays for its ore is the same
whoever owns the mine, so no cost and no choice to run depends on it, and only the accounts of owners do.
"""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.inputs import QUARTERS
from sim.market.ore import rationed_share, shared_shortage
from sim.phases.preparing import DAYS
from sim.sight.abroad import margins
from sim.sight.local_ore import local_need, potential
from sim.strategy.blending import most_imported
from sim.world.local_ore import LocalOre, read_local_ore
from sim.world.world import World


def open_local_ore(world: World) -> LocalOre:
    """Local ore at the start, and blends that it allows.

    Imported shares of the register are estimates: where the lines of a region would need more local ore than its mines
    can give, all of them run on more imported ore than it says, as far as they can.
    """
    plants, parameters = world.refineries, world.parameters
    ore = world.local_ore = read_local_ore(world.pack, plants, parameters)
    if not ore.limited.any():
        return ore
    given, need = potential(world, world.year), local_need(world, plants.runnable_mt)
    room = (
        most_imported(plants.imported_share, plants.low_share, parameters.local_ore) - plants.imported_share
    )
    able = total_by(plants.region, room * plants.runnable_mt, len(given))
    missing = np.maximum(need - given, 0.0) * ore.limited
    moved = np.divide(missing, able, out=np.zeros(len(able)), where=able > 0.0)
    plants.imported_share += np.minimum(moved, 1.0)[plants.region] * room
    ore.stock_mt = given * parameters.local_ore.opening_days / DAYS
    return ore


def mines_give(world: World, cut_share: Floats) -> tuple[Floats, Floats]:
    """What mines of each region can give in a year as things stand, and in this quarter, (regions,) Mt of alumina.

    Args:
        world: the world.
        cut_share: (regions,) part of it that events take.
    """
    given = potential(world, world.year)
    return given, given / QUARTERS * (1.0 - cut_share) * world.local_ore.limited


def short_share(world: World, wanted_mt: Floats, given_mt: Floats, cut_share: Floats) -> Floats:
    """The part of their local ore that plants of each region go without this quarter, (regions,).

    Args:
        world: the world.
        wanted_mt: (plants,) what the plants would make of local ore if none were missing, Mt a quarter.
        given_mt: (regions,) what mines can give in the quarter.
        cut_share: (regions,) part of all local ore that events take where no limit is known.
    """
    ore, need = world.local_ore, total_by(world.refineries.region, wanted_mt, len(given_mt))
    return np.where(ore.limited, np.maximum(rationed_share(need, given_mt + ore.stock_mt), 0.0), cut_share)


def share_local_ore(world: World, local_mt: Floats, potential_mt: Floats, given_mt: Floats) -> None:
    """Set what mines can give, in a year and this quarter, and what falls to each plant.

    Args:
        world: the world.
        local_mt: (plants,) the alumina that each has local ore for.
        potential_mt: (regions,) what mines can give in a year.
        given_mt: (regions,) what they can give this quarter.
    """
    ore = world.local_ore
    ore.shared_mt, ore.potential_mt, ore.given_mt = local_mt, potential_mt, given_mt
    world.book.diggable_mt += given_mt


def use_local_ore(world: World, made_mt: Floats) -> None:
    """Move stocks of local ore by what a quarter's output, (plants,) Mt, took.

    Books the imported ore that took the place of what a plant's blend lacked, with its reagent and residue.
    """
    ore, plants, book = world.local_ore, world.refineries, world.book
    wanted = made_mt * (1.0 - plants.imported_share)
    lacking = np.maximum(wanted - ore.shared_mt, 0.0) * ore.limited[plants.region]
    if lacking.any():
        imported, local = world.process.balance(plants.region)
        more, less = lacking / imported[0], lacking / local[0]
        book.imported_ore_mt += more
        book.domestic_ore_mt -= less
        book.reagent_mt += more * imported[1] - less * local[1]
        book.mud_mt += more * imported[2] - less * local[2]
    used = total_by(plants.region, wanted - lacking, ore.limited.size) * ore.limited
    most = ore.potential_mt * world.parameters.local_ore.most_days / DAYS
    dug = np.minimum(np.maximum(used + most - ore.stock_mt, 0.0), ore.given_mt)
    ore.stock_mt = np.maximum(ore.stock_mt + dug - used, 0.0)
    book.dug_mt += dug


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
