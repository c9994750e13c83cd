"""Layout: whether refineries stand where ore, ports and the environment have room for them.

Source: the NDRC asks of each region a layout that fits its resources and what its environment bears (SMM, 5 January
2026); overlap of shares as in Hoover 1936, Review of Economic Statistics 18, index of localisation.
"""

import numpy as np

from sim.core.arrays import Floats, exact_sum, total_by
from sim.market.concentration import shares
from sim.metrics.catalogue import Picture, metric, once

HOOVER = "overlap of shares: Hoover 1936, one less his index of localisation"


def match(picture: Picture, room: Floats) -> float:
    """The part of installed capacity that stands where it would if it followed room, equation (6.14)."""
    if room.sum() <= 0.0:
        return 0.0
    return 1.0 - float(np.abs(capacity_shares(picture) - shares(room)).sum()) / 2.0


@once
def capacity_shares(picture: Picture) -> Floats:
    """Shares of regions in installed capacity, (regions,)."""
    return shares(picture.by_region(picture.world.refineries.nameplate_mt))


def per_tonne(picture: Picture, volume: Floats) -> float:
    """Volume per tonne of alumina in the base year, in the nation."""
    made = exact_sum(picture.world.base_book.made_mt)
    return exact_sum(volume) / made if made > 0.0 else 0.0


@once
def ore_room(picture: Picture) -> Floats:
    """Domestic ore that plants of each region used in the base year, (regions,) Mt dry: what mines nearby give."""
    book = picture.world.base_book
    region = picture.world.refineries.region[: book.made_mt.size]
    return total_by(region, book.domestic_ore_mt, picture.regions)


@once
def environmental_room(picture: Picture) -> Floats:
    """Alumina that each region could make within its limits of fresh mud and CO2, (regions,) Mt/yr.

    Mud and CO2 per tonne are those of the nation in the base year.
    """
    world, book = picture.world, picture.world.base_book
    mud = per_tonne(picture, book.mud_mt)
    co2 = per_tonne(picture, book.made_mt * world.recipe.co2_t[: book.made_mt.size])
    limits = world.surroundings.limits
    return np.minimum(limits.fresh_mud_mt / max(mud, 1e-9), limits.carbon_mt / max(co2, 1e-9))


@once
def port_room(picture: Picture) -> Floats:
    """Imported ore that can be landed at the door, (regions,) Mt: each port shared out among its shores.

    A port serves the regions at its shore by their environmental room; who has to haul ore inland has none.
    """
    world, geography = picture.world, picture.world.geography
    weight = environmental_room(picture) * geography.shore
    of_port = total_by(geography.port, weight, len(world.harbours.ore_mt))[geography.port]
    return world.harbours.ore_mt[geography.port] * weight / np.maximum(of_port, 1e-9)


@metric("layout_match_ore", "share", HOOVER, label="layout against ore", needs="local feed")
def layout_match_ore(picture: Picture) -> float:
    """Overlap of the shares of regions in installed capacity and in domestic ore used in the base year."""
    return match(picture, ore_room(picture))


@metric("layout_match_port", "share", HOOVER, label="layout against ports")
def layout_match_port(picture: Picture) -> float:
    """Overlap of the shares of regions in installed capacity and in imported ore that can be landed there."""
    return match(picture, port_room(picture))


@metric("layout_match_environment", "share", HOOVER, label="layout against environment")
def layout_match_environment(picture: Picture) -> float:
    """Overlap of the shares of regions in installed capacity and in what their environment bears."""
    return match(picture, environmental_room(picture))


@metric("layout_match", "share", HOOVER, label="layout against all room")
def layout_match(picture: Picture) -> float:
    """Overlap of the shares of regions in installed capacity and in room: the scarcer of feed and environment.

    Feed is domestic ore and what can be landed at the door, at the ore per tonne of the base year.
    """
    book = picture.world.base_book
    need = per_tonne(picture, book.imported_ore_mt + book.domestic_ore_mt)
    feed = (ore_room(picture) + port_room(picture)) / max(need, 1e-9)
    return match(picture, np.minimum(feed, environmental_room(picture)))
