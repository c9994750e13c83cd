"""What a scenario file may contain, what its scalars mean, and where its values stand."""

import os
from pathlib import Path

import pytest
import yaml

from sim.scenario import reader
from sim.scenario.problems import InvalidScenarioError
from sim.scenario.reader import Document, Position, read_file, read_value, read_yaml


def read(text: str) -> Document:
    return read_yaml(text.encode(), "f.yaml")


def complaints(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("-7", -7),
        ("+7", 7),
        ("0", 0),
        ("0o17", 15),
        ("0x1f", 31),
        ("999999999999999999", 10**18 - 1),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        ("0.05", 0.05),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12:30", "12:30"),
        ("2026-01-05", "2026-01-05"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("5%", "5%"),
        ("0b11", "0b11"),
        ("tRuE", "tRuE"),
        ("'7'", "7"),
        ('"no"', "no"),
        ("'007'", "007"),
        ("中国铝业", "中国铝业"),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(text: str, value: object) -> None:
    document = read(f"a: {text}")

    assert document.problems == ()
    assert document.content == {"a": value}
    assert isinstance(document.content, dict) and type(document.content["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no", "'no' is ambiguous: write false"),
        ("Yes", "'Yes' is ambiguous: write true"),
        ("on", "'on' is ambiguous: write true"),
        ("OFF", "'OFF' is ambiguous: write false"),
        ("007", "begins with a zero"),
        ("-01.5", "begins with a zero"),
        (".nan", "not a finite number"),
        ("-.inf", "not a finite number"),
        ("1e309", "too large for a number"),
        ("1000000000000000000", "at most 18 digits"),
        ("0xfffffffffffffffff", "at most 18 digits"),
    ],
)
def test_an_ambiguous_or_boundless_scalar_is_refused_where_it_stands(text: str, message: str) -> None:
    (complaint,) = complaints(f"x: 1\na: {text}")

    assert complaint.startswith("f.yaml:2:4: a: ")
    assert message in complaint


def test_every_value_and_key_knows_its_line_and_column() -> None:
    document = read("a: 1\nb:\n  - x\n  - {c: 2}\n")

    assert document.positions == {
        (): Position(1, 1),
        ("a",): Position(1, 4),
        ("b",): Position(3, 3),
        ("b", 0): Position(3, 5),
        ("b", 1): Position(4, 5),
        ("b", 1, "c"): Position(4, 9),
    }
    assert document.keys == {("a",): Position(1, 1), ("b",): Position(2, 1), ("b", 1, "c"): Position(4, 6)}


def test_a_year_as_key_is_a_number_and_a_quoted_one_is_text() -> None:
    assert read("2027: 0.1\n'2030': 0.2").content == {2027: 0.1, "2030": 0.2}


def test_all_problems_of_a_file_are_reported_together() -> None:
    found = complaints("a: no\nb: [1, .nan]\na: 2\nc: *x\n")

    assert [line.split(":")[1] for line in found] == ["1", "2", "3", "4"]


def test_a_repeated_key_names_both_lines() -> None:
    assert complaints("a: 1\nb: 2\na: 3") == ["f.yaml:3:1: a: 'a' is given twice: on line 1 and here"]


def test_the_same_key_in_two_mappings_is_no_repetition() -> None:
    assert complaints("a: {x: 1}\nb: {x: 2}") == []


def test_nesting_up_to_the_limit_is_read() -> None:
    deep = "[" * reader.MAX_DEPTH + "]" * reader.MAX_DEPTH

    assert complaints(deep) == []
    assert "deeper than 24" in complaints(f"[{deep}]")[0]


def test_reading_stops_after_a_hundred_problems() -> None:
    document = read("\n".join(f"k{number}: no" for number in range(500)))

    assert len(document.problems) == reader.MAX_PROBLEMS
    assert not document.whole


def test_the_parser_without_libyaml_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: 1e3\nb:\n  - {c: no, d: 'x'}\n2027: |\n  long\n  text\n"
    with_libyaml = read(text)

    monkeypatch.setattr(yaml, "__with_libyaml__", False)

    assert read(text) == with_libyaml


def test_a_setting_is_read_like_a_value_in_a_file() -> None:
    assert read_value("[1e3, {a: true}]", "--set") == [1000.0, {"a": True}]


def test_a_bad_setting_is_refused_under_its_name() -> None:
    with pytest.raises(InvalidScenarioError, match=r"--set a.b=.*: 'no' is ambiguous"):
        read_value("no", "--set a.b=no")


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_not_a_file_is_one_problem(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        os.mkfifo(path)

    (problem,) = read_file(path).problems

    assert problem.message in ("no such file", "is not a file")


def test_lines_are_counted_alike_for_all_line_ends() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert complaints(end.join(["a: 1", "b: 2", "c: no"]))[0].startswith("f.yaml:3:4: c: ")
