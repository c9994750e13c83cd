"""The workbook: its numbers are those of the CSV files, its charts are the spreadsheet's own, nothing in it acts."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from sim.cli import main
from sim.core.cells import unshielded
from sim.report.answer import answer
from sim.report.dictionary import TABLES
from sim.report.exchange import read_results
from sim.report.workbook import CHARTS, FILE, FIRST_ROW, assumptions, holdings, write_workbook
from sim.results import Results
from sim.run import Run, check_place, write_run
from tests.patience import HANG_GUARD_SECONDS

SHEETS = {"refineries": "plants", "groups": "owners"}


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three years of the baseline, with its workbook in it."""
    assert isinstance(results, Run)
    place = write_run(results, tmp_path_factory.mktemp("outputs") / "0")
    assert main(["report", str(place), "--xlsx"]) == 0
    return place


@pytest.fixture(scope="module")
def book(folder: Path) -> Any:
    """Its workbook as another program reads it."""
    return load_workbook(folder / FILE)


def rows(book: Any, sheet: str) -> list[list[Any]]:
    """Give the values of a sheet under its head."""
    return [[cell.value for cell in row] for row in book[sheet].iter_rows(min_row=FIRST_ROW + 1)]


@pytest.mark.parametrize("table", [name for name in TABLES if name not in ("decisions", "deal_classes")])
def test_the_numbers_of_a_sheet_are_those_of_its_file(folder: Path, book: Any, table: str) -> None:
    written = pd.read_csv(folder / f"{table}.csv", keep_default_na=False, na_values={})
    sheet = SHEETS.get(table, table)
    head = [cell.value for cell in book[sheet][FIRST_ROW - 1]]

    found = pd.DataFrame(rows(book, sheet), columns=head)

    assert head == written.columns.tolist()
    assert len(found) == len(written)
    for column in head:
        if written[column].dtype.kind in "iufb":
            assert found[column].tolist() == written[column].tolist(), column
        else:
            texts = [unshielded(text) for text in written[column].astype(str)]
            assert ["" if value is None else str(value) for value in found[column]] == texts, column


def test_under_the_names_stand_the_units(book: Any) -> None:
    units = {
        name.value: unit.value
        for name, unit in zip(book["years"][FIRST_ROW - 1], book["years"][FIRST_ROW], strict=True)
    }

    assert (units["price_cny_per_t"], units["capacity_mt"], units["cr5"]) == ("CNY/t", "Mt/yr", "share")


def test_charts_are_the_spreadsheets_own_and_point_to_years(book: Any) -> None:
    charts = book["charts"]._charts

    assert len(charts) == len(CHARTS)
    assert all("years" in line.val.numRef.f for chart in charts for line in chart.series)


def test_assumptions_have_value_unit_status_and_source(results: Results, book: Any) -> None:
    told = assumptions(results)

    assert len(told) == len(results.scenario.pack.provenance) == len(rows(book, "assumptions"))
    assert (told["status"].str.len() > 0).all() and (told["source"].str.len() > 0).all()
    assert told["value"].equals(told["pack_value"])


def test_holdings_are_whole_at_every_time(results: Results) -> None:
    held = holdings(results)

    for year in results.years["year"]:
        now = held[(held["from_year"] <= year) & ~(held["to_year"] <= year)]
        assert now.groupby("held")["share"].sum().sub(1.0).abs().max() < 1e-9


def test_the_first_sheet_says_what_came_out(book: Any) -> None:
    said = " ".join(str(row[0]) for row in book["answer"].iter_rows(values_only=True))

    assert book.sheetnames[:2] == ["answer", "charts"]
    assert "One run of one seed, not a forecast." in said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_sheet_has_the_answer_in_both_languages(folder: Path, lang: str, tmp_path: Path) -> None:
    assert main(["report", str(folder), "--xlsx", "--lang", lang, "--out", str(tmp_path)]) == 0

    sheet = load_workbook(tmp_path / FILE)["answer"]
    told = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=4, max_row=9)]
    assert told == [(each.title, each.text) for each in answer(read_results(folder), None, lang)]


