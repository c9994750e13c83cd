import re
from html.parser import HTMLParser

import pytest

from sim.report.contents import key_numbers, largest_groups, losses
from sim.report.origins import evidence, synthetic_plants
from sim.report.page import page
from sim.report.plots import Plots
from sim.results import Results

LOADING = ("src", "srcset", "data", "action", "background", "poster", "formaction")


class Reader(HTMLParser):
    """Collects tags, names and everything that a browser would load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            text = value or ""
            if name == "id":
                self.ids.append(text)
            if (
                name in LOADING
                or (name.endswith("href") and not text.startswith("#"))
                or name.startswith("on")
            ):
                self.loads.append(f"{tag} {name}={text}")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.fixture(scope="module")
def baseline_page(results: Results) -> str:
    return page(results, Plots(results))


def test_the_page_loads_nothing_and_runs_nothing(baseline_page: str) -> None:
    found = read(baseline_page)

    assert found.loads == []
    assert not {"script", "link", "img", "iframe", "object", "image"} & {*found.tags}
    assert re.findall(r"url\((?!#)|@import|https?://", baseline_page) == []


def test_names_of_elements_are_unique_over_all_figures(baseline_page: str) -> None:
    ids = read(baseline_page).ids

    assert len(ids) == len(dict.fromkeys(ids)) > 50


def test_the_page_has_the_question_and_all_four_figures(baseline_page: str, results: Results) -> None:
    assert results.scenario.question.replace("'", "&#39;") in baseline_page
    assert baseline_page.count('<svg class="chart"') == 4


def test_hostile_names_show_as_text(hostile: Results) -> None:
    text = page(hostile, Plots(hostile))
    found = read(text)

    assert found.loads == []
    assert not {"script", "img", "b"} & {*found.tags}
    assert "&lt;script&gt;alert(2)&lt;/script&gt; &amp; what then?" in text
    assert text.count("<svg") == text.count("</svg>") == 4


@pytest.mark.parametrize("name", ["one_year", "standstill"])
def test_a_strange_run_has_a_page_without_gaps(name: str, request: pytest.FixtureRequest) -> None:
    strange = request.getfixturevalue(name)

    text = page(strange, Plots(strange))

    assert re.findall(r">(?:nan|inf|None|n/a)<", text) == []


def test_a_single_year_has_no_change_column(one_year: Results) -> None:
    assert key_numbers(one_year).head == ("", "2026")


def test_changes_carry_a_sign_and_shares_change_in_points(results: Results) -> None:
    first, last = results.years["cr5"].iloc[0], results.years["cr5"].iloc[-1]
    row = next(row for row in key_numbers(results).rows if "CR5" in row[0])

    change = round((last - first) * 100, 1)
    assert row[-1] == (f"{change:+.1f}" if change else "0.0")


def test_losses_by_bearer_add_up_to_all_losses(results: Results) -> None:
    *bearers, total = losses(results).rows

    # Eight figures of two decimals, each off by half a unit at most.
    assert sum(float(row[-2]) for row in bearers) == pytest.approx(float(total[-2]), abs=0.04)
    assert float(total[-2]) == pytest.approx(results.years["losses_mcny"].sum() / 1000, abs=0.005)


def test_the_largest_groups_come_by_size(results: Results) -> None:
    sizes = [float(row[3]) for row in largest_groups(results).rows]

    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) >= 10


def test_every_parameter_and_installed_plant_is_counted_once_by_evidence(results: Results) -> None:
    *rows, total = evidence(results).rows
    pack = results.scenario.pack

    wanted = [len(pack.provenance), sum(row.installed for row in pack.refineries)]
    assert [sum(int(row[column]) for row in rows) for column in (1, 2)] == wanted
    assert [int(cell) for cell in total[1:3]] == wanted


def test_synthetic_plants_are_listed_and_marked(results: Results) -> None:
    rows = synthetic_plants(results).rows

    assert len(rows) >= sum(row.status == "synthetic" for row in results.scenario.pack.refineries) > 0
    assert all(row[0].endswith("◇") for row in rows)
