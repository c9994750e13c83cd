"""A discovered box: its ranges, and the runs seen along its two narrowest inputs."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.report.parameter_names import range_shown
from sim.report.style import BLUES, GREY, INK, LEFT, ORANGES, PALE, Chart, plain_axes, sheet
from sim.report.wording import clipped

MOST = 8
LONGEST = 58
LONGEST_AXIS = 62


def draw_box(ranges: pd.DataFrame, runs: pd.DataFrame, told: tuple[str, str, str]) -> Chart:
    """A box as a figure.

    Args:
        ranges: one row a limited parameter, the narrowest first: parameter, name, unit, low, high, least, most.
        runs: one row a run: these parameters, and `holds`.
        told: title, subtitle, and why the box is not good enough, empty when it is.
    """
    title, subtitle, warning = told
    more = len(ranges) - MOST
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
        fill_ranges(plain_axes(chart, (0.04, 0.12, 0.38, 0.68)), ranges.head(MOST).iloc[::-1])
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
        _over(axes, (0.0, place), 17, clipped(str(row.name), LONGEST), color=INK)
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
