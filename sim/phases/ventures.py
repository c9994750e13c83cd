"""What owners would like to build this year: planned projects, new plants, and moves to the coast.

Each sound owner looks at every place where a new plant could stand and at every inland plant of its own that
could go for one, and picks the best. Whether it may build is decided elsewhere.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats, Ints, total_by
from sim.phases.exits import holding_values
from sim.phases.founding import reserved
from sim.phases.outlook import lasting_costs
from sim.phases.prospects import LEAST_SLOPE, Prospects, Wish, facts_of, site_facts, state_owned
from sim.strategy.building import (
    Moved,
    Venture,
    build_ratio,
    demanded_ratio,
    investment,
    move_capex,
    move_ratio,
    venture_worth,
)
from sim.strategy.leaving import value_of_leaving
from sim.world.population import BUILDING, PLANNED, Refineries
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

QUARTERS = 4
LEAST_MOVE_MT = 0.3


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
    state, calm = state_owned(shared.view, group), np.full(rows.size, 0.5)
    demanded = demanded_ratio(state, calm, building)
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
            facts=facts_of(venture, place, float(capex[place])) | demand(bool(state[place]), 0.5),
        )
        for place, row in enumerate(rows.tolist())
    ]


def demand(state: bool, mood: float) -> dict[str, float]:
    """Give what the ratio that an owner asks for rests on."""
    return {"state_owned_share": float(state), "mood_share": mood}


def builders(industry: "Industry", view: View) -> Ints:
    """Give the groups that can think of a new plant: sound, identified, and not building one already."""
    plants, groups, count = view.refineries, view.groups, len(view.groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(industry.smelters.group, industry.smelters.capacity_mt, count)
    own = (plants.founded_year > 0) & (plants.project_stage == BUILDING)
    busy = total_by(plants.group, own.astype(np.float64), count) > 0.0
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
    state = state_owned(shared.view, groups)
    demanded = demanded_ratio(state, mood, industry.parameters.building)
    moves = best_moves(industry, shared, groups)
    found = []
    for place, group in enumerate(groups.tolist()):
        ideas = [new_plant(industry, shared, group, float(demanded[place]))]
        if group in moves:
            ideas.append(replace(moves[group], demanded=float(demanded[place])))
        options = {name: value for idea in ideas for name, value in idea.options.items()}
        options["wait"] = float(demanded[place])
        best = max(ideas, key=lambda idea: (idea.ratio, idea.kind))
        asked = demand(bool(state[place]), float(mood[place]))
        found.append(replace(best, options=options, facts=best.facts | asked))
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


@dataclass(frozen=True, slots=True)
class Moves:
    """Every move that some owners could make, one row an old plant.

    Attributes:
        rows: (moves,) old plants.
        shores: (shores,) regions to which they could go.
        size_mt: (moves,) nameplate of the new plant.
        counted_mt: (moves,) new capacity for which the old one counts.
        moved: what becomes of the old plants.
        capex_cny_per_t: (moves, 1) investment per tonne of new nameplate.
        ratio: (moves, shores) net present value over investment; minus infinity where a move is barred.
    """

    rows: Ints
    shores: Ints
    size_mt: Floats
    counted_mt: Floats
    moved: Moved
    capex_cny_per_t: Floats
    ratio: Floats


def weigh_moves(industry: "Industry", shared: Prospects, groups: Ints) -> Moves:
    """Give every move that some groups could make; replacing inside a province is open everywhere."""
    view, building = shared.view, industry.parameters.building
    plants, provinces = view.refineries, np.array(industry.geography.provinces)
    rows, shores = movable(industry, view, groups), np.flatnonzero(industry.geography.shore)
    counted, old_per_new, subsidy = counted_capacity(industry, plants, rows)
    size = np.minimum(counted / old_per_new, building.largest_move_mt)
    hold = holding_values(industry, view, rows.tolist(), np.zeros(view.expected_cny_per_t.size))
    moved = Moved(
        old_per_new_ratio=(plants.nameplate_mt[rows] / np.maximum(size, LEAST_SLOPE))[:, None],
        hold_cny_per_t=hold[:, None],
        close_cny_per_t=value_of_leaving(industry.parameters.leaving),
        subsidy_cny_per_t=subsidy,
    )
    capex = move_capex(investment(size, building, industry.parameters.pipeline)[:, None], moved, building)
    worth = shared.worth_cny_per_t[plants.group[rows]][:, shores]
    home = provinces[plants.region[rows]][:, None] == provinces[shores]
    barred = ~(shared.open[shores] | home) | (size < LEAST_MOVE_MT)[:, None]
    ratio = np.where(barred, -np.inf, move_ratio(worth, capex, moved))
    return Moves(rows, shores, size, counted / old_per_new, moved, capex, ratio)


def best_moves(industry: "Industry", shared: Prospects, groups: Ints) -> dict[int, Wish]:
    """Give the best move of each group that has one, by group."""
    moves, plants = weigh_moves(industry, shared, groups), shared.view.refineries
    if moves.ratio.size == 0:
        return {}
    value = moves.ratio.max(axis=1)
    order = sorted(
        np.flatnonzero(np.isfinite(value)), key=lambda at: (-value[at], plants.keys[moves.rows[at]])
    )
    found: dict[int, Wish] = {}
    for place in order:
        group = int(plants.group[moves.rows[place]])
        if group not in found:
            found[group] = move_wish(industry, shared, moves, int(place))
    return found


def move_wish(industry: "Industry", shared: Prospects, moves: Moves, place: int) -> Wish:
    """Give one move as its owner sees it; what the owner asks for is filled in later."""
    plants, row = shared.view.refineries, int(moves.rows[place])
    best = int(moves.ratio[place].argmax())
    region, group = int(moves.shores[best]), int(plants.group[row])
    name, value = industry.geography.regions[region], float(moves.ratio[place, best])
    cost = float(moves.capex_cny_per_t[place, 0])
    return Wish(
        kind="move",
        key=f"{plants.keys[row]}-to-{name}-{industry.year}",
        group=group,
        region=region,
        row=-1,
        old=row,
        size_mt=float(moves.size_mt[place]),
        counted_mt=float(moves.counted_mt[place]),
        capex_cny_per_t=cost,
        ratio=value,
        demanded=0.0,
        options={f"move {plants.keys[row]} to {name}": value},
        facts={
            **site_facts(shared, group, region, cost),
            "hold_old_cny_per_t": float(moves.moved.hold_cny_per_t[place, 0]),
            "close_old_cny_per_t": moves.moved.close_cny_per_t,
            "old_per_new_ratio": float(moves.moved.old_per_new_ratio[place, 0]),
            "subsidy_cny_per_t": moves.moved.subsidy_cny_per_t,
        },
    )
