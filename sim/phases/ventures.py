"""What owners would like to build this year: planned projects, new plants, and moves to the coast.

Each sound owner looks at every place where a new plant could stand and at every inland plant of its own that
could go for one, and picks the best. Whether it may build is decided elsewhere.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.phases.founding import reserved
from sim.phases.holding import prospect_of, values_ahead
from sim.phases.outlook import lasting_costs
from sim.phases.prospects import Prospects, Wish, facts_of, state_owned, venture_of
from sim.strategy.building import (
    Moved,
    Venture,
    build_ratio,
    demanded_ratio,
    given_up,
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
LEAST_SIZE_MT = 1e-9
CALM = 0.5
"""The mood in which owners decide on projects of the register, whose luck is their go-ahead."""


def wishes(industry: "Industry", shared: Prospects) -> list[Wish]:
    """Give what owners weigh this year: planned projects that are due, then the best idea of each owner."""
    return [*due_projects(industry, shared), *own_ideas(industry, shared)]


def due_projects(industry: "Industry", shared: Prospects) -> list[Wish]:
    """Give planned projects of the register that are due for a decision, but those of owners in trouble."""
    plants, groups, building = industry.refineries, shared.view.groups, industry.parameters.building
    last = industry.year + int(building.lead_years)
    sound = ~(groups.distressed | groups.illiquid)[plants.group]
    rows = np.flatnonzero((plants.project_stage == PLANNED) & (plants.due_year <= last) & sound)
    if rows.size == 0:
        return []
    group, region, size = plants.group[rows], plants.region[rows], plants.size_mt[rows]
    venture = venture_of(shared, group, region, size, lasting_costs(industry)[rows])
    capex = investment(size, building, industry.parameters.pipeline)
    ratio = build_ratio(venture_worth(venture, shared.outlook), capex)
    traits = tempers(industry, shared.view, group, np.full(rows.size, CALM))
    return [
        Wish(
            kind="project",
            key=plants.keys[row],
            group=int(group[place]),
            region=int(region[place]),
            row=int(row),
            old=-1,
            size_mt=float(size[place]),
            counted_mt=0.0,
            capex_cny_per_t=float(capex[place]),
            ratio=float(ratio[place]),
            demanded=float(traits.demanded[place]),
            options={"build": float(ratio[place]), "wait": float(traits.demanded[place])},
            facts=facts_of(venture, place, float(capex[place])) | traits.facts(place),
        )
        for place, row in enumerate(rows.tolist())
    ]


@dataclass(frozen=True, slots=True)
class Tempers:
    """What owners ask of a venture this year and why, arrays (owners,).

    Attributes:
        state: owned by the state.
        entrant: without a refinery so far.
        mood: uniform in 0-1, low is bold.
        demanded: ratio that they ask for.
    """

    state: Bools
    entrant: Bools
    mood: Floats
    demanded: Floats

    def facts(self, place: int) -> dict[str, float]:
        """Give what one owner's demand rests on."""
        return {
            "state_owned_share": float(self.state[place]),
            "entrant_share": float(self.entrant[place]),
            "mood_share": float(self.mood[place]),
        }


def tempers(industry: "Industry", view: View, groups: Ints, mood: Floats) -> Tempers:
    """Give what some owners ask of a venture this year."""
    plants = view.refineries
    refining = total_by(plants.group, plants.nameplate_mt, len(view.groups))
    state, entrant = state_owned(view, groups), refining[groups] <= 0.0
    demanded = demanded_ratio(state, entrant, mood, industry.parameters.building)
    return Tempers(state, entrant, mood, demanded)


