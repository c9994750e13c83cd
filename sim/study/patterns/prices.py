"""Patterns of price and supply: 1 operating rate, 3 price in a surplus, 4 spikes, 5 curtailment."""

import pandas as pd

from sim.study.patterns.finding import IDENTITY, Finding, per_seed, share
from sim.study.patterns.panel import Panel
from sim.study.patterns.plants import losers

SURPLUS_SHARE = 0.06
"""Idle share of what could have run from which a year is one of surplus: 8 % in January 2026, a surplus by
all accounts, against 1 % at the peak of early 2025 and 3 % in 2022."""


def operating_rate(panel: Panel) -> list[Finding]:
    """Pattern 1: the operating rate stays in a narrow band, never near 100 %."""
    rate, seeds = panel.years["operating_rate"], panel.years["seed"]
    live = panel.years["operating_rate_live"]
    spread = per_seed(rate, seeds).max() - per_seed(rate, seeds).min()
    runnable = panel.years["runnable_mt"] / panel.years["capacity_mt"]
    return [
        # 13 % of nameplate (9-17 % in the estimates) does not run at any price; 87 % is the best year on record.
        Finding("1 highest operating rate", float(rate.max()), high=0.91, tag=IDENTITY),
        Finding("1 highest runnable share", float(runnable.max()), high=0.91, tag=IDENTITY),
        # Recorded 0.77 to 0.87, of which two points may be how capacity is counted. The register strikes off in leaps
        # what stays cold, so its capacity lies between nameplate and what is live.
        Finding("1 operating rate, 5th percentile", float(rate.quantile(0.05)), low=0.75),
        Finding("1 operating rate, 95th percentile", float(rate.quantile(0.95)), high=0.88),
        Finding("1 operating rate of live capacity, 5th percentile", float(live.quantile(0.05)), low=0.75),
        Finding("1 operating rate of live capacity, 95th percentile", float(live.quantile(0.95)), high=0.88),
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
        Finding("1 operating rate at any price, highest", float(rate.max()), high=0.91, tag=IDENTITY),
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
        Finding("3 share of years in surplus", share(idle >= SURPLUS_SHARE), low=0.25, tag=IDENTITY),
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
    """The share of capacity that can run whose cash cost lies under the price of its region, median year."""
    ends = losers(panel)
    under = (ends["runnable_mt"] * ~ends["loses"]).groupby([ends["seed"], ends["year"]]).sum()
    return float((under / ends.groupby(["seed", "year"])["runnable_mt"].sum()).median())


def spike(panel: Panel, twin: Panel, first: int = 0, length: int = 4) -> list[Finding]:
    """Pattern 4: a small shortage makes a large spike that collapses within two to four quarters."""
    last = first + length - 1
    excess = panel.by_quarter("price_cny_per_t") / twin.by_quarter("price_cny_per_t") - 1.0
    cost = panel.by_quarter("cash_cost_mean_cny_per_t") / twin.by_quarter("cash_cost_mean_cny_per_t") - 1.0
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


def curtailment(panel: Panel, twin: Panel) -> list[Finding]:
    """Pattern 5: output answers a want of buyers within a quarter, by a few per cent of capacity."""
    made, usual = panel.by_quarter("production_mt"), twin.by_quarter("production_mt")
    cut = (usual - made).loc[:, :3]
    rate = 4.0 * cut.max(axis=1) / twin.years.groupby("seed")["capacity_mt"].first()
    return [
        # One to three months on record, so by far the most of it in the quarter in which the want begins.
        Finding(
            "5 share of the cut that comes in its first quarter",
            float((cut[0] / cut.max(axis=1)).median()),
            low=0.5,
        ),
        # A few per cent of capacity; 14 % in 2015-16, when four firms of five lost cash.
        Finding("5 largest cut over capacity, median", float(rate.median()), low=0.01, high=0.14),
        # What loses cash idles: in December 2025 nearly half of plants lost, and a twelfth of what could run stood.
        Finding("5 rank correlation of idle share with plants that lose", idle_with_loss(twin), low=0.3),
    ]


def idle_with_loss(panel: Panel) -> float:
    """The rank correlation over years of the idle share with the share of plants below cash cost."""
    idle = 1.0 - panel.years["production_mt"] / panel.years["available_mt"]
    return float(idle.corr(panel.years["share_below_cash_cost"], method="spearman"))


def integration(panel: Panel) -> list[Finding]:
    """Pattern 12: the margin moves between refiner and smelter, so integrated groups are cushioned."""
    groups = panel.groups[panel.groups["made_mt"] > 0.0]
    earned = groups["earned_mcny"] + groups["smelting_earned_mcny"]
    tied = groups["smelting_mt"] > 0.0
    metal = panel.groups.groupby(["seed", "year"])["smelting_earned_mcny"].sum()
    price = panel.years.set_index(["seed", "year"])["margin_cny_per_t"]
    both = pd.DataFrame({"refining": price, "smelting": metal}).groupby("seed")
    links = both.apply(lambda rows: rows["refining"].corr(rows["smelting"], method="spearman"))
    return [
        # Cushioned is said without a number, so a plain difference is asked.
        Finding(
            "12 group-years in the red, stand-alone less integrated",
            share(earned[~tied] < 0.0) - share(earned[tied] < 0.0),
            low=0.05,
        ),
        Finding(
            "12 rank correlation of refining margin and smelters' earnings, median",
            float(links.median()),
            high=0.0,
        ),
    ]
