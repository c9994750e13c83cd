"""Who can buy, and what plants, alumina and freight are worth to whom.

What keeping a plant is worth to whoever owns it, or would: the one place that looks ahead for a standing plant.

The push for mergers as buyers meet it: it helps every buyer, or those that it names.

Where groups are at home: the provinces in which they refine or smelt.

How concentrated the industry is as it stands.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.market.concentration import hhi
from sim.policies.merger_rules import MergerPush
from sim.scenario.parameters import Parameters
from sim.sight.limits import pond_share, regional_limits
from sim.sight.outlook import worth_left
from sim.sight.view import View, look_ahead
from sim.strategy.finance import annuities, discount_rates
from sim.strategy.leaving import Prospect, use_of_holding, value_of_holding
from sim.world.owners import OWNER_TYPES
from sim.world.world import World


def prospect_of(
    world: World, view: View, rows: Ints, owners: Ints, rise_cny_per_t: Floats | None = None
) -> Prospect:
    """What owners see ahead in plants, one owner a plant.

    Args:
        world: the world.
        view: the world at this moment.
        rows: (plants,) the plants.
        owners: (plants,) rows of the groups in whose hands they are looked at.
        rise_cny_per_t: (regions,) by how much exits so far raise mill prices; none where nobody has left.
    """
    plants, ahead = view.refineries, view.ahead or look_ahead(world)
    region = plants.region[rows]
    rise = np.zeros(len(rows)) if rise_cny_per_t is None else rise_cny_per_t[region]
    cost = ahead.cost_cny_per_t[rows]
    rates = discount_rates(view.groups.owner_type, view.parameters.finance)[owners]
    # Today's margin is what lasts for a while, so today's price goes with what announced rules change of the cost.
    change = cost - plants.cash_cost_cny_per_t[rows]
    return Prospect(
        today_cny_per_t=np.maximum(
            view.mill_cny_per_t[region] + rise + change, world.pack.trade.known.least_price_cny_per_t
        ),
        long_run_cny_per_t=view.expected_cny_per_t[region] + rise + view.groups.bias_cny_per_t[owners],
        cost_cny_per_t=cost,
        discount_per_year=rates,
        runnable_share=ahead.runnable_share[rows] * lasting_share(world, rows, rates),
        cold_share=1.0 - plants.warm_share[rows],
    )


def lasting_share(world: World, rows: Ints, discount_per_year: Floats) -> Floats:
    """The part of the worth of plants that refused ponds and phase-outs leave, (plants,), at owners' discount rates."""
    return pond_share(world, rows, discount_per_year) * worth_left(world, rows, discount_per_year)


def secured_share(world: World) -> Floats:
    """The part of each plant that lenders take as security: what announced rules leave of it, (plants,).

    Curbs that come and go are no reason to lend less.

    Source: equation (4.12a) of the model description.
    """
    plants, rules = world.refineries, world.outlook
    rows = np.arange(len(plants))
    rates = discount_rates(world.groups.owner_type, world.parameters.finance)[plants.group]
    left = lasting_share(world, rows, rates)
    if rules.regional_caps:
        left = left * regional_limits(world).under_ceilings(plants.region, np.zeros(len(plants)))
    return np.asarray(left)


def values_ahead(world: World, prospect: Prospect, after_years: int = 0) -> Floats:
    """What holding plants with some prospects is worth, (plants,) CNY per tonne of nameplate."""
    return value_of(prospect, world.parameters, after_years)


def value_of(prospect: Prospect, parameters: Parameters, after_years: int = 0) -> Floats:
    """The same from the parameters alone."""
    return value_of_holding(
        prospect,
        parameters.leaving,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
        after_years,
    )


LEAST_MT = 1e-6
A_KILOGRAM_MT = 1e-9
EVERYWHERE = slice(None)
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
    rows = (able & world.may_buy).nonzero()[0].tolist()
    return sorted(rows, key=groups.keys.__getitem__)


def values_to(world: World, view: View, rows: Ints, owners: Ints) -> Floats:
    """What plants are worth in the hands of owners, one owner a plant, (plants,) million CNY."""
    worth = values_ahead(world, prospect_of(world, view, rows, owners))
    return worth * view.refineries.nameplate_mt[rows]


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


