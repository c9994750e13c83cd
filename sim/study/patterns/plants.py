"""Patterns of plants and owners: 2 capacity, 6 exit, 13 concentration.

Patterns of places: 7 growth, 8 operating rates, 9 and 10 ore, 15 red mud.
"""

import math
from collections.abc import Mapping

import pandas as pd

from sim.aftermath import INSIDE
from sim.study.patterns.panel import FITTED, IDENTITY, Finding, Panel, median_of, per_seed, share_of
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
        median_of("6 size of leavers", gone["size_mt"], high=1.1),
        share_of("6 share of exits up to 1.5 Mt/yr", gone["size_mt"] <= 1.5, low=0.75),
        share_of("6 share of exits inland", ~gone["coastal"], low=0.75),
        share_of("6 share of exits in Shanxi and Henan", north, low=0.50),
        share_of("6 share of exits without a smelter", ~gone["smelts"], low=0.50),
        # 1 % a year of capacity in small plants is 2 % of plants; 45 % lose: one loser in 20 leaves. Twice that.
        Finding("6 losing plants that leave within a year", hazard(panel), high=0.10),
        median_of("6 year-ends under cost before an exit", gone["lost"], low=2.0),
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
    years = panel.years
    excess = (years["capacity_mt"] - years["demand_mt"]).groupby([years["seed"], years["year"]])
    by_year = excess.first().unstack()
    return [
        # Over metal times 1.925 it was 11 Mt in 2018, 16 in 2020, 20 in 2021, and never less since.
        Finding("2 excess of capacity over use, least", float(by_year.min(axis=None)), low=11.0),
        share_of("2 share of seeds in which it is wider in 2030", by_year[2030] > by_year[2026], low=0.5),
        # 80 to 110.3 Mt in seven and a half years is 4.3 % a year; the next five have less need to serve.
        median_of("2 growth of capacity a year to 2030", growth(panel), low=0.0, high=0.045),
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
        median_of(
            "13 share of the five largest in the first year", top.iloc[:, 0], low=0.67, high=0.74, tag=FITTED
        ),
        # Creeps: 69 to 72 % in eight years is 0.4 points a year; twice that is no creep any more.
        median_of("13 change of their share a year", yearly, low=-0.008, high=0.008),
        share_of("13 part of deals of 1 Mt and more inside one owner", inside, low=0.5),
    ]


def provinces(panel: Panel) -> list[Finding]:
    """Pattern 8: provinces with imported ore at the coast run highest, Henan lowest."""
    early = panel.regions[panel.regions["year"] <= 2030]
    province = {row.id: row.province for row in panel.scenario.pack.regions}
    named = early.assign(province=early["region"].map(province))
    total = named.groupby(["seed", "province"])[["operating_mt", "nameplate_mt"]].sum()
    rate = (total["operating_mt"] / total["nameplate_mt"].where(total["nameplate_mt"] > 0.0)).unstack()
    published = rate[["Shandong", "Guangxi", "Shanxi", "Henan"]]
    coast = rate["Shandong"]
    inland = rate[["Shanxi", "Henan"]].mean(axis=1)
    return [
        # SMM, April to September 2025: Shandong 88-92, Guangxi 89-95, Shanxi 70-78, Henan 56-60 %.
        share_of(
            "8 share of seeds with Henan lowest", published.idxmin(axis=1) == "Henan", low=0.80, tag=FITTED
        ),
        share_of(
            "8 share of seeds with Shandong over Shanxi",
            rate["Shandong"] > rate["Shanxi"],
            low=0.90,
            tag=FITTED,
        ),
        # The gap of Shandong to the two inland provinces was 24 points; half of it is asked.
        median_of("8 Shandong less Shanxi and Henan", (coast - inland), low=0.12, tag=FITTED),
    ]


def by_province(panel: Panel, name: str) -> pd.DataFrame:
    """A figure of regions summed by province: one row a seed and year, one column a province."""
    province = {row.id: row.province for row in panel.scenario.pack.regions}
    named = panel.regions.assign(province=panel.regions["region"].map(province))
    return named.groupby(["seed", "year", "province"])[name].sum().unstack()


