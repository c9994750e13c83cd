"""Concentration of the industry, by controlling group and by economic interest, on capacity and on output.

The other product: concentration of smelting, and how far refining, smelting and ore are in one hand.

Full-chain, cross-regional giants by three definitions: groups that refine in many places and smelt as well.

They are told together with `largest_share`: giants that merge with one another are fewer, and the industry is more
concentrated.
"""

import math
from collections.abc import Iterable

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.market import concentration
from sim.metrics.catalogue import OWN, Picture, metric, once

GUIDELINES = "US DOJ and FTC Merger Guidelines 2023, 2.1; shares in per cent"
LOOK_THROUGH = "look-through shares: Brioschi, Buzzacchi & Colombo 1989"
CROSS_HOLDINGS = "O'Brien & Salop 2000, Antitrust Law Journal 67"
BY_GRAPH = "control of each producer by the ownership graph"


def by_group(picture: Picture, volume: Floats) -> Floats:
    """A plant column summed by controlling group, (groups,)."""
    return total_by(picture.world.refineries.group, volume, len(picture.world.groups))


@once
def group_capacity(picture: Picture) -> Floats:
    """Nameplate by controlling group, (groups,) Mt/yr."""
    return by_group(picture, picture.world.refineries.nameplate_mt)


@once
def ranked_capacity(picture: Picture) -> list[float]:
    """Shares of controlling groups in nameplate, the largest first."""
    return concentration.ranked(group_capacity(picture))


def group_output(picture: Picture) -> Floats:
    """Output by controlling group, (groups,) Mt."""
    return by_group(picture, picture.world.book.made_mt)


@metric("hhi_control", "points", GUIDELINES, label="HHI of capacity by control")
def hhi_control(picture: Picture) -> float:
    """HHI of installed capacity by controlling group."""
    return concentration.hhi(group_capacity(picture))


@metric("hhi_control_production", "points", GUIDELINES, label="HHI of output by control")
def hhi_control_production(picture: Picture) -> float:
    """HHI of output by controlling group."""
    return concentration.hhi(group_output(picture))


@once
def outside_parts(picture: Picture) -> tuple[Floats, Bools]:
    """The part of each refinery that each outside holder has, (holders, plants), and which holders are atoms.

    Holdings are asked for smelters as well, as the accounts of the year have asked.
    """
    world, plants = picture.world, picture.world.refineries
    parts, atoms = world.holdings.outside(plants.keys + world.smelters.keys)
    return parts[:, : len(plants)], atoms


@metric("hhi_economic", "points", LOOK_THROUGH, label="HHI of capacity by interest")
def hhi_by_interest(picture: Picture) -> float:
    """HHI of installed capacity by look-through economic interest; small holders count as atoms."""
    return concentration.hhi_economic(picture.world.refineries.nameplate_mt, *outside_parts(picture))


@metric("hhi_economic_production", "points", LOOK_THROUGH, label="HHI of output by interest")
def hhi_by_interest_production(picture: Picture) -> float:
    """HHI of output by look-through economic interest."""
    return concentration.hhi_economic(picture.world.book.made_mt, *outside_parts(picture))


@metric("mhhi_delta", "points", CROSS_HOLDINGS, label="MHHI delta of cross-holdings")
def mhhi_step(picture: Picture) -> float:
    """Rise of the HHI when groups count the profits of rivals in which their controller holds a part."""
    world, plants = picture.world, picture.world.refineries
    interest = world.holdings.of_groups(plants.keys + world.smelters.keys)[:, : len(plants)]
    table = concentration.portfolio_interest(interest, plants.nameplate_mt, plants.group)
    return concentration.mhhi_delta(group_capacity(picture), table)


@metric("cr4", "share", GUIDELINES, label="share of the 4 largest groups")
def cr4(picture: Picture) -> float:
    """Share of the four largest groups in installed capacity."""
    return math.fsum(ranked_capacity(picture)[:4])


@metric("cr5", "share", GUIDELINES, label="share of the 5 largest groups")
def cr5(picture: Picture) -> float:
    """Share of the five largest groups in installed capacity."""
    return math.fsum(ranked_capacity(picture)[:5])


@metric("cr10", "share", GUIDELINES, label="share of the 10 largest groups")
def cr10(picture: Picture) -> float:
    """Share of the ten largest groups in installed capacity."""
    return math.fsum(ranked_capacity(picture)[:10])


