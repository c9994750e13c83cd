"""The cost curve by year: plants from cheap to dear, as wide as what they can run, against price and need.

The price by quarter against cash cost and the border, and what moved it since the first year.
"""

from typing import Any

from sim.core.words import number, percent
from sim.process.base import process_of
from sim.report.answer import SPAN
from sim.report.page.facts import CONTROL, EQUITY, Facts, Row, inert
from sim.report.page.parts import Figure, Frame, Section, band, frame, marks, signed
from sim.report.price_table import QUARTERS, disruptions, price_table

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
    # Where costs lie below zero, the axis shows zero.
    is_cut = all(row["cash_cost_cny_per_t"] >= 0.0 for rows in facts.plants.values() for row in rows)
    note = words("curve.note", axis=words("curve.axis") if is_cut else "")
    figure = Figure("curve", ("year",), frames, 470, note)
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
        "yaxis": {"title": {"text": words("curve.y")}, "range": _span(low, high, price)},
        "shapes": [_line("y", price, "solid"), _line("x", mt * needed, "dash")],
        "annotations": [
            _label(words(f"curve.{_priced(facts)}", price=number(price)), 0.0, price, "paper", "y"),
            _label(words("curve.needed", needed=words.mt(needed)), mt * needed, 1.0, "x", "paper"),
        ],
    }
    return frame(_finding(facts, year, plants, price), data, layout, facts.among("price_cny_per_t", year))


def _priced(facts: Facts) -> str:
    """What the price is called: where contracts lock one of their own, it is that of the spot market."""
    return "spot" if facts.has("benchmark") else "price"


def _span(low: float, high: float, price: float) -> list[float]:
    """The ends of the cost axis; where costs are below zero, zero is among what it shows."""
    if low <= 0.0:
        return [1.06 * low, 1.06 * max(high, 0.0)]
    return [0.9 * min(low, FLOOR_SHARE * price / 0.9), min(ROOF_SHARE * price, 1.06 * high)]


def _finding(facts: Facts, year: int, plants: list[dict[str, Any]], price: float) -> str:
    made = sum(each["row"]["made_mt"] for each in plants)
    above = sum(each["row"]["made_mt"] for each in plants if each["row"]["cash_cost_cny_per_t"] > price)
    mt = facts.words.mt
    known = {"year": year, "price": number(price), "made": mt(made), "above": mt(above)}
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
            look["pattern"] = {"shape": "/", "size": 5, "solidity": 0.25, "bgcolor": "@paper"}
            look["pattern"]["fgcolor"] = f"@{side}"
            look["line"] = {"width": 0.6, "color": f"@{side}"}
        x = [round(mt * (each[first] + each[last]) / 2.0, 4) for each in seen]
        y = [round(each["row"]["cash_cost_cny_per_t"], 1) for each in seen]
        size = {"width": [round(mt * (each[last] - each[first]), 4) for each in seen], "marker": look}
        hover = {"hovertext": [_hover(facts, each["row"]) for each in seen], "hoverinfo": "text"}
        who = [each["row"]["refinery"] for each in seen]
        name = facts.words(f"curve.{side}_{state}")
        traces.append({"type": "bar", "name": name, "x": x, "y": y, **size, "customdata": who, **hover})
    return traces


def _hover(facts: Facts, row: Row) -> str:
    words, year = facts.words, int(row["year"])
    owners = facts.shares[CONTROL][year][row["refinery"]]
    parts = facts.shares[EQUITY][year][row["refinery"]]
    made, size = words.mt(row["made_mt"], 2), words.mt(row["nameplate_mt"], 2)
    equity = ", ".join(f"{facts.owner(key)} {percent(part)}" for key, part in parts.items())
    lines = [
        f"<b>{inert(facts.called(row['refinery']))}</b>",
        inert(f"{', '.join(facts.owner(key) for key in owners)} · {facts.called(row['region'])}"),
        inert(words("curve.hover_equity", parts=equity)),
        words("curve.hover", made=made, size=size, state=words.of("states", row["state"])),
        words("curve.hover_cost", cost=number(row["cash_cost_cny_per_t"])),
    ]
    for name in process_of(facts.results.scenario.pack).components:
        value = float(row[f"{name}_cny_per_t"])
        if abs(value) >= 0.5:
            lines.append(f"  {words.of('components', name)} {number(value)}")
    if row["price_cny_per_t"] != 0.0:
        margin = row["price_cny_per_t"] - row["cash_cost_cny_per_t"]
        lines.append(words("curve.hover_margin", price=number(row["price_cny_per_t"]), margin=signed(margin)))
    return "<br>".join(lines)


