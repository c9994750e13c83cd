"""Putting a deal into the book of deals: between whom, how it was paid, and what it does to concentration."""

from typing import Any

from sim.sight.concentration import control_index
from sim.strategy.funding import UNPAID, Payment
from sim.world.dealbook import Deal
from sim.world.world import World


def enter(
    world: World,
    named: tuple[str, str],
    sides: tuple[str, str, str],
    paid: Payment = UNPAID,
    hhi_before: float | None = None,
    hhi_after: float | None = None,
    **what: Any,
) -> Deal:
    """Put a deal into the book, and give its entry.

    Args:
        world: the world.
        named: id and kind of the deal.
        sides: buyer, seller and target.
        paid: how it was paid.
        hhi_before: HHI of capacity by control before, points; that of after, where control stays as it is.
        hhi_after: the same after; as it stands, where it is not given.
        what: further columns of the entry.
    """
    after = control_index(world) if hhi_after is None else hhi_after
    before = after if hhi_before is None else hhi_before
    (key, kind), (buyer, seller, target) = named, sides
    deal = Deal(
        year=world.year,
        id=key,
        kind=kind,
        buyer=buyer,
        seller=seller,
        target=target,
        paid_cash_mcny=paid.cash_mcny,
        paid_debt_mcny=paid.loan_mcny,
        hhi_before=before,
        hhi_after=after,
        hhi_step=after - before,
        **what,
    )
    world.deals.append(deal)
    return deal
