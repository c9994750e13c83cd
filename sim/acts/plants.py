"""Plants that go, and ponds that are closed."""

from sim.acts.money import draw_for
from sim.sight.mud import pond_duties
from sim.sight.purse import room_to_pay
from sim.strategy.leaving import value_of_leaving
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
    cover_ponds(world, row)
    plants.runnable_mt[row] = 0.0
    plants.running_share[row] = 0.0
    plants.idle_quarters[row] = 0
    plants.loss_quarters[row] = 0
    plants.support_cny_per_t[row] = 0.0
    plants.state[row] = State.EXITED
    return size


def cover_ponds(world: World, row: int) -> None:
    """Cover the ponds of a plant: its owner pays, from cash and credit, and local government what the owner cannot.

    Nobody lends on a last plant that is gone, so a group with nothing left pays from its cash alone.
    """
    plants, smelters, group = world.refineries, world.smelters, int(world.refineries.group[row])
    due = float(pond_duties(world)[row])
    plants.uncovered_mud_mt[row] = 0.0
    left = (
        plants.nameplate_mt[plants.group == group].any()
        or smelters.capacity_mt[smelters.group == group].any()
    )
    cash = max(float(world.groups.cash_mcny[group]), 0.0)
    paid = min(due, room_to_pay(world, group) if left else cash)
    if left:
        draw_for(world, group, paid)
    world.groups.cash_mcny[group] -= paid
    world.book.closing_mcny[group] -= paid
    key, owner = plants.keys[row], world.groups.keys[group]
    if paid > 0.0:
        world.tell(Happened.POND_COVERED, key, paid, "million CNY", "ponds are covered", counterpart=owner)
    if due > paid:
        place = world.geography.regions[int(plants.region[row])]
        reason = f"its owner could pay {paid:.0f} of {due:.0f} million CNY for its ponds"
        world.tell(Happened.POND_LEFT, key, due - paid, "million CNY", reason, counterpart=place)


def retire(world: World, row: int, successor: int) -> None:
    """Take out a plant that a new one replaces; what has gone before is not taken out twice."""
    plants = world.refineries
    if plants.nameplate_mt[row] > 0.0:
        size, new = dismantle(world, row), plants.keys[successor]
        built = float(plants.size_mt[successor])
        reason = f"replaced by {built:.2g} Mt/yr at the coast"
        world.tell(
            Happened.RELOCATE, plants.keys[row], size, "Mt/yr", reason, counterpart=new, figures=(built,)
        )
