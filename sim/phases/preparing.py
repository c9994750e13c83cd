"""What is fixed for a year before anyone trades: recipes, credit limits, the scale of smelting, the outside world."""

from typing import TYPE_CHECKING

from sim.core.arrays import total_by
from sim.phases.landing import crowding_cost
from sim.phases.parts import parts_of_partners
from sim.policies.rulebook import Rulebook
from sim.world.books import CreditLimits
from sim.world.population import BUILDING
from sim.world.recipes import Clusters, cluster_size, make_recipe

if TYPE_CHECKING:
    from sim.industry import Industry

BASE_YEAR = 2025
DAYS = 365.0
ORE = 0
DISTURBANCE_MEMORY = 0.6


def prepare_year(industry: "Industry") -> None:
    """Bring everything that changes once a year up to date."""
    industry.clusters = clusters(industry)
    industry.recipe = make_recipe(
        industry.pack,
        industry.geography,
        industry.refineries,
        industry.parameters,
        industry.year,
        industry.clusters,
    )
    industry.credit = credit_limits(industry)


def clusters(industry: "Industry") -> Clusters:
    """Give what the plants of each region share this year."""
    now = cluster_size(industry.refineries, len(industry.geography.regions))
    return Clusters(industry.opening_cluster_mt, now, crowding_cost(industry))


def credit_limits(industry: "Industry") -> CreditLimits:
    """Give what each group may draw this year, from the size of its plants and last year's costs.

    Partners of joint ventures count their part of the plant, its owner the rest, as each has paid for it.
    """
    plants, smelters, groups, finance = (
        industry.refineries,
        industry.smelters,
        industry.groups,
        industry.parameters.finance,
    )
    count = len(groups)
    standing = plants.nameplate_mt + plants.size_mt * (plants.project_stage == BUILDING)
    refining = total_by(plants.group, standing, count)
    for part in parts_of_partners(industry):
        paid_for = part.founder_share * float(standing[part.row])
        refining[part.owner] -= paid_for
        refining[part.partner] += paid_for
    smelting = total_by(smelters.group, smelters.capacity_mt, count)
    others = industry.geography.smelter_other_cny_per_t[smelters.market] * smelters.capacity_mt
    yearly = total_by(plants.group, plants.runnable_mt * plants.cash_cost_cny_per_t, count)
    yearly = yearly + total_by(smelters.group, others, count)
    ore = total_by(plants.group, plants.runnable_mt * industry.components[ORE], count)
    assets = refining * finance.refinery_asset_cny_per_t + smelting * finance.smelter_asset_cny_per_t
    return CreditLimits(
        least_cash_mcny=yearly * finance.least_cash_days / DAYS,
        most_cash_mcny=yearly * max(finance.least_cash_days, finance.most_cash_days) / DAYS,
        payables_mcny=ore * finance.payables_days / DAYS,
        debt_mcny=assets * finance.leverage_limit_share,
        assets_mcny=assets,
    )


def smelting_scale(industry: "Industry", year: int, rules: Rulebook | None = None) -> float:
    """Give operating over installed smelter capacity in a year: growth from 2025 up to the national cap.

    A policy moves the cap, and growth from its first year on; rules are this year's if no others are given.
    """
    market, cap = industry.parameters.market, (rules or industry.rules).smelter_cap
    usual, ceiling = market.aluminium_growth_per_year, market.aluminium_cap_mt
    grown = industry.opening_smelting_mt * (1.0 + usual) ** (year - BASE_YEAR)
    if cap is not None:
        if cap.growth_per_year is not None:
            before = industry.opening_smelting_mt * (1.0 + usual) ** (cap.since_year - 1 - BASE_YEAR)
            since = (1.0 + cap.growth_per_year) ** (year - cap.since_year + 1)
            grown = cap.between(grown, min(before, ceiling) * since)
        ceiling = cap.between(ceiling, cap.ceiling_mt)
    return min(grown, ceiling) / float(industry.smelters.capacity_mt.sum())


def update_outside(industry: "Industry") -> None:
    """Work out what the rest of the world has to spare this year, besides what Indonesia can make.

    It starts from the base-year balance, from which Indonesia's output is taken out because its producers
    answer to the price themselves, and moves with growth elsewhere, with Indonesian smelters that take
    alumina, with standing shipments to China, and with slow noise.
    """
    world, importers, outside = industry.parameters.world, industry.importers, industry.outside
    alpha = industry.parameters.market.alumina_per_aluminium_t_per_t
    years = industry.year - BASE_YEAR
    near = importers.indonesian
    need = alpha * (importers.smelting_mt - importers.opening_smelting_mt)
    standing = importers.standing_mt - importers.china_contract_mt
    outside.near_mt = float(importers.capacity_mt[near].sum())
    cost = float((importers.capacity_mt * importers.cash_cost_usd_per_t)[near].sum())
    outside.near_cost_usd_per_t = cost / outside.near_mt if outside.near_mt > 0.0 else 0.0
    outside.balance_mt = (
        world.balance_mt
        - float(importers.opening_made_mt[near].sum())
        + (world.supply_growth_mt - world.need_growth_mt) * years
        - float((need + standing)[near].sum())
        + industry.prices.disturbance_mt
    )
    free = importers.capacity_mt * (1.0 - world.third_country_share) - importers.standing_mt
    own_need = alpha * float(importers.smelting_mt[near].sum())
    outside.indonesian_spot_mt = max(float(free[near].sum()) - own_need, 0.0)


def drift_outside(industry: "Industry") -> None:
    """Move the slow random part of the world balance on by a year."""
    luck = float(industry.streams.normals("world balance", industry.year, ["world"])[0])
    spread = industry.parameters.world.disturbance_mt
    kept = DISTURBANCE_MEMORY
    prices = industry.prices
    prices.disturbance_mt = kept * prices.disturbance_mt + spread * (1.0 - kept * kept) ** 0.5 * luck
    update_outside(industry)
