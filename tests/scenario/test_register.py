"""Reading the CSV files of a pack: what a cell, a row and a table must be, and how a fault in one is told."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.scenario.load import check
from sim.scenario.pack import read_pack
from sim.scenario.problems import Place, told
from sim.scenario.shelf import shipped_folder
from tests.scenario.planted import copy_of_pack, edit, problems, put, rewrite, the_problem
from tests.work import Work, counted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack that a test may spoil."""
    return copy_of_pack(tmp_path)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"nameplate_mt": "many"}, "should be a number, not 'many' (Mt/yr, allowed 0 to 15)"),
        ({"nameplate_mt": "1_0"}, "should be a number, not '1_0' (Mt/yr, allowed 0 to 15)"),
        ({"nameplate_mt": "inf"}, "should be a number, not 'inf' (Mt/yr, allowed 0 to 15)"),
        ({"nameplate_mt": "-1"}, "-1.0 is below the minimum 0 Mt/yr (allowed 0 to 15)"),
        ({"imported_share": "60"}, "60.0 is above the maximum 1 share (allowed 0 to 1)"),
        ({"started_year": "2006.5"}, "should be a whole number, not '2006.5' (year, allowed 1900 to 2100)"),
        ({"coastal": "yes"}, "should be true or false, not 'yes'"),
        ({"nameplate_mt": ""}, "is missing (Mt/yr, allowed 0 to 15)"),
        ({"source": ""}, "is missing"),
        ({"status": ""}, "is missing (one of: data, derived, literature, assumption, synthetic)"),
        ({"digestion": "hot"}, "'hot' is not one of: low, high, mixed"),
    ],
)
def test_a_bad_cell_is_told_with_line_column_and_what_is_allowed(
    folder: Path, cells: dict[str, str], told: str
) -> None:
    put(folder, "refineries", "weiqiao-zouping", **cells)

    found = the_problem(folder)

    # It is the first row, so it stands on the second line.
    assert found.place == Place(str(folder / "refineries.csv"), 2)
    assert (found.path, found.message) == (f"weiqiao-zouping.{next(iter(cells))}", told)


def test_a_bad_row_does_not_make_those_that_name_it_bad(folder: Path) -> None:
    put(folder, "regions", "shanxi", haul_cny_per_t="far")

    assert the_problem(folder).path == "shanxi.haul_cny_per_t"


def test_an_id_given_twice_names_both_lines(folder: Path) -> None:
    edit(folder, "ores", lambda records: records.append(dict(records[0])))

    found = the_problem(folder)

    assert (found.line, found.message) == (6, "id 'guinea' is given twice: on line 2 and here")


def test_an_unknown_column_names_the_nearest(folder: Path) -> None:
    edit(folder, "ores", lambda records: records[0].update(silica_shar=""))

    found = the_problem(folder)

    assert (found.line, found.path, found.nearest) == (1, "silica_shar", "silica_share")


def test_a_line_with_a_comma_too_many_is_told(folder: Path) -> None:
    rewrite(folder, "ores.csv", "guinea,Guinea gibbsite", "guinea,Guinea, gibbsite")

    assert "has 14 cells, the first line names 13 columns" in the_problem(folder).message


def test_a_missing_column_is_told_once(folder: Path) -> None:
    rewrite(folder, "ores.csv", "ignition_share", "")

    assert "columns are missing: ignition_share" in [found.message for found in problems(folder)]


@pytest.mark.parametrize("content", [b"", b"\xff\xfei\x00d\x00", b'id,name\n"a,b\n', b"id\x00,name\n"])
def test_a_file_that_is_not_csv_is_told(folder: Path, content: bytes) -> None:
    (folder / "ores.csv").write_bytes(content)

    assert {Path(found.file).name for found in problems(folder)} == {"ores.csv"}


def test_of_thousands_of_bad_rows_a_hundred_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    toy = Path(shutil.copytree(shipped_folder() / "toy", tmp_path / "toy"))
    bad = "".join(f"plant{number},much,too,few,cells\n" for number in range(6_000))
    with (toy / "refineries.csv").open("a", encoding="utf-8") as stream:
        stream.write(bad)
    (tmp_path / "own.yaml").write_text("question: How many?\npack: toy\n", encoding="utf-8")

    with counted(Work(most=3_000_000)):
        problems, _ = check([tmp_path / "own.yaml"])

    lines = told(problems)
    assert len(lines) <= 101 and re.search("and [0-9,]+ more problems", lines[-1])


SPREADSHEET = {
    "a mark of UTF-8": lambda raw: b"\xef\xbb\xbf" + raw,
    "line ends of Windows": lambda raw: raw.replace(b"\n", b"\r\n"),
    "booleans in capitals": lambda raw: raw.replace(b"true", b"TRUE").replace(b"false", b"False"),
    "years with a nought behind the point": lambda raw: re.sub(rb",(20[01][0-9]),", rb",\1.0,", raw),
    "semicolons": lambda raw: raw.replace(b",", b";"),
    "empty rows": lambda raw: raw + b"\n,,,,,,,,\n",
    "empty columns": lambda raw: raw.replace(b"\n", b",,\n"),
}
"""What a spreadsheet makes of a table when it saves it."""


@pytest.mark.parametrize("saved", SPREADSHEET.values(), ids=list(SPREADSHEET))
def test_a_table_may_come_from_a_spreadsheet(tmp_path: Path, saved: Callable[[bytes], bytes]) -> None:
    toy = Path(shutil.copytree(shipped_folder() / "toy", tmp_path / "toy"))
    table, before = toy / "refineries.csv", read_pack(toy).refineries
    raw = table.read_bytes()

    table.write_bytes(saved(raw))

    assert table.read_bytes() != raw
    assert read_pack(toy).refineries == before


def test_an_invisible_space_in_a_name_is_told(folder: Path) -> None:
    table = folder / "groups.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Chalco", "Chal\u200bco", 1), encoding="utf-8")

    assert "invisible" in the_problem(folder).message
