"""The forward clearing: the price that the public pipeline and announced policies promise a few years from now.

Owners look at announced projects, count rivals' only in part, take today's costs under the rules that are
announced for then (`industry.outlook`), and ask at what price the market would then clear with everything
running that pays its cash cost. One extra clearing a year.
"""

from dataclasses import replace

import numpy as np

from sim.agents.cast import Cast
from sim.core.arrays import Bools, Floats, total_by
from sim.decisions.ship import ship_to_china
from sim.decisions.sign import seek_contracts
from sim.market.contracts import Link, Promises, captive_tonnes, contract_tonnes, fence_tonnes, worth_shipping
from sim.market.equilibrium import Book, Clearing, clear, open_freight
from sim.market.inputs import QUARTERS
from sim.market.needs import Needs
from sim.market.offers import Offers
from sim.market.stocks import StockRule
from sim.phases.preparing import smelting_scale, update_outside
from sim.phases.quarter import LEAST_SHARE, member_ceiling, needs_of, world_border
from sim.sight.limits import below_class_a, where_holds
from sim.sight.outlook import cost_change
from sim.sight.phasing_out import due_to_close
from sim.sight.pipeline import step_chance
from sim.sight.prices import expected_mill_prices
from sim.sight.reserved import open_share
from sim.sight.view import look
from sim.strategy.building import run_in_share
from sim.world.world import World

PLANNED, BUILDING = 1, 2


def coming_capacity(world: World, horizon: int) -> Floats:
    """What each plant is expected to be able to run by a year under announced ceilings, (plants,) Mt/yr.

    A new plant and the going of the old one that it replaces are counted alike.
    """
    plants, pipeline = world.refineries, world.parameters.pipeline
    planned = plants.project_stage == PLANNED
    standing = plants.runnable_mt * plants.pond_cap_share
    standing *= 1.0 - below_class_a(world, world.rules)
    for rule in world.outlook.phase_outs:
        standing[due_to_close(world, rule)] = 0.0
    due = (plants.nameplate_mt == 0.0) & (plants.due_year <= horizon)
    chance = np.where(plants.project_stage == BUILDING, 1.0, 0.0)
    chance[planned] = [step_chance(world, plants.keys[row], PLANNED) for row in np.flatnonzero(planned)]
    counted = world.parameters.expectation.competition_neglect_share
    successor = due & (plants.project_stage == BUILDING) & (plants.replaces >= 0)
    standing[plants.replaces[successor]] *= 1.0 - counted
    coming = standing + due * chance * counted * plants.size_mt * pipeline.runnable_share
    for cap in world.outlook.regional_caps:
        here = np.array(where_holds(cap.regions, world.geography.regions))[plants.region]
        coming = coming * np.where(here, cap.open_share(float(coming[here].sum())), 1.0)
    return np.asarray(coming)


def _no_stocking(places: int) -> StockRule:
    nothing = np.zeros(places)
    return StockRule(nothing, nothing, 1.0, 0.0, 1.0, nothing, 1.0, 0.0, nothing)


def coming_cost(world: World) -> Floats:
    """Each plant's last cash cost, (plants,) CNY/t, with what it then pays more under the coming rules."""
    cost, last, coming = world.refineries.cash_cost_cny_per_t, world.last_rules, world.outlook
    if coming == last:
        return cost
    return cost + cost_change(world, last, coming)


def coming_needs(world: World, years: int) -> Needs:
    """What smelters and the outside will want some years ahead, a quarter of it."""
    today = needs_of(world, 1, world.outlook)
    then, now = smelting_scale(world, world.year + years, world.outlook), world.smelting_scale
    growth = then / now if now > 0.0 else 0.0
    return replace(
        today,
        need_mt=today.need_mt * growth,
        held=_no_stocking(today.markets),
        least_mt=LEAST_SHARE * total_by(today.market, today.need_mt, today.markets) + 1e-9,
    )


def forward_clearing(world: World) -> Clearing:
    """The clearing that is expected a few years ahead."""
    years = int(world.parameters.expectation.forward_years)
    plants, geography, prices = world.refineries, world.geography, world.prices
    cost = coming_cost(world)
    capacity = coming_capacity(world, world.year + years) / QUARTERS
    offers = Offers(
        region=plants.region,
        capacity_mt=capacity,
        thresholds_cny_per_t=np.stack((cost, cost)),
        share=np.ones(len(plants)),
        ceiling_share=member_ceiling(world, world.outlook, capacity),
        spread_cny_per_t=world.parameters.market.line_spread_cny_per_t,
        regions=len(geography.regions),
    )
    possible = total_by(plants.region, capacity, len(geography.regions))
    book = Book(
        offers=offers,
        needs=coming_needs(world, years),
        border=world_border(world, 1, world.outlook),
        held=_no_stocking(len(geography.regions)),
        committed_mt=np.zeros_like(geography.freight_cny_per_t),
        freight_cny_per_t=open_freight(geography.freight_cny_per_t, possible, np.zeros_like(possible)),
        dispersion_cny_per_t=world.parameters.market.trade_dispersion_cny_per_t,
        least_sold_share=world.parameters.stocks.least_sold_share,
    )
    return clear(book, prices.mill_cny_per_t)


