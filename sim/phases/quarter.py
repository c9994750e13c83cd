"""One quarter of trade: input prices, costs, offers, needs, the border, clearing, and booking what happened.

The phase `trade` of the year moves input prices and calls `play_quarter`, four times. Each step takes the
industry and hands arithmetic to pure functions of `sim/market` and `sim/strategy`.
"""

import math
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.book import Book
from sim.market.conduct import agreed, demand_positive, kept_share
from sim.market.contracts import deliverable
from sim.market.equilibrium import LEAST_STOCK_MT, clear, open_freight
from sim.market.inputs import QUARTERS, next_logs, ore_follows, prices_of, together
from sim.market.needs import Needs, standing_demand
from sim.market.offers import Offers
from sim.market.parity import Border, export_fob, sourced_share
from sim.market.stocks import StockRule
from sim.phases.booking import book_quarter
from sim.phases.curbs import OpenCapacity, open_capacity, tell_limits
from sim.phases.facts import standing_still
from sim.phases.local_ore import mine, mines_give, missing_ore, share_local_ore, short_share
from sim.phases.record import recorded_logs
from sim.policies.rulebook import Rulebook
from sim.scenario.schema import is_relative
from sim.sight.outlook import cost_terms
from sim.sight.view import expected_mill_prices, expected_price
from sim.strategy.building import run_in_share
from sim.strategy.running import switching_band, thresholds
from sim.world.world import World

DAYS = 365.0 / QUARTERS
LEAST_SHARE = 0.002
"""A market's least spot demand, as a share of its need: trade never turns round."""


def play_quarter(world: World, quarter: int) -> None:
    """Play one quarter (1-4): tables, prices and the year book are brought up to date."""
    price_plants(world)
    possible = available_capacity(world, quarter)
    book_capacity(world, possible, quarter)
    capacity = possible.available_mt
    if world.rules.withholdings:
        world.book.withheld_mt += capacity * (1.0 - member_ceiling(world, world.rules, capacity))
    book = open_market(world, capacity, quarter_border(world, quarter), quarter)
    clearing = clear(book, world.prices.mill_cny_per_t)
    if quarter == QUARTERS:
        world.slopes = clearing.slopes()
    mine(world, possible.lost_ore_share, freight_rise(world, quarter))
    book_quarter(world, book, clearing, quarter)


def moment(world: World, quarter: int) -> int:
    """The quarter's number on the calendar that happenings use."""
    return world.year * QUARTERS + quarter - 1


def hit(world: World, variable: str, quarter: int, country: str = "") -> float:
    """All nationwide effects on a variable that are under way, or those on a country: relative changes compound."""
    known = (*world.happenings, *world.imposed)
    wide = [each for each in known if each.variable == variable and not each.regions]
    if not wide:
        return 0.0
    now, buffer = moment(world, quarter), world.parameters.disruptions.ore_buffer_share
    sizes = [
        each.size * (1.0 - buffer if each.buffered and each.first == now else 1.0)
        for each in wide
        if each.active(now) and not (country and each.countries and country not in each.countries)
    ]
    return together(sizes) if is_relative(variable) else math.fsum(sizes)


def regional_hit(world: World, variable: str, quarter: int) -> Floats:
    """The share of capacity that a kind of happening takes in each region, (regions,), at most one."""
    taken = np.full(len(world.geography.regions), hit(world, variable, quarter))
    for each in (*world.happenings, *world.imposed):
        if each.variable == variable and each.regions and each.active(moment(world, quarter)):
            for region in each.regions:
                taken[world.geography.regions.index(region)] += each.size
    return np.asarray(np.minimum(taken, 1.0))


