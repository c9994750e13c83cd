"""What all owners share when they think of building, and what one of them wishes to build.

For every owner and every place: what a new plant would cost to run, by how much it would depress the price
around it, and what it would be worth.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.market.costs import cash_cost
from sim.phases.quarter import cost_terms
from sim.strategy.building import Outlook, Venture, venture_worth
from sim.strategy.finance import discount_rates
from sim.world.owners import OWNER_TYPES
from sim.world.population import BUILDING
from sim.world.recipes import make_recipe
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

QUARTERS = 4
LEAST_SLOPE = 1e-9
STATE_TYPES = (OWNER_TYPES.index("central"), OWNER_TYPES.index("provincial"))


@dataclass(frozen=True, slots=True)
class Wish:
    """One plant that an owner would like to build.

    Attributes:
        kind: `project`, `new` or `move`.
        key: key of the plant.
        group: row of its owner.
        region: row of its region.
        row: row of the planned project, -1 for a plant that is not on the list.
        old: row of the plant that would go, -1 for none.
        size_mt: nameplate.
        counted_mt: old capacity that goes and counts.
        capex_cny_per_t: investment.
        ratio: net present value over investment.
        demanded: ratio that the owner asks for.
        options: value of each option, ratios.
        facts: what the values rest on.
    """

    kind: str
    key: str
    group: int
    region: int
    row: int
    old: int
    size_mt: float
    counted_mt: float
    capex_cny_per_t: float
    ratio: float
    demanded: float
    options: dict[str, float]
    facts: dict[str, float]

    @property
    def pays(self) -> bool:
        """Whether the owner wants to go ahead."""
        return self.ratio > self.demanded


@dataclass(frozen=True, slots=True)
class Prospects:
    """What all owners share when they think of building.

    Attributes:
        view: the world at this moment.
        outlook: parameters of value.
        cost_cny_per_t: (regions,) cash cost of a new plant.
        fall_cny_per_t: (regions,) by how much it would depress the mill price.
        gap_mt: (groups,) alumina that smelters of the group need beyond its own refineries.
        rates: (groups,) discount rates.
        worth_cny_per_t: (groups, regions) worth of a new plant.
        open: (regions,) where the nation reads applications for something new.
    """

    view: View
    outlook: Outlook
    cost_cny_per_t: Floats
    fall_cny_per_t: Floats
    gap_mt: Floats
    rates: Floats
    worth_cny_per_t: Floats
    open: Bools


def prospects(industry: "Industry", view: View) -> Prospects:
    """Give what all owners share this year."""
    parameters, count = industry.parameters, len(view.groups)
    outlook = Outlook(
        parameters.building,
        parameters.pipeline,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
    )
    smelters, alpha = industry.smelters, parameters.market.alumina_per_aluminium_t_per_t
    need = total_by(smelters.group, smelters.capacity_mt, count) * industry.smelting_scale * alpha
    standing = view.refineries.runnable_mt + view.refineries.size_mt * (
        view.refineries.project_stage == BUILDING
    )
    gap = need - total_by(view.refineries.group, standing, count)
    rates = discount_rates(view.groups.owner_type, parameters.finance)
    cost, fall = site_costs(industry), price_fall(industry, view)
    regions = cost.size
    fed = np.minimum(np.maximum(gap, 0.0) / parameters.building.size_mt, 1.0)
    venture = Venture(
        today_cny_per_t=np.tile(view.mill_cny_per_t[:-1] - fall, count),
        long_run_cny_per_t=(view.groups.bias_cny_per_t[:, None] + view.expected_cny_per_t - fall).ravel(),
        cost_cny_per_t=np.tile(cost, count),
        own_share=np.repeat(fed, regions),
        discount_per_year=np.repeat(rates, regions),
    )
    worth = venture_worth(venture, outlook).reshape(count, regions)
    return Prospects(view, outlook, cost, fall, gap, rates, worth, open_regions(industry))


def price_fall(industry: "Industry", view: View) -> Floats:
    """Give by how much a new plant would depress the mill price around it, (regions,) CNY/t.

    Near it the price falls by what the market's slopes say, but not further below the cheapest region than
    the whole market falls, for its alumina would then be shipped elsewhere.
    """
    size = industry.parameters.building.size_mt * industry.parameters.pipeline.runnable_share / QUARTERS
    slopes = industry.slopes + np.eye(industry.slopes.shape[0]) * LEAST_SLOPE
    near = np.diag(np.linalg.inv(slopes))[:-1] * size
    everywhere = size / max(float(industry.slopes.sum()), LEAST_SLOPE)
    mill = view.mill_cny_per_t[:-1]
    selling = industry.prices.output_mt > 0.0
    lowest = float(mill[selling].min()) if selling.any() else float(mill.min())
    fall = np.minimum(near, np.maximum(mill - lowest, 0.0) + everywhere)
    return np.asarray(np.round(np.minimum(fall, mill), 6), dtype=np.float64)


def site_costs(industry: "Industry") -> Floats:
    """Give the cash cost of a new plant in each region at today's prices under the rules to come, (regions,) CNY/t."""
    sites = industry.sites
    sites.started_year[:] = industry.year
    recipe = make_recipe(
        industry.pack,
        industry.geography,
        sites,
        industry.parameters,
        industry.year,
        industry.clusters,
    )
    return np.asarray(cash_cost(recipe, cost_terms(industry, sites, industry.outlook)).sum(axis=0))


def open_regions(industry: "Industry") -> Bools:
    """Tell in which regions something new may be approved, (regions,)."""
    rules, names = industry.rules.approval, industry.geography.regions
    if rules is None or rules.barred_share < 1.0:
        return np.ones(len(names), dtype=np.bool_)
    return np.array([name not in rules.barred_regions for name in names])


def state_owned(view: View, groups: Ints) -> Bools:
    """Tell which of some groups the state owns, (groups,)."""
    return np.isin(view.groups.owner_type[groups], STATE_TYPES)


def facts_of(venture: Venture, place: int, capex: float) -> dict[str, float]:
    """Give what the value of one venture rests on."""
    return {
        "price_today_cny_per_t": float(venture.today_cny_per_t[place]),
        "price_expected_cny_per_t": float(venture.long_run_cny_per_t[place]),
        "cash_cost_cny_per_t": float(venture.cost_cny_per_t[place]),
        "own_need_share": float(venture.own_share[place]),
        "discount_per_year": float(venture.discount_per_year[place]),
        "capex_cny_per_t": capex,
    }


def site_facts(shared: Prospects, group: int, region: int, capex: float) -> dict[str, float]:
    """Give what the value of a site rests on for an owner."""
    bias = float(shared.view.groups.bias_cny_per_t[group])
    fall = float(shared.fall_cny_per_t[region])
    fed = min(max(float(shared.gap_mt[group]), 0.0) / shared.outlook.building.size_mt, 1.0)
    return {
        "price_today_cny_per_t": float(shared.view.mill_cny_per_t[region]) - fall,
        "price_expected_cny_per_t": bias + float(shared.view.expected_cny_per_t[region]) - fall,
        "cash_cost_cny_per_t": float(shared.cost_cny_per_t[region]),
        "own_need_share": fed,
        "discount_per_year": float(shared.rates[group]),
        "capex_cny_per_t": capex,
    }
