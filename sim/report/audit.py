"""An independent check of a run: what its files say must add up, by arithmetic on the files alone.

Nothing of the model is asked. Each identity gives the largest gap that it found, as a share of what is added up,
and where; a gap beyond its limit means that a file was changed, or that the run was wrong when it was written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from sim.core.errors import UsageError
from sim.core.words import plain
from sim.report.exchange import read_frame, read_history
from sim.world.books import BOOKED
from sim.world.kinds import NAMEPLATE, Happened
from sim.world.ownership import EQUITY_PPM

ROUNDING = 1e-9
"""Largest gap that twelve digits explain, as a share of what is added up."""
LEFT_OUT = 1e-5
"""The same where flows below a tonne are left out of the file."""
KILOGRAM = 1e-9
"""In Mt; who makes no more than this in a year does not run."""
BEFORE_COSTS = ("curbed_by_region_mt", "dry_stacking")
"""Columns of plants of which the last is followed by the components of cash cost alone."""
TABLES = ("years", "quarters", "refineries", "groups", "regions", "flows", "events")
COUNTED = {"exits": Happened.EXIT, "deals": Happened.DEAL, "relocations": Happened.RELOCATE}
"""Measures that count events, and which."""


@dataclass(frozen=True)
class Finding:
    """What came of one identity.

    Attributes:
        identity: what must hold.
        gap: the largest gap, as a share of what is added up; infinite where a number is missing.
        limit: the largest that may be.
        where: where it was found.
    """

    identity: str
    gap: float
    limit: float
    where: str

    @property
    def holds(self) -> bool:
        """Whether the identity holds."""
        return self.gap <= self.limit


Sides = Iterator[tuple[str, "pd.Series[float]", "pd.Series[float]"]]
"""What is compared, and its two sides by year or by year and what else."""


@dataclass(frozen=True)
class Files:
    """The tables of a run and its ownership graph."""

    tables: Mapping[str, pd.DataFrame]
    history: nx.MultiDiGraph

    def by(self, table: str, column: str, *keys: str) -> pd.Series:
        """A column summed by year, or by other keys."""
        return self.tables[table].groupby(list(keys or ("year",)))[column].sum()

    def year(self, column: str) -> pd.Series:
        """A column of the table of years, by year."""
        return self.tables["years"].set_index("year")[column]


def audit(folder: Path) -> list[Finding]:
    """Check a run from its files alone.

    Raises:
        UsageError: a file is missing or damaged, or lacks what must add up.
    """
    files = read_files(folder)
    try:
        return findings(files)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{folder} cannot be checked: {error} is missing or no number") from None


def read_files(folder: Path) -> Files:
    """What of a run is checked.

    Raises:
        UsageError: a file is missing or damaged.
    """
    return Files({name: read_frame(folder, name) for name in TABLES}, read_history(folder))


def findings(files: Files) -> list[Finding]:
    """What comes of each identity for files that were read."""
    return [_finding(*sides, limit) for check, limit in CHECKS for sides in check(files)]


def _finding(identity: str, left: pd.Series, right: pd.Series, limit: float) -> Finding:
    """The largest gap between two sides, over one at least; who is on one side alone is nought on the other."""
    left, right = left.align(right, fill_value=0.0)
    scale = max(float(np.abs(left).max()), float(np.abs(right).max()), 1.0) if len(left) else 1.0
    gaps = ((left - right).abs() / scale).fillna(np.inf)
    where = gaps.idxmax() if len(gaps) else ""
    return Finding(identity, float(gaps.max()) if len(gaps) else 0.0, limit, _place(where))


def _place(where: Any) -> str:
    return ", ".join(plain(str(part)) for part in (where if isinstance(where, tuple) else (where,)))


def _tonnes(files: Files) -> Sides:
    """What was made and came in is what was used, went out and was laid in stock."""
    for table, keys in (("years", ["year"]), ("quarters", ["year", "quarter"])):
        frame = files.tables[table].set_index(keys).sort_index()
        stock = frame["stock_refineries_mt"] + frame["stock_smelters_mt"]
        used = frame["demand_mt" if table == "years" else "use_mt"]
        came = frame["production_mt"] + frame["imports_mt"] + stock.shift()
        went = used + frame["exports_mt"] + stock
        yield f"tonnes in are tonnes out, {table}", came[1:], went[1:]
    for column in ("production_mt", "imports_mt", "exports_mt"):
        yield f"{column} of years and quarters", files.year(column), files.by("quarters", column)
    for table in ("refineries", "regions", "groups"):
        yield f"production of years and {table}", files.year("production_mt"), files.by(table, "made_mt")
    if "red_mud_mt" not in files.tables["years"]:
        return
    mud = files.year("red_mud_mt") * (1.0 - files.year("red_mud_used_share"))
    stock = files.year("red_mud_stock_mt").diff()
    yield "red mud that is not used is stacked", stock[1:], mud[1:]


def _shipped(files: Files) -> Sides:
    """What a region's plants sold is what it shipped; what lands is what is imported."""
    shipped = files.by("flows", "shipped_mt", "origin", "year")
    landed = (
        shipped["imports"]
        if "imports" in shipped.index.get_level_values(0)
        else 0.0 * files.year("imports_mt")
    )
    yield "imports of years and flows", files.year("imports_mt"), landed
    own = shipped.drop("imports", level=0, errors="ignore").rename_axis(["region", "year"])
    sold = files.by("refineries", "sold_mt", "region", "year")
    yield "tonnes sold and shipped by region", sold, own
    stock = files.by("regions", "stock_mt", "region", "year")
    laid = files.by("regions", "made_mt", "region", "year") - sold.reindex(stock.index, fill_value=0.0)
    change = stock.groupby("region").diff()
    later = change.notna()
    yield "stock of a region by what it made and sold", change[later], laid[later]
    used = files.by("flows", "shipped_mt") - files.year("exports_mt")
    yield (
        "shipments less exports are used or stocked",
        used[1:],
        (files.year("demand_mt") + files.year("stock_smelters_mt").diff())[1:],
    )


