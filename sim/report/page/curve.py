"""The cost curve by year: plants from cheap to dear, as wide as what they can run, against price and need."""

from typing import Any

from sim.core.words import number, percent
from sim.process.base import process_of
from sim.report.page.facts import CONTROL, EQUITY, Facts, Row, inert
from sim.report.page.parts import Figure, Frame, Section, frame, signed

LEAST_MT = 1e-3
LITTLE = 0.01
"""Shares below are told with a decimal."""
FLOOR_SHARE, ROOF_SHARE = 0.55, 1.6
"""The cost axis reaches over these multiples of the price, further where the cheapest plant lies lower, and no further
than the dearest plant."""


def curve_section(facts: Facts) -> Section:
    """The section of the cost curve."""
    words = facts.words
    frames = {str(year): _frame(facts, year) for year in facts.years}
    figure = Figure("curve", ("year",), frames, 470, words("curve.note"))
    return Section("curve", words("curve.label"), ("curve",), (figure,), lead=words("curve.lead"))


def places(facts: Facts, year: int) -> list[dict[str, Any]]:
    """The plants that could run in a year, cheapest first: row, `from`, `ran` and `to` in Mt on the curve."""
    found, start = [], 0.0
    for row in sorted(facts.plants[year], key=lambda row: (row["cash_cost_cny_per_t"], row["refinery"])):
        held = row["curbed_by_mud_mt"] + row["curbed_by_region_mt"]
        idle = max(row["runnable_mt"] - held - row["made_mt"], 0.0)
        if row["made_mt"] + idle > LEAST_MT:
            ran = start + row["made_mt"]
            found.append({"row": row, "from": start, "ran": ran, "to": ran + idle})
            start = ran + idle
    return found


def _frame(facts: Facts, year: int) -> Frame:
    words, plants, row = facts.words, places(facts, year), facts.annual[year]
    price = row["price_cny_per_t"]
    needed = row["demand_mt"] + row["exports_mt"] - row["imports_mt"]
    data = [trace for coastal in (True, False) for trace in _bars(facts, plants, coastal)]
    if year != facts.years[0]:
        data.append(_outline(facts, places(facts, facts.years[0])))
    low = min([price, *(each["row"]["cash_cost_cny_per_t"] for each in plants)])
    high = max([price, *(each["row"]["cash_cost_cny_per_t"] for each in plants)])
    right, mt = plants[-1]["to"] if plants else 1.0, words.per_mt
    layout = {
        "barmode": "overlay",
        "xaxis": {"title": {"text": words("curve.x")}, "range": [0.0, mt * right]},
        "yaxis": {
            "title": {"text": words("curve.y")},
            "range": _span(low, high, price),
        },
        "shapes": [_line("y", price, "solid"), _line("x", mt * needed, "dash")],
        "annotations": [
            _label(words("curve.price", price=number(price)), 0.0, price, "paper", "y"),
            _label(words("curve.needed", needed=words.mt(needed)), mt * needed, 1.0, "x", "paper"),
        ],
    }
    return frame(_finding(facts, year, plants, price), data, layout, facts.among("price_cny_per_t", year))


def _span(low: float, high: float, price: float) -> list[float]:
    """The ends of the cost axis; where costs are below zero, zero is among what it shows."""
    if low <= 0.0:
        return [1.06 * low, 1.06 * max(high, 0.0)]
    return [0.9 * min(low, FLOOR_SHARE * price / 0.9), min(ROOF_SHARE * price, 1.06 * high)]


def _finding(facts: Facts, year: int, plants: list[dict[str, Any]], price: float) -> str:
    made = sum(each["row"]["made_mt"] for each in plants)
    above = sum(each["row"]["made_mt"] for each in plants if each["row"]["cash_cost_cny_per_t"] > price)
    known = {
        "year": year,
        "price": number(price),
        "made": facts.words.mt(made),
        "above": facts.words.mt(above),
    }
    if made < LEAST_MT:
        return facts.words("curve.nothing", year=year)
    share = percent(above / made, int(above < LITTLE * made))
    return facts.words("curve.covered" if above < 0.05 else "curve.finding", share=share, **known)


