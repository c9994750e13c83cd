"""Full-chain, cross-regional giants by three definitions: groups that refine in many places and smelt as well.

They are told together with `largest_share`: giants that merge with one another are fewer, and the industry is more
concentrated.
"""

from collections.abc import Iterable

import numpy as np

from sim.core.arrays import Bools, Floats, Ints
from sim.market.concentration import shares
from sim.metrics.catalogue import Picture, metric, once
from sim.metrics.ownership import by_group, group_capacity, overseas_capacity
from sim.metrics.smelting import group_smelting, own_need

SMM = "SMM, 5 January 2026: cross-regional, full-chain giants"
LEADERS = (
    "SMM, 5 January 2026: alumina and smelter in one hand; NDRC, 26 December 2025: large backbone enterprises"
)


def places(picture: Picture, named: Iterable[str]) -> Ints:
    """In how many places each group has refineries that could run, (groups,), by the place of each supply region."""
    world, plants = picture.world, picture.world.refineries
    names = list(named)
    row = {name: place for place, name in enumerate(dict.fromkeys(names))}
    index = np.array([row[name] for name in names], dtype=np.int64)
    there = np.zeros((len(world.groups), len(row)), dtype=np.bool_)
    running = plants.runnable_mt > 0.0
    there[plants.group[running], index[plants.region[running]]] = True
    return np.asarray(there.sum(axis=1), dtype=np.int64)


def refining_everywhere(picture: Picture) -> Floats:
    """Refining that could run at home, and all abroad, by controlling group, (groups,) Mt/yr."""
    return by_group(picture, picture.world.refineries.runnable_mt) + overseas_capacity(picture)


@once
def supplied(picture: Picture) -> Bools:
    """Groups whose smelters can use enough of what they refine at home and abroad, (groups,)."""
    most, need = picture.world.parameters.measures.giant_most_supply_ratio, own_need(picture)
    return (need > 0.0) & (refining_everywhere(picture) <= most * need)


@once
def full_chain(picture: Picture) -> Bools:
    """Groups that are giants, ore left out of account, (groups,), equation (6.12)."""
    world, terms = picture.world, picture.world.parameters.measures
    refining = refining_everywhere(picture)
    parts = places(picture, world.geography.macro_regions) + (overseas_capacity(picture) > 0.0)
    return (
        (refining >= terms.giant_mt)
        & (places(picture, world.geography.provinces) >= terms.giant_provinces_count)
        & (parts >= terms.giant_macro_regions_count)
        & (group_smelting(picture) >= terms.giant_smelting_mt)
        & (refining >= terms.giant_least_supply_ratio * own_need(picture))
        & supplied(picture)
    )


@metric("giants", "count", SMM, label="full-chain giants")
def giants(picture: Picture) -> float:
    """Groups with large refining in several provinces and parts of the country, and smelters to match.

    Sizes are those of the parameters `measures`; ore is not asked for.
    """
    return float(np.count_nonzero(full_chain(picture)))


@metric("giants_with_ore", "count", SMM, label="full-chain giants with own ore")
def giants_with_ore(picture: Picture) -> float:
    """Giants that also control a part of the ore that they need."""
    world = picture.world
    ore = world.ore_control >= world.parameters.measures.giant_ore_share
    return float(np.count_nonzero(full_chain(picture) & ore))


@metric("integrated_leaders", "count", LEADERS, label="integrated leaders")
def integrated_leaders(picture: Picture) -> float:
    """Groups with a large share of the nation in more than one province, or one and abroad, and smelters to match.

    It grows with the nation, as the size of a giant does not.
    """
    world, terms = picture.world, picture.world.parameters.measures
    sites = places(picture, world.geography.provinces) + (overseas_capacity(picture) > 0.0)
    large = shares(group_capacity(picture)) >= terms.leader_share
    return float(np.count_nonzero(large & (sites >= terms.leader_places_count) & supplied(picture)))
