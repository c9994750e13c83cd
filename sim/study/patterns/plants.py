"""Patterns of plants and owners: 2 capacity, 6 exit, 13 concentration."""

import math
from collections.abc import Mapping

import pandas as pd

from sim.aftermath import INSIDE
from sim.study.patterns.finding import FITTED, Finding, per_seed, share
from sim.study.patterns.panel import Panel
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened


def exits(panel: Panel) -> list[Finding]:
    """Pattern 6: exit is rare, small and inland; losing plants idle, wait and stay on the register."""
    gone = leavers(panel)
    yearly = panel.years["exits_mt"] / panel.years["capacity_mt"]
    mean = per_seed(yearly, panel.years["seed"]).mean()
    idle = float((panel.years["mothballed_mt"] / panel.years["capacity_mt"]).mean())
    north = gone["province"].isin(["Shanxi", "Henan"])
    return [
        # Named exits run under 1 % of capacity a year; with the clean-out of 2022 (7 Mt) under 2 %.
        Finding("6 exits a year over capacity, median seed", float(mean.median()), low=0.0005, high=0.01),
        Finding("6 exits a year over capacity, 90th percentile", float(mean.quantile(0.9)), high=0.02),
        # Plants of 0.4-1.1 Mt/yr in Shanxi and Henan; the typical standing site has 1.4.
        Finding("6 size of leavers, median", float(gone["size_mt"].median()), high=1.1),
        Finding("6 share of exits up to 1.5 Mt/yr", share(gone["size_mt"] <= 1.5), low=0.75),
        Finding("6 share of exits inland", share(~gone["coastal"]), low=0.75),
        Finding("6 share of exits in Shanxi and Henan", share(north), low=0.50),
        Finding("6 share of exits without a smelter", share(~gone["smelts"]), low=0.50),
        # 1 % a year of capacity in small plants is 2 % of plants; 45 % lose: one loser in 20 leaves. Twice that.
        Finding("6 losing plants that leave within a year", hazard(panel), high=0.10),
        Finding("6 year-ends under cost before an exit, median", float(gone["lost"].median()), low=2.0),
        # Losing plants idle and stay: what stands idle is a multiple of what leaves in a year.
        Finding("6 idle over yearly exits", idle / max(float(yearly.mean()), 1e-6), low=2.0),
    ]


def losers(panel: Panel) -> pd.DataFrame:
    """Standing plants at year-ends with whether their cash cost is above the mill price of the region."""
    price = panel.regions[["seed", "year", "region", "last_price_cny_per_t"]]
    held = panel.plants[panel.plants["nameplate_mt"] > 0.0]
    both = held.merge(price, on=["seed", "year", "region"])
    return both.assign(loses=both["last_cash_cost_cny_per_t"] > both["last_price_cny_per_t"])


def hazard(panel: Panel) -> float:
    """The share of plants that lose at a year's end and are gone a year later."""
    ends = losers(panel)
    last = panel.years["year"].max()
    losing = ends[ends["loses"] & (ends["year"] < last)].assign(year=lambda rows: rows["year"] + 1)
    gone = panel.events[panel.events["kind"] == Happened.EXIT].rename(columns={"agent": "refinery"})
    left = losing.merge(gone[["seed", "year", "refinery"]], on=["seed", "year", "refinery"])
    return len(left) / len(losing) if len(losing) else math.nan


def leavers(panel: Panel) -> pd.DataFrame:
    """The plants that left from the third year on: size, place, and year-ends under cost just before."""
    pack = panel.scenario.pack
    province = {row.id: row.province for row in pack.regions}
    known = {row.id: row for row in pack.refineries} | {row.id: row for row in pack.projects}
    smelts = {row.company for row in pack.smelters}
    ends = losers(panel).set_index(["seed", "refinery", "year"])["loses"].to_dict()
    rows = []
    for event in panel.events[panel.events["kind"] == Happened.EXIT].itertuples():
        plant = known[event.agent]
        if event.year >= 2028:
            lost = years_lost(ends, (event.seed, event.agent), event.year)
            rows.append((event.amount, province[plant.region], plant.coastal, plant.company in smelts, lost))
    return pd.DataFrame(rows, columns=["size_mt", "province", "coastal", "smelts", "lost"]).astype(
        {"coastal": bool, "smelts": bool}
    )


def years_lost(ends: Mapping[tuple[int, str, int], bool], who: tuple[int, str], year: int) -> int:
    """How many year-ends in a row before a year the plant's cash cost was above the price."""
    count = 0
    while ends.get((*who, year - 1 - count), False):
        count += 1
    return count


def outgrowth(panel: Panel) -> list[Finding]:
    """Pattern 2: under a cap on smelters capacity outgrows demand, and the excess does not clear."""
    excess = (panel.years["capacity_mt"] - panel.years["demand_mt"]).groupby(
        [panel.years["seed"], panel.years["year"]]
    )
    by_year = excess.first().unstack()
    return [
        # Over metal times 1.925 it was 11 Mt in 2018, 16 in 2020, 20 in 2021, and never less since.
        Finding("2 excess of capacity over use, least", float(by_year.min(axis=None)), low=11.0),
        Finding(
            "2 share of seeds in which it is wider in 2030", share(by_year[2030] > by_year[2026]), low=0.5
        ),
        # 80 to 110.3 Mt in seven and a half years is 4.3 % a year; the next five have less need to serve.
        Finding(
            "2 growth of capacity a year to 2030, median", float(growth(panel).median()), low=0.0, high=0.045
        ),
    ]


def growth(panel: Panel) -> pd.Series:
    """Yearly growth of capacity from 2026 to 2030, one a seed."""
    capacity = panel.years.pivot(index="seed", columns="year", values="capacity_mt")
    return (capacity[2030] / capacity[2026]) ** 0.25 - 1.0


def creep(panel: Panel) -> list[Finding]:
    """Pattern 13: concentration is high already and creeps; most large deals move plants inside one owner."""
    top = panel.years.pivot(index="seed", columns="year", values="cr5")
    last = top.columns.max()
    yearly = (top[last] - top[top.columns.min()]) / (last - top.columns.min())
    closed = panel.deals[(panel.deals["outcome"] == CLOSED) & (panel.deals["size_mt"] >= 1.0)]
    inside = closed["kind"].isin(INSIDE)
    return [
        # Five groups hold 69 to 72 % on record, two points of which are how owners are counted.
        Finding(
            "13 share of the five largest in the first year, median",
            float(top.iloc[:, 0].median()),
            low=0.67,
            high=0.74,
            tag=FITTED,
        ),
        # Creeps: 69 to 72 % in eight years is 0.4 points a year; twice that is no creep any more.
        Finding("13 change of their share a year, median", float(yearly.median()), low=-0.008, high=0.008),
        Finding("13 part of deals of 1 Mt and more inside one owner", share(inside), low=0.5),
    ]
