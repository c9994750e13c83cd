"""Writing a run over another: what no run has written is never lost, and two processes never mix."""

import importlib
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.core.errors import MachineError, UsageError
from sim.core.lock import only_writer
from sim.run import Run, check_place, run, write_odds, write_run
from sim.scenario.load import load

run_module = importlib.import_module("sim.run")  # the package gives the function of that name


@pytest.fixture(scope="module")
def finished() -> Run:
    """A run of one year."""
    return run(load("toy", years={"end_year": 2026}), 0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the page away, which costs seconds and is not what is asked."""
    monkeypatch.setattr(run_module, "write_page", lambda finished, path, *_: path.write_text("page"))


@pytest.mark.usefixtures("quick")
def test_a_finished_run_is_replaced_only_on_demand(finished: Run, tmp_path: Path) -> None:
    place = write_run(finished, tmp_path / "0")
    (place / "years.csv").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="--force"):
        write_run(finished, place)
    assert (place / "years.csv").read_text(encoding="utf-8") == "mine"

    write_run(finished, place, force=True)
    assert (place / "years.csv").read_text(encoding="utf-8") != "mine"


@pytest.mark.usefixtures("quick")
def test_a_run_is_kept_when_its_successor_cannot_take_its_place(
    finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = write_run(finished, tmp_path / "0")
    (place / "years.csv").write_text("mine", encoding="utf-8")
    rename = Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(MachineError, match="No space left"):
        write_run(finished, place, force=True)

    assert (place / "years.csv").read_text(encoding="utf-8") == "mine"
    assert [each.name for each in tmp_path.iterdir()] == ["0"]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "name",
    ["thesis.txt", "figures/thesis.png", "figures/deep/price.png", "notes/years.csv", "pack/refineries.csv"],
)
def test_what_a_run_does_not_write_is_never_replaced(finished: Run, tmp_path: Path, name: str) -> None:
    place = write_run(finished, tmp_path / "0")
    (place / name).parent.mkdir(parents=True, exist_ok=True)
    (place / name).write_text("years of work", encoding="utf-8")

    with pytest.raises(UsageError, match="not the folder of a run"):
        write_run(finished, place, force=True)

    assert (place / name).read_text(encoding="utf-8") == "years of work"


@pytest.mark.usefixtures("quick")
def test_tables_without_a_manifest_are_no_run(finished: Run, tmp_path: Path) -> None:
    (tmp_path / "years.csv").write_text("years of work", encoding="utf-8")

    with pytest.raises(UsageError, match="has no manifest"):
        write_run(finished, tmp_path, force=True)

    assert (tmp_path / "years.csv").read_text(encoding="utf-8") == "years of work"


def test_a_file_is_not_replaced_by_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    code = main(["run", "toy", "--quiet", "--force", "--out", str(tmp_path / "notes.txt")])

    assert (code, capsys.readouterr().out) == (2, "")
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.usefixtures("quick")
def test_a_link_to_a_folder_stays_a_link(finished: Run, tmp_path: Path) -> None:
    (tmp_path / "big").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "big")

    for _ in range(2):
        write_run(finished, tmp_path / "link", force=True)

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "big" / "years.csv").is_file()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["big", "link"]


@pytest.mark.usefixtures("quick")
def test_two_processes_do_not_write_one_run(finished: Run, tmp_path: Path) -> None:
    with only_writer(tmp_path, ".0.lock"), pytest.raises(MachineError, match=f"by process {os.getpid()}"):
        write_run(finished, tmp_path / "0")

    assert write_run(finished, tmp_path / "0").is_dir()
    assert [each.name for each in tmp_path.iterdir()] == ["0"]


@pytest.mark.usefixtures("quick")
def test_the_odds_of_a_run_never_come_into_the_folder_of_another(finished: Run, tmp_path: Path) -> None:
    place = write_run(finished, tmp_path / "0")
    (place / "report.html").write_text("before", encoding="utf-8")
    study: Any = "what the page would read"

    write_odds(replace(finished, seed=1), place, study)
    assert (place / "report.html").read_text(encoding="utf-8") == "before"

    write_odds(finished, place, study)
    assert (place / "report.html").read_text(encoding="utf-8") == "page"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["0"]


def test_a_pack_of_ones_own_travels_with_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = Path(shutil.copytree(load("toy").pack.folder, tmp_path / "toy"))
    rows = pack / "groups.csv"
    rows.write_text(rows.read_text("utf-8") + "mine,Mine,group,private,made up,synthetic\n", "utf-8")
    (tmp_path / "own.yaml").write_text(
        "question: Whose?\npack: toy\nyears: {start_year: 2026, end_year: 2027}\n", encoding="utf-8"
    )
    place = tmp_path / "out"
    assert main(["run", str(tmp_path / "own.yaml"), "--quiet", "--out", str(place)]) == 0
    capsys.readouterr()

    assert main(["explain", str(place), load("toy").pack.refineries[0].id]) == 0

    assert "reads differently" not in capsys.readouterr().out
    assert load(place / "scenario.yaml").pack.digest != load("toy").pack.digest
    check_place(place, force=True)
