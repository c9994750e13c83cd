"""Money that changes hands outside trade: payments, loans, investment, accounts that are taken over."""

from sim.sight.purse import spare_cash
from sim.strategy.deals import Payment, payment
from sim.world.world import World


def pay(world: World, buyer: int, seller: int, price_mcny: float, debt_mcny: float) -> Payment:
    """Pay a price from one group to another and give how; debt that the buyer takes over is part of it."""
    groups, book = world.groups, world.book
    paid = payment(price_mcny, debt_mcny, spare_cash(world, buyer))
    groups.cash_mcny[buyer] -= paid.cash_mcny
    groups.debt_mcny[buyer] += paid.loan_mcny + paid.assumed_mcny
    groups.cash_mcny[seller] += paid.cash_mcny + paid.loan_mcny
    groups.debt_mcny[seller] -= paid.assumed_mcny
    book.deals_mcny[buyer] -= price_mcny
    book.deals_mcny[seller] += price_mcny
    return paid


def repay(world: World, group: int, amount_mcny: float) -> None:
    """Let a group hand what it got to its lenders, as far as it owes them."""
    paid = min(amount_mcny, float(world.groups.debt_mcny[group]), float(world.groups.cash_mcny[group]))
    world.groups.cash_mcny[group] -= max(paid, 0.0)
    world.groups.debt_mcny[group] -= max(paid, 0.0)


def draw_for(world: World, group: int, amount_mcny: float) -> None:
    """Let a group borrow what a payment takes beyond its spare cash."""
    borrowed = max(amount_mcny - max(spare_cash(world, group), 0.0), 0.0)
    world.groups.debt_mcny[group] += borrowed
    world.groups.cash_mcny[group] += borrowed


def integrate(world: World, buyer: int, price_mcny: float) -> None:
    """Let a buyer pay for the integration of what it bought."""
    bear_integration(world, buyer, price_mcny * world.parameters.deals.integration_share)


def bear_integration(world: World, buyer: int, cost_mcny: float) -> None:
    """Let a buyer pay what it costs to put two firms together."""
    draw_for(world, buyer, cost_mcny)
    world.groups.cash_mcny[buyer] -= cost_mcny
    world.book.integration_mcny[buyer] += cost_mcny


def spend(world: World, group: int, amount_mcny: float) -> Payment:
    """Let a group invest, from spare cash first and then from a loan; gives how it paid."""
    debt = float(world.groups.debt_mcny[group])
    draw_for(world, group, amount_mcny)
    world.groups.cash_mcny[group] -= amount_mcny
    world.book.capex_mcny[group] += amount_mcny
    borrowed = float(world.groups.debt_mcny[group]) - debt
    return Payment(0.0, amount_mcny - borrowed, borrowed)


def absorb(world: World, giver: int, taker: int) -> None:
    """Hand cash, debt, payables and mines of one group to another, at no price."""
    groups, book = world.groups, world.book
    net = float(groups.cash_mcny[giver] - groups.debt_mcny[giver] - groups.payables_mcny[giver])
    for column in (groups.cash_mcny, groups.debt_mcny, groups.payables_mcny):
        column[taker] += column[giver]
        column[giver] = 0.0
    world.mines.group[world.mines.group == giver] = taker
    book.deals_mcny[taker] += net
    book.deals_mcny[giver] -= net
