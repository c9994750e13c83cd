"""New potlines start in place of old ones, in another market or of another smelter; mines of one's own ship."""

import numpy as np

from sim.world.kinds import Happened
from sim.world.world import World


def start_potlines(world: World) -> None:
    """Let rights go where new potlines stand this year; the alumina in stock goes along."""
    smelters = world.smelters
    for row in ((smelters.due_year > 0) & (smelters.due_year <= world.year)).nonzero()[0].tolist():
        if smelters.capacity_mt[row] == 0.0:
            open_mine(world, row)
            continue
        taker = int(smelters.successor[row])
        move_stock(world, row, int(smelters.market[taker] if taker >= 0 else smelters.bound_market[row]))
        if taker >= 0:
            hand_right_over(world, row, taker)
        else:
            open_elsewhere(world, row)
        smelters.due_year[row] = 0
        smelters.bound_market[row] = smelters.successor[row] = -1


def move_stock(world: World, row: int, to: int) -> None:
    """Move a smelter's part of the stock of its market along."""
    smelters, stock = world.smelters, world.prices.stock_smelters_mt
    there = int(smelters.market[row])
    total = float(smelters.capacity_mt[smelters.market == there].sum())
    part = float(stock[there] * smelters.capacity_mt[row]) / total
    moved = stock.copy()
    moved[there] -= part
    moved[to] += part
    world.prices.stock_smelters_mt = np.maximum(moved, 0.0)


def hand_right_over(world: World, row: int, taker: int) -> None:
    """Close a smelter and let another have its capacity."""
    smelters = world.smelters
    size = float(smelters.capacity_mt[row])
    smelters.capacity_mt[row] = 0.0
    smelters.smelting_share[row] = 0.0
    smelters.capacity_mt[taker] += size
    world.tell(
        Happened.RIGHT_MOVED,
        smelters.keys[row],
        size,
        "Mt/yr",
        "new potlines stand",
        counterpart=smelters.keys[taker],
    )


def open_elsewhere(world: World, row: int) -> None:
    """Open a smelter's new potlines in the market to which it was bound."""
    smelters = world.smelters
    smelters.market[row] = smelters.bound_market[row]
    smelters.smelting_share[row] = 1.0
    world.tell(
        Happened.SMELTER_MOVED,
        smelters.keys[row],
        float(smelters.capacity_mt[row]),
        "Mt/yr",
        "cheaper power",
        counterpart=world.geography.markets[int(smelters.market[row])],
    )


def open_mine(world: World, row: int) -> None:
    """Let the mine in which a stake was taken ship; it comes on top of what the others give and grow by."""
    smelters, market = world.smelters, world.parameters.market
    size, years = world.pack.smelters[row].offered_mt, world.year - world.pack.base_year
    smelters.capacity_mt[row], smelters.due_year[row] = size, 0
    grown = (1.0 + market.metal_growth_per_year) ** years
    world.opening_smelting_mt += size * market.smelter_running_share / grown
    owner = world.groups.keys[int(smelters.group[row])]
    world.tell(Happened.MINE_OPENED, smelters.keys[row], size, "Mt/yr", "it is ready", counterpart=owner)
