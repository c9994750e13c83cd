"""What came, as dated points: rows of public figures read, put into the model's units and made quarters and years.

A row is scored when it is an outcome with a source. Months make a quarter when all three are there, quarters a year
when all four are; what is a stock counts for a date that lies within a month of the end of the period. Where several
rows tell the same, the one that `record_names.csv` names first is taken.
"""

import csv
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.core.errors import UsageError
from sim.core.registry import nearest
from sim.scenario.pack import Pack
from sim.study.hindcast.periods import NATION, NATIONAL, Name, Period, called, name_of, period, read_names

FILE = "record.csv"
DATES = ("date", "quarter", "year")
"""Columns that may hold the date."""
NEEDED = ("series", "region", "value")
REMEMBERED = "background knowledge"
SCALES = {"kt": 1e-3, "10 kt": 1e-2, "万吨": 1e-2, "t": 1e-6, "share": 100.0}
"""What turns a value in another unit than the record's own, Mt or per cent, into that; the rest is taken as it is."""
SURE = ("high", "medium-high", "medium", "low", "")
"""Words of confidence, the surest first."""
QUARTERS, MONTHS = 4, 3
NEAR_MONTHS = 1.0
"""A stock of a date so near to the end of a period counts for it."""
NOT_TAKEN = "another row tells the same and is taken, or it makes no whole quarter or year"
POINTS = ("series", "region", "step", "date", "value", "confidence", "source")
UNUSED = ("file", "row", "series", "region", "date", "why")


class Row(NamedTuple):
    """One usable row: what, where, when, how much in the model's unit, and how sure."""

    name: Name
    region: str
    when: Period
    value: float
    confidence: str
    source: str
    lines: tuple[int, ...]

    @property
    def standing(self) -> tuple[int, int, int]:
        """The lower, the sooner it is taken."""
        return self.name.rank, SURE.index(self.confidence), self.lines[0]


@dataclass(frozen=True)
class Record:
    """What came.

    Attributes:
        points: one row a series, region, step (`year` or `quarter`) and date, in the model's unit.
        unused: rows that are not scored, with file, row number and reason.
    """

    points: pd.DataFrame
    unused: pd.DataFrame


def read_records(pack: Pack, files: Sequence[Path | str]) -> list[Record]:
    """What files in the form of the record say of a pack's industry, with the names that the pack gives.

    Raises:
        UsageError: as `read_record`, or the pack has no names for a record.
    """
    names, provinces = read_names(pack.folder), list(dict.fromkeys(row.province for row in pack.regions))
    return [read_record(Path(path), names, provinces) for path in files]


def joined(records: Sequence[Record]) -> Record:
    """Several records as one; where two have the same point, the later counts."""
    points = pd.concat([each.points for each in records], ignore_index=True)
    keys = ["series", "region", "step", "date"]
    kept = points.drop_duplicates(keys, keep="last").sort_values(keys, ignore_index=True)
    return Record(kept, pd.concat([each.unused for each in records], ignore_index=True))


def read_record(path: Path, names: tuple[Name, ...], provinces: Sequence[str]) -> Record:
    """The points of a file in the form of the record.

    Args:
        path: a CSV file with the columns series, region, value and one of date, quarter and year.
        names: what series are called.
        provinces: regions that may be named beside the country.

    Raises:
        UsageError: the file cannot be read, lacks a column, has a value or a date that is none, or no row that can
            be used; row and nearest name are told.
    """
    unused: list[tuple[int, str, str, str, str]] = []
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for line, cells, date in _rows(path):
        found = _usable(path, line, cells, date, names, provinces)
        if isinstance(found, str):
            unused.append((line, cells["series"], cells["region"], date, found))
        else:
            rows[found.name.series, found.region].append(found)
    told = [(key, *point) for key, several in rows.items() for point in _points(several)]
    if not told:
        raise UsageError(f"{path} has no row that can be scored; {_first(unused)}")
    taken = {line for *_, row in told for line in row.lines}
    unused += [
        (line, row.name.name, row.region, name_of(*row.when), NOT_TAKEN)
        for several in rows.values()
        for row in several
        for line in row.lines
        if line not in taken
    ]
    points = [(*key, step, date, row.value, row.confidence, row.source) for key, step, date, row in told]
    table = pd.DataFrame(points, columns=list(POINTS)).sort_values(list(POINTS[:4]), ignore_index=True)
    left = pd.DataFrame([(path.name, *each) for each in sorted(unused)], columns=list(UNUSED))
    return Record(table, left)


