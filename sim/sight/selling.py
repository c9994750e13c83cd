"""Who sells and who buys this year, and what exactly would change hands.

What groups would save together and what each is worth, as owners see it before they combine.

The holdings through which a group would give up plants.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.process.base import FEED
from sim.sight.abroad import mine_worths
from sim.sight.buyers import LEAST_MT, smelter_needs, used_tonnes, values_to
from sim.sight.mud import pond_duties
from sim.sight.parts import leaving_plants, reserved
from sim.sight.view import View
from sim.strategy.combining import DRAWS, Sides, Terms, fed, realised, saving_by_part, unworn
from sim.world.abroad import Integration
from sim.world.dealbook import CONTROL, REMEDY, RESCUE
from sim.world.owners import OWNER_TYPES
from sim.world.world import World

MAJORITY_PPM = 500_000


@dataclass(slots=True)
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
    shares = tuple(sum([block.ppm for block in own[plants[row]]]) / 1e6 for row in rows)
    companies = {block.holder for held in own.values() for block in held}
    if len(companies) == 1:
        (company,) = companies
        over = [block for block in blocks.get(company, ()) if top.get(block.holder) == seller]
        most = company != seller and sum(block.votes_ppm for block in over) > MAJORITY_PPM
        if most and world.ownership.at_and_below({company}) <= {company, *nodes}:
            part = sum(block.ppm for block in over) / 1e6
            lots = tuple(Lot(company, block.holder, block.ppm) for block in over)
            return lots, tuple(part * share for share in shares)
    lots = tuple(Lot(node, block.holder, block.ppm) for node in nodes for block in own[node])
    return lots, shares


PRIVATE = OWNER_TYPES.index("private")


@dataclass(slots=True)
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
    ordered = np.zeros(len(plants), dtype=np.bool_)
    ordered[[plants.row(key) for key in world.plant_market.divestments]] = True
    standing &= ~locked_up(world) | groups.distressed[plants.group] | ordered
    refining = total_by(plants.group, plants.nameplate_mt, len(groups))
    metal = total_by(world.smelters.group, world.smelters.capacity_mt, len(groups))
    need = metal * world.parameters.market.product_per_metal_t_per_t
    selling = (groups.owner_type == PRIVATE) & (refining <= deals.strategic_limit_mt)
    selling &= need < deals.core_share * refining
    leaving = set(leaving_plants(view))
    found: dict[str, list[int]] = {}
    for row in standing.nonzero()[0].tolist():
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


def terms_of(world: World) -> Terms:
    """The parameters on which savings rest."""
    return Terms(world.parameters.deals, world.parameters.combining)


def bulk_costs(world: World, rows: Ints) -> Floats:
    """Cost of imported ore and of the reagent of some plants, (2, rows) CNY/t."""
    costs = world.components[[FEED, world.process.reagent]][:, rows]
    costs[0] *= world.refineries.imported_share[rows]
    return costs


@dataclass(frozen=True, slots=True)
class Firms:
    """All groups as firms, arrays (groups,).

    Attributes:
        size_mt: refining capacity.
        made_mt: output to be expected.
        feed_mcny: yearly cost of imported ore.
        reagent_mcny: yearly cost of the reagent.
        gap_mt: alumina that its smelters lack, negative where it has too much.
        appraised_mcny: what an appraiser puts down.
        earned_mcny: what its plants, smelters and mines earned this year before interest and tax.
        owed_mcny: debt and payables, less cash.
    """

    size_mt: Floats
    made_mt: Floats
    feed_mcny: Floats
    reagent_mcny: Floats
    gap_mt: Floats
    appraised_mcny: Floats
    earned_mcny: Floats
    owed_mcny: Floats

    def sides(self, targets: Ints, suitors: Ints) -> Sides:
        """What targets and suitors bring; rows of both that broadcast together."""
        t, s = targets, suitors
        return Sides(
            self.size_mt[t], self.size_mt[s],
            self.feed_mcny[t], self.feed_mcny[s],
            self.reagent_mcny[t], self.reagent_mcny[s],
            self.made_mt[t], self.gap_mt[t], self.gap_mt[s],
        )  # fmt: skip


def firms(world: World, view: View) -> Firms:
    """All groups as firms, as they stand."""
    plants, groups, count = world.refineries, world.groups, len(world.groups)
    rows = (plants.nameplate_mt > 0.0).nonzero()[0]
    group, made = plants.group[rows], used_tonnes(world, view, rows)
    feed, reagent = bulk_costs(world, rows) * made
    size = total_by(plants.group, plants.nameplate_mt, count)
    runnable = total_by(plants.group, plants.runnable_mt, count)
    return Firms(
        size_mt=size,
        made_mt=total_by(group, made, count),
        feed_mcny=total_by(group, feed, count),
        reagent_mcny=total_by(group, reagent, count),
        gap_mt=smelter_needs(world).sum(axis=1) - runnable,
        appraised_mcny=appraisals(world),
        earned_mcny=earnings_of(world),
        owed_mcny=groups.debt_mcny + groups.payables_mcny - groups.cash_mcny,
    )


def smelters_of(world: World, group: int) -> list[int]:
    """The smelters of a group, by row."""
    smelters = world.smelters
    found: list[int] = ((smelters.group == group) & (smelters.capacity_mt > 0.0)).nonzero()[0].tolist()
    return found


def plant_appraisals(world: World) -> Floats:
    """What an appraiser puts down for each refinery, (plants,) million CNY: cost less wear and what its ponds ask."""
    plants = world.refineries
    age = (world.year - plants.started_year).astype(np.float64)
    left = unworn(plants.nameplate_mt, age, world.parameters.combining)
    return np.maximum(left * world.parameters.finance.refinery_asset_cny_per_t - pond_duties(world), 0.0)


def appraisals(world: World) -> Floats:
    """What an appraiser puts down for each group, (groups,) million CNY: works at cost less wear, mines by income."""
    count, mines = len(world.groups), world.mines.group
    refining = total_by(world.refineries.group, plant_appraisals(world), count)
    mining = total_by(mines, mine_worths(world, mines), count)
    return np.asarray(refining + smelter_appraisals(world) + mining)


def earnings_of(world: World) -> Floats:
    """What the plants, smelters and mines of each group earned this year, (groups,) million CNY."""
    book, count = world.book, len(world.groups)
    refining = total_by(world.refineries.group, book.plants_earned_mcny, count)
    smelting = total_by(world.smelters.group, book.smelters_earned_mcny, count)
    return np.asarray(refining + smelting + total_by(world.mines.group, book.mines_mcny, count))


def smelter_appraisals(world: World) -> Floats:
    """What an appraiser puts down for the smelters of each group, (groups,) million CNY.

    Potlines, whose age is not on record, at the least part of what new ones cost; the right to smelt does not wear.
    """
    terms, least = world.parameters.smelting, world.parameters.combining.least_appraised_share
    worth = terms.right_cny_per_t + least * terms.capex_cny_per_t
    return worth * total_by(world.smelters.group, world.smelters.capacity_mt, len(world.groups))


def worths_of(world: World, view: View, known: Firms, targets: Ints, suitors: Ints) -> Floats:
    """What whole groups are worth to suitors, (targets,) million CNY.

    What they are appraised at, or less where they are in distress and their plants and mines earn less.
    """
    worth, plants, mines = known.appraised_mcny[targets], world.refineries, world.mines
    if not world.groups.distressed[targets].any():
        return np.asarray(worth)
    suitor = np.full(len(world.groups), -1)
    suitor[targets] = np.where(world.groups.distressed[targets], suitors, -1)
    rows = ((suitor[plants.group] >= 0) & (plants.nameplate_mt > 0.0)).nonzero()[0]
    group = plants.group[rows]
    seen = total_by(group, values_to(world, view, rows, suitor[group]), len(suitor))
    metal = smelter_appraisals(world)
    mining = total_by(mines.group, mine_worths(world, suitor[mines.group]), len(suitor))
    least = np.minimum(worth, (np.maximum(seen, 0.0) + metal + mining)[targets])
    return np.asarray(np.where(suitor[targets] >= 0, least, worth))


def liquidations(world: World) -> Floats:
    """What lenders get who close a group, (groups,) million CNY: sites with their scrap, and rights to smelt."""
    leaving, count = world.parameters.leaving, len(world.groups)
    sites = total_by(world.refineries.group, world.refineries.nameplate_mt, count)
    rights = total_by(world.smelters.group, world.smelters.capacity_mt, count)
    site = leaving.salvage_cny_per_t + leaving.land_cny_per_t
    return site * sites + world.parameters.smelting.right_cny_per_t * rights


def integration_of(
    world: World, deal: str, sides: tuple[int, int], rows: Ints, smelters: list[int]
) -> Integration:
    """What a deal saves at the plants of both sides, worked out before it closes.

    Args:
        world: the world.
        deal: its name, the address of its luck.
        sides: rows of buyer and seller.
        rows: refineries that change hands.
        smelters: smelters that change hands.
    """
    plants, terms = world.refineries, terms_of(world)
    buyer, seller = sides
    standing = plants.nameplate_mt > 0.0
    own = ((plants.group == buyer) & standing).nonzero()[0]
    size, has = float(plants.nameplate_mt[rows].sum()), float(plants.nameplate_mt[own].sum())
    before = float(plants.nameplate_mt[(plants.group == seller) & standing].sum())
    alpha = world.parameters.market.product_per_metal_t_per_t * world.smelting_scale
    runs = float(plants.runnable_mt[rows].sum()), float(plants.runnable_mt[own].sum())
    target_gap = alpha * float(world.smelters.capacity_mt[smelters].sum()) - runs[0]
    own_gap = float(smelter_needs(world)[buyer].sum()) - runs[1]
    forward, back = (
        float(fed(np.array(a), np.array(b))) for a, b in ((own_gap, target_gap), (target_gap, own_gap))
    )
    joined = saving_by_part(
        before, size + has, bulk_costs(world, rows), has > 0.0, forward / max(runs[0], 1e-9), terms
    )
    stayed = saving_by_part(has, size + has, bulk_costs(world, own), False, back / max(runs[1], 1e-9), terms)
    draws = world.streams.uniforms("synergy", world.year, [f"{deal}/{draw}" for draw in range(DRAWS)])
    return Integration(
        deal,
        world.year,
        np.concatenate((rows, own)),
        np.concatenate((np.ones(len(rows), dtype=np.bool_), np.zeros(len(own), dtype=np.bool_))),
        np.hstack((joined, stayed)),
        realised(draws, world.parameters.deals.realised_share),
    )
