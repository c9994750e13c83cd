"""Local ore: what the mines of supply regions can give their own plants, and what is in stock.

All of it is counted in the alumina that it gives.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, total_by
from sim.market.ore import potential
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.world.population import Refineries


@dataclass(slots=True)
class LocalOre:
    """Ore of regions in alumina, arrays (regions,) if nothing else is said; nothing where no limit is known.

    Attributes:
        limited: whether a limit is known.
        opening_mt: what mines could give at the date of the potentials, Mt/yr.
        trend_per_year: trend of its logarithm.
        brought_share: (plants at the start,) part of what can run of a plant for which it brings ore of its own.
        stock_mt: ore in stock.
        potential_mt: what mines can give in a year, as things stand this quarter.
        given_mt: what mines can give this quarter.
        shared_mt: (plants,) what each plant can use of it and of stocks this quarter.
    """

    limited: Bools
    opening_mt: Floats
    trend_per_year: Floats
    brought_share: Floats
    stock_mt: Floats
    potential_mt: Floats
    given_mt: Floats
    shared_mt: Floats

    def potential(self, plants: Refineries, parameters: Parameters, year: int) -> Floats:
        """What mines can give in a year, those that plants brought too, (regions,) Mt/yr."""
        terms, known = parameters.local_ore, self.brought_share.size
        brought = self.brought_share * plants.runnable_mt[:known]
        given = potential(self.opening_mt, self.trend_per_year, terms.floor_share, year - terms.as_of_year)
        return given + total_by(plants.region[:known], brought, self.limited.size) * self.limited


def read_local_ore(pack: Pack, plants: Refineries, parameters: Parameters) -> LocalOre:
    """The local ore of supply regions, with no stock yet."""
    terms, by_id = parameters.local_ore, {row.id: row for row in pack.limits}
    rows = [by_id[region.id] for region in pack.regions]
    late = plants.started_year > terms.as_of_year
    return LocalOre(
        limited=np.array([row.local_ore_mt is not None for row in rows]),
        opening_mt=np.array([row.local_ore_mt or 0.0 for row in rows]) * terms.potential_ratio,
        trend_per_year=np.array([row.local_ore_per_year for row in rows]) * terms.trend_ratio,
        brought_share=(1.0 - plants.imported_share) * late,
        stock_mt=np.zeros(len(rows)),
        potential_mt=np.zeros(len(rows)),
        given_mt=np.zeros(len(rows)),
        shared_mt=np.zeros(len(plants)),
    )
