"""The deals of a study beside the recorded ones as small multiples: rates, sizes, prices, sellers, payment, buyers."""

from collections.abc import Hashable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.report import style
from sim.report.wording import clipped

TOP, BOTTOM = 0.52, 0.125
HEIGHT = 0.305
STEP = 0.36
"""How far the two marks of a row stand apart."""
LABEL = 24
MOST_MT = 8.0
"""Larger deals are drawn in the last bar."""
SIZE_BIN_MT, PRICE_BIN = 0.5, 250.0
RECORD, MODEL = style.ORANGES[1], style.BLUES[1]
LEAST_TOP_CNY_PER_T = 1000.0
STATES = {"sound": (0.55, 0.97), "stranded": (0.2, 0.97), "distressed": (0.25, 0.83)}
"""States of sellers, the part of the panel that each has, and where its name ends."""
LAST = "distressed"
GAP = 0.04
ROOM = 4
"""Empty bins of prices at the right, for names."""
NUMBER_SIZE = 7.5


def draw_deals(
    comparison: pd.DataFrame, deals: tuple[pd.DataFrame, pd.DataFrame], about: tuple[str, int]
) -> style.Chart:
    """Six panels as a figure.

    Args:
        comparison: one row a figure, as `Deals.comparison` of a study.
        deals: recorded and modelled, one row each: size_mt, price_cny_per_t, seller_state,
            changes_control; of the record also counted and label.
        about: name of the scenario, and number of runs.
    """
    record, model = deals
    notes = [
        "Orange: the record, with its exact 95 % interval. Blue: the model; the bar of a rate spans nine runs of ten."
        " *: outside. Sellers, payment and buyers: share of all changes of control.",
        "Prices: of refining alone, with debt where plants are sold with it; recorded ones with stakes, moves inside"
        " one owner and one that was only asked. The record is what the press told.",
    ]
    out = comparison[comparison["verdict"].isin(("below", "above"))]
    told = f"{len(out)} of {int((comparison['verdict'] != 'no record').sum())} figures outside the record"
    with style.sheet(
        f"{about[0]}: deals of the model beside the recorded ones, {told}", f"{about[1]} runs", notes
    ) as chart:
        _rows(_panel(chart, (0.165, TOP, 0.165), "Deals a year"), _rows_of(comparison, "rate"))
        sizes = model.loc[_sized(model), "size_mt"].clip(upper=MOST_MT - 1e-9)
        axes = _panel(chart, (0.39, TOP, 0.255), "Size of what changes hands, Mt/yr")
        _bars(axes, sizes.to_numpy(), np.arange(0.0, MOST_MT + SIZE_BIN_MT, SIZE_BIN_MT))
        _points(axes, record[_sized(record) & record["counted"]], "size_mt")
        _prices(chart, record, model)
        _shares(chart, comparison)
    return chart


def _shares(chart: style.Chart, comparison: pd.DataFrame) -> None:
    """The lower row: shares of changes of control."""
    for place, width, name, title in (
        (0.1, 0.2, "seller", "State of the seller"),
        (0.46, 0.2, "payment", "Payment"),
        (0.765, 0.21, "buyer", "Class of the buyer"),
    ):
        axes = _panel(chart, (place, BOTTOM, width), title)
        rows = _rows_of(comparison, "paid by", name) if name == "payment" else _rows_of(comparison, name)
        _rows(axes, rows)
        axes.set_xlim(0.0, 1.0)
        axes.xaxis.set_major_formatter("{x:.0%}")


def _rows_of(comparison: pd.DataFrame, *about: str) -> pd.DataFrame:
    return comparison[comparison["about"].isin(about)]


def _panel(chart: style.Chart, place: tuple[float, float, float], title: str) -> Axes:
    left, bottom, width = place
    axes = style.plain_axes(chart, (left, bottom, width, HEIGHT))
    axes.set_title(title, loc="left", fontsize=10.5, color=style.INK, pad=8)
    axes.tick_params(labelsize=8)
    return axes


