"""Tables on stdout: aligned, numbers to the right, and no line longer than a page is wide."""

import pytest

from sim.commands.table import WIDEST, print_table, print_text


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a terminal that is as wide as lines may be."""
    monkeypatch.setenv("COLUMNS", str(WIDEST))


def test_numbers_are_aligned_to_the_right_where_it_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "n", "said"), [("a", "5", "x"), ("bb", "1,234", "y")], right=(1,))

    assert capsys.readouterr().out.splitlines() == [
        "name      n  said",
        "a         5  x",
        "bb    1,234  y",
    ]


def test_a_long_last_column_goes_on_under_itself(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("key", "meaning"), [("k", "word " * 60)])

    head, first, second, *_ = capsys.readouterr().out.splitlines()
    assert head.index("meaning") == first.index("word") == second.index("word") == 5
    assert max(len(first), len(second)) <= WIDEST


def test_a_word_that_cannot_be_broken_stays_whole(capsys: pytest.CaptureFixture[str]) -> None:
    address = "https://example.org/" + "a" * 150
    print_table(("key", "source"), [("k", address)])

    assert address in capsys.readouterr().out


def test_long_lines_of_text_are_broken_and_go_on_further_in(capsys: pytest.CaptureFixture[str]) -> None:
    print_text("short\n  " + "limit " * 30)

    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "short"
    assert second.startswith("  limit") and third.startswith("    limit")
    assert len(second) <= WIDEST


def test_lines_are_no_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    print_table(("name", "meaning"), [("x", "word " * 40)])
    print_text("word " * 40)

    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60


def test_a_last_column_without_room_goes_below_its_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    print_table(("a rather long name", "unit", "meaning"), [("n" * 40, "Mt/yr", "word " * 20)])

    head, first, second, *_ = capsys.readouterr().out.splitlines()
    assert head.endswith("meaning") and first.endswith("Mt/yr") and second.startswith("    word")
    assert len(second) <= 60
