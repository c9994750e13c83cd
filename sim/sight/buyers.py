"""Who can buy, and what plants, alumina and freight are worth to whom."""

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.sight.holding import prospect_of, values_ahead
from sim.sight.view import View
from sim.strategy.leaving import use_of_holding
from sim.world.owners import OWNER_TYPES
from sim.world.world import World

LEAST_MT = 1e-6
A_KILOGRAM_MT = 1e-9
STANDALONE = OWNER_TYPES.index("standalone")


def find_bidders(world: World, view: View) -> list[int]:
    """The groups that can buy, by key: sound, identified, of some size, and at home in China."""
    plants, smelters, groups = view.refineries, world.smelters, view.groups
    count = len(groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(smelters.group, smelters.capacity_mt, count)
    able = (
        ~groups.distressed
        & ~groups.illiquid
        & (real + metal >= world.parameters.deals.least_bidder_mt)
        & (groups.owner_type != STANDALONE)
    )
    rows = [row for row in np.flatnonzero(able).tolist() if world.may_buy[row]]
    return sorted(rows, key=lambda row: groups.keys[row])


def values_to(world: World, view: View, rows: Ints, owners: Ints) -> Floats:
    """What plants are worth in the hands of owners, million CNY, in the shape of rows and owners together."""
    index, owner = (each.ravel() for each in np.broadcast_arrays(rows, owners))
    worth = values_ahead(world, prospect_of(world, view, index, owner))
    shape = np.broadcast_shapes(rows.shape, owners.shape)
    return np.asarray((worth * view.refineries.nameplate_mt[index]).reshape(shape))


def used_tonnes(world: World, view: View, rows: Ints) -> Floats:
    """The output that plants can be expected to have, (rows,) Mt a year: synergies come from tonnes made."""
    parameters = world.parameters
    used = use_of_holding(
        prospect_of(world, view, rows, view.refineries.group[rows]),
        parameters.leaving,
        parameters.running,
        parameters.expectation.persistence_share,
    )
    return np.asarray(view.refineries.runnable_mt[rows] * used)


def smelter_needs(world: World) -> Floats:
    """The alumina that the smelters of each group need in each market, (groups, markets) Mt a year."""
    smelters, markets = world.smelters, len(world.geography.markets)
    count = len(world.groups)
    tonnes = smelters.capacity_mt * world.smelting_scale
    tonnes = tonnes * world.parameters.market.product_per_metal_t_per_t
    by_market = total_by(smelters.group * markets + smelters.market, tonnes, count * markets)
    return by_market.reshape(count, markets)


def freight_saved(world: World, need_mt: Floats) -> Floats:
    """The freight that smelters save on alumina of a region, (regions, groups) CNY/t.

    Against the mean freight of what reached each market this year; a longer haul saves nothing.

    Args:
        world: the world, after the year's trade.
        need_mt: (groups, markets) what smelters need.
    """
    freight, flows = world.geography.freight_cny_per_t, world.book.flows_mt
    usual = (flows * freight).sum(axis=0) / np.maximum(flows.sum(axis=0), A_KILOGRAM_MT)
    saved = np.maximum(usual[None, :] - freight[:-1], 0.0)[:, : need_mt.shape[1]]
    weight = need_mt / np.maximum(need_mt.sum(axis=1, keepdims=True), A_KILOGRAM_MT)
    return np.asarray((saved[:, None, :] * weight[None, :, :]).sum(axis=2))
