"""The year before the base year, in the accounts alone: what owners earned at recorded prices, and what became of it.

Groups enter the base year with what the year before has left them. It is settled by the rules of every year: interest,
tax and payout, then what they put into plants that were being built, then debt and owners get what is beyond the cash
that a group keeps. A pack that does not hold the product's price in all quarters of that year leaves accounts as they
open.
"""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.inputs import QUARTERS
from sim.phases.preparing import credit_limits
from sim.phases.quarter import price_plants
from sim.phases.spin_up import recorded
from sim.sight.abroad import margins
from sim.strategy.building import investment
from sim.strategy.finance import Liquidity, close_year, loan_rates, use_of_surplus
from sim.world.population import BUILDING
from sim.world.world import World


def settle_past_year(world: World) -> None:
    """Give groups what the year before the base year has left them, where the pack holds its prices.

    Source: the accounts of every year, at the mean recorded price and the input prices of the last quarter.
    """
    before, series = world.pack.base_year - 1, world.pack.trade.known.price
    prices = [recorded(world, before, quarter).get(series) for quarter in range(1, QUARTERS + 1)]
    known = [price for price in prices if price is not None]
    if len(known) < QUARTERS:
        return
    price_plants(world)
    world.credit = credit_limits(world)
    groups, finance, limits = world.groups, world.parameters.finance, world.credit
    earned, depreciation = earnings(world, float(np.mean(known)))
    rates = loan_rates(groups.owner_type, groups.distressed, finance)
    result = close_year(earned, depreciation, groups.debt_mcny, rates, finance)
    kept = earned - result.interest_mcny - result.tax_mcny - result.payout_mcny
    kept -= np.minimum(np.maximum(kept, 0.0), own_investment(world))
    groups.cash_mcny[:] = np.maximum(groups.cash_mcny + kept, 0.0)
    held = Liquidity(groups.cash_mcny, groups.debt_mcny, groups.payables_mcny)
    repaid, paid = use_of_surplus(held, limits.most_cash_mcny, limits.assets_mcny, groups.distressed, finance)
    groups.debt_mcny -= repaid
    groups.cash_mcny -= repaid + paid


def earnings(world: World, price_cny_per_t: float) -> tuple[Floats, Floats]:
    """What groups earned and wrote off in the year at a mean price of the product, (groups,) million CNY each.

    Plants that stood before the base year made what they can run; smelters ran as at the start, mines shipped all.
    """
    plants, smelters, market, count = (
        world.refineries,
        world.smelters,
        world.parameters.market,
        len(world.groups),
    )
    made = np.where(plants.started_year < world.pack.base_year, plants.runnable_mt, 0.0)
    metal = smelters.capacity_mt * market.smelter_running_share
    others = world.geography.smelter_other_cny_per_t[smelters.market]
    spread = world.prices.now.metal_cny_per_t - others - market.product_per_metal_t_per_t * price_cny_per_t
    refining = total_by(plants.group, made * (price_cny_per_t - plants.cash_cost_cny_per_t), count)
    smelting = total_by(smelters.group, metal * spread, count)
    worn = total_by(plants.group, made * world.parameters.costs.full_minus_cash_cny_per_t, count)
    net = 1.0 + market.vat_share
    mining = total_by(world.mines.group, world.mines.ore_mt * margins(world), count)
    return (refining + smelting) / net + mining, worn / net


def own_investment(world: World) -> Floats:
    """What groups put of their own into plants that were being built in the year, (groups,) million CNY.

    These are plants that start in the base year or the next; lenders gave the part that they give on all assets.
    """
    plants, base, parameters = world.refineries, world.pack.base_year, world.parameters
    begun = (plants.nameplate_mt > 0.0) & (plants.started_year == base)
    begun |= (plants.project_stage == BUILDING) & (plants.due_year == base + 1)
    cost = plants.size_mt * investment(plants.size_mt, parameters.building, parameters.pipeline)
    whole = total_by(plants.group, np.where(begun, cost, 0.0), len(world.groups))
    assets = world.credit.assets_mcny
    lent = np.divide(world.groups.debt_mcny, assets, out=np.zeros(len(assets)), where=assets > 0.0)
    return np.asarray(whole * (1.0 - np.minimum(lent, 1.0)))
