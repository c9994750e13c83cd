"""The recorded patterns as statistics, each with the band that the record allows.

A pattern is judged over the seeds of a panel, never on one run. Every band is argued from the record, which
ends with January 2026, in the comment above it, and was written down before the model was asked. `python -m
tests.patterns` prints what is measured.

Sources of the record: SMM on capacity, output, operating rates, stocks and costs, 2017 to January 2026; its
reviews of 2021 (price, curtailments) and 2022 (capacity); Aladdin and Reuters on stocks and exits.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.panel import Panel

SURPLUS_SHARE = 0.06
"""Idle share of what could have run from which a year is one of surplus: 8 % in January 2026, a surplus by
all accounts, against 1 % at the peak of early 2025 and 3 % in 2022."""


@dataclass(frozen=True)
class Finding:
    """One statistic and the band in which it must lie."""

    name: str
    value: float
    low: float = -math.inf
    high: float = math.inf

    @property
    def holds(self) -> bool:
        """Tell whether the statistic lies in its band; what is not a number does not."""
        return self.low <= self.value <= self.high

    def __str__(self) -> str:
        """Give the finding in a line."""
        mark = "holds" if self.holds else "FAILS"
        return f"{mark}  {self.name}: {self.value:.4g} in [{self.low:g}, {self.high:g}]"


def share(condition: pd.Series) -> float:
    """Give the share of rows for which a condition is true; nan without rows."""
    return float(condition.mean()) if len(condition) else math.nan


def per_seed(values: pd.Series, seeds: pd.Series) -> pd.core.groupby.SeriesGroupBy:
    """Give values grouped by seed."""
    return values.groupby(seeds)


def operating_rate(panel: Panel) -> list[Finding]:
    """Pattern 1: the operating rate stays in a narrow band, never near 100 %."""
    rate, seeds = panel.years["operating_rate"], panel.years["seed"]
    spread = per_seed(rate, seeds).max() - per_seed(rate, seeds).min()
    runnable = panel.years["runnable_mt"] / panel.years["capacity_mt"]
    return [
        # 13 % of nameplate (9-17 % in the estimates) does not run at any price; 87 % is the best year on record.
        Finding("1 highest operating rate", float(rate.max()), high=0.91),
        Finding("1 highest runnable share", float(runnable.max()), high=0.91),
        # Recorded 0.77 to 0.87, before what is announced. 126 to 131 Mt are, for 86 Mt of use, of which imports may
        # take 5, as analysts expect of Indonesia: 81 / 131. (A first band of 0.68 had left imports out.)
        Finding("1 operating rate, 5th percentile", float(rate.quantile(0.05)), low=0.62),
        Finding("1 operating rate, 95th percentile", float(rate.quantile(0.95)), high=0.88),
        # Ten recorded years, 2017 to January 2026, span 10 points; half as much again is not narrow any more.
        Finding("1 span of ten years, median seed", float(spread.median()), high=0.10),
        Finding("1 span of ten years, 90th percentile", float(spread.quantile(0.9)), high=0.15),
    ]


def squeeze(panel: Panel) -> list[Finding]:
    """Pattern 1 from the other side: when the world pays any price, 13 % of nameplate still stand idle."""
    rate = panel.years["operating_rate"]
    used = panel.years["production_mt"] / panel.years["available_mt"]
    return [
        # January 2025, margin 2,279 CNY/t: the rate peaked at 0.85-0.87 and not higher.
        Finding("1 operating rate at any price, highest", float(rate.max()), high=0.91),
        # If they did not all run, the limit above would say nothing.
        Finding("1 share of what could run that ran at any price, median", float(used.median()), low=0.95),
    ]


def price_in_surplus(panel: Panel) -> list[Finding]:
    """Pattern 3: in surplus the price sits near the mean full cost or below, not on the 90th percentile."""
    idle = 1.0 - panel.years["production_mt"] / panel.years["available_mt"]
    surplus = panel.years[idle >= SURPLUS_SHARE]
    to_full = panel.scenario.spec.parameters.costs.full_minus_cash_cny_per_t
    above_full = surplus["price_cny_per_t"] - surplus["cash_cost_mean_cny_per_t"] - to_full
    return [
        # Without surplus years there is nothing to see: an industry that builds into a capped demand has many.
        Finding("3 share of years in surplus", share(idle >= SURPLUS_SHARE), low=0.25),
        # 2022: within 250 of average cost all year, so about zero; December 2025: 170 below full cost.
        Finding("3 price less mean full cost, median", float(above_full.median()), low=-250.0, high=100.0),
        # It leaves the curve upward only in tight years; a year of surplus may hold one tight quarter.
        Finding("3 share over full cost by 250", share(above_full > 250.0), high=0.10),
        Finding("3 share under full cost by 420", share(above_full < -420.0), high=0.10),
        # The 50th to 65th percentile of plants in December 2025; the 90th is what a textbook would say. The curve
        # is that of all that can run, as it is drawn: on a curve of output alone dear plants that idle are missing.
        Finding("3 percentile of the price on the curve, median", curve_share(panel), low=0.35, high=0.75),
        Finding(
            "3 share of years under the 90th percentile",
            share(surplus["price_cny_per_t"] < surplus["cash_cost_p90_cny_per_t"]),
            low=0.75,
        ),
        # December 2025: 40-50 % of plants below their own cash cost, at the bottom of the cycle.
        Finding(
            "3 share of plants below cash cost, median",
            float(surplus["share_below_cash_cost"].median()),
            low=0.20,
            high=0.60,
        ),
    ]


def curve_share(panel: Panel) -> float:
    """Give the share of capacity that can run whose cash cost lies under the price of its region, median year."""
    ends = losers(panel)
    under = (ends["runnable_mt"] * ~ends["loses"]).groupby([ends["seed"], ends["year"]]).sum()
    return float((under / ends.groupby(["seed", "year"])["runnable_mt"].sum()).median())


def spike(panel: Panel, twin: Panel, first: int = 0, length: int = 4) -> list[Finding]:
    """Pattern 4: a small shortage makes a large spike that collapses within two to four quarters."""
    last = first + length - 1
    excess = _by_seed(panel, "price_cny_per_t") / _by_seed(twin, "price_cny_per_t") - 1.0
    cost = _by_seed(panel, "cash_cost_mean_cny_per_t") / _by_seed(twin, "cash_cost_mean_cny_per_t") - 1.0
    shortage = excess.loc[:, first : last + 1]
    peak, when = shortage.max(axis=1), shortage.idxmax(axis=1)
    lag = cost.loc[:, first : last + 8].idxmax(axis=1) - when
    return [
        # 2021: about 4.2 of 75 Mt/yr fell out (Guangxi 3.0, Shanxi 1.2) and the price went from 2,571 to 4,119.
        # Quarterly means: fourth over third quarter +31 %, over second +49 %. Coal and caustic rose as well, so
        # half of that is asked of the shortage alone. The year 2024, a larger one, saw +83 %.
        Finding("4 peak over the twin, median", float(peak.median()), low=0.20, high=1.0),
        Finding("4 share of seeds with a peak of 10 %", share(peak >= 0.10), low=0.80),
        # 1,310 of the 1,548 CNY/t were gone at the end of December 2021, and 2022 stayed within 250 (9 %).
        Finding("4 share within 10 % four quarters later", share(excess[last + 4].abs() <= 0.10), low=0.80),
        Finding("4 share within 10 % six quarters later", share(excess[last + 6].abs() <= 0.10), low=0.90),
        Finding(
            "4 rest of the peak after two quarters", float((excess[last + 2] / peak).median()), high=0.50
        ),
        # Ore is bought by the quarter, at last quarter's price, and chases alumina: cost peaks after the price.
        Finding("4 quarters by which cost follows, median", float(lag.median()), low=1.0),
    ]


def _by_seed(panel: Panel, name: str) -> pd.DataFrame:
    """Give a quarterly figure as one row a seed and one column a quarter."""
    return panel.quarters.pivot(index="seed", columns="place", values=name)


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
    """Give standing plants at year-ends with whether their cash cost is above the mill price of the region."""
    price = panel.regions[["seed", "year", "region", "last_price_cny_per_t"]]
    held = panel.plants[panel.plants["nameplate_mt"] > 0.0]
    both = held.merge(price, on=["seed", "year", "region"])
    return both.assign(loses=both["last_cash_cost_cny_per_t"] > both["last_price_cny_per_t"])


def hazard(panel: Panel) -> float:
    """Give the share of plants that lose at a year's end and are gone a year later."""
    ends = losers(panel)
    last = panel.years["year"].max()
    losing = ends[ends["loses"] & (ends["year"] < last)].assign(year=lambda rows: rows["year"] + 1)
    gone = panel.events[panel.events["kind"] == "exit"].rename(columns={"agent": "refinery"})
    left = losing.merge(gone[["seed", "year", "refinery"]], on=["seed", "year", "refinery"])
    return len(left) / len(losing) if len(losing) else math.nan


