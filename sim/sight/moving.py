"""Moves to the coast: which old plants could go for a new one there, and what each move is worth to its owner.

Plans for new plants: who can think of one, where each owner would best build, and what it asks of a venture.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, cases, total_by
from sim.sight.buyers import prospect_of, values_ahead
from sim.sight.mud import pond_duties
from sim.sight.parts import reserved
from sim.sight.prospects import Idea, Prospects, Wish, facts_of, state_owned, venture_of
from sim.sight.view import View
from sim.strategy.building import (
    Moved,
    Venture,
    build_ratio,
    demanded_ratio,
    given_up,
    investment,
    move_capex,
    venture_worth,
)
from sim.strategy.leaving import value_of_leaving
from sim.world.books import Site
from sim.world.population import BUILDING, Refineries
from sim.world.world import World

QUARTERS = 4
LEAST_SIZE_MT = 1e-9


def movable(world: World, view: View, groups: Ints | None = None) -> Ints:
    """The plants that some groups, or any, could move: inland, identified, not idle for too long to count."""
    plants, swap = view.refineries, world.rules.swap
    longest = 99.0 if swap is None else swap.longest_idle_years
    may = (
        (plants.nameplate_mt >= world.parameters.building.least_move_mt)
        & ~plants.coastal
        & ~plants.synthetic
        & ~reserved(plants)
        & (plants.idle_quarters <= QUARTERS * longest)
    )
    if groups is not None:
        theirs = np.zeros(len(view.groups), dtype=np.bool_)
        theirs[groups] = True
        may &= theirs[plants.group]
    rows: Ints = may.nonzero()[0]
    return rows


def counted_capacity(world: World, plants: Refineries, rows: Ints) -> tuple[Floats, float, float]:
    """The old capacity that counts, (rows,) Mt/yr, old over new capacity, and the subsidy in CNY/t."""
    swap, usual = world.rules.swap, world.parameters.building.swap_ratio
    if swap is None:
        return plants.nameplate_mt[rows], usual, 0.0
    ratio = usual + swap.weight_share * (swap.ratio - usual)
    counted = plants.runnable_mt[rows] if swap.runnable else plants.nameplate_mt[rows]
    return counted, ratio, swap.subsidy_cny_per_t


def move_sizes(world: World, plants: Refineries, rows: Ints) -> tuple[Floats, Floats, float]:
    """The size of the new plants and the new capacity for which the old count, Mt/yr, and the subsidy in CNY/t."""
    counted, old_per_new, subsidy = counted_capacity(world, plants, rows)
    new = counted / old_per_new
    most = world.parameters.building.largest_move_mt
    return np.minimum(np.maximum(new, LEAST_SIZE_MT), most), new, subsidy


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
        case: (moves, shores) where each stands among the new plants, if it is not barred.
        venture: (cases,) new plants as their owners see them.
        capex_cny_per_t: (moves,) investment per tonne of new nameplate.
        given_up_cny_per_t: (moves,) what is given up with the old plant, per tonne of new nameplate.
        ratio: (moves, shores) net present value over investment; minus infinity where a move is barred.
    """

    rows: Ints
    owners: Ints
    shores: Ints
    size_mt: Floats
    counted_mt: Floats
    moved: Moved
    case: Ints
    venture: Venture
    capex_cny_per_t: Floats
    given_up_cny_per_t: Floats
    ratio: Floats

    @property
    def best(self) -> Floats:
        """The ratio of each at its best place, -inf where no region has a shore, (moves,)."""
        return np.asarray(self.ratio.max(axis=1, initial=-np.inf))


def weigh_moves(world: World, shared: Prospects, rows: Ints, owners: Ints) -> Moves:
    """Every move of some plants; replacing inside a province is open everywhere.

    Args:
        world: the world.
        shared: what all owners share.
        rows: (moves,) old plants.
        owners: (moves,) groups in whose hands they are weighed: those that own them, or would.
    """
    view, building = shared.view, world.parameters.building
    plants, province = view.refineries, world.surroundings.province
    shores, lead = world.geography.shore.nonzero()[0], int(building.lead_years)
    size, counted, subsidy = move_sizes(world, plants, rows)
    hold = values_ahead(world, prospect_of(world, view, rows, owners), lead - 1)
    later = (1.0 + shared.rates[owners]) ** -lead
    duty = pond_duties(world)[rows] / np.maximum(plants.nameplate_mt[rows], 1e-9)
    put_off = (1.0 + shared.rates[owners]) ** -world.parameters.leaving.horizon_years
    close = value_of_leaving(world.parameters.leaving) * later - duty * (later - put_off)
    moved = Moved(
        old_per_new_ratio=plants.nameplate_mt[rows] / size,
        hold_cny_per_t=hold,
        close_cny_per_t=close,
        subsidy_cny_per_t=subsidy,
    )
    capex = move_capex(investment(size, building, world.parameters.pipeline), moved, building)
    lost = given_up(moved)
    home = province[plants.region[rows]][:, None] == province[shores]
    ponds = shared.limits.pond_refused_share[shores] < 1.0
    may = (shared.open[shores] | home) & ponds & (size >= building.least_move_mt)[:, None]
    move, shore = may.nonzero()
    going = home[may] * plants.runnable_mt[rows[move]]
    venture = venture_of(shared, owners[move], shores[shore], size[move], going_mt=going)
    ratio = np.full(may.shape, -np.inf)
    ratio[may] = build_ratio(venture_worth(venture, shared.outlook) - lost[move], capex[move])
    case = may.cumsum().reshape(may.shape) - 1
    return Moves(rows, owners, shores, size, counted, moved, case, venture, capex, lost, ratio)


