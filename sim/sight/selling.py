"""Who sells and who buys this year, and what exactly would change hands."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import total_by
from sim.sight.buyers import LEAST_MT
from sim.sight.lots import Lot, holdings_sold
from sim.sight.reserved import leaving_plants, reserved
from sim.sight.view import View
from sim.world.dealbook import CONTROL, RESCUE
from sim.world.owners import OWNER_TYPES
from sim.world.world import World

PRIVATE, STANDALONE = OWNER_TYPES.index("private"), OWNER_TYPES.index("standalone")


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


def find_targets(world: World, view: View) -> list[Target]:
    """What is for sale this year, by key.

    A private refiner without smelters sells all that it has, and so does a private group without liquidity; a
    private group with few refineries that its smelters do not need sells these to whoever values them more.
    Any identified owner offers a plant that it thinks of closing before it closes it.
    """
    plants, groups = view.refineries, view.groups
    deals = world.parameters.deals
    standing = (plants.nameplate_mt > LEAST_MT) & ~plants.synthetic & ~reserved(plants)
    refining = total_by(plants.group, plants.nameplate_mt, len(groups))
    broke = groups.illiquid & (groups.owner_type == PRIVATE)
    metal = total_by(world.smelters.group, world.smelters.capacity_mt, len(groups))
    need = metal * world.parameters.market.alumina_per_aluminium_t_per_t
    small = (groups.owner_type == PRIVATE) & (refining <= deals.strategic_limit_mt)
    small &= need < deals.core_share * refining
    selling = broke | small | (groups.owner_type == STANDALONE)
    leaving = set(leaving_plants(view))
    found: dict[str, _Sale] = {}
    for row in np.flatnonzero(standing).tolist():
        group = int(plants.group[row])
        if selling[group]:
            whole = bool(broke[group] or groups.owner_type[group] == STANDALONE)
            found.setdefault(groups.keys[group], _Sale(groups.keys[group], [], [], whole)).rows.append(row)
        elif row in leaving:
            found[plants.keys[row]] = _Sale(plants.keys[row], [row], [], False)
    for row in np.flatnonzero(broke[world.smelters.group]).tolist():
        key = groups.keys[int(world.smelters.group[row])]
        if key in found:
            found[key].smelters.append(row)
    targets = (as_target(world, view, found[key], leaving) for key in sorted(found))
    return [target for target in targets if target is not None]


def as_target(world: World, view: View, sale: _Sale, leaving: set[int]) -> Target | None:
    """A sale with the holdings that would change hands, or None where the seller holds nothing itself."""
    plants, groups = view.refineries, view.groups
    rows = sorted(sale.rows, key=lambda row: plants.keys[row])
    smelters = sorted(sale.smelters, key=lambda row: world.smelters.keys[row])
    seller = int(plants.group[rows[0]])
    lots, shares = holdings_sold(world, groups.keys[seller], rows, smelters)
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
