"""Use of red mud: what a tonne of mud costs each plant this year, and who takes up a new use at its end."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.environment.mud_use import (
    adoption_chance,
    gains,
    learned_cost,
    sold_shares,
    spread_share,
    wanted_shares,
)
from sim.environment.red_mud import fines, pressed
from sim.world.books import Decision

if TYPE_CHECKING:
    from sim.industry import Industry

USE_RULE = "take up the use of mud that gains most over stacking, pond space and fine, when its chance comes"
FULL_SHARE = 1.0 - 1e-9


def mud_of_full_output(industry: "Industry") -> Floats:
    """Give the mud of a year of full output, (plants,) Mt."""
    return industry.recipe.mud_t * industry.refineries.runnable_mt


def province_of_plants(industry: "Industry") -> Ints:
    """Give the number of the province of each plant, (plants,)."""
    return industry.surroundings.province[industry.refineries.region]


def shares_of_uses(industry: "Industry") -> Floats:
    """Give the share of its mud that each plant places with each use, (uses, plants)."""
    around = industry.surroundings
    return sold_shares(
        wanted_shares(industry.refineries.mud_uses, around.uses),
        mud_of_full_output(industry),
        province_of_plants(industry),
        around.provinces,
        industry.parameters.mud_use.sink_share,
    )


def cost_of_uses(industry: "Industry") -> Floats:
    """Give today's cost of each use, (uses,) CNY per tonne of mud."""
    around = industry.surroundings
    return learned_cost(around.uses, around.used_mt, industry.parameters.mud_use.learning_share)


def place_mud(industry: "Industry") -> None:
    """Set the share of mud that each plant uses this year, and what a tonne of its mud costs."""
    plants, rules = industry.refineries, industry.rules
    shares = shares_of_uses(industry)
    used = np.minimum(shares.sum(axis=0), 1.0)
    fine, _ = fines(rules.red_mud, industry.geography.regions, plants.region, used)
    stacking = (1.0 - used) * industry.parameters.red_mud.stacking_cny_per_t
    plants.mud_use_share[:] = used
    plants.mud_cny_per_t[:] = stacking + (shares * cost_of_uses(industry)[:, None]).sum(axis=0) + fine


def spread_uses(industry: "Industry") -> None:
    """Count the mud used this year, and let plants take up uses that pay, by chance, from next year on."""
    plants, around, regions = industry.refineries, industry.surroundings, industry.geography.regions
    cost, used = cost_of_uses(industry), plants.mud_use_share
    around.used_mt += mud_by_use(industry)
    # A use lasts, so what counts is the fine that is announced, and not one of today that will lapse.
    _, fine = fines(industry.outlook.red_mud, regions, plants.region, used)
    spared = industry.parameters.red_mud.stacking_cny_per_t + plants.space_cny_per_t + fine
    gain = gains(plants.mud_uses, cost, spared)
    best = np.argmax(gain, axis=0)
    wanting = np.flatnonzero((gain.max(axis=0) > 0.0) & (plants.nameplate_mt > 0.0) & has_room(industry))
    if wanting.size == 0:
        return
    province = province_of_plants(industry)
    spread = spread_share(
        plants.mud_uses, len(cost), mud_of_full_output(industry), province, around.provinces
    )
    chance = adoption_chance(spread, industry.parameters.mud_use)[best, province]
    chance = np.maximum(chance, pressed(industry.rules.red_mud, regions, plants.region, used))
    luck = industry.streams.uniforms("use of mud", industry.year, [plants.keys[row] for row in wanting])
    for row in wanting[luck < chance[wanting]].tolist():
        take_up(industry, row, int(best[row]), gain[:, row], cost)


def mud_by_use(industry: "Industry") -> Floats:
    """Give the mud of the year that went to each use, (uses,) Mt."""
    wanted = wanted_shares(industry.refineries.mud_uses, industry.surroundings.uses)
    total = wanted.sum(axis=0)
    placed = np.divide(industry.book.mud_use_share, total, out=np.zeros_like(total), where=total > 0.0)
    return np.array([math.fsum(each) for each in wanted * placed * industry.book.mud_mt])


def has_room(industry: "Industry") -> Bools:
    """Tell of each plant whether the takers of its province still take all that is offered, (plants,)."""
    wanted = wanted_shares(industry.refineries.mud_uses, industry.surroundings.uses).sum(axis=0)
    return np.asarray(shares_of_uses(industry).sum(axis=0) >= wanted * FULL_SHARE)


def take_up(industry: "Industry", row: int, use: int, gain: Floats, cost: Floats) -> None:
    """Let a plant take up a use of its mud, and record what it weighed."""
    plants, uses = industry.refineries, industry.surroundings.uses
    plants.mud_uses[row] |= 1 << use
    key, name = plants.keys[row], uses.ids[use]
    reason = f"{name} gains {gain[use]:.0f} CNY/t over stacking, pond space and fine"
    industry.tell("mud_use", key, float(uses.most_share[use]), "share", reason)
    spared = float(gain[use] + cost[use])
    options = {each: float(value) for each, value in zip(uses.ids, gain, strict=True) if np.isfinite(value)}
    industry.decisions.append(
        Decision(
            year=industry.year,
            agent=key,
            kind="use_mud",
            choice=name,
            rule=USE_RULE,
            margin=float(gain[use]),
            unit="CNY/t",
            options={**options, "stack": 0.0},
            facts={
                "spared_cny_per_t": spared,
                **{f"{each}_cost_cny_per_t": float(cost[place]) for place, each in enumerate(uses.ids)},
            },
        )
    )
