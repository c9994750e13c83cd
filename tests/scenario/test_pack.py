"""What an industry pack gives when nothing is wrong with it, and how a scenario changes its rows."""

import pickle
from pathlib import Path

import pytest

from sim.scenario.pack import FILES, MAY_LACK, Pack, read_pack
from sim.scenario.parameters import Parameters
from sim.scenario.problems import InvalidScenarioError, Place
from sim.scenario.processes import KNOWN
from sim.scenario.rows import OPTIONAL, TABLES
from tests.scenario.planted import SHIPPED, copy_of_pack, problems, put, rewrite, the_problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack that a test may spoil."""
    return copy_of_pack(tmp_path)


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Give the shipped pack."""
    return read_pack(SHIPPED)


def test_the_shipped_pack_has_rows_in_every_table(pack: Pack) -> None:
    assert all(getattr(pack, name) for name in TABLES)


def test_the_values_of_a_pack_are_parameters_of_the_model(pack: Pack) -> None:
    parameters = Parameters.model_validate(pack.parameters)

    assert parameters.market.vat_share == pack.provenance["market.vat_share"].value


def test_the_parameter_layer_knows_the_line_of_a_value(pack: Pack) -> None:
    node = pack.parameter_layer.child("parameters").child("market").child("vat_share")  # type: ignore[union-attr]

    text = (SHIPPED / "parameters.yaml").read_text(encoding="utf-8").splitlines()
    assert text[node.place.line - 1].strip().startswith("{value: 0.13,")
    assert text[node.place.line - 2].strip() == "vat_share:"


def test_installed_capacity_is_the_published_total(pack: Pack) -> None:
    target = next(row for row in pack.targets if row.measure == "installed_mt")

    total = sum(row.nameplate_mt for row in pack.refineries if row.installed)

    assert total == pytest.approx(target.value, abs=target.observation_sd)


def test_runnable_capacity_is_about_seven_eighths_of_nameplate(pack: Pack) -> None:
    best = {row.id: row.best_rate_share for row in pack.regions}
    installed = [row for row in pack.refineries if row.installed]

    runnable = sum(row.nameplate_mt * best[row.region] for row in installed)

    # The national rate peaked at 85-87 % at the record margins of early 2025.
    assert runnable / sum(row.nameplate_mt for row in installed) == pytest.approx(0.87, abs=0.01)


def test_a_pack_crosses_a_process_boundary_whole(pack: Pack) -> None:
    assert pickle.loads(pickle.dumps(pack)) == pack


def test_the_digest_changes_with_any_file(folder: Path, pack: Pack) -> None:
    same = read_pack(folder).digest
    rewrite(folder, "freight.csv", "background knowledge", "memory")

    assert same == pack.digest != read_pack(folder).digest


@pytest.mark.parametrize("name", [name for name in FILES if Path(name).stem not in MAY_LACK])
def test_a_missing_file_is_told_and_nothing_that_follows_from_it(folder: Path, name: str) -> None:
    (folder / name).unlink()

    assert {Path(found.file).name for found in problems(folder)} == {name}


@pytest.mark.parametrize("table", [each for each in OPTIONAL if each not in KNOWN["bayer"].columns])
def test_a_table_that_a_pack_may_lack_is_empty_then(folder: Path, table: str) -> None:
    (folder / f"{table}.csv").unlink()

    assert getattr(read_pack(folder), table) == ()


def test_all_that_is_wrong_is_told_at_once(folder: Path) -> None:
    put(folder, "refineries", "weiqiao-zouping", nameplate_mt="many")
    put(folder, "ores", "guinea", source="")
    rewrite(folder, "parameters.yaml", "unit: CNY/t", "unit: USD/t")

    files = [Path(found.file).name for found in problems(folder)]

    assert sorted(files) == ["ores.csv", "parameters.yaml", "refineries.csv"]


def test_an_unknown_key_of_the_subject_is_told(folder: Path) -> None:
    rewrite(folder, "industry.yaml", "product:", "produce:")

    assert {found.path for found in problems(folder)} == {"produce", "product"}


# What a scenario can change


NEW_PLANT = {
    "name": "New plant",
    "company": "hongtuo",
    "region": "shandong",
    "coastal": True,
    "nameplate_mt": 2.0,
    "state": "operating",
    "installed": True,
    "started_year": 2025,
    "imported_share": 1,
    "digestion": "low",
    "source": "a scenario",
    "status": "assumption",
}


def test_a_change_sets_a_column_and_leaves_the_others(pack: Pack) -> None:
    after = read_pack(SHIPPED, {"regions": {"shanxi": {"haul_cny_per_t": 90}}})

    before = next(row for row in pack.regions if row.id == "shanxi")
    found = next(row for row in after.regions if row.id == "shanxi")
    assert found == before.model_copy(update={"haul_cny_per_t": 90.0})


def test_a_change_of_one_row_keeps_the_order_of_all(pack: Pack) -> None:
    after = read_pack(SHIPPED, {"regions": {"shanxi": {"haul_cny_per_t": 90}}})

    assert [row.id for row in after.regions] == [row.id for row in pack.regions]


def test_nothing_as_a_value_brings_back_the_default() -> None:
    found = read_pack(SHIPPED, {"refineries": {"weiqiao-zouping": {"latitude_deg": None}}})

    assert found.refineries[0].latitude_deg is None


def test_a_complete_new_row_is_added_and_does_not_upset_the_accounts(pack: Pack) -> None:
    # 2.0 Mt on 110.32 are 1.8 %, more than the slack of the total, which is not meant for scenarios.
    found = read_pack(SHIPPED, {"refineries": {"new-plant": NEW_PLANT}})

    assert len(found.refineries) == len(pack.refineries) + 1
    assert (found.refineries[-1].id, found.refineries[-1].nameplate_mt) == ("new-plant", 2.0)


def test_a_new_row_that_is_not_complete_is_told(folder: Path) -> None:
    row = {name: value for name, value in NEW_PLANT.items() if name != "imported_share"}

    found = the_problem(folder, {"refineries": {"new-plant": row}})

    assert (found.path, found.message[:10]) == ("rows.refineries.new-plant.imported_share", "is missing")


def test_a_new_row_is_checked_against_the_others(folder: Path) -> None:
    found = the_problem(folder, {"refineries": {"new-plant": {**NEW_PLANT, "region": "shandon"}}})

    assert (found.path, found.nearest) == ("new-plant.region", "shandong")


@pytest.mark.parametrize(
    ("changes", "path", "nearest"),
    [
        ({"refinery": {"a": {}}}, "rows.refinery", "refineries"),
        ({"ores": {"north": {"silica_shar": 0.1}}}, "rows.ores.north.silica_shar", "silica_share"),
        ({"ores": {"north": {"silica_share": 2}}}, "rows.ores.north.silica_share", None),
        ({"ores": {"north": {"id": "south"}}}, "rows.ores.north", None),
    ],
)
def test_a_change_that_cannot_be_is_told(
    folder: Path, changes: dict[str, dict[str, dict[str, object]]], path: str, nearest: str | None
) -> None:
    found = the_problem(folder, changes)

    assert (found.path, found.nearest) == (path, nearest)


def test_a_bad_change_is_told_where_the_scenario_wrote_it() -> None:
    changes = {"ores": {"north": {"silica_share": 2}}}
    places = {("rows", "ores", "north", "silica_share"): Place("my.yaml", 7, 20)}

    with pytest.raises(InvalidScenarioError) as caught:
        read_pack(SHIPPED, changes, places)

    assert [found.place for found in caught.value.problems] == [Place("my.yaml", 7, 20)]
