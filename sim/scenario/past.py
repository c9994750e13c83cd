"""One register, any date: the rows and numbers of a pack as they stood at the end of an earlier year.

`dated.csv` says what a row of another table, or a parameter, was until the end of some year; what it does not speak of
was then as it is now. From that the register of an earlier year follows: plants stand as they stood, what started, came
back or grew later is a project of its real year, stakes are those that were held, and the record ends with that year.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sim.scenario.columns import cell, columns_of
from sim.scenario.evidence import Evidence, Provenance
from sim.scenario.problems import Place, Problem, nearest_name, problem_at, shown
from sim.scenario.register import Entry, Register, Table, changed
from sim.scenario.row import DatedRow, HistoryRow
from sim.scenario.rows import TABLES, ImporterRow, ProjectRow, RefineryRow, StakeRow

PARAMETERS = "parameters"
"""What `dated.csv` calls the parameters, which are no table."""
HOME, METAL, ABROAD = "refinery", "overseas_smelter", "overseas_refinery"
MARKS = {HOME: "", ABROAD: "", METAL: "-al"}
CERTAIN = 1.0
"""Chance that a project starts when it did, where everything that came is known."""
LEAST_MT = 0.005
"""A smaller step of capacity is rounding."""
EVIDENCE = ("source", "source_date", "status", "note")
Growing = RefineryRow | ImporterRow
"""What has capacity that may grow."""
Cells = dict[str, dict[str, dict[str, Any]]]


def dated_cells(register: Register, year: int) -> Cells:
    """What `dated.csv` says of the end of a year: table, row, column, value, with the evidence of the row.

    Of several rows that still held then the one that ended first counts, column by column.
    """
    found: Cells = {}
    for row in sorted(register.rows(DatedRow), key=lambda row: row.until_year):
        if row.until_year >= year:
            columns = columns_of(TABLES[row.table]) if row.table in TABLES else {}
            here = found.setdefault(row.table, {}).setdefault(row.row, {})
            for name, text in row.pairs:
                here.setdefault(name, cell(text, columns[name]) if name in columns else text)
            for name in EVIDENCE:
                here.setdefault(name, getattr(row, name))
    return found


def dated_problems(register: Register) -> Iterator[Problem]:
    """Rows of `dated.csv` that speak of a table or a column that is not there."""
    for entry in register.of(DatedRow):
        row = entry.row
        if row.table not in (*TABLES, PARAMETERS):
            near = nearest_name(row.table, TABLES)
            yield entry.problem("table", f"no table {shown(row.table)}", near)
        for name, _ in row.pairs if row.table in TABLES else ():
            columns = columns_of(TABLES[row.table])
            if name not in columns:
                message = f"{row.table} has no column {shown(name)}"
                yield entry.problem("values", message, nearest_name(name, columns))


def register_at(own: Register, year: int, present: int, lead_years: int | None = None) -> Register:
    """The register of a pack at the end of an earlier year.

    Args:
        own: the register as it is now.
        year: the end of which year.
        present: the year that the register itself describes.
        lead_years: how long before its start a project is known; none where everything that came is.
    """
    then = {date: _changed(own, date) for date in range(year, present + 1)}
    last = present if lead_years is None else min(present, year + lead_years)
    odds = CERTAIN if lead_years is None else None
    projects = [row.model_copy(update={"odds_share": odds}) for row in _projects(then, year, last)]
    coming = {row.id for row in _projects(then, year, present)}
    tables = dict(then[year].tables)
    for name, keeps in _kept(tables, year, coming).items():
        tables[name] = _only(tables[name], keeps)
    place = Place(own.file(DatedRow).file)
    tables["projects"] = Table(
        tables["projects"].file,
        tuple(Entry(row, place) for row in projects),
        {row.id: place for row in projects},
    )
    replayed = (*tables["drivers"].entries, *tables["history"].entries)
    tables["drivers"] = replace(tables["drivers"], entries=replayed)
    tables["history"] = _record(tables["drivers"], year)
    known = {*tables["refineries"].ids, *tables["projects"].ids}
    tables["stakes"] = _only(
        tables["stakes"], lambda row: row.held in {*known, *tables["groups"].ids, *tables["smelters"].ids}
    )
    tables["smelters"] = _without_neighbours(tables["smelters"], known)
    return replace(then[year], tables=tables)


def _changed(own: Register, year: int) -> Register:
    found = dated_cells(own, year)
    return changed(own, {name: rows for name, rows in found.items() if name in TABLES}, {})


def _kept(tables: Mapping[str, Table], year: int, coming: set[str]) -> dict[str, Callable[[Any], bool]]:
    """Which rows of a table were there at the end of a year; the first known holders of a company began with it."""
    begun: dict[str, int] = {}
    for row in (each.row for each in tables["stakes"].entries if isinstance(each.row, StakeRow)):
        if row.state == "current":
            begun[row.held] = min(row.since_year, begun.get(row.held, row.since_year))
    return {
        "refineries": lambda row: row.started_year <= year and row.id not in coming,
        "projects": lambda row: False,
        "candidates": lambda row: False,
        "stakes": lambda row: row.state == "current" and row.since_year <= max(year, begun[row.held]),
        "targets": lambda row: row.start_year == year + 1,
        "recorded_deals": lambda row: row.year <= year,
    }


def _only(table: Table, keeps: Callable[[Any], bool]) -> Table:
    left = {each.row.id for each in table.entries if not keeps(each.row)}
    entries = tuple(each for each in table.entries if each.row.id not in left)
    return replace(table, entries=entries, ids={key: at for key, at in table.ids.items() if key not in left})


def _record(drivers: Table, year: int) -> Table:
    """The recorded prices and quantities of a pack up to a year."""
    entries = tuple(
        each
        for each in drivers.entries
        if isinstance(each.row, HistoryRow) and each.row.year <= year and not each.row.of_parameter
    )
    return replace(drivers, entries=entries, ids={each.row.id: each.place for each in entries})


def _without_neighbours(smelters: Table, known: set[str]) -> Table:
    """Smelters whose neighbour is not there yet have none."""
    alone = {"neighbour": "", "neighbour_mt": 0.0}
    entries = list(smelters.entries)
    for place, each in enumerate(entries):
        if getattr(each.row, "neighbour", "") not in known:
            entries[place] = replace(each, row=each.row.model_copy(update=alone))
    return replace(smelters, entries=tuple(entries))


def _projects(then: dict[int, Register], year: int, last: int) -> Iterator[ProjectRow]:
    """What starts, comes back or grows after a year and up to another, as projects under construction."""
    steps: tuple[tuple[str, type[Growing], str], ...] = (
        (HOME, RefineryRow, "nameplate_mt"),
        (ABROAD, ImporterRow, "capacity_mt"),
        (METAL, ImporterRow, "smelting_mt"),
    )
    for kind, declared, column in steps:
        rows: dict[int, dict[str, Growing]] = {
            date: {row.id: row for row in register.rows(declared)} for date, register in then.items()
        }
        for key in dict.fromkeys(key for found in rows.values() for key in found):
            sizes = {date: _standing(found.get(key), column, date) for date, found in rows.items()}
            for date in range(year + 1, last + 1):
                step, before = sizes[date] - sizes[date - 1], any(sizes[each] for each in range(year, date))
                if step > LEAST_MT:
                    is_new = kind == HOME and not before
                    yield _project(
                        rows[date][key], kind, key if is_new else f"{key}-{date}{MARKS[kind]}", step, date
                    )


def _standing(row: Growing | None, column: str, year: int) -> float:
    """What stands of a row at the end of a year, Mt/yr."""
    if row is None or (isinstance(row, RefineryRow) and not (row.installed and row.started_year <= year)):
        return 0.0
    return float(getattr(row, column))


def _project(row: Growing, kind: str, key: str, size_mt: float, year: int) -> ProjectRow:
    """A step of capacity as a project that starts when it did."""
    place: dict[str, Any] = {"importer": row.id, "coastal": True}
    if isinstance(row, RefineryRow):
        place = {name: getattr(row, name) for name in ("region", "coastal", "imported_share", "digestion")}
    about = {"id": key, "name": f"{row.name}, {year}" if key != row.id else row.name, "kind": kind}
    place |= {"company": row.company, "capacity_mt": round(size_mt, 3), "stage": "building"}
    evidence = {name: getattr(row, name) for name in EVIDENCE}
    return ProjectRow.model_validate(about | {"expected_year": year} | place | evidence)


def redate(evidence: Evidence, register: Register, year: int) -> None:
    """Give parameters the values that they had at the end of an earlier year, each with a range around it."""
    place = Place(register.file(DatedRow).file)
    for path, found in dated_cells(register, year).get(PARAMETERS, {}).items():
        now = evidence.provenance.get(path)
        if now is None:
            near = nearest_name(path, evidence.provenance)
            evidence.problems.append(problem_at(place, path, "no such parameter in this pack", near))
            continue
        value = float(found["value"])
        low, high = _range_at(now, value)
        told = {"value": value, "low": low, "high": high, "date": found["source_date"]}
        told |= {name: found[name] for name in ("status", "source", "note")}
        evidence.lay(path, now.model_dump(exclude_none=True) | told, place)


def _range_at(now: Provenance, value: float) -> tuple[float, float]:
    """The range of a value of another time: as wide as it is now, in proportion where all of it is above zero.

    A share keeps its range, widened to hold the value; nothing that was zero for certain gets a range.
    """
    if value == 0.0:
        return 0.0, 0.0
    if now.unit == "share":
        return min(now.low, value), max(now.high, value)
    if now.low > 0.0:
        return now.low * value / now.value, now.high * value / now.value
    return now.low + value - now.value, now.high + value - now.value
