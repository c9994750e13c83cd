"""The page in a browser: it asks for nothing, breaks nothing, and does what its controls say."""

from pathlib import Path
from typing import Any

import pytest

from sim.report.page import LANGUAGES, write_page
from sim.results import Results
from tests.reader import CARDS, OVER, WIDE, Reader, browser, needs_chromium

__all__ = ["browser"]

pytestmark = needs_chromium

COVERED = """() => {
    const boxes = [...document.querySelectorAll('#graph .scatterlayer text')].filter(each => each.textContent)
        .map(each => [each.textContent, each.getBoundingClientRect()]);
    return boxes.flatMap(([name, box], place) => boxes.slice(0, place).filter(([, other]) =>
        Math.min(box.right, other.right) - Math.max(box.left, other.left) > 2
        && Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 3).map(([other]) => [name, other]));
}"""
CONTRASTS = (
    *(("ink", under) for under in ("paper", "raised", "heat-coast", "heat-inland")),
    *(("soft", under) for under in ("paper", "raised")),
    ("accent", "paper"),
)
"""Colours of text with what they stand on."""
CONTRAST = """names => {
    const style = getComputedStyle(document.documentElement);
    const [dark, light] = names.map(name => {
        const box = document.createElement('i');
        box.style.color = style.getPropertyValue('--' + name);
        document.body.append(box);
        const parts = getComputedStyle(box).color.match(/[0-9.]+/g).slice(0, 3).map(each => each / 255)
            .map(each => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
        box.remove();
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    }).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
}"""
"""The contrast of two colours of the style sheet as computed.

Source: WCAG 2.2, relative luminance and contrast ratio.
"""
BROKEN = """() => {
    const found = [], walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.parentElement.closest('svg, script, [hidden], details:not([open])')) continue;
        for (const word of node.data.matchAll(/[A-Za-z]{3,}/g)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const tops = [...range.getClientRects()].map(each => Math.round(each.top));
            if (new Set(tops).size > 1) found.push(word[0]);
        }
    }
    return found;
}"""


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
    reader.unfold()
    assert reader.page.evaluate(WIDE) == []
    assert width < 1366 or reader.page.evaluate(CARDS) == []


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
    reader.page.wait_for_selector("#curve .plot[data-ready]")

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
    reader.page.wait_for_selector("dialog[open]", state="detached")


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


@pytest.mark.parametrize(("lang", "width"), [("en", 1366), ("zh", 1366), ("en", 390)])
def test_no_label_of_the_graph_of_owners_covers_another(
    browser: Any, places: dict[str, Path], lang: str, width: int
) -> None:
    reader = Reader(browser, places[lang], width)
    reader.page.locator("#graph").scroll_into_view_if_needed()
    reader.page.wait_for_selector("#graph[data-ready]")

    for owner in ("chinalco", "weiqiao-pioneering", "jinjiang", "spic"):
        reader.page.select_option("#owner", owner)
        reader.page.wait_for_function("name => document.getElementById('owner').value === name", arg=owner)
        assert reader.page.evaluate(COVERED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_small_text_stands_out_from_what_is_under_it(
    browser: Any, places: dict[str, Path], scheme: str
) -> None:
    reader = Reader(browser, places["en"], scheme=scheme)

    for ink, under in CONTRASTS:
        assert reader.page.evaluate(CONTRAST, [ink, under]) >= 4.5, (ink, under)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_breaks_inside_on_a_telephone(browser: Any, places: dict[str, Path], lang: str) -> None:
    reader = Reader(browser, places[lang], 390)
    reader.down()

    assert reader.page.evaluate(BROKEN) == []


def test_deals_and_shares_are_told_by_control_or_by_equity(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"])
    shown = "[...document.querySelectorAll('[data-forview]:not([hidden])')].map(each => each.dataset.part)"
    before = reader.page.evaluate(shown)

    reader.page.click("[data-view=equity]")

    assert before == ["deals-control", "largest-control"]
    assert reader.page.evaluate(shown) == ["deals-equity", "largest-equity"]


def test_a_firm_that_people_name_leads_to_its_group(browser: Any, places: dict[str, Path]) -> None:
    reader = Reader(browser, places["en"])

    reader.page.select_option("#owner", label="China Hongqiao Group → Shandong Weiqiao Pioneering Group")

    assert reader.title("graph").startswith(
        "In this run China Hongqiao Group, under Shandong Weiqiao Pioneering Group, has"
    )


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
