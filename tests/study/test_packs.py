"""A study holds all that its runs need: it can be copied, and what it was made from may go."""

import shutil
import sqlite3
import tracemalloc
import zlib
from pathlib import Path

import pytest

from sim.cli import main
from sim.core.errors import MachineError, UsageError
from sim.run import simulate, write_run
from sim.scenario.load import load
from sim.scenario.problems import InvalidScenarioError
from sim.scenario.shelf import shipped_folder
from sim.study.design import restored
from sim.study.ensemble import ensemble
from sim.study.study import Study, find_run, kept_scenario, scenario_of


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    """A study of a scenario and a pack of somebody's own, moved, with both gone; and a run of it from before."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(shipped_folder() / "toy", home / "desk" / "workshop")
    mine = home / "desk" / "mine.yaml"
    mine.write_text(
        "question: Does a study travel?\npack: workshop\nyears: {end_year: 2027}\n", encoding="utf-8"
    )
    begun = ensemble(load(mine), runs=3, out=home / "desk" / "study", jobs=1)
    write_run(simulate(*scenario_of(begun, 2)), home / "before")
    shutil.move(begun.folder, home / "elsewhere")
    shutil.rmtree(home / "desk")
    return Study(home / "elsewhere"), home / "before"


def test_a_moved_study_gives_its_runs_again_byte_for_byte(
    moved: tuple[Study, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, before = moved
    monkeypatch.chdir(tmp_path)
    code = main(["run", "--from", f"{study.folder}:2", "--out", str(tmp_path / "again"), "--quiet"])

    names = sorted(path.relative_to(before) for path in before.rglob("*.*"))
    differing = [
        str(name)
        for name in names
        if (before / name).read_bytes() != (tmp_path / "again" / name).read_bytes()
    ]
    assert code == 0
    assert len(names) > 20
    assert differing == ["timing.json"]


def test_a_study_keeps_no_path_of_the_machine_that_made_it(moved: tuple[Study, Path]) -> None:
    study, before = moved
    text = study.path.read_bytes()

    assert str(before.parent).encode() not in text
    assert str(shipped_folder().parent).encode() not in text
    assert kept_scenario(study, "mine")[0].pack.subject.name == load("toy").pack.subject.name


@pytest.mark.parametrize(
    ("spoiling", "told"),
    [
        ("UPDATE packs SET content = (SELECT content FROM packs WHERE file = 'regions.csv')", None),
        ("UPDATE scenarios SET pack_sha256 = 'another'; UPDATE packs SET sha256 = 'another'", "begun with"),
        ("DROP TABLE packs", "earlier Shakeout"),
    ],
)
def test_a_study_whose_pack_is_not_what_it_was_is_refused(
    moved: tuple[Study, Path], tmp_path: Path, spoiling: str, told: str | None
) -> None:
    shutil.copytree(moved[0].folder, tmp_path / "spoilt")
    with sqlite3.connect(tmp_path / "spoilt" / "study.sqlite") as link:
        link.executescript(spoiling)
    link.close()

    if told:
        with pytest.raises(UsageError, match=told):
            scenario_of(*find_run(f"{tmp_path / 'spoilt'}:2"))
    else:
        assert main(["run", "--from", f"{tmp_path / 'spoilt'}:2", "--quiet"]) == 3


def spoilt(study: Study, folder: Path, change: str, *values: object) -> Study:
    """Give a copy of a study in which a statement has been executed."""
    shutil.copytree(study.folder, folder)
    with sqlite3.connect(folder / "study.sqlite") as link:
        link.execute(change, values)
    link.close()
    return Study(folder)


@pytest.mark.parametrize("name", ["..", ".", "", "../beside", "/tmp", "Toy", "toy\n", b"toy", 7])
def test_a_stranger_s_study_writes_nothing_outside_its_folder(
    moved: tuple[Study, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: object
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    study = spoilt(moved[0], tmp_path / "spoilt", "UPDATE packs SET pack = ?", name)

    with pytest.raises(UsageError, match="a name that none can have"):
        kept_scenario(study, "mine")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zlib.compress(bytes(50_000_000), 9), "more than 1,000,000 bytes"),
        (b"no file of ours", "cannot be unpacked"),
        ("text", "industry|stakes|begun"),
    ],
)
def test_a_file_of_a_stranger_is_not_unpacked_beyond_what_a_pack_may_have(
    moved: tuple[Study, Path], tmp_path: Path, content: object, why: str
) -> None:
    change = "UPDATE packs SET content = ? WHERE file = 'stakes.csv'"
    study = spoilt(moved[0], tmp_path / "spoilt", change, content)

    tracemalloc.start()
    with pytest.raises((UsageError, InvalidScenarioError), match=why):
        kept_scenario(study, "mine")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


def test_a_full_disk_under_the_unpacked_pack_is_not_blamed_on_the_study(
    moved: tuple[Study, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored.cache_clear()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))

    with pytest.raises(MachineError, match=f"cannot use {tmp_path / 'gone'}: No such file"):
        kept_scenario(moved[0], "mine")


def test_what_goes_wrong_beside_a_study_is_not_blamed_on_it(
    moved: tuple[Study, Path], tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError), moved[0].opened():
        (tmp_path / "elsewhere").read_bytes()
    with pytest.raises(MachineError, match=r"study\.sqlite: no such table: nowhere"):
        moved[0].rows("SELECT 1 FROM nowhere")
