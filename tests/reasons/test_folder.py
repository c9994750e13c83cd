"""`shakeout explain` on a run's folder: the same story as in memory, and one line for whatever is wrong."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.cells import shielded, unshielded, write_csv
from sim.reasons.explain import explain
from sim.reasons.record import Record, read_record


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the run's folder that a test may spoil."""
    return Path(shutil.copytree(folder, tmp_path / "run", ignore=shutil.ignore_patterns("figures", "*.html")))


@pytest.mark.parametrize("agent", ["chinalco", "spic", "guangxi_coast", "xinfa-chiping", "aokaida-xiaoyi"])
def test_a_folder_tells_the_same_story_as_the_run(agent: str, folder: Path, record: Record) -> None:
    again = read_record(folder)

    assert explain(again, agent).text().partition("\n")[2] == explain(record, agent).text().partition("\n")[2]
    assert not again.changed


def test_the_command_prints_the_story_plain_when_piped(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(folder), "xinfa", "--year", "2027"]) == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("Xinfa")
    assert "\x1b" not in said.out


def test_the_command_gives_json_that_holds_the_recorded_options(
    folder: Path, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(folder), "spic", "--json"]) == 0

    content = json.loads(capsys.readouterr().out)
    own = [each for each in record.decisions if each.agent == "spic"]
    assert [each["margin"] for each in content["decisions"]] == [pytest.approx(each.margin) for each in own]
    assert content["scenario"] == "baseline" and content["seed"] == record.seed


def emptied(name: str) -> Callable[[Path], None]:
    """Give a spoiler that leaves a file with nothing in it."""
    return lambda folder: (folder / name).write_bytes(b"") and None


def filled(name: str, content: bytes) -> Callable[[Path], None]:
    """Give a spoiler that writes something else into a file."""
    return lambda folder: (folder / name).write_bytes(content) and None


def cut(folder: Path) -> None:
    """Cut a table in the middle of a line."""
    path = folder / "refineries.csv"
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"\n", 2000) + 20])


@pytest.mark.parametrize(
    ("spoil", "says", "code"),
    [
        (lambda folder: shutil.rmtree(folder), "is not the folder of a run", 2),
        (lambda folder: (folder / "manifest.json").unlink(), "has no manifest.json", 2),
        (lambda folder: (folder / "scenario.yaml").unlink(), "scenario.yaml is missing", 2),
        (lambda folder: (folder / "decisions.csv").unlink(), "decisions.csv is missing", 2),
        (emptied("events.csv"), "has no column year", 2),
        (emptied("manifest.json"), "is not JSON", 2),
        (filled("manifest.json", b"[" * 100_000), "is not JSON", 2),
        (filled("manifest.json", b'{"seed": "x", "scenario": 1}'), "names no scenario and seed", 2),
        (filled("groups.csv", b"\xff\xfe\x00"), "is damaged", 2),
        (filled("years.csv", b"year,price_cny_per_t\n"), "has no years", 2),
        (filled("years.csv", b"year,price_cny_per_t\nsoon,1\n"), "line 2 does not fit", 2),
        (cut, "does not fit its columns", 2),
        (filled("scenario.yaml", b"question: [\n"), "scenario.yaml", 3),
        (filled("scenario.yaml", b"question: Why?\npack: nowhere\n"), "nowhere", 3),
    ],
)
def test_a_spoiled_folder_is_told_in_one_line(
    spoil: Callable[[Path], object], says: str, code: int, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(copy)

    assert main(["explain", str(copy), "xinfa"]) == code

    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err
    assert "Traceback" not in said.err
    assert code == 3 or len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["nobody-at-all"], ["xinfa", "--year", "1999"], ["xinfa", "--year", "x"], ["unidentified"]]
)
def test_a_wrong_question_ends_with_the_code_of_usage(
    arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", str(folder), *arguments]) == 2
    assert capsys.readouterr().out == ""


def test_a_run_whose_scenario_reads_differently_today_says_so(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copy / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"scenario_sha256": "', '"scenario_sha256": "0'), "utf-8")

    assert main(["explain", str(copy), "xinfa"]) == 0
    assert "reads differently today" in " ".join(capsys.readouterr().out.split())


def test_parameters_other_than_those_of_the_run_tell_no_tipping_values(copy: Path) -> None:
    path = copy / "scenario.yaml"
    path.write_text(path.read_text("utf-8").replace("horizon_years: 10", "horizon_years: 12"), "utf-8")
    record = read_record(copy)
    plant = next(each.agent for each in record.decisions if each.choice == "exit")

    found = explain(record, plant)

    assert record.changed
    left = [each for each in found.content["decisions"] if each["kind"] == "leave"]
    assert left and all(each["tipping"] == [] for each in left)


def test_what_a_terminal_would_obey_is_not_printed(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copy / "events.csv"
    with path.open("a", encoding="utf-8") as stream:
        stream.write("2027,0,\x1b[2Jblink,xinfa,X,,,1,Mt/yr,\x1b]0;title\x07 gone,,,0,\n")

    assert main(["explain", str(copy), "xinfa"]) == 0
    said = capsys.readouterr().out
    assert "gone" in said
    assert "\x1b" not in said and "\x07" not in said


def test_names_that_look_like_formulas_come_back_as_they_were(copy: Path, tmp_path: Path) -> None:
    names = ["=cmd()", "+1", "-x", "@y", "'=quoted", "plain", "'", "''+"]
    write_csv(pd.DataFrame({"name": names}), tmp_path / "cells.csv")

    back = pd.read_csv(tmp_path / "cells.csv", keep_default_na=False)["name"].tolist()

    assert all(not text.startswith(("=", "+", "-", "@")) for text in back)
    assert [unshielded(text) for text in back] == names
    assert [unshielded(shielded(text)) for text in names] == names


def test_an_agent_with_a_name_like_a_formula_is_explained(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("refineries", "decisions", "events"):
        path = copy / f"{name}.csv"
        path.write_text(path.read_text("utf-8").replace("yixiang-mianchi", "'=1+mianchi"), "utf-8")

    assert main(["explain", str(copy), "=1+mianchi"]) == 0
    assert "A refinery of 0.60 Mt/yr in Henan" in capsys.readouterr().out
