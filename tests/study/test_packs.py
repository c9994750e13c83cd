"""A study holds all that its runs need: it can be copied, and what it was made from may go."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.run import simulate, write_run
from sim.scenario.load import load
from sim.scenario.shelf import shipped_folder
from sim.study.ensemble import ensemble
from sim.study.replay import find_run, kept_scenario, scenario_of
from sim.study.study import Study


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
