"""What buyers want at a price: smelters' use and restocking, standing exports, and exports to the rest of the world."""

import math
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.market.parity import Border, exports
from sim.market.stocks import StockRule, restocking

LARGEST_LOG = 500.0


@dataclass(slots=True)
class Needs:
    """Buyers in one quarter.

    Attributes:
        market: (smelters,) demand region of each smelter.
        need_mt: (smelters,) alumina used in the quarter when running in full.
        thresholds_cny_per_t: (2, smelters) delivered alumina price above which potlines stop, price below which
            they start again.
        share: (smelters,) share of full output at the end of last quarter.
        spread_cny_per_t: spread of those prices among potlines.
        held: stock rule by demand region.
        fixed_mt: nearly price-inelastic demand, market and Mt each: standing exports.
        export_market: index of the market whose demand follows the world price.
        markets: number of demand regions.
        least_mt: (markets,) least spot demand of a market, so that trade never turns round.
        give_up_cny_per_t: delivered price at which half of the fixed demand ends.
        give_up_spread_cny_per_t: spread of that price.
    """

    market: Ints
    need_mt: Floats
    thresholds_cny_per_t: Floats
    share: Floats
    spread_cny_per_t: float
    held: StockRule
    fixed_mt: tuple[tuple[int, float], ...]
    export_market: int
    markets: int
    least_mt: Floats
    give_up_cny_per_t: float
    give_up_spread_cny_per_t: float


def alumina_use(needs: Needs, delivered_cny_per_t: Floats) -> tuple[Floats, Floats, Floats]:
    """Smelters' use by market in Mt, its slope in the delivered price, both (markets,), and (smelters,) running shares.

    Like a refinery a smelter stays as it was between the price at which potlines stop and that at which they start.
    """
    gap = (delivered_cny_per_t[needs.market] - needs.thresholds_cny_per_t) / needs.spread_cny_per_t
    most, least = 1.0 / (1.0 + np.exp(np.minimum(gap, LARGEST_LOG)))
    share = np.minimum(np.maximum(needs.share, least), most)
    moving = (share == most) | (share == least)
    slope = -needs.need_mt * share * (1.0 - share) * moving / needs.spread_cny_per_t
    used = total_by(needs.market, needs.need_mt * share, needs.markets)
    return used, total_by(needs.market, slope, needs.markets), share


def standing_demand(needs: Needs, delivered_cny_per_t: Floats) -> Floats:
    """What buyers take whose demand hardly answers to price, by market in Mt, (markets,)."""
    taken = np.zeros(needs.markets)
    for market, tonnes in needs.fixed_mt:
        taken[market] += _fixed_demand(needs, tonnes, float(delivered_cny_per_t[market]))[0]
    return taken


def _fixed_demand(needs: Needs, tonnes: float, price_cny_per_t: float) -> tuple[float, float]:
    """Demand that hardly answers to price, and its slope; nobody pays any price, so it ends at a high one."""
    spread = needs.give_up_spread_cny_per_t
    gap = (price_cny_per_t - needs.give_up_cny_per_t) / spread
    share = 1.0 / (1.0 + math.exp(max(-60.0, min(60.0, gap))))
    return tonnes * share, -tonnes * share * (1.0 - share) / spread


def market_demand(
    needs: Needs, border: Border, delivered_cny_per_t: Floats, incoming_mt: Floats
) -> tuple[Floats, Floats, Floats]:
    """Spot demand by market in Mt, after committed tonnes, its slope, both (markets,), and smelters' running shares."""
    used, slope, share = alumina_use(needs, delivered_cny_per_t)
    stocked, stocked_slope = restocking(needs.held, delivered_cny_per_t)
    demand = used + stocked - incoming_mt
    slope = slope + stocked_slope
    for market, tonnes in needs.fixed_mt:
        fixed, fixed_slope = _fixed_demand(needs, tonnes, float(delivered_cny_per_t[market]))
        demand[market] += fixed
        slope[market] += fixed_slope
    abroad, abroad_slope = exports(border, float(delivered_cny_per_t[needs.export_market]))
    demand[needs.export_market] += abroad
    slope[needs.export_market] += abroad_slope
    slope *= demand > needs.least_mt
    return np.maximum(demand, needs.least_mt), slope, share
