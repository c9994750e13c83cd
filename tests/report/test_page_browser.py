"""The page in a browser: it asks for nothing, breaks nothing, and does what its controls say."""

from pathlib import Path
from typing import Any

import pytest

from sim.report.page import LANGUAGES, write_page
from sim.results import Results
from tests.reader import OVER, Reader, browser, needs_chromium

__all__ = ["browser"]

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def places(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for lang in LANGUAGES:
        write_page(results, folder / f"{lang}.html", lang)
    return {lang: folder / f"{lang}.html" for lang in LANGUAGES}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1366, "light"), (500, "dark"), (390, "light")])
def test_it_asks_for_nothing_complains_of_nothing_and_cuts_nothing(
    browser: Any, places: dict[str, Path], lang: str, width: int, scheme: str
) -> None:
    reader = Reader(browser, places[lang], width, scheme)

    reader.down()

    assert reader.asked == [places[lang].as_uri()]
    assert reader.complaints == []
    assert reader.page.evaluate(OVER) == []
    assert reader.page.evaluate("document.documentElement.scrollWidth") == width


def test_the_slider_moves_every_figure_of_a_year(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"])
    reader.down()
    parts = ("curve", "moved", "tiles", "owners", "graph", "coastward")
    before = [reader.title(part) for part in parts]

    reader.year(2027)

    after = [reader.title(part) for part in parts]
    assert all("2028" in title for title in before)
    assert all("2027" in title for title in after)


def test_the_slider_and_the_buttons_are_reached_by_keys(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"])

    reader.page.focus("#year")
    reader.page.keyboard.press("ArrowLeft")
    shown = reader.page.inner_text("#year-now")
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")

    assert shown == "2027"
    assert reader.page.get_attribute("[data-view=equity]", "aria-pressed") == "true"


def test_by_equity_the_largest_groups_have_less_than_they_control(
    browser: Any, places: dict[str, Path]
) -> None:
    reader = Reader(browser, places["en"])
    reader.down()
    control = reader.title("owners")

    reader.page.click("[data-view=equity]")

    assert reader.title("owners") != control
    assert "By equity" in reader.title("owners")
    assert "by equity" in reader.title("graph")


def test_pointing_at_a_bar_tells_the_plant_and_a_click_opens_its_card(
    browser: Any, places: dict[str, Path], results: Results
) -> None:
    reader = Reader(browser, places["en"])
    reader.page.locator("#curve .plot").scroll_into_view_if_needed()
    reader.page.wait_for_selector("#curve .plot .bars")

    reader.page.mouse.move(*reader.point())
    reader.page.wait_for_selector("#curve .hoverlayer .hovertext")
    told = reader.page.text_content("#curve .hoverlayer")
    reader.page.mouse.click(*reader.point())
    reader.page.wait_for_selector("dialog[open] .plot svg")
    name = reader.page.inner_text("#card-name")

    assert "Cash cost" in told
    assert name.split(" · ")[0] in told
    assert name.split(" · ")[0] in {row.name for row in results.scenario.pack.refineries}
    reader.page.keyboard.press("Escape")
    assert reader.page.query_selector("dialog[open]") is None


def test_the_owner_that_is_chosen_is_shown_alone(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"])
    reader.down()

    reader.page.select_option("#owner", "weiqiao-pioneering")

    assert "Weiqiao" in reader.title("graph")
    faint = (
        "[...document.querySelectorAll('#curve .bars .point path')].some(each => each.style.opacity < 0.3)"
    )
    assert reader.page.evaluate(faint)


def test_deals_can_be_searched_and_sorted(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"])
    part = "[data-part=sources]"
    reader.page.click(f"{part} summary")
    count = reader.page.locator(f"{part} tbody tr").count()

    reader.page.fill(f"{part} input", "shandong")
    found = reader.page.locator(f"{part} tbody tr").count()
    reader.page.click(f"{part} thead button >> nth=0")
    names = reader.page.locator(f"{part} tbody td:first-child").all_inner_texts()

    assert 0 < found < count
    assert names == sorted(names, key=str.lower)


def test_dark_and_light_follow_the_reader_and_the_button(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"], scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = reader.page.evaluate(paper)

    reader.page.click("#theme")

    assert (dark, reader.page.evaluate(paper)) == ("rgb(17, 20, 24)", "rgb(255, 255, 255)")


def test_the_page_speaks_chinese(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["zh"])

    assert reader.page.get_attribute("html", "lang") == "zh-Hans"
    assert reader.page.inner_text("#curve-label") == "成本曲线"
    assert "山西" in reader.page.inner_text("#provinces")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_show_as_text(browser: Any, hostile: Results, tmp_path: Path, lang: str) -> None:
    path = tmp_path / "report.html"
    write_page(hostile, path, lang)
    reader = Reader(browser, path)

    reader.down()
    reader.page.click("#holdings button >> nth=0")

    assert reader.asked == [path.as_uri()]
    assert reader.complaints == []
    assert reader.page.locator("script").count() == 3
    assert reader.page.locator("img, main b, h1 *").count() == len(reader.page.query_selector_all(".tile b"))
    assert reader.page.inner_text("h1") == "<script>alert(2)</script> & what then?"
    assert "</style></svg>山西" in reader.page.inner_text("#tiles") or lang == "zh"
