"""What all owners share when they think of building, and what one of them wishes to build.

For every owner and every place: what a new plant would cost to run, by how much it would depress the price
around it, and what it would be worth.

Applications: what governments see of a plan, what an owner can spend on it, and the odds that it passes.
"""

import math
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, cases, exact_sum
from sim.environment.red_mud import fines
from sim.policies.rulebook import Rulebook
from sim.scenario.parameters import Parameters
from sim.sight.limits import RegionalLimits, filled_sites, regional_limits, taken_sites
from sim.sight.outlook import cost_terms, ore_change
from sim.sight.parts import alumina_gaps
from sim.sight.purse import spare_cash, unused_credit
from sim.sight.view import View
from sim.strategy.approving import Application, passing_chance
from sim.strategy.building import Outlook, Venture
from sim.strategy.finance import discount_rates
from sim.world.books import Site
from sim.world.owners import owned_by_state
from sim.world.sites import SiteTerms
from sim.world.world import World

QUARTERS = 4
LEAST_SLOPE = 1e-9
EVERY = slice(None)


class Idea(StrEnum):
    """Where the idea of a plant comes from."""

    PROJECT = "project"
    """The list of planned projects."""
    NEW = "new"
    """Its owner's own thought of a new plant."""
    MOVE = "move"
    """Its owner's own thought of a plant at the coast that replaces an old one."""


@dataclass(slots=True)
class Wish:
    """One plant that an owner would like to build.

    Attributes:
        kind: where the idea comes from.
        key: key of the plant.
        group: row of its owner.
        region: row of its region.
        size_mt: nameplate.
        capex_cny_per_t: investment.
        ratio: net present value over investment.
        options: value of each option, ratios.
        facts: what the values rest on; those of an idea that was not the best begin with `other_`.
        row: row of the planned project, -1 for a plant that is not on the list.
        old: row of the plant that would go, -1 for none.
        counted_mt: old capacity that goes and counts.
        demanded: ratio that the owner asks for; infinite until its temper is known.
        given_up_cny_per_t: what is given up with the old plant, per tonne of new nameplate.
        sites: where the options would stand.
    """

    kind: Idea
    key: str
    group: int
    region: int
    size_mt: float
    capex_cny_per_t: float
    ratio: float
    options: dict[str, float]
    facts: dict[str, float]
    row: int = -1
    old: int = -1
    counted_mt: float = 0.0
    demanded: float = math.inf
    given_up_cny_per_t: float = 0.0
    sites: dict[str, Site] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prospects:
    """What all owners share when they think of building.

    Attributes:
        view: the world at this moment.
        outlook: parameters of value.
        sites: what a new plant would meet.
        gap_mt: (groups,) alumina that smelters of the group lack, from `alumina_gaps`.
        rates: (groups,) discount rates.
        open: (regions,) where the nation reads applications for something new.
        limits: what limits of regions leave open.
        taken_mt: (regions,) sites that are taken but for what was begun this year, Mt/yr.
        least_cny_per_t: what no price is below.
    """

    view: View
    outlook: Outlook
    sites: SiteTerms
    gap_mt: Floats
    rates: Floats
    open: Bools
    limits: RegionalLimits
    taken_mt: Floats
    least_cny_per_t: float


def outlook_of(parameters: Parameters) -> Outlook:
    """What bears on the value of every new plant."""
    return Outlook(
        parameters.building,
        parameters.pipeline,
        parameters.running,
        parameters.expectation.persistence_share,
        parameters.market.vat_share,
    )


def prospects(world: World, view: View, rules: Rulebook | None = None) -> Prospects:
    """What all owners share this year, with what may be applied for under its rules, or under others."""
    parameters = world.parameters
    outlook, gap = outlook_of(parameters), alumina_gaps(world)
    rates = discount_rates(view.groups.owner_type, parameters.finance)
    limits = view.ahead.limits if view.ahead else regional_limits(world)
    taken = taken_sites(world)
    reads = open_regions(world, rules or world.rules) & may_take_in(world, limits, taken)
    least, terms = world.pack.trade.known.least_price_cny_per_t, world.site_terms or site_terms(world)
    return Prospects(view, outlook, terms, gap, rates, reads, limits, taken, least)


def site_terms(world: World) -> SiteTerms:
    """What a new plant would meet as prices and rules stand."""
    rules = (world.outlook,) if world.outlook == world.rules else (world.outlook, world.rules)
    costs = site_costs(world, *rules)
    cost, change = costs[0], costs[0] - costs[-1]
    heat = world.process.heat(world.sites, np.zeros(len(world.sites)))
    return SiteTerms(cost, change, price_fall(world), heat)


