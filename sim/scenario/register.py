"""The rows of an industry pack as they stand in its CSV files, with the changes that a scenario makes.

Reading goes on after a bad cell, so that an author sees all that is wrong at once. A row that cannot be used
is left out, but its id stays known: rows that refer to it are then not reported as well. What rows must be
to one another is judged in `sense.py`.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from sim.scenario.columns import cell, columns_of
from sim.scenario.judge import problems_of
from sim.scenario.merge import nodes_at
from sim.scenario.problems import InvalidScenarioError, Path, Place, Problem, nearest_name, problem_at, shown
from sim.scenario.reader import content_of
from sim.scenario.row import Row
from sim.scenario.rows import OPTIONAL, TABLES
from sim.scenario.scalars import RefusedError, decoded

Changes = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What a scenario changes: table, row id, column, value."""

Places = Mapping[Path, Place]
"""Where a scenario wrote its values, by path such as `("rows", "refineries", "a", "nameplate_mt")`."""

Values = dict[str, Any]
AnyRow = TypeVar("AnyRow", bound=Row)
RowT_co = TypeVar("RowT_co", bound=Row, covariant=True)


@dataclass(frozen=True, slots=True)
class Entry(Generic[RowT_co]):
    """A row with the place where it was written."""

    row: RowT_co
    place: Place

    def problem(self, column: str, message: str, nearest: str | None = None) -> Problem:
        """A problem with a column of the row."""
        return problem_at(self.place, f"{self.row.id}.{column}", message, nearest)


@dataclass(frozen=True)
class Table:
    """The usable rows of one table and the place of every id that was met.

    `readable` is whether the file could be read at all, `whole` whether nothing in it was wrong.
    """

    file: str
    entries: tuple[Entry[Row], ...] = ()
    ids: Mapping[str, Place] = field(default_factory=dict)
    readable: bool = True
    whole: bool = True


@dataclass(frozen=True)
class Register:
    """All tables of a pack, with what was wrong in their files."""

    tables: Mapping[str, Table]
    problems: tuple[Problem, ...] = ()

    def of(self, kind: type[AnyRow]) -> tuple[Entry[AnyRow], ...]:
        """The usable rows of a kind with their places."""
        return cast("tuple[Entry[AnyRow], ...]", self.tables[_NAMES[kind]].entries)

    def rows(self, kind: type[AnyRow]) -> tuple[AnyRow, ...]:
        """The usable rows of a kind."""
        return tuple(entry.row for entry in self.of(kind))

    def whole(self, *kinds: type[Row]) -> bool:
        """Whether all rows of some kinds are usable, so that what is missing is truly missing."""
        return all(self.tables[_NAMES[kind]].whole for kind in kinds)

    def file(self, kind: type[Row]) -> Place:
        """The file of the rows of a kind, for a problem that belongs to none of them."""
        return Place(self.tables[_NAMES[kind]].file)

    def ids(self, *kinds: type[Row]) -> list[str] | None:
        """Every id of some kinds, unusable rows included; None when one of the files is unreadable."""
        tables = [self.tables[_NAMES[kind]] for kind in kinds]
        if not all(table.readable for table in tables):
            return None
        return [name for table in tables for name in table.ids]


_NAMES: dict[type[Row], str] = {kind: name for name, kind in TABLES.items()}


def read_register(folder: FilePath) -> Register:
    """The tables in a folder, each from `<name>.csv`, with every problem in them."""
    problems: list[Problem] = []
    tables = {name: _table_of(folder, name, problems) for name in TABLES}
    return Register(tables, tuple(problems))


def _table_of(folder: FilePath, name: str, problems: list[Problem]) -> Table:
    path = folder / f"{name}.csv"
    if name in OPTIONAL and not path.exists():
        return Table(str(path))
    return _read_table(path, TABLES[name], problems)


def changed(register: Register, changes: Changes, places: Places) -> Register:
    """A register with a scenario's changes: columns of existing rows, and whole new rows.

    `None` as a value empties a cell, so that the column's default holds.
    """
    problems = list(register.problems)
    tables = dict(register.tables)
    for name, rows in changes.items():
        if name not in tables:
            place = places.get(("rows", name), Place("rows"))
            problems.append(problem_at(place, ("rows", name), "no such table", nearest_name(name, tables)))
            continue
        for row_id, values in rows.items():
            path = ("rows", name, row_id)
            tables[name] = _with_change(tables[name], TABLES[name], (path, dict(values)), (places, problems))
    return Register(tables, tuple(problems))