def leavers(panel: Panel) -> pd.DataFrame:
    """Give the plants that left from the third year on: size, place, and year-ends under cost just before."""
    pack = panel.scenario.pack
    province = {row.id: row.province for row in pack.regions}
    known = {row.id: row for row in (*pack.refineries, *pack.projects)}
    smelts = {row.company for row in pack.smelters}
    ends = losers(panel).set_index(["seed", "refinery", "year"])["loses"].to_dict()
    rows = []
    for event in panel.events[panel.events["kind"] == "exit"].itertuples():
        plant = known[event.agent]
        if event.year >= 2028:
            lost = years_lost(ends, (event.seed, event.agent), event.year)
            rows.append((event.amount, province[plant.region], plant.coastal, plant.company in smelts, lost))
    return pd.DataFrame(rows, columns=["size_mt", "province", "coastal", "smelts", "lost"]).astype(
        {"coastal": bool, "smelts": bool}
    )


def years_lost(ends: Mapping[tuple[int, str, int], bool], who: tuple[int, str], year: int) -> int:
    """Give how many year-ends in a row before a year the plant's cash cost was above the price."""
    count = 0
    while ends.get((*who, year - 1 - count), False):
        count += 1
    return count


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
        Finding("8 share of seeds with Henan lowest", share(published.idxmin(axis=1) == "Henan"), low=0.80),
        Finding(
            "8 share of seeds with Shandong over Shanxi", share(rate["Shandong"] > rate["Shanxi"]), low=0.90
        ),
        # The gap of Shandong to the two inland provinces was 24 points; half of it is asked.
        Finding("8 Shandong less Shanxi and Henan, median", float((coast - inland).median()), low=0.12),
    ]


