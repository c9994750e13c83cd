"""What scenarios change year by year: a table of all measures for the chosen year, and the path of one of them."""

from typing import Any

import pandas as pd

from sim.metrics.catalogue import EVENT
from sim.report.answer_comparison import CLEAR
from sim.report.answer_tables import Compared
from sim.report.measures import MAIN, kind_of, unit_shown
from sim.report.page.pairs import Told
from sim.report.page.parts import Figure, Frame, Section, Table, band, frame, section
from sim.report.page.study_figures import axis_of, told, years_axis


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
    caption = words(
        "comparison.in_year",
        year=year,
        base=told_of.base,
        clear=clear,
        count=len(known),
        label=words.scenario(label),
    )
    return Table(
        f"year {label} {year}",
        caption,
        told_of.heads(label, "outcome"),
        cells,
        2,
        scenario=told_of.scenario(label),
        year=year,
    )


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
    line = {"type": "scatter", "mode": "lines+markers", "name": words("comparison.mean_line"), "x": years}
    line |= {"y": values["mean"], "text": hover, "hovertemplate": "%{text}<extra></extra>"}
    data = [
        *band(years, values["p05"], values["p95"], words("comparison.pairs_band"), "@coast-veil"),
        *band(years, values["low"], values["high"], words("comparison.mean_band"), "@inland-veil"),
        {**line, "line": {"color": "@inland", "width": 2.6}},
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
    return words(
        f"comparison.by_year_{'clear' if row['verdict'] in CLEAR else 'noise'}",
        measure=words.of("measures", measure),
        year=row["year"],
        change=change,
        span=span,
        base=told_of.base,
        before=cells[3][0],
        label=words.scenario(label),
        after=cells[4][0],
    )
