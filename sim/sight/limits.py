"""What limits of regions leave open to those who look ahead: announced ceilings, refused ponds, curbs to be expected.

An owner thinks in this order. Which ceilings are announced for the region, and what would be left of each if all
that stands, is being built or was begun there ran, with my plant in? How often would inspectors come if all that
ran? Is a new pond permitted there at all? What could run counts, and not what does: a curb makes room in the
figures of a year, and none on the ground.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.environment.curbs import curb_chance, curb_loss, environment_index, pressures
from sim.environment.red_mud import pond_life, stacked
from sim.market.inputs import QUARTERS
from sim.policies.rulebook import RegionalCap, Rulebook, holds_in
from sim.sight.mud import new_space, refused_ponds
from sim.world.population import BUILDING
from sim.world.world import World

COLD_QUARTERS = (1, QUARTERS)
"""Quarters of a heating season."""


@dataclass(slots=True)
class RegionalLimits:
    """What limits of regions leave open under the rules that are announced.

    Attributes:
        caps: announced ceilings.
        here: (caps, regions) where each holds.
        possible_mt: (caps,) what could run under each, Mt/yr.
        curbed_share: (regions,) part of output that curbs are expected to take if all that could run ran.
        pond_refused_share: (regions,) part of applications for new ponds that are refused unread.
        slack_share: (regions,) environmental room if all that could run ran, 0-1.
    """

    caps: tuple[RegionalCap, ...]
    here: Bools
    possible_mt: Floats
    curbed_share: Floats
    pond_refused_share: Floats
    slack_share: Floats

    def open_share(self, region: Ints, added_mt: Floats) -> Floats:
        """The part of their capacity that plants may run in the long run, (plants,).

        Args:
            region: (plants,) where they stand or would stand.
            added_mt: (plants,) what each would add to what could run, Mt/yr; nothing for a standing plant.

        Source: equation (5.1f) of the model description.
        """
        return np.asarray((1.0 - self.curbed_share[region]) * self.under_ceilings(region, added_mt))

    def under_ceilings(self, region: Ints, added_mt: Floats) -> Floats:
        """The same under the ceilings alone, (plants,)."""
        left = np.ones(len(region))
        for cap, here, possible in zip(self.caps, self.here, self.possible_mt, strict=True):
            share = [cap.open_share(possible + more) for more in added_mt.tolist()]
            left = left * np.where(here[region], share, 1.0)
        return np.asarray(left)

    def full_share(self, region: int, added_mt: float) -> float:
        """The chance that a ceiling in tonnes which a plant would pass refuses it: the strength of the ceiling."""
        bars = [
            cap.weight_share
            for cap, here, possible in zip(self.caps, self.here, self.possible_mt, strict=True)
            if here[region]
            and added_mt > 0.0
            and cap.ceiling_mt is not None
            and possible + added_mt > cap.ceiling_mt
        ]
        return max(bars, default=0.0)


def regional_limits(world: World) -> RegionalLimits:
    """What the announced rules leave open in each region, at what could run there."""
    rules, regions = world.outlook, world.geography.regions
    here = np.array([where_holds(cap.regions, regions) for cap in rules.regional_caps], dtype=np.bool_)
    able = able_to_run(world)
    possible = possible_capacity(world, able)
    around, terms = world.surroundings, world.parameters.curbs
    index, visits = potential_index(world, able), inspection_ratios(rules, regions)
    chance = curb_chance(index, around.limits, visits, terms)
    return RegionalLimits(
        caps=rules.regional_caps,
        here=here,
        possible_mt=np.array([float(possible[each].sum()) for each in here]),
        curbed_share=curb_loss(chance, terms),
        pond_refused_share=refused_ponds(world),
        slack_share=(1.0 - index).clip(0.0, 1.0),
    )


def where_holds(named: tuple[str, ...], regions: Sequence[str]) -> list[bool]:
    """Where a rule for some regions holds, (regions,)."""
    return [holds_in(named, region) for region in regions]


def inspection_ratios(rules: Rulebook, regions: Sequence[str]) -> Floats:
    """How many times as often as usual inspectors come to each region, (regions,)."""
    ratios = np.ones(len(regions))
    for cap in rules.regional_caps:
        ratios = np.where(where_holds(cap.regions, regions), ratios * cap.inspection_ratio, ratios)
    return ratios


def able_to_run(world: World) -> Floats:
    """What each plant could run when those under construction stand, (plants,) Mt/yr."""
    plants = world.refineries
    standing = plants.runnable_mt.copy()
    building = (plants.project_stage == BUILDING) & (plants.nameplate_mt == 0.0)
    going = plants.replaces[building]
    standing[going[going >= 0]] = 0.0
    return np.asarray(standing + building * plants.size_mt * world.parameters.pipeline.runnable_share)


def possible_capacity(world: World, able_mt: Floats) -> Floats:
    """What could run in each region, (regions,) Mt/yr, of what plants are able to, and with what was begun this year.

    Args:
        world: the world.
        able_mt: (plants,) from `able_to_run`.
    """
    begun, able = np.zeros(len(world.geography.regions)), able_mt
    if world.broken_ground:
        able = able_mt.copy()
        able[[plan.replaces for plan in world.broken_ground if plan.replaces >= 0]] = 0.0
    for plan in world.broken_ground:
        begun[plan.region] += plan.size_mt * world.parameters.pipeline.runnable_share
    return begun + total_by(world.refineries.region, able, begun.size)


def taken_sites(world: World) -> Floats:
    """What is taken of the room for refineries but for what was begun this year, (regions,) Mt/yr.

    Taken is what stands, runs or not, and what is being built; old plants that go for a new one are not.
    """
    plants = world.refineries
    building = plants.project_stage == BUILDING
    taken = plants.nameplate_mt + plants.size_mt * (building & (plants.nameplate_mt == 0.0))
    going = plants.replaces[building].tolist() + [plan.replaces for plan in world.broken_ground]
    taken[[row for row in going if row >= 0]] = 0.0
    return total_by(plants.region, taken, len(world.geography.regions))


def filled_sites(world: World, taken_mt: Floats, added_mt: Floats | float) -> Floats:
    """The part of the room for refineries that would be taken with something added, (regions,); may be over one.

    Args:
        world: the world.
        taken_mt: (regions,) from `taken_sites`.
        added_mt: (regions,) or in each, what would be added, less what would go for it, Mt/yr.
    """
    filled = taken_mt + added_mt
    for plan in world.broken_ground:
        filled[plan.region] += plan.size_mt
    return np.asarray(filled / (world.surroundings.limits.room_mt * world.parameters.approvals.room_ratio))


def potential_index(world: World, able_mt: Floats) -> Floats:
    """The environmental index of each region if all ran that is able to, from `able_to_run`, (regions,)."""
    plants, around, count = world.refineries, world.surroundings, len(world.geography.regions)
    fresh = stacked(world.recipe.residue_t, able_mt, plants.mud_use_share)
    pressure = pressures(
        total_by(plants.region, fresh, count),
        total_by(plants.region, plants.mud_stock_mt, count),
        total_by(plants.region, able_mt * world.recipe.co2_t, count),
        around.limits,
    )
    return environment_index(pressure, world.parameters.curbs)


def below_class_a(world: World, rules: Rulebook) -> Floats:
    """The part of its capacity that a duty of ultra-low emission takes from each plant, (plants,); none of class A."""
    if not rules.emission_duties:
        return np.zeros(len(world.refineries))
    limit = np.array([rules.emission_limit_share(region) for region in world.geography.regions])
    return np.asarray(limit[world.refineries.region] * ~world.refineries.class_a)


def kept_by_class_a(world: World) -> Floats:
    """The part of its capacity that class A would keep open to each plant, (plants,): announced duties, hard winters.

    What curbs would spare it for its better standing is not counted.
    """
    plants, terms = world.refineries, world.parameters.curbs
    winter = (
        terms.hard_winter_share
        * terms.winter_share
        * (len(COLD_QUARTERS) / QUARTERS)
        * world.surroundings.limits.winter
    )
    able = np.divide(
        plants.runnable_mt, plants.nameplate_mt, out=np.zeros(len(plants)), where=plants.nameplate_mt > 0.0
    )
    cold = winter[plants.region] * ~plants.class_a
    return np.asarray(able * (1.0 - (1.0 - cold) * (1.0 - below_class_a(world, world.outlook))))


def may_run(world: World, limits: RegionalLimits | None = None) -> Floats:
    """The part of its nameplate that each plant may run in the long run under announced limits, (plants,)."""
    plants = world.refineries
    able = np.divide(
        plants.runnable_mt, plants.nameplate_mt, out=np.zeros(len(plants)), where=plants.nameplate_mt > 0.0
    )
    left = 1.0 - below_class_a(world, world.outlook)
    limits = limits or regional_limits(world)
    return able * left * limits.open_share(plants.region, np.zeros(len(plants)))


def pond_share(world: World, rows: Ints, discount_per_year: Floats) -> Floats:
    """The part of the worth of plants that is left where announced rules refuse new ponds, (plants,).

    Until its ponds are full a plant runs as it can, and then the part of it whose mud is used; what of its worth
    comes later is that of an even stream over the horizon of who looks ahead.

    Args:
        world: the world.
        rows: (plants,) the plants.
        discount_per_year: (plants,) owners' discount rates.

    Source: equation (4.5c) of the model description.
    """
    plants, years = world.refineries, world.parameters.leaving.horizon_years
    if not world.outlook.red_mud or not (refused := refused_ponds(world)[plants.region[rows]]).any():
        return np.ones(len(rows))
    coming = [new_space(world, row) * bool(plants.permit_due_year[row] > world.year) for row in rows.tolist()]
    used = plants.mud_use_share[rows]
    space = plants.pond_space_mt[rows] + np.array(coming)
    life = np.minimum(pond_life(space, world.recipe.residue_t[rows], used, plants.runnable_mt[rows]), years)
    end = np.exp(-discount_per_year * years)
    late = (np.exp(-discount_per_year * life) - end) / (1.0 - end)
    return np.asarray(1.0 - refused * (1.0 - used) * late)
