"""Booking a cleared quarter: running shares, stocks, sales, costs, cash, and who bore the losses."""

import math
from dataclasses import dataclass, replace

import numpy as np

from sim.core.arrays import Floats, exact_sum, total_by
from sim.market.book import Book
from sim.market.conduct import demand_positive
from sim.market.equilibrium import DECIMALS, TOLERANCE_MT, Clearing
from sim.market.offers import running_share
from sim.market.parity import cargoes, world_fob
from sim.phases.local_ore import use_local_ore
from sim.strategy.finance import Liquidity, bear_losses, keep_liquid
from sim.strategy.running import warm_share
from sim.world.population import RAMP_QUARTERS
from sim.world.world import World

QUARTERS = 4
TINY = 1e-12
LEAST_SHIPMENT_MT = 1e-6


@dataclass(slots=True)
class Trade:
    """A cleared quarter in tonnes.

    Attributes:
        book: what met in the market.
        clearing: prices and spot flows.
        made_mt: (plants,) output.
        share: (plants,) running shares.
        flows_mt: (origins, markets) committed and spot flows together.
        contract_cny_per_t: (origins,) price of committed tonnes at the mill.
        output_mt: (regions,) output.
        total_mt: output of the country.
        committed_mt: (regions,) committed tonnes.
        shipped_mt: (regions,) what leaves refineries.
        cost_mcny: (plants,) cash cost.
        mean_cost_cny_per_t: their mean, zero where nothing is made.
    """

    book: Book
    clearing: Clearing
    made_mt: Floats
    share: Floats
    flows_mt: Floats
    contract_cny_per_t: Floats
    output_mt: Floats
    total_mt: float
    committed_mt: Floats
    shipped_mt: Floats
    cost_mcny: Floats
    mean_cost_cny_per_t: float


@dataclass(slots=True)
class Incidence:
    """What decides who bears the quarter's losses, arrays (groups,), million CNY without VAT.

    Attributes:
        loss_mcny: cash losses of plants.
        put_off_mcny: maintenance put off.
        support_mcny: local support.
        smelting_mcny: earned by the group's smelters.
    """

    loss_mcny: Floats
    put_off_mcny: Floats
    support_mcny: Floats
    smelting_mcny: Floats


def book_quarter(world: World, book: Book, clearing: Clearing, quarter: int) -> None:
    """Write a cleared quarter into the tables, the prices and the year book."""
    share = running_share(book.offers, clearing.mill_cny_per_t[:-1])
    made = book.offers.capacity_mt * share
    locked = world.promises.locked_cny_per_t
    if locked is None:
        locked = world.prices.mill_cny_per_t * (1.0 - world.parameters.market.contract_discount_share)
    output = total_by(book.offers.region, made, book.offers.regions)
    total, cost = float(output.sum()), made * world.refineries.cash_cost_cny_per_t
    committed = book.committed_mt[:-1].sum(axis=1)
    clearing = in_stock(clearing, book.held.stock_mt + output - committed)
    flows = book.committed_mt + clearing.flows_mt
    trade = Trade(
        book=book,
        clearing=clearing,
        made_mt=made,
        share=share,
        flows_mt=flows,
        contract_cny_per_t=locked,
        output_mt=output,
        total_mt=total,
        committed_mt=committed,
        shipped_mt=flows[:-1].sum(axis=1),
        cost_mcny=cost,
        mean_cost_cny_per_t=exact_sum(cost) / total if total > 0.0 else 0.0,
    )
    move_stocks(world, trade)
    note_imports(world, trade)
    realised = sell(world, trade)
    bear(world, pay(world, trade, realised, smelt(world, trade)))
    note_running(world, trade, realised[0])
    remember_prices(world, trade)
    record_quarter(world, trade, quarter)