def _with_change(
    table: Table,
    kind: type[Row],
    change: tuple[tuple[str, str, str], Values],
    reporting: tuple[Places, list[Problem]],
) -> Table:
    path, values = change
    places, problems = reporting
    row_id = path[2]
    old = next((entry for entry in table.entries if entry.row.id == row_id), None)
    place = places.get(path) or (old.place if old else Place("rows"))
    if old is None and row_id in table.ids:
        return table
    base = dict(old.row) if old else {}
    # Null is the usual value of a column; of one that there is not it is refused like any other.
    given, known = {**base, "id": row_id, **values}, columns_of(kind)
    wanted = {name: value for name, value in given.items() if value is not None or name not in known}
    try:
        row = kind.model_validate(wanted)
    except (ValidationError, InvalidScenarioError) as error:
        problems.extend(_located(item, path, places) for item in _told(error, kind, wanted, place))
        return replace(table, ids={**table.ids, row_id: place}, whole=False)
    if row.id != row_id:
        problems.append(problem_at(place, path, f"the id of a row cannot be changed to {shown(row.id)}"))
        return table
    new = Entry(row, place)
    if old is None:
        return replace(table, entries=(*table.entries, new), ids={**table.ids, row_id: place})
    return replace(table, entries=tuple(new if entry is old else entry for entry in table.entries))


def _located(problem: Problem, path: tuple[str, str, str], places: Places) -> Problem:
    """A problem of a changed row at the place where the scenario wrote the column, if it did."""
    full = (*path, problem.path)
    place = places.get(full, problem.place)
    return problem_at(place, full, problem.message, problem.nearest)


def _told(
    error: ValidationError | InvalidScenarioError, kind: type[Row], values: Values, place: Place
) -> list[Problem]:
    if isinstance(error, InvalidScenarioError):
        return list(error.problems)
    return problems_of(error, kind, nodes_at(values, place))


def _read_table(path: FilePath, kind: type[Row], problems: list[Problem]) -> Table:
    file = str(path)
    lines = _lines(path, problems)
    if lines is None:
        return Table(file, readable=False, whole=False)
    header = next(lines, None)
    if header is None:
        problems.append(Problem(file, 1, None, "", "the file is empty; its first line names the columns"))
        return Table(file, readable=False, whole=False)
    before = len(problems)
    complete = _check_header(file, header[1], kind, problems)
    entries: list[Entry[Row]] = []
    ids: dict[str, Place] = {}
    for line, texts in lines:
        place = Place(file, line)
        values = _values(texts, header[1], kind)
        row_id = str(values.get("id", ""))
        if row_id and row_id in ids:
            message = f"id {shown(row_id)} is given twice: on line {ids[row_id].line} and here"
            problems.append(problem_at(place, "id", message))
            continue
        ids[row_id] = place
        if len(texts) != len(header[1]):
            message = f"the line has {len(texts)} cells, the first line names {len(header[1])} columns"
            problems.append(problem_at(place, "", f"{message} (check the commas)"))
        elif complete and (row := _row(values, kind, place, problems)):
            entries.append(Entry(row, place))
    return Table(file, tuple(entries), ids, whole=len(problems) == before)


def _lines(path: FilePath, problems: list[Problem]) -> Iterator[tuple[int, list[str]]] | None:
    """Each record of a CSV file with the line on which it begins; None when the file is unreadable."""
    file = str(path)
    content = content_of(path)
    if isinstance(content, str):
        problems.append(Problem(file, None, None, "", content))
        return None
    try:
        text = decoded(content.removeprefix(codecs.BOM_UTF8))
    except RefusedError as refused:
        problems.append(Problem(file, refused.line, refused.col, "", str(refused)))
        return None
    records: list[tuple[int, list[str]]] = []
    head = text.partition("\n")[0]
    delimiter = ";" if ";" in head and "," not in head else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for texts in reader:
            if any(each.strip() for each in texts):
                records.append((line, texts))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, line, None, "", f"not CSV: {error} (check the quotes)"))
        return None
    return iter(_filled(records))


def _filled(records: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Records without the columns at their right that a spreadsheet adds, which have neither a name nor a value."""
    if not records:
        return records
    header = records[0][1]
    width = max(number for number, name in enumerate(header, start=1) if name.strip())
    return [(line, texts if any(map(str.strip, texts[width:])) else texts[:width]) for line, texts in records]


def _check_header(file: str, header: list[str], kind: type[Row], problems: list[Problem]) -> bool:
    """Note what is wrong with the names of the columns; give whether each row can be complete."""
    columns = columns_of(kind)
    place = Place(file, 1)
    for number, name in enumerate(header):
        if name in header[:number]:
            problems.append(problem_at(place, name, "the column is given twice"))
        elif name not in columns:
            problems.append(problem_at(place, name, "unknown column", nearest_name(name, columns)))
    missing = [name for name, column in columns.items() if column.required and name not in header]
    if missing:
        problems.append(problem_at(place, "", f"columns are missing: {', '.join(missing)}"))
    return not missing


def _values(texts: list[str], header: list[str], kind: type[Row]) -> Values:
    """The cells of a line by column; those that are empty or of unknown columns are left out."""
    columns = columns_of(kind)
    pairs = zip(header, (text.strip() for text in texts), strict=False)
    return {name: cell(text, columns[name]) for name, text in pairs if text and name in columns}


def _row(values: Values, kind: type[AnyRow], place: Place, problems: list[Problem]) -> AnyRow | None:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        name = f"{values['id']}." if "id" in values else ""
        found = problems_of(error, kind, nodes_at(values, place))
        problems.extend(replace(item, path=f"{name}{item.path}") for item in found)
        return None
