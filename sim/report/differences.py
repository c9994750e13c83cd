"""What scenarios change year by year: small multiples of the paired difference, and who wins and who loses.

Fan charts: how measures spread over the runs of a study, year by year.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.report import style
from sim.report.measures import PERCENT, TOLD, decimals_for, full_name, scale_of, unit_shown, written
from sim.report.wording import clipped

PANELS = tuple(TOLD["panels"])
"""The measures of the small multiples, row by row."""
COLOURS = ("#3b86c4", "#e08a2e", "#3f8f5b", "#8b5aa8", "#0b3d6b")
"""Of the scenarios, in their order; more than these are not drawn."""
COLUMNS, ACROSS, UP = 3, (0.065, 0.385, 0.705), (0.64, 0.365, 0.09)
PANEL_SIZE = (0.235, 0.18)
LONGEST = 34
MOST_HOLDERS = 16


def draw_differences(table: pd.DataFrame, labels: Sequence[str], pairs: int) -> style.Chart:
    """The small multiples as a figure.

    Args:
        table: one row a scenario, measure and year: p05, p50, p95 of the paired differences.
        labels: the scenarios; the first is what the others are held against.
        pairs: how many pairs there are.
    """
    first, *others = labels
    colours = dict(zip(others, COLOURS, strict=False))
    notes = [
        "Line: median of the differences of pairs, same luck and same inputs. Band: nine pairs of ten."
        " Above zero: more than in the first scenario.",
        *_left_out(others),
    ]
    title = f"{_together(others)} against {first}: what differs, year by year"
    with style.sheet(title, f"{pairs} pairs of runs", notes) as chart:
        _legend(chart, colours, first)
        for place, measure in enumerate(name for name in PANELS if name in set(table["measure"])):
            row, column = divmod(place, COLUMNS)
            axes = style.plain_axes(chart, (ACROSS[column], UP[row], *PANEL_SIZE))
            name = full_name(measure).replace(f", {PERCENT}", ", % points")
            axes.set_title(name, loc="left", fontsize=9.5, color=style.INK, pad=6)
            _bands(axes, table[table["measure"] == measure], colours)
    return chart


def fill_difference(axes: Axes, rows: pd.DataFrame, others: Sequence[str]) -> None:
    """Draw the paired differences of one measure into axes, a band and a line a scenario."""
    colours = dict(zip(others, COLOURS, strict=False))
    _bands(axes, rows, colours)
    _own_legend(axes, colours)


def fill_winners(axes: Axes, rows: pd.DataFrame, others: Sequence[str], named: Callable[[str], str]) -> None:
    """Draw who holds more and who less at the end into axes."""
    colours = dict(zip(others, COLOURS, strict=False))
    _dots(axes, rows, colours, named)
    _own_legend(axes, colours)


def _own_legend(axes: Axes, colours: Mapping[str, str]) -> None:
    """Write whose colour is whose where there are several."""
    if len(colours) > 1:
        marks = [
            Line2D([], [], color=colour, label=clipped(label, LONGEST)) for label, colour in colours.items()
        ]
        place: dict[str, Any] = {"loc": "upper right", "bbox_to_anchor": (1.0, -0.07)}
        axes.legend(handles=marks, **place, ncols=3, frameon=False, fontsize=8.5)


def _bands(axes: Axes, rows: pd.DataFrame, colours: Mapping[str, str]) -> None:
    axes.axhline(0.0, color=style.INK, linewidth=0.9)
    years = sorted({int(year) for year in rows["year"]})
    labels = []
    for label, colour in colours.items():
        ours = rows[rows["scenario"] == label]
        scale = scale_of(str(ours["measure"].iloc[0]))
        low, middle, high = (ours[name].to_numpy() * scale for name in ("p05", "p50", "p95"))
        axes.fill_between(ours["year"], low, high, color=colour, alpha=0.22, linewidth=0)
        axes.plot(ours["year"], middle, color=colour, linewidth=1.8, marker="o", markersize=2.5)
        labels.append((float(middle[-1]), colour))
    if not axes.dataLim.height:
        axes.set_ylim(-1.0, 1.0)
    decimals = _ticks(axes.yaxis, 5)
    axes.tick_params(labelsize=8.5)
    style.year_ticks(axes, years, most=6)
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.1)
    decimals += max(axes.get_ylim()) < 100.0
    ends = [(height, written(height, decimals, "+"), colour) for height, colour in labels]
    style.end_labels(axes, years[-1] + 0.2 + 0.012 * len(years), ends, size=8.0)


def draw_winners(winners: pd.DataFrame, labels: Sequence[str], named: Callable[[str], str]) -> style.Chart:
    """Who holds more and who less at the end as a figure: groups beside regions.

    Args:
        winners: one row a scenario and holder (`group a` or `region a`): change, low, high, verdict; Mt/yr;
            at least one.
        labels: the scenarios; the first is what the others are held against.
        named: gives what a holder is called.
    """
    first, *others = labels
    colours = dict(zip(others, COLOURS, strict=False))
    notes = [
        "Dots: mean of the pairs, filled where it is hardly luck, all names judged together. Lines: 95 % intervals."
        f" At most {MOST_HOLDERS} of each are shown, those that change most.",
        *_left_out(others),
    ]
    title = f"{_together(others)} against {first}: who ends with more capacity, who with less"
    with style.sheet(title, "Change of nameplate at the end, Mt/yr", notes) as chart:
        _legend(chart, colours, first)
        for kind, heading, place in (
            ("group", "Owner groups", (0.255, 0.1, 0.265, 0.68)),
            ("region", "Regions", (0.675, 0.1, 0.305, 0.68)),
        ):
            axes = style.plain_axes(chart, place, heading)
            _dots(axes, winners[winners["holder"].str.startswith(f"{kind} ")], colours, named)
    return chart


def _dots(axes: Axes, rows: pd.DataFrame, colours: Mapping[str, str], named: Callable[[str], str]) -> None:
    ours = rows[rows["scenario"].isin(list(colours))]
    sizes = ours.groupby("holder")["change"].agg(lambda changes: changes.abs().max())
    largest = sizes[sizes > 0.0].sort_values(ascending=False, kind="stable").index[:MOST_HOLDERS]
    first = ours[ours["scenario"] == next(iter(colours))].set_index("holder")["change"]
    order = sorted(largest, key=lambda holder: (float(first[holder]), holder))
    style.lying(axes)
    axes.axvline(0.0, color=style.INK, linewidth=0.9)
    for number, (label, colour) in enumerate(colours.items()):
        shift = 0.6 * ((number + 0.5) / len(colours) - 0.5)
        table = ours[ours["scenario"] == label].set_index("holder")
        for place, holder in enumerate(order):
            row = table.loc[holder]
            clear = row["verdict"] in ("higher", "lower")
            axes.hlines(place - shift, row["low"], row["high"], color=colour, linewidth=1.4)
            face = colour if clear else "white"
            axes.plot(row["change"], place - shift, "o", color=colour, markerfacecolor=face, markersize=5.0)
    names = [clipped(named(holder), LONGEST) for holder in order]
    axes.set_yticks(range(len(order)), names, fontsize=8.5)
    axes.set_ylim(-0.7, max(len(order), 1) - 0.3)
    _ticks(axes.xaxis, 5)


def _ticks(axis: Axis, most: int) -> int:
    """Put signed numbers on an axis, and give how many decimals they need."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    places = [float(place) for place in axis.get_majorticklocs()]
    decimals = next((each for each in range(6) if all(abs(p - round(p, each)) < 1e-9 for p in places)), 6)
    axis.set_major_formatter(lambda value, _place: written(value, decimals, "+"))
    return decimals


