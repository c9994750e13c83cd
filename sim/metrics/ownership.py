"""Concentration of the industry, by controlling group and by economic interest, on capacity and on output."""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.market.concentration import (
    concentration_ratio,
    hhi,
    hhi_economic,
    mhhi_delta,
    portfolio_interest,
)
from sim.metrics.catalogue import Picture, metric

GUIDELINES = "US DOJ and FTC Merger Guidelines 2023, 2.1; shares in per cent"


def group_capacity(picture: Picture) -> Floats:
    """Give nameplate by controlling group, (groups,) Mt/yr."""
    industry = picture.industry
    return total_by(industry.refineries.group, industry.refineries.nameplate_mt, len(industry.groups))


def group_output(picture: Picture) -> Floats:
    """Give output by controlling group, (groups,) Mt."""
    industry = picture.industry
    return total_by(industry.refineries.group, industry.book.made_mt, len(industry.groups))


@metric("hhi_control", "points", GUIDELINES, label="HHI of capacity by control")
def hhi_control(picture: Picture) -> float:
    """HHI of installed capacity by controlling group."""
    return hhi(group_capacity(picture))


@metric("hhi_control_production", "points", GUIDELINES, label="HHI of output by control")
def hhi_control_production(picture: Picture) -> float:
    """HHI of output by controlling group."""
    return hhi(group_output(picture))


@metric(
    "hhi_economic",
    "points",
    "look-through shares: Brioschi, Buzzacchi & Colombo 1989",
    label="HHI of capacity by interest",
)
def hhi_by_interest(picture: Picture) -> float:
    """HHI of installed capacity by look-through economic interest; small holders count as atoms."""
    industry = picture.industry
    interest, atomistic = industry.holdings.outside(industry)
    return hhi_economic(industry.refineries.nameplate_mt, interest, atomistic)


@metric(
    "hhi_economic_production",
    "points",
    "look-through shares: Brioschi, Buzzacchi & Colombo 1989",
    label="HHI of output by interest",
)
def hhi_by_interest_production(picture: Picture) -> float:
    """HHI of output by look-through economic interest."""
    industry = picture.industry
    interest, atomistic = industry.holdings.outside(industry)
    return hhi_economic(industry.book.made_mt, interest, atomistic)


@metric(
    "mhhi_delta",
    "points",
    "O'Brien & Salop 2000, Antitrust Law Journal 67",
    label="MHHI delta of cross-holdings",
)
def mhhi_step(picture: Picture) -> float:
    """Rise of the HHI when groups count the profits of rivals in which their controller holds a part."""
    industry = picture.industry
    interest = industry.holdings.of_groups(industry)
    table = portfolio_interest(interest, industry.refineries.nameplate_mt, industry.refineries.group)
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


def overseas_capacity(picture: Picture) -> Floats:
    """Give refining capacity outside China by controlling group, (groups,) Mt/yr, of owners with plants in China."""
    industry = picture.industry
    top, rows = industry.holdings.controllers(industry), industry.groups.keys
    owners = [top[producer.company] for producer in industry.pack.importers]
    mt = np.array([industry.importers.capacity_mt[row] for row in range(len(owners))])
    known = [place for place, owner in enumerate(owners) if owner in rows]
    index = np.array([rows.index(owners[place]) for place in known], dtype=np.int64)
    return total_by(index, mt[known], len(rows))


@metric(
    "overseas_mt",
    "Mt/yr",
    "control of each producer by the ownership graph",
    label="capacity abroad of the owners",
)
def overseas(picture: Picture) -> float:
    """Refining capacity outside China that owners of Chinese plants control."""
    return float(overseas_capacity(picture).sum())


@metric("cr5_with_overseas", "share", GUIDELINES, label="5 largest, with plants abroad")
def cr5_with_overseas(picture: Picture) -> float:
    """Capacity of the five largest groups, plants outside China counted, over installed capacity in China."""
    inside, everywhere = group_capacity(picture), group_capacity(picture) + overseas_capacity(picture)
    installed = float(inside.sum())
    share = concentration_ratio(everywhere, 5) * float(everywhere.sum())
    return share / installed if installed > 0.0 else 0.0
