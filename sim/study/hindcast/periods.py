"""Of which time a figure of the record is: a year, a quarter, a month or a day.

>>> period("2019", "Q3 average")
Period(step='quarter', year=2019, part=3)
>>> period("2021", "end January 2022")
Period(step='month', year=2022, part=1)

What the record calls a series, and which of the model's it is held against.
"""

import csv
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from sim.core.errors import UsageError

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(MONTHS)})[a-z]*\b", re.IGNORECASE)
_QUARTER = re.compile(r"\bQ([1-4])\b")
_DAY = re.compile(r"\b(\d{1,2}) [A-Za-z]{3,}")
_YEAR = re.compile(r"\b(20\d\d)\b")
_RANGE = re.compile(r"\b([A-Z][a-z]{2})[a-z]*-([A-Z][a-z]{2})")
_DATES = re.compile(r"(\d{4})(?:-?Q([1-4])|-(\d{2})(?:-(\d{2}))?)?")
NO_OUTCOME = re.compile(r"forecast|estimate|planned|aladdin", re.IGNORECASE)
"""Words of a basis by which a figure is no outcome, or one of another scope."""


class Period(NamedTuple):
    """A time: `part` is the quarter or the month, and for a day its number within the year (month x 100 + day)."""

    step: str
    year: int
    part: int


def period(date: str, basis: str = "") -> Period | str | None:
    """The time of a row, why it is of none that can be used, or None where the date cannot be read.

    Args:
        date: `2019`, `2019-Q3`, `2019-03` or `2019-03-15`.
        basis: what the record says of a row with a year alone, such as `annual average` or `March 2019`.
    """
    found = _DATES.fullmatch(date.strip())
    if not found:
        return None
    year, quarter, month, day = (int(each) if each else 0 for each in found.groups())
    if NO_OUTCOME.search(basis):
        return f"{basis}: no outcome in the scope of the pack"
    if quarter:
        return Period("quarter", year, quarter)
    if month > len(MONTHS):
        return None
    if month:
        return Period("day", year, 100 * month + day) if day else Period("month", year, month)
    return _by_words(year, basis)


def _by_words(year: int, basis: str) -> Period | str:
    """What the words beside a year make of it."""
    if found := _RANGE.search(basis):
        first, last = (MONTHS.index(each.lower()) for each in found.groups())
        if (first, last) == (0, 11):
            return Period("year", year, 0)
        if last - first == 2 and first % 3 == 0:
            return Period("quarter", year, first // 3 + 1)
        return f"{basis}: a part of a year that is no quarter"
    if found := _QUARTER.search(basis):
        return Period("quarter", year, int(found.group(1)))
    months = _MONTH.findall(basis)
    if not months:
        return Period("year", year, 0)
    named = _YEAR.search(basis)
    at, month = int(named.group(1)) if named else year, MONTHS.index(months[0].lower()) + 1
    day = _DAY.search(basis)
    return Period("day", at, 100 * month + int(day.group(1))) if day else Period("month", at, month)


def name_of(step: str, year: int, part: int = 0) -> str:
    """How a time is written.

    >>> name_of("quarter", 2019, 3), name_of("year", 2019), name_of("day", 2019, 1105)
    ('2019-Q3', '2019', '2019-11-05')
    """
    month, day = divmod(part, 100)
    return {
        "year": f"{year}",
        "quarter": f"{year}-Q{part}",
        "month": f"{year}-{part:02d}",
        "day": f"{year}-{month:02d}-{day:02d}",
    }[step]


FILE = "record_names.csv"
NATION = "China"
NATIONAL = ("CN", NATION)
"""What the record calls the whole country."""
TAKES = ("mean", "sum", "end", "level")
"""How figures of shorter periods make one of a longer: a price, a flow, a stock, and a rate at which it runs."""


@dataclass(frozen=True)
class Name:
    """A series of the record.

    Attributes:
        name: what the record calls it; `*` stands for any letters.
        series: the model's series, empty where it has none.
        take: one of `TAKES`.
        factor: times the record gives the model's unit.
        region: the region where the name says it; else the row's own.
        why: why it is not scored.
        rank: the lower, the sooner it is taken where several tell the same.
    """

    name: str
    series: str
    take: str
    factor: float
    region: str
    why: str
    rank: int


def read_names(folder: Path) -> tuple[Name, ...]:
    """The names that a pack's folder gives.

    Raises:
        UsageError: the pack has none, so nothing can be held against a record.
    """
    path = folder / FILE
    if not path.is_file():
        raise UsageError(f"the pack in {folder} has no {FILE}: there is no record to hold it against")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Name(row["name"], row["series"], row["take"], float(row["factor"] or 1.0), *place, rank)
            for rank, row in enumerate(csv.DictReader(file))
            for place in [(row["region"], row["why"])]
        )


def called(name: str, names: tuple[Name, ...]) -> Name | None:
    """What a name of the record stands for: itself, a pattern, or a series of the model by its own name."""
    for match in (lambda each: each.name == name, lambda each: fnmatchcase(name, each.name)):
        found = next((each for each in names if match(each)), None)
        if found:
            return found
    own = next((each for each in names if each.series == name), None)
    return Name(name, name, own.take, 1.0, "", "", own.rank) if own else None