def _capacity(files: Files) -> Sides:
    """Capacity is the same in every table, and changes by events alone."""
    for column, name in (("capacity_mt", "nameplate_mt"), ("runnable_mt", "runnable_mt")):
        for table in ("refineries", "regions"):
            yield f"{column} of years and {table}", files.year(column), files.by(table, name)
    yield "operating_mt of years and regions", files.year("operating_mt"), files.by("regions", "operating_mt")
    yield "capacity_mt of years and groups", files.year("capacity_mt"), files.by("groups", "nameplate_mt")
    plants = files.tables["refineries"].set_index(["refinery", "year"]).sort_index()
    events = files.tables["events"]
    built = events[events["kind"].isin(list(NAMEPLATE))]
    signed = built["amount"] * built["kind"].map(NAMEPLATE).astype(float)
    where = [built["agent"].rename("refinery"), built["year"]]
    moved, grown = signed.groupby(where).sum(), signed.clip(lower=0.0).groupby(where).sum()
    yield "nameplate of a plant by events", plants["nameplate_mt"] - plants["opening_mt"], moved
    before = plants.groupby("refinery")["nameplate_mt"].shift()
    known = before.notna()
    yield "a year opens with the last one's nameplate", plants["opening_mt"][known], before[known]
    most = plants["opening_mt"] + grown.reindex(plants.index, fill_value=0.0)
    yield "no plant makes more than it is built for", np.minimum(plants["made_mt"], most), plants["made_mt"]
    for column, kind in COUNTED.items():
        happened = events[events["kind"] == kind].groupby("year").size().astype(float)
        yield f"{column} of years and events", files.year(column).astype(float), happened


def _money(files: Files) -> Sides:
    """What a group has is what it had and what came in, less what went out; what one pays another gets."""
    groups = files.tables["groups"].set_index(["group", "year"]).sort_index()
    net = groups["cash_mcny"] - groups["debt_mcny"] - groups["payables_mcny"]
    change = net.groupby("group").diff()
    booked = sum((sign * groups[column] for column, sign in BOOKED.items()), 0.0 * net)
    later = change.notna()
    # The gap is held against what groups own and owe, as their sums are.
    scale = float(np.abs(groups[["cash_mcny", "debt_mcny"]]).to_numpy().max(initial=1.0))
    yield "money of a group", (change - booked)[later] / scale + 1.0, 0.0 * change[later] + 1.0
    deals = files.by("groups", "deals_mcny") / scale
    yield "deals net to nought", deals + 1.0, 0.0 * deals + 1.0
    for column in ("support_mcny", "smelting_earned_mcny"):
        yield f"{column} of years and groups", files.year(column), files.by("groups", column)
    losses = [name for name in groups.columns if name.startswith("loss_")]
    borne = groups[losses].sum(axis=1).groupby("year").sum()
    yield "losses of years and those who bear them", files.year("losses_mcny"), borne


