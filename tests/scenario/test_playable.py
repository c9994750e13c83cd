"""What `validate` passes can be run: packs that make sense row by row, and of which no world could be opened."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.run import run
from sim.scenario.load import check
from sim.scenario.problems import InvalidScenarioError
from tests.packs import Edit, Records, edited


def without(wrong: Callable[[dict[str, str]], bool]) -> Edit:
    """Leave out some rows."""
    return lambda records: [each for each in records if not wrong(each)]


def put(row: str, **cells: str) -> Edit:
    """Set cells of a row, of all rows where none is named."""
    return lambda records: [{**each, **cells} if row in ("", each["id"]) else each for each in records]


def add(**cells: str) -> Edit:
    """Add a row like the first one."""
    return lambda records: [*records, {**records[0], **cells}]


def ring(records: Records) -> Records:
    """Companies that hold all of one another, besides those that are there."""
    pairs = [("alfa", "beta"), ("beta", "gamma"), ("gamma", "alfa")]
    kept = [each for each in records if each["held"] not in ("alfa", "beta", "gamma")]
    return kept + [
        {**records[0], "share_ppm": "1000000", "id": f"{holder}>{held}", "holder": holder, "held": held}
        for holder, held in pairs
    ]


def per_cent(records: Records) -> Records:
    """Stakes in per cent."""
    return [{**each, "share_ppm": str(int(each["share_ppm"]) // 10_000)} for each in records]


FAULTS: list[tuple[str, Edit, str]] = [
    ("smelters", without(lambda row: True), "needs a smelter with a capacity_mt above 0"),
    ("smelters", put("", capacity_mt="0"), "needs a smelter with a capacity_mt above 0"),
    ("refineries", put("", state="mothballed"), "needs a refinery that is installed, operating"),
    ("mud_uses", without(lambda row: True), "needs a use of red mud"),
    (
        "markets",
        put("russia", kind="export"),
        "is the second market of kind export",
    ),
    ("markets", put("export_ports", kind="russia"), "needs a market of kind export"),
    ("ores", put("guinea", id="gabon"), "needs the ore 'guinea'"),
    ("ores", put("guinea", silica_share="0"), "0 is not possible: every such ore has some silica"),
    (
        "history",
        without(lambda row: row["series"] == "fob"),
        "the series 'fob' (USD/t) has no value for 2024-4",
    ),
    ("history", without(lambda row: row["id"] == "alumina_price@2024-4"), "has no value for 2024-4"),
    ("stakes", ring, "alfa>beta.holder: 'beta' and those who hold it hold all of one another"),
    ("stakes", per_cent, "stakes in 'beta-inland' add up to 100 ppm; 60 per cent are 600000 parts"),
    ("groups", put("beta", id="nan"), "nan.id: 'nan' means a missing value to readers of tables"),
    ("groups", put("beta", id="NA"), "NA.id: 'NA' means a missing value to readers of tables"),
    ("smelters", put("alfa-metal", id="alfa"), "alfa.id: 'alfa' is an id in"),
    (
        "refineries",
        put("alfa-coast", started_year="2030"),
        "2030 is after the base year 2025: that is a row of",
    ),
    ("history", put("coal@2025-1", value="0"), "coal@2025-1.value: 0 is not above 0"),
]


@pytest.mark.parametrize(("table", "edit", "told"), FAULTS)
def test_what_could_not_be_opened_is_told_with_its_file(
    tmp_path: Path, table: str, edit: Edit, told: str
) -> None:
    with pytest.raises(InvalidScenarioError) as caught:
        edited(tmp_path, "toy", table, edit)

    found = [str(each) for each in caught.value.problems if told in str(each)]
    assert found and f"{table}.csv" in found[0], "\n".join(map(str, caught.value.problems))


@pytest.mark.parametrize("table", ["importers", "mines", "projects", "targets"])
def test_a_pack_without_what_no_industry_needs_is_played(tmp_path: Path, table: str) -> None:
    lean = edited(tmp_path, "toy", table, without(lambda row: True))

    assert not getattr(lean.pack, table)
    assert (run(lean, set=["years.end_year=2026"]).quarters["price_cny_per_t"] > 0.0).all()


def test_a_mothballed_plant_stands_idle_at_the_start_and_makes_nothing(tmp_path: Path) -> None:
    usual = edited(tmp_path / "a", "toy", "refineries", lambda records: records)
    plant = next(row for row in usual.pack.refineries if row.installed)
    idle = edited(tmp_path / "b", "toy", "refineries", put(plant.id, state="mothballed"))

    books = [run(each, set=["years.end_year=2026"]).world.base_book for each in (usual, idle)]

    assert books[0].made_mt[0] > 0.0 == books[1].made_mt[0]


def test_a_pipe_in_place_of_a_table_is_no_file_and_waits_for_nobody(tmp_path: Path) -> None:
    edited(tmp_path, "toy", "stakes", lambda records: records)
    table = tmp_path / "toy" / "stakes.csv"
    table.unlink()
    os.mkfifo(table)

    problems, _ = check([tmp_path / "edited.yaml"])

    assert [(each.file, each.message) for each in problems] == [(str(table), "is not a file")]
