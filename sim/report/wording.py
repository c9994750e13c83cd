"""How numbers, names and changes are written where people read them.

Formats only; nothing here knows what a number means. Names come from the pack, and a name that the font of
the figures cannot draw gives way to its key, so that a figure never shows empty boxes.

Fonts of the figures: the one that matplotlib brings along, and one for Chinese where this machine has it.
"""

import re
from collections.abc import Iterable, Sequence
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


OWNER_LONGEST = 26
SHORT, ASIDE = re.compile(r"\(([^() ]{2,14})\)"), re.compile(r" *[(（].*")
LATIN_END = 0x250
"""First code point behind the Latin letters that the font of the figures is sure to have."""

BEARERS_IN_WORDS = {
    "owner_cash": "owners' cash",
    "payables": "ore suppliers, paid late",
    "deferred_maintenance": "maintenance put off",
    "group_transfer": "smelters of the group",
    "new_debt": "new bank debt",
    "local_support": "local government",
    "creditors": "creditors, not paid",
    "workers": "workers, paid late",
}
"""Who bears a loss, by the name of `sim.strategy.finance.BEARERS`."""


def moved(before: float, after: float, least: float) -> str:
    """The verb of a change: `rises`, `falls` or, when it is smaller than `least`, `stays`."""
    if abs(after - before) < least:
        return "stays"
    return "rises" if after > before else "falls"


def drawable(text: str, instead: str = "?") -> str:
    """A text that the font of the figures can draw: itself, or what stands instead."""
    clean = " ".join(text.split())
    beyond = "".join(sign for sign in clean if ord(sign) >= LATIN_END)
    return clean if clean and clean.isprintable() and (not beyond or can_draw(beyond)) else instead


def clipped(text: str, most: int, mark: str = "…") -> str:
    """A text cut to a number of characters, with a mark where something was lost."""
    return text if len(text) <= most else f"{text[: max(most - len(mark), 0)].rstrip(' ,(-')}{mark}"


def short(name: str) -> str:
    """The name of an owner as a figure has room for it: where it is long, what it is called for short."""
    called = SHORT.search(name)
    if len(name) > OWNER_LONGEST and called:
        return called[1]
    return clipped(ASIDE.sub("", name).removesuffix(" Group") or name, OWNER_LONGEST)


def short_plant(name: str) -> str:
    """The name of a plant without what all of them share."""
    return name.removesuffix(" complex").removesuffix(" alumina").rstrip(" ,-")


def bearer(name: str) -> str:
    """Who bore a loss, in words."""
    return BEARERS_IN_WORDS.get(name, name.replace("_", " "))


def milestones(years: Sequence[int], steps: Sequence[int]) -> list[int]:
    """The first year, those some steps on, and the last one, each once and in order.

    >>> milestones([2026, 2027, 2028, 2029, 2030], (3, 6))
    [2026, 2029, 2030]
    """
    wanted = [years[0], *(years[0] + step for step in steps), years[-1]]
    return list(dict.fromkeys(sorted(year for year in wanted if year <= years[-1])))