def in_stock(clearing: Clearing, left_mt: Floats) -> Clearing:
    """A clearing in which no region sells more on the spot than what it has left for it, (regions,) Mt.

    Prices are rounded after the market has cleared, and a region whose plants answer sharply to price may then
    sell some kilograms more than it makes and stocks.
    """
    left, sold = np.maximum(left_mt, 0.0), clearing.flows_mt[:-1].sum(axis=1)
    short = sold > left
    if not short.any():
        return clearing
    flows = clearing.flows_mt.copy()
    flows[:-1] *= np.divide(left, sold, out=np.ones(len(sold)), where=short)[:, None]
    return replace(clearing, flows_mt=flows)


def move_stocks(world: World, trade: Trade) -> None:
    """Move what is made and not shipped, and what is delivered and not used, into stocks."""
    prices, year, needs = world.prices, world.book, trade.book.needs
    prices.stock_refineries_mt = prices.stock_refineries_mt + trade.output_mt - trade.shipped_mt
    used = total_by(needs.market, needs.need_mt * trade.clearing.demanded.smelting, needs.markets)
    kept = trade.flows_mt.sum(axis=0) - used
    kept[world.geography.abroad] = 0.0
    prices.stock_smelters_mt = prices.stock_smelters_mt + kept
    prices.output_mt = trade.output_mt
    year.made_mt += trade.made_mt
    year.available_mt += trade.book.offers.capacity_mt
    year.imported_ore_mt += trade.made_mt * world.recipe.imported_ore_t
    year.domestic_ore_mt += trade.made_mt * world.recipe.domestic_ore_t
    year.reagent_mt += trade.made_mt * world.recipe.reagent_t
    year.mud_mt += trade.made_mt * world.recipe.residue_t
    use_local_ore(world, trade.made_mt)
    year.used_mt += used
    year.flows_mt += trade.flows_mt
    year.committed_mt += trade.book.committed_mt


def note_imports(world: World, trade: Trade) -> None:
    """Note how much of the imports is from next door (standing terms, then spot, nearest first) and what is at sea."""
    importers = world.importers
    standing = trade.book.border.standing_imports_mt
    near = float(importers.standing_mt[importers.near].sum()) / QUARTERS
    bought = max(float(trade.flows_mt[-1].sum()) - standing, 0.0)
    spot = min(bought, world.outside.near_spot_mt / QUARTERS)
    world.book.imports_near_mt += near + spot
    ordered, _ = cargoes(trade.book.border, float(trade.clearing.mill_cny_per_t[-1]))
    world.outside.afloat_mt = trade.book.border.late_share * ordered


def sell(world: World, trade: Trade) -> tuple[Floats, Floats]:
    """Book sales at the mill, and freight; give each plant's price in CNY/t and revenue in million CNY, (plants,) each.

    Committed tonnes are paid the price of the year where contracts lock it, or else last quarter's mill price less
    the contract discount; spot tonnes today's. Freight that is saved over a fence is the refinery's.
    Plants of a region share its sales in proportion to output; when none makes alumina, those that could, or
    at last those that once did, sell what is in stock.
    """
    region = trade.book.offers.region
    committed, spot = trade.committed_mt, trade.clearing.flows_mt[:-1].sum(axis=1)
    money = committed * trade.contract_cny_per_t[:-1] + spot * trade.clearing.mill_cny_per_t[:-1]
    part, sold = sold_by_plant(world, trade)
    plant, kept = world.promises.fence_plant, fence_freight(world, trade, sold)
    saved = total_by(plant, kept, len(sold))
    revenue = part * money[region] + saved
    world.book.sold_mt += sold
    world.book.revenue_mcny += revenue
    world.book.freight_mcny += trade.flows_mt * trade.book.freight_cny_per_t
    np.add.at(world.book.freight_mcny, (region[plant], world.promises.fence_market), -kept)
    price = (money / np.maximum(committed + spot, TINY))[region]
    return price + np.divide(saved, sold, out=np.zeros(len(sold)), where=sold > TINY), revenue


def sold_by_plant(world: World, trade: Trade) -> tuple[Floats, Floats]:
    """Each plant's part of the sales of its region, and what it sold in a quarter, Mt, (plants,) each."""
    region, regions, plants = trade.book.offers.region, trade.book.offers.regions, world.refineries
    weight = trade.made_mt + 1e-9 * plants.runnable_mt + 1e-15 * plants.size_mt
    total = total_by(region, weight, regions)[region]
    part = np.divide(weight, total, out=np.zeros(len(weight)), where=total > 0.0)
    return part, part * trade.shipped_mt[region]