def _outline(facts: Facts, plants: list[dict[str, Any]]) -> dict[str, Any]:
    """The curve of the first year as a line."""
    edges = [each["from"] for each in plants] + [plants[-1]["to"]] if plants else []
    heights = [each["row"]["cash_cost_cny_per_t"] for each in plants]
    x = [round(facts.words.per_mt * each, 3) for each in edges]
    y = [round(each, 1) for each in [*heights, *heights[-1:]]]
    line = {"shape": "hv", "color": "@ink", "width": 1.3}
    return marks(x, y, line=line, hoverinfo="skip", name=facts.words("curve.first", year=facts.years[0]))


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


LINES = (
    ("price_cny_per_t", "price", "@ink", "solid", 2.6),
    ("cash_cost_mean_cny_per_t", "mean", "@coast", "solid", 2.0),
    ("benchmark_cny_per_t", "benchmark", "@ink", "dot", 1.6),
    ("import_parity_cny_per_t", "parity", "@inland", "dash", 1.6),
    ("export_netback_cny_per_t", "netback", "@inland", "dot", 1.6),
)
LEAST_REACH = 60.0
"""CNY/t over and under the prices of a waterfall, at least."""


def price_section(facts: Facts) -> Section:
    """The section of the price."""
    words = facts.words
    path = Figure("price", (), {"": _path(facts)}, 440, words("price.note"))
    moved = {str(year): _moved(facts, year) for year in facts.years}
    figures = (path, Figure("moved", ("year",), moved, 360, words("price.moved_note")))
    lead = words("price.lead") if facts.has("world price") else ""
    return Section("price", words("price.label"), ("price", "moved"), figures, lead=lead)


def _path(facts: Facts) -> Frame:
    words, table = facts.words, price_table(facts.results)
    dated = list(zip(table["year"].tolist(), table["quarter"].tolist(), strict=True))
    times = [round(year + (quarter - 0.5) / QUARTERS, 3) for year, quarter in dated]
    dates = [words("price.quarter", year=year, quarter=quarter) for year, quarter in dated]
    low, high = (table[f"cash_cost_{name}_cny_per_t"].round().tolist() for name in ("p10", "p90"))
    data = band(times, low, high, words("price.spread"), "@coast-veil")
    if facts.seen.runs:
        by_year = facts.seen.frame.groupby("year")["price_cny_per_t"].quantile(list(SPAN)).unstack()
        middle, name = [year + 0.5 for year in by_year.index], words("price.band", runs=facts.seen.runs)
        low, high = (by_year[share].round().tolist() for share in SPAN)
        data += band(middle, low, high, name, "@band")
    for column, name, colour, dash, width in LINES:
        if column not in table:
            continue
        known = words(f"price.{_priced(facts) if name == 'price' else name}")
        line = {"color": colour, "dash": dash, "width": width}
        hover = f"%{{customdata}}: %{{y:,.0f}}<extra>{known}</extra>"
        y, named = table[column].round(0).tolist(), {"name": known, "hovertemplate": hover}
        data.append(marks(times, y, line=line, customdata=dates, **named))
    data += _shocks(facts, float(table["price_cny_per_t"].min()))
    layout = {
        "xaxis": {"range": [table["year"].min(), facts.years[-1] + 1], "tickformat": "d"},
        "yaxis": {"title": {"text": words("curve.y_short")}},
    }
    return frame(_price_finding(facts), data, layout, facts.among("price_cny_per_t", facts.years[-1]))


