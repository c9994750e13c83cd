"""What a group could pay: cash above its least, and unused credit."""

from sim.core.arrays import Floats
from sim.world.world import World


def spare_cash(world: World, group: int) -> float:
    """Cash above the least that a group keeps, million CNY, negative where it is short of it."""
    return float(world.groups.cash_mcny[group] - world.credit.least_cash_mcny[group])


def unused_credit(world: World, group: int) -> float:
    """What lenders would still give a group, million CNY, negative where it owes more than its limit."""
    return float(world.credit.debt_mcny[group] - world.groups.debt_mcny[group])


def room_to_pay(world: World, group: int) -> float:
    """What a group could pay for a purchase from spare cash and from credit, million CNY."""
    return max(spare_cash(world, group), 0.0) + max(unused_credit(world, group), 0.0)


def money_left(world: World) -> Floats:
    """Spare cash and unused credit of each group, (groups,) million CNY, negative where it has neither."""
    groups, credit = world.groups, world.credit
    return (groups.cash_mcny - credit.least_cash_mcny) + (credit.debt_mcny - groups.debt_mcny)
