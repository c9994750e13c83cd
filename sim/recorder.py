"""The recorder: copies what happened, year by year, and tables it when the run is over.

It watches at the end of each year, copies columns and never writes to the industry. Nothing below it knows
that it is there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import total_by
from sim.core.tables import Table
from sim.metrics import METRICS
from sim.metrics.catalogue import Picture
from sim.scenario.pack import Pack
from sim.strategy.finance import BEARERS
from sim.world.books import YearBook
from sim.world.population import State
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd


LEAST_MT = 1e-9
"""A kilogram: a plant that made less did not run, and its cost is that of the last quarter."""

YEARS_COLUMNS = (
    *("capacity_mt", "runnable_mt", "operating_mt", "operating_rate", "production_mt", "demand_mt"),
    *("imports_mt", "imports_near_mt", "exports_mt", "stock_refineries_mt", "stock_smelters_mt"),
    *("price_cny_per_t", "cash_cost_mean_cny_per_t", "cash_cost_p10_cny_per_t"),
    *("cash_cost_p50_cny_per_t", "cash_cost_p90_cny_per_t", "margin_cny_per_t"),
    *("share_below_cash_cost", "price_percentile_of_curve", "hhi_control", "hhi_economic"),
    *("mhhi_delta", "cr4", "cr5", "cr10", "coastal_share", "watched_share", "integrated_share"),
    *("imported_ore_share", "exits", "exits_mt", "mothballed_mt", "deals", "deals_mt"),
    *("relocations_mt", "red_mud_mt", "red_mud_used_share", "red_mud_stock_mt", "curbed_by_mud_mt"),
    *("curbed_by_region_mt", "co2_mt", "co2_t_per_t"),
)
"""The first columns of years.csv, on which others rely; further metrics follow in alphabetical order."""


def measured_columns(*packs: Pack) -> dict[str, str]:
    """The columns of years.csv after `year` that industries have, in order, each with the metric that it holds."""
    called = {name: each.column(pack) for pack in packs for name, each in METRICS.items() if each.fits(pack)}
    first = [name for name in YEARS_COLUMNS if name in called]
    others = sorted({*called} - {*first}, key=lambda name: called[name])
    return {called[name]: name for name in (*first, *others)}


@dataclass
class Recorder:
    """What was seen of one run.

    Attributes:
        pack: the industry that is watched.
        names: what is measured.
        years: one row of measures a year, zero for what is about a part that the industry lacks.
        quarters: one row of national figures a quarter.
        plants: columns of the refineries by year.
        groups: columns of the groups by year.
        regions: columns of the regions by year.
        flows: (origins, markets) shipped by year, all and committed.
    """

    pack: Pack
    names: tuple[str, ...] = field(default_factory=METRICS.names)
    years: list[tuple[int, list[float]]] = field(default_factory=list)
    quarters: list[dict[str, float]] = field(default_factory=list)
    plants: list[tuple[int, dict[str, NDArray[Any]]]] = field(default_factory=list)
    groups: list[tuple[int, dict[str, NDArray[Any]]]] = field(default_factory=list)
    regions: list[tuple[int, dict[str, NDArray[Any]]]] = field(default_factory=list)
    flows: list[tuple[int, NDArray[np.float64], NDArray[np.float64]]] = field(default_factory=list)

    def __call__(self, world: World) -> None:
        """Look at the end of a year."""
        picture, year = Picture(world), world.year
        self.years.append((year, [measure(picture) for measure in self._measures]))
        self.quarters.extend({"year": year, **each} for each in world.book.quarters)
        self.plants.append((year, _plant_columns(world)))
        self.groups.append((year, _group_columns(world)))
        self.regions.append((year, _region_columns(world)))
        self.flows.append((year, world.book.flows_mt.copy(), world.book.committed_mt.copy()))

    @cached_property
    def _measures(self) -> list[Callable[[Picture], float]]:
        metrics = [METRICS.get(name) for name in self.names]
        return [each.measure if each.fits(self.pack) else _nothing for each in metrics]


def _nothing(_: Picture) -> float:
    return 0.0


WHAT_IT_IS = ("region", "group", "state", "coastal", "synthetic", "nameplate_mt")
"""Columns that say what a plant is."""
RETROFITTED = ("converted", "waste_heat", "electric_steam", "ultra_low", "dry_stacking")
"""Columns that say what a plant was retrofitted with."""
PONDS = ("support_cny_per_t", "pond_space_mt", "pond_cap_share", "mud_stock_mt", "uncovered_mud_mt")
"""Columns that say what a plant gets, and what is in its ponds."""
MONEY = (
    *("interest_mcny", "tax_mcny", "payout_mcny", "minority_mcny", "dividends_mcny", "support_mcny"),
    *("capex_mcny", "closing_mcny", "deals_mcny", "integration_mcny", "written_off_mcny"),
    *("injected_mcny",),
)
"""Columns of the year book that say what each owner group got and paid."""
ACCOUNTS = ("cash_mcny", "debt_mcny", "payables_mcny", "distressed")
"""Columns that say how an owner group stands."""


def _copied(table: Table | YearBook, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Copies of some columns, by name."""
    return {name: getattr(table, name).copy() for name in names}