def fence_freight(world: World, trade: Trade, sold_mt: Floats) -> Floats:
    """The freight that was saved in a quarter on the way to each customer next door, (neighbours,) million CNY.

    A customer next door pays what alumina costs in its market, so what no carrier gets is the refinery's.
    """
    promises = world.promises
    plant, sold = promises.fence_plant, sold_mt[promises.fence_plant]
    route = trade.book.offers.region[plant], promises.fence_market
    promised, sent = promises.quarter_mt[route], trade.book.committed_mt[route]
    kept = np.divide(sent, promised, out=np.zeros(len(sent)), where=promised > TINY)
    over = promises.fence_mt / QUARTERS * kept
    most = total_by(plant, over, len(sold_mt))[plant]
    fits = np.divide(sold, most, out=np.ones(len(most)), where=most > sold)
    return over * fits * trade.book.freight_cny_per_t[route]


def smelt(world: World, trade: Trade) -> Floats:
    """Book what smelters paid for alumina and earned with metal; gives earnings (groups,) million CNY without VAT."""
    smelters, market, year = world.smelters, world.parameters.market, world.book
    needs, freight = trade.book.needs, trade.book.freight_cny_per_t
    spot = trade.clearing.flows_mt * (trade.clearing.mill_cny_per_t[:, None] + freight)
    delivered = trade.book.committed_mt * (trade.contract_cny_per_t[:, None] + freight) + spot
    paid = delivered.sum(axis=0)
    total = total_by(needs.market, needs.need_mt, needs.markets)[needs.market]
    # What is delivered to a market where nothing is smelted goes into its smelters' stock, and they pay for it.
    weight = np.where(total > TINY, needs.need_mt, smelters.capacity_mt + TINY)
    purchases = weight / total_by(needs.market, weight, needs.markets)[needs.market] * paid[needs.market]
    metal = needs.need_mt * trade.clearing.demanded.smelting / market.product_per_metal_t_per_t
    others = world.geography.smelter_other_cny_per_t[smelters.market]
    income = metal * (world.prices.now.metal_cny_per_t - others) - purchases
    earned = total_by(smelters.group, income, len(world.groups)) / (1.0 + market.vat_share)
    year.smelters_earned_mcny += income / (1.0 + market.vat_share)
    smelters.smelting_share[:] = trade.clearing.demanded.smelting
    year.delivered_mcny += delivered
    year.metal_mt += metal
    year.purchases_mcny += purchases
    year.smelting_mcny += earned
    year.earned_mcny += earned
    world.groups.cash_mcny += earned
    return earned


def pay(world: World, trade: Trade, sales: tuple[Floats, Floats], smelting: Floats) -> Incidence:
    """Pay for a quarter's output, upkeep and restarts and give what decides who bears the losses."""
    plants, year, count = world.refineries, world.book, len(world.groups)
    vat = world.parameters.market.vat_share
    margin = trade.made_mt * (sales[0] - plants.cash_cost_cny_per_t)
    idle = np.maximum(plants.runnable_mt / QUARTERS - trade.made_mt, 0.0)
    upkeep = world.parameters.leaving.upkeep_cny_per_t * idle
    outlay = upkeep + move_lines(world, trade)
    deficit = np.maximum(-margin, 0.0)
    support = np.minimum(plants.support_cny_per_t * trade.made_mt, deficit)
    put_off = defer_maintenance(world, trade.made_mt, margin)
    earned = (sales[1] - trade.cost_mcny) / (1.0 + vat) - outlay + put_off + support
    by_group, by_support = total_by(plants.group, earned, count), total_by(plants.group, support, count)
    year.cost_mcny += trade.cost_mcny
    year.components_mcny += trade.made_mt * world.components
    year.support_mcny += by_support
    year.plants_earned_mcny += earned
    year.earned_mcny += by_group
    world.groups.cash_mcny += by_group
    loss = deficit / (1.0 + vat) + upkeep
    year.upkeep_mcny += outlay
    year.put_off_mcny += put_off
    year.loss_mcny += loss
    return Incidence(
        loss_mcny=total_by(plants.group, loss, count),
        put_off_mcny=total_by(plants.group, np.maximum(put_off, 0.0), count),
        support_mcny=by_support,
        smelting_mcny=smelting,
    )


