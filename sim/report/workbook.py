"""The workbook of a run: what an analyst opens, with charts that the spreadsheet draws itself.

Every cell is a text or a number: nothing from data can act as a formula or a link, and the same run gives the same
bytes. Numbers are those of the run's CSV files.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import east_asian_width

import pandas as pd

from sim.core.cells import rounded
from sim.metrics import METRICS
from sim.report.answer import answer
from sim.report.answer_tables import Runs
from sim.report.dictionary import DICTIONARY, dictionary, named_tables, names_of
from sim.report.sentences import Sentence
from sim.report.summary import summary
from sim.results import Results
from sim.scenario.glossary import Glossary
from sim.world.ownership import EQUITY_PPM

FILE = "workbook.xlsx"
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MADE = datetime(2026, 1, 1)
FORMATS = {
    "year": "0",
    "share": "0.0%",
    "Mt": "#,##0.00",
    "Mt/yr": "#,##0.00",
    "million CNY": "#,##0",
    "CNY/t": "#,##0",
    "USD/t": "#,##0.0",
    "points": "#,##0",
    "ppm": "#,##0",
}
"""How a number of a unit is shown; the cell holds all of it."""
FIRST_ROW = 3
"""Row of the first values of a table: above are what it shows, names and units."""
GRID = {"visible": True, "line": {"color": "#DDDDDD"}}
SIGNS, LINE_PT = 100, 15
"""Letters in a line of a sentence, and its height: not every program finds out how high a row must be."""
WIDEST, NARROWEST = 44, 9


class Sheet(NamedTuple):
    """One sheet with a table.

    Attributes:
        name: its name.
        about: what it shows.
        frame: the table.
        units: unit by column.
    """

    name: str
    about: str
    frame: pd.DataFrame
    units: Mapping[str, str]


class Chart(NamedTuple):
    """One chart of columns of a sheet over years.

    Attributes:
        title: what it says.
        unit: what the axis counts.
        columns: columns of the sheet of years.
        kind: `line` or `column`.
    """

    title: str
    unit: str
    columns: Sequence[str]
    kind: str = "line"


COLOURS = ("#0b3d6b", "#e08a2e", "#3b86c4", "#8a3b0a")
"""Dark and light of blue and orange, which everybody can tell apart, also in grey."""
CHARTS = (
    Chart(
        "Price and cash cost",
        "CNY/t",
        ("price_cny_per_t", "cash_cost_p10_cny_per_t", "cash_cost_mean_cny_per_t", "cash_cost_p90_cny_per_t"),
    ),
    Chart("Capacity and output", "Mt", ("capacity_mt", "runnable_mt", "production_mt", "demand_mt")),
    Chart("Plants closed, started, moved", "Mt/yr", ("exits_mt", "starts_mt", "relocations_mt"), "column"),
    Chart("Trade", "Mt", ("imports_mt", "exports_mt"), "column"),
    Chart("Concentration of capacity", "HHI, points", ("hhi_control", "hhi_economic")),
    Chart("Shares of capacity", "share", ("cr5", "coastal_share", "integrated_share")),
    Chart("Red mud", "Mt", ("red_mud_mt", "red_mud_stock_mt"), "column"),
    Chart("Carbon dioxide", "Mt", ("co2_mt",), "column"),
)


def write_workbook(results: Results, path: Path, lang: str = "en", study: Runs | None = None) -> None:
    """Write the workbook of a run.

    Args:
        results: the run.
        path: the file.
        lang: language of the answer, `en` or `zh`.
        study: runs of the same scenario, which tell the odds.

    Raises:
        UsageError: there is no such language.
    """
    from xlsxwriter import Workbook

    tables = named_tables(results)
    told = dictionary(tables, results.scenario.pack)
    with Workbook(str(path), SAFE) as book:
        book.set_properties({"title": results.scenario.name, "comments": "Shakeout", "created": MADE})
        _write_answer(book, results, answer(results, study, lang), results.scenario.pack.say(lang))
        sheets = _sheets(results, tables, told)
        _draw(book, sheets[0], results.scenario.pack.say())
        for sheet in sheets:
            _write_sheet(book, sheet)


def _sheets(results: Results, tables: dict[str, pd.DataFrame], told: pd.DataFrame) -> list[Sheet]:
    """All sheets with tables, years first; decisions are too many for a sheet and stay in their file."""
    about = {
        "years": "The industry by year.",
        "quarters": "The industry by quarter.",
        "refineries": "Every refinery by year.",
        "groups": "Every owner group by year.",
        "regions": "Every supply region by year.",
        "flows": "Alumina shipped from where to where by year.",
        "deals": "Every deal that came up, closed or not.",
        "deal_outcomes": "What became of what was bought, by years after the deal.",
        "events": "What happened, in order.",
    }
    about = results.scenario.pack.say().deep(about)
    units = {name: dict(zip(of["column"], of["unit"], strict=True)) for name, of in told.groupby("table")}
    named = {"refineries": "plants", "groups": "owners"}
    years = Sheet("years", about["years"], tables["years"], units["years"])
    more = [
        Sheet(named.get(name, name), said, tables[name], units[name])
        for name, said in about.items()
        if name != "years"
    ]
    evidence = Sheet("assumptions", "Every parameter: its value, what it rests on.", assumptions(results), {})
    stakes = Sheet("holdings", "Who held what, from when to when.", holdings(results), {"share": "share"})
    return [years, evidence, *more, stakes, Sheet(DICTIONARY, "What the columns mean.", told, {})]


def assumptions(results: Results) -> pd.DataFrame:
    """One row a parameter: the value that was used, the pack's own, range, unit, status, source, date and note."""
    used: Any = results.scenario.spec.parameters.model_dump()
    rows = []
    for path, known in results.scenario.pack.provenance.items():
        value = used
        for part in path.split("."):
            value = value.get(part, known.value) if isinstance(value, dict) else known.value
        evidence = (known.low, known.high, known.unit, known.status, known.source, known.date, known.note)
        rows.append((path, float(value), known.value, *evidence))
    columns = [
        *("parameter", "value", "pack_value", "low", "high"),
        *("unit", "status", "source", "date", "note"),
    ]
    return pd.DataFrame(rows, columns=columns)