def _rows(axes: Axes, rows: pd.DataFrame) -> None:
    """Each row with the record above and the model below, marks with spans."""
    places = np.arange(len(rows))[::-1].astype(np.float64)
    style.lying(axes)
    for row, height in zip(rows.to_dict("records"), places.tolist(), strict=True):
        upper, lower = height + STEP / 2.0, height - STEP / 2.0
        if row["verdict"] != "no record":
            axes.plot((row["low"], row["high"]), (upper, upper), color=style.ORANGES[2], linewidth=4.0)
            axes.plot(row["record"], upper, "o", color=RECORD, markersize=5.0)
        if np.isfinite(row["p05"]):
            axes.plot((row["p05"], row["p95"]), (lower, lower), color=style.BLUES[2], linewidth=4.0)
        else:
            axes.barh(lower, row["model"], height=STEP * 0.8, color=style.BLUES[2])
        axes.plot(row["model"], lower, "o", color=MODEL, markersize=5.0)
    names = [_named(row) for row in rows.to_dict("records")]
    axes.set_yticks(places, names, fontsize=8)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlim(left=0.0)


def _named(row: dict[Hashable, object]) -> str:
    star = "" if row["verdict"] in ("inside", "no record") else " *"
    return f"{row['what']}{', of worth' if row['about'] == 'paid by' else ''}{star}"


def _sized(deals: pd.DataFrame) -> "pd.Series[bool]":
    """The changes of control over refining."""
    return deals["changes_control"] & (deals["size_mt"] > 0.0)


def _bars(axes: Axes, values: style.Numbers, edges: style.Numbers) -> None:
    """Deals of the model by bin, as shares of all."""
    counts, _ = np.histogram(values, edges)
    heights = counts / max(len(values), 1)
    axes.bar(edges[:-1], heights, np.diff(edges), align="edge", color=style.BLUES[2], edgecolor="white")
    axes.yaxis.set_major_formatter("{x:.0%}")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0.0, max(float(heights.max()), 0.1) * 1.05)


def _points(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """Recorded deals as dots near the top, each with its name, none over another."""
    low, top = axes.get_ylim()
    axes.set_ylim(low, top * 1.7)
    ordered = rows.sort_values(column)
    heights = np.linspace(1.62, 1.15, max(len(ordered), 2)) * top
    left, right = axes.get_xlim()
    for row, height in zip(ordered.to_dict("records"), heights.tolist(), strict=False):
        value = row[column]
        axes.plot((value, value), (0.0, height), color=style.ORANGES[2], linewidth=0.8)
        axes.plot(value, height, "o", color=RECORD, markersize=4.5, clip_on=False)
        late = value > left + 0.6 * (right - left)
        axes.annotate(
            clipped(str(row["label"]), LABEL + 6),
            (value, height),
            xytext=(-5 if late else 5, 0),
            textcoords="offset points",
            ha="right" if late else "left",
            va="center",
            fontsize=NUMBER_SIZE,
            color=style.ORANGES[0],
        )


def _prices(chart: style.Chart, record: pd.DataFrame, model: pd.DataFrame) -> None:
    """Prices a tonne as histograms one below the other, by state of the seller, with room for recorded ones."""
    known = pd.concat([record["price_cny_per_t"], model["price_cny_per_t"]]).dropna()
    top = max(float(known.max()) if len(known) else 0.0, LEAST_TOP_CNY_PER_T)
    edges = np.arange(0.0, top + ROOM * PRICE_BIN, PRICE_BIN)
    bottom = TOP + HEIGHT
    for state, (share, end) in STATES.items():
        bottom -= share * HEIGHT
        axes = style.plain_axes(chart, (0.71, bottom, 0.265, (share - GAP) * HEIGHT))
        axes.tick_params(labelsize=8, labelbottom=state == LAST)
        mine = model.loc[model["seller_state"] == state, "price_cny_per_t"].dropna()
        _bars(axes, mine.to_numpy(dtype=np.float64), edges)
        axes.set_yticks([])
        axes.xaxis.set_major_formatter("{x:,.0f}")
        told = record[(record["seller_state"] == state) & record["price_cny_per_t"].notna()]
        if len(told):
            _points(axes, told, "price_cny_per_t")
        text = f"{state}, {len(mine):,} deals"
        axes.text(end, 0.22, text, transform=axes.transAxes, ha="right", fontsize=8, color=style.GREY)
    place = (0.71, TOP + HEIGHT + 0.012)
    chart.text(*place, "Price, CNY a tonne of capacity", fontsize=10.5, color=style.INK, va="bottom")
