"""Stocks as a demand: holders keep more when the price is below what they expect, less when above.

This is competitive storage reduced to a rule: the wanted stock is a cover in days that moves with the gap
between price and expectation, inside a floor and a ceiling, and a share of the gap is closed each quarter.
Near the floor nothing more can be drawn, so demand turns vertical and the price goes to the choke: that is
scarcity pricing.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats

LARGEST_LOG = 50.0


@dataclass(slots=True)
class StockRule:
    """How the holders of a set of places stock alumina in one quarter.

    Attributes:
        daily_mt: (places,) use or output per day.
        stock_mt: (places,) opening stock.
        cover_days: wanted cover at the expected price.
        floor_days: least cover.
        ceiling_days: most cover.
        expected_cny_per_t: (places,) expected price.
        scale_cny_per_t: price gap that moves the wanted stock by a factor e.
        adjustment: share of the gap closed in the quarter.
        deepest_mt: (places,) most that can be drawn in the quarter.
    """

    daily_mt: Floats
    stock_mt: Floats
    cover_days: float
    floor_days: float
    ceiling_days: float
    expected_cny_per_t: Floats
    scale_cny_per_t: float
    adjustment: float
    deepest_mt: Floats


def restocking(rule: StockRule, price_cny_per_t: Floats) -> tuple[Floats, Floats]:
    """The tonnes that go into stock (negative: drawn) in Mt and their slope in the price, both (places,).

    Source: Williams & Wright 1991, Deaton & Laroque 1992, reduced to a stock-demand rule.
    """
    gap = (rule.expected_cny_per_t - price_cny_per_t) / rule.scale_cny_per_t
    days = rule.cover_days * np.exp(np.minimum(gap, LARGEST_LOG))
    kept = np.minimum(np.maximum(days, rule.floor_days), rule.ceiling_days)
    wanted = rule.adjustment * rule.daily_mt * kept
    least = -rule.deepest_mt
    change = np.maximum(wanted - rule.adjustment * rule.stock_mt, least)
    slope = wanted / -rule.scale_cny_per_t * ((kept == days) & (change > least))
    return change, slope
