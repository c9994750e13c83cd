import pytest

from sim.report.summary import summary
from sim.results import Results


@pytest.mark.parametrize("name", ["results", "one_year", "standstill", "hostile"])
def test_the_summary_fits_eighty_columns_of_plain_text(name: str, request: pytest.FixtureRequest) -> None:
    text = summary(request.getfixturevalue(name))

    assert max(len(line) for line in text.splitlines()) <= 80
    assert text.isascii()
    assert "\x1b" not in text


def test_columns_are_the_first_and_the_last_year_of_a_short_run(results: Results) -> None:
    head = next(line for line in summary(results).splitlines() if line.endswith("2028"))

    assert head.split() == ["2026", "2028"]


def test_a_single_year_has_a_single_column(one_year: Results) -> None:
    lines = summary(one_year).splitlines()

    assert any(line.split() == ["2026"] for line in lines)


def test_numbers_of_the_table_are_those_of_the_run(results: Results) -> None:
    line = next(line for line in summary(results).splitlines() if line.startswith("installed capacity"))

    wanted = [f"{results.years['capacity_mt'].iloc[place]:.1f}" for place in (0, -1)]
    assert line.split()[-2:] == wanted


def test_exits_are_counted_and_the_largest_named(results: Results) -> None:
    gone = results.events[results.events["kind"] == "exit"]
    text = summary(results)

    assert f"{len(gone)} plant" in text if len(gone) else "Exits: none." in text


def test_a_run_without_exits_says_so(one_year: Results) -> None:
    assert "Exits: none." in summary(one_year)


def test_a_run_without_losses_says_so(results: Results, standstill: Results) -> None:
    groups = results.groups.copy()
    groups[[name for name in groups.columns if name.startswith("loss_")]] = 0.0
    standstill.__dict__["groups"] = groups

    assert "Losses: none." in summary(standstill)