def price_inputs(world: World, quarter: int) -> None:
    """Move input prices on by a quarter; an ore disruption makes imported ore dear at once."""
    prices, parameters = world.prices, world.parameters
    ahead = world.year - world.pack.base_year + (quarter - 1) / QUARTERS
    shift = ore_follows(parameters.inputs, prices.index_cny_per_t)
    drawn = next_logs(world.motion, prices.logs, world.noise[quarter - 1], ahead, shift)
    prices.logs = recorded_logs(world, drawn, quarter)
    scarce = min(hit(world, "ore_supply", quarter) + world.rules.ore_ban_share, 1.0)
    trade, jump = world.pack.trade, parameters.disruptions.ore_price_ratio * scarce
    jumps = {each.id: hit(world, each.shock, quarter) for each in trade.inputs if each.shock}
    prices.before = prices.now
    prices.now = prices_of(trade, prices.logs, jump, jumps, freight_rise(world, quarter))
    demand_positive(prices.now.of)


def freight_rise(world: World, quarter: int) -> float:
    """What shocks of ocean freight add to the price of a dry tonne of imported ore, USD."""
    return world.parameters.world.ore_freight_usd_per_t * hit(world, "ocean_freight", quarter)


def price_plants(world: World) -> None:
    """Work out every plant's cash cost of the quarter, with what deals save of it."""
    plants = world.refineries
    world.components = world.recipe.cost(cost_terms(world, plants)) - world.saved
    plants.cash_cost_cny_per_t[:] = world.components.sum(axis=0)


@dataclass(slots=True)
class Capacity:
    """What plants could make in a quarter, arrays (plants,) Mt.

    Attributes:
        available_mt: after ponds, ore, curbs and running in.
        curbed_mud_mt: what ponds keep idle.
        curbed_region_mt: what limits of regions keep idle.
        limits: those limits.
        local_mt: the alumina that there is local ore for.
        potential_mt: (regions,) the alumina that local mines can give ore for in a year.
        given_mt: (regions,) the same in this quarter.
        lost_ore_share: (mines,) the part of its ore that each mine cannot ship.
    """

    available_mt: Floats
    curbed_mud_mt: Floats
    curbed_region_mt: Floats
    limits: OpenCapacity
    local_mt: Floats
    potential_mt: Floats
    given_mt: Floats
    lost_ore_share: Floats


def available_capacity(world: World, quarter: int) -> Capacity:
    """What each plant could make this quarter."""
    plants = world.refineries
    ready = plants.runnable_mt * run_in_share(plants.quarters_run, world.parameters.pipeline) / QUARTERS
    if quarter <= world.parameters.local_ore.conversion_quarters:
        ready = ready * (1.0 - plants.converting_share)
    kept = ready * plants.pond_cap_share
    missing = 0.0 if world.pack.trade.known.toll else missing_share(world, quarter)
    lost = lost_ore(world, quarter)
    imported = missing_ore(world, kept, missing, lost)
    cut, local_share = regional_hit(world, "domestic_ore", quarter), 1.0 - plants.imported_share
    wanted = kept * local_share
    potential, given = mines_give(world, cut)
    local = short_share(world, wanted, given, cut)[plants.region]
    ore = 1.0 - plants.imported_share * imported - local_share * local
    struck = (1.0 - regional_hit(world, "refining", quarter))[plants.region]
    struck[standing_still(world, quarter)] = 0.0
    limits = open_capacity(world, kept * struck, quarter)
    open_share = struck * limits.share
    return Capacity(
        available_mt=np.asarray(kept * np.minimum(ore, open_share)),
        curbed_mud_mt=ready * (1.0 - plants.pond_cap_share),
        curbed_region_mt=kept * (1.0 - open_share),
        limits=limits,
        local_mt=wanted * (1.0 - local),
        potential_mt=potential,
        given_mt=given,
        lost_ore_share=lost,
    )


def missing_share(world: World, quarter: int) -> float:
    """The share of the feed from abroad that does not come, by events and bans; stocks soften the first quarter."""
    banned = world.rules.ore_missing_share * (1.0 - buffer_share(world, quarter))
    return min(hit(world, "ore_supply", quarter) + banned, 1.0)


