"""A tornado: one bar a parameter, the most important on top, with the uncertainty of each index.

A discovered box: its ranges, and the runs seen along its two narrowest inputs.
"""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from sim.report.measures import PERCENT
from sim.report.parameter_names import range_shown
from sim.report.style import BLUES, GREY, INK, LEFT, ORANGES, PALE, Chart, legend, lying, plain_axes, sheet
from sim.report.wording import clipped

MOST = 15
NAMES = {
    "mu_star": "mean absolute effect (mu*) of going through the whole range of a parameter",
    "total": "share of the variance that a parameter has a part in (total index)",
}
UNITLESS = ("total",)
COLOURS = {"raises": BLUES[1], "lowers": ORANGES[1], "both ways": PALE, "nothing": PALE}
LONGEST = 72


def draw_sensitivity(indices: pd.DataFrame, about: tuple[str, str], words: str) -> Chart:
    """The indices of a sensitivity study as a figure.

    Args:
        indices: one row a parameter, the most important first; `parameter`, the index, its half-width,
            `direction`, and what it is: `name`, `low`, `high`, `unit`.
        about: what one sees, and the unit of the outcome.
        words: how far to trust it.
    """
    name, (title, unit) = indices.columns[1], about
    shown = indices.head(MOST).iloc[::-1]
    rest = len(indices) - len(shown)
    notes = [words, "Lines are 95 % intervals." + (f" {rest} smaller ones are not shown." if rest else "")]
    with sheet(
        title, f"{NAMES[name][:1].upper()}{NAMES[name][1:]}; all runs with the same luck", notes
    ) as chart:
        axes = plain_axes(chart, (0.42, 0.145, 0.55, 0.69))
        fill_tornado(axes, shown, unit)
        _legend(chart, name)
    return chart


def fill_tornado(axes: Axes, shown: pd.DataFrame, unit: str) -> None:
    """Draw bars into axes, the last row on top, with the name of each beside it."""
    name = str(shown.columns[1])
    lying(axes)
    places = range(len(shown))
    axes.barh(places, shown[name], color=[COLOURS[each] for each in shown["direction"]], height=0.6)
    low = (shown[name] - shown[f"{name}_within"]).clip(lower=0.0)
    axes.hlines(places, low, shown[name] + shown[f"{name}_within"], color=INK, linewidth=1.2)
    axes.set_yticks(places, ["" for _ in places])
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_xlim(left=0.0)
    axes.xaxis.set_major_formatter("{x:,g}")
    _names(axes, shown)
    if name not in UNITLESS:
        axes.set_xlabel(unit.replace(PERCENT, "% points"), color=GREY)


def _names(axes: Axes, shown: pd.DataFrame) -> None:
    """Write beside each bar what the parameter is, and under it, paler, its range."""
    for place, row in enumerate(shown.itertuples()):
        span = range_shown(row.low, row.high, str(row.unit))
        for text, rise, side, size, color in (
            (clipped(str(row.name), LONGEST), 1, "bottom", 8.5, INK),
            (span, 0, "top", 7.5, GREY),
        ):
            axes.annotate(
                text,
                (0.0, place),
                xytext=(-6, rise),
                textcoords="offset points",
                ha="right",
                va=side,
                fontsize=size,
                color=color,
            )


def _legend(chart: Chart, name: str) -> None:
    neither = "goes both ways" if name == "mu_star" else "no clear direction"
    words = {"raises": "a higher parameter raises it", "lowers": "a higher parameter lowers it"}
    marks = [
        Patch(color=COLOURS[each], label=text) for each, text in (words | {"both ways": neither}).items()
    ]
    legend(chart, marks, (0.975, 0.905), "right", ncols=3)


MOST_RANGES = 8
LONGEST_RANGE = 58
LONGEST_AXIS = 62