def _first(unused: Sequence[tuple[int, str, str, str, str]]) -> str:
    if not unused:
        return "what is there makes no whole quarter or year"
    line, series, *_, why = unused[0]
    return f"row {line}, series '{series}': {why}"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str], str]]:
    """Each row with its number, the header being the first, and its date."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or ())
            dated = next((name for name in DATES if name in columns), None)
            for name in [*(() if dated else ("date",)), *(each for each in NEEDED if each not in columns)]:
                hint = nearest(name, columns)
                raise UsageError(
                    f"{path}, row 1: no column '{name}'" + (f"; is it '{hint}'?" if hint else "")
                )
            for cells in reader:
                yield reader.line_num, {k: v or "" for k, v in cells.items() if k}, cells[str(dated)] or ""
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is no table of outcomes: {error}") from error


def _usable(
    path: Path, line: int, cells: dict[str, str], date: str, names: tuple[Name, ...], provinces: Sequence[str]
) -> Row | str:
    """A row that can be scored, or why it is not."""
    name = called(cells["series"], names)
    if name is None:
        hint = nearest(cells["series"], [each.name for each in names])
        return "no series of that name" + (f"; the nearest is '{hint}'" if hint else "")
    if not name.series:
        return name.why
    if cells.get("kind") == "driver":
        return "an input of the runs"
    source = cells.get("source_url") or cells.get("source") or ""
    if REMEMBERED in source:
        return "remembered and not found, so never scored"
    region = _region(name.region or cells["region"], provinces)
    if region is None:
        hint = nearest(cells["region"], [*provinces, NATION])
        return f"no region '{cells['region']}'" + (f"; the nearest is '{hint}'" if hint else "")
    when = period(date, cells.get("basis", ""))
    if when is None:
        raise UsageError(
            f"{path}, row {line}: '{date}' is no date; one is written 2019, 2019-Q3, 2019-03 or 2019-03-15"
        )
    if isinstance(when, str):
        return when
    try:
        value = float(cells["value"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(
            f"{path}, row {line}: the value '{cells['value']}' of {cells['series']} is no number"
        )
    sure, scale = cells.get("confidence", ""), SCALES.get(cells.get("unit", ""), 1.0)
    return Row(name, region, when, value * name.factor * scale, sure if sure in SURE else "", source, (line,))


def _region(name: str, provinces: Sequence[str]) -> str | None:
    """The country, a province, or provinces joined by a plus sign."""
    if name in NATIONAL:
        return NATION
    known = {each.lower(): each for each in provinces}
    parts = [known.get(each.strip().lower()) for each in name.replace("/", "+").split("+")]
    return "+".join(str(each) for each in parts) if all(parts) else None


def _points(rows: list[Row]) -> Iterator[tuple[str, str, Row]]:
    """Step, date and row of each quarter and year that the rows of one series tell."""
    take = min(rows, key=lambda row: row.standing).name.take
    quarters = _ends(rows, "quarter") if take == "end" else _quarters(rows, take)
    years = _ends(rows, "year") if take == "end" else _years(rows, quarters, take)
    for step, found in (("quarter", quarters), ("year", years)):
        for when, row in sorted(found.items()):
            yield step, name_of(step, *when), row


Found = dict[tuple[int, int], Row]
"""The row that tells a period, by year and quarter, the latter 0 for a year."""

Dated = Iterable[tuple[tuple[int, int], Row]]


def _best(rows: Iterable[Row]) -> Row:
    return min(rows, key=lambda row: row.standing)


def _grouped(dated: Dated) -> dict[tuple[int, int], list[Row]]:
    found: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for when, row in dated:
        found[when].append(row)
    return found


def _taken(dated: Dated, take: str, least: int, rows: list[Row], step: str) -> Found:
    """Rows joined where there are enough of one date; what the record tells of a whole step itself goes before."""
    found = {when: _joined(each, take) for when, each in _grouped(dated).items() if len(each) >= least}
    own = ((row.when[1:], row) for row in rows if row.when.step == step)
    return found | {when: _best(several) for when, several in _grouped(own).items()}


def _joined(rows: Sequence[Row], take: str) -> Row:
    """One row for several periods in a row, as sure as the least sure of them."""
    total = math.fsum(row.value for row in rows)
    worst = max(rows, key=lambda row: SURE.index(row.confidence))
    lines = tuple(line for row in rows for line in row.lines)
    return worst._replace(value=total if take == "sum" else total / len(rows), lines=lines)


def _months(rows: list[Row], take: str) -> Found:
    """Months as told, and those of a price or a rate as the mean of their days."""
    days = [row for row in rows if row.when.step == "day" and take != "sum"]
    return _taken((((row.when.year, row.when.part // 100), row) for row in days), take, 1, rows, "month")


def _quarters(rows: list[Row], take: str) -> Found:
    """Quarters as told, else of their months: all three, or of a rate those that are there."""
    months = _months(rows, take).items()
    dated = (((year, (month - 1) // MONTHS + 1), row) for (year, month), row in months)
    return _taken(dated, take, 1 if take == "level" else MONTHS, rows, "quarter")


def _years(rows: list[Row], quarters: Found, take: str) -> Found:
    """Years as told, else of all four quarters."""
    return _taken((((year, 0), row) for (year, _), row in quarters.items()), take, QUARTERS, rows, "year")


def _ends(rows: list[Row], step: str) -> Found:
    """Of each period the row that lies nearest to its end and not more than a month from it."""
    found: dict[tuple[int, int], list[tuple[float, Row]]] = defaultdict(list)
    for row in rows:
        at = _months_since_zero(row.when)
        length = MONTHS if step == "quarter" else MONTHS * QUARTERS
        nearest_end = round(at / length)
        gap = abs(at - nearest_end * length)
        if gap <= NEAR_MONTHS:
            year, part = divmod(nearest_end - 1, MONTHS * QUARTERS // length)
            found[year, part + 1 if step == "quarter" else 0].append((gap, row))
    nearest_of = partial(min, key=lambda each: (each[0], each[1].standing))
    return {when: nearest_of(several)[1] for when, several in found.items()}


def _months_since_zero(when: Period) -> float:
    """Months from the year 0 to the end of a period."""
    year = when.year * MONTHS * QUARTERS
    match when.step:
        case "year":
            return year + MONTHS * QUARTERS
        case "quarter":
            return year + MONTHS * when.part
        case "month":
            return year + when.part
        case _:
            month, day = divmod(when.part, 100)
            return year + month - 1 + day / 31.0
