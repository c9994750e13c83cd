"""What the record calls a series, and which of the model's it is held against."""

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sim.core.errors import UsageError

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
            Name(
                row["name"],
                row["series"],
                row["take"],
                float(row["factor"] or 1.0),
                row["region"],
                row["why"],
                rank,
            )
            for rank, row in enumerate(csv.DictReader(file))
        )


def called(name: str, names: tuple[Name, ...]) -> Name | None:
    """What a name of the record stands for: itself, a pattern, or a series of the model by its own name."""
    for match in (lambda each: each.name == name, lambda each: fnmatchcase(name, each.name)):
        found = next((each for each in names if match(each)), None)
        if found:
            return found
    own = next((each for each in names if each.series == name), None)
    return Name(name, name, own.take, 1.0, "", "", own.rank) if own else None
