"""Exits that nobody decides on: plants idle for years are written off, and phase-outs close plants by decree."""

import numpy as np

from sim.acts.plants import dismantle
from sim.policies.rulebook import PhaseOut
from sim.sight.phasing_out import due_to_close
from sim.world.kinds import Happened
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