def move_lines(world: World, trade: Trade) -> Floats:
    """Let idle lines cool and bring cold ones back; gives what that costs, (plants,) million CNY.

    A plant that runs in keeps all its lines warm, and a group without liquidity brings none back.
    """
    plants, running, offers = world.refineries, world.parameters.running, trade.book.offers
    able = plants.runnable_mt / QUARTERS
    settled = (able > 0.0) & (plants.quarters_run >= RAMP_QUARTERS)
    used = np.divide(trade.made_mt, able, out=np.ones(len(able)), where=settled)
    calls = trade.clearing.mill_cny_per_t[offers.region] > offers.thresholds_cny_per_t[1]
    calls &= ~world.groups.illiquid[plants.group]
    warm = warm_share(running, plants.warm_share, np.maximum(used, plants.used_share), calls)
    restarted = np.maximum(warm - plants.warm_share, 0.0) * plants.runnable_mt
    plants.warm_share[:], plants.used_share[:] = warm, used
    return restarted * running.start_cost_cny_per_t


def defer_maintenance(world: World, made: Floats, margin: Floats) -> Floats:
    """Put off maintenance at losing plants and pay it back dearer later; gives cash saved, (plants,) million CNY."""
    plants, finance = world.refineries, world.parameters.finance
    losing = margin < 0.0
    may = losing & (plants.deferral_quarters < finance.deferral_quarters)
    most = finance.deferral_cny_per_t * made
    saved = np.where(may, np.minimum(most, -margin), 0.0)
    repaid = np.where(losing, 0.0, np.minimum(plants.deferred_mcny, most))
    plants.deferred_mcny += saved - repaid
    plants.deferral_quarters[:] = (plants.deferral_quarters + may) * losing
    return saved - repaid * finance.deferral_payback_ratio


def bear(world: World, incidence: Incidence) -> None:
    """Book who bears the quarter's losses, and let groups short of cash stretch payables and borrow."""
    groups, limits = world.groups, world.credit
    room = np.array(
        (
            incidence.support_mcny,
            incidence.put_off_mcny,
            incidence.smelting_mcny,
            groups.cash_mcny + incidence.loss_mcny - limits.least_cash_mcny,
            limits.payables_mcny - groups.payables_mcny,
            limits.debt_mcny - groups.debt_mcny,
            groups.debt_mcny,
        )
    )
    np.maximum(room, 0.0, out=room)
    world.book.losses_mcny += bear_losses(incidence.loss_mcny, room)
    had = Liquidity(groups.cash_mcny, groups.debt_mcny, groups.payables_mcny)
    held = keep_liquid(had, limits.least_cash_mcny, payables_room=room[4], debt_room=room[5])
    groups.cash_mcny[:] = held.cash_mcny
    groups.debt_mcny[:] = held.debt_mcny
    groups.payables_mcny[:] = held.payables_mcny
    groups.illiquid[:] = held.cash_mcny < -1e-6


def note_running(world: World, trade: Trade, price_cny_per_t: Floats) -> None:
    """Note each plant's running share and how long it has been idle or losing; one not begun keeps its share."""
    plants = world.refineries
    standing = plants.nameplate_mt > 0.0
    share = np.where(plants.quarters_run < 0, plants.running_share, trade.share)
    idle = standing & (share < world.parameters.running.idle_share)
    losing = standing & ~idle & (price_cny_per_t < plants.cash_cost_cny_per_t)
    plants.running_share[:] = share
    plants.idle_quarters[:] = (plants.idle_quarters + 1) * idle
    plants.loss_quarters[:] = (plants.loss_quarters + 1) * losing
    plants.quarters_run[:] = (plants.quarters_run + 1) * standing


