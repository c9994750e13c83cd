"""Concentration of the industry, by controlling group and by economic interest, on capacity and on output."""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.concentration import concentration_ratio, hhi, hhi_economic, mhhi_delta, portfolio_interest
from sim.metrics.catalogue import Picture, metric, once

GUIDELINES = "US DOJ and FTC Merger Guidelines 2023, 2.1; shares in per cent"
LOOK_THROUGH = "look-through shares: Brioschi, Buzzacchi & Colombo 1989"
CROSS_HOLDINGS = "O'Brien & Salop 2000, Antitrust Law Journal 67"
BY_GRAPH = "control of each producer by the ownership graph"


def by_group(picture: Picture, volume: Floats) -> Floats:
    """A plant column summed by controlling group, (groups,)."""
    return total_by(picture.world.refineries.group, volume, len(picture.world.groups))


def group_capacity(picture: Picture) -> Floats:
    """Nameplate by controlling group, (groups,) Mt/yr."""
    return by_group(picture, picture.world.refineries.nameplate_mt)


def group_output(picture: Picture) -> Floats:
    """Output by controlling group, (groups,) Mt."""
    return by_group(picture, picture.world.book.made_mt)


@metric("hhi_control", "points", GUIDELINES, label="HHI of capacity by control")
def hhi_control(picture: Picture) -> float:
    """HHI of installed capacity by controlling group."""
    return hhi(group_capacity(picture))


@metric("hhi_control_production", "points", GUIDELINES, label="HHI of output by control")
def hhi_control_production(picture: Picture) -> float:
    """HHI of output by controlling group."""
    return hhi(group_output(picture))


@metric("hhi_economic", "points", LOOK_THROUGH, label="HHI of capacity by interest")
def hhi_by_interest(picture: Picture) -> float:
    """HHI of installed capacity by look-through economic interest; small holders count as atoms."""
    refineries = picture.world.refineries
    return hhi_economic(refineries.nameplate_mt, *picture.world.holdings.outside(refineries.keys))


@metric("hhi_economic_production", "points", LOOK_THROUGH, label="HHI of output by interest")
def hhi_by_interest_production(picture: Picture) -> float:
    """HHI of output by look-through economic interest."""
    world = picture.world
    return hhi_economic(world.book.made_mt, *world.holdings.outside(world.refineries.keys))


@metric("mhhi_delta", "points", CROSS_HOLDINGS, label="MHHI delta of cross-holdings")
def mhhi_step(picture: Picture) -> float:
    """Rise of the HHI when groups count the profits of rivals in which their controller holds a part."""
    world = picture.world
    interest = world.holdings.of_groups(world.refineries.keys)
    table = portfolio_interest(interest, world.refineries.nameplate_mt, world.refineries.group)
    return mhhi_delta(group_capacity(picture), table)


@metric("cr4", "share", GUIDELINES, label="share of the 4 largest groups")
def cr4(picture: Picture) -> float:
    """Share of the four largest groups in installed capacity."""
    return concentration_ratio(group_capacity(picture), 4)


@metric("cr5", "share", GUIDELINES, label="share of the 5 largest groups")
def cr5(picture: Picture) -> float:
    """Share of the five largest groups in installed capacity."""
    return concentration_ratio(group_capacity(picture), 5)


@metric("cr10", "share", GUIDELINES, label="share of the 10 largest groups")
def cr10(picture: Picture) -> float:
    """Share of the ten largest groups in installed capacity."""
    return concentration_ratio(group_capacity(picture), 10)


@metric("largest_share", "share", GUIDELINES, label="share of the largest group")
def largest_share(picture: Picture) -> float:
    """Share of the largest group in installed capacity."""
    return concentration_ratio(group_capacity(picture), 1)


@once
def overseas_capacity(picture: Picture) -> Floats:
    """Refining capacity abroad by controlling group, (groups,) Mt/yr, of owners with plants at home."""
    world = picture.world
    top, rows = world.holdings.controllers(), world.groups.keys
    owners = [top[producer.company] for producer in world.pack.importers]
    mt = np.array([world.importers.capacity_mt[row] for row in range(len(owners))])
    known = [place for place, owner in enumerate(owners) if owner in rows]
    index = np.array([rows.index(owners[place]) for place in known], dtype=np.int64)
    return total_by(index, mt[known], len(rows))


@metric("overseas_mt", "Mt/yr", BY_GRAPH, label="capacity abroad of the owners")
def overseas(picture: Picture) -> float:
    """Refining capacity abroad that owners of plants at home control."""
    return float(overseas_capacity(picture).sum())


@metric("cr5_with_overseas", "share", GUIDELINES, label="5 largest, with plants abroad")
def cr5_with_overseas(picture: Picture) -> float:
    """Capacity of the five largest groups, plants abroad counted, over installed capacity at home."""
    inside, everywhere = group_capacity(picture), group_capacity(picture) + overseas_capacity(picture)
    installed = float(inside.sum())
    share = concentration_ratio(everywhere, 5) * float(everywhere.sum())
    return share / installed if installed > 0.0 else 0.0
