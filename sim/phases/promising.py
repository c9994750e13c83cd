"""Promises of the year: importers plan, groups supply themselves, smelters sign annual contracts."""

import numpy as np

from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.decisions.ship import ship_to_china
from sim.decisions.sign import seek_contracts
from sim.market.contracts import (
    Link,
    Promises,
    captive_tonnes,
    contract_tonnes,
    fence_tonnes,
    settled,
    usual_contracts,
    worth_shipping,
)
from sim.market.inputs import QUARTERS
from sim.market.needs import standing_demand
from sim.phases.preparing import update_outside
from sim.phases.quarter import needs_of
from sim.sight.parts import open_share
from sim.sight.view import expected_mill_prices
from sim.strategy.building import run_in_share
from sim.world.world import World


def plan_imports(world: World, cast: Cast) -> None:
    """Let producers outside China decide how much they run and what they ship to China; then the world's balance."""
    ship_to_china(world, cast)
    update_outside(world)


def sign_contracts(world: World, cast: Cast) -> None:
    """Settle the price of the year; let smelters decide whether they seek contracts; then everybody's promises."""
    settle_benchmark(world)
    view = shown_to(cast.smelters, world, expected_mill_prices)
    promise(world, seek_contracts(world, cast, view))


def settle_benchmark(world: World) -> None:
    """Settle the price of the year where contracts lock one; that of the first year was settled before it began."""
    terms, prices = world.parameters.benchmark, world.prices
    if terms is not None and world.year > world.pack.base_year + 1:
        price = settled(prices.benchmark_cny_per_t, prices.index_cny_per_t, terms.spot_share)
        prices.benchmark_cny_per_t = round(price, 6)


def locked_prices(world: World) -> Floats | None:
    """The price of the year at each mill, (origins,) CNY/t, as far apart as mill prices are when it is settled."""
    prices = world.prices
    if world.parameters.benchmark is None:
        return None
    return prices.mill_cny_per_t + (prices.benchmark_cny_per_t - prices.index_cny_per_t)


def promise(world: World, signing: Bools | None = None) -> None:
    """Work out captive and contracted tonnes of the year from last quarter's running shares and prices.

    Args:
        world: the world.
        signing: (smelters,) which smelters seek contracts; all of them where nobody has been asked.
    """
    plants, smelters, market = world.refineries, world.smelters, world.parameters.market
    regions, markets = len(world.geography.regions), len(world.geography.markets)
    in_run = run_in_share(plants.quarters_run, world.parameters.pipeline)
    output = plants.runnable_mt * plants.running_share * plants.pond_cap_share * in_run
    need = smelters.capacity_mt * world.smelting_scale * market.product_per_metal_t_per_t
    next_door, markets_there, fence, served = over_fences(world, output, need)
    sent = total_by(next_door, fence, len(plants))
    fence_share = np.divide(sent, output, out=np.zeros(len(output)), where=output > 0.0)
    captive, kept = inside_groups(world, output * (1.0 - fence_share), need - served)
    captive_share = kept * (1.0 - fence_share)
    free_share = 1.0 - captive_share - fence_share
    free = total_by(plants.region, output * free_share, regions)
    open_need = total_by(smelters.market, need - served, markets) - captive.sum(axis=0)
    if signing is not None and not signing.all():
        open_need = open_need * signing_share(world, need, signing)
    contracts, locked = contracted(world, free, open_need), locked_prices(world)
    signed = np.divide(contracts.sum(axis=1), free, out=np.zeros(regions), where=free > 0.0)
    route = plants.region[next_door], markets_there
    np.add.at(contracts, route, fence)
    saved = total_by(next_door, fence * world.geography.freight_cny_per_t[route], len(plants))
    world.promises = Promises(
        captive,
        contracts,
        (captive + contracts) / QUARTERS,
        captive_share,
        free_share * signed[plants.region] + fence_share,
        next_door,
        markets_there,
        fence,
        np.divide(saved, output, out=np.zeros(len(output)), where=output > 0.0),
        locked,
    )


def contracted(world: World, free_mt: Floats, open_need_mt: Floats) -> Floats:
    """What annual contracts promise, (regions, markets) Mt a year; with standing buyers where they lock prices.

    Args:
        world: the world.
        free_mt: (regions,) Mt a year that is not captive.
        open_need_mt: (markets,) Mt a year that smelters still need.
    """
    market, prices = world.parameters.market, world.prices
    delivered = prices.mill_cny_per_t[:-1, None] + world.geography.freight_cny_per_t[:-1]
    part, spread = market.contract_share, market.trade_dispersion_cny_per_t
    if world.parameters.benchmark is None:
        return contract_tonnes(free_mt, part * np.maximum(open_need_mt, 0.0), delivered, spread)
    need = open_need_mt + QUARTERS * standing_demand(needs_of(world, 1), prices.delivered_cny_per_t)
    return usual_contracts(part * free_mt, part * np.maximum(need, 0.0), delivered, spread)


def inside_groups(world: World, output_mt: Floats, need_mt: Floats) -> tuple[Floats, Floats]:
    """What groups ship to their own smelters, (regions, markets) Mt a year, and the share of each plant's output.

    Args:
        world: the world.
        output_mt: (plants,) Mt a year that they may ship.
        need_mt: (smelters,) Mt a year that their smelters may take.
    """
    plants, smelters, market = world.refineries, world.smelters, world.parameters.market
    geography, count = world.geography, len(world.groups)
    regions, markets = len(geography.regions), len(geography.markets)
    freight, may_ship = geography.freight_cny_per_t[:-1], open_share(world)
    may = output_mt * may_ship
    own_output = total_by(plants.group * regions + plants.region, may, count * regions)
    own_need = total_by(smelters.group * markets + smelters.market, need_mt, count * markets)
    prices, premium = world.prices, market.captive_premium_cny_per_t
    captive, used = captive_tonnes(
        market.captive_share * own_output.reshape(count, regions),
        market.captive_share * own_need.reshape(count, markets),
        freight,
        worth_shipping(prices.mill_cny_per_t[:-1], prices.paid_cny_per_t, freight, premium),
    )
    return captive, market.captive_share * used[plants.group, plants.region] * may_ship


def over_fences(world: World, output_mt: Floats, need_mt: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """What refineries promise to smelters next door.

    Args:
        world: the world.
        output_mt: (plants,) Mt a year.
        need_mt: (smelters,) Mt a year.

    Returns:
        The plant, the market and Mt a year of each pair of neighbours, (neighbours,), and (smelters,) Mt a year.
    """
    plants, smelters = world.refineries, world.smelters
    links = [
        Link(plants.row(row.neighbour), smelters.row(row.id), row.neighbour_mt)
        for row in world.pack.smelters
        if row.neighbour and row.neighbour in plants.keys
    ]
    served, promised = np.zeros(len(smelters)), dict[tuple[int, int], float]()
    for link, tonnes in fence_tonnes(links, output_mt, need_mt):
        pair = link.plant, int(smelters.market[link.smelter])
        promised[pair] = promised.get(pair, 0.0) + tonnes
        served[link.smelter] += tonnes
    pairs = sorted(promised)
    plant, market = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return plant, market, np.array([promised[pair] for pair in pairs]), served


def signing_share(world: World, need_mt: Floats, signing: Bools) -> Floats:
    """The part of each market's need that belongs to smelters that seek contracts, (markets,)."""
    markets, place = len(world.geography.markets), world.smelters.market
    wanted, signed = (total_by(place, need, markets) for need in (need_mt, need_mt * signing))
    return np.divide(signed, wanted, out=np.zeros(markets), where=wanted > 0.0)
