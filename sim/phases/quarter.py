"""One quarter of trade: input prices, costs, offers, needs, the border, clearing, and booking what happened.

The phase `trade` of the year moves input prices and calls `play_quarter`, four times. Each step takes the
industry and hands arithmetic to pure functions of `sim/market` and `sim/strategy`.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.conduct import kept_share, promised_share
from sim.market.contracts import deliverable
from sim.market.costs import Terms, cash_cost, energy_charge
from sim.market.equilibrium import LEAST_STOCK_MT, Book, Clearing, clear, open_freight
from sim.market.inputs import QUARTERS, next_logs, ore_follows, prices_of
from sim.market.needs import Needs
from sim.market.offers import Offers
from sim.market.parity import Border
from sim.market.stocks import StockRule
from sim.phases.booking import book_quarter
from sim.phases.curbs import open_shares
from sim.policies.rulebook import Rulebook
from sim.strategy.building import run_in_share
from sim.strategy.running import switching_band, thresholds
from sim.strategy.valuation import long_run_price
from sim.world.population import Refineries, State

if TYPE_CHECKING:
    from sim.industry import Industry


DAYS = 365.0 / QUARTERS
BASE_YEAR = 2025
DRAW_SHARE = 0.18
LEAST_SHARE = 0.002
"""A market's least spot demand, as a share of its need: trade never turns round."""


def play_quarter(industry: "Industry", quarter: int) -> Clearing:
    """Play one quarter (1-4) and give its clearing; tables, prices and the year book are updated."""
    price_plants(industry)
    capacity = available_capacity(industry, quarter)
    industry.book.withheld_mt += capacity * (1.0 - member_ceiling(industry, industry.rules, capacity))
    book = open_market(industry, capacity, world_border(industry, quarter), quarter)
    clearing = clear(book, industry.prices.mill_cny_per_t)
    industry.slopes = clearing.slopes
    book_quarter(industry, book, clearing, quarter)
    return clearing


def moment(industry: "Industry", quarter: int) -> int:
    """Give the quarter's number on the calendar that happenings use."""
    return industry.year * QUARTERS + quarter - 1


def hit(industry: "Industry", variable: str, quarter: int) -> float:
    """Give the sum of all nationwide effects on a variable that are under way."""
    now = moment(industry, quarter)
    buffer = industry.parameters.disruptions.ore_buffer_share
    return math.fsum(
        each.size * (1.0 - buffer if each.buffered and each.first == now else 1.0)
        for each in (*industry.happenings, *industry.imposed)
        if each.variable == variable and not each.regions and each.active(now)
    )


def regional_hit(industry: "Industry", variable: str, quarter: int) -> Floats:
    """Give the share of capacity that a kind of happening takes in each region, (regions,), at most one."""
    taken = np.full(len(industry.geography.regions), hit(industry, variable, quarter))
    now = moment(industry, quarter)
    for each in (*industry.happenings, *industry.imposed):
        if each.variable == variable and each.regions and each.active(now):
            for region in each.regions:
                taken[industry.geography.regions.index(region)] += each.size
    return np.asarray(np.minimum(taken, 1.0))


def price_inputs(industry: "Industry", quarter: int) -> None:
    """Move input prices on by a quarter; an ore disruption makes imported ore dear at once."""
    prices, parameters = industry.prices, industry.parameters
    ahead = industry.year - BASE_YEAR + (quarter - 1) / QUARTERS
    shift = ore_follows(parameters.inputs, prices.index_cny_per_t)
    prices.logs = next_logs(industry.motion, prices.logs, industry.noise[quarter - 1], ahead, shift)
    scarce = hit(industry, "ore_supply", quarter) + industry.rules.ore_ban_share
    jump = parameters.disruptions.ore_price_ratio * scarce
    names = ("ore_price", "caustic_price", "coal_price", "aluminium_price")
    jumps = {name: hit(industry, name, quarter) for name in names}
    prices.before = prices.now
    prices.now = prices_of(prices.logs, jump, jumps)


def price_plants(industry: "Industry") -> None:
    """Work out every plant's cash cost of the quarter."""
    plants = industry.refineries
    industry.components = cash_cost(industry.recipe, cost_terms(industry, plants))
    plants.cash_cost_cny_per_t[:] = industry.components.sum(axis=0)


def cost_terms(industry: "Industry", plants: Refineries, rules: Rulebook | None = None) -> Terms:
    """Give the prices that some plants meet, standing ones or sites where one could stand.

    They meet them under this year's rules if no others are given.
    """
    rules, regions = rules or industry.rules, industry.geography.regions
    coal, power = energy_charge(rules.energy_charges, regions, plants.region)
    return Terms(
        now=industry.prices.now,
        before=industry.prices.before,
        lagged_ore_share=industry.parameters.inputs.lagged_ore_share,
        vat_share=industry.parameters.market.vat_share,
        carbon_price_cny_per_tco2=rules.carbon_price_cny_per_tco2,
        benchmark_tco2_per_t=rules.carbon_benchmark_tco2_per_t,
        mud_cny_per_t=plants.mud_cny_per_t,
        coal_charge_cny_per_t=coal,
        power_charge_cny_per_t=industry.parameters.costs.electricity_kwh_per_t * power,
    )


