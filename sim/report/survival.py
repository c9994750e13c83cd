"""A heat map of survival: the refineries most often closed, and the share of runs in which each still stands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

from sim.report.style import BLUES, Chart, house_style, plain_axes, sheet, year_ticks

MOST = 24


def survival_table(exits: pd.DataFrame, runs: int, years: Sequence[int]) -> pd.DataFrame:
    """Give one row a refinery that closes in some run, with the share of runs in which it stands, by year.

    Args:
        exits: one row an exit: `agent`, `year`.
        runs: how many runs there are.
        years: the years, in columns.
    """
    closed = pd.crosstab(exits["agent"], exits["year"]).reindex(columns=list(years), fill_value=0)
    standing = 1.0 - closed.cumsum(axis=1) / max(runs, 1)
    standing = standing.sort_values([years[-1]], kind="stable")
    standing.columns = [str(year) for year in years]
    return standing.rename_axis("refinery").reset_index()


def draw_survival(table: pd.DataFrame, scenario: str, runs: int) -> Chart:
    """Give the heat map of the refineries that stand least often at the end."""
    shown = table.head(MOST)
    years = [int(name) for name in table.columns[1:]]
    values = shown.iloc[:, 1:].to_numpy(dtype=np.float64)
    with house_style():
        title = f"{scenario}: refineries most often closed by {years[-1]}"
        notes = [
            f"{len(table)} refineries close in some run; the {len(shown)} that do so most often are shown."
        ]
        chart = sheet(title, f"Share of {runs} runs in which each still stands at the end of the year", notes)
        axes = plain_axes(chart, (0.24, 0.1, 0.66, 0.76))
        axes.yaxis.grid(False)
        colours = LinearSegmentedColormap.from_list("standing", ["#8a3b0a", "#f5d29a", "#ffffff", BLUES[2]])
        axes.imshow(
            values, aspect="auto", cmap=colours, vmin=0.0, vmax=1.0, extent=_extent(years, len(shown))
        )
        for row, line in enumerate(values):
            for year, share in zip(years, line, strict=True):
                colour = "white" if share < 0.25 else "#1a1a1a"
                place = len(shown) - row - 0.5
                axes.text(year, place, f"{share:.0%}", ha="center", va="center", fontsize=7.5, color=colour)
        axes.set_yticks(
            [len(shown) - row - 0.5 for row in range(len(shown))], list(shown["refinery"]), fontsize=8.5
        )
        year_ticks(axes, years)
    return chart


def _extent(years: Sequence[int], rows: int) -> tuple[float, float, float, float]:
    return years[0] - 0.5, years[-1] + 0.5, 0.0, float(max(rows, 1))