def _together(others: Sequence[str]) -> str:
    return clipped(others[0], LONGEST) if len(others) == 1 else f"{len(others)} scenarios"


def _left_out(others: Sequence[str]) -> list[str]:
    more = [clipped(label, LONGEST) for label in others[len(COLOURS) :]]
    return [f"Not drawn, but in the table: {clipped(', '.join(more), 150)}."] if more else []


def _legend(chart: style.Chart, colours: Mapping[str, str], first: str) -> None:
    marks = [
        Line2D([], [], color=colour, linewidth=2.5, label=clipped(label, LONGEST))
        for label, colour in colours.items()
    ]
    marks.append(
        Line2D([], [], color=style.INK, linewidth=0.9, label=f"{clipped(first, LONGEST)} (zero line)")
    )
    style.legend(chart, marks, (style.LEFT - 0.008, 0.905), ncols=len(marks))


FANS: Mapping[str, tuple[str, str]] = {
    "price_cny_per_t": ("Mill price, CNY/t", "{x:,.0f}"),
    "operating_rate": ("Operating rate", "{x:.0%}"),
    "capacity_mt": ("Installed capacity, Mt/yr", "{x:,.0f}"),
    "hhi_control": ("Herfindahl-Hirschman index by control", "{x:,.0f}"),
}
"""The four measures of the figure: what they are called and how their axis is written."""
PLACES = ((0.06, 0.52, 0.37, 0.3), (0.56, 0.52, 0.37, 0.3), (0.06, 0.12, 0.37, 0.3), (0.56, 0.12, 0.37, 0.3))