def _bars(facts: Facts, plants: list[dict[str, Any]], coastal: bool) -> list[dict[str, Any]]:
    """What ran and what stood idle at one side of the country."""
    side, mt = "coast" if coastal else "inland", facts.words.per_mt
    mine = [each for each in plants if facts.coastal[each["row"]["region"]] is coastal]
    traces = []
    for state, first, last in (("ran", "from", "ran"), ("idle", "ran", "to")):
        seen = [each for each in mine if each[last] - each[first] > LEAST_MT]
        look: dict[str, Any] = {"color": f"@{side}", "line": {"width": 0.6, "color": "@paper"}}
        if state == "idle":
            look["pattern"] = {
                "shape": "/",
                "size": 5,
                "solidity": 0.25,
                "fgcolor": f"@{side}",
                "bgcolor": "@paper",
            }
            look["line"] = {"width": 0.6, "color": f"@{side}"}
        traces.append(
            {
                "type": "bar",
                "name": facts.words(f"curve.{side}_{state}"),
                "x": [round(mt * (each[first] + each[last]) / 2.0, 4) for each in seen],
                "width": [round(mt * (each[last] - each[first]), 4) for each in seen],
                "y": [round(each["row"]["cash_cost_cny_per_t"], 1) for each in seen],
                "marker": look,
                "customdata": [each["row"]["refinery"] for each in seen],
                "hovertext": [_hover(facts, each["row"]) for each in seen],
                "hoverinfo": "text",
            }
        )
    return traces


def _hover(facts: Facts, row: Row) -> str:
    words, year = facts.words, int(row["year"])
    owners = facts.shares[CONTROL][year][row["refinery"]]
    parts = facts.shares[EQUITY][year][row["refinery"]]
    equity = ", ".join(f"{facts.owner(key)} {percent(part)}" for key, part in parts.items())
    lines = [
        f"<b>{inert(facts.called(row['refinery']))}</b>",
        inert(f"{', '.join(facts.owner(key) for key in owners)} · {facts.called(row['region'])}"),
        inert(words("curve.hover_equity", parts=equity)),
        words(
            "curve.hover",
            made=words.mt(row["made_mt"], 2),
            size=words.mt(row["nameplate_mt"], 2),
            state=words.of("states", row["state"]),
        ),
        words("curve.hover_cost", cost=number(row["cash_cost_cny_per_t"])),
    ]
    for name in process_of(facts.results.scenario.pack).components:
        value = float(row[f"{name}_cny_per_t"])
        if abs(value) >= 0.5:
            lines.append(f"  {words.of('components', name)} {number(value)}")
    if row["price_cny_per_t"] > 0.0:
        margin = row["price_cny_per_t"] - row["cash_cost_cny_per_t"]
        lines.append(words("curve.hover_margin", price=number(row["price_cny_per_t"]), margin=signed(margin)))
    return "<br>".join(lines)


def _outline(facts: Facts, plants: list[dict[str, Any]]) -> dict[str, Any]:
    """The curve of the first year as a line."""
    edges = [each["from"] for each in plants] + [plants[-1]["to"]] if plants else []
    heights = [each["row"]["cash_cost_cny_per_t"] for each in plants]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": facts.words("curve.first", year=facts.years[0]),
        "x": [round(facts.words.per_mt * each, 3) for each in edges],
        "y": [round(each, 1) for each in [*heights, *heights[-1:]]],
        "line": {"shape": "hv", "color": "@ink", "width": 1.3},
        "hoverinfo": "skip",
    }


def _line(axis: str, at: float, dash: str) -> dict[str, Any]:
    """A line over the whole figure at one value of an axis."""
    other = "x" if axis == "y" else "y"
    ends = {f"{axis}0": at, f"{axis}1": at, f"{other}0": 0, f"{other}1": 1, f"{other}ref": "paper"}
    return {"type": "line", **ends, "line": {"color": "@ink", "width": 1.5, "dash": dash}}


def _label(text: str, x: float, y: float, xref: str, yref: str) -> dict[str, Any]:
    """A label at the right of a line that stands, or over one that lies."""
    side = {"xanchor": "left", "yanchor": "bottom"} if yref == "y" else {"xanchor": "right", "yanchor": "top"}
    place = {"x": x, "y": y, "xref": xref, "yref": yref, **side}
    return {"text": text, "showarrow": False, "bgcolor": "@veil", "borderpad": 2, **place}
