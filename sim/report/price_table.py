"""The price of alumina by quarter with what it costs to make and what the border allows, and the disruptions.

Import parity caps the price where imports are free to come, export netback holds it up where exports pay;
both follow from the world price, the exchange rate and the duty of the year. The spread of cash costs among
plants is known by year, and moved with the mean cost of each quarter.

The year before the first simulated one, as far as a run remembers it.

The spin-up year is played at recorded drivers, so figures can show where a run comes from. What it does not
remember is left out of the figures, never guessed.
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.market.inputs import imposed, together
from sim.market.parity import Border, export_netback, import_parity
from sim.policies.rulebook import Rulebook
from sim.report.naming import Names
from sim.report.wording import clipped, drawable
from sim.results import Results
from sim.world.kinds import Happened

PERCENTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class BaseYear:
    """What is known of the base year.

    Attributes:
        year: which.
        quarters: its national figures, one record a quarter.
        installed_mt: nameplate at its end, Mt/yr.
        runnable_mt: the part that can run, Mt/yr.
        operating_mt: output of its last quarter at an annual rate, Mt/yr.
        costs_cny_per_t: cash cost under which a tenth, half and nine tenths of its output lie.
    """

    year: int
    quarters: tuple[dict[str, float], ...]
    installed_mt: float
    runnable_mt: float
    operating_mt: float
    costs_cny_per_t: tuple[float, float, float]


def base_year(results: Results) -> BaseYear | None:
    """What a run remembers of its base year, or None when it has no quarters of it."""
    book = getattr(results.world, "base_book", None)
    if book is None or not book.quarters:
        return None
    pack = results.scenario.pack
    runnable = results.scenario.spec.parameters.calibrated.runnable_share
    plants = [row for row in pack.refineries if row.installed]
    return BaseYear(
        year=pack.subject.base_year,
        quarters=tuple(dict(each) for each in book.quarters),
        installed_mt=sum(row.nameplate_mt for row in plants),
        runnable_mt=sum(row.nameplate_mt * runnable[row.region] for row in plants),
        operating_mt=book.quarters[-1]["production_mt"] * len(book.quarters),
        costs_cny_per_t=_percentiles(book.cost_mcny, book.made_mt),
    )


def _percentiles(cost_mcny: NDArray[np.float64], made_mt: NDArray[np.float64]) -> tuple[float, float, float]:
    """The cash costs in CNY/t under which a tenth, half and nine tenths of output lie."""
    rows = np.flatnonzero(made_mt > 0.0)
    if rows.size == 0:
        return (0.0, 0.0, 0.0)
    cost = cost_mcny[rows] / made_mt[rows]
    order = np.argsort(cost, kind="stable")
    reached = np.cumsum(made_mt[rows][order])
    places = np.minimum(np.searchsorted(reached / reached[-1], PERCENTILES), rows.size - 1)
    low, middle, high = (float(value) for value in cost[order][places])
    return (low, middle, high)


QUARTERS = 4


def border_of(results: Results, year: int, quarter: int, exchange_rate: float) -> Border:
    """The terms at the border in a quarter: the parameters, duties that policies lay on top, and shocks of freight."""
    spec = results.scenario.spec
    moment = year * QUARTERS + quarter - 1
    active = (each for each in imposed(spec.shocks) if each.active(moment))
    shocks = [each for each in active if each.variable == "ocean_freight"]
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
    """One row a quarter, base year first: price, cost, spread and, with a world price, the border, all in CNY/t."""
    base, trade = base_year(results), results.scenario.pack.trade
    rows = [{"year": base.year, **each} for each in base.quarters] if base else []
    frame = pd.concat([pd.DataFrame(rows), results.quarters], ignore_index=True)
    told = ["year", "quarter", "price_cny_per_t", "cash_cost_mean_cny_per_t", "production_mt"]
    kept = frame[[*told, *(name for name in ("benchmark_cny_per_t",) if name in frame)]]
    table = kept.astype({"year": "int64", "quarter": "int64"})
    table = pd.concat([table, _spread(results, base, table)], axis=1)
    if not results.scenario.pack.has("world price"):
        return table
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
