"""Exits that nobody decides on: plants idle for years are written off, and phase-outs close plants by decree."""

import numpy as np

from sim.acts.plants import dismantle
from sim.core.arrays import Bools
from sim.policies.rulebook import PhaseOut, holds_in
from sim.world.kinds import LEFT, Happened
from sim.world.population import State
from sim.world.world import World


def write_off(world: World) -> None:
    """Write off plants that have been idle for so long that they would have to be revived."""
    plants, limit = world.refineries, world.parameters.running.dead_after_quarters
    for row in np.flatnonzero((plants.idle_quarters >= limit) & (plants.state != State.DEAD)):
        plants.state[row] = State.DEAD
        plants.running_share[row] = 0.0
        world.tell(
            Happened.WRITE_OFF,
            plants.keys[row],
            float(plants.runnable_mt[row]),
            "Mt/yr",
            f"idle for {int(plants.idle_quarters[row])} quarters",
        )


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


def close_by_decree(world: World) -> None:
    """Close what the year's phase-outs take, after owners have had their choice."""
    for rule in world.rules.phase_outs:
        for row in due_to_close(world, rule):
            reason = f"decreed by {rule.policy}: {_words(world, rule, row)}"
            size = dismantle(world, row)
            world.tell(Happened.EXIT, world.refineries.keys[row], size, "Mt/yr", reason)


def _words(world: World, rule: PhaseOut, row: int) -> str:
    plants = world.refineries
    year = int(plants.started_year[row])
    if 0 < year < rule.built_before_year:
        return f"built in {year}, before {rule.built_before_year}"
    return f"{plants.nameplate_mt[row]:g} Mt/yr, smaller than {rule.smaller_than_mt:g}"
