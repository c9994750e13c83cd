"""Parts of partners in plants of others: alumina and book value that are theirs, and what each group still lacks.

Accounts follow control, so the owner of a plant has its whole output and its whole book value. Of these a partner has
the alumina that came with its part, and the partner of a joint venture, who paid for it, its part of the book value as
well: for as long as the plant stands or is being built, the partner holds a part, and another group owns the plant. An
offtake ends with its plant; a plant that replaces it brings none.

Plants that are not free: that go when a new one starts, that think of leaving, that must offer to all alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.sight.view import View
from sim.world.dealbook import MINORITY, VENTURE, Deal
from sim.world.population import BUILDING, Refineries
from sim.world.world import World


def reserved(plants: Refineries) -> np.ndarray:
    """Which plants are to go when a new one starts, (plants,)."""
    marked = np.zeros(len(plants), dtype=np.bool_)
    going = plants.replaces[(plants.project_stage == BUILDING) & (plants.replaces >= 0)]
    marked[going] = True
    return marked


def leaving_plants(view: View | World) -> list[int]:
    """The plants that think of leaving: idle for long, or losing while their group is in distress."""
    plants, terms = view.refineries, view.parameters.leaving
    idle = plants.idle_quarters >= terms.idle_quarters
    pressed = view.groups.distressed[plants.group] & (plants.loss_quarters >= terms.losing_quarters)
    rows: list[int] = ((plants.nameplate_mt > 0.0) & (idle | pressed)).nonzero()[0].tolist()
    return rows


def open_share(world: World) -> Floats | float:
    """The part of each plant's output that its owner may ship to its own smelters, (plants,) or one for all."""
    undertakings = world.plant_market.undertakings
    if not undertakings:
        return 1.0
    share: Floats = (world.refineries.nameplate_mt >= 0.0).astype(float)
    for key, last in undertakings.items():
        if world.year <= last:
            share[world.refineries.row(key)] = 0.0
    return share


@dataclass(frozen=True, slots=True)
class Part:
    """What a partner has of a plant that another group owns.

    Attributes:
        row: the plant, -1 for one that was begun this year.
        owner: row of the group that owns the plant.
        partner: row of the partner, or of the group that has taken it over.
        founder_share: part of the plant for which it paid as a founder; none for a stake bought later.
        offtake_mt: alumina that comes with the part, Mt a year.
    """

    row: int
    owner: int
    partner: int
    founder_share: float
    offtake_mt: float


def parts_of_partners(world: World) -> Iterator[Part]:
    """The parts of partners in plants that stand, are being built or were begun this year, oldest first."""
    begun = {plan.key: plan.group for plan in world.broken_ground}
    for deal in world.deals:
        if deal.kind not in (MINORITY, VENTURE):
            continue
        row = -1 if deal.target in begun else world.refineries.row(deal.target)
        owner = begun[deal.target] if row < 0 else int(world.refineries.group[row])
        partner = partner_in(world, deal)
        if partner != owner and (row < 0 or still_held(world, partner, row)):
            founder = deal.stake_share if deal.kind == VENTURE else 0.0
            yield Part(row, owner, partner, founder, deal.offtake_mt)


def partner_in(world: World, deal: Deal) -> int:
    """The row of a deal's partner, or of the group that has taken it over since."""
    key = deal.seller if deal.kind == VENTURE else deal.buyer
    top = world.holdings.controllers().get(key, key)
    return world.groups.row(top if top in world.groups.keys else key)


def still_held(world: World, partner: int, row: int) -> bool:
    """Whether a plant stands or is being built and a group still has a part of it."""
    plants = world.refineries
    there = plants.nameplate_mt[row] > 0.0 or plants.project_stage[row] == BUILDING
    return bool(there and world.holdings.of_groups(world.refineries.keys)[partner, row] > 0.0)


def alumina_gaps(world: World) -> Floats:
    """The alumina that the smelters of each group lack, (groups,) Mt a year; negative where it has more.

    A group has its lasting plants, those under construction or begun this year in place of the old ones that go
    for them, and what comes with its parts in plants of others, whose owners lack it instead.
    """
    parameters, plants, smelters = world.parameters, world.refineries, world.smelters
    count, runnable = len(world.groups), world.parameters.pipeline.runnable_share
    alpha = parameters.market.product_per_metal_t_per_t
    need = total_by(smelters.group, smelters.capacity_mt, count) * world.smelting_scale * alpha
    coming = plants.size_mt * runnable * (plants.project_stage == BUILDING)
    going = reserved(plants)
    going[[plan.replaces for plan in world.broken_ground if plan.replaces >= 0]] = True
    lasting = np.where(going, 0.0, plants.runnable_mt) + coming
    gaps = need - total_by(plants.group, lasting, count)
    for plan in world.broken_ground:
        gaps[plan.group] -= plan.size_mt * runnable
    for part in parts_of_partners(world):
        if part.row < 0 or not going[part.row]:
            gaps[part.owner] += part.offtake_mt
            gaps[part.partner] -= part.offtake_mt
    return np.asarray(gaps)
