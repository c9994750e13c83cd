"""Plants that must close by decree: which a phase-out takes, and what of their worth is left until then."""

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.policies.rulebook import PhaseOut, holds_in
from sim.world.kinds import LEFT
from sim.world.world import World

NEAR_MT = 1e-9


def meant(world: World, rule: PhaseOut) -> Bools:
    """Say which plants a phase-out means by their age, size and place, (plants,), whether or not they stand."""
    plants, regions = world.refineries, world.geography.regions
    inside = np.array([holds_in(rule.regions, region) for region in regions])[plants.region]
    old = (plants.started_year > 0) & (plants.started_year < rule.built_before_year)
    small = plants.size_mt < rule.smaller_than_mt
    return np.asarray(inside & (old | small))


def due_to_close(world: World, rule: PhaseOut) -> list[int]:
    """The rows that a phase-out still takes, the oldest first, until its share of the capacity is gone.

    Plants that were meant and have gone since it began, for reasons of their own or to the coast, count as gone.
    """
    plants = world.refineries
    hit = meant(world, rule)
    since = [event for event in world.events if event.year >= rule.since_year]
    left = {event.agent for event in since if event.kind in LEFT}
    gone = np.array([key in left for key in plants.keys], dtype=bool)
    gone_mt = float((plants.size_mt * (hit & gone)).sum())
    rows = np.flatnonzero(hit & (plants.nameplate_mt > 0.0))
    open_mt = rule.due_share * (gone_mt + float(plants.nameplate_mt[rows].sum())) - gone_mt
    due: list[int] = []
    for row in sorted(rows, key=lambda row: (plants.started_year[row], plants.keys[row])):
        if open_mt <= NEAR_MT:
            break
        due.append(int(row))
        open_mt -= float(plants.nameplate_mt[row])
    return due


def worth_left(world: World, rows: Ints, discount_per_year: Floats) -> Floats:
    """The part of the worth of plants that comes before a phase-out closes them, (plants,): all where none does.

    What closes this year has none left; what is announced to be gone is taken to stand for as long as owners look ahead
    in rules. What a plant is worth is that of an even stream over the horizon.

    Args:
        world: the world.
        rows: (plants,) the plants.
        discount_per_year: (plants,) owners' discount rates.

    Source: equation (4.5d) of the model description.
    """
    years = world.parameters.leaving.horizon_years
    life = np.full(len(world.refineries), years)
    ahead = min(world.parameters.expectation.forward_years, years)
    for rules, stands in ((world.outlook, ahead), (world.rules, 0.0)):
        for rule in rules.phase_outs:
            life[due_to_close(world, rule)] = stands
    gone = np.exp(-discount_per_year * life[rows])
    return np.asarray((1.0 - gone) / (1.0 - np.exp(-discount_per_year * years)))
