"""Promises of the year: importers plan, groups supply themselves, smelters sign annual contracts."""

import numpy as np

from sim.agents.cast import Cast
from sim.core.arrays import Bools, Floats, total_by
from sim.decisions.ship import ship_to_china
from sim.decisions.sign import seek_contracts
from sim.market.contracts import Promises, captive_tonnes, contract_tonnes, worth_shipping
from sim.phases.preparing import update_outside
from sim.sight.prices import expected_mill_prices
from sim.sight.reserved import open_share
from sim.sight.view import look
from sim.strategy.building import run_in_share
from sim.world.world import World


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
    geography, count = world.geography, len(world.groups)
    regions, markets = len(geography.regions), len(geography.markets)
    freight = geography.freight_cny_per_t[:-1]
    in_run = run_in_share(plants.quarters_run, world.parameters.pipeline)
    output = plants.runnable_mt * plants.running_share * plants.pond_cap_share * in_run
    need = smelters.capacity_mt * world.smelting_scale * market.alumina_per_aluminium_t_per_t
    own_output = total_by(plants.group * regions + plants.region, output * open_share(world), count * regions)
    own_need = total_by(smelters.group * markets + smelters.market, need, count * markets)
    captive, used = captive_tonnes(
        market.captive_share * own_output.reshape(count, regions),
        market.captive_share * own_need.reshape(count, markets),
        freight,
        worth_shipping(
            world.prices.mill_cny_per_t[:-1],
            world.prices.paid_cny_per_t,
            freight,
            market.captive_premium_cny_per_t,
        ),
    )
    captive_share = market.captive_share * used[plants.group, plants.region] * open_share(world)
    free = total_by(plants.region, output * (1.0 - captive_share), regions)
    open_need = total_by(smelters.market, need, markets) - captive.sum(axis=0)
    if signing is not None and not signing.all():
        open_need = open_need * signing_share(world, need, signing)
    delivered = world.prices.mill_cny_per_t[:-1, None] + freight
    contracts = contract_tonnes(
        free, market.contract_share * np.maximum(open_need, 0.0), delivered, market.trade_dispersion_cny_per_t
    )
    signed = np.divide(contracts.sum(axis=1), free, out=np.zeros(regions), where=free > 0.0)
    world.promises = Promises(
        captive, contracts, captive_share, (1.0 - captive_share) * signed[plants.region]
    )


def signing_share(world: World, need_mt: Floats, signing: Bools) -> Floats:
    """The part of each market's need that belongs to smelters that seek contracts, (markets,)."""
    markets, place = len(world.geography.markets), world.smelters.market
    wanted, signed = (total_by(place, need, markets) for need in (need_mt, need_mt * signing))
    return np.divide(signed, wanted, out=np.zeros(markets), where=wanted > 0.0)
