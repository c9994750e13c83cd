"""Fonts of the figures: the one that matplotlib brings along, and one for Chinese where this machine has it."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC"),
    *("Microsoft YaHei", "SimHei", "Hiragino Sans GB", "WenQuanYi Micro Hei", "Arial Unicode MS"),
)
"""Fonts that have the signs of Chinese, the best first; a collection is known by the first font in it."""
FILES = (
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "pingfang",
    "msyh",
    "simhei",
    "hiragino",
    "wqy-microhei",
)
"""How the names of their files begin."""


@cache
def families() -> tuple[str, ...]:
    """The fonts of the figures; a sign that the first one lacks is taken from the next."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    found = _chinese(fontManager.get_font_names())
    if not found:
        # What matplotlib knows of this machine may be older than its fonts.
        for path in findSystemFonts():
            if Path(path).stem.lower().startswith(FILES):
                fontManager.addfont(path)
        found = _chinese(fontManager.get_font_names())
    return ("DejaVu Sans", *found)


def _chinese(there: Iterable[str]) -> list[str]:
    """The best font for Chinese among those there, or none."""
    known = set(there)
    return [name for name in CHINESE if name in known][:1]


@cache
def _signs() -> frozenset[int]:
    """The code points that the fonts of the figures can draw."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    fonts = (get_font(findfont(FontProperties(family=[name]))) for name in families())
    return frozenset(sign for font in fonts for sign in font.get_charmap())


def can_draw(text: str) -> bool:
    """Whether no sign of a text would become an empty box."""
    return all(ord(sign) in _signs() for sign in text)
