"""What owners see of prices: the mill prices that are expected in the long run, and those that last."""

import math

from sim.core.arrays import Floats
from sim.sight.outlook import cost_change
from sim.strategy.finance import long_run_price
from sim.world.world import World


def expected_mill_prices(world: World) -> Floats:
    """The mill price that owners expect in the long run in each region, (regions,) CNY/t."""
    prices, terms = world.prices, world.parameters.expectation
    national = long_run_price(prices.adaptive_cny_per_t, prices.forward_cny_per_t, terms.adaptive_share)
    return national + prices.mill_cny_per_t[:-1] - prices.index_cny_per_t


def lasting_mill_prices(world: World) -> Floats:
    """The mill price expected in the long run at today's input prices and announced rules, (regions,) CNY/t.

    Whoever weighs years of margins must not set a remembered price against the costs to come: the remembered part
    is moved by what costs have moved since, and by what announced rules will, so that what is remembered is the margin.

    Source: equation (3.30) of the model description.
    """
    prices, share = world.prices, world.parameters.expectation.adaptive_share
    moved = prices.cost_cny_per_t - prices.adaptive_cost_cny_per_t + mean_cost_change(world)
    return expected_mill_prices(world) + share * moved


def mean_cost_change(world: World) -> float:
    """What announced rules change of mean cash cost, CNY/t, by the output of the year."""
    made = world.book.made_mt
    if world.outlook == world.rules or not made.any():
        return 0.0
    change = cost_change(world, world.rules, world.outlook)
    return round(math.fsum(change * made) / math.fsum(made), 6)