def builders(industry: "Industry", view: View) -> Ints:
    """Give the groups that can think of a new plant: sound, identified, large enough, and building none."""
    plants, groups, count = view.refineries, view.groups, len(view.groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(industry.smelters.group, industry.smelters.capacity_mt, count)
    building = (plants.project_stage == BUILDING).astype(np.float64)
    busy = total_by(plants.group, building, count) > 0.0
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
    traits = tempers(industry, shared.view, groups, mood)
    moves, found = best_moves(industry, shared, groups), []
    for place, idea in enumerate(new_plants(industry, shared, groups)):
        ideas = [idea, *([moves[idea.group]] if idea.group in moves else [])]
        options = {name: value for each in ideas for name, value in each.options.items()}
        options["wait"] = demanded = float(traits.demanded[place])
        best = max(ideas, key=lambda each: (each.ratio, each.kind))
        facts = best.facts | traits.facts(place)
        for each in ideas:
            if each is not best:
                facts |= {f"other_{name}": value for name, value in each.facts.items()}
        found.append(replace(best, demanded=demanded, options=options, facts=facts))
    return found


def new_plants(industry: "Industry", shared: Prospects, groups: Ints) -> list[Wish]:
    """Give each owner's best place for a new plant; what the owner asks for is filled in later."""
    building, regions, keys = industry.parameters.building, industry.geography.regions, industry.groups.keys
    size, count = building.size_mt, len(regions)
    owner, place = np.repeat(groups, count), np.tile(np.arange(count), groups.size)
    venture = venture_of(shared, owner, place, np.full(owner.size, size))
    capex = float(investment(np.array([size]), building, industry.parameters.pipeline)[0])
    ratio = build_ratio(venture_worth(venture, shared.outlook), np.full(owner.size, capex))
    best = np.where(shared.open, ratio.reshape(-1, count), -np.inf).argmax(axis=1)
    found = []
    for row, (group, region) in enumerate(zip(groups.tolist(), best.tolist(), strict=True)):
        at = row * count + region
        found.append(
            Wish(
                kind="new",
                key=f"{keys[group]}-{regions[region]}-{industry.year}",
                group=group,
                region=region,
                row=-1,
                old=-1,
                size_mt=size,
                counted_mt=0.0,
                capex_cny_per_t=capex,
                ratio=float(ratio[at]),
                demanded=math.inf,
                options={f"build in {regions[region]}": float(ratio[at])},
                facts=facts_of(venture, at, capex),
            )
        )
    return found


def movable(industry: "Industry", view: View, groups: Ints | None = None) -> Ints:
    """Give the plants that some groups, or any, could move: inland, identified, not idle for too long to count."""
    plants, swap = view.refineries, industry.rules.swap
    longest = 99.0 if swap is None else swap.longest_idle_years
    may = (
        (plants.nameplate_mt >= LEAST_MOVE_MT)
        & ~plants.coastal
        & ~plants.synthetic
        & ~reserved(plants)
        & (plants.idle_quarters <= QUARTERS * longest)
    )
    return np.flatnonzero(may if groups is None else may & np.isin(plants.group, groups))


def counted_capacity(industry: "Industry", plants: Refineries, rows: Ints) -> tuple[Floats, float, float]:
    """Give the old capacity that counts, (rows,) Mt/yr, old over new capacity, and the subsidy in CNY/t."""
    swap, usual = industry.rules.swap, industry.parameters.building.swap_ratio
    if swap is None:
        return plants.nameplate_mt[rows], usual, 0.0
    ratio = usual + swap.weight_share * (swap.ratio - usual)
    counted = plants.runnable_mt[rows] if swap.runnable else plants.nameplate_mt[rows]
    return counted, ratio, swap.subsidy_cny_per_t


def move_sizes(industry: "Industry", plants: Refineries, rows: Ints) -> tuple[Floats, Floats, float]:
    """Give the size of the new plants and the new capacity for which the old count, Mt/yr, and the subsidy in CNY/t."""
    counted, old_per_new, subsidy = counted_capacity(industry, plants, rows)
    new = counted / old_per_new
    return np.clip(new, LEAST_SIZE_MT, industry.parameters.building.largest_move_mt), new, subsidy


@dataclass(frozen=True, slots=True)
class Moves:
    """Every move that some owners could make, one row an old plant in the hands of one owner.

    Attributes:
        rows: (moves,) old plants.
        owners: (moves,) rows of the groups that would move them.
        shores: (shores,) regions to which they could go.
        size_mt: (moves,) nameplate of the new plant.
        counted_mt: (moves,) new capacity for which the old one counts.
        moved: what becomes of the old plants.
        venture: (moves x shores,) new plants as their owners see them.
        capex_cny_per_t: (moves, 1) investment per tonne of new nameplate.
        ratio: (moves, shores) net present value over investment; minus infinity where a move is barred.
    """

    rows: Ints
    owners: Ints
    shores: Ints
    size_mt: Floats
    counted_mt: Floats
    moved: Moved
    venture: Venture
    capex_cny_per_t: Floats
    ratio: Floats


def weigh_moves(industry: "Industry", shared: Prospects, rows: Ints, owners: Ints) -> Moves:
    """Give every move of some plants; replacing inside a province is open everywhere.

    Args:
        industry: the industry.
        shared: what all owners share.
        rows: (moves,) old plants.
        owners: (moves,) groups in whose hands they are weighed: those that own them, or would.
    """
    view, building = shared.view, industry.parameters.building
    plants, provinces = view.refineries, np.array(industry.geography.provinces)
    shores, lead = np.flatnonzero(industry.geography.shore), int(building.lead_years)
    size, counted, subsidy = move_sizes(industry, plants, rows)
    hold = values_ahead(industry, prospect_of(industry, view, rows, owners), lead - 1)
    later = (1.0 + shared.rates[owners]) ** -lead
    moved = Moved(
        old_per_new_ratio=(plants.nameplate_mt[rows] / size)[:, None],
        hold_cny_per_t=hold[:, None],
        close_cny_per_t=(value_of_leaving(industry.parameters.leaving) * later)[:, None],
        subsidy_cny_per_t=subsidy,
    )
    capex = move_capex(investment(size, building, industry.parameters.pipeline)[:, None], moved, building)
    there = np.tile(shores, rows.size)
    venture = venture_of(shared, np.repeat(owners, shores.size), there, np.repeat(size, shores.size))
    worth = venture_worth(venture, shared.outlook).reshape(rows.size, shores.size)
    home = provinces[plants.region[rows]][:, None] == provinces[shores]
    barred = ~(shared.open[shores] | home) | (size < LEAST_MOVE_MT)[:, None]
    ratio = np.where(barred, -np.inf, move_ratio(worth, capex, moved))
    return Moves(rows, owners, shores, size, counted, moved, venture, capex, ratio)


def best_moves(industry: "Industry", shared: Prospects, groups: Ints) -> dict[int, Wish]:
    """Give the best move of each group that has one, by group."""
    plants, rows = shared.view.refineries, movable(industry, shared.view, groups)
    moves = weigh_moves(industry, shared, rows, plants.group[rows])
    if moves.ratio.size == 0:
        return {}
    value = moves.ratio.max(axis=1)
    order = sorted(
        np.flatnonzero(np.isfinite(value)), key=lambda at: (-value[at], plants.keys[moves.rows[at]])
    )
    found: dict[int, Wish] = {}
    for place in order:
        group = int(moves.owners[place])
        if group not in found:
            found[group] = move_wish(industry, shared, moves, int(place))
    return found


def move_wish(industry: "Industry", shared: Prospects, moves: Moves, place: int) -> Wish:
    """Give one move as its owner sees it; what the owner asks for is filled in later."""
    plants, row = shared.view.refineries, int(moves.rows[place])
    best = int(moves.ratio[place].argmax())
    region, group = int(moves.shores[best]), int(moves.owners[place])
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
        demanded=math.inf,
        options={f"move {plants.keys[row]} to {name}": value},
        facts={
            **facts_of(moves.venture, place * moves.shores.size + best, cost),
            "hold_old_cny_per_t": float(moves.moved.hold_cny_per_t[place, 0]),
            "close_old_cny_per_t": float(moves.moved.close_cny_per_t[place, 0]),
            "old_per_new_ratio": float(moves.moved.old_per_new_ratio[place, 0]),
            "subsidy_cny_per_t": moves.moved.subsidy_cny_per_t,
        },
        given_up_cny_per_t=float(given_up(moves.moved)[place, 0]),
    )