def mean_mill_price(cleared: Clearing) -> float:
    """The mill price weighted by shipments, CNY/t; where nothing is shipped, its plain mean."""
    sold = cleared.flows_mt[:-1].sum(axis=1)
    if not sold.any():
        sold = np.ones_like(sold)
    return round(float((sold * cleared.mill_cny_per_t[:-1]).sum() / sold.sum()), 6)


def expect(world: World) -> None:
    """Let the forward clearing set the price that owners expect; without output it stays as it was."""
    if float(world.refineries.runnable_mt.sum()) > 0.0:
        world.prices.forward_cny_per_t = mean_mill_price(forward_clearing(world))


def plan_imports(world: World, cast: Cast) -> None:
    """Let producers outside China decide how much they run and what they ship to China; then the world's balance."""
    ship_to_china(world, cast)
    update_outside(world)


def sign_contracts(world: World, cast: Cast) -> None:
    """Let smelters decide whether they seek contracts; then everybody's promises of the year."""
    promise(world, seek_contracts(world, cast, look(world, expected_mill_prices(world))))


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
    need = smelters.capacity_mt * world.smelting_scale * market.alumina_per_aluminium_t_per_t
    fence, saved, served = over_fences(world, output, need)
    fence_share = np.divide(fence.sum(axis=1), output, out=np.zeros_like(output), where=output > 0.0)
    captive, kept = inside_groups(world, output * (1.0 - fence_share), need - served)
    captive_share = kept * (1.0 - fence_share)
    free_share = 1.0 - captive_share - fence_share
    free = total_by(plants.region, output * free_share, regions)
    open_need = total_by(smelters.market, need - served, markets) - captive.sum(axis=0)
    if signing is not None and not signing.all():
        open_need = open_need * signing_share(world, need, signing)
    delivered = world.prices.mill_cny_per_t[:-1, None] + world.geography.freight_cny_per_t[:-1]
    contracts = contract_tonnes(
        free, market.contract_share * np.maximum(open_need, 0.0), delivered, market.trade_dispersion_cny_per_t
    )
    signed = np.divide(contracts.sum(axis=1), free, out=np.zeros(regions), where=free > 0.0)
    np.add.at(contracts, plants.region, fence)
    world.promises = Promises(
        captive,
        contracts,
        captive_share,
        free_share * signed[plants.region] + fence_share,
        fence,
        np.divide(saved, output, out=np.zeros_like(output), where=output > 0.0),
    )


def inside_groups(world: World, output_mt: Floats, need_mt: Floats) -> tuple[Floats, Floats]:
    """What groups ship to their own smelters, (regions, markets) Mt a year, and the share of each plant's output.

    Args:
        world: the world.
        output_mt: (plants,) Mt a year that they may ship.
        need_mt: (smelters,) Mt a year that their smelters may take.
    """
    plants, smelters, market = world.refineries, world.smelters, world.parameters.market
    geography, count = world.geography, len(world.groups)
    regions, markets, freight = (
        len(geography.regions),
        len(geography.markets),
        geography.freight_cny_per_t[:-1],
    )
    may = output_mt * open_share(world)
    own_output = total_by(plants.group * regions + plants.region, may, count * regions)
    own_need = total_by(smelters.group * markets + smelters.market, need_mt, count * markets)
    prices, premium = world.prices, market.captive_premium_cny_per_t
    captive, used = captive_tonnes(
        market.captive_share * own_output.reshape(count, regions),
        market.captive_share * own_need.reshape(count, markets),
        freight,
        worth_shipping(prices.mill_cny_per_t[:-1], prices.paid_cny_per_t, freight, premium),
    )
    return captive, market.captive_share * used[plants.group, plants.region] * open_share(world)


def over_fences(world: World, output_mt: Floats, need_mt: Floats) -> tuple[Floats, Floats, Floats]:
    """What refineries promise to smelters next door.

    Args:
        world: the world.
        output_mt: (plants,) Mt a year.
        need_mt: (smelters,) Mt a year.

    Returns:
        (plants, markets) Mt a year, (plants,) million CNY of freight saved, (smelters,) Mt a year.
    """
    plants, smelters, geography = world.refineries, world.smelters, world.geography
    links = [
        Link(plants.row(row.neighbour), smelters.row(row.id), row.neighbour_mt)
        for row in world.pack.smelters
        if row.neighbour in plants.keys
    ]
    fence = np.zeros((len(plants), len(geography.markets)))
    saved, served = np.zeros(len(plants)), np.zeros(len(smelters))
    for link, tonnes in fence_tonnes(links, output_mt, need_mt):
        market = smelters.market[link.smelter]
        fence[link.plant, market] += tonnes
        served[link.smelter] += tonnes
        saved[link.plant] += tonnes * geography.freight_cny_per_t[plants.region[link.plant], market]
    return fence, saved, served


def signing_share(world: World, need_mt: Floats, signing: Bools) -> Floats:
    """The part of each market's need that belongs to smelters that seek contracts, (markets,)."""
    markets, place = len(world.geography.markets), world.smelters.market
    wanted, signed = (total_by(place, need, markets) for need in (need_mt, need_mt * signing))
    return np.divide(signed, wanted, out=np.zeros(markets), where=wanted > 0.0)
