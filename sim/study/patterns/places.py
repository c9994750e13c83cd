"""Patterns of places: 7 growth, 8 operating rates, 9 and 10 ore, 15 red mud."""

import pandas as pd

from sim.study.patterns.finding import FITTED, IDENTITY, Finding, share
from sim.study.patterns.panel import Panel


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
        Finding(
            "8 share of seeds with Henan lowest",
            share(published.idxmin(axis=1) == "Henan"),
            low=0.80,
            tag=FITTED,
        ),
        Finding(
            "8 share of seeds with Shandong over Shanxi",
            share(rate["Shandong"] > rate["Shanxi"]),
            low=0.90,
            tag=FITTED,
        ),
        # The gap of Shandong to the two inland provinces was 24 points; half of it is asked.
        Finding(
            "8 Shandong less Shanxi and Henan, median", float((coast - inland).median()), low=0.12, tag=FITTED
        ),
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
        Finding(
            "7 output of Shanxi and Henan in the first year, median", float(later[2026].median()), high=0.39
        ),
        Finding("7 share of seeds in which it is less in 2030", share(later[2030] < later[2026]), low=0.80),
    ]


def ore(panel: Panel) -> list[Finding]:
    """Pattern 9: the dependence on imported ore rises."""
    part = panel.years.pivot(index="seed", columns="year", values="imported_ore_share")
    return [
        # About 73 % in 2025, by tonnes as landed; five points either way for the count of dry tonnes.
        Finding(
            "9 imported ore in the first year, median",
            float(part[2026].median()),
            low=0.68,
            high=0.80,
            tag=FITTED,
        ),
        Finding("9 share of seeds in which it rises to 2030", share(part[2030] > part[2026]), low=0.80),
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
        Finding(
            "10 spread of plants' cost over the mean, median", float(spread.median()), low=0.20, high=0.36
        ),
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
    coastal = {row.id: row.coastal for row in pack.refineries} | {
        row.id: row.coastal for row in pack.projects
    }
    inland = ~early["refinery"].map(coastal).fillna(True).astype(bool)
    curbed = early["curbed_by_mud_mt"]
    first = panel.years[panel.years["year"] == 2026]
    return [
        # About 1.3 t of mud per tonne, more on poor inland ore, less on what is imported.
        Finding(
            "15 mud per tonne in the first year, median",
            float((first["red_mud_mt"] / first["production_mt"]).median()),
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
        Finding(
            "15 Mt that mud curbs a year by 2028, median",
            float(early.groupby(["seed", "year"])["curbed_by_mud_mt"].sum().median()),
            high=2.8,
        ),
    ]
