"""Fan charts: how measures spread over the runs of a study, year by year."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.report import style
from sim.report.measures import PERCENT, decimals_for, unit_shown

PANELS: Mapping[str, tuple[str, str]] = {
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
        for place, (name, (words, form)) in zip(PLACES, PANELS.items(), strict=True):
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
