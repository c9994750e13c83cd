"""The page in a browser: it asks for nothing, breaks nothing, and does what its controls say."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from sim.report.page import LANGUAGES, write_page
from sim.results import Results

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
DRAWN = """part => [...part.querySelectorAll('.scroll:not([hidden]) > .plot')].every(each => each.childElementCount)"""
OVER = """[...document.querySelectorAll('body *')].filter(each => !each.closest('.scroll, svg, .skip, .sr')
    && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as played:
        chromium = played.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


class Reader:
    """A page that is read, with all that it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1366, scheme: str = "light") -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._refuse)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("#curve h3")

    def _refuse(self, dialog: Any) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def down(self) -> None:
        """Push the page through the window, so that every figure is drawn."""
        for part in self.page.query_selector_all(".part"):
            part.scroll_into_view_if_needed()
            self.page.wait_for_function(DRAWN, arg=part)

    def title(self, part: str) -> str:
        return str(self.page.inner_text(f"[data-part={part}] h3"))

    def year(self, year: int) -> None:
        self.page.evaluate(
            "year => { const slider = document.getElementById('year'); slider.value = year;"
            " slider.dispatchEvent(new Event('input')); }",
            year,
        )

    def point(self) -> tuple[float, float]:
        """A place under the top of the widest bar of the cost curve."""
        place: list[float] = self.page.evaluate(
            "() => { const boxes = [...document.querySelectorAll('#curve .bars .point path')]"
            ".map(each => each.getBoundingClientRect()).sort((a, b) => b.width - a.width);"
            " return [boxes[0].x + boxes[0].width / 2, boxes[0].y + 12]; }"
        )
        return place[0], place[1]


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
