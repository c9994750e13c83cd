"""Patterns of price and supply: 1 operating rate, 3 price in a surplus, 4 spikes, 5 curtailment.

Patterns of trade and stocks: 11 the border, 14 stocks.
"""

import numpy as np
import pandas as pd

from sim.study.patterns.panel import FITTED, IDENTITY, Finding, Panel, median_of, per_seed, share, share_of
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
        median_of("1 share of what could run that ran at any price", used, low=0.95),
    ]


def price_in_surplus(panel: Panel) -> list[Finding]:
    """Pattern 3: in surplus the price sits near the mean full cost or below, not on the 90th percentile."""
    idle = 1.0 - panel.years["production_mt"] / panel.years["available_mt"]
    surplus = panel.years[idle >= SURPLUS_SHARE]
    to_full = panel.scenario.spec.parameters.costs.full_minus_cash_cny_per_t
    above_full = surplus["price_cny_per_t"] - surplus["cash_cost_mean_cny_per_t"] - to_full
    return [
        # Without surplus years there is nothing to see: an industry that builds into a capped demand has many.
        share_of("3 share of years in surplus", idle >= SURPLUS_SHARE, low=0.25, tag=IDENTITY),
        # 2022: within 250 of average cost all year, so about zero; December 2025: 170 below full cost.
        median_of("3 price less mean full cost", above_full, low=-250.0, high=100.0),
        # It leaves the curve upward only in tight years; a year of surplus may hold one tight quarter.
        share_of("3 share over full cost by 250", above_full > 250.0, high=0.10),
        share_of("3 share under full cost by 420", above_full < -420.0, high=0.10),
        # The 50th to 65th percentile of plants in December 2025; the 90th is what a textbook would say. The curve
        # is that of all that can run, as it is drawn: on a curve of output alone dear plants that idle are missing.
        Finding("3 percentile of the price on the curve, median", curve_share(panel), low=0.35, high=0.75),
        share_of(
            "3 share of years under the 90th percentile",
            surplus["price_cny_per_t"] < surplus["cash_cost_p90_cny_per_t"],
            low=0.75,
        ),
        # December 2025: 40-50 % of plants below their own cash cost, at the bottom of the cycle.
        median_of("3 share of plants below cash cost", surplus["share_below_cash_cost"], low=0.20, high=0.60),
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
        median_of("4 peak over the twin", peak, low=0.20, high=1.0),
        share_of("4 share of seeds with a peak of 10 %", peak >= 0.10, low=0.80),
        # 1,310 of the 1,548 CNY/t were gone at the end of December 2021, and 2022 stayed within 250 (9 %).
        share_of("4 share within 10 % four quarters later", excess[last + 4].abs() <= 0.10, low=0.80),
        share_of("4 share within 10 % six quarters later", excess[last + 6].abs() <= 0.10, low=0.90),
        Finding(
            "4 rest of the peak after two quarters", float((excess[last + 2] / peak).median()), high=0.50
        ),
        # Ore is bought by the quarter, at last quarter's price, and chases alumina: cost peaks after the price.
        median_of("4 quarters by which cost follows", lag, low=1.0),
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
        median_of("5 largest cut over capacity", rate, low=0.01, high=0.14),
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
        median_of("12 rank correlation of refining margin and smelters' earnings", links, high=0.0),
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
        Finding("11 parity less netback, median", float(band), low=650.0, high=900.0, tag=IDENTITY),
        # Traders decide on the dollar price that they saw; more price, more net imports.
        median_of("11 rank correlation of net imports with the gap", links, low=0.5),
        # Imports when the domestic price is above import parity.
        share_of("11 net imports above parity", net[gap > 0.0] > 0.0, low=0.80),
        # 1.7-2.0 Mt a year since 2022, whatever the price.
        Finding(
            "11 variation of the flow to Russia", float(russia.std() / russia.mean()), high=0.10, tag=IDENTITY
        ),
    ]


def border(panel: Panel) -> list[Finding]:
    """Pattern 11 in a world that is short: exports when the domestic price is below netback."""
    quarters = trade_terms(panel)
    net = quarters["imports_mt"] - quarters["exports_mt"]
    below = quarters["price_cny_per_t"] < quarters["netback_cny_per_t"]
    return [
        # 2018, when Alunorte was cut: China exported 1.46 Mt after 0.06 the year before.
        Finding("11 quarters below netback in a short world", float(below.sum()), low=10.0),
        share_of("11 net exports below netback", net[below] < 0.0, low=0.90),
    ]


def trade_terms(panel: Panel) -> pd.DataFrame:
    """Quarters with import parity and export netback at the dollar price of the quarter before."""
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
        Finding("14 opening stock in days of use", days, low=18.0, high=20.0, tag=FITTED),
        Finding("14 opening stock at refineries", refineries_mt, low=1.08, high=1.32, tag=FITTED),
        Finding("14 opening stock at smelters", smelters_mt, low=3.25, high=3.59, tag=FITTED),
    ]


def absorption(panel: Panel, twin: Panel) -> list[Finding]:
    """Pattern 14: a surplus goes into stock first, before output answers."""
    stock = panel.by_quarter("stock_refineries_mt") + panel.by_quarter("stock_smelters_mt")
    usual = twin.by_quarter("stock_refineries_mt") + twin.by_quarter("stock_smelters_mt")
    missing = twin.by_quarter("use_mt") - panel.by_quarter("use_mt")
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
            "14 share into stock, fourth over first quarter", float((taken[3] / taken[0]).median()), high=0.5
        ),
        share_of("14 share of seeds with more stock after a year", (stock - usual)[3] > 0.0, low=0.90),
    ]


def stock_days(panel: Panel) -> list[Finding]:
    """Pattern 14: stocks stay within what silos hold and trains carry."""
    total = panel.quarters["stock_refineries_mt"] + panel.quarters["stock_smelters_mt"]
    days = total / panel.quarters["use_mt"].clip(lower=1e-9) * 365.0 / 4.0
    return [
        # 19 days in January 2026 were a surplus; a week is on rails and at the line, a month would not fit.
        share_of("14 share of quarters with 7 to 31 days", days.between(7.0, 31.0), low=0.95),
        Finding("14 least days of stock", float(np.min(days)), low=0.0, tag=IDENTITY),
    ]
