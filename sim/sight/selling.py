"""Who sells and who buys this year, and what exactly would change hands."""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, total_by
from sim.sight.buyers import LEAST_MT
from sim.sight.lots import Lot, holdings_sold
from sim.sight.reserved import leaving_plants, reserved
from sim.sight.view import View
from sim.world.dealbook import CONTROL, REMEDY, RESCUE
from sim.world.owners import OWNER_TYPES
from sim.world.world import World

PRIVATE = OWNER_TYPES.index("private")


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
        forced: whether it has neither cash nor credit, or must sell by now.
        ordered: whether the antitrust authority asked for the sale.
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
    ordered: bool = False

    @property
    def kind(self) -> str:
        """Kind of the deal."""
        if self.ordered:
            return REMEDY
        return RESCUE if self.distressed else CONTROL


def find_targets(world: World, view: View) -> list[Target]:
    """What is for sale this year, by key; whole firms combine and are not sold by the plant.

    A private group with few refineries that its smelters do not need sells these to whoever values them more.
    Any identified owner offers a plant that it thinks of closing before it closes it, or that it has to sell. Who has
    just bought one sells it on only in distress.
    """
    plants, groups = view.refineries, view.groups
    deals = world.parameters.deals
    standing = (plants.nameplate_mt > LEAST_MT) & ~plants.synthetic & ~reserved(plants)
    ordered = np.isin(plants.keys, [*world.plant_market.divestments])
    standing &= ~locked_up(world) | groups.distressed[plants.group] | ordered
    refining = total_by(plants.group, plants.nameplate_mt, len(groups))
    metal = total_by(world.smelters.group, world.smelters.capacity_mt, len(groups))
    need = metal * world.parameters.market.product_per_metal_t_per_t
    selling = (groups.owner_type == PRIVATE) & (refining <= deals.strategic_limit_mt)
    selling &= need < deals.core_share * refining
    leaving = set(leaving_plants(view))
    found: dict[str, list[int]] = {}
    for row in np.flatnonzero(standing).tolist():
        group = int(plants.group[row])
        if ordered[row]:
            found[plants.keys[row]] = [row]
        elif selling[group]:
            found.setdefault(groups.keys[group], []).append(row)
        elif row in leaving:
            found[plants.keys[row]] = [row]
    targets = (as_target(world, view, key, found[key], leaving) for key in sorted(found))
    return [target for target in targets if target is not None]


def locked_up(world: World) -> Bools:
    """The plants that have changed hands so lately that their buyer may not sell them on, (plants,)."""
    locked = np.zeros(len(world.refineries), dtype=np.bool_)
    for each in world.integrations:
        if world.year - each.year < world.parameters.deals.lockup_years:
            locked[each.rows[each.joined]] = True
    return locked


def as_target(world: World, view: View, key: str, found: list[int], leaving: set[int]) -> Target | None:
    """A sale with the holdings that would change hands, or None where the seller holds nothing itself."""
    plants, groups = view.refineries, view.groups
    rows = sorted(found, key=lambda row: plants.keys[row])
    seller = int(plants.group[rows[0]])
    lots, shares = holdings_sold(world, groups.keys[seller], rows, [])
    if not lots or min(shares) <= 0.0:
        return None
    distressed = bool(groups.distressed[seller])
    by_year = world.plant_market.divestments.get(plants.keys[rows[0]])
    due = by_year is not None and world.year >= by_year
    return Target(
        key=key,
        rows=tuple(rows),
        smelters=(),
        seller=seller,
        lots=lots,
        shares=shares,
        distressed=distressed,
        pressed=due or distressed or leaving.issuperset(rows),
        forced=due or bool(groups.illiquid[seller]),
        ordered=by_year is not None,
    )
