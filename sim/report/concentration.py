"""How concentrated the industry is: HHI by control and by economic interest, and shares of the largest groups.

Control counts a plant wholly for the group that decides over it; economic interest looks through to who gets
what part of its profit. Both are of installed capacity. The axes start at zero.
"""

import pandas as pd
from matplotlib.axes import Axes

from sim.core.words import number, percent
from sim.report import style
from sim.report.naming import scenario_line, warning
from sim.report.wording import moved
from sim.results import Results

CONCENTRATED, HIGHLY_CONCENTRATED = 1_000.0, 1_800.0
"""HHI above which US agencies call a market concentrated, and highly so.

Source: US Department of Justice and Federal Trade Commission, Merger Guidelines 2023, section 2.1.
"""

MEASURES = ("hhi_control", "hhi_economic", "cr4", "cr5", "cr10")


def concentration_table(results: Results) -> pd.DataFrame:
    """One row a year: the indices in points, the shares of the largest groups 0-1."""
    return results.years[["year", *MEASURES]].reset_index(drop=True)


def draw_concentration(results: Results) -> style.Chart:
    """The concentration of installed capacity as a figure."""
    table = concentration_table(results)
    subtitle = (
        f"{scenario_line(results)}. Shares of installed capacity by owner group at the end of each year"
    )
    notes = [
        warning(results),
        "HHI: sum of squared percentage shares. Thresholds as in the US Merger Guidelines 2023.",
    ]
    with style.sheet(_title(table), subtitle, notes) as chart:
        left = style.plain_axes(chart, (0.065, 0.125, 0.33, 0.705), "Herfindahl-Hirschman index, points")
        right = style.plain_axes(chart, (0.6, 0.125, 0.27, 0.705), "Share of the 10, 5 and 4 largest groups")
        fill_indices(left, results)
        _ratios(right, table)
        return chart


def _title(table: pd.DataFrame) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    verb, index = moved(first["hhi_control"], last["hhi_control"], 5.0), number(last["hhi_control"])
    ratio = f"the five largest groups hold {percent(last['cr5'])}"
    if len(table) == 1:
        return f"{int(last['year'])}: HHI of control at {index}, {ratio}"
    if verb == "stays":
        return f"Concentration hardly moves: HHI of control at {index}, {ratio}"
    change = f"from {number(first['hhi_control'])} to {index}"
    return f"HHI of control {verb} {change}; {ratio}, after {percent(first['cr5'])}"


def _line(axes: Axes, table: pd.DataFrame, name: str, colour: str, line: str = "-") -> None:
    axes.plot(table["year"], table[name], line, color=colour, linewidth=2.2, marker="o", markersize=4)


def _frame(axes: Axes, table: pd.DataFrame) -> float:
    """Set the years of a panel and give where its labels begin."""
    first, last = int(table["year"].iloc[0]), int(table["year"].iloc[-1])
    axes.set_xlim(first - 0.5, last + 0.5)
    style.year_ticks(axes, range(first, last + 1), most=6)
    return last + 0.5 + 0.02 * (last - first + 1)


def fill_indices(axes: Axes, results: Results) -> None:
    """Draw both indices of concentration into axes."""
    table = concentration_table(results)
    _line(axes, table, "hhi_control", style.BLUES[0])
    _line(axes, table, "hhi_economic", style.BLUES[1], "--")
    at, last = _frame(axes, table), table.iloc[-1]
    axes.set_ylim(0.0, max(2_000.0, 1.08 * float(table[["hhi_control", "hhi_economic"]].max().max())))
    labels = []
    for height, words in ((CONCENTRATED, "concentrated"), (HIGHLY_CONCENTRATED, "highly concentrated")):
        axes.axhline(height, color=style.ORANGES[0], linewidth=1.1, linestyle=(0, (4, 3)), zorder=1)
        labels.append((height, f"{number(height)} {words}", style.ORANGES[0]))
    labels += [
        (float(last["hhi_control"]), f"Control {number(last['hhi_control'])}", style.BLUES[0]),
        (float(last["hhi_economic"]), f"Economic interest {number(last['hhi_economic'])}", "#2b6ca3"),
    ]
    style.end_labels(axes, at, labels)


def _ratios(axes: Axes, table: pd.DataFrame) -> None:
    axes.set_ylim(0.0, 1.0)
    axes.yaxis.set_major_formatter(lambda share, _: percent(share))
    last, labels = table.iloc[-1], []
    for name, colour in (("cr10", style.BLUES[0]), ("cr5", style.BLUES[1]), ("cr4", style.GREY)):
        _line(axes, table, name, colour)
        labels.append((float(last[name]), f"{name.upper()} {percent(last[name])}", colour))
    style.end_labels(axes, _frame(axes, table), labels)
