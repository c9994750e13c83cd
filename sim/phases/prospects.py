"""What all owners share when they think of building, and what one of them wishes to build.

For every owner and every place: what a new plant would cost to run, by how much it would depress the price
around it, and what it would be worth.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.environment.red_mud import fines
from sim.market.costs import cash_cost
from sim.phases.outlook import ore_change
from sim.phases.parts import alumina_gaps
from sim.phases.quarter import cost_terms
from sim.strategy.building import Outlook, Venture
from sim.strategy.finance import discount_rates
from sim.world.books import SiteOutlook
from sim.world.owners import OWNER_TYPES
from sim.world.recipes import make_recipe, scaled_cost
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
        facts: what the values rest on; those of an idea that was not the best begin with `other_`.
        given_up_cny_per_t: what is given up with the old plant, per tonne of new nameplate.
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
    given_up_cny_per_t: float = 0.0

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
        cost_cny_per_t: (regions,) cash cost of a new plant of the usual size.
        fall_cny_per_t: (regions,) by how much it would depress the mill price.
        gap_mt: (groups,) alumina that smelters of the group lack, from `alumina_gaps`.
        rates: (groups,) discount rates.
        open: (regions,) where the nation reads applications for something new.
    """

    view: View
    outlook: Outlook
    cost_cny_per_t: Floats
    fall_cny_per_t: Floats
    gap_mt: Floats
    rates: Floats
    open: Bools


def prospects(industry: "Industry", view: View) -> Prospects:
    """Give what all owners share this year."""
    parameters = industry.parameters
    outlook = Outlook(
        parameters.building,
        parameters.pipeline,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
    )
    gap = alumina_gaps(industry)
    rates = discount_rates(view.groups.owner_type, parameters.finance)
    sites = industry.site_outlook or SiteOutlook(site_costs(industry), price_fall(industry, view))
    return Prospects(
        view, outlook, sites.cost_cny_per_t, sites.fall_cny_per_t, gap, rates, open_regions(industry)
    )


def venture_of(
    shared: Prospects, group: Ints, region: Ints, size_mt: Floats, cost_cny_per_t: Floats | None = None
) -> Venture:
    """Give new plants as their owners see them, arrays (ventures,).

    Args:
        shared: what all owners share.
        group: rows of the owners.
        region: rows of the regions.
        size_mt: nameplates; the price around falls in proportion, and small plants cost more to run.
        cost_cny_per_t: cash costs where they are known; otherwise those of a site of that size.
    """
    view, building, costs = shared.view, shared.outlook.building, shared.view.parameters.costs
    today = view.mill_cny_per_t[region]
    fall = np.minimum(shared.fall_cny_per_t[region] * size_mt / building.size_mt, today)
    if cost_cny_per_t is None:
        scale = scaled_cost(size_mt, costs) - scaled_cost(np.array([building.size_mt]), costs)
        cost_cny_per_t = shared.cost_cny_per_t[region] + scale
    return Venture(
        today_cny_per_t=today - fall,
        long_run_cny_per_t=view.expected_cny_per_t[region] + view.groups.bias_cny_per_t[group] - fall,
        cost_cny_per_t=cost_cny_per_t,
        own_share=np.minimum(np.maximum(shared.gap_mt[group], 0.0) / size_mt, 1.0),
        discount_per_year=shared.rates[group],
    )


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
    fine, _ = fines(industry.outlook.red_mud, industry.geography.regions, sites.region, np.zeros(len(sites)))
    sites.mud_cny_per_t[:] = industry.parameters.red_mud.stacking_cny_per_t + fine
    recipe = make_recipe(
        industry.pack,
        industry.geography,
        sites,
        industry.parameters,
        industry.year,
        industry.clusters,
    )
    cost = cash_cost(recipe, cost_terms(industry, sites, industry.outlook)).sum(axis=0)
    return np.asarray(cost + ore_change(industry, recipe, industry.rules, industry.outlook))


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
