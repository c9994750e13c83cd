"""Whatever fuzzing, laid faults and mutants find is told with the one line that plays it again."""

import re
import shlex
from pathlib import Path

import pytest

from sim.cli import main
from tests import fuzz, mutants
from tests.chaos import __main__ as chaos
from tests.chaos.cases import Case, named
from tests.chaos.play import Ended


def test_a_case_that_does_what_none_may_is_told_with_its_line_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def defect(_: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fuzz, "check", defect)
    (tmp_path / "cases").mkdir()

    fuzz.Tally("scenario", 5, tmp_path / "cases").play(2)

    said = capsys.readouterr().out
    line = re.findall("python -m tests.fuzz --seed 5 (.*)", said)
    assert "ZeroDivisionError: a defect" in said
    assert [fuzz.named(each) for each in line] == [("scenario", range(2, 3))]
    assert (tmp_path / fuzz.BAD / "5-scenario-2" / "case.yaml").is_file()


def test_a_fault_that_ends_otherwise_than_documented_is_told_with_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = Case("run", "write", "7")

    chaos._print([Ended(case, 1, "shows a traceback")])

    line = capsys.readouterr().out.splitlines()[-1].partition("python -m tests.chaos ")[2]
    assert named(*shlex.split(line)) == [case]


def test_a_world_that_a_law_ends_is_played_again_by_the_line_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shock = "{id: flood, variable: world_balance, size_ratio: 100, start_year: 2026, duration_quarters: 4}"
    Path("flood.yaml").write_text(f"extends: toy\nquestion: What if?\nshocks: [{shock}]\n", encoding="utf-8")

    assert main(["run", "flood.yaml", "--seed", "3", "--quiet", "--out", "0"]) == 4
    first = capsys.readouterr().err
    (line,) = re.findall("played again by: shakeout (.*)", first)
    assert main([*shlex.split(line), "--quiet", "--out", "again"]) == 4

    told = re.compile("20[0-9]{2} .*'market clears' is broken by .*")
    assert told.findall(first) == told.findall(capsys.readouterr().err) != []


def test_every_part_that_mutants_are_made_of_is_there_and_each_exception_is_a_mutant() -> None:
    assert [part for part in mutants.PARTS if not (mutants.ROOT / "sim" / part).exists()] == []
    assert mutants.equivalents().keys() <= {(each.path, each.shown) for each in mutants.known()}
