"""SVG files made fit to stand inside a page: no foreign names, no clashes between figures, nothing to load."""

import re
from html import escape

_HEAD = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_OPENING = re.compile(r"<svg\b[^>]*>")
_VIEW_BOX = re.compile(r'viewBox="[0-9. ]+"')
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_OWN_NAME = re.compile(r'(\bid="|url\(#|href="#)')


def inline_svg(svg: str, name: str, words: str) -> str:
    """An SVG file as an element of an HTML page.

    Args:
        svg: the file as matplotlib writes it.
        name: prefix for the names inside, so that those of several figures differ.
        words: what the figure shows, for those who cannot see it.
    """
    body = _STYLE.sub("", _HEAD.sub("", svg, count=1))
    view = _VIEW_BOX.search(body)
    opening = f'<svg class="chart" {view[0] if view else ""} role="img" aria-label="{escape(words)}">'
    body = _OPENING.sub(lambda _: opening, body, count=1)
    return _OWN_NAME.sub(lambda found: f"{found[1]}{name}-", body).strip()
