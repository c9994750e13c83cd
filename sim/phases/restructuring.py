"""Moves inside one owner: deals that are agreed already, and companies of a group that hand plants to each other.

They change edges of the ownership graph and leave control as it is: headline deals and concentration are
different statistics. The company that has most of a group's plants of a kind gathers the others, as Chalco did with
those of Chinalco and as Hongchuang does with those of Hongqiao; only the time is luck. What a joint venture holds
stays with it, for it is not the group's alone. The price is book value and is written down only: the group has one
account, so none of its cash moves.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.phases.closing import control_index
from sim.scenario.rows import StakeRow
from sim.world.dealbook import AGREED, RESTRUCTURING, Deal
from sim.world.owners import WHOLE_PPM
from sim.world.ownership import float_of

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
            reason = (
                "agreed before 2026; completion assumed in the year for which it was announced, "
                "at a price that the pack does not give"
            )
            industry.tell("restructure", row.holder, moved / 1e6, "share", reason, counterpart=row.held)
            deal, size = f"agreed-{row.holder}>{row.held}", refining_below(industry, row.held)
            write_inside(industry, (deal, AGREED), row.holder, "", row.held, (moved, size, 0.0))


def refining_below(industry: "Industry", company: str) -> float:
    """Give the refining capacity that a company holds through any chain, Mt/yr, each plant in full."""
    plants, below = industry.refineries, industry.ownership.at_and_below({company})
    nodes = industry.holdings.nodes(industry, plants.keys)
    return float(sum(plants.nameplate_mt[row] for row, node in enumerate(nodes) if node in below))


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
    """Let the core company of each group and kind gather plants or smelters of its sisters, each when luck says so."""
    share = industry.parameters.deals.restructuring_share
    for owner, own in sorted(listed_assets(industry, top).items()):
        for refinery in (True, False):
            kind = [asset for asset in own if asset.refinery == refinery]
            core = core_of(kind)
            free = [
                asset for asset in kind if asset.holder != core and not shared_with(industry, asset, owner)
            ]
            luck = industry.streams.uniforms("restructure", industry.year, [asset.key for asset in free])
            for asset, drawn in zip(free, luck.tolist(), strict=True):
                if drawn < share:
                    take_over(industry, core, asset)


def core_of(assets: list[Asset]) -> str:
    """Give the company that has most capacity among some assets, the last by name of equals."""
    sizes: dict[str, float] = {}
    for asset in assets:
        sizes[asset.holder] = sizes.get(asset.holder, 0.0) + asset.size_mt
    return max(sizes, key=lambda company: (round(sizes[company], 9), company), default="")


def shared_with(industry: "Industry", asset: Asset, owner: str) -> bool:
    """Tell whether another owner than the group has a recorded stake in the company that holds an asset."""
    top = industry.holdings.controllers(industry)
    blocks = industry.ownership.snapshot().blocks.get(asset.holder, ())
    others = (block for block in blocks if block.holder != float_of(asset.holder))
    return any(top.get(block.holder) != owner for block in others) and asset.holder != owner


def take_over(industry: "Industry", company: str, asset: Asset) -> None:
    """Move a plant or a smelter to the core company of its kind, at book value."""
    deal, finance = f"{industry.year}-inside-{asset.key}", industry.parameters.finance
    industry.ownership.transfer(industry.year, deal, asset.holder, company, asset.node, asset.ppm)
    book = finance.refinery_asset_cny_per_t if asset.refinery else finance.smelter_asset_cny_per_t
    price = book * asset.size_mt * asset.ppm / WHOLE_PPM
    reason = (
        f"it has most of the group's {'refining' if asset.refinery else 'smelting'} and gathers {asset.key} "
        f"from a sister company at a book value of {price:.0f} million CNY; control unchanged"
    )
    industry.tell("restructure", company, asset.size_mt, "Mt/yr", reason, counterpart=asset.holder)
    size = asset.size_mt if asset.refinery else 0.0
    write_inside(industry, (deal, RESTRUCTURING), company, asset.holder, asset.key, (asset.ppm, size, price))


def write_inside(
    industry: "Industry",
    named: tuple[str, str],
    buyer: str,
    seller: str,
    target: str,
    moved: tuple[int, float, float],
) -> None:
    """Put a deal that leaves control as it is into the book of deals; no cash leaves the group, and there is no step.

    Args:
        industry: the industry.
        named: id and kind of the deal.
        buyer: holder that takes.
        seller: holder that gives.
        target: what moves.
        moved: parts per million, refining capacity in Mt/yr, and price in million CNY, zero where none is known.
    """
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
            price_mcny=moved[2],
            hhi_before=index,
            hhi_after=index,
        )
    )
