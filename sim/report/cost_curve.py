"""The cost curve of a year: plants from cheap to dear, as wide as what they can run, against price and need.

Costs are means of the year, so they agree with `years.csv`. A plant is solid for what it made and hatched for
what it could have made and did not. The need line is where the curve would be cut if the cheapest always ran
first; output to the right of it is what captive supply, contracts and waiting keep alive.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.core.words import number
from sim.report import style
from sim.report.naming import Family, Names, scenario_line, warning
from sim.report.wording import clipped, drawable, short_plant
from sim.results import Results

LEAST_MT = 1e-6
SEEN_MT = 0.03
"""Idle capacity below this would be nothing but a line over the edge of its neighbour."""

LABEL_SIZE = 7.0
SHORTEST_LABEL, LONGEST_LABEL = 8, 30
LIGHT = (style.BLUES[2], *style.ORANGES[1:])
"""Colours on which names are dark."""
WIDEST = 2.5
"""Costs beyond this multiple of the dearest of price and median cost leave the figure, and it says so."""


@dataclass(frozen=True)
class Balance:
    """What a year's curve is held against: price in CNY/t, tonnes in Mt."""

    price_cny_per_t: float
    demand_mt: float
    exports_mt: float
    imports_mt: float

    @property
    def needed_mt(self) -> float:
        """What refineries at home had to make, stocks left alone."""
        return self.demand_mt + self.exports_mt - self.imports_mt


def balance_of(results: Results, year: int) -> Balance:
    """Price and tonnes of a year."""
    row = results.years[results.years["year"] == year].iloc[0]
    names = ("price_cny_per_t", "demand_mt", "exports_mt", "imports_mt")
    return Balance(*(float(row[name]) for name in names))


def cost_curve_table(results: Results, year: int) -> pd.DataFrame:
    """One row a plant that could run in a year, cheapest first, with its place on the curve in Mt."""
    plants = results.refineries
    plants = plants[plants["year"] == year].copy()
    plants["running_mt"] = plants["made_mt"]
    held = plants["curbed_by_mud_mt"] + plants["curbed_by_region_mt"]
    plants["idle_mt"] = np.maximum(plants["runnable_mt"] - held - plants["made_mt"], 0.0)
    plants = plants[plants["running_mt"] + plants["idle_mt"] > LEAST_MT]
    plants = plants.sort_values(["cash_cost_cny_per_t", "refinery"], kind="stable").reset_index(drop=True)
    plants["to_mt"] = (plants["running_mt"] + plants["idle_mt"]).cumsum()
    plants["from_mt"] = plants["to_mt"] - plants["running_mt"] - plants["idle_mt"]
    kept = ["year", "refinery", "region", "synthetic", "running_mt", "idle_mt", "cash_cost_cny_per_t"]
    table = plants[[*kept, "from_mt", "to_mt"]].copy()
    balance = balance_of(results, year)
    table["price_cny_per_t"] = balance.price_cny_per_t
    table["needed_mt"] = balance.needed_mt
    return table


def draw_cost_curve(results: Results, year: int) -> style.Chart:
    """The cost curve of a year as a figure."""
    table, balance, names = cost_curve_table(results, year), balance_of(results, year), Names(results)
    start = int(results.years["year"].iloc[0])
    subtitle = (
        f"{scenario_line(results)}. Cash cost of alumina by plant, mean of {year}, CNY/t including VAT; "
        "width is capacity that can run"
    )
    notes = [
        warning(results),
        "The price is the national mean at the mill; regional prices differ. Plants that did not run at all "
        "stand at their cost of the last quarter.",
    ]
    with style.sheet(_title(table, balance, year), subtitle, notes) as chart:
        fill_curve(style.plain_axes(chart, (0.065, 0.145, 0.92, 0.635)), results, year)
        if not table.empty:
            _legend(chart, names, table, start if year != start else None)
        return chart


def fill_curve(axes: Axes, results: Results, year: int) -> None:
    """Draw the cost curve of a year into axes."""
    table, balance, names = cost_curve_table(results, year), balance_of(results, year), Names(results)
    if table.empty:
        axes.text(0.5, 0.5, f"no plant could run in {year}", transform=axes.transAxes, ha="center")
        return
    start = int(results.years["year"].iloc[0])
    first = cost_curve_table(results, start) if year != start else table.iloc[:0]
    _frame(axes, table, _span(table, balance))
    _bars(axes, table, names)
    _first_curve(axes, first)
    _lines(axes, balance, "Spot price" if results.scenario.pack.has("benchmark") else "Price")
    _plant_labels(axes, table, names, first)


