"""A tornado: one bar a parameter, the most important on top, with the uncertainty of each index."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.report.measures import PERCENT
from sim.report.parameter_names import range_shown
from sim.report.style import BLUES, GREY, INK, ORANGES, PALE, Chart, legend, plain_axes, sheet
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
    axes.yaxis.grid(False)
    axes.xaxis.grid(True, color="#e6e8eb", linewidth=0.8)
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
