"""Who sells and who buys this year, and what exactly would change hands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.agents.refinery import IDLE_QUARTERS, LOSING_QUARTERS
from sim.core.arrays import total_by
from sim.phases.founding import reserved
from sim.world.dealbook import CONTROL, RESCUE
from sim.world.owners import OWNER_TYPES
from sim.world.population import State
from sim.world.view import View

if TYPE_CHECKING:
    from sim.industry import Industry

PRIVATE, STANDALONE = OWNER_TYPES.index("private"), OWNER_TYPES.index("standalone")
MAJORITY_PPM = 500_000
LEAST_MT = 1e-6
CORE_SHARE = 0.5
"""Part of their output that a group's own smelters need from which refineries are its core and not for sale."""


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


@dataclass(frozen=True, slots=True)
class Target:
    """What is for sale.

    Attributes:
        key: name of the sale.
        rows: its refineries, by key.
        smelters: its smelters, by key.
        seller: row of the selling group.
        lots: the holdings that change hands.
        shares: of each refinery, the part that changes hands.
        distressed: whether the seller is in distress.
        pressed: whether it is, or thinks of closing the plant.
        forced: whether it has neither cash nor credit.
        whole: whether the seller sells all that it has.
    """

    key: str
    rows: tuple[int, ...]
    smelters: tuple[int, ...]
    seller: int
    lots: tuple[Lot, ...]
    shares: tuple[float, ...]
    distressed: bool
    pressed: bool
    forced: bool
    whole: bool

    @property
    def kind(self) -> str:
        """Kind of the deal."""
        return RESCUE if self.distressed else CONTROL


@dataclass(frozen=True, slots=True)
class _Sale:
    """Refineries and smelters of one seller before it is clear which holdings change hands."""

    key: str
    rows: list[int]
    smelters: list[int]
    whole: bool


def find_targets(industry: "Industry", view: View) -> list[Target]:
    """Give what is for sale this year, by key.

    A private refiner without smelters sells all that it has, and so does a private group without liquidity; a
    private group with few refineries that its smelters do not need sells these to whoever values them more.
    Any identified owner offers a plant that it thinks of closing before it closes it.
    """
    plants, groups = view.refineries, view.groups
    limit = industry.parameters.deals.strategic_limit_mt
    standing = (plants.nameplate_mt > LEAST_MT) & ~plants.synthetic & ~reserved(plants)
    refining = total_by(plants.group, plants.nameplate_mt, len(groups))
    broke = groups.illiquid & (groups.owner_type == PRIVATE)
    metal = total_by(industry.smelters.group, industry.smelters.capacity_mt, len(groups))
    need = metal * industry.parameters.market.alumina_per_aluminium_t_per_t
    small = (groups.owner_type == PRIVATE) & (refining <= limit) & (need < CORE_SHARE * refining)
    selling = broke | small | (groups.owner_type == STANDALONE)
    leaving = set(leaving_plants(industry, view))
    found: dict[str, _Sale] = {}
    for row in np.flatnonzero(standing).tolist():
        group = int(plants.group[row])
        if selling[group]:
            whole = bool(broke[group] or groups.owner_type[group] == STANDALONE)
            found.setdefault(groups.keys[group], _Sale(groups.keys[group], [], [], whole)).rows.append(row)
        elif row in leaving:
            found[plants.keys[row]] = _Sale(plants.keys[row], [row], [], False)
    for row in np.flatnonzero(broke[industry.smelters.group]).tolist():
        key = groups.keys[int(industry.smelters.group[row])]
        if key in found:
            found[key].smelters.append(row)
    targets = (as_target(industry, view, found[key], leaving) for key in sorted(found))
    return [target for target in targets if target is not None]


def leaving_plants(industry: "Industry", view: View) -> list[int]:
    """Give the plants that think of leaving; only those that are idle, written off or losing need be asked."""
    plants, agents = view.refineries, industry.cast.refineries
    idle = (plants.idle_quarters >= IDLE_QUARTERS) | (plants.state == State.DEAD)
    asked = np.flatnonzero(idle | (plants.loss_quarters >= LOSING_QUARTERS)).tolist()
    return [row for row in asked if agents[row].thinks_of_leaving(view)]


def as_target(industry: "Industry", view: View, sale: _Sale, leaving: set[int]) -> Target | None:
    """Give a sale with the holdings that would change hands, or None where the seller holds nothing itself."""
    plants, groups = view.refineries, view.groups
    rows = sorted(sale.rows, key=lambda row: plants.keys[row])
    smelters = sorted(sale.smelters, key=lambda row: industry.smelters.keys[row])
    seller = int(plants.group[rows[0]])
    lots, shares = holdings_sold(industry, groups.keys[seller], rows, smelters)
    if not lots or min(shares) <= 0.0:
        return None
    distressed = bool(groups.distressed[seller])
    return Target(
        key=sale.key,
        rows=tuple(rows),
        smelters=tuple(smelters),
        seller=seller,
        lots=lots,
        shares=shares,
        distressed=distressed,
        pressed=distressed or leaving.issuperset(rows),
        forced=bool(groups.illiquid[seller]),
        whole=sale.whole,
    )


def holdings_sold(
    industry: "Industry", seller: str, rows: list[int], smelters: list[int]
) -> tuple[tuple[Lot, ...], tuple[float, ...]]:
    """Give the holdings through which a seller gives up plants, and the part of each refinery that moves.

    Where the plants are all that one company has, and the seller has a majority of that company, the stake in
    the company moves; otherwise the stakes in the plants do.
    """
    top = industry.holdings.controllers(industry)
    blocks = industry.ownership.snapshot().blocks
    plants = industry.holdings.nodes(industry, industry.refineries.keys)
    metal = industry.holdings.nodes(industry, industry.smelters.keys)
    nodes = [*(plants[row] for row in rows), *(metal[row] for row in smelters)]
    own = {node: [block for block in blocks[node] if top.get(block.holder) == seller] for node in nodes}
    parts = {node: sum(block.ppm for block in held) / 1e6 for node, held in own.items()}
    companies = {block.holder for held in own.values() for block in held}
    if len(companies) == 1:
        (company,) = companies
        over = [block for block in blocks.get(company, ()) if top.get(block.holder) == seller]
        alone = company != seller and set(industry.ownership.graph.successors(company)) <= set(nodes)
        if alone and sum(block.votes_ppm for block in over) > MAJORITY_PPM:
            part = sum(block.ppm for block in over) / 1e6
            lots = tuple(Lot(company, block.holder, block.ppm) for block in over)
            return lots, tuple(part * parts[plants[row]] for row in rows)
    lots = tuple(Lot(node, block.holder, block.ppm) for node in nodes for block in own[node])
    return lots, tuple(parts[plants[row]] for row in rows)


def find_bidders(industry: "Industry", view: View) -> list[int]:
    """Give the groups that can buy, by key: sound, identified, of some size, and at home in China."""
    plants, smelters, groups = view.refineries, industry.smelters, view.groups
    count = len(groups)
    real = total_by(plants.group, plants.nameplate_mt * ~plants.synthetic, count)
    metal = total_by(smelters.group, smelters.capacity_mt, count)
    able = (
        ~groups.distressed
        & ~groups.illiquid
        & (real + metal >= industry.parameters.deals.least_bidder_mt)
        & (groups.owner_type != STANDALONE)
    )
    rows = [row for row in np.flatnonzero(able).tolist() if industry.may_buy[row]]
    return sorted(rows, key=lambda row: groups.keys[row])
