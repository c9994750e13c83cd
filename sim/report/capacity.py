"""Where capacity stands year by year: running, idle, held back by ponds, dead; and what was built and closed.

A snapshot at the end of each year: running is the output of the last quarter at an annual rate, as the trade
counts it. Dead capacity is nameplate that does not run at any price: lines that exist on paper.

How concentrated the industry is: HHI by control and by economic interest, and shares of the largest groups.

Control counts a plant wholly for the group that decides over it; economic interest looks through to who gets
what part of its profit. Both are of installed capacity. The axes start at zero.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.core.words import number, percent
from sim.report import style
from sim.report.naming import scenario_line, warning
from sim.report.price_table import base_year
from sim.report.wording import moved
from sim.results import Results
from sim.world.kinds import LEFT, Happened

PARTS = (
    ("running_mt", "Running", style.BLUES[0], "white"),
    ("idle_mt", "Idle, could run", style.BLUES[2], style.INK),
    ("held_mt", "Held by red mud", style.ORANGES[1], style.INK),
    ("dead_mt", "Dead", style.PALE, style.INK),
)
"""Parts of installed capacity from the ground up: column, words, colour, colour of numbers on it."""

HALF = 0.36
"""Half the width of a bar; years are one apart."""

MOST_NUMBERS = 16
"""Years of which every bar carries its numbers; longer runs get the shape alone."""


def capacity_table(results: Results) -> pd.DataFrame:
    """One row a year, base year first: parts of installed capacity and moves since then, Mt/yr."""
    years, plants = results.years, results.refineries
    free = plants["pond_cap_share"] if results.scenario.pack.has("residue") else 1.0
    held = (plants["runnable_mt"] * (1.0 - free)).groupby(plants["year"]).sum()
    table = pd.DataFrame({"year": years["year"]})
    table["installed_mt"] = years["capacity_mt"]
    table["running_mt"] = years["operating_mt"]
    spare = np.maximum(years["runnable_mt"] - years["operating_mt"], 0.0)
    table["held_mt"] = np.minimum(held.reindex(years["year"], fill_value=0.0).to_numpy(), spare)
    table["idle_mt"] = spare - table["held_mt"]
    table["dead_mt"] = np.maximum(years["capacity_mt"] - years["operating_mt"] - spare, 0.0)
    table["operating_rate"] = years["operating_rate"]
    table["started_mt"] = _moved(results, (Happened.START,))
    table["closed_mt"] = _moved(results, (*LEFT, Happened.WRITE_OFF))
    base = base_year(results)
    if base:
        spare_mt = max(base.runnable_mt - base.operating_mt, 0.0)
        installed, ran = base.installed_mt, base.operating_mt
        parts = (installed, ran, 0.0, spare_mt, max(installed - ran - spare_mt, 0.0))
        first = (base.year, *parts, ran / installed if installed > 0.0 else 0.0, 0.0, 0.0)
        table = pd.concat([pd.DataFrame([first], columns=table.columns), table], ignore_index=True)
    table["started_since_mt"] = table["started_mt"].cumsum()
    table["closed_since_mt"] = table["closed_mt"].cumsum()
    return table


def _moved(results: Results, kinds: tuple[Happened, ...]) -> list[float]:
    """The nameplate that started or closed in each year, Mt/yr; what moves away closes at its old place."""
    events = results.events[results.events["kind"].isin(kinds)]
    return [float(events.loc[events["year"] == year, "amount"].sum()) for year in results.years["year"]]


def draw_capacity(results: Results) -> style.Chart:
    """Installed capacity by state as a figure."""
    table = capacity_table(results)
    subtitle = (
        f"{scenario_line(results)}. Nameplate at the end of each year, Mt/yr; above the bars: operating rate, "
        "running over installed"
    )
    notes = [
        warning(results),
        "Running: output of the last quarter at an annual rate. Dead: nameplate that does not run at any price, "
        "written-off plants included. Lower panel: dark is the year's own.",
    ]
    with style.sheet(_title(table), subtitle, notes) as chart:
        upper = style.plain_axes(chart, (0.065, 0.345, 0.79, 0.515))
        lower = style.plain_axes(chart, (0.065, 0.105, 0.79, 0.185))
        fill_capacity(upper, results)
        _moves(lower, table)
        return chart


def _title(table: pd.DataFrame) -> str:
    first, last = table.iloc[0], table.iloc[-1]
    closed, built = number(last["closed_since_mt"], 1), number(last["started_since_mt"], 1)
    rates = f"operating rate {percent(last['operating_rate'])}"
    if len(table) > 1:
        rates += f" after {percent(first['operating_rate'])} in {int(first['year'])}"
    left = f"{closed} Mt/yr have closed" if last["closed_since_mt"] >= 0.05 else "none has closed"
    return f"By {int(last['year'])}, {built} Mt/yr have started and {left}; {rates}"


def _places(axes: Axes, table: pd.DataFrame) -> style.Numbers:
    """The places of the bars on the x axis, which is made to fit."""
    axes.set_xlim(-0.6, len(table) - 0.4)
    return np.arange(len(table), dtype=np.float64)


def fill_capacity(axes: Axes, results: Results) -> None:
    """Draw installed capacity by state into axes."""
    table = capacity_table(results)
    places, step = _places(axes, table), -(-len(table) // MOST_NUMBERS)
    axes.set_xticks(places[::step], [str(int(year)) for year in table["year"]][::step])
    top = max(float(table["installed_mt"].max()), 1.0) * 1.1
    axes.set_ylim(0.0, top)
    axes.set_ylabel("Mt/yr")
    low = np.zeros(len(table))
    few = len(table) <= MOST_NUMBERS
    for name, _, colour, ink in PARTS:
        size = table[name].to_numpy()
        style.fill(axes, style.boxes(places - HALF, places + HALF, low, low + size), colour)
        for place, height, floor in zip(places, size, low, strict=True):
            if few and height > 0.035 * top:
                words = number(height, 1)
                axes.text(place, floor + height / 2.0, words, color=ink, fontsize=8, ha="center", va="center")
        low = low + size
    if few:
        for place, height, rate in zip(places, low, table["operating_rate"], strict=True):
            axes.text(place, height + 0.012 * top, percent(rate), fontweight="bold", ha="center", va="bottom")
    last = table.iloc[-1]
    sizes = np.array([last[name] for name, *_ in PARTS])
    middles = np.cumsum(sizes) - sizes / 2.0
    inks = (style.BLUES[0], "#2b6ca3", "#b3650f", style.GREY)
    labels = [
        (float(middle), f"{words} {number(last[name], 1)}", ink)
        for (name, words, *_), middle, ink in zip(PARTS, middles, inks, strict=True)
        if name != "held_mt" or results.scenario.pack.has("residue")
    ]
    style.end_labels(axes, len(table) - 0.35, labels)


def _moves(axes: Axes, table: pd.DataFrame) -> None:
    """Draw what has started and what has left since the base year; the year's own part is dark."""
    places = _places(axes, table)
    for sign, kind, dark, light in (
        (1.0, "started", style.BLUES[1], style.BLUES[2]),
        (-1.0, "closed", style.ORANGES[0], style.ORANGES[2]),
    ):
        since, now = table[f"{kind}_since_mt"].to_numpy(), table[f"{kind}_mt"].to_numpy()
        before = sign * (since - now)
        for low, high, colour in ((np.zeros(len(places)), before, light), (before, sign * since, dark)):
            style.fill(axes, style.boxes(places - HALF, places + HALF, low, high), colour, colour)
    built, closed = float(table["started_since_mt"].iloc[-1]), float(table["closed_since_mt"].iloc[-1])
    reach = max(built, closed, 1.0)
    axes.set_ylim(-max(closed, 0.3 * reach) * 1.2, max(built, 0.3 * reach) * 1.2)
    if max(np.abs(axes.get_ylim())) < 1.0:
        axes.yaxis.set_major_formatter("{x:,.1f}")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axes.axhline(0.0, color=style.GREY, linewidth=0.8)
    axes.spines["bottom"].set_visible(False)
    axes.set_xticks([])
    axes.set_ylabel("Cumulated", fontsize=8.5)
    labels = [
        (0.6 * max(built, 0.3 * reach), f"Started {number(built, 1)}", "#2b6ca3"),
        (-0.6 * max(closed, 0.3 * reach), f"Closed {number(closed, 1)}", style.ORANGES[0]),
    ]
    style.end_labels(axes, len(table) - 0.35, labels)


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
    with style.sheet(_index_title(table), subtitle, notes) as chart:
        left = style.plain_axes(chart, (0.065, 0.125, 0.33, 0.705), "Herfindahl-Hirschman index, points")
        right = style.plain_axes(chart, (0.6, 0.125, 0.27, 0.705), "Share of the 10, 5 and 4 largest groups")
        fill_indices(left, results)
        _ratios(right, table)
        return chart


def _index_title(table: pd.DataFrame) -> str:
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


def _index_frame(axes: Axes, table: pd.DataFrame) -> float:
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
    at, last = _index_frame(axes, table), table.iloc[-1]
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
    style.end_labels(axes, _index_frame(axes, table), labels)
