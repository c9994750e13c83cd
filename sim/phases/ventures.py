"""What owners would like to build this year: planned projects, new plants, and moves to the coast.

Each sound owner looks at every place where a new plant could stand and at every inland plant of its own that
could go for one, and picks the best. Whether it may build is decided elsewhere.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.market.costs import cash_cost
from sim.phases.exits import holding_values
from sim.phases.founding import reserved
from sim.phases.outlook import lasting_costs
from sim.phases.quarter import cost_terms
from sim.strategy.building import (
    Moved,
    Outlook,
    Venture,
    build_ratio,
    demanded_ratio,
    investment,
    move_capex,
    move_ratio,
    venture_worth,
)
from sim.strategy.finance import discount_rates
from sim.strategy.leaving import value_of_leaving
from sim.world.owners import OWNER_TYPES
from sim.world.population import BUILDING, PLANNED, Refineries
from sim.world.recipes import make_recipe
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

QUARTERS = 4
LEAST_MOVE_MT = 0.3
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


def wishes(industry: "Industry", shared: Prospects) -> list[Wish]:
    """Give what owners weigh this year: planned projects that are due, then the best idea of each owner."""
    return [*due_projects(industry, shared), *own_ideas(industry, shared)]


def due_projects(industry: "Industry", shared: Prospects) -> list[Wish]:
    """Give planned projects of the register that are due for a decision."""
    plants, building = industry.refineries, industry.parameters.building
    last = industry.year + int(building.lead_years)
    rows = np.flatnonzero((plants.project_stage == PLANNED) & (plants.due_year <= last))
    if rows.size == 0:
        return []
    group, region = plants.group[rows], plants.region[rows]
    fed = np.minimum(np.maximum(shared.gap_mt[group], 0.0) / plants.size_mt[rows], 1.0)
    venture = Venture(
        today_cny_per_t=shared.view.mill_cny_per_t[region],
        long_run_cny_per_t=shared.view.expected_cny_per_t[region] + shared.view.groups.bias_cny_per_t[group],
        cost_cny_per_t=lasting_costs(industry)[rows],
        own_share=fed,
        discount_per_year=shared.rates[group],
    )
    capex = investment(plants.size_mt[rows], building, industry.parameters.pipeline)
    ratio = build_ratio(venture_worth(venture, shared.outlook), capex)
    calm = np.full(rows.size, 0.5)
    demanded = demanded_ratio(state_owned(shared.view, group), calm, building)
    return [
        Wish(
            kind="project",
            key=plants.keys[row],
            group=int(group[place]),
            region=int(region[place]),
            row=int(row),
            old=-1,
            size_mt=float(plants.size_mt[row]),
            counted_mt=0.0,
            capex_cny_per_t=float(capex[place]),
            ratio=float(ratio[place]),
            demanded=float(demanded[place]),
            options={"build": float(ratio[place]), "wait": float(demanded[place])},
            facts=facts_of(venture, place, float(capex[place])),
        )
        for place, row in enumerate(rows.tolist())
    ]


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


def state_owned(view: View, groups: Ints) -> Bools:
    """Tell which of some groups the state owns, (groups,)."""
    return np.isin(view.groups.owner_type[groups], STATE_TYPES)


def builders(industry: "Industry", view: View) -> Ints:
    """Give the groups that can think of a new plant: sound, identified, and not building one already."""
    plants, groups, count = view.refineries, view.groups, len(view.groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(industry.smelters.group, industry.smelters.capacity_mt, count)
    listed = len(industry.pack.refineries) + len(industry.pack.projects)
    own = np.arange(len(plants)) >= listed
    busy = total_by(plants.group, np.where(own & (plants.project_stage == BUILDING), 1.0, 0.0), count) > 0.0
    alpha = industry.parameters.market.alumina_per_aluminium_t_per_t
    large = (real > 0.0) | (alpha * metal >= industry.parameters.building.size_mt)
    able = ~groups.distressed & ~groups.illiquid & ~busy & large
    return np.array([row for row in np.flatnonzero(able) if industry.may_buy[row]], dtype=np.int64)


def own_ideas(industry: "Industry", shared: Prospects) -> list[Wish]:
    """Give the best idea of each owner: a new plant, or a move of one of its own."""
    groups = builders(industry, shared.view)
    if groups.size == 0:
        return []
    keys = [industry.groups.keys[row] for row in groups]
    mood = industry.streams.uniforms("mood", industry.year, keys)
    demanded = demanded_ratio(state_owned(shared.view, groups), mood, industry.parameters.building)
    moves = best_moves(industry, shared, groups)
    found = []
    for place, group in enumerate(groups.tolist()):
        ideas = [new_plant(industry, shared, group, float(demanded[place]))]
        if group in moves:
            ideas.append(replace(moves[group], demanded=float(demanded[place])))
        options = {name: value for idea in ideas for name, value in idea.options.items()}
        options["wait"] = float(demanded[place])
        best = max(ideas, key=lambda idea: (idea.ratio, idea.kind))
        found.append(replace(best, options=options))
    return found


def new_plant(industry: "Industry", shared: Prospects, group: int, demanded: float) -> Wish:
    """Give an owner's best place for a new plant."""
    building, size = industry.parameters.building, industry.parameters.building.size_mt
    capex = float(investment(np.array([size]), building, industry.parameters.pipeline)[0])
    ratio = build_ratio(shared.worth_cny_per_t[group], np.full(shared.cost_cny_per_t.size, capex))
    region = int(np.argmax(np.where(shared.open, ratio, -np.inf)))
    return Wish(
        kind="new",
        key=f"{industry.groups.keys[group]}-{industry.geography.regions[region]}-{industry.year}",
        group=group,
        region=region,
        row=-1,
        old=-1,
        size_mt=size,
        counted_mt=0.0,
        capex_cny_per_t=capex,
        ratio=float(ratio[region]),
        demanded=demanded,
        options={f"build in {industry.geography.regions[region]}": float(ratio[region])},
        facts=site_facts(shared, group, region, capex),
    )


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