def draw_box(ranges: pd.DataFrame, runs: pd.DataFrame, told: tuple[str, str, str]) -> Chart:
    """A box as a figure.

    Args:
        ranges: one row a limited parameter, the narrowest first: parameter, name, unit, low, high, least, most.
        runs: one row a run: these parameters, and `holds`.
        told: title, subtitle, and why the box is not good enough, empty when it is.
    """
    title, subtitle, warning = told
    more = len(ranges) - MOST_RANGES
    notes = [
        "Bars: range of the box within the range of all runs. Dots: runs in which the rule holds, or does not;"
        " the box is drawn by them, and new runs may show less density and coverage."
        + (f" {more} wider ranges are in the table." if more > 0 else ""),
        *([warning] if warning else []),
    ]
    with sheet(clipped(title, 110), subtitle, notes) as chart:
        if warning:
            mark = "Candidate only, not good enough to be relied on"
            chart.text(LEFT, 0.882, mark, fontsize=10.5, color=ORANGES[0], fontweight="bold", va="top")
        fill_ranges(plain_axes(chart, (0.04, 0.12, 0.38, 0.68)), ranges.head(MOST_RANGES).iloc[::-1])
        _dots(plain_axes(chart, (0.53, 0.14, 0.44, 0.64)), ranges, runs)
    return chart


def fill_ranges(axes: Axes, ranges: pd.DataFrame) -> None:
    """Draw the ranges of a box within those of all runs into axes, the last row on top."""
    axes.yaxis.grid(False)
    width = ranges["most"] - ranges["least"]
    low, high = (ranges["low"] - ranges["least"]) / width, (ranges["high"] - ranges["least"]) / width
    places = range(len(ranges))
    axes.barh(places, [1.0] * len(ranges), color=PALE, height=0.22)
    axes.barh(places, high - low, left=low, color=BLUES[1], height=0.22)
    for place, row in zip(places, ranges.itertuples(), strict=True):
        span = range_shown(row.low, row.high, str(row.unit))
        whole = f"of {range_shown(row.least, row.most, str(row.unit))}"
        _over(axes, (0.0, place), 17, clipped(str(row.name), LONGEST_RANGE), color=INK)
        _over(axes, (0.0, place), 4, span, color=BLUES[0], fontweight="bold")
        _over(axes, (1.0, place), 4, whole, color=GREY, ha="right")
    axes.set_yticks([])
    axes.set_xticks([0.0, 1.0], ["least", "most"])
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.4, max(len(ranges) - 0.2, 3.0))


def _over(axes: Axes, at: tuple[float, float], points: int, text: str, **look: Any) -> None:
    """Write a text some points above the top of a bar."""
    top = (at[0], at[1] + 0.11)
    axes.annotate(
        text, top, xytext=(0, points), textcoords="offset points", va="bottom", fontsize=8.5, **look
    )


def _dots(axes: Axes, ranges: pd.DataFrame, runs: pd.DataFrame) -> None:
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.xaxis.set_major_formatter("{x:,g}")
    across = ranges.iloc[0]
    up = ranges.iloc[1] if len(ranges) > 1 else None
    heights = runs[up["parameter"]] if up is not None else pd.Series(range(len(runs))) / len(runs)
    for holds, colour, label in ((False, PALE, "does not hold"), (True, ORANGES[1], "holds")):
        seen = runs["holds"] == holds
        axes.scatter(
            runs.loc[seen, across["parameter"]], heights[seen], s=16, color=colour, label=label, linewidths=0
        )
    low, high = (up["low"], up["high"]) if up is not None else (0.0, 1.0)
    corner, width = (across["low"], low), across["high"] - across["low"]
    axes.add_patch(Rectangle(corner, width, high - low, fill=False, edgecolor=BLUES[0], linewidth=1.8))
    axes.set_xlabel(_axis_name(across), color=GREY)
    name = _axis_name(up) if up is not None else "runs, one above the other"
    axes.set_title(name, loc="left", fontsize=9, color=GREY, pad=8)
    if up is None:
        axes.set_yticks([])
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.04), ncols=2, frameon=False, fontsize=9)


def _axis_name(row: pd.Series) -> str:
    name = clipped(str(row["name"]), LONGEST_AXIS)
    return f"{name}, {row['unit']}" if row["unit"] else name
