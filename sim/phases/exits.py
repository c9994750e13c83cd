"""Write-off: a plant that has been idle for years would have to be revived before it could run."""

import numpy as np

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