def _title(table: pd.DataFrame, balance: Balance, year: int) -> str:
    made = float(table["running_mt"].sum())
    dear = table["cash_cost_cny_per_t"] > balance.price_cny_per_t
    above = float(table.loc[dear, "running_mt"].sum())
    price = number(balance.price_cny_per_t)
    if made < LEAST_MT:
        return f"{year}: no alumina was made"
    if above < 0.05:
        return f"{year}: the price of {price} CNY/t covered the cash cost of all {number(made, 1)} Mt made"
    part = f"{number(above, 1)} of {number(made, 1)} Mt"
    return f"{year}: {part} were made at a cash cost above the price of {price} CNY/t"


def _span(table: pd.DataFrame, balance: Balance) -> tuple[float, float]:
    """The ends of the cost axis: room below for names, above for lines, outliers cut off."""
    cost = table["cash_cost_cny_per_t"]
    if float(cost.min()) <= 0.0:
        ends = [*cost.tolist(), balance.price_cny_per_t, 0.0]
        return 1.1 * min(ends), max(ends) + 0.1 * (max(ends) - min(ends))
    usual = WIDEST * max(balance.price_cny_per_t, float(cost.median()))
    high = min(max(float(cost.max()), balance.price_cny_per_t), usual)
    low = min(float(cost.min()), balance.price_cny_per_t)
    spread = max(high - low, 0.1 * high)
    return max(0.0, np.floor((low - 1.1 * spread) / 250.0) * 250.0), high + 0.3 * spread


def _frame(axes: Axes, table: pd.DataFrame, ends: tuple[float, float]) -> None:
    axes.set_xlim(0.0, float(table["to_mt"].iloc[-1]) * 1.005)
    axes.set_ylim(*ends)
    axes.set_xlabel("Capacity that can run, cumulated from the cheapest plant, Mt/yr")
    start = f"axis starts at {number(ends[0])}{', not at 0' if ends[0] > 0.0 else ''}"
    axes.set_ylabel(f"Cash cost, CNY/t ({start})")
    style.beside_minus(axes)
    lost = int((table["cash_cost_cny_per_t"] > ends[1]).sum())
    if lost:
        text = f"{lost} plant{'s' if lost > 1 else ''} dearer than the axis reaches"
        axes.text(0.995, 0.94, text, transform=axes.transAxes, ha="right", fontsize=8, color=style.GREY)


def colour_of(family: Family) -> str:
    """The colour of a family: blue at the coast, orange inland."""
    return (style.BLUES if family.coastal else style.ORANGES)[family.shade]


def _bars(axes: Axes, table: pd.DataFrame, names: Names) -> None:
    """Draw the plants, family by family: solid for what ran, hatched for what could have."""
    low = float(axes.get_ylim()[0])
    for family in names.families:
        rows, colour = table[table["region"].isin(family.regions)], colour_of(family)
        left, right, top = (rows[name].to_numpy() for name in ("from_mt", "to_mt", "cash_cost_cny_per_t"))
        middle = left + rows["running_mt"].to_numpy()
        ran, idle = middle - left > LEAST_MT, right - middle > SEEN_MT
        style.fill(axes, style.boxes(left[ran], middle[ran], low, top[ran]), colour)
        style.fill(
            axes, style.boxes(middle[idle], right[idle], low, top[idle]), "white", colour, hatch="//////"
        )
    standing = table[table["synthetic"]]
    if not standing.empty:
        middle = (standing["from_mt"] + standing["to_mt"]) / 2.0
        look: dict[str, Any] = {"ms": 5.5, "mfc": "white", "mec": style.INK, "mew": 1.0, "zorder": 5}
        axes.plot(middle, standing["cash_cost_cny_per_t"], "D", **look)


