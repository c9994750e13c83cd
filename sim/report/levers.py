"""What levers do as they are turned up: a small multiple each, and a table of all of them against many measures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import MaxNLocator

from sim.metrics import METRICS
from sim.report import style
from sim.report.measures import (
    PERCENT,
    TOLD,
    decimals_for,
    full_name,
    label_of,
    scale_of,
    unit_shown,
    written,
)
from sim.report.wording import clipped

MEASURES = tuple(TOLD["heat"])
"""Columns of the heat table when none are named."""
RIGHT, WRONG = "right way", "wrong way"
COLOURS = {RIGHT: style.BLUES[1], WRONG: style.ORANGES[1]}
CLEAR = ("higher", "lower")
"""Verdicts of an effect that pairs show."""
COLUMNS, ROWS = 4, 3
PANEL_SIZE = (0.165, 0.14)
ACROSS, UP = (0.06, 0.305, 0.55, 0.795), (0.68, 0.41, 0.14)
LONGEST = 40


def chosen_measures(known: Sequence[str], named: Sequence[str]) -> list[str]:
    """The measures of a heat table that a study has.

    Raises:
        UnknownNameError: no metric is called so.
    """
    wanted = [METRICS.get(name).name for name in named] if named else MEASURES
    return [name for name in wanted if name in known]


def write_lever_figures(
    aims: pd.DataFrame, effects: pd.DataFrame, about: tuple[str, int], folder: Path, metrics: Sequence[str]
) -> list[Path]:
    """Write the figures with their data, and give the paths of the pictures.

    Args:
        aims: one row a lever and strength, as `Levers.aims`.
        effects: one row a lever, strength and measure, as `Levers.effects`.
        about: name of the scenario, and number of pairs.
        folder: where to.
        metrics: columns of the heat table; the usual ones if none are named.
    """
    names = list(dict.fromkeys(aims["lever"]))
    most = COLUMNS * ROWS
    pages = [names[start : start + most] for start in range(0, len(names), most)]
    written_to = []
    for number, page in enumerate(pages, start=1):
        table = aims[aims["lever"].isin(page)]
        path = folder / (f"doses_{number}" if len(pages) > 1 else "doses")
        style.write_chart(draw_doses(table, *about), table, path)
        written_to.append(path.with_suffix(".png"))
    measures = chosen_measures(list(effects["measure"].unique()), metrics)
    strongest = effects[effects["strength"] == effects["strength"].max()]
    shown = strongest[strongest["measure"].isin(measures)]
    style.write_chart(draw_heat(shown, measures, *about), shown, folder / "heat")
    return [*written_to, folder / "heat.png"]


def draw_doses(aims: pd.DataFrame, scenario: str, pairs: int) -> style.Chart:
    """The effect of each lever on its own aim by strength as a figure, at most twelve levers.

    Args:
        aims: one row a lever and strength: dial, dose, aim, direction, change, low, high, verdict.
        scenario: what they are held against.
        pairs: how many pairs there are.
    """
    notes = [
        "Line: mean difference of pairs with the same luck. Band: 95 % interval. The arrow says which way the policy"
        " means it to go; the zero line is the scenario without the lever.",
        "Blue: the aim, clear of luck. Orange: the opposite. Hollow: no clear effect.",
    ]
    with style.sheet(
        f"{scenario}: what each lever does to its own aim", f"{pairs} pairs of runs a dot", notes
    ) as chart:
        for place, (key, table) in enumerate(aims.groupby("lever", sort=False)):
            row, column = divmod(place, COLUMNS)
            axes = style.plain_axes(chart, (ACROSS[column], UP[row], *PANEL_SIZE))
            _dose_panel(axes, str(key), table)
    return chart


def _dose_panel(axes: Axes, key: str, table: pd.DataFrame) -> None:
    first = table.iloc[0]
    measure, arrow = str(first["aim"]), "↑" if first["direction"] == "higher" else "↓"
    where = " there" if first["inside"] else ""
    name = full_name(measure).replace(f", {PERCENT}", ", % points").replace(",", f"{where},", 1)
    axes.set_title(f"{arrow} {clipped(name, LONGEST)}", loc="left", fontsize=8, color=style.GREY, pad=5)
    axes.text(0.0, 1.24, key, transform=axes.transAxes, fontsize=9.5, color=style.INK, fontweight="bold")
    scale, places = scale_of(measure), np.arange(len(table) + 1)
    ends = ("change", "low", "high")
    change, low, high = (np.append(0.0, table[name].to_numpy() * scale) for name in ends)
    axes.axhline(0.0, color=style.INK, linewidth=0.9)
    axes.fill_between(places, low, high, color=style.PALE, alpha=0.5, linewidth=0)
    axes.plot(places, change, color=style.GREY, linewidth=1.4)
    for place, value, verdict in zip(places[1:], change[1:], table["verdict"], strict=True):
        colour = COLOURS.get(str(verdict), style.GREY)
        face = colour if verdict in COLOURS else "white"
        axes.plot(place, value, "o", color=colour, markerfacecolor=face, markersize=5.0)
    if not np.nanmax(np.abs([low, high])):
        axes.set_ylim(-1.0, 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter("{x:+,g}")
    axes.tick_params(labelsize=8)
    axes.set_xticks(places, ["none", *(f"{dose:g}" for dose in table["dose"])])
    axes.set_xlabel(str(first["dial"]), fontsize=7.5, color=style.GREY)


def draw_heat(effects: pd.DataFrame, measures: Sequence[str], scenario: str, pairs: int) -> style.Chart:
    """Levers at full strength against measures as a figure, with a star where the interval is clear of zero.

    Args:
        effects: one row a lever and measure: change, verdict.
        measures: the columns, in order.
        scenario: what they are held against.
        pairs: how many pairs there are.
    """
    keys = list(dict.fromkeys(effects["lever"]))
    changes = effects.pivot(index="lever", columns="measure", values="change").reindex(keys)[[*measures]]
    verdicts = effects.pivot(index="lever", columns="measure", values="verdict").reindex(keys)[[*measures]]
    numbers = changes.to_numpy(dtype=np.float64) * [scale_of(name) for name in measures]
    largest = np.nanmax(np.abs(numbers), axis=0, initial=0.0)
    shares = np.divide(numbers, largest, out=np.zeros_like(numbers), where=largest > 0.0)
    shades = np.sign(shares) * np.sqrt(np.abs(shares))
    notes = [
        "Change of the mean a year against the scenario without the lever; exits, deals and the like: of the total of"
        " all years. * is hardly luck (p < 0.05); one cell in twenty without effect seems so.",
        "The darker, the nearer to the largest change of its column; blue rises, orange falls.",
    ]
    colours = LinearSegmentedColormap.from_list("levers", [style.ORANGES[1], "white", style.BLUES[1]])
    title = f"{scenario}: what each lever moves at its strongest"
    with style.sheet(title, f"{pairs} pairs of runs with the same luck", notes) as chart:
        axes: Axes = chart.add_axes((0.175, 0.085, 0.81, 0.69))
        clear = verdicts.isin(CLEAR).to_numpy()
        axes.imshow(np.where(clear, shades, 0.35 * shades), cmap=colours, vmin=-1.0, vmax=1.0, aspect="auto")
        for row, column in np.ndindex(*numbers.shape):
            text = written(numbers[row, column], min(decimals_for(largest[column]), 3), "+")
            colour = style.INK if clear[row, column] else style.GREY
            star = "*" if clear[row, column] else ""
            axes.text(column, row, text + star, ha="center", va="center", color=colour, fontsize=7.0)
        axes.set_yticks(range(len(keys)), keys, fontsize=8.0)
        heads = [_broken(label_of(name), unit_shown(name).replace(PERCENT, "% points")) for name in measures]
        axes.set_xticks(range(len(measures)), heads, fontsize=7.0)
        axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
        for side in axes.spines.values():
            side.set_visible(False)
    return chart


def _broken(label: str, unit: str) -> str:
    """A heading of a few short lines."""
    lines = [""]
    for word in (*label.split(), unit):
        if lines[-1] and len(lines[-1]) + len(word) >= 13:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