def available_capacity(industry: "Industry", quarter: int) -> Floats:
    """Give what each plant could make this quarter, (plants,) Mt, after ponds, ore, curbs and running in."""
    plants = industry.refineries
    started = (plants.nameplate_mt > 0.0) & (plants.state != State.DEAD)
    ready = (
        plants.runnable_mt
        * run_in_share(plants.quarters_run, industry.parameters.pipeline)
        * started
        / QUARTERS
    )
    imported = min(hit(industry, "ore_supply", quarter) + banned_share(industry, quarter), 1.0)
    local = regional_hit(industry, "domestic_ore", quarter)[plants.region]
    ore = 1.0 - plants.imported_share * imported - (1.0 - plants.imported_share) * local
    kept = ready * plants.pond_cap_share
    struck = 1.0 - regional_hit(industry, "refining", quarter)[plants.region]
    open_share = struck * open_shares(industry, kept * struck, quarter)
    industry.book.curbed_mud_mt += ready * (1.0 - plants.pond_cap_share)
    industry.book.curbed_region_mt += kept * (1.0 - open_share)
    return np.asarray(kept * np.minimum(ore, open_share))


def banned_share(industry: "Industry", quarter: int) -> float:
    """Give the share of imported ore that a new ban keeps away; stocks soften the first quarter."""
    missing = industry.rules.ore_missing_share
    return missing * (1.0 - industry.parameters.disruptions.ore_buffer_share if quarter == 1 else 1.0)


def member_ceiling(industry: "Industry", rules: Rulebook, capacity_mt: Floats) -> Floats:
    """Give the share of available capacity, (plants,) Mt a quarter, that agreements let owners run."""
    plants = industry.refineries
    if not rules.withholdings:
        return np.ones(len(plants))
    idle = promised_share(rules.withholdings, plants.group, plants.nameplate_mt, len(industry.groups))
    return kept_share(idle, plants.runnable_mt / QUARTERS, capacity_mt)


def expected_mill_prices(industry: "Industry") -> Floats:
    """Give the mill price that owners expect in the long run in each region, (regions,) CNY/t."""
    prices, terms = industry.prices, industry.parameters.expectation
    national = long_run_price(prices.adaptive_cny_per_t, prices.forward_cny_per_t, terms.adaptive_share)
    return national + prices.mill_cny_per_t[:-1] - prices.index_cny_per_t


def lasting_mill_prices(industry: "Industry") -> Floats:
    """Give the mill price expected in the long run at today's input prices, (regions,) CNY/t.

    Whoever weighs years of margins must not set a remembered price against today's costs: the remembered part
    is moved by what costs have moved since, so that what is remembered is the margin.
    """
    prices, share = industry.prices, industry.parameters.expectation.adaptive_share
    return expected_mill_prices(industry) + share * (prices.cost_cny_per_t - prices.adaptive_cost_cny_per_t)


def offers_of(industry: "Industry", capacity_mt: Floats) -> Offers:
    """Give what refineries offer this quarter."""
    plants, groups, running = industry.refineries, industry.groups, industry.parameters.running
    market, promises = industry.parameters.market, industry.promises
    relief = (
        plants.support_cny_per_t
        + promises.captive_share * market.captive_premium_cny_per_t
        + promises.contract_share * market.contract_premium_cny_per_t
    )
    today = industry.prices.mill_cny_per_t[plants.region]
    expected = expected_mill_prices(industry)[plants.region] + groups.bias_cny_per_t[plants.group]
    ceiling = np.minimum(plants.running_share + running.rise_per_quarter, 1.0)
    ceiling = np.minimum(ceiling, member_ceiling(industry, industry.rules, capacity_mt))
    stopped = groups.illiquid[plants.group] & (today < plants.cash_cost_cny_per_t)
    return Offers(
        region=plants.region,
        capacity_mt=capacity_mt,
        thresholds_cny_per_t=thresholds(running, plants.cash_cost_cny_per_t, today, expected, relief),
        share=plants.running_share,
        ceiling_share=np.where(stopped, 0.0, ceiling),
        spread_cny_per_t=market.line_spread_cny_per_t,
        regions=len(industry.geography.regions),
    )


