"""Agreed deals: stakes that were announced before the run are carried out in the year of their announcement.

They change edges of the ownership graph; whose control that moves follows when control is settled. Nobody decides
anything here any more.
"""

from sim.acts.holdings import enter
from sim.scenario.rows import StakeRow
from sim.world.dealbook import AGREED
from sim.world.kinds import Happened
from sim.world.owners import WHOLE_PPM
from sim.world.world import World


def complete_agreed(world: World, top: dict[str, str]) -> None:
    """Carry out the stakes of the pack that were agreed for this year; `top` names who controls each node."""
    agreed = [row for row in world.pack.stakes if row.state == "planned" and row.since_year == world.year]
    for row in agreed:
        moved = raise_stake(world, top, row)
        if moved:
            reason = (
                "agreed before 2026; completion assumed in the year for which it was announced, "
                "at a price that the pack does not give"
            )
            world.tell(Happened.RESTRUCTURE, row.holder, moved / 1e6, "share", reason, counterpart=row.held)
            deal, size = f"agreed-{row.holder}>{row.held}", refining_below(world, row.held)
            enter(
                world, (deal, AGREED), (row.holder, "", row.held), stake_share=moved / WHOLE_PPM, size_mt=size
            )


def refining_below(world: World, company: str) -> float:
    """The refining capacity that a company holds through any chain, Mt/yr, each plant in full."""
    plants, below = world.refineries, world.ownership.at_and_below({company})
    nodes = world.holdings.nodes(plants.keys)
    return float(sum(plants.nameplate_mt[row] for row, node in enumerate(nodes) if node in below))


def raise_stake(world: World, top: dict[str, str], row: StakeRow) -> int:
    """Bring a stake up to what was agreed, first from holders of the same owner, then the largest; gives ppm moved."""
    holder, held, ppm, deal = row.holder, row.held, row.share_ppm, f"agreed-{row.holder}>{row.held}"
    own = sum(block.ppm for block in world.ownership.blocks(held) if block.holder == holder)
    wanted = max(ppm - own, 0)
    others = [block for block in world.ownership.blocks(held) if block.holder != holder]
    others.sort(key=lambda block: (top.get(block.holder) != top[holder], -block.ppm, block.holder))
    moved = 0
    for block in others:
        taken = min(block.ppm, wanted - moved)
        if taken > 0:
            world.ownership.transfer(world.year, deal, block.holder, holder, held, taken)
            moved += taken
    return moved
