"""An explorer of one run for notebooks: a year, a group and a plant to choose, and what they looked like.

The picture is plain SVG and HTML, so that it follows the slider at once; `portrait` makes it and needs no widgets.
"""

from typing import Any

import pandas as pd

from sim.core.card import ACROSS, COLOURS, DOWN, LEFT, LINE, Card, Curve, curves, label, svg
from sim.core.errors import UsageError
from sim.core.words import figure, number
from sim.report.naming import Names
from sim.results import Results

EVERY = ""
"""Stands for all groups."""


def explore(results: Results) -> Any:
    """Sliders over year, group and plant of a run, as an ipywidgets box.

    Raises:
        UsageError: ipywidgets is not installed.
    """
    try:
        import ipywidgets
    except ImportError as error:
        raise UsageError("the explorer needs ipywidgets: pip install 'shakeout[notebook]'") from error
    years = [int(year) for year in results.years["year"]]
    names, plants = Names(results), results.refineries
    groups = sorted({str(key) for key in plants["group"]}, key=lambda key: names.groups.get(key, key))
    year = ipywidgets.IntSlider(years[-1], years[0], years[-1], description="Year")
    group = ipywidgets.Dropdown(
        options=[("all groups", EVERY), *((names.groups.get(key, key), key) for key in groups)],
        description="Group",
    )
    plant, picture = ipywidgets.Dropdown(description="Plant"), ipywidgets.HTML()

    def offer(*_: Any) -> None:
        """Offer the plants that the group has in some year."""
        ours = plants if group.value == EVERY else plants[plants["group"] == group.value]
        keys = sorted({str(key) for key in ours["refinery"]}, key=lambda key: names.plants.get(key, key))
        plant.options = [(names.plants.get(key, key), key) for key in keys]
        plant.index = 0

    def show(*_: Any) -> None:
        if plant.value is not None:
            picture.value = portrait(results, year.value, group.value, plant.value)

    group.observe(offer, "value")
    offer()
    for each in (year, group, plant):
        each.observe(show, "value")
    show()
    return ipywidgets.VBox([ipywidgets.HBox([year, group, plant]), picture])


def portrait(results: Results, year: int, group: str, plant: str) -> str:
    """A plant in a year as HTML: its place on the cost curve, beside those of a group, and its path in the run."""
    from sim.report.cost_curve import cost_curve_table

    names, history, say = Names(results), results.refineries, results.scenario.pack.say()
    ours = history[history["refinery"] == plant].set_index("year")
    every = [int(each) for each in results.years["year"]]
    cost, price = ours["cash_cost_cny_per_t"].reindex(every), results.years["price_cny_per_t"].tolist()
    paths = curves(
        [Curve(say("mill price, all regions"), price), Curve("its cash cost", cost.tolist())],
        every,
        "Through the run, CNY/t",
    )
    own = (history["group"] == group) & (history["year"] == year)
    mine = {str(key) for key in history.loc[own, "refinery"]}
    chart = say(_curve(cost_curve_table(results, year), mine, plant))
    facts: list[tuple[str, str]] = [("in this year", "it does not stand")]
    if year in ours.index:
        row = ours.loc[year]
        facts = [
            ("owner group", names.groups.get(str(row["group"]), str(row["group"]))),
            ("region, state", f"{names.regions.get(str(row['region']), str(row['region']))}, {row['state']}"),
            ("nameplate, made", f"{number(row['nameplate_mt'], 2)} Mt/yr, {number(row['made_mt'], 2)} Mt"),
            ("cash cost", figure(float(row["cash_cost_cny_per_t"]), "CNY/t")),
        ]
    return Card(f"{names.plants.get(plant, plant)}, {year}", "", tuple(facts), chart + paths).html()


def _curve(table: pd.DataFrame, mine: set[str], plant: str) -> str:
    """The cost curve of a year as SVG, with the plants of a group and one plant told apart."""
    if table.empty:
        return ""
    price = float(table["price_cny_per_t"].iloc[0])
    top = 1.05 * max(float(table["cash_cost_cny_per_t"].quantile(0.98)), price)
    bottom, floor = 0.9 * float(table["cash_cost_cny_per_t"].min()), DOWN - LINE
    wide = (ACROSS - 2 * LEFT) / float(table["to_mt"].iloc[-1])
    high = floor / (top - bottom)
    parts = []
    for row in table.to_dict("records"):
        key, tall = str(row["refinery"]), (min(float(row["cash_cost_cny_per_t"]), top) - bottom) * high
        look = f'fill="{COLOURS[1]}"' if key == plant else f'fill="{COLOURS[0]}"' if key in mine else (
            'fill="currentColor" fill-opacity=".25"')  # fmt: skip
        left, width = LEFT + wide * row["from_mt"], wide * (row["to_mt"] - row["from_mt"]) - 0.6
        parts.append(f'<rect x="{left:.1f}" y="{floor - tall:.1f}" width="{max(width, 0.6):.1f}" '
                     f'height="{tall:.1f}" {look}/>')  # fmt: skip
    level = floor - (price - bottom) * high
    parts.append(
        f'<path d="M{LEFT},{level:.1f}H{ACROSS - LEFT:.1f}" stroke="currentColor" stroke-width="1.5"/>'
    )
    parts.append(label(ACROSS - LEFT + 4, level + 4, f"{number(price)}", "start"))
    parts.append(label(LEFT, DOWN - 1, "0 Mt/yr", "start"))
    parts.append(label(ACROSS - LEFT, DOWN - 1, f"{number(float(table['to_mt'].iloc[-1]))} Mt/yr", "end"))
    about = "Cash cost by plant and price, CNY/t; orange: this plant, blue: its group's others"
    return svg(DOWN, about, parts)