def holdings(results: Results) -> pd.DataFrame:
    """One row a stake that ever was: holder, held, share of equity and votes, from when to when, by which deal."""
    history, names = results.world.ownership.to_graphml_graph(), names_of(results)
    called = {key: names.get(key) or str(name) or key for key, name in history.nodes(data="name", default="")}
    rows = [
        (
            *(holder, called[holder], held, called[held]),
            *(stake["ppm"] / EQUITY_PPM, stake["votes_ppm"] / EQUITY_PPM, stake["controls"]),
            *(stake["from_year"], stake.get("to_year"), stake["deal"]),
        )
        for holder, held, stake in history.edges(data=True)
    ]
    ends = ["holder", "holder_name", "held", "held_name"]
    stake = ["share", "votes_share", "controls", "from_year", "to_year", "deal"]
    return pd.DataFrame(rows, columns=[*ends, *stake])


def _write_answer(book: Any, results: Results, said: Sequence[Sentence], say: Glossary) -> None:
    """The first sheet: the question, what the run says, and its summary."""
    sheet = book.add_worksheet("answer")
    sheet.hide_gridlines(2)
    _fit(sheet)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, SIGNS + 10)
    top = {"text_wrap": True, "valign": "top"}
    bold, plain = book.add_format({**top, "bold": True}), book.add_format(top)
    # The summary is a table of plain letters, which stand under one another only if all are of one width.
    even = book.add_format({"font_name": "Courier New", "font_size": 10})
    name, seed = results.scenario.name, results.seed
    sheet.write_string(0, 0, results.scenario.question, book.add_format({"bold": True, "font_size": 14}))
    banner = results.scenario.pack.banner
    sheet.write_string(1, 0, banner(f"Scenario {name}, seed {seed}. One run, not a forecast."))
    for row, sentence in enumerate(said, start=3):
        sheet.write_string(row, 0, say(sentence.title), bold)
        sheet.write_string(row, 1, say(sentence.text), plain)
        wide = sum(1 + (east_asian_width(sign) in "WF") for sign in sentence.text)
        sheet.set_row(row, LINE_PT * (1 + wide // SIGNS))
    for row, line in enumerate(summary(results).splitlines(), start=len(said) + 4):
        sheet.write_string(row, 0, line, even)


def _write_sheet(book: Any, sheet: Sheet) -> None:
    """A table: a line on what it shows, names, units, values; the head stays in sight."""
    page, frame = book.add_worksheet(sheet.name), sheet.frame
    bold, grey = book.add_format({"bold": True, "bottom": 1}), book.add_format({"font_color": "#666666"})
    page.write_string(0, 0, sheet.about, grey)
    for place, column in enumerate(map(str, frame.columns)):
        unit = sheet.units.get(column, "")
        form = book.add_format({"num_format": FORMATS.get(unit, "General")})
        values = [_cell(value) for value in frame[column].tolist()]
        longest = max([len(column), *(len(value) for value in values if isinstance(value, str))])
        page.set_column(place, place, min(max(longest + 1, NARROWEST), WIDEST))
        page.write_string(1, place, column, bold)
        page.write_string(2, place, unit, grey)
        for row, value in enumerate(values, start=FIRST_ROW):
            if isinstance(value, str):
                page.write_string(row, place, value)
            elif isinstance(value, bool):
                page.write_boolean(row, place, value)
            elif value is not None:
                page.write_number(row, place, value, form)
    page.freeze_panes(FIRST_ROW, 1)
    page.repeat_rows(1, 2)
    _fit(page)
    page.autofilter(FIRST_ROW - 1, 0, FIRST_ROW - 1 + len(frame), max(len(frame.columns) - 1, 0))


def _fit(page: Any, height: int = 0) -> None:
    """Print a sheet lying, as wide as the paper, on some pages or, for 0, as many as it takes."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, height)


def _cell(value: Any) -> str | bool | float | None:
    """What a cell holds; nothing for a number that is not known."""
    if isinstance(value, str | bool):
        return value
    return None if value is None or value != value else rounded(float(value))


def _draw(book: Any, years: Sheet, say: Glossary) -> None:
    """The sheet of charts, which the spreadsheet draws from the sheet of years."""
    page = book.add_worksheet("charts")
    page.hide_gridlines(2)
    _fit(page, 1)
    last = FIRST_ROW + len(years.frame) - 1
    for number, each in enumerate(each for each in CHARTS if {*each.columns} <= {*years.frame.columns}):
        chart = book.add_chart({"type": each.kind})
        for colour, column in zip(COLOURS, each.columns, strict=False):
            place = years.frame.columns.get_loc(column)
            line = {
                "name": say(METRICS.get(column).label),
                "categories": [years.name, FIRST_ROW, 0, last, 0],
                "values": [years.name, FIRST_ROW, place, last, place],
                **({"fill": {"color": colour}} if each.kind == "column" else {"line": {"color": colour}}),
            }
            chart.add_series(line)
        chart.set_title({"name": say(each.title), "name_font": {"size": 12}})
        least = {"min": 0} if each.kind == "column" else {}
        chart.set_y_axis({**least, "name": each.unit, "major_gridlines": GRID})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 560, "height": 320})
        page.insert_chart(17 * (number // 2), 9 * (number % 2), chart)
