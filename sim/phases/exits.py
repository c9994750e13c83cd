"""Exits that nobody decides on: cold lines are struck off the register, and phase-outs close plants by decree."""

import numpy as np

from sim.acts.plants import dismantle
from sim.core.words import percent
from sim.policies.rulebook import PhaseOut
from sim.sight.phasing_out import due_to_close
from sim.sight.reserved import reserved
from sim.world.kinds import Happened
from sim.world.population import Refineries
from sim.world.world import Further, World


def write_off(world: World) -> None:
    """Strike the cold lines of some plants off the register, by luck; a plant that is idle closes with them."""
    plants, running = world.refineries, world.parameters.running
    cold = (plants.nameplate_mt > 0.0) & (1.0 - plants.warm_share > running.standby_share)
    rows = np.flatnonzero(cold & ~reserved(plants))
    luck = world.streams.uniforms("register", world.year, [plants.keys[row] for row in rows])
    for row in rows[luck < running.write_off_share].tolist():
        warm = float(plants.warm_share[row])
        if warm < running.idle_share or not warm:
            size, kind = dismantle(world, row), Happened.EXIT
        else:
            size, kind = (1.0 - warm) * float(plants.nameplate_mt[row]), Happened.WRITE_OFF
            scrap_cold_lines(plants, row)
        reason = f"{percent(1.0 - warm)} of its lines had gone cold"
        world.tell(kind, plants.keys[row], size, "Mt/yr", reason, figures=(1.0 - warm,))


def scrap_cold_lines(plants: Refineries, row: int) -> None:
    """Leave a plant nothing but its warm lines, which run as they did."""
    warm = plants.warm_share[row]
    plants.nameplate_mt[row] *= warm
    plants.runnable_mt[row] *= warm
    plants.running_share[row] = min(plants.running_share[row] / warm, 1.0)
    plants.used_share[row] = min(plants.used_share[row] / warm, 1.0)
    plants.warm_share[row] = 1.0


def close_by_decree(world: World) -> None:
    """Close what the year's phase-outs take, after owners have had their choice."""
    for rule in world.rules.phase_outs:
        for row in due_to_close(world, rule):
            why, figures = _words(world, rule, row)
            reason, size = f"decreed by {rule.policy}: {why}", dismantle(world, row)
            more: Further = {"subject": rule.policy, "figures": figures}
            world.tell(Happened.EXIT, world.refineries.keys[row], size, "Mt/yr", reason, **more)


def _words(world: World, rule: PhaseOut, row: int) -> tuple[str, tuple[float, ...]]:
    plants = world.refineries
    year = int(plants.started_year[row])
    if 0 < year < rule.built_before_year:
        return f"built in {year}, before {rule.built_before_year}", (year, rule.built_before_year)
    return f"{plants.nameplate_mt[row]:g} Mt/yr, smaller than {rule.smaller_than_mt:g}", ()