def best_moves(world: World, shared: Prospects, groups: Ints) -> dict[int, Wish]:
    """The best move of each group that has one, by group."""
    plants, rows = shared.view.refineries, movable(world, shared.view, groups)
    moves = weigh_moves(world, shared, rows, plants.group[rows])
    keys, owners = [plants.keys[row] for row in rows.tolist()], moves.owners.tolist()
    first: dict[int, int] = {}
    for value, _, place in sorted(zip((-moves.best).tolist(), keys, range(rows.size), strict=True)):
        if math.isfinite(value):
            first.setdefault(owners[place], place)
    return dict(zip(first, move_wishes(world, shared, moves, first.values()), strict=True))


def move_wishes(world: World, shared: Prospects, moves: Moves, places: Iterable[int]) -> list[Wish]:
    """Some of the moves as their owners see them; what the owners ask for is filled in later."""
    at = np.array([*places], dtype=np.int64)
    if not at.size:
        return []
    plants, regions = shared.view.refineries, world.geography.regions
    best, capex = moves.ratio[at].argmax(axis=1), moves.capex_cny_per_t[at]
    facts = facts_of(moves.venture, capex, moves.case[at, best])
    sides = cases((moves.rows[at], moves.owners[at], moves.shores[best]))
    sizes = cases(
        (moves.size_mt[at], moves.counted_mt[at], moves.ratio[at, best], moves.given_up_cny_per_t[at])
    )
    return [
        Wish(
            kind=Idea.MOVE,
            key=f"{plants.keys[row]}-to-{regions[region]}-{world.year}",
            group=group,
            region=region,
            old=row,
            size_mt=size,
            counted_mt=counted,
            capex_cny_per_t=new["capex_cny_per_t"],
            ratio=ratio,
            options={(option := f"move {plants.keys[row]} to {regions[region]}"): ratio},
            facts=new | given,
            given_up_cny_per_t=lost,
            sites={option: Site(regions[region], plants.keys[row])},
        )
        for new, given, (row, group, region), (size, counted, ratio, lost) in zip(
            facts, old_facts(moves.moved, at), sides, sizes, strict=True
        )
    ]


def old_facts(moved: Moved, at: Ints) -> list[dict[str, float]]:
    """What the value of moves at some places rests on besides that of the new plants."""
    columns = moved.hold_cny_per_t[at], moved.close_cny_per_t[at], moved.old_per_new_ratio[at]
    return [
        {
            "hold_old_cny_per_t": hold,
            "close_old_cny_per_t": close,
            "old_per_new_ratio": old_per_new,
            "subsidy_cny_per_t": moved.subsidy_cny_per_t,
        }
        for hold, close, old_per_new in cases(columns)
    ]


def tempers(world: World, view: View, groups: Ints, mood: Floats) -> tuple[Floats, list[dict[str, float]]]:
    """The ratio that some owners ask of a venture this year, (owners,), and for each what that rests on.

    Args:
        world: the world.
        view: the world at this moment.
        groups: (owners,) rows of the owners.
        mood: (owners,) uniform in 0-1, low is bold.
    """
    state, entrant = traits(view, groups)
    demanded = demanded_ratio(state, entrant, mood, world.parameters.building)
    why = cases((state.astype(np.float64), entrant.astype(np.float64), mood))
    return demanded, [dict(state_owned_share=a, entrant_share=b, mood_share=c) for a, b, c in why]


def traits(view: View, groups: Ints) -> tuple[Bools, Bools]:
    """Which of some owners the state owns, and which have no refinery so far, (owners,) each."""
    plants = view.refineries
    refining = total_by(plants.group, plants.nameplate_mt, len(view.groups))
    return state_owned(view, groups), refining[groups] <= 0.0


def builders(world: World, view: View) -> Ints:
    """The groups that can think of a new plant: sound, identified, large enough, and building none."""
    plants, groups, count = view.refineries, view.groups, len(view.groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(world.smelters.group, world.smelters.capacity_mt, count)
    building = (plants.project_stage == BUILDING).astype(np.float64)
    busy = total_by(plants.group, building, count) > 0.0
    alpha = world.parameters.market.product_per_metal_t_per_t
    large = (real > 0.0) | (alpha * metal >= world.parameters.building.size_mt)
    able = ~groups.distressed & ~groups.illiquid & ~busy & large
    return (able & world.may_buy).nonzero()[0]


def new_plants(world: World, shared: Prospects, groups: Ints) -> dict[int, Wish]:
    """The best new plant of each group, by group, none where no region is open; its demand is filled in later."""
    if not shared.open.any():
        return {}
    building, regions, keys = world.parameters.building, world.geography.regions, world.groups.keys
    size, places = building.size_mt, shared.open.nonzero()[0]
    owner, place = groups.repeat(places.size), np.tile(places, groups.size)
    venture = venture_of(shared, owner, place, np.full(owner.size, size), shared.sites.cost_cny_per_t[place])
    capex = investment(np.array([size]), building, world.parameters.pipeline)
    ratio = build_ratio(venture_worth(venture, shared.outlook), capex)
    best = ratio.reshape(-1, places.size).argmax(axis=1) + np.arange(0, ratio.size, places.size)
    facts = facts_of(venture, capex.repeat(groups.size), best)
    ideas = zip(groups.tolist(), place[best].tolist(), ratio[best].tolist(), facts, strict=True)
    return {
        group: Wish(
            kind=Idea.NEW,
            key=f"{keys[group]}-{regions[region]}-{world.year}",
            group=group,
            region=region,
            size_mt=size,
            capex_cny_per_t=rests_on["capex_cny_per_t"],
            ratio=value,
            options={(option := f"build in {regions[region]}"): value},
            facts=rests_on,
            sites={option: Site(regions[region])},
        )
        for group, region, value, rests_on in ideas
    }