def book_capacity(world: World, capacity: Capacity, quarter: int) -> None:
    """Book what ponds and regions kept idle this quarter, and share out local ore."""
    share_local_ore(world, capacity.local_mt, capacity.potential_mt, capacity.given_mt)
    tell_limits(world, capacity.limits, quarter)
    world.book.curbed_mud_mt += capacity.curbed_mud_mt
    world.book.curbed_region_mt += capacity.curbed_region_mt


def buffer_share(world: World, quarter: int) -> float:
    """The part of what a new ban takes that stocks give, in its first quarter alone."""
    return world.parameters.disruptions.ore_buffer_share if quarter == 1 else 0.0


def lost_ore(world: World, quarter: int) -> Floats:
    """The part of its ore that each mine cannot ship, (mines,): what bans and events of its country take of all ore."""
    rules, known = world.rules, (*world.happenings, *world.imposed)
    if not rules.ore_kept_back and not any(each.variable == "ore_supply" for each in known):
        return np.zeros(len(world.mines))
    country, buffer = {row.id: row.country for row in world.pack.mines}, buffer_share(world, quarter)
    lost = {
        name: min(hit(world, "ore_supply", quarter, name) + rules.ore_kept_back_in(name, buffer), 1.0)
        for name in dict.fromkeys(country.values())
    }
    return np.array([lost[country[key]] for key in world.mines.keys], dtype=np.float64)


def member_ceiling(world: World, rules: Rulebook, capacity_mt: Floats) -> Floats:
    """The share of available capacity, (plants,) Mt a quarter, that agreements let those run who keep them."""
    plants = world.refineries
    if not rules.withholdings:
        return np.ones(len(plants))
    idle, _ = agreed(rules.withholdings, plants.group, plants.nameplate_mt, world.may_buy)
    idle[world.groups.pledge_broken] = 0.0
    return kept_share(idle[plants.group], plants.runnable_mt / QUARTERS, capacity_mt)


def offers_of(world: World, capacity_mt: Floats) -> Offers:
    """What refineries offer this quarter."""
    plants, groups, running = world.refineries, world.groups, world.parameters.running
    market, promises = world.parameters.market, world.promises
    relief = (
        plants.support_cny_per_t
        + promises.captive_share * market.captive_premium_cny_per_t
        + promises.contract_share * market.contract_premium_cny_per_t
        + promises.fence_cny_per_t
    )
    today = world.prices.mill_cny_per_t[plants.region]
    expected = expected_mill_prices(world)[plants.region] + groups.bias_cny_per_t[plants.group]
    warm = plants.warm_share * plants.runnable_mt / QUARTERS
    ceiling = np.divide(warm, capacity_mt, out=np.ones(len(warm)), where=capacity_mt > warm)
    if world.rules.withholdings:
        ceiling = np.minimum(member_ceiling(world, world.rules, capacity_mt), ceiling)
    lines = thresholds(running, plants.cash_cost_cny_per_t, today, expected, relief)
    broke = groups.illiquid[plants.group]
    if world.pack.trade.known.fee:
        # Credits move a cost by more within a quarter than it lies below last quarter's fee, so that a look back would
        # shut a third of the country at once: what must not lose money is judged at the fee of the day.
        lines = np.where(broke, np.maximum(lines, plants.cash_cost_cny_per_t), lines)
    else:
        ceiling = np.where(broke & (today < plants.cash_cost_cny_per_t), 0.0, ceiling)
    return Offers(
        region=plants.region,
        capacity_mt=capacity_mt,
        thresholds_cny_per_t=lines,
        share=plants.running_share,
        ceiling_share=ceiling,
        spread_cny_per_t=market.line_spread_cny_per_t,
        regions=len(world.geography.regions),
        answer_share=running.answer_per_quarter,
    )


