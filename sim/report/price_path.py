"""The price of alumina by quarter, against what it costs to make and what the border allows.

Import parity caps the price where imports are free to come, export netback holds it up where exports pay;
both follow from the world price, the exchange rate and the duty of the year. The band is the spread of cash
costs among plants, known by year, moved with the mean cost of each quarter.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.core.words import number, percent
from sim.report import style
from sim.report.naming import scenario_line, warning
from sim.report.price_table import QUARTERS, base_year, disruptions, price_table
from sim.results import Results

FAINT = "#7b8794"
PATHS: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
    (
        "import_parity",
        "Import parity",
        style.ORANGES[1],
        "#b3650f",
        {"linewidth": 1.4, "linestyle": (0, (5, 2))},
    ),
    (
        "export_netback",
        "Export netback",
        style.ORANGES[0],
        style.ORANGES[0],
        {"linewidth": 1.4, "linestyle": (0, (1.5, 1.5))},
    ),
    (
        "benchmark",
        "Contracts",
        style.INK,
        style.INK,
        {"linewidth": 1.4, "linestyle": (0, (1.5, 1.5))},
    ),
    ("cash_cost_mean", "Mean cash cost", style.BLUES[1], "#2b6ca3", {"linewidth": 2.0}),
    ("price", "Price", style.INK, style.INK, {"linewidth": 2.4, "solid_joinstyle": "round"}),
)
"""Lines from the back to the front: column, words, colour, colour of the words, look."""
BORDER = ("import_parity", "export_netback")

LANES = 4


def draw_price(results: Results) -> style.Chart:
    """The path of the price as a figure."""
    table = price_table(results)
    subtitle = (
        f"{scenario_line(results)}. Alumina at the mill, mean of the regions by quarter, real "
        f"{results.scenario.pack.subject.base_year} CNY/t including VAT"
    )
    notes = [
        warning(results),
        "Band: the middle 80 % of output by cash cost in the year, moved with the mean of the quarter."
        f"{_ported(results)}{_shaded(results)}",
    ]
    with style.sheet(_title(table), subtitle, notes) as chart:
        axes = style.plain_axes(chart, (0.065, 0.25, 0.785, 0.615))
        lane = chart.add_axes((0.065, 0.105, 0.785, 0.11), sharex=axes)
        fill_price(axes, results)
        _events(lane, results)
        return chart


def _ported(results: Results) -> str:
    has_border = results.scenario.pack.has("world price")
    return " Import parity and export netback are at the port." if has_border else ""


def _shaded(results: Results) -> str:
    base = base_year(results)
    return f" Shaded: {base.year}, played at recorded inputs." if base else ""


def _title(table: pd.DataFrame) -> str:
    own = table.iloc[QUARTERS:] if len(table) > QUARTERS else table
    peak, last = own.loc[own["price_cny_per_t"].idxmax()], own.iloc[-1]
    if peak.equals(last):
        price, since = number(last["price_cny_per_t"]), int(own["year"].iloc[0])
        name = _subject(table).capitalize()
        return (
            f"{name} ends {_quarter(last)} at its highest since {since}, {price} CNY/t, {_against_cost(last)}"
        )
    own_peak = float(peak["price_cny_per_t"]) >= float(table["price_cny_per_t"].max())
    name = _subject(table)
    begin = name.capitalize() if own_peak else f"From {int(own['year'].iloc[0])} on {name}"
    start = f"{begin} peaks at {number(peak['price_cny_per_t'])} CNY/t in {_quarter(peak)}"
    return f"{start} and ends {_quarter(last)} at {number(last['price_cny_per_t'])}, {_against_cost(last)}"


def _subject(table: pd.DataFrame) -> str:
    """What the title is about; where contracts lock a price of their own, the other one has to be named."""
    return "the spot price" if "benchmark_cny_per_t" in table else "alumina"


def _against_cost(row: pd.Series) -> str:
    price, cost = row["price_cny_per_t"], row["cash_cost_mean_cny_per_t"]
    if row["production_mt"] <= 0.0:
        return "with no output"
    # A fee less what by-products earn may be of either sign, so that its ratio to a cost says nothing.
    is_ratio = "benchmark_cny_per_t" not in row
    gap = price / cost - 1.0 if is_ratio else price - cost
    if abs(gap) < (0.005 if is_ratio else 0.5):
        return "at mean cash cost"
    size = percent(abs(gap)) if is_ratio else f"{number(abs(gap))} CNY/t"
    return f"{size} {'above' if gap > 0 else 'below'} mean cash cost"


def _quarter(row: pd.Series) -> str:
    return f"Q{int(row['quarter'])} {int(row['year'])}"


def fill_price(axes: Axes, results: Results) -> None:
    """Draw price, cost, spread and border, with the name of each at its end."""
    table, has_border = price_table(results), results.scenario.pack.has("world price")
    made = table["production_mt"].to_numpy() > 0.0
    time = table["year"].to_numpy() + (table["quarter"].to_numpy() - 0.5) / QUARTERS
    column = {name.removesuffix("_cny_per_t"): table[name].to_numpy(dtype=float) for name in table.columns}
    low, high = (np.where(made, column[f"cash_cost_{name}"], np.nan) for name in ("p10", "p90"))
    column["cash_cost_mean"] = np.where(made, column["cash_cost_mean"], np.nan)
    shown = [path for path in PATHS if path[0] in column and (path[0] not in BORDER or has_border)]
    axes.fill_between(time, low, high, color="#e7edf3", linewidth=0.0)
    labels = [
        (high[-1], f"P90 cash cost {number(high[-1])}", FAINT),
        (low[-1], f"P10 cash cost {number(low[-1])}", FAINT),
    ]
    for name, words, colour, ink, look in shown:
        words = f"Spot {words.lower()}" if name == "price" and "benchmark" in column else words
        axes.plot(time, column[name], color=colour, **look)
        labels.append((column[name][-1], f"{words} {number(column[name][-1])}", ink))
    years = list(dict.fromkeys(int(year) for year in table["year"]))
    axes.set_xlim(years[0], years[-1] + 1)
    heights = np.concatenate([low, high, *(column[name] for name, *_ in shown)])
    _ends(axes, float(np.nanmin(heights)), float(np.nanmax(heights)))
    for year in years:
        axes.axvline(year, color=style.GRID, linewidth=0.8, zorder=0.5)
    if years[0] < int(results.years["year"].iloc[0]):
        axes.axvspan(years[0], years[0] + 1, color="#f6f4ee", zorder=0.2)
    style.year_ticks(axes, years, shift=0.5)
    axes.set_ylabel(f"CNY/t (axis starts at {number(axes.get_ylim()[0])})")
    style.beside_minus(axes)
    known = [label for label in labels if np.isfinite(label[0])]
    style.end_labels(axes, years[-1] + 1 + 0.008 * len(years), known)


def _ends(axes: Axes, low: float, high: float) -> None:
    """Set the ends of the price axis to round figures around all that is drawn."""
    room = max(high - low, 100.0) * 0.06
    bottom = np.floor((low - room) / 100.0) * 100.0
    bottom = max(bottom, 0.0) if low >= 0.0 else bottom
    axes.set_ylim(bottom, high + room)


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
        axes.plot([start, end], [lane, lane], color=style.ORANGES[1], linewidth=5, solid_capstyle="butt")
        at, side = (start - step, "right") if crowded else (end + step, "left")
        axes.text(at, lane, name, fontsize=8, color=style.GREY, va="center", ha=side)
    lost = lanes.count(-1)
    words = "none in this run" if not bars else f"{lost} more in events.csv" if lost else ""
    place = first + step if not bars else last + 1.4 * step
    axes.text(place, (LANES - 1) / 2.0, words, fontsize=8, color=style.GREY, va="center")
