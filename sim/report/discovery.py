"""A discovered box: its ranges, and the runs seen along its two narrowest inputs."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.report.style import BLUES, GREY, INK, ORANGES, PALE, Chart, house_style, plain_axes, sheet

MOST = 8


def draw_box(ranges: pd.DataFrame, runs: pd.DataFrame, words: str) -> Chart:
    """Give a box as a figure.

    Args:
        ranges: one row a limited parameter, the narrowest first: parameter, low, high, least, most.
        runs: one row a run: these parameters, and `holds`.
        words: what was found, the first line of which is the title.
    """
    first, *others = words.splitlines()
    notes = [
        "Bars: range of the box within the range of all runs. Dots: runs in which the rule holds, or does not."
    ]
    with house_style():
        chart = sheet(first, " ".join(others[:1]), notes)
        _bars(plain_axes(chart, (0.27, 0.14, 0.24, 0.7)), ranges.head(MOST).iloc[::-1])
        _dots(plain_axes(chart, (0.61, 0.14, 0.36, 0.7)), ranges, runs)
    return chart


def _bars(axes: Axes, ranges: pd.DataFrame) -> None:
    axes.yaxis.grid(False)
    width = ranges["most"] - ranges["least"]
    low, high = (ranges["low"] - ranges["least"]) / width, (ranges["high"] - ranges["least"]) / width
    places = range(len(ranges))
    axes.barh(places, [1.0] * len(ranges), color=PALE, height=0.4)
    axes.barh(places, high - low, left=low, color=BLUES[1], height=0.4)
    for place, row in zip(places, ranges.itertuples(), strict=True):
        axes.text(0.0, place + 0.27, f"{row.low:.4g} to {row.high:.4g}", fontsize=8.5, color=INK, va="bottom")
    axes.set_yticks(places, list(ranges["parameter"]), fontsize=9)
    axes.set_xticks([0.0, 1.0], ["least", "most"])
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.6, max(len(ranges) - 0.3, 2.0))


def _dots(axes: Axes, ranges: pd.DataFrame, runs: pd.DataFrame) -> None:
    axes.yaxis.set_major_formatter("{x:.4g}")
    across = ranges.iloc[0]
    up = ranges.iloc[1] if len(ranges) > 1 else None
    heights = runs[up["parameter"]] if up is not None else pd.Series(range(len(runs))) / len(runs)
    for holds, colour, label in ((False, PALE, "does not hold"), (True, ORANGES[1], "holds")):
        seen = runs["holds"] == holds
        axes.scatter(
            runs.loc[seen, across["parameter"]], heights[seen], s=9, color=colour, label=label, linewidths=0
        )
    low, high = (up["low"], up["high"]) if up is not None else (0.0, 1.0)
    corner, width = (across["low"], low), across["high"] - across["low"]
    axes.add_patch(Rectangle(corner, width, high - low, fill=False, edgecolor=BLUES[0], linewidth=1.8))
    axes.set_xlabel(across["parameter"], color=GREY)
    axes.set_title(up["parameter"] if up is not None else "runs", loc="left", fontsize=9, color=GREY, pad=8)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=9)