def movable(industry: "Industry", view: View, groups: Ints) -> Ints:
    """Give the plants that some groups could move: inland, identified, and not idle for too long to count."""
    plants, swap = view.refineries, industry.rules.swap
    longest = 99.0 if swap is None else swap.longest_idle_years
    may = (
        (plants.nameplate_mt >= LEAST_MOVE_MT)
        & ~plants.coastal
        & ~plants.synthetic
        & ~reserved(plants)
        & (plants.idle_quarters <= QUARTERS * longest)
        & np.isin(plants.group, groups)
    )
    return np.flatnonzero(may)


def counted_capacity(industry: "Industry", plants: Refineries, rows: Ints) -> tuple[Floats, float, float]:
    """Give the old capacity that counts, (rows,) Mt/yr, old over new capacity, and the subsidy in CNY/t."""
    swap, usual = industry.rules.swap, industry.parameters.building.swap_ratio
    if swap is None:
        return plants.nameplate_mt[rows], usual, 0.0
    ratio = usual + swap.weight_share * (swap.ratio - usual)
    counted = plants.runnable_mt[rows] if swap.runnable else plants.nameplate_mt[rows]
    return counted, ratio, swap.subsidy_cny_per_t


def best_moves(industry: "Industry", shared: Prospects, groups: Ints) -> dict[int, Wish]:
    """Give the best move of each group that has one, by group."""
    view, building = shared.view, industry.parameters.building
    plants = view.refineries
    rows, shores = movable(industry, view, groups), np.flatnonzero(industry.geography.shore)
    if rows.size == 0 or shores.size == 0:
        return {}
    counted, old_per_new, subsidy = counted_capacity(industry, plants, rows)
    size = np.minimum(counted / old_per_new, building.largest_move_mt)
    moved = Moved(
        old_per_new_ratio=(plants.nameplate_mt[rows] / np.maximum(size, 1e-9))[:, None],
        hold_cny_per_t=holding_values(industry, view, rows.tolist(), np.zeros(view.expected_cny_per_t.size))[
            :, None
        ],
        close_cny_per_t=value_of_leaving(industry.parameters.leaving),
        subsidy_cny_per_t=subsidy,
    )
    capex = move_capex(investment(size, building, industry.parameters.pipeline)[:, None], moved, building)
    worth = shared.worth_cny_per_t[plants.group[rows]][:, shores]
    ratio = move_ratio(worth, capex, moved)
    provinces = np.array(industry.geography.provinces)
    home = provinces[plants.region[rows]][:, None] == provinces[shores]
    ratio = np.where(shared.open[shores] | home, ratio, -np.inf)
    best = ratio.argmax(axis=1)
    found: dict[int, Wish] = {}
    for place in sorted(range(rows.size), key=lambda at: (-float(ratio[at].max()), plants.keys[rows[at]])):
        row, region = int(rows[place]), int(shores[best[place]])
        group = int(plants.group[row])
        value = float(ratio[place].max())
        if group in found or not np.isfinite(value) or size[place] < LEAST_MOVE_MT:
            continue
        name = industry.geography.regions[region]
        cost = float(capex[place, 0])
        found[group] = Wish(
            kind="move",
            key=f"{plants.keys[row]}-to-{name}-{industry.year}",
            group=group,
            region=region,
            row=-1,
            old=row,
            size_mt=float(size[place]),
            counted_mt=float(counted[place]) / old_per_new,
            capex_cny_per_t=cost,
            ratio=value,
            demanded=0.0,
            options={f"move {plants.keys[row]} to {name}": value},
            facts={
                **site_facts(shared, group, region, cost),
                "hold_old_cny_per_t": float(moved.hold_cny_per_t[place, 0]),
                "close_old_cny_per_t": moved.close_cny_per_t,
                "old_per_new_ratio": float(moved.old_per_new_ratio[place, 0]),
            },
        )
    return found
