"""The command: exit codes, what goes to stdout and what to stderr, and how a mistake is told."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click
import pytest

from sim.cli import main
from sim.commands.group import shakeout
from sim.core.errors import MachineError, ModelCheckError, StudyError
from tests.patience import HANG_GUARD_SECONDS, ended
from tests.study.planning import ROOT
from tests.study.planning import shakeout as command

BASE = "question: Does anything change?\npack: china_alumina\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own working folder with a shelf of one scenario and one broken file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(
        "extends: base\nyears: {end_year: no}\nquestoin: a\n", encoding="utf-8"
    )
    return tmp_path


def imported(*arguments: str) -> set[str]:
    """Give the modules that a command imports in a process of its own, from its first line to its last."""
    code = (
        "import os, sys; leave, there = os._exit, set(sys.modules)\n"
        "def told(code): print(*set(sys.modules) - there, file=sys.stderr, flush=True); leave(code)\n"
        "os._exit = told\n"
        "from sim.cli import start; start()"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=HANG_GUARD_SECONDS,
    )
    return set(said.stderr.splitlines()[-1].split())


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Give the command `boom` for a moment, which raises an error."""

    def boom() -> None:
        raise error

    monkeypatch.setitem(shakeout.commands, "boom", click.command()(boom))


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0

    said = capsys.readouterr()
    assert said.err == ""
    assert all(name in said.out for name in ("run", "validate", "scenarios", "new", "diff", "show", "schema"))


@pytest.mark.parametrize(
    "line", ["--help", "--version", "validate base", "scenarios", "schema", "show base --resolved"]
)
def test_light_commands_import_no_heavy_library(line: str) -> None:
    names = imported(*line.split())

    assert "sim.commands.group" in names
    assert names & {"mesa", "pandas", "scipy", "matplotlib", "networkx", "numpy"} == set()


def test_help_imports_one_library_and_no_part_of_the_model() -> None:
    names = imported("--help")
    parts = {name.split(".")[1] for name in names if name.startswith("sim.")}

    assert {name.split(".")[0] for name in names} - {"sim", *sys.stdlib_module_names} == {"click"}
    assert parts <= {"cli", "commands", "core", "report"}
    # 152 on Python 3.11, most of them for click; reading a scenario takes 287
    assert len(names) < 220


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["valdate"], "validate"),
        (["run", "base", "--yeers", "2026:2030"], "--years"),
        (["validate"], "Missing argument"),
        (["run", "base", "--years", "2026"], "2026:2035"),
        (["run", "base", "--seed", "-1"], "x>=0"),
        (["describe", "yer"], "year"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_a_hint(
    arguments: list[str], nearest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(arguments)

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert nearest in said.err or "0<=x" in said.err


def test_problems_of_validate_are_results_and_the_count_is_a_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["validate", "bad.yaml", "base"])

    said = capsys.readouterr()
    assert code == 3
    assert [line.split(":")[:3] for line in said.out.splitlines()] == [
        ["bad.yaml", "2", "19"],
        ["bad.yaml", "3", "1"],
    ]
    assert said.err == "2 scenarios: 2 problems\n"


def test_validate_gives_problems_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["validate", "bad.yaml", "--json"])

    problems = json.loads(capsys.readouterr().out)
    assert code == 3
    assert problems[1] == {
        "file": "bad.yaml",
        "line": 3,
        "col": 1,
        "path": "questoin",
        "message": "unknown key",
        "nearest": "question",
    }


def test_a_good_scenario_ends_with_0_and_says_nothing_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "base"]) == 0

    assert capsys.readouterr().out == ""


def test_a_run_of_a_bad_scenario_ends_with_3_and_tells_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["run", "bad.yaml"])

    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert "bad.yaml:3:1: questoin: unknown key (did you mean 'question'?)" in said.err


def test_a_finished_run_is_not_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "outputs" / "base" / "7").mkdir(parents=True)

    code = main(["run", "base", "--seed", "7"])

    assert code == 2
    assert "--force" in capsys.readouterr().err


def test_new_writes_a_scenario_that_is_valid_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "mine.yaml", "--from", "base"]) == 0
    assert main(["validate", "mine.yaml"]) == 0
    assert main(["diff", "base", "mine.yaml"]) == 0

    assert capsys.readouterr().out == "mine.yaml\n"
    text = Path("mine.yaml").read_text(encoding="utf-8")
    assert 'question: "Does anything change?"' in text
    address = text.partition("\n")[0].removeprefix("# yaml-language-server: $schema=")
    assert Path(url2pathname(urlsplit(address).path)).is_file()


def test_the_comments_of_a_new_scenario_are_valid_when_they_are_switched_on() -> None:
    main(["new", "mine.yaml", "--from", "base"])
    text = Path("mine.yaml").read_text(encoding="utf-8")
    head, examples = text.split("\n\n", 1)

    on = "\n".join(line.removeprefix("# ") for line in examples.splitlines())
    Path("mine.yaml").write_text(f"{head}\n{on}\n", encoding="utf-8")

    assert main(["validate", "mine.yaml"]) == 0


def test_new_never_overwrites_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.yaml").write_text("precious", encoding="utf-8")

    code = main(["new", "mine.yaml", "--from", "base"])

    assert code == 2
    assert Path("mine.yaml").read_text(encoding="utf-8") == "precious"
    assert "never overwritten" in capsys.readouterr().err


def test_scenarios_lists_name_and_question(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["base", "Does", "anything", "change?"] for line in lines)


