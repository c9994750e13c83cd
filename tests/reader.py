"""A reader of pages: chromium without a screen, with all that a page asked for and complained of."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from tests.patience import GUARD_MS

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
DRAWN = """part => [...part.querySelectorAll('.scroll:not([hidden]) > .plot')].every(each => each.dataset.ready)"""
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Two frames, after which everything that watches sizes has seen the latest."""
OVER = """[...document.querySelectorAll('body *')].filter(each => !each.closest('.scroll, svg, .skip, .sr')
    && each.getBoundingClientRect().right > innerWidth + 1).map(each => each.outerHTML.slice(0, 80))"""

WIDE = """[...document.querySelectorAll('.scroll > table')].filter(each => each.offsetParent
    && each.scrollWidth > each.parentElement.clientWidth + 1).map(each => each.closest('[data-part]').dataset.part)"""
CARDS = """[...document.querySelectorAll('.cards')].filter(each => each.offsetParent)
    .map(each => each.closest('[data-part]').dataset.part)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as played:
        chromium = played.chromium.launch(executable_path=CHROMIUM, args=list(QUIET), timeout=GUARD_MS)
        yield chromium
        chromium.close()


class Reader:
    """A page that is read, with all that it asked for and complained of."""

    def __init__(self, browser: Any, path: Path, width: int = 1366, scheme: str = "light") -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page.set_default_timeout(GUARD_MS)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._refuse)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("main h3")

    def _refuse(self, dialog: Any) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def down(self) -> None:
        """Push the page through the window, so that every figure is drawn."""
        for part in self.page.query_selector_all(".part:not([hidden])"):
            part.scroll_into_view_if_needed()
            self.page.wait_for_function(DRAWN, arg=part)
        self.page.evaluate(SETTLED)

    def unfold(self) -> None:
        """Open all that is folded, and wait until tables have found their shape."""
        self.page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        self.page.evaluate(SETTLED)

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