def net_trade(panel: Panel) -> list[Finding]:
    """Pattern 11: the sign of net trade follows parity; the flow to Russia hardly reacts."""
    quarters = trade_terms(panel)
    net = quarters["imports_mt"] - quarters["exports_mt"]
    gap = quarters["price_cny_per_t"] - quarters["parity_cny_per_t"]
    ranks = pd.DataFrame({"net": net, "gap": gap}).groupby(quarters["seed"])
    links = ranks.apply(lambda rows: rows["net"].corr(rows["gap"], method="spearman"))
    russia = panel.flows[panel.flows["market"] == "russia"].groupby(["seed", "year"])["shipped_mt"].sum()
    band = (quarters["parity_cny_per_t"] - quarters["netback_cny_per_t"]).median()
    return [
        # About 750 CNY/t apart at 320 USD/t; 650-900 over the dollar prices of the coming years.
        Finding("11 parity less netback, median", float(band), low=650.0, high=900.0),
        # Traders decide on the dollar price that they saw; more price, more net imports.
        Finding("11 rank correlation of net imports with the gap, median", float(links.median()), low=0.5),
        # Imports when the domestic price is above import parity.
        Finding("11 net imports above parity", share(net[gap > 0.0] > 0.0), low=0.80),
        # 1.7-2.0 Mt a year since 2022, whatever the price.
        Finding("11 variation of the flow to Russia", float(russia.std() / russia.mean()), high=0.10),
    ]


def border(panel: Panel) -> list[Finding]:
    """Pattern 11 in a world that is short: exports when the domestic price is below netback."""
    quarters = trade_terms(panel)
    net = quarters["imports_mt"] - quarters["exports_mt"]
    below = quarters["price_cny_per_t"] < quarters["netback_cny_per_t"]
    return [
        # 2018, when Alunorte was cut: China exported 1.46 Mt after 0.06 the year before.
        Finding("11 quarters below netback in a short world", float(below.sum()), low=10.0),
        Finding("11 net exports below netback", share(net[below] < 0.0), low=0.90),
    ]


