"""Where things are: supply regions, demand markets and the freight between them, as arrays.

The engine knows no region by name; all are rows of the pack. The last origin is imports.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats, total_by
from sim.scenario.pack import Pack
from sim.scenario.rows import EXPORT, SMELTING

BLOCKED_CNY_PER_T = 1e5
IMPORTS = "imports"


@dataclass(frozen=True)
class Geography:
    """Regions and markets.

    Attributes:
        regions: ids of supply regions.
        markets: ids of demand markets.
        provinces: province of each supply region.
        macro_regions: part of the country of each supply region.
        freight_cny_per_t: (regions + 1, markets); the last row is imports.
        standing: index of the market of standing exports, none where there is none.
        export: index of the market for other exports.
        abroad: indices of both.
        coastal: (regions,) coast or river-port regions.
        shore: (regions,) where a new plant can stand at a port.
        port: (regions,) index of the port that lands imported ore.
        pond_life_years: (regions,) typical pond life at the start.
        permit_share: (regions,) yearly chance of a new pond.
        smelter_other_cny_per_t: (markets,) smelting cost besides alumina, per tonne of metal.
        opening_metal_mt: (markets,) what smelters there could make at the start, Mt/yr of metal.
    """

    regions: tuple[str, ...]
    markets: tuple[str, ...]
    provinces: tuple[str, ...]
    macro_regions: tuple[str, ...]
    freight_cny_per_t: Floats
    standing: int | None
    export: int
    abroad: NDArray[np.int64]
    coastal: NDArray[np.bool_]
    shore: NDArray[np.bool_]
    port: NDArray[np.int64]
    pond_life_years: Floats
    permit_share: Floats
    smelter_other_cny_per_t: Floats
    opening_metal_mt: Floats


def read_geography(pack: Pack) -> Geography:
    """The geography of a pack; imported alumina is not shipped on abroad."""
    regions = tuple(row.id for row in pack.regions)
    markets = tuple(row.id for row in pack.markets)
    kinds = [row.kind for row in pack.markets]
    standing = next((row for row, each in enumerate(kinds) if each not in (SMELTING, EXPORT)), None)
    export = kinds.index("export")
    ports = [row.id for row in pack.ports]
    by_pair = {(row.origin, row.destination): row.freight_cny_per_t for row in pack.freight}
    freight = np.array([[by_pair[origin, market] for market in markets] for origin in (*regions, IMPORTS)])
    freight[-1, [index for index, kind in enumerate(kinds) if kind != "smelting"]] = BLOCKED_CNY_PER_T

    def column(name: str) -> Floats:
        return np.array([float(getattr(row, name)) for row in pack.regions])

    return Geography(
        regions=regions,
        markets=markets,
        provinces=tuple(row.province for row in pack.regions),
        macro_regions=tuple(row.macro_region or row.province for row in pack.regions),
        freight_cny_per_t=freight,
        standing=standing,
        export=export,
        abroad=np.array([export] if standing is None else [standing, export]),
        coastal=np.array([row.coastal for row in pack.regions]),
        shore=np.array([row.shore for row in pack.regions]),
        port=np.array([ports.index(row.port) for row in pack.regions], dtype=np.int64),
        pond_life_years=column("pond_life_years"),
        permit_share=column("permit_share"),
        smelter_other_cny_per_t=np.array([row.smelter_other_cny_per_t for row in pack.markets]),
        opening_metal_mt=total_by(
            np.array([markets.index(row.market) for row in pack.smelters], dtype=np.int64),
            np.array([row.capacity_mt for row in pack.smelters], dtype=np.float64),
            len(markets),
        ),
    )