def _plant_columns(world: World) -> dict[str, NDArray[Any]]:
    """Copy what is known of each refinery: price and cost are means of the year, `last_` is the last quarter."""
    plants, book = world.refineries, world.book
    made = np.maximum(book.made_mt, LEAST_MT)
    columns: dict[str, NDArray[Any]] = {
        **_copied(plants, WHAT_IT_IS),
        "opening_mt": book.opening_mt.copy(),
        "runnable_mt": plants.runnable_mt.copy(),
        "running_share": plants.running_share * (plants.nameplate_mt > 0.0),
        "warm_share": plants.warm_share.copy(),
        **_copied(book, ("made_mt", "sold_mt")),
        **_materials(world),
        "price_cny_per_t": np.where(
            book.sold_mt > LEAST_MT, book.revenue_mcny / np.maximum(book.sold_mt, LEAST_MT), 0.0
        ),
        "cash_cost_cny_per_t": np.where(
            book.made_mt > LEAST_MT, book.cost_mcny / made, plants.cash_cost_cny_per_t
        ),
        "last_cash_cost_cny_per_t": plants.cash_cost_cny_per_t.copy(),
        **_copied(plants, PONDS),
        "mud_use_share": book.mud_use_share.copy(),
        "space_cny_per_t": plants.space_cny_per_t.copy(),
        **_copied(plants, ("class_a", "compliance_share")),
        "curbed_by_mud_mt": book.curbed_mud_mt.copy(),
        "curbed_by_region_mt": book.curbed_region_mt.copy(),
        **_copied(plants, RETROFITTED),
    }
    spent = np.where(book.made_mt > LEAST_MT, book.components_mcny / made, world.components)
    columns.update({f"{name}_cny_per_t": spent[row] for row, name in enumerate(world.process.components)})
    return columns


def _materials(world: World) -> dict[str, NDArray[Any]]:
    """What each refinery used and left behind in the year."""
    book = world.book
    return {
        **_copied(book, ("imported_ore_mt", "domestic_ore_mt", "mud_mt")),
        "co2_mt": book.made_mt * world.recipe.co2_t,
    }


def _group_columns(world: World) -> dict[str, NDArray[Any]]:
    """Copy what is known of each owner group at the end of the year."""
    groups, book, plants = world.groups, world.book, world.refineries
    count = len(groups)
    columns: dict[str, NDArray[Any]] = {
        "nameplate_mt": total_by(plants.group, plants.nameplate_mt, count),
        "made_mt": total_by(plants.group, book.made_mt, count),
        "smelter_mt": total_by(world.smelters.group, world.smelters.capacity_mt, count),
        "smelting_mt": total_by(world.smelters.group, book.metal_mt, count),
        "earned_mcny": book.earned_mcny.copy(),
        "smelting_earned_mcny": book.smelting_mcny.copy(),
        "mining_earned_mcny": book.mining_mcny.copy(),
        **_copied(book, MONEY),
        **_copied(groups, ACCOUNTS),
    }
    columns.update({f"loss_{name}_mcny": book.losses_mcny[row].copy() for row, name in enumerate(BEARERS)})
    return columns