def venture_of(
    shared: Prospects,
    group: Ints,
    region: Ints,
    size_mt: Floats,
    cost_cny_per_t: Floats | None = None,
    going_mt: Floats | None = None,
) -> Venture:
    """New plants as their owners see them, arrays (ventures,).

    Args:
        shared: what all owners share.
        group: rows of the owners.
        region: rows of the regions.
        size_mt: nameplates; the price around falls in proportion, and small plants cost more to run.
        cost_cny_per_t: cash costs where they are known; otherwise those of a site of that size.
        going_mt: what could run under the same limits and goes for them, none if not given.
    """
    view, building, sites = shared.view, shared.outlook.building, shared.sites
    fixed_cost = view.process.fixed_cost
    today, added = view.mill_cny_per_t[region], size_mt * shared.outlook.pipeline.runnable_share
    least = shared.least_cny_per_t
    fall = np.minimum(sites.fall_cny_per_t[region] * size_mt / building.size_mt, today - least)
    if cost_cny_per_t is None:
        scale = fixed_cost(size_mt) - fixed_cost(np.array([building.size_mt]))
        cost_cny_per_t = sites.cost_cny_per_t[region] + scale
    return Venture(
        # Today's margin is what lasts for a while, so today's price goes with what changes of the cost.
        today_cny_per_t=np.maximum(today + sites.change_cny_per_t[region], least + fall) - fall,
        long_run_cny_per_t=view.expected_cny_per_t[region] + view.groups.bias_cny_per_t[group] - fall,
        cost_cny_per_t=cost_cny_per_t,
        own_share=np.minimum(np.maximum(shared.gap_mt[group], 0.0) / size_mt, 1.0),
        discount_per_year=shared.rates[group],
        open_share=shared.limits.open_share(region, added if going_mt is None else added - going_mt),
    )


def price_fall(world: World) -> Floats:
    """By how much a new plant would depress the mill price around it, (regions,) CNY/t.

    Near it the price falls by what the market's slopes say, but not further below the cheapest region than
    the whole market falls, for its alumina would then be shipped elsewhere.
    """
    size = world.parameters.building.size_mt * world.parameters.pipeline.runnable_share / QUARTERS
    slopes = world.slopes + np.eye(world.slopes.shape[0]) * LEAST_SLOPE
    near = np.diag(np.linalg.inv(slopes))[:-1] * size
    everywhere = size / max(float(world.slopes.sum()), LEAST_SLOPE)
    mill = world.prices.mill_cny_per_t[:-1]
    selling = world.prices.output_mt > 0.0
    lowest = float(mill[selling].min()) if selling.any() else float(mill.min())
    fall = np.minimum(near, np.maximum(mill - lowest, 0.0) + everywhere)
    most = mill - world.pack.trade.known.least_price_cny_per_t
    return np.asarray(np.round(np.minimum(fall, most), 6), dtype=np.float64)


def site_costs(world: World, *rulebooks: Rulebook) -> list[Floats]:
    """The cash cost of a new plant in each region under each of some rules, (regions,) CNY/t, all else as today."""
    sites = copy(world.sites)
    sites.started_year = np.full(len(sites), world.year)
    recipe, found = world.process.recipe(sites, world.year, world.clusters), []
    for rules in rulebooks:
        fine, _ = fines(rules.red_mud, world.geography.regions, sites.region, np.zeros(len(sites)))
        sites.mud_cny_per_t = world.parameters.red_mud.stacking_cny_per_t + fine
        cost = recipe.cost(cost_terms(world, sites, rules)).sum(axis=0)
        found.append(np.asarray(cost + ore_change(world, recipe, world.rules, rules)))
    return found


def open_regions(world: World, rules: Rulebook) -> Bools:
    """In which regions something new may be approved under some rules, (regions,)."""
    limits, names = rules.approval, world.geography.regions
    if limits is None or limits.barred_share < 1.0:
        return np.ones(len(names), dtype=np.bool_)
    return np.array([name not in limits.barred_regions for name in names])


def may_take_in(world: World, limits: RegionalLimits, taken_mt: Floats) -> Bools:
    """Which regions can take in a new plant of the usual size, (regions,): ponds, no full ceiling, a site."""
    size, runnable = world.parameters.building.size_mt, world.parameters.pipeline.runnable_share
    open_to = limits.pond_refused_share < 1.0
    if limits.caps:
        full = [limits.full_share(row, size * runnable) for row in range(taken_mt.size)]
        open_to &= np.array(full) < 1.0
    return open_to & (filled_sites(world, taken_mt, size) <= 1.0)


def state_owned(view: View, groups: Ints) -> Bools:
    """Which of some groups the state owns, (groups,)."""
    return owned_by_state(view.groups.owner_type[groups])