def freight_saved(world: World, need_mt: Floats, regions: Ints | slice = EVERYWHERE) -> Floats:
    """The freight that smelters save on alumina of all regions, or of some, (regions, groups) CNY/t.

    Against the mean freight of what reached each market this year; a longer haul saves nothing.

    Args:
        world: the world, after the year's trade.
        need_mt: (groups, markets) what smelters need.
        regions: rows of the regions.
    """
    freight, flows = world.geography.freight_cny_per_t, world.book.flows_mt
    usual = (flows * freight).sum(axis=0) / np.maximum(flows.sum(axis=0), A_KILOGRAM_MT)
    saved = np.maximum(usual - freight[:-1][regions], 0.0)[:, : need_mt.shape[1]]
    weight = need_mt / np.maximum(need_mt.sum(axis=1, keepdims=True), A_KILOGRAM_MT)
    return np.asarray((saved[:, None, :] * weight[None, :, :]).sum(axis=2))


def push_for(world: World, buyer: int) -> MergerPush | None:
    """The push of the year as it helps a buyer, None where there is none for it."""
    push = world.rules.merger_push
    return push if push is not None and push.helps(world.groups.keys[buyer]) else None


def saving_years(world: World) -> Floats:
    """The years that a yearly saving counts for, by group and without VAT, (groups,)."""
    parameters, types = world.parameters, world.groups.owner_type
    years = annuities(types, int(parameters.leaving.horizon_years), parameters.finance)
    return years / (1.0 + parameters.market.vat_share)


def loan_discounts(world: World, buyers: Sequence[int] | Ints) -> Floats:
    """The fall of the loan rate on purchases of some buyers, (buyers,)."""
    return _pushed(world, buyers, 0.0, lambda push: push.loan_discount_per_year)


def queue_worth(world: World, buyers: Sequence[int] | Ints) -> Floats:
    """The worth to some buyers of a better place in the queue for approvals, (buyers,) CNY per tonne bought."""
    return _pushed(world, buyers, 0.0, lambda push: push.approval_cny_per_t)


def most_deals(world: World, buyers: Sequence[int] | Ints) -> Floats:
    """The control purchases that some buyers may close in the year, (buyers,)."""
    usual = world.parameters.deals.deals_count
    return _pushed(world, buyers, usual, lambda push: push.cap(usual))


def _pushed(
    world: World, buyers: Sequence[int] | Ints, usual: float, pushed: Callable[[MergerPush], float]
) -> Floats:
    """A number for each buyer, (buyers,): the usual one, or another for those that the year's push helps."""
    found = np.full(len(buyers), usual, dtype=np.float64)
    push, keys = world.rules.merger_push, world.groups.keys
    if push is not None:
        found[[push.helps(keys[int(buyer)]) for buyer in buyers]] = pushed(push)
    return found


def homes_of(world: World) -> list[set[str]]:
    """The provinces in which each group has a refinery or a smelter, by row."""
    plants, smelters = world.refineries, world.smelters
    found: list[set[str]] = [set() for _ in world.groups.keys]
    standing, provinces = plants.nameplate_mt > 0.0, world.geography.provinces
    for group, region in zip(plants.group[standing].tolist(), plants.region[standing].tolist(), strict=True):
        found[group].add(provinces[region])
    markets, sizes = smelters.market.tolist(), smelters.capacity_mt.tolist()
    for row, group in enumerate(smelters.group.tolist()):
        if sizes[row] > 0.0:
            found[group].add(_province_of_smelter(world, row, markets[row]))
    return found


def provinces_of(world: World, rows: Iterable[int], smelters: Iterable[int]) -> set[str]:
    """The provinces of some refineries and smelters; a smelter that has moved is in that of its new market."""
    names = world.geography.provinces
    found = {names[int(world.refineries.region[row])] for row in rows}
    return found | {_province_of_smelter(world, row, int(world.smelters.market[row])) for row in smelters}


def _province_of_smelter(world: World, row: int, market: int) -> str:
    known, place = world.pack.smelters[row], world.geography.markets[market]
    if known.market == place:
        return known.province
    return next(each.name for each in world.pack.markets if each.id == place)


def size_of(world: World, rows: Iterable[int]) -> float:
    """The nameplate of some refineries, Mt/yr."""
    return float(np.asarray(world.refineries.nameplate_mt[list(rows)]).sum())


def control_index(world: World) -> float:
    """The HHI of capacity by controlling group as it stands, points."""
    plants = world.refineries
    return hhi(total_by(plants.group, plants.nameplate_mt, len(world.groups)))
