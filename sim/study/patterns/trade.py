"""Patterns of trade and stocks: 11 the border, 14 stocks."""

import numpy as np
import pandas as pd

from sim.study.patterns.finding import FITTED, IDENTITY, Finding, share
from sim.study.patterns.panel import Panel


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
        Finding("11 rank correlation of net imports with the gap, median", float(links.median()), low=0.5),
        # Imports when the domestic price is above import parity.
        Finding("11 net imports above parity", share(net[gap > 0.0] > 0.0), low=0.80),
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
        Finding("11 net exports below netback", share(net[below] < 0.0), low=0.90),
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
        Finding("14 share of seeds with more stock after a year", share((stock - usual)[3] > 0.0), low=0.90),
    ]


def stock_days(panel: Panel) -> list[Finding]:
    """Pattern 14: stocks stay within what silos hold and trains carry."""
    total = panel.quarters["stock_refineries_mt"] + panel.quarters["stock_smelters_mt"]
    days = total / panel.quarters["use_mt"].clip(lower=1e-9) * 365.0 / 4.0
    return [
        # 19 days in January 2026 were a surplus; a week is on rails and at the line, a month would not fit.
        Finding("14 share of quarters with 7 to 31 days", share(days.between(7.0, 31.0)), low=0.95),
        Finding("14 least days of stock", float(np.min(days)), low=0.0, tag=IDENTITY),
    ]
