"""Who goes, who is curbed and who loses, by what sets plants and groups apart.

A gap is the rate at which plants without an advantage are hit less that of plants with it, among plants that stood
when the year began. Plants are compared within thirds of cash cost, since what is cheap goes on whatever else it is.
"""

from statistics import median

import numpy as np

from sim.core.arrays import Bools, Floats, total_by
from sim.metrics.catalogue import OWN, Picture, metric, once
from sim.metrics.change import made_room
from sim.process.base import FEED

STRATA = 3
"""Thirds of cash cost, as the article's claims speak of cheap, middling and dear plants."""
WITHIN = "Mantel & Haenszel 1959, JNCI 22; as a difference of risks, Greenland & Robins 1985, Biometrics 41"


def gap_of_rates(hit: Floats, favoured: Bools, strata: np.ndarray) -> float:
    """The rate of those without an advantage less that of those with it, strata weighted by n1 n0 / n.

    Args:
        hit: (plants,) 0 for untouched to 1 for hit.
        favoured: (plants,) who has the advantage.
        strata: (plants,) integers; those of one number are compared.

    Returns:
        The difference, -1 to 1; 0 where no stratum has both kinds.
    """
    if not np.count_nonzero(hit):
        return 0.0
    count = int(strata.max(initial=-1)) + 1
    cells = 2 * strata + favoured
    others, ours = np.bincount(cells, minlength=2 * count).reshape(count, 2).T
    weight = ours * others / np.maximum(ours + others, 1)
    spared, struck = total_by(cells, hit, 2 * count).reshape(count, 2).T
    gaps = spared / np.maximum(others, 1) - struck / np.maximum(ours, 1)
    return float((weight * gaps).sum() / weight.sum()) if weight.any() else 0.0


@once
def stood(picture: Picture) -> tuple[np.ndarray, np.ndarray, Floats]:
    """Plants that stood when the year began: rows, third of cash cost, and 1 for those that closed for good.

    A plant that made room for its own successor has not closed.
    """
    plants, opening = picture.world.refineries, picture.world.book.opening_mt
    rows = (opening > 0.0).nonzero()[0]
    order, third = plants.cash_cost_cny_per_t[rows].argsort(kind="stable"), np.empty_like(rows)
    third[order] = np.arange(rows.size) * STRATA // max(rows.size, 1)
    gone = (plants.nameplate_mt[rows] == 0.0) & ~made_room(picture)[rows]
    return rows, third, gone.astype(float)


def exit_gap(picture: Picture, favoured: Bools, *, alike: bool = True) -> float:
    """The gap of closing between plants without and with an advantage, (plants,)."""
    rows, third, gone = stood(picture)
    return gap_of_rates(gone, favoured[rows], third if alike else np.zeros_like(third))


def upper_half(values: Floats, rows: np.ndarray) -> Bools:
    """Who lies above the median of the plants in some rows, (plants,)."""
    return np.asarray(values > (median(values[rows].tolist()) if rows.size else 0.0))


@once
def with_metal(picture: Picture) -> Bools:
    """Groups that had smelters when the year began, (groups,)."""
    world = picture.world
    held = world.book.opening_smelter_group[world.smelters.capacity_mt > 0.0]
    return np.bincount(held[held >= 0], minlength=len(world.groups)) > 0


@metric("exit_gap_integration_share", "share", WITHIN, label="closing without own smelters")
def exit_gap_integration(picture: Picture) -> float:
    """Rate of closing of plants whose group has no smelter less that of the others, at like cost."""
    return exit_gap(picture, with_metal(picture)[picture.world.book.opening_group])


@metric("exit_gap_coast_share", "share", WITHIN, label="closing inland")
def exit_gap_coast(picture: Picture) -> float:
    """Rate of closing of inland plants less that of plants at the coast, at like cost."""
    return exit_gap(picture, picture.world.refineries.coastal)