def needs_of(world: World, quarter: int, rules: Rulebook | None = None, terms: Border | None = None) -> Needs:
    """What smelters and the outside want this quarter, under this year's rules and terms if no others are given."""
    smelters, market = world.smelters, world.parameters.market
    geography, prices, abroad = world.geography, world.prices, world.parameters.world
    alpha = market.product_per_metal_t_per_t
    cut, rules = 1.0 - min(hit(world, "smelting", quarter), 1.0), rules or world.rules
    usual = smelters.capacity_mt * world.smelting_scale * alpha / QUARTERS
    # An accident leaves the stock where it is; a potline that was shut for its losses needs no cover.
    by_market = total_by(smelters.market, usual, len(geography.markets))
    covered = total_by(smelters.market, usual * smelters.smelting_share, len(geography.markets))
    bought = standing_share(world, terms or world_border(world, quarter, rules)) / QUARTERS
    standing = abroad.other_exports_mt
    if world.pack.trade.known.toll:
        standing = max(standing - taken_mt(world), 0.0) * (1.0 - missing_share(world, quarter))
    exported = {geography.standing: standing_need(world, rules), geography.export: standing}
    worth = prices.now.metal_cny_per_t - geography.smelter_other_cny_per_t[smelters.market]
    patience = switching_band(market.smelter_volatility_cny_per_t, market.smelter_switching_cny_per_t)
    return Needs(
        market=smelters.market,
        need_mt=usual * cut,
        thresholds_cny_per_t=np.array((worth + patience, worth - patience)) / alpha,
        share=smelters.smelting_share,
        spread_cny_per_t=market.choke_spread_cny_per_t,
        held=smelter_cover(world, covered),
        fixed_mt=tuple((market, mt * bought) for market, mt in exported.items() if market is not None),
        export_market=geography.export,
        markets=len(geography.markets),
        least_mt=LEAST_SHARE * by_market + 1e-9,
        give_up_cny_per_t=abroad.give_up_cny_per_t,
        give_up_spread_cny_per_t=abroad.give_up_spread_cny_per_t,
    )


def taken_mt(world: World) -> float:
    """What owners have taken of feed that was traded before, metal, Mt/yr."""
    held = zip(world.pack.smelters, world.smelters.capacity_mt.tolist(), strict=True)
    return math.fsum(size for row, size in held if row.ships)


def smelter_cover(world: World, covered_mt: Floats) -> StockRule:
    """How smelters stock alumina this quarter, from what they cover by market, (markets,) Mt a quarter."""
    stocks, prices = world.parameters.stocks, world.prices
    return StockRule(
        daily_mt=covered_mt / DAYS,
        stock_mt=prices.stock_smelters_mt,
        cover_days=stocks.cover_smelters_days,
        floor_days=stocks.floor_smelters_days,
        ceiling_days=stocks.ceiling_smelters_days,
        expected_cny_per_t=expected_price(world) + prices.delivered_cny_per_t - prices.index_cny_per_t,
        scale_cny_per_t=stocks.price_scale_cny_per_t,
        adjustment=stocks.adjustment_per_quarter,
        deepest_mt=stocks.deepest_draw_share * covered_mt,
    )


def world_border(world: World, quarter: int, rules: Rulebook | None = None) -> Border:
    """The usual terms of trade with the rest of the world; rules are this year's if none are given."""
    abroad, prices, rules = world.parameters.world, world.prices, rules or world.rules
    balance = world.outside.balance_mt + hit(world, "world_balance", quarter)
    if rules.standing is not None and world.geography.standing is not None:
        balance -= rules.standing.elsewhere_mt(abroad.standing_mt)
    border = Border(
        exchange_rate=prices.now.exchange_rate_cny_per_usd,
        freight_usd_per_t=abroad.freight_usd_per_t * (1.0 + hit(world, "ocean_freight", quarter)),
        duty_share=abroad.duty_share + rules.duty_share,
        vat_share=world.parameters.market.vat_share,
        port_cny_per_t=abroad.port_cny_per_t,
        handling_cny_per_t=abroad.export_handling_cny_per_t,
        reference_usd_per_t=world.outside.reference_usd_per_t,
        balance_mt=balance / QUARTERS,
        slope_mt_per_usd=abroad.slope_mt_per_usd / QUARTERS,
        full_slope_mt_per_usd=abroad.full_slope_mt_per_usd / QUARTERS,
        near_mt=world.outside.near_mt / QUARTERS,
        near_cost_usd_per_t=world.outside.near_cost_usd_per_t,
        near_spread_usd_per_t=abroad.cash_spread_usd_per_t,
        softness_mt=abroad.softness_mt / QUARTERS,
        standing_imports_mt=float(world.importers.standing_mt.sum()) / QUARTERS,
        walk_away_usd_per_t=abroad.walk_away_usd_per_t,
        walk_away_spread_usd_per_t=abroad.walk_away_spread_usd_per_t,
        refund_share=rules.export_refund_share,
    )
    usual = (standing_need(world, rules) + abroad.other_exports_mt) / QUARTERS
    border.balance_mt -= usual * (1.0 - standing_share(world, border))
    return border