def test_scenarios_lists_what_each_is_argued_to_move(capsys: pytest.CaptureFixture[str]) -> None:
    expects = "[{measure: hhi_control, direction: lower, because: Nobody may buy.}]"
    Path("scenarios/arguing.yaml").write_text(
        f"question: Does it?\nextends: base\nexpects: {expects}\n", encoding="utf-8"
    )

    assert main(["scenarios"]) == 0

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    at = lines.index(next(line for line in lines if line.startswith("arguing")))
    assert lines[at + 1] == "expects lower hhi_control"


def test_a_measure_that_no_run_reports_is_a_problem_with_the_nearest_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    expects = "[{measure: hhi_controll, direction: lower, because: Nobody may buy.}]"
    Path("typo.yaml").write_text(f"extends: base\nexpects: {expects}\n", encoding="utf-8")

    assert main(["validate", "typo.yaml"]) == 3

    said = capsys.readouterr().out
    assert said.startswith("typo.yaml:2:21: expects[0].measure: no measure 'hhi_controll'")
    assert "'hhi_control'" in said


def test_policies_are_described_with_what_all_of_them_share(capsys: pytest.CaptureFixture[str]) -> None:
    main(["describe", "policies"])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "every policy: One dated instrument."
    assert "  announce_year (year, 1900 to 2100): Year in which it becomes known;" in "\n".join(lines)
    # the unit of a number that may be left out stands inside its type
    assert any(line.startswith("  growth_per_year (1/yr, -0.2 to 0.2): ") for line in lines)


def test_diff_shows_path_and_both_values(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.yaml").write_text("extends: base\nyears: {end_year: 2030}", encoding="utf-8")

    assert main(["diff", "base", "other.yaml"]) == 0

    assert capsys.readouterr().out.splitlines()[1].split() == ["years.end_year", "2035", "2030"]


def test_show_tells_where_each_value_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "base", "--origin", "--set", "years.end_year=2030"]) == 0

    out = capsys.readouterr().out
    assert "pack: china_alumina" in out and "# scenarios/base.yaml:2:7" in out
    assert "end_year: 2030" in out and "# --set" in out


def test_the_schema_knows_scenarios_and_policies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0

    schema = json.loads(capsys.readouterr().out)
    assert {"extends", "question", "parameters", "policies"} <= set(schema["properties"])
    assert "policy_carbon" in schema["$defs"]
    assert "required" not in schema


def test_policies_are_described_with_unit_range_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "policies"]) == 0

    out = capsys.readouterr().out
    assert "duty_share (share, 0 to 1): Import duty." in out
    assert "Source: " in out


def test_parameters_are_described_by_status(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")  # where lines are narrower, a status may stand below
    main(["describe", "parameters", "--pack", "china_alumina"])
    everything = [line for line in capsys.readouterr().out.splitlines()[1:] if line[0] != " "]

    code = main(["describe", "parameters", "--pack", "china_alumina", "--status", "assumption"])
    told = capsys.readouterr().out.splitlines()[1:]
    assumed = [line for line in told if line[0] != " "]

    assert code == 0
    assert any(line.startswith("market.contract_share ") for line in everything)
    assert 0 < len(assumed) < len(everything)
    assert all(line.endswith(" assumption") for line in assumed)
    assert any(line.startswith("    Share of smelters' non-captive need") for line in told)
    assert max(map(len, told)) <= 120


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ModelCheckError(law="mass", amount=0.5), 4),
        (StudyError("3 of 10 runs failed"), 5),
        (MachineError("the folder is locked"), 6),
        (OSError(28, "No space left on device", "x.csv"), 6),
        (PermissionError(13, "Permission denied", "x.csv"), 6),
        (MemoryError(), 6),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_kind_of_end_has_its_exit_code(
    error: BaseException, expected: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(monkeypatch, error)

    code = main(["boom"])

    said = capsys.readouterr()
    assert (code, said.out) == (expected, "")
    assert "Traceback" not in said.err


def test_a_defect_is_one_line_with_a_saved_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(monkeypatch, ZeroDivisionError("a defect\nof two lines"))

    code = main(["boom"])

    (line,) = capsys.readouterr().err.splitlines()
    assert code == 1 and "Traceback" not in line
    report = Path(line.split("report: ")[1].split(";")[0]).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in report and "Traceback" in report


def test_a_defect_shows_its_traceback_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raising(monkeypatch, ZeroDivisionError("a defect"))

    assert main(["--debug", "boom"]) == 1

    assert "Traceback" in capsys.readouterr().err


def test_a_closed_pipe_ends_quietly() -> None:
    gone, there = os.pipe()
    os.close(gone)

    process = command("show", "base", "--resolved", stdout=there)
    os.close(there)

    assert (ended(process)[1], process.returncode) == ("", 0)


def test_no_command_line_of_light_commands_is_a_defect(capsys: pytest.CaptureFixture[str]) -> None:
    luck = random.Random(20260106)
    commands = ("validate", "show", "diff", "new", "schema", "scenarios")
    words = (
        "base",
        "bad.yaml",
        "-",
        "",
        "..",
        "/",
        "--set",
        "a=1",
        "--json",
        "--resolved",
        "--origin",
        "--from",
    )
    odd = (
        "x" * 300,
        "--",
        "\u202e",
        "\udcff",
        "a\nb.yaml",
        "CON.yaml",
        "*.yaml",
        "--set=policies.x=null",
    )

    for _ in range(200):
        line = [luck.choice(commands), *luck.choices((*words, *odd), k=luck.randint(0, 4))]
        code = main(line)

        assert code in (0, 2, 3, 6), (line, capsys.readouterr().err)


def test_output_into_a_pipe_has_no_colour() -> None:
    process = command("scenarios")

    out, _ = process.communicate()

    assert "\x1b" not in out