def trade_terms(panel: Panel) -> pd.DataFrame:
    """Give quarters with import parity and export netback at the dollar price of the quarter before."""
    world = panel.scenario.spec.parameters.world
    vat = 1.0 + panel.scenario.spec.parameters.market.vat_share
    fob = panel.quarters.groupby("seed")["fob_usd_per_t"].shift(1)
    rate = panel.quarters["exchange_rate_cny_per_usd"]
    parity = (fob + world.freight_usd_per_t) * rate * (1.0 + world.duty_share) * vat + world.port_cny_per_t
    netback = fob * rate - world.export_handling_cny_per_t
    terms = panel.quarters.assign(parity_cny_per_t=parity, netback_cny_per_t=netback)
    return terms[fob.notna()]


def opening_stocks(refineries_mt: float, smelters_mt: float, use_mt: float) -> list[Finding]:
    """Pattern 14, the start: 1.2 Mt at refineries and 3.42 Mt at smelters, 19 days of use."""
    days = (refineries_mt + smelters_mt) / use_mt * 365.0
    return [
        # Published to two digits in January 2026; five per cent is what a count of stocks is good for, twice
        # that for the part at refineries, which turns over in five days.
        Finding("14 opening stock in days of use", days, low=18.0, high=20.0),
        Finding("14 opening stock at refineries", refineries_mt, low=1.08, high=1.32),
        Finding("14 opening stock at smelters", smelters_mt, low=3.25, high=3.59),
    ]


def absorption(panel: Panel, twin: Panel) -> list[Finding]:
    """Pattern 14: a surplus goes into stock first, before output answers."""
    stock = _by_seed(panel, "stock_refineries_mt") + _by_seed(panel, "stock_smelters_mt")
    usual = _by_seed(twin, "stock_refineries_mt") + _by_seed(twin, "stock_smelters_mt")
    missing = _by_seed(twin, "use_mt") - _by_seed(panel, "use_mt")
    added = (stock - usual).diff(axis=1)
    added[0] = (stock - usual)[0]
    taken = added / missing
    return [
        # Curtailment answers after one to three months (pattern 5), so a third to the whole of the first
        # quarter's surplus has nowhere to go but stocks and trade.
        Finding(
            "14 share of the surplus into stock, first quarter", float(taken[0].median()), low=0.33, high=1.0
        ),
        # First, not for ever: in the fourth quarter output has answered.
        Finding(
            "14 share into stock, fourth over first quarter",
            float((taken[3] / taken[0]).median()),
            high=0.5,
        ),
        Finding("14 share of seeds with more stock after a year", share((stock - usual)[3] > 0.0), low=0.90),
    ]


def stock_days(panel: Panel) -> list[Finding]:
    """Pattern 14: stocks stay within what silos hold and trains carry."""
    total = panel.quarters["stock_refineries_mt"] + panel.quarters["stock_smelters_mt"]
    days = total / panel.quarters["use_mt"].clip(lower=1e-9) * 365.0 / 4.0
    return [
        # 19 days in January 2026 were a surplus; a week is on rails and at the line, a month would not fit.
        Finding("14 share of quarters with 7 to 31 days", share(days.between(7.0, 31.0)), low=0.95),
        Finding("14 least days of stock", float(np.min(days)), low=0.0),
    ]


def all_findings() -> list[Finding]:
    """Give every finding over the panels of `tests.panel`; takes about half a minute."""
    from tests.panel import named_panel

    calm, scarce = named_panel("baseline"), named_panel("scarcity")
    start = calm.opening
    return [
        *operating_rate(calm),
        *squeeze(named_panel("any price")),
        *price_in_surplus(calm),
        *spike(scarce, calm),
        *exits(calm),
        *provinces(calm),
        *net_trade(calm),
        *border(named_panel("short world")),
        *opening_stocks(*start),
        *absorption(named_panel("less smelting"), calm),
        *stock_days(calm),
    ]


if __name__ == "__main__":
    for finding in all_findings():
        print(finding)