def mill_prices(trade: Trade, freight_cny_per_t: Floats, least_cny_per_t: float) -> Floats:
    """Mill prices, (regions,) CNY/t; one that ships nothing gets what its nearest market would net it, or the least."""
    clearing = trade.clearing
    netback = (clearing.delivered_cny_per_t - freight_cny_per_t[:-1]).max(axis=1)
    return np.where(
        trade.shipped_mt > LEAST_SHIPMENT_MT,
        clearing.mill_cny_per_t[:-1],
        np.maximum(netback, least_cny_per_t).round(DECIMALS),
    )


def remember_prices(world: World, trade: Trade) -> None:
    """Keep the quarter's prices for the next one."""
    prices, clearing = world.prices, trade.clearing
    known = world.pack.trade.known
    mills = mill_prices(trade, world.geography.freight_cny_per_t, known.least_price_cny_per_t)
    prices.mill_cny_per_t = clearing.mill_cny_per_t.copy()
    prices.mill_cny_per_t[:-1] = mills
    prices.delivered_cny_per_t = clearing.delivered_cny_per_t
    prices.paid_cny_per_t = clearing.paid_cny_per_t
    if trade.total_mt > 0.0:
        value = float((trade.output_mt * clearing.mill_cny_per_t[:-1]).sum())
        prices.index_cny_per_t = round(value / trade.total_mt, 6)
        prices.cost_cny_per_t = round(trade.mean_cost_cny_per_t, 6)
        prices.adaptive_cost_cny_per_t = prices.adaptive_cost_cny_per_t or prices.cost_cny_per_t
    memory = world.parameters.expectation.memory_per_quarter
    prices.adaptive_cny_per_t += memory * (prices.index_cny_per_t - prices.adaptive_cny_per_t)
    prices.adaptive_cost_cny_per_t += memory * (prices.cost_cny_per_t - prices.adaptive_cost_cny_per_t)
    export_port = float(clearing.delivered_cny_per_t[world.geography.export])
    prices.fob_usd_per_t = world_fob(trade.book.border, float(clearing.mill_cny_per_t[-1]), export_port)
    if world.pack.trade.known.fee:
        return
    shipping = trade.shipped_mt > LEAST_SHIPMENT_MT
    by_region = zip(world.geography.regions, mills.tolist(), shipping.tolist(), strict=True)
    demand_positive(
        {"alumina": prices.index_cny_per_t, "alumina FOB": prices.fob_usd_per_t}
        | {f"alumina of {region}": price for region, price, ships in by_region if ships}
    )


def record_quarter(world: World, trade: Trade, quarter: int) -> None:
    """Add the quarter's figures of the country and of its regions to the year book."""
    prices, geography, now = world.prices, world.geography, world.prices.now
    benchmark = {"benchmark_cny_per_t": prices.benchmark_cny_per_t} if world.parameters.benchmark else {}
    before = math.fsum(each["ore_imports_mt"] for each in world.book.quarters)
    world.book.quarters.append(
        {
            "quarter": float(quarter),
            "price_cny_per_t": prices.index_cny_per_t,
            **benchmark,
            "cash_cost_mean_cny_per_t": trade.mean_cost_cny_per_t,
            "production_mt": trade.total_mt,
            "use_mt": exact_sum(trade.book.needs.need_mt * trade.clearing.demanded.smelting),
            "imports_mt": float(trade.flows_mt[-1].sum()),
            "ore_imports_mt": exact_sum(world.book.imported_ore_mt) - before,
            "exports_mt": float(trade.flows_mt[:, geography.abroad].sum()),
            "stock_refineries_mt": float(prices.stock_refineries_mt.sum()),
            "stock_smelters_mt": float(prices.stock_smelters_mt.sum()),
            **{each.price: now.of[each.id] for each in world.pack.trade.told},
            "fob_usd_per_t": prices.fob_usd_per_t,
            # What stands beyond is the last bits of the C library and of no market.
            "clearing_residual_mt": TOLERANCE_MT * round(trade.clearing.residual_mt / TOLERANCE_MT),
        }
    )
    world.book.regional.append(trade.output_mt.copy())
