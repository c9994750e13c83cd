"""What owners would like to build this year: planned projects, new plants, and moves to the coast.

Each sound owner looks at every place where a new plant could stand and at every inland plant of its own that
could go for one, and picks the best. Whether it may build is decided elsewhere.
"""

from dataclasses import replace

import numpy as np

from sim.decisions.build.outcomes import GOES, WAITS
from sim.sight.moving import best_moves
from sim.sight.outlook import lasting_costs
from sim.sight.plans import builders, new_plants, tempers
from sim.sight.prospects import Idea, Prospects, Wish, facts_of, venture_of
from sim.strategy.building import (
    build_ratio,
    investment,
    venture_worth,
)
from sim.world.books import Site
from sim.world.population import PLANNED
from sim.world.world import World

CALM = 0.5
"""The mood in which owners decide on projects of the register, whose luck is their go-ahead."""


def wishes(world: World, shared: Prospects) -> list[Wish]:
    """What owners weigh this year: planned projects that are due, then the best idea of each owner."""
    return [*due_projects(world, shared), *own_ideas(world, shared)]


def due_projects(world: World, shared: Prospects) -> list[Wish]:
    """Planned projects of the register that are due for a decision, but those of owners in trouble."""
    plants, groups, building = world.refineries, shared.view.groups, world.parameters.building
    last = world.year + int(building.lead_years)
    sound = ~(groups.distressed | groups.illiquid)[plants.group]
    rows = np.flatnonzero((plants.project_stage == PLANNED) & (plants.due_year <= last) & sound)
    if rows.size == 0:
        return []
    group, region, size = plants.group[rows], plants.region[rows], plants.size_mt[rows]
    venture = venture_of(shared, group, region, size, lasting_costs(world)[rows])
    capex = investment(size, building, world.parameters.pipeline)
    ratio = build_ratio(venture_worth(venture, shared.outlook), capex)
    traits = tempers(world, shared.view, group, np.full(rows.size, CALM))
    return [
        Wish(
            kind=Idea.PROJECT,
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
            options={GOES: float(ratio[place]), WAITS: float(traits.demanded[place])},
            facts=facts_of(venture, place, float(capex[place])) | traits.facts(place),
            sites={GOES: Site(world.geography.regions[region[place]])},
        )
        for place, row in enumerate(rows.tolist())
    ]


def own_ideas(world: World, shared: Prospects) -> list[Wish]:
    """The best idea of each owner: a new plant, or a move of one of its own."""
    groups = builders(world, shared.view)
    if groups.size == 0:
        return []
    keys = [world.groups.keys[row] for row in groups]
    mood = world.streams.uniforms("mood", world.year, keys)
    traits = tempers(world, shared.view, groups, mood)
    moves, found = best_moves(world, shared, groups), []
    for place, idea in enumerate(new_plants(world, shared, groups)):
        ideas = [idea, *([moves[idea.group]] if idea.group in moves else [])]
        options = {name: value for each in ideas for name, value in each.options.items()}
        options[WAITS] = demanded = float(traits.demanded[place])
        best = max(ideas, key=lambda each: (each.ratio, each.kind))
        facts = best.facts | traits.facts(place)
        for each in ideas:
            if each is not best:
                facts |= {f"other_{name}": value for name, value in each.facts.items()}
        sites = {name: site for each in ideas for name, site in each.sites.items()}
        found.append(replace(best, demanded=demanded, options=options, facts=facts, sites=sites))
    return found