@metric("largest_share", "share", GUIDELINES, label="share of the largest group")
def largest_share(picture: Picture) -> float:
    """Share of the largest group in installed capacity."""
    return math.fsum(ranked_capacity(picture)[:1])


@once
def overseas_capacity(picture: Picture) -> Floats:
    """Refining capacity abroad by controlling group, (groups,) Mt/yr, of owners with plants at home."""
    world = picture.world
    top, rows = world.holdings.controllers(), world.groups.keys
    place = {group: row for row, group in enumerate(rows)}
    owners = [top[producer.company] for producer in world.pack.importers]
    known = [row for row, owner in enumerate(owners) if owner in place]
    index = np.array([place[owners[row]] for row in known], dtype=np.int64)
    return total_by(index, world.importers.capacity_mt[known], len(rows))


@metric("overseas_mt", "Mt/yr", BY_GRAPH, label="capacity abroad of the owners")
def overseas(picture: Picture) -> float:
    """Refining capacity abroad that owners of plants at home control."""
    return float(overseas_capacity(picture).sum())


@metric("cr5_with_overseas", "share", GUIDELINES, label="5 largest, with plants abroad")
def cr5_with_overseas(picture: Picture) -> float:
    """Capacity of the five largest groups, plants abroad counted, over installed capacity at home."""
    inside, everywhere = group_capacity(picture), group_capacity(picture) + overseas_capacity(picture)
    installed = float(inside.sum())
    share = concentration.concentration_ratio(everywhere, 5) * float(everywhere.sum())
    return share / installed if installed > 0.0 else 0.0


@once
def group_smelting(picture: Picture) -> Floats:
    """Smelter capacity at home by controlling group, (groups,) Mt/yr of metal."""
    world = picture.world
    return total_by(world.smelters.group, world.smelters.capacity_mt, len(world.groups))


@once
def ranked_smelting(picture: Picture) -> list[float]:
    """Shares of controlling groups in smelter capacity, the largest first."""
    return concentration.ranked(group_smelting(picture))


@once
def own_need(picture: Picture) -> Floats:
    """Alumina that the smelters of each group need when all run, (groups,) Mt/yr."""
    return picture.world.parameters.market.product_per_metal_t_per_t * group_smelting(picture)


@metric("smelting_hhi", "points", GUIDELINES, label="HHI of smelting by control")
def smelting_hhi(picture: Picture) -> float:
    """HHI of smelter capacity by controlling group."""
    return concentration.hhi(group_smelting(picture))


@metric("smelting_cr5", "share", GUIDELINES, label="5 largest in smelting")
def smelting_cr5(picture: Picture) -> float:
    """Share of the five largest groups in smelter capacity."""
    return math.fsum(ranked_smelting(picture)[:5])


@metric("smelting_cr10", "share", GUIDELINES, label="10 largest in smelting")
def smelting_cr10(picture: Picture) -> float:
    """Share of the ten largest groups in smelter capacity."""
    return math.fsum(ranked_smelting(picture)[:10])


@metric("covered_share", "share", OWN, label="capacity own smelters can use")
def covered_share(picture: Picture) -> float:
    """Share of installed refining capacity that smelters of its own group can use, equation (6.13)."""
    refining = group_capacity(picture)
    total = float(refining.sum())
    return float(np.minimum(refining, own_need(picture)).sum()) / total if total > 0.0 else 0.0


@metric("own_ore_share", "share", OWN, label="capacity on ore of its group")
def own_ore_share(picture: Picture) -> float:
    """Share of installed refining capacity whose ore its group controls, equation (6.13)."""
    refining = group_capacity(picture)
    total = float(refining.sum())
    return float((refining * picture.world.ore_control).sum()) / total if total > 0.0 else 0.0


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


@once
def provinces(picture: Picture) -> Ints:
    """In how many provinces each group has refineries that could run, (groups,)."""
    return places(picture, picture.world.geography.provinces)


@once
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
        & (provinces(picture) >= terms.giant_provinces_count)
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
    terms = picture.world.parameters.measures
    sites = provinces(picture) + (overseas_capacity(picture) > 0.0)
    large = concentration.shares(group_capacity(picture)) >= terms.leader_share
    return float(np.count_nonzero(large & (sites >= terms.leader_places_count) & supplied(picture)))
