"""The holdings through which a group would give up plants."""

from dataclasses import dataclass

from sim.world.world import World

MAJORITY_PPM = 500_000


@dataclass(frozen=True, slots=True)
class Lot:
    """One holding that changes hands.

    Attributes:
        node: what is held.
        holder: who holds it.
        ppm: how much.
    """

    node: str
    holder: str
    ppm: int


def holdings_sold(
    world: World, seller: str, rows: list[int], smelters: list[int]
) -> tuple[tuple[Lot, ...], tuple[float, ...]]:
    """The holdings through which a seller gives up plants, and the part of each refinery that moves.

    Where the plants are all that one company has, and the seller has a majority of that company, the stake in
    the company moves; otherwise the stakes in the plants do.
    """
    top = world.holdings.controllers()
    blocks = world.ownership.snapshot().blocks
    plants = world.holdings.nodes(world.refineries.keys)
    metal = world.holdings.nodes(world.smelters.keys)
    nodes = [*(plants[row] for row in rows), *(metal[row] for row in smelters)]
    own = {node: [block for block in blocks[node] if top.get(block.holder) == seller] for node in nodes}
    parts = {node: sum(block.ppm for block in held) / 1e6 for node, held in own.items()}
    companies = {block.holder for held in own.values() for block in held}
    if len(companies) == 1:
        (company,) = companies
        over = [block for block in blocks.get(company, ()) if top.get(block.holder) == seller]
        alone = company != seller and set(world.ownership.graph.successors(company)) <= set(nodes)
        if alone and sum(block.votes_ppm for block in over) > MAJORITY_PPM:
            part = sum(block.ppm for block in over) / 1e6
            lots = tuple(Lot(company, block.holder, block.ppm) for block in over)
            return lots, tuple(part * parts[plants[row]] for row in rows)
    lots = tuple(Lot(node, block.holder, block.ppm) for node in nodes for block in own[node])
    return lots, tuple(parts[plants[row]] for row in rows)