@metric("exit_gap_size_share", "share", WITHIN, label="closing of small plants")
def exit_gap_size(picture: Picture) -> float:
    """Rate of closing of plants up to the median size less that of larger ones, at like cost."""
    opening = picture.world.book.opening_mt
    return exit_gap(picture, upper_half(opening, stood(picture)[0]))


@metric("exit_gap_compliance_share", "share", WITHIN, label="closing of poor compliance", needs="class A")
def exit_gap_compliance(picture: Picture) -> float:
    """Rate of closing of plants up to the median compliance less that of better ones, at like cost."""
    return exit_gap(picture, upper_half(picture.world.refineries.compliance_share, stood(picture)[0]))


@metric("exit_gap_cost_share", "share", OWN, label="closing of dear plants")
def exit_gap_cost(picture: Picture) -> float:
    """Rate of closing of plants above the median cash cost less that of cheaper ones."""
    costs = picture.world.refineries.cash_cost_cny_per_t
    return exit_gap(picture, ~upper_half(costs, stood(picture)[0]), alike=False)


@metric("curb_gap_compliance_share", "share", WITHIN, label="curbs on poor compliance", needs="class A")
def curb_gap_compliance(picture: Picture) -> float:
    """Curbed part of what could run at plants up to the median compliance less that at better ones, at like cost."""
    world, (rows, third, _) = picture.world, stood(picture)
    curbed = world.book.curbed_region_mt[rows] + world.book.curbed_mud_mt[rows]
    part = np.minimum(curbed / np.maximum(world.book.opening_mt[rows], 1e-9), 1.0)
    return gap_of_rates(part, upper_half(world.refineries.compliance_share, rows)[rows], third)


@once
def losers(picture: Picture) -> tuple[float, float]:
    """Share of refining groups that earned less than nothing in the year: with smelters, and without."""
    world = picture.world
    refining = total_by(world.refineries.group, world.book.made_mt, len(world.groups)) > 0.0
    lost, metal = world.book.earned_mcny < 0.0, with_metal(picture)
    both = (refining & metal, refining & ~metal)
    ours, others = (np.count_nonzero(lost & part) / max(int(np.count_nonzero(part)), 1) for part in both)
    return ours, others


@metric("losers_integrated_share", "share", OWN, label="integrated groups at a loss")
def losers_integrated(picture: Picture) -> float:
    """Share of refining groups with smelters whose cash earnings of the year are negative."""
    return losers(picture)[0]


@metric("losers_stand_alone_share", "share", OWN, label="stand-alone groups at a loss")
def losers_stand_alone(picture: Picture) -> float:
    """Share of refining groups without smelters whose cash earnings of the year are negative."""
    return losers(picture)[1]


@once
def ore_and_freight(picture: Picture) -> tuple[float, float]:
    """Ore and the way to the customer of a tonne: at the coast and inland, CNY/t, zero where nothing is made."""
    world, book = picture.world, picture.world.book
    ore = book.components_mcny[FEED]
    sent = np.maximum(book.flows_mt[:-1].sum(axis=1), 1e-9)
    carried = (book.freight_mcny[:-1].sum(axis=1) / sent)[world.refineries.region] * book.made_mt
    both = []
    for part in (world.refineries.coastal, ~world.refineries.coastal):
        made = picture.total(book.made_mt * part)
        both.append(picture.total((ore + carried) * part) / made if made > 0.0 else 0.0)
    return both[0], both[1]


@metric(
    "ore_and_freight_coast_cny_per_t", "CNY/t", OWN, label="ore and freight at the coast", needs="paid feed"
)
def ore_and_freight_coast(picture: Picture) -> float:
    """Landed ore and freight to customers of a tonne made at the coast."""
    return ore_and_freight(picture)[0]


@metric("ore_and_freight_inland_cny_per_t", "CNY/t", OWN, label="ore and freight inland", needs="paid feed")
def ore_and_freight_inland(picture: Picture) -> float:
    """Landed ore and freight to customers of a tonne made inland."""
    return ore_and_freight(picture)[1]
