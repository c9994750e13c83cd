"""What buyers want at a price: smelters' use and restocking, Russia, and exports to the rest of the world."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.market.parity import Border, exports
from sim.market.stocks import StockRule, restocking

LARGEST_LOG = 500.0


@dataclass(frozen=True, slots=True)
class Needs:
    """Buyers in one quarter.

    Attributes:
        market: (smelters,) demand region of each smelter.
        need_mt: (smelters,) alumina used in the quarter when running in full.
        choke_cny_per_t: (smelters,) delivered alumina price at which smelting breaks even.
        spread_cny_per_t: spread of that price among potlines.
        held: stock rule by demand region.
        fixed_mt: (markets,) price-inelastic demand: Russia and standing exports.
        export_market: index of the market whose demand follows the world price.
        markets: number of demand regions.
        least_mt: (markets,) least spot demand of a market, so that trade never turns round.
    """

    market: Ints
    need_mt: Floats
    choke_cny_per_t: Floats
    spread_cny_per_t: float
    held: StockRule
    fixed_mt: Floats
    export_market: int
    markets: int
    least_mt: Floats


def smelting_share(needs: Needs, delivered_cny_per_t: Floats) -> Floats:
    """Give the share of full output at which each smelter runs, (smelters,)."""
    gap = (delivered_cny_per_t[needs.market] - needs.choke_cny_per_t) / needs.spread_cny_per_t
    return 1.0 / (1.0 + np.exp(np.minimum(gap, LARGEST_LOG)))


def alumina_use(needs: Needs, delivered_cny_per_t: Floats) -> tuple[Floats, Floats]:
    """Give smelters' use by market in Mt and its slope in the delivered price, both (markets,)."""
    share = smelting_share(needs, delivered_cny_per_t)
    slope = -needs.need_mt * share * (1.0 - share) / needs.spread_cny_per_t
    used = total_by(needs.market, needs.need_mt * share, needs.markets)
    return used, total_by(needs.market, slope, needs.markets)


def market_demand(
    needs: Needs, border: Border, delivered_cny_per_t: Floats, incoming_mt: Floats
) -> tuple[Floats, Floats]:
    """Give spot demand by market in Mt, after committed tonnes, and its slope, both (markets,)."""
    used, slope = alumina_use(needs, delivered_cny_per_t)
    stocked, stocked_slope = restocking(needs.held, delivered_cny_per_t)
    demand = used + stocked + needs.fixed_mt - incoming_mt
    slope = slope + stocked_slope
    abroad, abroad_slope = exports(border, float(delivered_cny_per_t[needs.export_market]))
    demand[needs.export_market] += abroad
    slope[needs.export_market] += abroad_slope
    slope *= demand > needs.least_mt
    return np.maximum(demand, needs.least_mt), slope
