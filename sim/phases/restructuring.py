"""Moves inside one owner: deals that are agreed already, and companies of a group that hand plants to each other.

They change edges of the ownership graph and leave control as it is: headline deals and concentration are
different statistics.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.phases.closing import control_index
from sim.scenario.rows import StakeRow
from sim.world.dealbook import AGREED, RESTRUCTURING, Deal
from sim.world.owners import WHOLE_PPM

if TYPE_CHECKING:
    from sim.industry import Industry


def complete_agreed(industry: "Industry", top: dict[str, str]) -> None:
    """Carry out the stakes of the pack that were agreed for this year; `top` names who controls each node."""
    agreed = [
        row for row in industry.pack.stakes if row.state == "planned" and row.since_year == industry.year
    ]
    for row in agreed:
        moved = raise_stake(industry, top, row)
        if moved:
            reason = "agreed before 2026; completion assumed in the year for which it was announced"
            industry.tell("restructure", row.holder, moved / 1e6, "share", reason, counterpart=row.held)
            deal = f"agreed-{row.holder}>{row.held}"
            write_inside(industry, (deal, AGREED), row.holder, "", row.held, (moved, 0.0))


def raise_stake(industry: "Industry", top: dict[str, str], row: StakeRow) -> int:
    """Bring a stake up to what was agreed, first from holders of the same owner, then the largest; gives ppm moved."""
    holder, held, ppm, deal = row.holder, row.held, row.share_ppm, f"agreed-{row.holder}>{row.held}"
    own = sum(block.ppm for block in industry.ownership.blocks(held) if block.holder == holder)
    wanted = max(ppm - own, 0)
    others = [block for block in industry.ownership.blocks(held) if block.holder != holder]
    others.sort(key=lambda block: (top.get(block.holder) != top[holder], -block.ppm, block.holder))
    moved = 0
    for block in others:
        taken = min(block.ppm, wanted - moved)
        if taken > 0:
            industry.ownership.transfer(industry.year, deal, block.holder, holder, held, taken)
            moved += taken
    return moved


@dataclass(frozen=True, slots=True)
class Asset:
    """One plant or smelter and the company that holds most of it.

    Attributes:
        key: its id.
        node: its node in the ownership graph.
        holder: the company.
        ppm: what the company holds.
        size_mt: capacity.
        refinery: whether it is a refinery.
    """

    key: str
    node: str
    holder: str
    ppm: int
    size_mt: float
    refinery: bool


def listed_assets(industry: "Industry", top: dict[str, str]) -> dict[str, list[Asset]]:
    """Give the standing refineries and smelters of each owner, by key, that companies of his hold for him."""
    found: dict[str, list[Asset]] = {}
    plants, smelters = industry.refineries, industry.smelters
    for table, sizes in ((plants, plants.nameplate_mt), (smelters, smelters.capacity_mt)):
        nodes, rows = industry.holdings.nodes(industry, table.keys), np.flatnonzero(sizes > 0.0).tolist()
        blocks = industry.holdings.main_blocks(industry, [nodes[row] for row in rows])
        for row, held in zip(rows, blocks, strict=True):
            owner = top.get(held.holder, "")
            if owner == top[nodes[row]]:
                size = float(sizes[row])
                asset = Asset(table.keys[row], nodes[row], held.holder, held.ppm, size, table is plants)
                found.setdefault(owner, []).append(asset)
    for assets in found.values():
        assets.sort(key=lambda asset: asset.key)
    return found


def restructure(industry: "Industry", top: dict[str, str]) -> None:
    """Let companies take over a plant or a smelter from a sister company of their group, by chance."""
    share = industry.parameters.deals.restructuring_share
    for own in (assets for _, assets in sorted(listed_assets(industry, top).items())):
        companies = sorted({asset.holder for asset in own})
        if len(companies) < 2:
            continue
        luck = industry.streams.uniforms("restructure", industry.year, companies)
        for company in (each for each, drawn in zip(companies, luck, strict=True) if drawn < share):
            others = [asset for asset in own if asset.holder != company]
            if others:
                taken = others[first_of(industry, company, [asset.key for asset in others])]
                take_over(industry, company, taken)
                own.remove(taken)


def first_of(industry: "Industry", company: str, keys: list[str]) -> int:
    """Give which of some assets a company takes: drawn by address, so that neither row nor number matters."""
    return industry.streams.order("restructure what", industry.year, [f"{company}<{key}" for key in keys])[0]


def take_over(industry: "Industry", company: str, asset: Asset) -> None:
    """Move a plant or a smelter to a sister company."""
    deal = f"{industry.year}-inside-{asset.key}"
    industry.ownership.transfer(industry.year, deal, asset.holder, company, asset.node, asset.ppm)
    reason = f"takes over {asset.key} from a sister company; control unchanged"
    industry.tell("restructure", company, asset.size_mt, "Mt/yr", reason, counterpart=asset.holder)
    size = asset.size_mt if asset.refinery else 0.0
    write_inside(industry, (deal, RESTRUCTURING), company, asset.holder, asset.key, (asset.ppm, size))


def write_inside(
    industry: "Industry",
    named: tuple[str, str],
    buyer: str,
    seller: str,
    target: str,
    moved: tuple[int, float],
) -> None:
    """Put a deal that leaves control as it is into the book of deals: no price between sisters, no step."""
    index = control_index(industry)
    industry.deals.append(
        Deal(
            year=industry.year,
            id=named[0],
            kind=named[1],
            buyer=buyer,
            seller=seller,
            target=target,
            stake_share=moved[0] / WHOLE_PPM,
            size_mt=moved[1],
            hhi_before=index,
            hhi_after=index,
        )
    )
