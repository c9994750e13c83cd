"""What surrounds the plants: limits of regions, uses of red mud, and the traits that a site has of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.arrays import Floats, Ints
from sim.core.rng import Streams
from sim.environment.curbs import Limits
from sim.environment.red_mud import Uses
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.world.population import Refineries


@dataclass(slots=True)
class Surroundings:
    """The environment of the industry: what it bears, and how it stands.

    Attributes:
        limits: what the regions bear.
        uses: the uses of red mud.
        province: (regions,) number of the province of each region.
        provinces: how many there are.
        used_mt: (uses,) mud used since the start.
        pressure: (3, regions) fresh mud, mud in ponds and CO2 over their limits, last year.
        index: (regions,) environmental index, last year.
        relief_until_year: (regions,) last year in which no pond is refused by decree; 0 before the first relief.
    """

    limits: Limits
    uses: Uses
    province: Ints
    provinces: int
    used_mt: Floats
    pressure: Floats
    index: Floats
    relief_until_year: Ints


def _columns(rows: Sequence[object], *names: str) -> dict[str, Any]:
    """Columns of rows as arrays, by name."""
    return {name: np.array([getattr(row, name) for row in rows]) for name in names}


def read_surroundings(pack: Pack) -> Surroundings:
    """The surroundings of a pack; how regions stand is worked out at the end of each year."""
    by_id = {row.id: row for row in pack.limits}
    limits = [by_id[row.id] for row in pack.regions]
    names = list(dict.fromkeys(row.province for row in pack.regions))
    return Surroundings(
        limits=Limits(
            **_columns(limits, "opening_mud_mt", "mud_ceiling_mt", "fresh_mud_mt", "carbon_mt"),
            **_columns(limits, "curb_per_quarter", "winter"),
            room_mt=np.array([np.inf if row.room_mt is None else row.room_mt for row in limits]),
        ),
        uses=Uses(
            ids=tuple(row.id for row in pack.mud_uses),
            **_columns(pack.mud_uses, "cost_cny_per_t", "most_share", "opening_share", "used_before_mt"),
        ),
        province=np.array([names.index(row.province) for row in pack.regions], dtype=np.int64),
        provinces=len(names),
        used_mt=np.zeros(len(pack.mud_uses)),
        pressure=np.zeros((3, len(limits))),
        index=np.zeros(len(limits)),
        relief_until_year=np.zeros(len(limits), dtype=np.int64),
    )


def equip(table: Refineries, rows: Ints, uses: Uses, parameters: Parameters, streams: Streams) -> None:
    """Draw what is not known of sites: their environmental class and the uses of mud that they have taken up.

    A plant that starts late must be of class A. To be called once for every new row of the table.
    """
    terms, keys = parameters.compliance, [table.keys[row] for row in rows.tolist()]
    started = table.started_year[rows]
    chance = np.where(started >= terms.modern_year, terms.class_a_modern_share, terms.class_a_old_share)
    drawn = streams.uniforms("environmental class", 0, keys) < chance
    table.class_a[rows] = drawn | (started >= terms.class_a_duty_year)
    bits = np.zeros(rows.size, dtype=np.int64)
    for use, name in enumerate(uses.ids):
        spread = uses.opening_share[use] * parameters.mud_use.opening_ratio
        bits |= (streams.uniforms(f"use of mud {name}", 0, keys) < spread).astype(np.int64) << use
    table.mud_uses[rows] = bits
