"""A copy of the shipped pack that a test may spoil, and how to plant one fault in it.

Faults are planted one at a time, so that a test also shows that nothing else was wrong.
"""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario.pack import files_of, read_pack
from sim.scenario.problems import InvalidScenarioError, Problem
from sim.scenario.register import Changes

SHIPPED = Path(__file__).parents[2] / "scenarios" / "china_alumina"

Records = list[dict[str, str]]


def copy_of_pack(folder: Path) -> Path:
    """Put the files of the shipped pack into a folder."""
    for name in files_of(SHIPPED):
        shutil.copy(SHIPPED / name, folder / name)
    return folder


def edit(folder: Path, table: str, change: Callable[[Records], object]) -> None:
    """Change the records of a table; the columns are those of its first record."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        records = list(csv.DictReader(stream))
    change(records)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def put(folder: Path, table: str, row_id: str, **cells: str) -> None:
    """Set cells of one row; an id that is not there fails the test."""

    def change(records: Records) -> None:
        next(record for record in records if record["id"] == row_id).update(cells)

    edit(folder, table, change)


def rewrite(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path, changes: Changes | None = None) -> list[Problem]:
    """Give everything that reading the pack finds wrong; that nothing is wrong fails the test."""
    with pytest.raises(InvalidScenarioError) as caught:
        read_pack(folder, changes)
    return list(caught.value.problems)


def the_problem(folder: Path, changes: Changes | None = None) -> Problem:
    """Give the one thing that reading the pack finds wrong."""
    (found,) = problems(folder, changes)
    return found
