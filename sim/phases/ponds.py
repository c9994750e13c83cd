"""Ponds: permits that were granted open, and what space is left caps what may run.

Use of red mud: what a tonne of mud costs each plant this year, and where the mud of the year went.
"""

import math

import numpy as np

from sim.acts.plants import cover_ponds
from sim.agents.cast import Cast
from sim.core.arrays import Bools, Floats
from sim.decisions.use_mud import take_up_uses
from sim.environment.red_mud import (
    fines,
    pond_cap,
    pond_life,
    required_life,
    space_price,
    stretch_cost,
    wanted_shares,
)
from sim.policies.rulebook import holds_in
from sim.sight.mud import cost_of_uses, new_space, shares_of_uses, yearly_mud
from sim.sight.view import expected_mill_prices
from sim.strategy.finance import discount_rates
from sim.world.kinds import Happened
from sim.world.world import World


def open_permitted_ponds(world: World) -> None:
    """Open ponds whose building is finished, and cover the old ones, which are as good as full."""
    plants = world.refineries
    opening = (plants.permit_due_year == world.year) & (plants.nameplate_mt > 0.0)
    for row in opening.nonzero()[0].tolist():
        space = new_space(world, row)
        plants.pond_space_mt[row] += space
        cover_ponds(world, row)
        world.tell(Happened.POND, plants.keys[row], space, "Mt", "a new pond opens")


def relieve_ponds(world: World) -> None:
    """Suspend refusals of ponds where the price has run away from cost, and give those who are short space at once.

    It is looked at once a year, by the last price and mean cash cost; while it lasts no other begins.

    Source: rule of policy `red_mud`, section 7.1 of the model description.
    """
    prices, until, regions = world.prices, world.surroundings.relief_until_year, world.geography.regions
    for rule in world.rules.red_mud:
        relief = rule.relief
        if relief is None or not relief.due(prices.index_cny_per_t, prices.cost_cny_per_t):
            continue
        here = np.array([holds_in(rule.regions, region) for region in regions]) & (until < world.year)
        until[here] = world.year + int(relief.years) - 1
        give_space(world, here, relief.space_years)


def give_space(world: World, here: Bools, years: float) -> None:
    """Give plants that throttle, in some regions (regions,), space for some years of full output."""
    plants, rules = world.refineries, world.parameters.red_mud
    life = pond_life(plants.pond_space_mt, world.recipe.residue_t, plants.mud_use_share, plants.runnable_mt)
    asked = required_life(world.rules.red_mud, world.geography.regions, rules.required_life_years)
    short = (life < asked[plants.region]) & here[plants.region] & (plants.nameplate_mt > 0.0)
    for row in short.nonzero()[0].tolist():
        space = years * yearly_mud(world, row)
        plants.pond_space_mt[row] += space
        world.tell(Happened.RELIEF, plants.keys[row], space, "Mt", "space for mud is granted in relief")


def measure_ponds(world: World) -> None:
    """Set what ponds let run this year and what their space is worth."""
    plants, rules = world.refineries, world.parameters.red_mud
    life = pond_life(plants.pond_space_mt, world.recipe.residue_t, plants.mud_use_share, plants.runnable_mt)
    asked = required_life(world.rules.red_mud, world.geography.regions, rules.required_life_years)
    plants.pond_cap_share[:] = pond_cap(life, asked[plants.region], rules)
    margin = expected_mill_prices(world)[plants.region] - plants.cash_cost_cny_per_t
    rates = discount_rates(world.groups.owner_type, world.parameters.finance)[plants.group]
    price = space_price(margin, world.recipe.residue_t, life, rates)
    plants.space_cny_per_t[:] = np.where(plants.nameplate_mt > 0.0, price, 0.0)


def permits_under_way(world: World) -> None:
    """Give plants the permits that they won in the years before the start, so that the start is not a cliff.

    The ponds of a plant that is short today were short coming; it has applied before, with the luck of those
    years, and what was granted is open or being built.
    """
    plants, mud = world.refineries, world.parameters.red_mud
    first = world.year - int(mud.past_years) + 1
    chance = world.geography.permit_share[plants.region]
    granted = np.zeros(len(plants), dtype=np.int64)
    for year in range(first, world.year + 1):
        life = plants.pond_life_years + (world.year - year)
        short = (granted == 0) & (life < mud.apply_below_years) & (plants.nameplate_mt > 0.0)
        rows = short.nonzero()[0]
        luck = world.streams.uniforms("pond permit", year, [plants.keys[row] for row in rows.tolist()])
        granted[rows[luck < chance[rows]]] = year
    due = np.where(granted > 0, granted + int(mud.permit_lead_years), 0)
    for row in ((due > 0) & (due <= world.year)).nonzero()[0]:
        plants.pond_space_mt[row] += new_space(world, int(row))
    plants.permit_due_year[:] = np.where(due > world.year, due, 0)


def place_mud(world: World) -> None:
    """Set the share of mud that each plant uses this year, and what a tonne of its mud costs."""
    plants, rules = world.refineries, world.rules
    shares, _ = shares_of_uses(world)
    used = np.minimum(shares.sum(axis=0), 1.0)
    fine, _ = fines(rules.red_mud, world.geography.regions, plants.region, used)
    stacking = (1.0 - used) * world.parameters.red_mud.stacking_cny_per_t
    plants.mud_use_share[:] = used
    usual = wanted_shares(plants.mud_uses, world.surroundings.uses).sum(axis=0)
    further = stretch_cost(used, usual, world.parameters.mud_use)
    plants.mud_cny_per_t[:] = stacking + (shares * cost_of_uses(world)[:, None]).sum(axis=0) + further + fine


def spread_uses(world: World, cast: Cast) -> None:
    """Count the mud used this year, and let plants take up uses at the cost of before, from next year on."""
    cost = cost_of_uses(world)
    world.surroundings.used_mt += mud_by_use(world)
    take_up_uses(world, cast, cost)


def mud_by_use(world: World) -> Floats:
    """The mud of the year that went to each use, (uses,) Mt."""
    wanted = wanted_shares(world.refineries.mud_uses, world.surroundings.uses)
    total = wanted.sum(axis=0)
    placed = np.divide(world.book.mud_use_share, total, out=np.zeros(len(total)), where=total > 0.0)
    return np.array([math.fsum(each) for each in (wanted * placed * world.book.mud_mt).tolist()])