def _prices(files: Files) -> Sides:
    """Means are means of what they are means of."""
    quarters = files.tables["quarters"].set_index("year")
    made = quarters["production_mt"].groupby("year").sum()
    value = (quarters["production_mt"] * quarters["price_cny_per_t"]).groupby("year").sum()
    yield "price of years and quarters", (files.year("price_cny_per_t") * made), value
    plants = files.tables["refineries"].set_index(["refinery", "year"])
    cost = (plants["made_mt"] * plants["cash_cost_cny_per_t"]).groupby("year").sum()
    # Of a plant that made less than a kilogram in a year its last cost is told, not the mean.
    hardly = plants["made_mt"].where(plants["made_mt"] <= KILOGRAM, 0.0).groupby("year").sum()
    told = hardly <= ROUNDING * made
    mean = files.year("cash_cost_mean_cny_per_t") * made
    yield "cash cost of years and plants", mean[told], cost[told]
    last = max(plants.columns.get_loc(name) for name in BEFORE_COSTS if name in plants)
    parts = list(plants.columns[last + 1 :])
    yield "cash cost of a plant by component", plants["cash_cost_cny_per_t"], plants[parts].sum(axis=1)


def _shares(files: Files) -> Sides:
    """National shares and totals follow from plants."""
    plants = files.tables["refineries"]
    size = files.by("refineries", "nameplate_mt")
    coast = plants[plants["coastal"]].groupby("year")["nameplate_mt"].sum()
    yield "coastal_share from plants", files.year("coastal_share") * size, coast
    imported = files.by("refineries", "imported_ore_mt")
    ore = imported + files.by("refineries", "domestic_ore_mt")
    yield "imported_ore_share from plants", files.year("imported_ore_share") * ore, imported
    for column, name in (
        ("red_mud_mt", "mud_mt"),
        ("co2_mt", "co2_mt"),
        ("red_mud_stock_mt", "mud_stock_mt"),
    ):
        if column not in files.tables["years"]:
            continue
        yield f"{column} of years and plants", files.year(column), files.by("refineries", name)
    groups = files.tables["groups"]
    tied = groups[groups["smelter_mt"] > 0.0].groupby("year")["nameplate_mt"].sum()
    yield "integrated_share from groups", files.year("integrated_share") * size, tied
    metal = files.by("groups", "smelter_mt", "year", "group")
    share = 100.0 * metal / metal.groupby("year").transform("sum")
    yield "smelting_hhi from groups", files.year("smelting_hhi"), (share**2).groupby("year").sum()


def _concentration(files: Files) -> Sides:
    """Concentration follows from who has what."""
    for column, name in (("hhi_control", "nameplate_mt"), ("hhi_control_production", "made_mt")):
        size = files.by("refineries", name, "year", "group")
        share = 100.0 * size / size.groupby("year").transform("sum")
        yield f"{column} from plants", files.year(column), (share**2).groupby("year").sum()
    size = files.by("refineries", "nameplate_mt", "year", "group")
    share = size / size.groupby("year").transform("sum")
    for column, count in (("largest_share", 1), ("cr4", 4), ("cr5", 5), ("cr10", 10)):
        largest = share.groupby("year").nlargest(count).groupby(level=0).sum()
        yield f"{column} from plants", files.year(column), largest
    causes = files.tables["years"].set_index("year").filter(regex="^hhi_by_").sum(axis=1)
    yield "change of the HHI by cause", files.year("hhi_control").diff()[1:], causes[1:]


def _ownership(files: Files) -> Sides:
    """Who holds a company holds all of it, at the end of every year."""
    stakes = [{"held": held, **stake} for _, held, stake in files.history.edges(data=True)]
    frame = pd.DataFrame(stakes, columns=["held", "ppm", "from_year", "to_year"])
    ends = pd.concat([frame.assign(year=year) for year in files.tables["years"]["year"]])
    now = ends[(ends["from_year"] <= ends["year"]) & ~(ends["to_year"] <= ends["year"])]
    held = now.groupby(["held", "year"])["ppm"].sum().astype(float)
    begun = ends[ends["from_year"] <= ends["year"]].groupby(["held", "year"]).size()
    yield "stakes in a company are all of it", held, 0.0 * begun + EQUITY_PPM


CHECKS: tuple[tuple[Callable[[Files], Sides], float], ...] = (
    (_tonnes, ROUNDING),
    (_shipped, LEFT_OUT),
    (_capacity, ROUNDING),
    (_money, ROUNDING),
    (_prices, ROUNDING),
    (_shares, ROUNDING),
    (_concentration, ROUNDING),
    (_ownership, 0.0),
)
"""All identities, with the largest gap that each may have."""
