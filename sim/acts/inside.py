"""Deals inside one owner: they change edges of the ownership graph and leave control as it is."""

from sim.sight.concentration import control_index
from sim.world.dealbook import Deal
from sim.world.owners import WHOLE_PPM
from sim.world.world import World


def write_inside(
    world: World,
    named: tuple[str, str],
    buyer: str,
    seller: str,
    target: str,
    moved: tuple[int, float, float],
) -> None:
    """Put a deal that leaves control as it is into the book of deals; no cash leaves the group, and there is no step.

    Args:
        world: the world.
        named: id and kind of the deal.
        buyer: holder that takes.
        seller: holder that gives.
        target: what moves.
        moved: parts per million, refining capacity in Mt/yr, and price in million CNY, zero where none is known.
    """
    index = control_index(world)
    world.deals.append(
        Deal(
            year=world.year,
            id=named[0],
            kind=named[1],
            buyer=buyer,
            seller=seller,
            target=target,
            stake_share=moved[0] / WHOLE_PPM,
            size_mt=moved[1],
            price_mcny=moved[2],
            hhi_before=index,
            hhi_after=index,
        )
    )