def _first_curve(axes: Axes, table: pd.DataFrame) -> None:
    """Draw the curve of the first year as a line, to show how the industry has moved."""
    if table.empty:
        return
    edges = [*table["from_mt"], float(table["to_mt"].iloc[-1])]
    heights = [*table["cash_cost_cny_per_t"], float(table["cash_cost_cny_per_t"].iloc[-1])]
    axes.step(edges, heights, where="post", color="white", linewidth=2.6, zorder=3.5)
    axes.step(edges, heights, where="post", color=style.GREY, linewidth=1.2, zorder=3.6)


def _lines(axes: Axes, balance: Balance, called: str) -> None:
    """Draw the price and what had to be made."""
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    price, needed = balance.price_cny_per_t, balance.needed_mt
    axes.axhline(price, color=style.INK, linewidth=1.6, zorder=4)
    text = f"{called} {number(price)}"
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
    rise = 0.012 * (top - axes.get_ylim()[0])
    axes.text(0.004 * right, price + rise, text, fontweight="bold", va="bottom", zorder=6)
    if not 0.0 < needed < right:
        return
    axes.axvline(needed, color=style.INK, linewidth=1.4, linestyle=(0, (5, 3)), zorder=4)
    parts = f"{number(balance.demand_mt, 1)} smelters + {number(balance.exports_mt, 1)} exports"
    label = (
        f"Needed from refineries {number(needed, 1)} Mt\n= {parts} − {number(balance.imports_mt, 1)} imports"
    )
    side = "right" if needed > right / 2.0 else "left"
    shift = -0.006 * right if side == "right" else 0.006 * right
    axes.text(needed + shift, top, label, ha=side, va="top", fontsize=9, linespacing=1.3, bbox=box, zorder=6)


def _plant_labels(axes: Axes, table: pd.DataFrame, names: Names, first: pd.DataFrame) -> None:
    """Write the names of the larger plants upright into their bars, clear of every line."""
    width, height = style.points_of(axes)
    per_mt = width / axes.get_xlim()[1]
    bottom, top = axes.get_ylim()
    per_cny = height / (top - bottom)
    families = {region: family for family in names.families for region in family.regions}
    needed = float(table["needed_mt"].iloc[0])
    for plant in table.to_dict("records"):
        end = plant["from_mt"] + plant["running_mt"]
        centre = (plant["from_mt"] + end) / 2.0
        if plant["running_mt"] * per_mt < LABEL_SIZE * 2.0 or abs(centre - needed) * per_mt < LABEL_SIZE:
            continue
        crossed = first[(first["from_mt"] < end) & (first["to_mt"] > plant["from_mt"])]["cash_cost_cny_per_t"]
        roof = min([plant["cash_cost_cny_per_t"], top, *crossed[crossed > bottom]])
        room = min(LONGEST_LABEL, int(((roof - bottom) * per_cny - 12.0) / (LABEL_SIZE * 0.56)))
        name = short_plant(drawable(names.plants.get(plant["refinery"], ""), plant["refinery"]))
        look: dict[str, Any] = {"fontsize": LABEL_SIZE, "ha": "center", "va": "bottom", "zorder": 5}
        look["rotation"] = 90
        colour = style.INK if colour_of(families[plant["region"]]) in LIGHT else "white"
        if room >= SHORTEST_LABEL:
            axes.text(centre, bottom + 5.0 / per_cny, clipped(name, room), color=colour, **look)


def _legend(chart: style.Chart, names: Names, table: pd.DataFrame, first: int | None) -> None:
    """Write what colours and marks mean above the curve."""
    here = set(table["region"])
    shown: list[Patch] = [
        Patch(facecolor=colour_of(family), label=family.label)
        for family in names.families
        if here & set(family.regions)
    ]
    shown.append(
        Patch(facecolor="white", edgecolor=style.GREY, hatch="//////", label="Hatched: could run, did not")
    )
    handles: list[object] = [*shown]
    if table["synthetic"].any():
        handles.append(
            Line2D([], [], ls="", marker="D", ms=5.5, mfc="white", mec=style.INK, label="Synthetic plant")
        )
    if first is not None:
        handles.append(Line2D([], [], color=style.GREY, linewidth=1.2, label=f"Curve of {first}"))
    look: dict[str, Any] = {"handlelength": 1.6, "columnspacing": 2.0, "labelspacing": 0.45}
    look["borderaxespad"] = 0.0
    at = (style.LEFT - 0.001, 0.888)
    style.legend(chart, handles, at, ncols=3, fontsize=8.5, labelcolor=None, **look)