def _region_columns(world: World) -> dict[str, NDArray[Any]]:
    """Copy what is known of each supply region: price and cost are means of the year, `last_` is the last quarter."""
    plants, book, prices = world.refineries, world.book, world.prices
    count = len(world.geography.regions)

    def summed(volume: NDArray[np.float64]) -> NDArray[np.float64]:
        return total_by(plants.region, volume, count)

    made, sold = summed(book.made_mt), summed(book.sold_mt)
    got = np.where(
        sold > LEAST_MT, summed(book.revenue_mcny) / np.maximum(sold, LEAST_MT), prices.mill_cny_per_t[:-1]
    )
    return {
        "nameplate_mt": summed(plants.nameplate_mt),
        "runnable_mt": summed(plants.runnable_mt),
        "operating_mt": prices.output_mt * 4,
        "made_mt": made,
        "price_cny_per_t": got,
        "last_price_cny_per_t": prices.mill_cny_per_t[:-1].copy(),
        "cash_cost_cny_per_t": np.where(made > 0.0, summed(book.cost_mcny) / np.maximum(made, 1e-12), 0.0),
        "stock_mt": prices.stock_refineries_mt.copy(),
        "mud_stock_mt": summed(plants.mud_stock_mt),
        "pond_space_mt": summed(plants.pond_space_mt),
        "curbed_by_mud_mt": summed(book.curbed_mud_mt),
        "curbed_by_region_mt": summed(book.curbed_region_mt),
        "curb_quarters": book.curb_quarters.copy(),
        "environment_index_ratio": world.surroundings.index.copy(),
    }


def table_of_years(recorder: Recorder, pack: Pack) -> "pd.DataFrame":
    """One row a year, the measures that the industry has, named with their units."""
    import pandas as pd

    columns = measured_columns(pack)
    seen = pd.DataFrame([values for _, values in recorder.years], columns=list(recorder.names))
    frame = seen[[*columns.values()]].set_axis([*columns], axis=1)
    frame.insert(0, "year", [year for year, _ in recorder.years])
    counts = ("exits", "deals", "groups_in_distress", "curb_quarters", "retrofits", "relocations")
    # Copied, since a frame in a hundred pieces warns of it at every further column.
    return frame.astype({name: "int64" for name in counts if name in columns}).copy()


def table_of_quarters(recorder: Recorder, pack: Pack) -> "pd.DataFrame":
    """One row a quarter; a world price where the industry has one."""
    import pandas as pd

    absent = [] if pack.has("world price") else ["fob_usd_per_t"]
    return pd.DataFrame(recorder.quarters).astype({"quarter": "int64"}).drop(columns=absent)


def table_of_plants(recorder: Recorder, world: World) -> "pd.DataFrame":
    """One row a refinery and year; projects appear once they have started."""
    frame = _stacked(recorder.plants, "refinery", world.refineries.keys)
    frame["region"] = [world.geography.regions[row] for row in frame["region"]]
    frame["group"] = [world.groups.keys[row] for row in frame["group"]]
    frame["state"] = [State(code).name.lower() for code in frame["state"]]
    seen = frame["state"] != "project"
    return frame[seen].reset_index(drop=True)


def table_of_groups(recorder: Recorder, world: World) -> "pd.DataFrame":
    """One row an owner group and year."""
    return _stacked(recorder.groups, "group", world.groups.keys)


def table_of_regions(recorder: Recorder, world: World) -> "pd.DataFrame":
    """One row a supply region and year."""
    return _stacked(recorder.regions, "region", world.geography.regions)


def table_of_flows(recorder: Recorder, world: World) -> "pd.DataFrame":
    """One row a year, origin and market with alumina shipped, in Mt."""
    import pandas as pd

    origins = (*world.geography.regions, "imports")
    rows = [
        (year, origins[at[0]], world.geography.markets[at[1]], shipped[at], tied[at])
        for year, shipped, tied in recorder.flows
        for at in zip(*np.nonzero(shipped > 1e-6), strict=True)
    ]
    return pd.DataFrame(rows, columns=["year", "origin", "market", "shipped_mt", "committed_mt"])


def _stacked(
    seen: list[tuple[int, dict[str, NDArray[Any]]]], name: str, keys: tuple[str, ...]
) -> "pd.DataFrame":
    """The yearly columns one under the other, with year and key first."""
    import pandas as pd

    parts = []
    for year, columns in seen:
        part = pd.DataFrame(columns)
        part.insert(0, name, list(keys[: len(part)]))
        part.insert(0, "year", year)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
