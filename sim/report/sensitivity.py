"""A tornado: one bar a parameter, the most important on top, with the uncertainty of each index."""

import pandas as pd

from sim.report.style import BLUES, GREY, INK, Chart, house_style, plain_axes, sheet

MOST = 15
NAMES = {
    "mu_star": "mean absolute effect (mu*)",
    "total": "share of variance, with interactions (total index)",
}


def draw_sensitivity(indices: pd.DataFrame, title: str, words: str) -> Chart:
    """Give the indices of a sensitivity study as a figure.

    Args:
        indices: one row a parameter, the most important first; `parameter`, the index, and its half-width.
        title: what one sees.
        words: how far to trust it.
    """
    name = indices.columns[1]
    shown = indices.head(MOST).iloc[::-1]
    rest = len(indices) - len(shown)
    notes = [words, "Lines are 95 % intervals." + (f" {rest} smaller ones are not shown." if rest else "")]
    with house_style():
        chart = sheet(title, f"{NAMES[name]}, all runs with the same luck", notes)
        axes = plain_axes(chart, (0.31, 0.14, 0.63, 0.72))
        axes.yaxis.grid(False)
        axes.xaxis.grid(True, color="#e6e8eb", linewidth=0.8)
        places = range(len(shown))
        axes.barh(places, shown[name], color=BLUES[1], height=0.66)
        low = (shown[name] - shown[f"{name}_within"]).clip(lower=0.0)
        axes.hlines(places, low, shown[name] + shown[f"{name}_within"], color=INK, linewidth=1.2)
        axes.set_yticks(places, list(shown["parameter"]), fontsize=9)
        axes.set_xlim(left=0.0)
        axes.set_xlabel(NAMES[name], color=GREY)
    return chart
