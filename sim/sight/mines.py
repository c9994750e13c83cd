"""What mines abroad earn for their owners."""

import numpy as np

from sim.core.arrays import Floats
from sim.world.world import World


def margins(world: World, freight_usd_per_t: float = 0.0) -> Floats:
    """What a tonne of ore earns at today's price for the owner of each mine, (mines,) CNY/t without VAT.

    What freight adds to the price goes to carriers.
    """
    mines, now = world.mines, world.prices.now
    margin = np.maximum(now.feed_usd_per_t - freight_usd_per_t - mines.cost_usd_per_t, 0.0)
    return np.asarray(margin * now.exchange_rate_cny_per_usd * mines.profit_share)