def quarter_border(world: World, quarter: int) -> Border:
    """The same within a quarter: cargoes are under way, and where the world price is given they alone answer to it."""
    abroad, outside, border = world.parameters.world, world.outside, world_border(world, quarter)
    border.late_share, border.afloat_mt = abroad.late_cargo_share, outside.afloat_mt
    if outside.given:
        border.slope_mt_per_usd = border.full_slope_mt_per_usd = abroad.cargo_slope_mt_per_usd / QUARTERS
    return border


def standing_need(world: World, rules: Rulebook) -> float:
    """What the country of standing terms usually buys here under some rules, Mt/yr; nothing where there is none."""
    if world.geography.standing is None:
        return 0.0
    usual = world.parameters.world.standing_mt
    return usual if rules.standing is None else rules.standing.need_mt(usual)


def asked_ratio(world: World, border: Border) -> float:
    """The FOB price that Chinese refineries ask over the world's, at last quarter's prices; of fees there is none."""
    if world.pack.trade.known.fee:
        return 0.0
    return export_fob(border, world.prices.index_cny_per_t) / world.prices.fob_usd_per_t


def standing_share(world: World, border: Border) -> float:
    """What standing buyers of Chinese exports take over what they usually take; the rest they buy elsewhere."""
    usual = world.outside.asked_ratio
    if usual == 0.0:
        return 1.0
    return sourced_share(asked_ratio(world, border) / usual, world.parameters.world.export_elasticity_ratio)


def open_market(world: World, capacity_mt: Floats, border: Border, quarter: int) -> Book:
    """All that meets in the market this quarter."""
    stocks, prices, geography = world.parameters.stocks, world.prices, world.geography
    needs = needs_of(world, quarter, terms=border)
    offers = offers_of(world, capacity_mt)
    able = capacity_mt * np.minimum(offers.share, offers.ceiling_share)
    likely = total_by(offers.region, able, offers.regions)
    need = total_by(needs.market, needs.need_mt, needs.markets)
    need += standing_demand(needs, prices.delivered_cny_per_t)
    committed = np.zeros(geography.freight_cny_per_t.shape)
    committed[:-1] = deliverable(world.promises.quarter_mt, likely, need, world.parameters.market)
    possible = total_by(offers.region, capacity_mt, offers.regions)
    selling = (possible > 0.0) | (prices.stock_refineries_mt > LEAST_STOCK_MT)
    stock = np.where(selling, prices.stock_refineries_mt, 0.0)
    held = StockRule(
        daily_mt=np.where(selling, prices.output_mt, 0.0) / DAYS,
        stock_mt=stock,
        cover_days=stocks.cover_refineries_days,
        floor_days=stocks.floor_refineries_days,
        ceiling_days=stocks.ceiling_refineries_days,
        expected_cny_per_t=expected_mill_prices(world),
        scale_cny_per_t=stocks.price_scale_cny_per_t,
        adjustment=stocks.adjustment_per_quarter,
        deepest_mt=stock,
    )
    return Book(
        offers=offers,
        needs=needs,
        border=border,
        held=held,
        committed_mt=committed,
        freight_cny_per_t=open_freight(geography.freight_cny_per_t, selling),
        dispersion_cny_per_t=world.parameters.market.trade_dispersion_cny_per_t,
        least_sold_share=world.parameters.stocks.least_sold_share,
    )
