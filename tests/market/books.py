"""Books for tests of the market: small ones made by hand, random ones by seed, and the baseline's own."""

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import settings

from sim.core.arrays import Floats, Ints
from sim.market.book import Book
from sim.market.equilibrium import Clearing, clear
from sim.market.needs import Needs, market_demand
from sim.market.offers import Offers, regional_supply
from sim.market.parity import Border, imports
from sim.market.stocks import StockRule, restocking
from sim.opening import open_world
from sim.phases.quarter import available_capacity, open_market, price_plants, world_border
from sim.scenario.load import load

CALM = settings(deadline=None, derandomize=True, max_examples=60, database=None)
"""The same examples each time, however busy the machine."""

SEEDS = (1, 2, 3, 4)
OPEN = "baseline without promises"
NAMES = ("baseline", OPEN, *(f"random {seed}" for seed in SEEDS))
CHOKE_CNY_PER_T = 5_000.0
NO_CHOKE_CNY_PER_T = 1e6


def border(**changes: float) -> Border:
    """Give terms of trade near those of late 2025, for a quarter."""
    usual = Border(
        exchange_rate=7.2,
        freight_usd_per_t=20.0,
        duty_share=0.0,
        vat_share=0.13,
        port_cny_per_t=80.0,
        handling_cny_per_t=160.0,
        reference_usd_per_t=320.0,
        balance_mt=0.0,
        slope_mt_per_usd=0.0075,
        full_slope_mt_per_usd=0.0075,
        near_mt=1.0,
        near_cost_usd_per_t=260.0,
        near_spread_usd_per_t=15.0,
        softness_mt=0.025,
        standing_imports_mt=0.2,
        walk_away_usd_per_t=120.0,
        walk_away_spread_usd_per_t=10.0,
    )
    return replace(usual, **changes)


def rule(places: int, **changes: object) -> StockRule:
    """Give a stock rule that holds still whatever the price, unless changed."""
    nothing = np.zeros(places)
    still = StockRule(nothing, nothing, 10.0, 5.0, 20.0, nothing + 2800.0, 900.0, 0.0, nothing)
    return replace(still, **changes)


def offers(region: list[int], capacity: list[float], cost: list[float], **changes: object) -> Offers:
    """Give plants that ran in full and stop and start at their cost, unless changed."""
    thresholds = np.stack((np.array(cost), np.array(cost)))
    count = len(region)
    usual = Offers(
        region=np.array(region),
        capacity_mt=np.array(capacity),
        thresholds_cny_per_t=thresholds,
        share=np.ones(count),
        ceiling_share=np.ones(count),
        spread_cny_per_t=20.0,
        regions=max(region) + 1,
    )
    return replace(usual, **changes)


def needs(need: list[float], **changes: object) -> Needs:
    """Give one smelter a market, a price-driven export market after them, and no stocks, unless changed.

    Smelters stop and start at one price, their choke, unless a price to start is given.
    """
    if "choke_cny_per_t" in changes:
        stop = changes.pop("choke_cny_per_t")
        changes["thresholds_cny_per_t"] = np.stack((stop, changes.pop("restart_cny_per_t", stop)))
    if "market" in changes:
        changes.setdefault("share", np.ones(np.size(changes["market"])))
    markets = len(need) + 1
    usual = Needs(
        market=np.arange(markets - 1),
        need_mt=np.array(need),
        thresholds_cny_per_t=np.full((2, markets - 1), CHOKE_CNY_PER_T),
        share=np.ones(markets - 1),
        spread_cny_per_t=300.0,
        held=rule(markets),
        fixed_mt=(),
        export_market=markets - 1,
        markets=markets,
        least_mt=np.full(markets, 1e-9),
        give_up_cny_per_t=8000.0,
        give_up_spread_cny_per_t=200.0,
    )
    return replace(usual, **changes)


def book(offered: Offers, needed: Needs, freight: Floats, **changes: object) -> Book:
    """Give a book of plants and smelters with the usual border and nothing promised, unless changed."""
    usual = Book(
        offers=offered,
        needs=needed,
        border=border(),
        held=rule(offered.regions),
        committed_mt=np.zeros_like(freight),
        freight_cny_per_t=freight,
        dispersion_cny_per_t=25.0,
        least_sold_share=0.2,
    )
    return replace(usual, **changes)


