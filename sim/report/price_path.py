"""The price of alumina by quarter, against what it costs to make and what the border allows.

Import parity caps the price where imports are free to come, export netback holds it up where exports pay;
both follow from the world price, the exchange rate and the duty of the year. The band is the spread of cash
costs among plants, known by year, moved with the mean cost of each quarter.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.core.words import number, percent
from sim.market.inputs import imposed
from sim.market.parity import Border, export_netback, import_parity
from sim.policies.rulebook import Rulebook
from sim.report.base_year import BaseYear, base_year
from sim.report.naming import Names, scenario_line, warning
from sim.report.style import (
    BLUES,
    GREY,
    GRID,
    INK,
    ORANGES,
    Chart,
    end_labels,
    house_style,
    plain_axes,
    sheet,
    year_ticks,
)
from sim.report.wording import clipped, drawable
from sim.results import Results
from sim.world.kinds import Happened

FAINT = "#7b8794"
PATHS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    ("import_parity", "Import parity", ORANGES[1], "#b3650f", {"linewidth": 1.4, "linestyle": (0, (5, 2))}),
    (
        "export_netback",
        "Export netback",
        ORANGES[0],
        ORANGES[0],
        {"linewidth": 1.4, "linestyle": (0, (1.5, 1.5))},
    ),
    ("cash_cost_mean", "Mean cash cost", BLUES[1], "#2b6ca3", {"linewidth": 2.0}),
    ("price", "Price", INK, INK, {"linewidth": 2.4, "solid_joinstyle": "round"}),
)
"""Lines from the back to the front: column, words, colour, colour of the words, look."""

LANES = 4
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
        "freight_usd_per_t": world.freight_usd_per_t * (1.0 + sum(each.size for each in shocks)),
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
    base = base_year(results)
    rows = [{"year": base.year, **each} for each in base.quarters] if base else []
    frame = pd.concat([pd.DataFrame(rows), results.quarters], ignore_index=True)
    kept = frame[["year", "quarter", "price_cny_per_t", "cash_cost_mean_cny_per_t", "production_mt"]]
    table = kept.astype({"year": "int64", "quarter": "int64"})
    table = pd.concat([table, _spread(results, base, table)], axis=1)
    rates, fobs = frame["exchange_rate_cny_per_usd"], frame["fob_usd_per_t"]
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


def draw_price(results: Results) -> Chart:
    """The path of the price as a figure."""
    table = price_table(results)
    with house_style():
        subtitle = (
            f"{scenario_line(results)}. Alumina at the mill, mean of the regions by quarter, real "
            f"{results.scenario.pack.subject.base_year} CNY/t including VAT"
        )
        notes = [
            warning(results),
            "Band: the middle 80 % of output by cash cost in the year, moved with the mean of the quarter. "
            f"Import parity and export netback are at the port.{_shaded(results)}",
        ]
        chart = sheet(_title(table), subtitle, notes)
        axes = plain_axes(chart, (0.065, 0.25, 0.785, 0.615))
        lane = chart.add_axes((0.065, 0.105, 0.785, 0.11), sharex=axes)
        fill_price(axes, table, results)
        _events(lane, results)
        return chart


def _shaded(results: Results) -> str:
    base = base_year(results)
    return f" Shaded: {base.year}, played at recorded inputs." if base else ""


def _title(table: pd.DataFrame) -> str:
    own = table.iloc[QUARTERS:] if len(table) > QUARTERS else table
    peak, last = own.loc[own["price_cny_per_t"].idxmax()], own.iloc[-1]
    if peak.equals(last):
        price, since = number(last["price_cny_per_t"]), int(own["year"].iloc[0])
        return f"Alumina ends {_quarter(last)} at its highest since {since}, {price} CNY/t, {_against_cost(last)}"
    own_peak = float(peak["price_cny_per_t"]) >= float(table["price_cny_per_t"].max())
    begin = "Alumina" if own_peak else f"From {int(own['year'].iloc[0])} on alumina"
    start = f"{begin} peaks at {number(peak['price_cny_per_t'])} CNY/t in {_quarter(peak)}"
    return f"{start} and ends {_quarter(last)} at {number(last['price_cny_per_t'])}, {_against_cost(last)}"


def _against_cost(row: pd.Series) -> str:
    cost = row["cash_cost_mean_cny_per_t"]
    if cost <= 0.0:
        return "with no output"
    gap = row["price_cny_per_t"] / cost - 1.0
    if abs(gap) < 0.005:
        return "at mean cash cost"
    return f"{percent(abs(gap))} {'above' if gap > 0 else 'below'} mean cash cost"


def _quarter(row: pd.Series) -> str:
    return f"Q{int(row['quarter'])} {int(row['year'])}"


def fill_price(axes: Axes, table: pd.DataFrame, results: Results) -> None:
    """Draw price, cost, spread and border, with the name of each at its end."""
    made = table["production_mt"].to_numpy() > 0.0
    time = table["year"].to_numpy() + (table["quarter"].to_numpy() - 0.5) / QUARTERS
    column = {name.removesuffix("_cny_per_t"): table[name].to_numpy(dtype=float) for name in table.columns}
    low, high = (np.where(made, column[f"cash_cost_{name}"], np.nan) for name in ("p10", "p90"))
    column["cash_cost_mean"] = np.where(made, column["cash_cost_mean"], np.nan)
    axes.fill_between(time, low, high, color="#e7edf3", linewidth=0.0)
    labels = [
        (high[-1], f"P90 cash cost {number(high[-1])}", FAINT),
        (low[-1], f"P10 cash cost {number(low[-1])}", FAINT),
    ]
    for name, words, colour, ink, look in PATHS:
        axes.plot(time, column[name], color=colour, **look)
        labels.append((column[name][-1], f"{words} {number(column[name][-1])}", ink))
    years = list(dict.fromkeys(int(year) for year in table["year"]))
    axes.set_xlim(years[0], years[-1] + 1)
    shown = np.concatenate([low, high, *(column[name] for name, *_ in PATHS)])
    _ends(axes, float(np.nanmin(shown)), float(np.nanmax(shown)))
    for year in years:
        axes.axvline(year, color=GRID, linewidth=0.8, zorder=0.5)
    if years[0] < int(results.years["year"].iloc[0]):
        axes.axvspan(years[0], years[0] + 1, color="#f6f4ee", zorder=0.2)
    year_ticks(axes, years, shift=0.5)
    axes.set_ylabel(f"CNY/t (axis starts at {number(axes.get_ylim()[0])})")
    end_labels(axes, years[-1] + 1 + 0.008 * len(years), [label for label in labels if np.isfinite(label[0])])


def _ends(axes: Axes, low: float, high: float) -> None:
    """Set the ends of the price axis to round figures around all that is drawn."""
    room = max(high - low, 100.0) * 0.06
    bottom = max(np.floor((low - room) / 100.0) * 100.0, 0.0)
    axes.set_ylim(bottom, high + room)


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


def lanes_of(reaches: Sequence[tuple[float, float]]) -> list[int]:
    """Give each stretch of time the first lane in which it is free, or -1 when all lanes are taken.

    Args:
        reaches: start and end of each bar with its name, in any order.
    """
    taken = [-np.inf] * LANES
    lanes = [-1] * len(reaches)
    for place in sorted(range(len(reaches)), key=lambda each: reaches[each]):
        start, end = reaches[place]
        free = next((lane for lane in range(LANES) if taken[lane] <= start), -1)
        if free >= 0:
            taken[free] = end
            lanes[place] = free
    return lanes


def _events(axes: Axes, results: Results) -> None:
    """Draw the disruptions as bars under the price, in lanes."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_ylim(LANES - 0.4, -0.6)
    axes.set_yticks([])
    axes.tick_params(length=0, labelbottom=False)
    axes.set_ylabel("Disruptions", fontsize=8.5)
    axes.yaxis.set_label_coords(-0.042, 0.5)
    first, last = axes.get_xlim()
    step = 0.006 * (last - first)
    bars = [
        (start, min(end, last), name, 1.1 * step * len(name)) for start, end, name in disruptions(results)
    ]
    left = [end + step + width > last for _, end, _, width in bars]
    reaches = [
        (start - 2 * step - width, end + step) if crowded else (start, end + 3 * step + width)
        for (start, end, _, width), crowded in zip(bars, left, strict=True)
    ]
    lanes = lanes_of(reaches)
    for (start, end, name, _), crowded, lane in zip(bars, left, lanes, strict=True):
        if lane < 0:
            continue
        axes.plot([start, end], [lane, lane], color=ORANGES[1], linewidth=5, solid_capstyle="butt")
        at, side = (start - step, "right") if crowded else (end + step, "left")
        axes.text(at, lane, name, fontsize=8, color=GREY, va="center", ha=side)
    lost = lanes.count(-1)
    words = "none in this run" if not bars else f"{lost} more in events.csv" if lost else ""
    place = first + step if not bars else last + 1.4 * step
    axes.text(place, (LANES - 1) / 2.0, words, fontsize=8, color=GREY, va="center")