def test_nothing_from_data_acts(hostile: Results, tmp_path: Path) -> None:
    pack = hostile.scenario.pack
    evil = ("=cmd|' /C calc'!A0", "@SUM(1)", "https://evil.example/", "{=1+1}")
    owners = dict(zip(hostile.groups["group"], evil, strict=False))
    groups = tuple(row.model_copy(update={"name": owners.get(row.id, row.name)}) for row in pack.groups)
    scenario = replace(hostile.scenario, pack=replace(pack, groups=groups))

    write_workbook(replace(hostile, scenario=scenario), tmp_path / FILE)

    book = load_workbook(tmp_path / FILE)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    told = {cell.value for row in book["owners"].iter_rows() for cell in row}
    assert evil[0] in told


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_workbook(read_results(folder), tmp_path / FILE)

    assert (tmp_path / FILE).read_bytes() == (folder / FILE).read_bytes()


def test_a_folder_gives_back_its_run(folder: Path, results: Results) -> None:
    again = read_results(folder)

    for name in TABLES:
        pd.testing.assert_frame_equal(
            getattr(again, name), getattr(results, name), check_dtype=False, rtol=1e-11
        )
    for year in results.years["year"]:
        mine, theirs = (each.ownership(year) for each in (again, results))
        assert dict(mine.nodes) == dict(theirs.nodes)
        assert dict(mine.edges) == dict(theirs.edges)


def test_a_folder_with_a_workbook_is_still_a_run(folder: Path) -> None:
    check_place(folder, force=True)


@pytest.mark.parametrize("content", [b"", b"<graphml/>", b"<graphml", None])
def test_a_damaged_graph_is_told_in_one_line(
    folder: Path, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(shutil.copytree(folder, tmp_path / "0"))
    graph = place / "ownership.graphml"
    graph.unlink() if content is None else graph.write_bytes(content)

    assert main(["report", str(place), "--xlsx"]) == 2

    assert "ownership.graphml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "spoil"),
    [
        ("years", lambda rows: rows[:-1]),
        ("groups", lambda rows: rows[:0]),
        ("regions", lambda rows: rows[:-1]),
        ("refineries", lambda rows: rows.assign(region="atlantis")),
    ],
)
def test_a_table_with_gaps_is_told_in_one_line(
    folder: Path,
    tmp_path: Path,
    table: str,
    spoil: Callable[[pd.DataFrame], pd.DataFrame],
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = Path(shutil.copytree(folder, tmp_path / "0"))
    rows = pd.read_csv(place / f"{table}.csv", dtype=str, keep_default_na=False)
    spoil(rows).to_csv(place / f"{table}.csv", index=False)

    assert main(["report", str(place), "--xlsx"]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert f"{table}.csv is damaged" in line


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_opens_and_converts_it(folder: Path, tmp_path: Path) -> None:
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    call = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        every_sheet,
    ]
    subprocess.run(
        [*call, "--outdir", str(tmp_path), str(folder / FILE)],
        check=True,
        capture_output=True,
        timeout=HANG_GUARD_SECONDS,
    )

    stem = Path(FILE).stem
    for sheet, name in {
        "years": "years",
        "plants": "refineries",
        "regions": "regions",
        "deals": "deals",
    }.items():
        again = pd.read_csv(tmp_path / f"{stem}-{sheet}.csv", header=1, skiprows=[2])
        told = pd.read_csv(folder / f"{name}.csv")
        assert list(again.columns) == list(told.columns)
        for column in told.select_dtypes("number"):
            numbers = [_number(each) for each in again[column]]
            assert numbers == pytest.approx(told[column].to_list(), rel=1e-9, nan_ok=True), (sheet, column)


def _number(cell: object) -> float:
    """Give what a cell says, shares in per cent as well."""
    text = str(cell)
    return float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
