"""The forward clearing: the price that the public pipeline and announced policies promise a few years from now.

Owners look at announced projects, count rivals' only in part, take today's costs under the rules that are
announced for then (`industry.outlook`), and ask at what price the market would then clear with everything
running that pays its cash cost. One extra clearing a year.
"""

from dataclasses import replace

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.book import Book
from sim.market.equilibrium import Clearing, clear, open_freight
from sim.market.inputs import QUARTERS
from sim.market.needs import Needs
from sim.market.offers import Offers
from sim.market.parity import Border
from sim.market.stocks import StockRule
from sim.phases.preparing import smelting_scale
from sim.phases.quarter import LEAST_SHARE, member_ceiling, needs_of, world_border
from sim.sight.limits import below_class_a, where_holds
from sim.sight.outlook import cost_change, due_to_close
from sim.sight.pipeline import step_chance
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
    chance[planned] = [step_chance(world, plants.keys[row], PLANNED) for row in planned.nonzero()[0]]
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


def coming_needs(world: World, years: int, border: Border | None = None) -> Needs:
    """What smelters and the outside will want some years ahead, a quarter of it; at terms of trade that are known."""
    today = needs_of(world, 1, world.outlook, border)
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
    cost, border = coming_cost(world), world_border(world, 1, world.outlook)
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
        needs=coming_needs(world, years, border),
        border=border,
        held=_no_stocking(len(geography.regions)),
        committed_mt=np.zeros(geography.freight_cny_per_t.shape),
        freight_cny_per_t=open_freight(geography.freight_cny_per_t, possible > 0.0),
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
