"""The price of alumina by quarter with what it costs to make and what the border allows, and the disruptions.

Import parity caps the price where imports are free to come, export netback holds it up where exports pay;
both follow from the world price, the exchange rate and the duty of the year. The spread of cash costs among
plants is known by year, and moved with the mean cost of each quarter.
"""

from dataclasses import fields

import pandas as pd

from sim.market.inputs import imposed, together
from sim.market.parity import Border, export_netback, import_parity
from sim.policies.rulebook import Rulebook
from sim.report.base_year import BaseYear, base_year
from sim.report.naming import Names
from sim.report.wording import clipped, drawable
from sim.results import Results
from sim.world.kinds import Happened

QUARTERS = 4


def border_of(results: Results, year: int, quarter: int, exchange_rate: float) -> Border:
    """The terms at the border in a quarter: the parameters, duties that policies lay on top, and shocks of freight."""
    spec = results.scenario.spec
    moment = year * QUARTERS + quarter - 1
    shocks = [
        each for each in imposed(spec.shocks) if each.variable == "ocean_freight" and each.active(moment)
    ]
    world, rules = spec.parameters.world, Rulebook()
    for policy in spec.policies:
        rules = policy.amend(rules, year)
    known = {
        "exchange_rate": exchange_rate,
        "freight_usd_per_t": world.freight_usd_per_t * (1.0 + together(each.size for each in shocks)),
        "duty_share": world.duty_share + rules.duty_share,
        "vat_share": spec.parameters.market.vat_share,
        "port_cny_per_t": world.port_cny_per_t,
        "handling_cny_per_t": world.export_handling_cny_per_t,
        "refund_share": rules.export_refund_share,
    }
    # Parity and netback read these terms alone; what else a border has is about how much is traded.
    return Border(**{each.name: known.get(each.name, 0.0) for each in fields(Border)})


def price_table(results: Results) -> pd.DataFrame:
    """One row a quarter, base year first: price, cost, spread and the border, all in CNY/t."""
    base, trade = base_year(results), results.scenario.pack.trade
    rows = [{"year": base.year, **each} for each in base.quarters] if base else []
    frame = pd.concat([pd.DataFrame(rows), results.quarters], ignore_index=True)
    kept = frame[["year", "quarter", "price_cny_per_t", "cash_cost_mean_cny_per_t", "production_mt"]]
    table = kept.astype({"year": "int64", "quarter": "int64"})
    table = pd.concat([table, _spread(results, base, table)], axis=1)
    rates, fobs = frame[trade.of(trade.exchange).price], frame["fob_usd_per_t"]
    dated = zip(table["year"].tolist(), table["quarter"].tolist(), rates, fobs, strict=True)
    borders = [(border_of(results, year, quarter, rate), fob) for year, quarter, rate, fob in dated]
    table["import_parity_cny_per_t"] = [import_parity(border, fob) for border, fob in borders]
    table["export_netback_cny_per_t"] = [export_netback(border, fob) for border, fob in borders]
    return table


def _spread(results: Results, base: BaseYear | None, quarters: pd.DataFrame) -> pd.DataFrame:
    """P10 and P90 of each quarter: those of the year, moved by the quarter's mean less the year's mean."""
    names = ["cash_cost_p10_cny_per_t", "cash_cost_p90_cny_per_t"]
    known = results.years.set_index("year")[names]
    if base:
        low, _, high = base.costs_cny_per_t
        known = pd.concat([pd.DataFrame([[low, high]], index=[base.year], columns=names), known])
    spent = quarters["cash_cost_mean_cny_per_t"] * quarters["production_mt"]
    made = quarters.groupby("year")["production_mt"].transform("sum")
    mean = spent.groupby(quarters["year"]).transform("sum") / made.where(made > 0.0)
    moved = (quarters["cash_cost_mean_cny_per_t"] - mean).fillna(0.0)
    spread = known.loc[quarters["year"]].reset_index(drop=True)
    return spread.add(moved.reset_index(drop=True), axis=0)


def disruptions(results: Results) -> list[tuple[float, float, str]]:
    """Start and end of each disruption, in years, and its name, in order of time."""
    events = results.events
    names, found = Names(results).regions, []
    for event in events[events["kind"] == Happened.DISRUPTION].to_dict("records"):
        start = int(event["year"]) + (max(int(event["quarter"]), 1) - 1) / QUARTERS
        end = start + max(int(event["duration_quarters"]), 1) / QUARTERS
        name = drawable(str(event["agent"]).replace("_", " "), "shock")
        places = [names.get(each, each) for each in str(event["counterpart"]).split(", ") if each]
        where = f" ({drawable(', '.join(places))})" if places else ""
        found.append((start, end, clipped(f"{name[:1].upper()}{name[1:]}{where}", 30)))
    return sorted(found)