def needs_of(industry: "Industry", quarter: int, rules: Rulebook | None = None) -> Needs:
    """Give what smelters and the outside want this quarter, under this year's rules if no others are given."""
    smelters, market = industry.smelters, industry.parameters.market
    geography, prices, world = industry.geography, industry.prices, industry.parameters.world
    alpha = market.alumina_per_aluminium_t_per_t
    cut = 1.0 - min(hit(industry, "smelting", quarter), 1.0)
    usual = smelters.capacity_mt * industry.smelting_scale * alpha / QUARTERS
    need = usual * cut
    # An accident leaves the stock where it is; a potline that was shut for its losses needs no cover.
    by_market = total_by(smelters.market, usual, len(geography.markets))
    covered = total_by(smelters.market, usual * smelters.smelting_share, len(geography.markets))
    outlet = (rules or industry.rules).russia
    russia_mt = world.russia_mt if outlet is None else outlet.need_mt(world.russia_mt)
    fixed = (
        (geography.russia, russia_mt / QUARTERS),
        (geography.export, world.other_exports_mt / QUARTERS),
    )
    others = geography.smelter_other_cny_per_t[smelters.market]
    patience = switching_band(market.smelter_volatility_cny_per_t, market.smelter_switching_cny_per_t)
    return Needs(
        market=smelters.market,
        need_mt=need,
        choke_cny_per_t=(prices.now.aluminium_cny_per_t - others + patience) / alpha,
        restart_cny_per_t=(prices.now.aluminium_cny_per_t - others - patience) / alpha,
        share=smelters.smelting_share,
        spread_cny_per_t=market.choke_spread_cny_per_t,
        held=smelter_cover(industry, covered),
        fixed_mt=fixed,
        export_market=geography.export,
        markets=len(geography.markets),
        least_mt=LEAST_SHARE * by_market + 1e-9,
    )


def smelter_cover(industry: "Industry", covered_mt: Floats) -> StockRule:
    """Give how smelters stock alumina this quarter, from what they cover by market, (markets,) Mt a quarter."""
    stocks, prices = industry.parameters.stocks, industry.prices
    terms = industry.parameters.expectation
    national = long_run_price(prices.adaptive_cny_per_t, prices.forward_cny_per_t, terms.adaptive_share)
    return StockRule(
        daily_mt=covered_mt / DAYS,
        stock_mt=prices.stock_smelters_mt,
        cover_days=stocks.cover_smelters_days,
        floor_days=stocks.floor_smelters_days,
        ceiling_days=stocks.ceiling_smelters_days,
        expected_cny_per_t=national + prices.delivered_cny_per_t - prices.index_cny_per_t,
        scale_cny_per_t=stocks.price_scale_cny_per_t,
        adjustment=stocks.adjustment_per_quarter,
        deepest_mt=DRAW_SHARE * covered_mt,
    )


def world_border(industry: "Industry", quarter: int, rules: Rulebook | None = None) -> Border:
    """Give the terms of trade with the rest of the world, under this year's rules if no others are given."""
    world, prices, rules = industry.parameters.world, industry.prices, rules or industry.rules
    balance = industry.outside.balance_mt + hit(industry, "world_balance", quarter)
    if rules.russia is not None:
        balance -= rules.russia.elsewhere_mt(world.russia_mt)
    return Border(
        exchange_rate=prices.now.exchange_rate_cny_per_usd,
        freight_usd_per_t=world.freight_usd_per_t,
        duty_share=world.duty_share + rules.duty_share,
        vat_share=industry.parameters.market.vat_share,
        port_cny_per_t=world.port_cny_per_t,
        handling_cny_per_t=world.export_handling_cny_per_t,
        reference_usd_per_t=industry.outside.reference_usd_per_t,
        balance_mt=balance / QUARTERS,
        slope_mt_per_usd=world.slope_mt_per_usd / QUARTERS,
        near_mt=industry.outside.near_mt / QUARTERS,
        near_cost_usd_per_t=industry.outside.near_cost_usd_per_t,
        near_spread_usd_per_t=world.cash_spread_usd_per_t,
        softness_mt=world.softness_mt / QUARTERS,
        standing_imports_mt=float(industry.importers.standing_mt.sum()) / QUARTERS,
        refund_share=rules.export_refund_share,
    )


def open_market(industry: "Industry", capacity_mt: Floats, border: Border, quarter: int) -> Book:
    """Give all that meets in the market this quarter."""
    stocks, prices, geography = industry.parameters.stocks, industry.prices, industry.geography
    needs = needs_of(industry, quarter)
    offers = offers_of(industry, capacity_mt)
    likely = total_by(
        offers.region, capacity_mt * np.minimum(offers.share, offers.ceiling_share), offers.regions
    )
    promised = (industry.promises.captive_mt + industry.promises.contract_mt) / QUARTERS
    need = total_by(needs.market, needs.need_mt, needs.markets)
    committed = np.vstack((deliverable(promised, likely, need), np.zeros(needs.markets)))
    possible = total_by(offers.region, capacity_mt, offers.regions)
    selling = (possible > 0.0) | (prices.stock_refineries_mt > LEAST_STOCK_MT)
    stock = np.where(selling, prices.stock_refineries_mt, 0.0)
    held = StockRule(
        daily_mt=np.where(selling, prices.output_mt, 0.0) / DAYS,
        stock_mt=stock,
        cover_days=stocks.cover_refineries_days,
        floor_days=stocks.floor_refineries_days,
        ceiling_days=stocks.ceiling_refineries_days,
        expected_cny_per_t=expected_mill_prices(industry),
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
        freight_cny_per_t=open_freight(geography.freight_cny_per_t, possible, stock),
        dispersion_cny_per_t=industry.parameters.market.trade_dispersion_cny_per_t,
    )