@cache
def random_book(seed: int) -> Book:
    """Give a book of 40 plants, 6 regions and 8 markets with stocks, promises and trade, drawn by seed."""
    luck = np.random.default_rng(seed)
    plants, regions, markets = 40, 6, 8
    region: Ints = np.concatenate((np.arange(regions), luck.integers(0, regions, plants - regions)))
    cost = luck.normal(2750.0, 150.0, plants)
    capacity = luck.uniform(0.1, 1.0, plants)
    need = luck.uniform(0.3, 1.0, markets - 1)
    need *= 0.8 * capacity.sum() / need.sum()
    freight = luck.uniform(40.0, 450.0, (regions + 1, markets))
    freight[-1, -1] = 1e5
    committed = np.zeros_like(freight)
    made = np.bincount(region, capacity, regions)
    committed[:-1, :-1] = 0.3 * np.outer(made, need) / capacity.sum()
    daily = need.sum() / 91.0
    return book(
        offers(region.tolist(), capacity.tolist(), cost.tolist())
        if seed % 2
        else with_band(region, capacity, cost, luck.uniform(0.0, 1.0, plants)),
        needs(
            need.tolist(),
            choke_cny_per_t=luck.normal(CHOKE_CNY_PER_T, 400.0, markets - 1),
            held=moving_stocks(np.append(need / 91.0, 0.0)),
            fixed_mt=((markets - 1, float(0.02 * need.sum())),),
            least_mt=np.append(0.01 * need, 1e-9),
        ),
        freight,
        held=moving_stocks(np.full(regions, 0.5 * daily / regions)),
        committed_mt=committed,
    )


def with_band(region: Ints, capacity: Floats, cost: Floats, share: Floats) -> Offers:
    """Give plants that stop 130 CNY/t below and start 130 CNY/t above their cost."""
    return offers(
        region.tolist(),
        capacity.tolist(),
        cost.tolist(),
        thresholds_cny_per_t=np.stack((cost - 130.0, cost + 130.0)),
        share=share,
        ceiling_share=np.minimum(share + 0.5, 1.0),
    )


def moving_stocks(daily: Floats) -> StockRule:
    """Give a stock rule that starts at twelve days of cover and answers to the price."""
    return rule(
        daily.size,
        daily_mt=daily,
        stock_mt=12.0 * daily,
        adjustment=0.5,
        deepest_mt=12.0 * daily,
    )


@cache
def baseline_book() -> Book:
    """Give what meets in the market of the baseline right after the spin-up year."""
    world = open_world(load("baseline"))
    price_plants(world)
    capacity = available_capacity(world, 1).available_mt
    return open_market(world, capacity, world_border(world, 1), 1)


def named_book(name: str) -> Book:
    """Give a book by one of `NAMES`."""
    if name.startswith("random"):
        return random_book(int(name.removeprefix("random ")))
    found = baseline_book()
    return replace(found, committed_mt=np.zeros_like(found.committed_mt)) if name == OPEN else found


def start(of: Book, price: float = 2800.0) -> Floats:
    """Give a first guess of mill prices that knows nothing."""
    return np.full(of.freight_cny_per_t.shape[0], price)


@cache
def cleared(name: str) -> Clearing:
    """Give the clearing of a named book."""
    return clear(named_book(name), start(named_book(name)))


def excess_supply(of: Book, mill: Floats) -> Floats:
    """Give each origin's excess supply at mill prices in Mt, put together anew from the market's parts."""
    spread = of.dispersion_cny_per_t
    landed = (mill[:, None] + of.freight_cny_per_t) / -spread
    weights = np.exp(landed - landed.max(axis=0))
    delivered = -spread * (landed.max(axis=0) + np.log(weights.sum(axis=0)))
    demand, *_ = market_demand(of.needs, of.border, delivered, of.committed_mt.sum(axis=0))
    made = regional_supply(of.offers, mill[:-1])[0] - restocking(of.held, mill[:-1])[0]
    supply = np.append(made, imports(of.border, float(mill[-1]))[0]) - of.committed_mt.sum(axis=1)
    return np.asarray(supply - weights / weights.sum(axis=0) @ demand)


def inelastic(of: Book, dispersion: float) -> Book:
    """Give a book with fixed demand, prompt plants, still stocks and imports from one more plant abroad, for the LP."""
    markets, regions = of.needs.markets, of.offers.regions
    fixed = replace(
        of.needs,
        thresholds_cny_per_t=np.full_like(of.needs.thresholds_cny_per_t, NO_CHOKE_CNY_PER_T),
        held=rule(markets),
        least_mt=np.zeros(markets),
    )
    abroad = border(
        near_mt=1.0,
        near_cost_usd_per_t=320.0,
        slope_mt_per_usd=0.0,
        full_slope_mt_per_usd=0.0,
        softness_mt=1e-9,
        standing_imports_mt=0.2,
    )
    prompt = replace(of.offers, answer_share=1.0)
    return replace(
        of, offers=prompt, needs=fixed, held=rule(regions), border=abroad, dispersion_cny_per_t=dispersion
    )
