"""What the rows of a pack must be to one another: one planted fault for each check."""

from pathlib import Path

import pytest

from sim.scenario.pack import read_pack
from sim.scenario.sense import CHECKS
from tests.scenario.planted import SHIPPED, Records, copy_of_pack, edit, problems, put, the_problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack that a test may spoil."""
    return copy_of_pack(tmp_path)


@pytest.mark.parametrize(
    ("table", "row_id", "cells", "path", "nearest"),
    [
        ("refineries", "weiqiao-zouping", {"company": "hongtwo"}, "weiqiao-zouping.company", "hongtuo"),
        ("refineries", "weiqiao-zouping", {"region": "shandon"}, "weiqiao-zouping.region", "shandong"),
        ("projects", "zhongsilu-fcg", {"company": "joinwold"}, "zhongsilu-fcg.company", "joinworld"),
        ("smelters", "hongqiao-shandong", {"company": "hongtwo"}, "hongqiao-shandong.company", "hongtuo"),
        ("smelters", "hongqiao-shandong", {"market": "shandon"}, "hongqiao-shandong.market", "shandong"),
        ("importers", "ind-hongqiao", {"company": "whv"}, "ind-hongqiao.company", "whw"),
        ("regions", "henan", {"ore": "nort"}, "henan.ore", "north"),
        ("smelters", "jisco-jyg", {"neighbour": "chalco-dalia"}, "jisco-jyg.neighbour", "chalco-dalian"),
        ("projects", "zhongsilu-fcg", {"region": "guangxi_cost"}, "zhongsilu-fcg.region", "guangxi_coast"),
    ],
)
def test_a_name_without_a_row_is_told_with_the_nearest(
    folder: Path, table: str, row_id: str, cells: dict[str, str], path: str, nearest: str
) -> None:
    put(folder, table, row_id, **cells)

    found = the_problem(folder)

    assert (found.path, found.nearest) == (path, nearest)


@pytest.mark.parametrize(
    ("column", "name", "nearest"),
    [("origin", "gansuu", "gansu"), ("origin", "import", "imports"), ("destination", "henam", "henan")],
)
def test_freight_from_or_to_nowhere_is_told(folder: Path, column: str, name: str, nearest: str) -> None:
    put(folder, "freight", "gansu>henan", **{column: name})

    assert nearest in [found.nearest for found in problems(folder)]


@pytest.mark.parametrize("column", ["holder", "held"])
def test_a_stake_of_or_in_nobody_is_told(folder: Path, column: str) -> None:
    # The stake of Mengdong in Baiyinhua; the names differ by a letter from those of the rows.
    put(folder, "stakes", "mengdong>baiyinhua", **{column: {"holder": "mengdon", "held": "baiyinhu"}[column]})

    found = {problem.path: problem.nearest for problem in problems(folder)}

    nearest = {"holder": "mengdong", "held": "baiyinhua"}[column]
    assert found[f"mengdong>baiyinhua.{column}"] == nearest


def test_a_refinery_project_needs_a_region(folder: Path) -> None:
    put(folder, "projects", "zhongsilu-fcg", region="")

    assert the_problem(folder).message == "a project of kind refinery needs it"


def test_a_project_abroad_needs_its_importer(folder: Path) -> None:
    abroad = next(row for row in read_pack(SHIPPED).projects if row.kind == "overseas_refinery")
    put(folder, "projects", abroad.id, importer="")

    assert the_problem(folder).path == f"{abroad.id}.importer"


def test_a_smelter_in_a_market_that_is_no_smelting_market_is_told(folder: Path) -> None:
    put(folder, "smelters", "hongqiao-shandong", market="russia")

    assert the_problem(folder).message == "'russia' is not a market of kind smelting"


@pytest.mark.parametrize(
    ("table", "row_id", "wrong"),
    [
        ("freight", "gansu>henan", "gansu>shanxi2"),
        ("stakes", "mengdong>baiyinhua", "mengdong>other"),
        ("history", "coal@2025-1", "coal@2025-9"),
    ],
)
def test_an_id_that_does_not_fit_its_row_is_told_with_the_one_that_does(
    folder: Path, table: str, row_id: str, wrong: str
) -> None:
    put(folder, table, row_id, id=wrong)

    assert the_problem(folder).nearest == row_id


def test_stakes_of_more_than_the_whole_are_told(folder: Path) -> None:
    def change(records: Records) -> None:
        whole = next(record for record in records if record["id"] == "mengdong>baiyinhua")
        records.append({**whole, "id": "antam>baiyinhua", "holder": "antam", "share_ppm": "1"})

    edit(folder, "stakes", change)

    # 1,000,000 ppm that are there and 1 more, counted as stakes and as votes.
    assert [found.message.split(" in ")[0] for found in problems(folder)] == [
        "current stakes",
        "current votes",
    ]


def test_a_planned_stake_does_not_count_towards_the_whole(folder: Path) -> None:
    def change(records: Records) -> None:
        whole = next(record for record in records if record["id"] == "mengdong>baiyinhua")
        records.append({**whole, "id": "antam>baiyinhua", "holder": "antam", "state": "planned"})

    edit(folder, "stakes", change)

    assert read_pack(folder).stakes[-1].state == "planned"


def test_a_company_that_holds_itself_is_told(folder: Path) -> None:
    put(folder, "stakes", "mind-id>antam", id="antam>antam", holder="antam")

    assert the_problem(folder).message == "'antam' holds itself"


def test_a_company_without_an_owner_is_told(folder: Path) -> None:
    company = next(row for row in read_pack(SHIPPED).groups if row.kind == "company").id

    def change(records: Records) -> None:
        records[:] = [record for record in records if record["held"] != company]

    edit(folder, "stakes", change)

    assert the_problem(folder).path == f"{company}.kind"


@pytest.mark.parametrize("origin", ["gansu", "imports"])
def test_freight_that_is_missing_is_told(folder: Path, origin: str) -> None:
    def change(records: Records) -> None:
        records[:] = [record for record in records if record["id"] != f"{origin}>henan"]

    edit(folder, "freight", change)

    assert the_problem(folder).message == f"no freight from '{origin}' to: henan"


@pytest.mark.parametrize(
    ("table", "row_id", "column"),
    [("refineries", "huaqing-xiaoyi", "nameplate_mt"), ("smelters", "hongqiao-shandong", "capacity_mt")],
)
def test_a_site_of_impossible_size_is_told(folder: Path, table: str, row_id: str, column: str) -> None:
    # The mothballed refinery is outside the installed total, so only its size is wrong.
    put(folder, table, row_id, **{column: "8.1"})

    assert the_problem(folder).message == "8.1 Mt/yr at one site is implausible (at most 8)"


def test_a_national_total_off_the_target_is_told(folder: Path) -> None:
    # 4.0 Mt becomes 5.2: 111.52 of 110.32 is 1.09 % too much, above the 1 % of slack.
    put(folder, "refineries", "weiqiao-zouping", nameplate_mt="5.2")

    assert "add up to 111.52 Mt/yr, the target says 110.32" in the_problem(folder).message


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"alumina_share": "0.04"}, "alumina_share"),
        ({"ignition_share": "0.60"}, "ignition_share"),
        # 1/((0.45 - 0.028) x 0.4) = 5.9 t of ore for a tonne.
        ({"recovery_share": "0.4"}, "recovery_share"),
    ],
)
def test_an_ore_that_cannot_be_refined_is_told(folder: Path, cells: dict[str, str], column: str) -> None:
    put(folder, "ores", "guinea", **cells)

    assert the_problem(folder).path == f"guinea.{column}"


def test_a_series_that_changes_its_unit_is_told(folder: Path) -> None:
    put(folder, "history", "coal@2025-3", unit="USD/t")

    assert the_problem(folder).path == "coal@2025-3.unit"


def test_a_region_without_limits_is_told(folder: Path) -> None:
    edit(
        folder,
        "limits",
        lambda records: records.remove(next(row for row in records if row["id"] == "yunnan")),
    )

    assert the_problem(folder).message == "no limits of: yunnan"


def test_limits_of_no_region_are_told(folder: Path) -> None:
    edit(folder, "limits", lambda records: records.append({**records[0], "id": "shandon"}))

    assert the_problem(folder).nearest == "shandong"


def test_a_mine_of_nobody_is_told(folder: Path) -> None:
    put(folder, "mines", "winning-boke", owner="hongqia")

    found = the_problem(folder)

    assert (found.path, found.nearest, found.message) == (
        "winning-boke.owner",
        "hongqiao",
        "no row has the id 'hongqia'",
    )


def test_a_mine_of_an_owner_without_plants_is_taken(folder: Path) -> None:
    put(folder, "mines", "winning-boke", owner="sasac")

    assert any(row.held_by == "sasac" for row in read_pack(folder).mines)


def test_a_mine_may_be_named_like_its_owner(folder: Path) -> None:
    def change(records: Records) -> None:
        records.append({**records[0], "id": "xinfa", "owner": ""})

    edit(folder, "mines", change)

    assert read_pack(folder).mines[-1].held_by == "xinfa"


@pytest.mark.parametrize(
    ("cells", "path", "message"),
    [
        ({"plant": "beihai-206"}, "plant", "no row has the id 'beihai-206'"),
        ({"company": "east-hop"}, "company", "no row has the id 'east-hop'"),
        ({"plant": "zhongsilu-fcg"}, "plant", "'zhongsilu-fcg' has stakes, so its owner is known"),
    ],
)
def test_a_candidate_that_cannot_be_is_told(
    folder: Path, cells: dict[str, str], path: str, message: str
) -> None:
    named = {"plant": "beihai-2026", "company": "east-hope", **cells}
    row_id = f"{named['plant']}>{named['company']}"
    put(folder, "candidates", "beihai-2026>east-hope", id=row_id, **cells)

    found = the_problem(folder)

    assert (found.path, found.message) == (f"{row_id}.{path}", message)


def test_candidates_of_more_than_certainty_are_told(folder: Path) -> None:
    def change(records: Records) -> None:
        second = {"id": "beihai-2026>xinfa", "company": "xinfa", "chance_share": "0.3"}
        records.append({**records[0], **second})

    edit(folder, "candidates", change)

    # 0.8 for East Hope and 0.3 more
    assert the_problem(folder).message == "the chances of 'beihai-2026' add up to 1.100"


def test_every_check_of_rows_has_a_planted_fault() -> None:
    # One for each function in CHECKS above; a new check needs a new test, and then a new number here.
    assert len(CHECKS) == 13
