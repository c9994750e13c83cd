"""What is fixed for a year before anyone trades: recipes, credit limits, the scale of smelting, the outside world."""

from collections.abc import Iterable

from sim.core.arrays import Floats, total_by
from sim.phases.founding import crowding_cost
from sim.policies.rulebook import Rulebook
from sim.process.base import FEED, Clusters
from sim.sight.buyers import secured_share
from sim.sight.parts import Part, parts_of_partners
from sim.strategy.finance import BEARERS
from sim.world.books import CreditLimits, YearBook, empty_book
from sim.world.population import BUILDING, Refineries
from sim.world.world import World

DAYS = 365.0


def prepare_year(world: World) -> None:
    """Bring everything that changes once a year up to date."""
    world.clusters = clusters(world)
    world.recipe = world.process.recipe(world.refineries, world.year, world.clusters)
    world.credit = credit_limits(world)


def cluster_size(refineries: Refineries, regions: int) -> Floats:
    """The nameplate of each supply region, (regions,) Mt/yr."""
    return total_by(refineries.region, refineries.nameplate_mt, regions)


def clusters(world: World) -> Clusters:
    """What the plants of each region share this year."""
    now = cluster_size(world.refineries, len(world.geography.regions))
    return Clusters(world.opening_cluster_mt, now, crowding_cost(world))


def credit_limits(world: World) -> CreditLimits:
    """What each group may draw this year, from the size of its plants and last year's costs.

    Lenders lend on what announced rules leave of refineries (`sim/sight/buyers.py`).
    """
    plants, smelters, groups, finance = (
        world.refineries,
        world.smelters,
        world.groups,
        world.parameters.finance,
    )
    count = len(groups)
    standing = plants.nameplate_mt + plants.size_mt * (plants.project_stage == BUILDING)
    smelting = total_by(smelters.group, smelters.capacity_mt, count)
    others = world.geography.smelter_other_cny_per_t[smelters.market] * smelters.capacity_mt
    yearly = total_by(plants.group, plants.runnable_mt * plants.cash_cost_cny_per_t, count)
    yearly = yearly + total_by(smelters.group, others, count)
    ore = total_by(plants.group, plants.runnable_mt * world.components[FEED], count)
    metal = smelting * finance.smelter_asset_cny_per_t
    parts = [*parts_of_partners(world)]
    assets, security = (
        paid_for(world, held, parts) * finance.refinery_asset_cny_per_t + metal
        for held in (standing, standing * secured_share(world))
    )
    return CreditLimits(
        least_cash_mcny=yearly * finance.least_cash_days / DAYS,
        most_cash_mcny=yearly * max(finance.least_cash_days, finance.most_cash_days) / DAYS,
        payables_mcny=ore * finance.payables_days / DAYS,
        debt_mcny=security * finance.leverage_limit_share,
        assets_mcny=assets,
    )


def paid_for(world: World, held_mt: Floats, parts: Iterable[Part]) -> Floats:
    """The part of some refining capacity, (plants,), that each group has paid for, (groups,).

    Partners of joint ventures count their part of the plant, its owner the rest.
    """
    refining = total_by(world.refineries.group, held_mt, len(world.groups))
    for part in parts:
        own = part.founder_share * float(held_mt[part.row])
        refining[part.owner] -= own
        refining[part.partner] += own
    return refining


def smelting_scale(world: World, year: int, rules: Rulebook | None = None) -> float:
    """Operating over installed smelter capacity in a year: growth from the base year up to the national cap.

    A policy moves the cap, and growth from its first year on; rules are this year's if no others are given.
    """
    market, cap = world.parameters.market, (rules or world.rules).smelter_cap
    usual, ceiling = market.metal_growth_per_year, market.metal_cap_mt
    grown = world.opening_smelting_mt * (1.0 + usual) ** (year - world.pack.base_year)
    if cap is not None:
        if cap.growth_per_year is not None:
            before = world.opening_smelting_mt * (1.0 + usual) ** (cap.since_year - 1 - world.pack.base_year)
            since = (1.0 + cap.growth_per_year) ** (year - cap.since_year + 1)
            grown = cap.between(grown, min(before, ceiling) * since)
        ceiling = cap.between(ceiling, cap.ceiling_mt)
    return min(grown, ceiling) / float(world.smelters.capacity_mt.sum())


def update_outside(world: World) -> None:
    """Work out what the rest of the world has to spare this year, besides what producers next door can make.

    It starts from the base-year balance, from which output next door is taken out because producers there
    answer to the price themselves, and moves with growth elsewhere, with smelters next door that take
    alumina, with standing shipments to China, and with slow noise.
    """
    terms, importers, outside = world.parameters.world, world.importers, world.outside
    alpha = world.parameters.market.product_per_metal_t_per_t
    years = world.year - world.pack.base_year
    near = importers.near
    need = alpha * (importers.smelting_mt - importers.opening_smelting_mt)
    standing = importers.standing_mt - importers.china_contract_mt
    outside.near_mt = float(importers.capacity_mt[near].sum())
    cost = float((importers.capacity_mt * importers.cash_cost_usd_per_t)[near].sum())
    outside.near_cost_usd_per_t = cost / outside.near_mt if outside.near_mt > 0.0 else 0.0
    outside.balance_mt = (
        terms.balance_mt
        - float(importers.opening_made_mt[near].sum())
        + (terms.supply_growth_mt - terms.need_growth_mt) * years
        - float((need + standing)[near].sum())
        + world.prices.disturbance_mt
    )
    free = importers.capacity_mt * (1.0 - terms.third_country_share) - importers.standing_mt
    own_need = alpha * float(importers.smelting_mt[near].sum())
    outside.near_spot_mt = max(float(free[near].sum()) - own_need, 0.0)


def drift_outside(world: World) -> None:
    """Move the slow random part of the world balance on by a year."""
    luck = float(world.streams.normals("world balance", world.year, ["world"])[0])
    terms = world.parameters.world
    spread, kept = terms.disturbance_mt, terms.disturbance_memory_share
    prices = world.prices
    prices.disturbance_mt = kept * prices.disturbance_mt + spread * (1.0 - kept * kept) ** 0.5 * luck
    update_outside(world)


def new_book(world: World) -> YearBook:
    """An empty book for a year, with what stood when it began and in whose hands."""
    origins, markets = world.geography.freight_cny_per_t.shape
    book = empty_book(
        plants=len(world.refineries),
        smelters=len(world.smelters),
        mines=len(world.mines),
        groups=len(world.groups),
        regions=len(world.geography.regions),
        origins=origins,
        markets=markets,
        bearers=len(BEARERS),
        components=len(world.process.components),
    )
    book.opening_mt[:] = world.refineries.nameplate_mt
    book.opening_group[:] = world.refineries.group
    book.opening_smelter_group[:] = world.smelters.group
    return book
