"""Promises of the year: importers plan, groups supply themselves, smelters sign annual contracts."""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.market.contracts import Promises, captive_tonnes, contract_tonnes, worth_shipping
from sim.phases.preparing import update_outside
from sim.phases.quarter import expected_mill_prices
from sim.phases.remedies import open_share
from sim.strategy.building import run_in_share
from sim.world.view import look

if TYPE_CHECKING:
    from sim.industry import Industry


def plan_imports(industry: "Industry") -> None:
    """Let producers outside China decide how much they run and what they ship to China; then the world's balance."""
    view = look(industry, expected_mill_prices(industry))
    for agent in industry.cast.importers:
        shipping = agent.plan(view)
        industry.importers.running_share[agent.row] = shipping.running_share
        industry.importers.standing_mt[agent.row] = shipping.standing_mt
    update_outside(industry)


def promise(industry: "Industry") -> None:
    """Work out captive and contracted tonnes of the year from last quarter's running shares and prices."""
    plants, smelters, market = industry.refineries, industry.smelters, industry.parameters.market
    geography, count = industry.geography, len(industry.groups)
    regions, markets = len(geography.regions), len(geography.markets)
    freight = geography.freight_cny_per_t[:-1]
    in_run = run_in_share(plants.quarters_run, industry.parameters.pipeline)
    output = plants.runnable_mt * plants.running_share * plants.pond_cap_share * in_run
    need = smelters.capacity_mt * industry.smelting_scale * market.alumina_per_aluminium_t_per_t
    own_output = total_by(
        plants.group * regions + plants.region, output * open_share(industry), count * regions
    )
    own_need = total_by(smelters.group * markets + smelters.market, need, count * markets)
    captive, used = captive_tonnes(
        market.captive_share * own_output.reshape(count, regions),
        market.captive_share * own_need.reshape(count, markets),
        freight,
        worth_shipping(
            industry.prices.mill_cny_per_t[:-1],
            industry.prices.paid_cny_per_t,
            freight,
            market.captive_premium_cny_per_t,
        ),
    )
    captive_share = market.captive_share * used[plants.group, plants.region] * open_share(industry)
    free = total_by(plants.region, output * (1.0 - captive_share), regions)
    open_need = total_by(smelters.market, need, markets) - captive.sum(axis=0)
    delivered = industry.prices.mill_cny_per_t[:-1, None] + freight
    contracts = contract_tonnes(
        free, market.contract_share * np.maximum(open_need, 0.0), delivered, market.trade_dispersion_cny_per_t
    )
    signed = np.divide(contracts.sum(axis=1), free, out=np.zeros(regions), where=free > 0.0)
    industry.promises = Promises(
        captive, contracts, captive_share, (1.0 - captive_share) * signed[plants.region]
    )
