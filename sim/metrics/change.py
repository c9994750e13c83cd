"""What changed concentration in a year: the change of the HHI by cause, and changes of control by product.

The year is replayed in the order in which it is played: plants start and old ones make room for them, control moves,
plants close. After each cause the HHI is worked out anew, and the difference is booked to the cause; the last one is
the HHI of the end of the year, so that the parts add up to the change, whatever happened.

Starts, exits, deals and relocations: counts and tonnes of the year's events.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.market.concentration import hhi
from sim.metrics.catalogue import EVENT, OWN, Picture, metric, once
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened
from sim.world.population import State

REPLAY = "own definition: the year replayed in its order, as in a sequential decomposition"
BY_PAIR = "own definition: pairs of giver and taker, as the record counts changes of control"


def causes(picture: Picture) -> Iterator[tuple[str, Bools, Bools]]:
    """The causes in the order of the year: name, plants that got their present size, and their present owner."""
    plants, book = picture.world.refineries, picture.world.book
    before, now = book.opening_mt, plants.nameplate_mt
    new, gone, changed = (before == 0.0) & (now > 0.0), (before > 0.0) & (now == 0.0), before != now
    drawn, successor = plants.founded_year > 0, plants.replaces >= 0
    moves = (new & successor) | (gone & made_room(picture))
    turned = plants.group != book.opening_group
    bought = turned & takers(picture)[plants.group]
    nothing = np.zeros(len(plants), dtype=np.bool_)
    yield "pipeline", new & ~drawn, nothing
    yield "builds", new & drawn & ~successor, nothing
    yield "moves", moves, nothing
    yield "growth", changed & ~new & ~gone, nothing
    yield "deals", nothing, bought
    yield "other control", nothing, turned & ~bought
    yield "exits", gone & ~moves, nothing


@once
def made_room(picture: Picture) -> Bools:
    """Plants whose successors started this year, (plants,)."""
    plants, before = picture.world.refineries, picture.world.book.opening_mt
    new = (before == 0.0) & (plants.nameplate_mt > 0.0)
    room = np.zeros(len(plants), dtype=np.bool_)
    room[plants.replaces[new & (plants.replaces >= 0)]] = True
    return room


def takers(picture: Picture) -> Bools:
    """Groups on whose side the buyer of a deal stands that closed this year, (groups,)."""
    world = picture.world
    top = world.holdings.controllers()
    buyers = {each.buyer for each in world.deals if each.year == world.year and each.outcome == CLOSED}
    sides = buyers | {top.get(buyer, buyer) for buyer in buyers}
    return np.array([key in sides for key in world.groups.keys], dtype=np.bool_)


@once
def hhi_steps(picture: Picture) -> dict[str, float]:
    """The change of the HHI of capacity by control in the year, by cause, in points, equation (6.11)."""
    world, plants, book = picture.world, picture.world.refineries, picture.world.book
    size, owner = book.opening_mt.copy(), book.opening_group.copy()
    steps, last = {}, hhi(total_by(owner, size, len(world.groups)))
    for cause, sized, owned in causes(picture):
        if not (np.count_nonzero(sized) or np.count_nonzero(owned)):
            steps[cause] = 0.0
            continue
        size[sized], owner[owned] = plants.nameplate_mt[sized], plants.group[owned]
        reached = hhi(total_by(owner, size, len(world.groups)))
        steps[cause], last = reached - last, reached
    return steps


@metric("hhi_by_pipeline", "points", REPLAY, label="HHI by known projects", kind=EVENT)
def hhi_by_pipeline(picture: Picture) -> float:
    """Change of the HHI by starts of projects that were known at the start."""
    return hhi_steps(picture)["pipeline"]


@metric("hhi_by_builds", "points", REPLAY, label="HHI by new plants", kind=EVENT)
def hhi_by_builds(picture: Picture) -> float:
    """Change of the HHI by starts of plants that owners decided on during the run, moves left out."""
    return hhi_steps(picture)["builds"]


@metric("hhi_by_moves", "points", REPLAY, label="HHI by moves of plants", kind=EVENT)
def hhi_by_moves(picture: Picture) -> float:
    """Change of the HHI by starts of plants that replace old ones, which go."""
    return hhi_steps(picture)["moves"]


@metric("hhi_by_growth", "points", REPLAY, label="HHI by growth of plants", kind=EVENT)
def hhi_by_growth(picture: Picture) -> float:
    """Change of the HHI by standing plants whose nameplate changed."""
    return hhi_steps(picture)["growth"]


@metric("hhi_by_deals", "points", REPLAY, label="HHI by deals", kind=EVENT)
def hhi_by_deals(picture: Picture) -> float:
    """Change of the HHI by plants that went to the buyer of a deal, of whatever kind."""
    return hhi_steps(picture)["deals"]


@metric("hhi_by_other_control", "points", REPLAY, label="HHI by other moves of control", kind=EVENT)
def hhi_by_other_control(picture: Picture) -> float:
    """Change of the HHI by plants that went to somebody who bought nothing, as a holding elsewhere tipped control."""
    return hhi_steps(picture)["other control"]


@metric("hhi_by_exits", "points", REPLAY, label="HHI by exits", kind=EVENT)
def hhi_by_exits(picture: Picture) -> float:
    """Change of the HHI by plants that closed for good, moves left out."""
    return hhi_steps(picture)["exits"]


Pairs = set[tuple[int, int]]
"""Givers and takers of control, rows of groups."""


of_pairs = partial(metric, unit="count", source=BY_PAIR, kind=EVENT, needs="alumina")


def pairs(before: Ints, now: Ints, size: Floats) -> Pairs:
    """Givers and takers of plants of some size."""
    rows = ((before != now) & (size > 0.0)).nonzero()[0]
    return set(zip(before[rows].tolist(), now[rows].tolist(), strict=True))


@once
def by_alumina(picture: Picture) -> Pairs:
    """Between whom control of refineries moved this year; those that closed at its end are counted."""
    plants, book = picture.world.refineries, picture.world.book
    return pairs(book.opening_group, plants.group, np.maximum(book.opening_mt, plants.nameplate_mt))


@once
def by_metal(picture: Picture) -> Pairs:
    """Between whom control of smelters moved this year."""
    smelters = picture.world.smelters
    return pairs(picture.world.book.opening_smelter_group, smelters.group, smelters.capacity_mt)


@of_pairs("control_changes_alumina", label="control changes, alumina alone")
def control_changes_alumina(picture: Picture) -> float:
    """Pairs of groups between which refineries and no smelters changed hands."""
    return float(len(by_alumina(picture) - by_metal(picture)))


@of_pairs("control_changes_smelting", label="control changes, metal alone")
def control_changes_smelting(picture: Picture) -> float:
    """Pairs of groups between which smelters and no refineries changed hands."""
    return float(len(by_metal(picture) - by_alumina(picture)))


@of_pairs("control_changes_both", label="control changes, both products")
def control_changes_both(picture: Picture) -> float:
    """Pairs of groups between which refineries and smelters changed hands."""
    return float(len(by_alumina(picture) & by_metal(picture)))


@metric("smelting_moved_mt", "Mt/yr", BY_PAIR, label="smelting that changed hands", kind=EVENT)
def smelting_moved(picture: Picture) -> float:
    """Smelter capacity whose controlling group changed."""
    smelters = picture.world.smelters
    turned = smelters.group != picture.world.book.opening_smelter_group
    return float(smelters.capacity_mt[turned].sum())


@metric("whole_groups_taken", "count", BY_PAIR, label="whole groups taken over", kind=EVENT)
def whole_groups_taken(picture: Picture) -> float:
    """Groups of some size all of whose refineries went to others in the year."""
    world, plants, book = picture.world, picture.world.refineries, picture.world.book
    before = total_by(book.opening_group, book.opening_mt, len(world.groups))
    lost = np.where(plants.group != book.opening_group, book.opening_mt, 0.0)
    given = total_by(book.opening_group, lost, len(world.groups))
    large = before >= max(world.parameters.measures.whole_group_mt, 1e-9)
    return float(np.count_nonzero(large & (given >= before - 1e-9)))


@metric("starts_mt", "Mt/yr", OWN, label="nameplate started", kind=EVENT)
def starts_tonnes(picture: Picture) -> float:
    """Nameplate of plants that started."""
    return picture.amount(Happened.START)


@metric("exits", "count", OWN, label="plants closed", kind=EVENT)
def exits(picture: Picture) -> float:
    """Plants closed for good."""
    return picture.count(Happened.EXIT)


@metric("exits_mt", "Mt/yr", OWN, label="nameplate closed", kind=EVENT)
def exits_tonnes(picture: Picture) -> float:
    """Nameplate closed for good."""
    return picture.amount(Happened.EXIT)


@metric("mothballed_mt", "Mt/yr", OWN, label="mothballed capacity")
def mothballed(picture: Picture) -> float:
    """Nameplate of plants that stand idle."""
    plants = picture.world.refineries
    return picture.total(plants.nameplate_mt * (plants.state == State.MOTHBALLED))


@metric("written_off_mt", "Mt/yr", OWN, label="cold lines written off", kind=EVENT)
def written_off(picture: Picture) -> float:
    """Nameplate of cold lines that were struck off the register at plants that stay."""
    return picture.amount(Happened.WRITE_OFF)


@metric("deals", "count", OWN, label="changes of control", kind=EVENT)
def deals(picture: Picture) -> float:
    """Changes of control that closed."""
    return picture.count(Happened.DEAL)


@metric("deals_mt", "Mt/yr", OWN, label="nameplate that changed hands", kind=EVENT)
def deals_tonnes(picture: Picture) -> float:
    """Nameplate that changed hands."""
    return picture.amount(Happened.DEAL)


@metric("deals_saving_cny_per_t", "CNY/t", OWN, label="what deals save")
def deals_saving(picture: Picture) -> float:
    """What deals have taken off the cash cost of a tonne made, disruption and failed deals counted."""
    world = picture.world
    made = picture.total(world.book.made_mt)
    return picture.total(world.saved.sum(axis=0) * world.book.made_mt) / made if made > 0.0 else 0.0


@metric("relocations_mt", "Mt/yr", OWN, label="nameplate moved to the coast", kind=EVENT)
def relocations(picture: Picture) -> float:
    """Nameplate retired inland to build at the coast."""
    return picture.amount(Happened.RELOCATE)


@metric("relocations", "count", OWN, label="plants moved to the coast", kind=EVENT)
def relocations_count(picture: Picture) -> float:
    """Plants retired inland to build at the coast."""
    return picture.count(Happened.RELOCATE)


@metric("approved_mt", "Mt/yr", OWN, label="nameplate approved", kind=EVENT)
def approved(picture: Picture) -> float:
    """Nameplate that owners were allowed to build and began to build."""
    return picture.amount(Happened.APPROVE) + picture.amount(Happened.APPROVE_BLIND)


@metric("blind_share", "share", OWN, label="approved at a loss")
def blind_share(picture: Picture) -> float:
    """Share of approved nameplate whose net present value is negative if prices stay as they are; none is zero."""
    total = approved(picture)
    return picture.amount(Happened.APPROVE_BLIND) / total if total > 0.0 else 0.0


@metric("denied_mt", "Mt/yr", OWN, label="nameplate denied by the nation", kind=EVENT)
def denied(picture: Picture) -> float:
    """Nameplate for which owners had the money but not the nation's approval."""
    return picture.amount(Happened.PLAN_DENIED)


@metric("refused_mt", "Mt/yr", OWN, label="nameplate refused locally", kind=EVENT)
def refused(picture: Picture) -> float:
    """Nameplate that the nation approved and the province refused."""
    return picture.amount(Happened.PLAN_REFUSED)
