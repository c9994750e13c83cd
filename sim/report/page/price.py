"""The price by quarter against cash cost and the border, and what moved it since the first year."""

from typing import Any

from sim.core.words import number
from sim.process.base import process_of
from sim.report.answer import SPAN
from sim.report.page.facts import Facts, inert
from sim.report.page.parts import Figure, Frame, Section, band, frame, signed
from sim.report.price_table import QUARTERS, disruptions, price_table

LINES = (
    ("price_cny_per_t", "price", "@ink", "solid", 2.6),
    ("cash_cost_mean_cny_per_t", "mean", "@coast", "solid", 2.0),
    ("import_parity_cny_per_t", "parity", "@inland", "dash", 1.6),
    ("export_netback_cny_per_t", "netback", "@inland", "dot", 1.6),
)
BORDER = ("import_parity_cny_per_t", "export_netback_cny_per_t")
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
        if column in BORDER and not facts.has("world price"):
            continue
        known = words(f"price.{name}")
        trace: dict[str, Any] = {
            "type": "scatter",
            "mode": "lines",
            "name": known,
            "x": times,
            "customdata": dates,
        }
        trace |= {
            "y": table[column].round(0).tolist(),
            "line": {"color": colour, "dash": dash, "width": width},
        }
        data.append({**trace, "hovertemplate": f"%{{customdata}}: %{{y:,.0f}}<extra>{known}</extra>"})
    data += _shocks(facts, float(table["price_cny_per_t"].min()))
    layout = {
        "xaxis": {"range": [table["year"].min(), facts.years[-1] + 1], "tickformat": "d"},
        "yaxis": {"title": {"text": words("curve.y_short")}},
    }
    return frame(_finding(facts), data, layout, facts.among("price_cny_per_t", facts.years[-1]))


def _shocks(facts: Facts, bottom: float) -> list[dict[str, Any]]:
    """The disruptions as strokes under the lines."""
    found = disruptions(facts.results)
    x: list[float | None] = []
    text: list[str | None] = []
    for start, end, name in found:
        x += [start, end, None]
        text += [inert(name), inert(name), None]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": facts.words("price.shocks"),
            "x": x,
            "y": [
                None if each is None else round(0.955 * bottom - 18.0 * (place // 3 % 4))
                for place, each in enumerate(x)
            ],
            "hovertext": text,
            "hoverinfo": "text",
            "line": {"color": "@soft", "width": 3},
            "marker": {"size": 5, "color": "@soft"},
        }
    ]


def _finding(facts: Facts) -> str:
    first, last = facts.annual[facts.years[0]], facts.annual[facts.years[-1]]
    quarters = facts.results.quarters
    known = {
        "first": facts.years[0],
        "last": facts.years[-1],
        "before": number(first["price_cny_per_t"]),
        "after": number(last["price_cny_per_t"]),
        "low": number(quarters["price_cny_per_t"].min()),
        "high": number(quarters["price_cny_per_t"].max()),
        "margin": number(last["price_cny_per_t"] - last["cash_cost_mean_cny_per_t"]),
    }
    return facts.words("price.finding", **known)


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
    layout = {
        "yaxis": {
            "range": [min(price) - reach, max(price) + reach],
            "title": {"text": words("curve.y_short")},
        },
        "showlegend": False,
        "xaxis": {"type": "category", "automargin": True},
    }
    ends = [words("price.of", year=each) for each in (start, year)]
    data = [_waterfall({words.of("components", name): step for name, step in steps.items()}, ends, price)]
    if not steps:
        return frame(words("price.same", year=start), [], layout)
    most = max(steps, key=lambda name: abs(steps[name]))
    known = {"first": start, "year": year, "change": signed(price[1] - price[0])}
    known |= {"most": words.of("components", most), "part": signed(steps[most])}
    return frame(words("price.moved", **known), data, layout, facts.among("margin_cny_per_t", year))


def _waterfall(steps: dict[str, float], ends: list[str], price: tuple[float, float]) -> dict[str, Any]:
    """Steps by name between two prices."""
    return {
        "type": "waterfall",
        "measure": ["absolute", *("relative" for _ in steps), "total"],
        "x": [ends[0], *steps, ends[1]],
        "y": [round(price[0]), *(round(step) for step in steps.values()), round(price[1])],
        "text": [number(price[0]), *map(signed, steps.values()), number(price[1])],
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "x+text",
        "connector": {"line": {"color": "@line", "width": 1}},
        "increasing": {"marker": {"color": "@inland"}},
        "decreasing": {"marker": {"color": "@coast"}},
        "totals": {"marker": {"color": "@soft"}},
    }
