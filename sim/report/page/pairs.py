"""A comparison as the sections of its page see it: its tables, with the words, names and units of a language.

What scenarios change year by year: a table of all measures for the chosen year, and the path of one of them.

What a carbon price did, from pairs of runs with and without it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from sim.core.words import number, percent
from sim.metrics.catalogue import EVENT
from sim.policies.carbon import PATH_YEAR, CarbonTrading
from sim.report.answer_comparison import CLEAR, NONE
from sim.report.answer_tables import Compared
from sim.report.measures import MAIN, PERCENT, change_and_span, kind_of, levels, unit_shown
from sim.report.naming import PackNames
from sim.report.page.parts import Figure, Frame, Section, Table, Words, band, cell, frame, marks, section
from sim.report.page.study_figures import axis_of, told, years_axis

PER_T = "t/t"
"""The unit of which changes are told in kilograms."""


class Told:
    """A comparison with the words and names of a language."""

    def __init__(self, found: Compared, words: Words) -> None:
        self.found, self.words = found, words
        self.first, *self.others = found.labels
        self.base = words.scenario(self.first)
        self.names = PackNames(found.study.pack, words.lang)

    def of(self, table: pd.DataFrame, label: str) -> list[dict[str, Any]]:
        """The rows of a scenario."""
        return list(table[table["scenario"] == label].to_dict("records"))

    def scenario(self, label: str) -> str:
        """With which choice of scenario a table is shown."""
        return label if len(self.others) > 1 else ""

    def verdict(self, row: Mapping[Any, Any]) -> str:
        """Effect or noise."""
        key = {NONE: "same"}.get(row["verdict"], row["verdict"] if row["verdict"] in CLEAR else "unclear")
        return self.words(f"comparison.{key}")

    def of_measure(self, row: Mapping[Any, Any]) -> list[Any]:
        """The cells of an effect on a measure, in the unit in which the language shows it."""
        measure = str(row["measure"])
        return self.effect(row, self.words.scale(measure), unit_shown(measure))

    def effect(self, row: Mapping[Any, Any], scale: float, unit: str = "") -> list[Any]:
        """Verdict, change, interval and both levels of an effect as cells."""
        before, after = levels(row["before"] * scale, row["after"] * scale)
        change, span = self.change(row, scale, unit)
        if unit == PERCENT:
            before, after = f"{before} %", f"{after} %"
        shown = {"change": change, "low": span, "before": before, "after": after}
        return [self.verdict(row), *(cell(row[name], text) for name, text in shown.items())]

    def change(self, row: Mapping[Any, Any], scale: float, unit: str = "") -> tuple[str, str]:
        """A change with its sign, and its interval, in the language."""
        scale *= 1000.0 if unit == PER_T else 1.0
        change, span = change_and_span(row["change"], row["low"], row["high"], scale)
        span = span.replace(" to ", self.words("comparison.to"))
        unit_of_change = {PERCENT: "points", PER_T: "kilos"}.get(unit)
        return self.words(f"comparison.{unit_of_change}", text=change) if unit_of_change else change, span

    def heads(self, label: str, *first: str) -> list[str]:
        """The heads of a table of effects."""
        known = {"base": self.base, "label": self.words.scenario(label)}
        names = ("verdict", "change", "interval", "before", "after")
        return [
            *(self.words(f"comparison.{name}") for name in first),
            *(self.words(f"comparison.{n}", **known) for n in names),
        ]


def measures_by_year(found: Compared) -> list[str]:
    """The measures of which differences are shown by year."""
    return [name for name in MAIN if name in found.study.measures and kind_of(name) != EVENT]


def years_section(told_of: Told) -> Section:
    """The section of differences by year."""
    words, table = told_of.words, told_of.found.differences(measures_by_year(told_of.found))
    frames = {
        f"{label}|{measure}": _path(told_of, str(label), str(measure), rows)
        for (label, measure), rows in table.groupby(["scenario", "measure"], sort=False)
    }
    note = words("comparison.by_year_note")
    figure = Figure("differences", ("scenario", "outcome"), frames, 420, note)
    tables = [
        _of_year(told_of, str(label), int(str(year)), rows)
        for (label, year), rows in table.groupby(["scenario", "year"], sort=False)
    ]
    lead = words("comparison.years_lead", base=told_of.base)
    return section("years", words("comparison.years"), [*tables, figure], lead)


def _of_year(told_of: Told, label: str, year: int, rows: pd.DataFrame) -> Table:
    """All measures in one year: effect or noise, with its interval and both levels."""
    words, known = told_of.words, rows.assign(change=rows["mean"]).to_dict("records")
    cells = [[words.of("measures", str(row["measure"])), *told_of.of_measure(row)] for row in known]
    clear = sum(row["verdict"] in CLEAR for row in known)
    counted = {"clear": clear, "count": len(known), "label": words.scenario(label)}
    caption = words("comparison.in_year", year=year, base=told_of.base, **counted)
    head, chosen = told_of.heads(label, "outcome"), told_of.scenario(label)
    return Table(f"year {label} {year}", caption, head, cells, 2, scenario=chosen, year=year)


def _path(told_of: Told, label: str, measure: str, rows: pd.DataFrame) -> Frame:
    """Compared differences by year of one measure of one scenario, each year with its sentence."""
    words, years = told_of.words, [int(year) for year in rows["year"]]
    named, ends = words.of("measures", measure), ("p05", "p95", "low", "high", "mean")
    values = {end: (words.per(measure) * rows[end].fillna(0.0)).round(6).tolist() for end in ends}
    most = max(abs(each) for line in values.values() for each in line)
    if not most:
        return frame(words("comparison.by_year_same", measure=named), [], {})
    shown = [{end: told(measure, values[end][at], most, "+") for end in ends} for at in range(len(years))]
    hover = [
        words("comparison.by_year_hover", year=year, **each) for year, each in zip(years, shown, strict=True)
    ]
    look = {
        "text": hover,
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": "@inland", "width": 2.6},
    }
    data = [
        *band(years, values["p05"], values["p95"], words("comparison.pairs_band"), "@coast-veil"),
        *band(years, values["low"], values["high"], words("comparison.mean_band"), "@inland-veil"),
        marks(years, values["mean"], "lines+markers", name=words("comparison.mean_line"), **look),
    ]
    y = {**axis_of(measure, words), "zeroline": True, "zerolinecolor": "@ink"}
    made = frame("", data, {"xaxis": years_axis(years), "yaxis": y})
    table = rows.assign(change=rows["mean"]).to_dict("records")
    return made | {"by_year": {str(row["year"]): _sentence(told_of, label, row) for row in table}}


def _sentence(told_of: Told, label: str, row: dict[Any, Any]) -> str:
    """One measure in one year in words, and whether it is more than noise."""
    words, measure = told_of.words, str(row["measure"])
    change, span = told_of.change(row, words.scale(measure), unit_shown(measure))
    cells = told_of.of_measure(row)
    known = {"measure": words.of("measures", measure), "year": row["year"], "change": change, "span": span}
    known |= {"base": told_of.base, "before": cells[3][0]}
    known |= {"label": words.scenario(label), "after": cells[4][0]}
    return words(f"comparison.by_year_{'clear' if row['verdict'] in CLEAR else 'noise'}", **known)


COST, PRICE = "cash_cost_mean_cny_per_t", "price_cny_per_t"
MOVED = (
    *((name, "mean") for name in (COST, PRICE, "margin_cny_per_t", "operating_rate", "co2_t_per_t")),
    *((name, "total") for name in ("production_mt", "imports_mt", "exits_mt", "exits")),
)
"""What a carbon price may move, over all years."""


def charge_section(told_of: Told) -> Iterator[Section]:
    """The section of the carbon price, none where all scenarios have the same."""
    first = _prices(told_of, told_of.first)
    charged = [label for label in told_of.others if _prices(told_of, label) != first]
    if charged:
        words = told_of.words
        tables = [_charge_table(told_of, label) for label in charged]
        lead = words("charge.pairs_lead", base=told_of.base)
        said = "".join(_set(told_of, label) for label in (told_of.first, *charged))
        yield section("charge", words("charge.label"), tables, said + lead)


def _set(told_of: Told, label: str) -> str:
    """What a scenario has carbon cost, and how much of it is free."""
    words, prices, named = told_of.words, _prices(told_of, label), told_of.words.scenario(label)
    if not prices:
        return words("charge.uncharged", label=named)
    said = ""
    for each in prices:
        later = each.later_price_cny_per_tco2
        known = {"price": number(each.price_cny_per_tco2), "start": each.start_year, "label": named}
        known["later"] = "" if later is None else words("charge.later", price=number(later), year=PATH_YEAR)
        known["benchmark"] = f"{each.benchmark_tco2_per_t * (1.0 - each.paid_share):.3g}"
        said += words("charge.set", decline=percent(each.decline_per_year, 1), **known)
    return said


def _prices(told_of: Told, label: str) -> list[CarbonTrading]:
    policies = told_of.found.kept[label].spec.policies
    return [each for each in policies if isinstance(each, CarbonTrading)]


def _charge_table(told_of: Told, label: str) -> Table:
    words, outcomes = told_of.words, told_of.of(told_of.found.outcomes, label)
    found = {(row["measure"], row["when"]): row for row in outcomes}
    rows = [found[key] for key in MOVED if key in found]
    cells = [
        [words.of("measures", row["measure"]), words(f"comparison.{row['when']}"), *told_of.of_measure(row)]
        for row in rows
    ]
    head = told_of.heads(label, "outcome", "when")
    caption = _charge_told(told_of, label, found)
    return Table(f"charge {label}", caption, head, cells, 3, scenario=told_of.scenario(label))


def _charge_told(told_of: Told, label: str, found: dict[tuple[str, str], dict[str, Any]]) -> str:
    """Cost, price and how much of the cost it carries; what moved besides and what may be luck."""
    words = told_of.words
    sides: dict[bool, list[str]] = {True: [], False: []}
    (cost, cost_span), (price, price_span) = (
        told_of.change(found[name, "mean"], 1.0) for name in (COST, PRICE)
    )
    for key in MOVED[2:]:
        if key in found:
            row, is_clear = found[key], found[key]["verdict"] in CLEAR
            change, _ = told_of.change(row, words.scale(key[0]), unit_shown(key[0]))
            named = words.of("measures", key[0])
            sides[is_clear].append(f"{named} {change}" if is_clear else named)
    added = float(found[COST, "mean"]["change"])
    carried = percent(float(found[PRICE, "mean"]["change"]) / added) if added > 0.0 else "–"
    known = {"cost": cost, "cost_span": cost_span, "price": price, "price_span": price_span}
    price_is = told_of.verdict(found[PRICE, "mean"])
    said = [words("charge.did", carried=carried, price_is=price_is, **known)]
    said += [
        words(f"charge.{name}", names=words("names.and").join(sides[is_clear]))
        for name, is_clear in (("moved", True), ("unmoved", False))
        if sides[is_clear]
    ]
    own = tuple(
        f"policies.{each.id}." for each in (*_prices(told_of, label), *_prices(told_of, told_of.first))
    )
    inputs = told_of.of(told_of.found.inputs, label)
    others = sum(not str(row["value"]).startswith(own) for row in inputs)
    return "".join([*said, words("charge.others", count=others) if others else ""])
