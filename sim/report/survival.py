"""A heat map of survival: the refineries most often gone, by region, and how often each still stands."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from sim.report import style
from sim.report.wording import clipped

MOST = 24
LONGEST = 38
PLACE = (0.33, 0.1, 0.64, 0.76)


def draw_survival(
    table: pd.DataFrame, scenario: str, runs: int, known: Mapping[str, tuple[str, str]] | None = None
) -> style.Chart:
    """The heat map of the refineries that stand least often at the end.

    Args:
        table: as `sim.report.spread.survival_table` gives it.
        scenario: whose runs they are.
        runs: how many.
        known: name and region of each refinery; one that is missing is called by its key.
    """
    years, most = _years(table), min(len(table), MOST)
    notes = [
        f"{len(table)} refineries close or move in some run; the {most} that do so most often are shown,"
        " by region, the region that loses most first.",
        "Hatched: not yet built. A refinery that starts later counts as standing from its planned year on.",
    ]
    title = f"{clipped(scenario, 40)}: refineries most often closed or moved to the coast by {years[-1]}"
    with style.sheet(
        title, f"Share of {runs} runs in which each still stands at the end of the year", notes
    ) as chart:
        axes = style.plain_axes(chart, PLACE)
        _regions(axes, fill_survival(axes, table, known))
    return chart


def fill_survival(
    axes: Axes, table: pd.DataFrame, known: Mapping[str, tuple[str, str]] | None = None
) -> list[str]:
    """Draw the heat map into axes, and give the region of each row."""
    called = {str(key): (known or {}).get(str(key), (str(key), "")) for key in table["refinery"]}
    shown = _by_region(table.head(MOST), {key: region for key, (_, region) in called.items()})
    years = _years(table)
    keys = [str(key) for key in shown["refinery"]]
    axes.yaxis.grid(False)
    _cells(axes, shown[[str(year) for year in years]].to_numpy(dtype=np.float64), years)
    names = [clipped(called[key][0], LONGEST) for key in keys]
    axes.set_yticks([len(keys) - row - 0.5 for row in range(len(keys))], names, fontsize=8.5)
    style.year_ticks(axes, years)
    return [called[key][1] for key in keys]


def _years(table: pd.DataFrame) -> list[int]:
    return [int(name) for name in table.columns if str(name).isdigit()]


def _by_region(shown: pd.DataFrame, regions: Mapping[str, str]) -> pd.DataFrame:
    """The rows region by region: the region with the lowest mean at the end first, and so within each."""
    last = shown.columns[-1]
    placed = shown.assign(region=[regions[str(key)] for key in shown["refinery"]])
    placed["odds"] = placed.groupby("region")[last].transform("mean")
    return placed.sort_values(["odds", "region", last], kind="stable").drop(columns=["odds", "region"])


def _cells(axes: Axes, values: style.Numbers, years: Sequence[int]) -> None:
    colours = LinearSegmentedColormap.from_list("standing", ["#8a3b0a", "#f5d29a", "#ffffff", style.BLUES[2]])
    rows = len(values)
    extent = (years[0] - 0.5, years[-1] + 0.5, 0.0, float(max(rows, 1)))
    axes.imshow(np.ma.masked_invalid(values), aspect="auto", cmap=colours, vmin=0.0, vmax=1.0, extent=extent)
    for row, line in enumerate(values):
        for year, share in zip(years, line, strict=True):
            bottom = rows - row - 1.0
            if np.isnan(share):
                corner = (year - 0.5, bottom)
                axes.add_patch(
                    Rectangle(corner, 1, 1, fill=False, hatch="////", edgecolor=style.PALE, linewidth=0)
                )
                continue
            colour = "white" if share < 0.15 else style.INK
            axes.text(
                year, bottom + 0.5, f"{share:.0%}", ha="center", va="center", fontsize=7.5, color=colour
            )


def _regions(axes: Axes, regions: Sequence[str]) -> None:
    """Write each region once beside its rows, and draw a line where the next one begins."""
    rows = len(regions)
    left, right = axes.get_xlim()
    at = left - (right - left) * (PLACE[0] - style.LEFT) / PLACE[2]
    for row, region in enumerate(regions):
        if row and region == regions[row - 1]:
            continue
        height = rows - row
        axes.text(
            at,
            height - 0.5,
            clipped(region, 16),
            va="center",
            fontsize=8.5,
            color=style.INK,
            fontweight="bold",
        )
        if row:
            axes.plot([at, right], [height, height], color=style.GREY, linewidth=0.7, clip_on=False)
    axes.set_xlim(left, right)
