"""A pack of one's own: begun by a command, changed as a user would, and played from end to end."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.core.units import fields_of
from sim.opening import open_world
from sim.scenario.load import check, load
from sim.scenario.row import Row
from sim.scenario.rows import TABLES
from sim.scenario.subject import Subject
from sim.study.base_year import residuals

Rows = list[dict[str, str]]
ELSEWHERE = re.compile(r"\b(China|Chinese|Guangxi|NDRC)\b")
"""What a pack about another country has no reason to name."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a new pack in it."""
    monkeypatch.chdir(tmp_path)
    assert main(["pack", "new", "island"]) == 0
    return tmp_path / "scenarios" / "island"


def edit(folder: Path, table: str, change: Callable[[Rows], Rows]) -> None:
    """Change a table of a pack as a spreadsheet would."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))


def moved_to(folder: Path, base_year: int) -> None:
    """Make another year the base year."""
    subject = folder / "industry.yaml"
    subject.write_text(subject.read_text(encoding="utf-8").replace("2025", str(base_year)), encoding="utf-8")
    shift = base_year - 2025

    def dated(rows: Rows) -> Rows:
        years = [int(row["year"]) + shift for row in rows]
        return [
            {**row, "year": str(year), "id": f"{row['series']}@{year}-{row['quarter']}"}
            for row, year in zip(rows, years, strict=True)
        ]

    edit(folder, "history", dated)
    (folder.parent / "island.yaml").write_text("question: What then?\npack: island\n", encoding="utf-8")


def inland(folder: Path) -> None:
    """Another country and year: nothing sold to Russia, no place at a shore, one plant that stands idle."""
    moved_to(folder, 2022)
    edit(folder, "markets", lambda rows: [row for row in rows if row["kind"] != "russia"])
    edit(folder, "freight", lambda rows: [row for row in rows if row["destination"] != "russia"])
    edit(folder, "regions", lambda rows: [{**row, "shore": "false"} for row in rows])
    edit(
        folder,
        "refineries",
        lambda rows: [{**row, "state": "mothballed"} if row["id"] == "gamma-inland" else row for row in rows],
    )


def test_a_new_pack_validates_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "island"]) == 0
    assert load("island").pack.folder == Path("scenarios/island")


def test_a_pack_from_the_shipped_industry_validates_too() -> None:
    assert main(["pack", "new", "elsewhere/mine", "--from", "china_alumina"]) == 0
    assert check(["elsewhere/mine.yaml"]) == ([], [])


def test_the_guide_has_every_column_with_what_it_means(folder: Path) -> None:
    told = (folder / "README.md").read_text(encoding="utf-8")
    declared = [
        (name, field) for kind in (Subject, Row, *TABLES.values()) for name, field in fields_of(kind).items()
    ]

    for name, field in declared:
        meaning = " ".join((field.description or "").split())
        assert any(line.startswith(f"- `{name}`") and line.endswith(meaning) for line in told.splitlines())
    for needed in (
        "a market of kind export",
        "`fob` (USD/t): 2024-4, 2025-1",
        "`coal` (CNY/t): 2024-4",
        "`rate_PROVINCE`",
    ):
        assert needed in told


def test_a_pack_of_another_country_is_played_compared_and_shown(folder: Path) -> None:
    inland(folder)
    Path("stop.yaml").write_text(
        "extends: island\nshocks:\n"
        "  - {id: stop, variable: refining, size_ratio: 0.3, start_year: 2024, duration_quarters: 4}\n",
        encoding="utf-8",
    )

    assert check(["island", "stop.yaml"]) == ([], [])
    results = sim.run("island", set={"years.end_year": 2025})
    assert results.years["year"].tolist() == [2023, 2024, 2025]
    assert "guangxi_share" not in results.years
    opened = open_world(load("island"))
    assert opened.base_book.made_mt[opened.refineries.keys.index("gamma-inland")] == 0.0
    assert main(["run", "island", "--out", "out", "--years", "2023:2025"]) == 0
    assert main(["compare", "island", "stop.yaml", "--runs", "2", "--years", "2023:2025"]) == 0
    named = [
        f"{path}: {line[found.start() - 60 : found.end() + 60]}"
        for path in [*Path("out").rglob("*.csv"), Path("out/report.html")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if "aliases" not in line and "jdEpoch" not in line and "substituteChineseDigits" not in line
        for found in ELSEWHERE.finditer(line)
    ]
    assert [each for each in named if "smelters were to go to Chinalco" not in each] == []


def test_the_base_year_of_any_pack_is_held_against_its_targets(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = {"period": "2025-Q4"}
    rate = {"id": "coast", "measure": "rate_coast", "value": "0.9", "unit": "share", **last}
    gap = {"id": "gap", "measure": "price_gap_inland_coast", "value": "0", "unit": "CNY/t", **last}
    edit(folder, "targets", lambda rows: [*rows, {**rows[0], **rate}, {**rows[0], **gap}])

    found = {each.target.measure: each.model for each in residuals(load("island"))}
    assert found["installed_mt"] == 5.0
    assert 0.0 < found["rate_coast"] <= 0.9
    assert abs(found["price_gap_inland_coast"]) < 1000.0
    assert main(["describe", "calibration", "--pack", "island"]) == 0
    told = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["coast", "0.9"] in told and ["gap", "0"] in told


FAULTS: list[tuple[str, Callable[[Rows], Rows], str]] = [
    (
        "targets",
        lambda rows: [{**rows[0], "measure": "rate_cost"}],
        "no measure 'rate_cost' of the base year (did you",
    ),
    (
        "targets",
        lambda rows: [{**rows[0], "measure": "rate_coast", "period": "2025"}],
        "'rate_coast' is told by quarter, and '2025' is none (did you mean '2025-Q4'",
    ),
    (
        "targets",
        lambda rows: [{**rows[0], "period": "2025-Q4"}],
        "'installed_mt' is told by year, and '2025-Q4' is none (did you mean '2025'",
    ),
    ("history", lambda rows: rows[1:], "the series 'guinea_ore' has no value for 2024-4"),
    ("markets", lambda rows: rows[:2], "needs a market of kind export"),
]


def test_levers_are_tried_in_places_that_there_are(folder: Path) -> None:
    subject = folder / "industry.yaml"
    text = subject.read_text(encoding="utf-8")
    subject.write_text(
        text.replace("{regions: [coast], port: harbour}", "{regions: [cost], port: bay}"), encoding="utf-8"
    )

    told = [f"{each.path}: {each.message}" for each in check(["island"])[0]]
    assert told == ["levers.regions: no row has the id 'cost'", "levers.port: no row has the id 'bay'"]


@pytest.mark.parametrize(("table", "change", "told"), FAULTS)
def test_what_a_pack_lacks_is_told(
    folder: Path, table: str, change: Callable[[Rows], Rows], told: str
) -> None:
    edit(folder, table, change)

    assert any(told in str(each) for each in check(["island"])[0])


def test_numbers_of_the_size_of_another_industry_are_remarked(folder: Path) -> None:
    edit(folder, "smelters", lambda rows: [{**row, "capacity_mt": "5"} for row in rows])

    problems, remarks = check(["island"])
    assert problems == []
    assert [each.path for each in remarks] == ["market.metal_cap_mt"]


def test_a_policy_on_a_market_that_is_not_there_is_remarked(folder: Path) -> None:
    inland(folder)
    Path("sell.yaml").write_text(
        "extends: island\npolicies:\n  - {id: sell, type: standing_exports, start_year: 2024, exports_mt: 1}\n",
        encoding="utf-8",
    )

    problems, remarks = check(["sell.yaml"])
    assert problems == []
    assert [each.message for each in remarks] == ["does nothing: the pack has no market of standing exports"]


@pytest.mark.parametrize("name", ["toy", "baseline", "Island", "island", "9lives"])
def test_a_pack_is_never_written_over_another(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.parent.iterdir())

    assert main(["pack", "new", name]) == 2
    assert name in capsys.readouterr().err
    assert sorted(folder.parent.iterdir()) == before