def _shocks(facts: Facts, bottom: float) -> list[dict[str, Any]]:
    """The disruptions as strokes under the lines."""
    found = disruptions(facts.results)
    x: list[float | None] = []
    text: list[str | None] = []
    for start, end, name in found:
        x += [start, end, None]
        text += [inert(name), inert(name), None]
    low = (0.955 if bottom > 0.0 else 1.045) * bottom
    y = [None if at is None else round(low - 18.0 * (n // 3 % 4)) for n, at in enumerate(x)]
    look = {"line": {"color": "@soft", "width": 3}, "marker": {"size": 5, "color": "@soft"}}
    hover = {"name": facts.words("price.shocks"), "hovertext": text, "hoverinfo": "text"}
    return [marks(x, y, "lines+markers", **hover, **look)]


def _price_finding(facts: Facts) -> str:
    first, last = facts.annual[facts.years[0]], facts.annual[facts.years[-1]]
    price = facts.results.quarters["price_cny_per_t"]
    known = {"before": first["price_cny_per_t"], "after": last["price_cny_per_t"]}
    known |= {"low": price.min(), "high": price.max()}
    known["margin"] = last["price_cny_per_t"] - last["cash_cost_mean_cny_per_t"]
    told = {name: number(value) for name, value in known.items()}
    return facts.words("price.finding", first=facts.years[0], last=facts.years[-1], **told)


def _spent(facts: Facts, year: int) -> dict[str, float]:
    """The parts of the mean cash cost of a year, weighted by output, and what the price leaves over them."""
    names = process_of(facts.results.scenario.pack).components
    made = max(sum(row["made_mt"] for row in facts.plants[year]), 1e-9)
    parts = {
        name: sum(row["made_mt"] * row[f"{name}_cny_per_t"] for row in facts.plants[year]) / made
        for name in names
    }
    return {**parts, "margin": facts.annual[year]["price_cny_per_t"] - sum(parts.values())}


def _moved(facts: Facts, year: int) -> Frame:
    """From the price of the first year to that of another, by parts of cost and the margin."""
    words, start = facts.words, facts.years[0]
    before, after = _spent(facts, start), _spent(facts, year)
    steps = {name: after[name] - before[name] for name in after if abs(after[name] - before[name]) >= 0.5}
    price = facts.annual[start]["price_cny_per_t"], facts.annual[year]["price_cny_per_t"]
    reach = 1.4 * max([abs(each) for each in steps.values()] + [LEAST_REACH])
    y = {"range": [min(price) - reach, max(price) + reach], "title": {"text": words("curve.y_short")}}
    layout = {"yaxis": y, "showlegend": False, "xaxis": {"type": "category", "automargin": True}}
    ends = [words(f"price.of_{_priced(facts)}", year=each) for each in (start, year)]
    data = [_waterfall({words.of("components", name): step for name, step in steps.items()}, ends, price)]
    if not steps:
        return frame(words("price.same", year=start), [], layout)
    most = max(steps, key=lambda name: abs(steps[name]))
    known = {"first": start, "year": year, "change": signed(price[1] - price[0])}
    known |= {"most": words.of("components", most), "part": signed(steps[most])}
    return frame(words("price.moved", **known), data, layout, facts.among("margin_cny_per_t", year))


def _waterfall(steps: dict[str, float], ends: list[str], price: tuple[float, float]) -> dict[str, Any]:
    """Steps by name between two prices."""
    colours = {"increasing": "@inland", "decreasing": "@coast", "totals": "@soft"}
    return {
        "type": "waterfall",
        "measure": ["absolute", *("relative" for _ in steps), "total"],
        "x": [ends[0], *steps, ends[1]],
        "y": [round(price[0]), *(round(step) for step in steps.values()), round(price[1])],
        "text": [number(price[0]), *map(signed, steps.values()), number(price[1])],
        **{"textposition": "outside", "cliponaxis": False, "hoverinfo": "x+text"},
        "connector": {"line": {"color": "@line", "width": 1}},
        **{name: {"marker": {"color": colour}} for name, colour in colours.items()},
    }