def facts_of(venture: Venture, capex_cny_per_t: Floats, at: Ints | slice = EVERY) -> list[dict[str, float]]:
    """What the value of ventures rests on, of each or of those at some places, with their investment."""
    columns = (
        venture.today_cny_per_t[at],
        venture.long_run_cny_per_t[at],
        venture.cost_cny_per_t[at],
        venture.own_share[at],
        venture.discount_per_year[at],
        capex_cny_per_t,
        venture.open_share[at],
    )
    return [
        {
            "price_today_cny_per_t": today,
            "price_expected_cny_per_t": expected,
            "cash_cost_cny_per_t": cost,
            "own_need_share": need,
            "discount_per_year": discount,
            "capex_cny_per_t": capex,
            "open_share": open_share,
        }
        for today, expected, cost, need, discount, capex, open_share in cases(columns)
    ]


def application(world: World, shared: Prospects, wish: Wish) -> Application:
    """What governments see of a wish, before anything was begun this year."""
    plants, provinces = shared.view.refineries, world.geography.provinces
    total = exact_sum(plants.nameplate_mt)
    own = exact_sum(plants.nameplate_mt[plants.group == wish.group])
    there = exact_sum(plants.nameplate_mt[plants.region == wish.region])
    local = bool(wish.old >= 0 and provinces[int(plants.region[wish.old])] == provinces[wish.region])
    return Application(
        size_mt=wish.size_mt,
        replaced_mt=wish.counted_mt,
        region=world.geography.regions[wish.region],
        heat_gj_per_t=plan_heat(world, shared, wish),
        ore_share=float(world.ore_control[wish.group]),
        need_share=min(max(float(shared.gap_mt[wish.group]), 0.0) / wish.size_mt, 1.0),
        slack_share=float(shared.limits.slack_share[wish.region]),
        owner_share=own / max(total, 1e-9),
        jobs_share=wish.size_mt / (there + wish.size_mt),
        local_share=float(local),
        ceiling_share=ceiling_share(world, shared.limits, wish, local=local),
        pond_refused_share=float(shared.limits.pond_refused_share[wish.region]),
        filled_share=filled_share(world, shared.taken_mt, wish),
    )


def filled_share(world: World, taken_mt: Floats, wish: Wish) -> float:
    """The part of the sites of its region that would be taken with a plant, and without an old one that goes for it."""
    plants, added = world.refineries, np.zeros(taken_mt.size)
    added[wish.region] += wish.size_mt
    if wish.old >= 0:
        added[plants.region[wish.old]] -= plants.nameplate_mt[wish.old]
    return float(filled_sites(world, taken_mt, added)[wish.region])


def ceiling_share(world: World, limits: RegionalLimits, wish: Wish, *, local: bool) -> float:
    """The chance that a full ceiling refuses a wish under some limits; `local` frees the old plant's."""
    going = float(world.refineries.runnable_mt[wish.old]) if local else 0.0
    added = wish.size_mt * world.parameters.pipeline.runnable_share - going
    return limits.full_share(wish.region, added)


def plan_heat(world: World, shared: Prospects, wish: Wish) -> float:
    """The heat that a planned plant would use, GJ/t."""
    if wish.row < 0:
        return float(shared.sites.heat_gj_per_t[wish.region])
    none = np.zeros(len(world.refineries))
    return float(world.process.heat(world.refineries, none)[wish.row])


def pledge(world: World, wish: Wish) -> float:
    """What lenders lend on a new plant, less what they lent on an old one that goes for it, million CNY."""
    finance = world.parameters.finance
    going = float(world.refineries.nameplate_mt[wish.old]) if wish.old >= 0 else 0.0
    return finance.leverage_limit_share * finance.refinery_asset_cny_per_t * (wish.size_mt - going)


def means(world: World, wish: Wish) -> float:
    """What the owner can spend on a plant, million CNY: spare cash and what lenders still give.

    Lenders take the new plant as security, but no longer the old one that goes for it; cash short of the least
    and debt beyond the limit come off.
    """
    return max(unspent(world, wish.group) + pledge(world, wish), 0.0)


def unspent(world: World, group: int) -> float:
    """Spare cash and unused credit of a group, million CNY, negative where it has neither."""
    return spare_cash(world, group) + unused_credit(world, group)


def passing(world: World, asked: Application, rules: Rulebook) -> float:
    """The chance that an application passes under some rules, from a year's whole quota."""
    limits, swap = rules.approval, rules.swap
    quota = math.inf if limits is None else limits.quota_mt
    required = swap is not None and swap.required
    return passing_chance(asked, limits, quota, required, world.parameters.approvals)