def to_the_coast(panel: Panel) -> list[Finding]:
    """Pattern 7: output grows at the coast and the river and not in the old inland provinces."""
    made = by_province(panel, "made_mt")
    part = made.div(made.sum(axis=1), axis=0)
    coast, old = part[["Shandong", "Guangxi", "Chongqing"]].sum(axis=1), part[["Shanxi", "Henan"]].sum(axis=1)
    later = old.unstack()
    return [
        # About half of output in 2021-22, and the capacity that has come since stands there.
        Finding(
            "7 output of Shandong, Guangxi and Chongqing, 5th percentile",
            float(coast.quantile(0.05)),
            low=0.48,
        ),
        # 39-40 % in 2021-22, less at each date on record.
        median_of("7 output of Shanxi and Henan in the first year", later[2026], high=0.39),
        share_of("7 share of seeds in which it is less in 2030", later[2030] < later[2026], low=0.80),
    ]


def ore(panel: Panel) -> list[Finding]:
    """Pattern 9: the dependence on imported ore rises."""
    part = panel.years.pivot(index="seed", columns="year", values="imported_ore_share")
    return [
        # About 73 % in 2025, by tonnes as landed; five points either way for the count of dry tonnes.
        median_of("9 imported ore in the first year", part[2026], low=0.68, high=0.80, tag=FITTED),
        share_of("9 share of seeds in which it rises to 2030", part[2030] > part[2026], low=0.80),
    ]


def cost_ranks(dear: Panel, cheap: Panel, calm: Panel) -> list[Finding]:
    """Pattern 10: which provinces are cheap switches with the price of imported ore at about 85 USD/t."""
    ends = calm.plants[(calm.plants["year"] == 2026) & (calm.plants["nameplate_mt"] > 0.0)]
    cost = ends.groupby("seed")["last_cash_cost_cny_per_t"]
    spread = (cost.quantile(0.975) - cost.quantile(0.025)) / cost.mean()
    return [
        # Dear ore favours Guangxi and Guizhou with ore of their own, cheap ore the coast.
        Finding("10 cost inland with own ore less Shandong at 100 USD/t, median", gap(dear), high=0.0),
        Finding("10 cost inland with own ore less Shandong at 55 USD/t, median", gap(cheap), low=0.0),
        # Plants spread over 25-30 % of the mean; a fifth more either way for what counts as a plant.
        median_of("10 spread of plants' cost over the mean", spread, low=0.20, high=0.36),
    ]


def gap(panel: Panel) -> float:
    """Cash cost of inland Guangxi and Guizhou less Shandong in the last year, by output, median seed, CNY/t."""
    last = panel.regions[panel.regions["year"] == panel.regions["year"].max()]
    spent = last.assign(spent=last["cash_cost_cny_per_t"] * last["made_mt"])
    inland = (
        spent[spent["region"].isin(["guangxi_inland", "guizhou"])].groupby("seed")[["spent", "made_mt"]].sum()
    )
    coast = spent[spent["region"] == "shandong"].groupby("seed")[["spent", "made_mt"]].sum()
    return float((inland["spent"] / inland["made_mt"] - coast["spent"] / coast["made_mt"]).median())


def mud(panel: Panel) -> list[Finding]:
    """Pattern 15: red mud binds inland first."""
    early = panel.plants[panel.plants["year"] <= 2028]
    pack = panel.scenario.pack
    coastal = {row.id: row.coastal for row in pack.refineries} | {p.id: p.coastal for p in pack.projects}
    inland = ~early["refinery"].map(coastal).fillna(True).astype(bool)
    curbed = early["curbed_by_mud_mt"]
    first = panel.years[panel.years["year"] == 2026]
    return [
        # About 1.3 t of mud per tonne, more on poor inland ore, less on what is imported.
        median_of(
            "15 mud per tonne in the first year",
            (first["red_mud_mt"] / first["production_mt"]),
            low=1.0,
            high=1.6,
            tag=IDENTITY,
        ),
        # Shanxi's ponds had one to two years of space in 2024; stops on file are all inland.
        Finding(
            "15 part of what mud curbs by 2028 that is inland",
            float(curbed[inland].sum() / max(curbed.sum(), 1e-9)),
            low=0.60,
        ),
        # Single plants of 1.4-2.8 Mt stopped in 2016 and in 2019: seldom more than one a year.
        median_of(
            "15 Mt that mud curbs a year by 2028",
            early.groupby(["seed", "year"])["curbed_by_mud_mt"].sum(),
            high=2.8,
        ),
    ]
