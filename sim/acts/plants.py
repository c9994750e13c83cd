"""Plants that go."""

from sim.strategy.leaving import (
    value_of_leaving,
)
from sim.world.kinds import Happened
from sim.world.population import State
from sim.world.world import World


def dismantle(world: World, row: int) -> float:
    """Book what closing a plant costs and gives, set its capacity to zero and give what it was, Mt/yr."""
    plants, leaving = world.refineries, world.parameters.leaving
    size = float(plants.nameplate_mt[row])
    paid = value_of_leaving(leaving) * size
    group = int(plants.group[row])
    world.groups.cash_mcny[group] += paid
    world.book.closing_mcny[group] += paid
    plants.nameplate_mt[row] = 0.0
    plants.runnable_mt[row] = 0.0
    plants.running_share[row] = 0.0
    plants.idle_quarters[row] = 0
    plants.loss_quarters[row] = 0
    plants.support_cny_per_t[row] = 0.0
    plants.state[row] = State.EXITED
    return size


def retire(world: World, row: int, successor: int) -> None:
    """Take out a plant that a new one replaces; what has gone before is not taken out twice."""
    plants = world.refineries
    if plants.nameplate_mt[row] > 0.0:
        size, new = dismantle(world, row), plants.keys[successor]
        reason = f"replaced by {plants.size_mt[successor]:.2g} Mt/yr at the coast"
        world.tell(Happened.RELOCATE, plants.keys[row], size, "Mt/yr", reason, counterpart=new)
