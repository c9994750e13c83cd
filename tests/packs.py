"""Packs that differ from a shipped one by an edit, in a folder of their own with a scenario beside them."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.scenario.load import Scenario, load
from sim.scenario.pack import files_of

SHELF = Path(__file__).parents[1] / "scenarios"

SHIPPED = {"china_alumina": "baseline.yaml", "toy": "toy.yaml"}
"""The scenario that ships with each pack."""

Records = list[dict[str, str]]
Edit = Callable[[Records], Records]


def edited(folder: Path, pack: str, table: str, edit: Edit, **overrides: Any) -> Scenario:
    """Give the shipped scenario of a pack with one of its tables edited.

    Args:
        folder: an empty folder for the copy.
        pack: `china_alumina` or `toy`.
        table: name of the table.
        edit: takes the records of the table and gives those of the copy.
        overrides: changes as for `load`.
    """
    (folder / pack).mkdir(parents=True)
    for name in files_of(SHELF / pack):
        shutil.copy(SHELF / pack / name, folder / pack / name)
    path = folder / pack / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        records = list(csv.DictReader(stream))
    columns = list(records[0])
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(edit(records))
    scenario = folder / "edited.yaml"
    shutil.copy(SHELF / SHIPPED[pack], scenario)
    return load(scenario, **overrides)
