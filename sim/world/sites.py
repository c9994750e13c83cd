"""Where a new plant could stand, one hypothetical refinery for each supply region; and the mines of owner groups.

A site is what an owner would build there today: low-temperature digestion and imported ore, hauled inland where the
site is not at the shore, for domestic mines are spoken for and shrink.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.world.geography import Geography
from sim.world.population import Mines, Refineries


@dataclass(frozen=True, slots=True)
class SiteTerms:
    """What a new plant of the usual size would meet after a year's trade, arrays (regions,).

    Attributes:
        cost_cny_per_t: cash cost under the rules to come.
        change_cny_per_t: what these change of it.
        fall_cny_per_t: by how much it would depress the mill price.
        heat_gj_per_t: heat that it would use.
    """

    cost_cny_per_t: Floats
    change_cny_per_t: Floats
    fall_cny_per_t: Floats
    heat_gj_per_t: Floats


def make_sites(pack: Pack, geography: Geography, parameters: Parameters) -> Refineries:
    """The table of sites, one row a supply region, by region id."""
    sites = Refineries([row.id for row in pack.regions])
    sites.region[:] = np.arange(len(geography.regions))
    sites.coastal[:] = geography.shore
    sites.size_mt[:] = sites.nameplate_mt[:] = sites.runnable_mt[:] = parameters.building.size_mt
    sites.imported_share[:] = 1.0
    sites.low_share[:] = 1.0
    sites.mud_cny_per_t[:] = parameters.red_mud.stacking_cny_per_t
    return sites


def ore_control(pack: Pack, keys: tuple[str, ...], top: Mapping[str, str]) -> np.ndarray:
    """The part of its ore that each owner group controls, (groups,), none where nothing is known.

    Args:
        pack: its mines.
        keys: the groups.
        top: who controls each node of the ownership graph; what a company mines counts for its controller.
    """
    share = dict.fromkeys(keys, 0.0)
    for mine in pack.mines:
        owner = top.get(mine.held_by, mine.held_by)
        if owner in share:
            share[owner] = min(share[owner] + mine.ore_control_share, 1.0)
    return np.array([share[key] for key in keys])


def make_mines(pack: Pack, keys: tuple[str, ...], top: Mapping[str, str], need_mt: Floats) -> Mines:
    """The table of mines abroad that ship to China, each with the ore that its owner's plants needed at the start.

    Args:
        pack: its mines; one whose cost is not given ships nothing.
        keys: the groups.
        top: who controls each node of the ownership graph.
        need_mt: (groups,) dry ore that the plants of each group need when all that can run does, Mt/yr.
    """
    rows = {key: row for row, key in enumerate(keys)}
    shipping = [
        (mine, mine.cost_usd_per_t, rows[owner])
        for mine in pack.mines
        if mine.cost_usd_per_t is not None and (owner := top.get(mine.held_by, mine.held_by)) in rows
    ]
    mines = Mines([mine.id for mine, _, _ in shipping])
    mines.group[:] = [row for _, _, row in shipping]
    mines.ore_mt[:] = [mine.ore_control_share * need_mt[row] for mine, _, row in shipping]
    mines.cost_usd_per_t[:] = [cost for _, cost, _ in shipping]
    mines.profit_share[:] = [mine.profit_share for mine, _, _ in shipping]
    return mines