def draw_fans(table: pd.DataFrame, scenario: str, runs: int) -> style.Chart:
    """Four fan charts as a figure, from the quantiles of `sim.report.spread.fan_table`."""
    last = table[(table["measure"] == "price_cny_per_t")].iloc[-1]
    span = f"between {last['p05']:,.0f} and {last['p95']:,.0f} CNY/t"
    title = f"{scenario}: price in {last['year']:.0f} {span} in nine runs of ten"
    notes = [
        "Bands hold half and nine tenths of the runs of each year; the line is the median. No run follows it."
    ]
    with style.sheet(title, f"{runs} runs under sampled inputs and luck", notes) as chart:
        for place, (name, (words, form)) in zip(PLACES, FANS.items(), strict=True):
            axes = style.plain_axes(chart, place, words)
            axes.yaxis.set_major_formatter(form)
            _fan(axes, table[table["measure"] == name], form)
    return chart


def fill_fan(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw the fan of one measure into axes, from its rows of `sim.report.spread.fan_table`."""
    measure = str(rows["measure"].iloc[0])
    largest = float(rows[["p05", "p95"]].abs().max().max())
    form = "{x:.0%}" if unit_shown(measure) == PERCENT else f"{{x:,.{decimals_for(largest)}f}}"
    axes.yaxis.set_major_formatter(form)
    _fan(axes, rows, form)


def _fan(axes: Axes, rows: pd.DataFrame, form: str) -> None:
    years = rows["year"].to_numpy()
    axes.fill_between(years, rows["p05"], rows["p95"], color=style.BLUES[2], alpha=0.55, linewidth=0)
    axes.fill_between(years, rows["p25"], rows["p75"], color=style.BLUES[1], alpha=0.6, linewidth=0)
    axes.plot(years, rows["p50"], color=style.BLUES[0], linewidth=1.8)
    style.year_ticks(axes, [int(year) for year in years], most=10)
    axes.set_xlim(years[0] - 0.1, years[-1] + 0.1)
    end = rows.iloc[-1]
    labels = [
        (float(end[name]), form.format(x=float(end[name])), style.BLUES[0]) for name in ("p05", "p50", "p95")
    ]
    style.end_labels(axes, years[-1] + 0.15 + 0.01 * len(years), labels, size=8.5)
