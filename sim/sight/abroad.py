"""Who is behind the producers outside China, and what they see of prices.

What mines abroad earn for their owners, and what they are worth to whoever has them or would.
"""

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.sight.outlook import ore_rise
from sim.sight.view import expected_price
from sim.strategy.finance import annuities
from sim.world.holdings import economic_interest
from sim.world.world import World


def chinese_shares(world: World) -> list[tuple[str, float]]:
    """The ultimate owner of each producer outside China, and its look-through part where it is Chinese."""
    top = world.holdings.controllers()
    behind = {row.id: row.owner_type for row in world.pack.groups}
    companies = [row.company for row in world.pack.importers]
    owners = [top[company] for company in companies]
    share = np.diagonal(economic_interest(world.ownership, owners, companies)).tolist()
    return [
        (owner, part if behind[owner] != "foreign" else 0.0)
        for owner, part in zip(owners, share, strict=True)
    ]


def lasting_fob(world: World) -> float:
    """The FOB price that is expected to last, USD/t: that of the day, moved as the Chinese price is expected to move.

    The Chinese price moves it through import parity, equation (3.4) of the model description.
    """
    prices = world.prices
    taxed = (1.0 + world.parameters.market.vat_share) * prices.now.exchange_rate_cny_per_usd
    taxed *= 1.0 + world.parameters.world.duty_share + world.rules.duty_share
    return max(prices.fob_usd_per_t + (expected_price(world) - prices.index_cny_per_t) / taxed, 0.0)


def metal_abroad(world: World) -> tuple[float, float]:
    """The price of metal of the day and the one to which it returns, outside China, USD/t: China's without its tax."""
    now = world.prices.now
    taxed = (1.0 + world.parameters.market.vat_share) * now.exchange_rate_cny_per_usd
    return now.metal_cny_per_t / taxed, lasting_metal(world) / taxed


def lasting_metal(world: World) -> float:
    """The price to which metal returns in China, CNY/t."""
    metal = world.pack.trade.ids.index(world.pack.trade.metal)
    years = world.year - world.pack.base_year
    return float(np.exp(world.motion.level[metal] + world.motion.trend[metal] * years))


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
    ore = mines.ore_mt
    if world.outlook.ore_kept_back:
        country = {row.id: row.country for row in world.pack.mines}
        ore = ore * [1.0 - world.outlook.ore_kept_back_in(country[key], 0.0) for key in mines.keys]
    horizon = int(parameters.leaving.horizon_years)
    years = annuities(world.groups.owner_type, horizon, parameters.finance)[owners]
    return np.asarray(ore * margin * years)
