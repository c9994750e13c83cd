"""What mines abroad earn for their owners, and what they are worth to whoever has them or would."""

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.sight.outlook import ore_rise
from sim.strategy.finance import discount_factors, discount_rates
from sim.world.world import World


def margins(world: World, freight_usd_per_t: float = 0.0) -> Floats:
    """What a tonne of ore earns at today's price for the owner of each mine, (mines,) CNY/t without VAT.

    What freight adds to the price goes to carriers.
    """
    mines, now = world.mines, world.prices.now
    margin = np.maximum(now.feed_usd_per_t - freight_usd_per_t - mines.cost_usd_per_t, 0.0)
    return np.asarray(margin * now.exchange_rate_cny_per_usd * mines.profit_share)


def mine_worths(world: World, owners: Ints) -> Floats:
    """What mines are worth in the hands of owners, one owner a mine, (mines,) million CNY.

    A tonne earns what it earned this year, and what announced bans add to the price of ore; a mine ships what they
    let it, over the horizon over which owners look ahead.

    Source: equation (6.17a) of the model description.
    """
    mines, book, parameters = world.mines, world.book, world.parameters
    shipped = book.mined_mt > 0.0
    earned = np.divide(book.mines_mcny, book.mined_mt, out=margins(world), where=shipped)
    rise = ore_rise(world, world.rules, world.outlook) * mines.profit_share
    margin = np.maximum(earned + rise * world.prices.now.exchange_rate_cny_per_usd, 0.0)
    country = {row.id: row.country for row in world.pack.mines}
    kept = np.array([1.0 - world.outlook.ore_kept_back_in(country[key], 0.0) for key in mines.keys])
    rates = discount_rates(world.groups.owner_type, parameters.finance)[owners]
    years = discount_factors(rates, int(parameters.leaving.horizon_years)).sum(axis=0)
    return np.asarray(mines.ore_mt * kept * margin * years)
