"""How numbers, names and changes are written where people read them.

Formats only; nothing here knows what a number means. Names come from the pack, and a name that the font of
the figures cannot draw gives way to its key, so that a figure never shows empty boxes.
"""

import math
from collections.abc import Sequence

NOTHING = "n/a"
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


def number(value: float, decimals: int = 0) -> str:
    """Give a number with separated thousands; `n/a` when it is not finite, and never a negative zero.

    >>> number(2722.4), number(-0.01, 1), number(float("nan"))
    ('2,722', '0.0', 'n/a')
    """
    if not math.isfinite(value):
        return NOTHING
    rounded = round(float(value), decimals)
    return f"{rounded if rounded else 0.0:,.{decimals}f}"


def percent(share: float, decimals: int = 0) -> str:
    """Give a share of 0-1 in per cent, with the sign.

    >>> percent(0.7985, 1)
    '79.9 %'
    """
    shown = number(share * 100.0, decimals)
    return shown if shown == NOTHING else f"{shown} %"


def plural(count: int, one: str, many: str = "") -> str:
    """Give a count with its noun.

    >>> plural(1, "plant"), plural(3, "plant")
    ('1 plant', '3 plants')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def moved(before: float, after: float, least: float) -> str:
    """Give the verb of a change: `rises`, `falls` or, when it is smaller than `least`, `stays`."""
    if abs(after - before) < least:
        return "stays"
    return "rises" if after > before else "falls"


def drawable(text: str, instead: str = "?") -> str:
    """Give a text that the font of the figures can draw: itself, or what stands instead."""
    clean = " ".join(text.split())
    return clean if clean and all(ord(sign) < LATIN_END and sign.isprintable() for sign in clean) else instead


def clipped(text: str, most: int, mark: str = "…") -> str:
    """Give a text cut to a number of characters, with a mark where something was lost."""
    return text if len(text) <= most else f"{text[: max(most - len(mark), 0)].rstrip(' ,(-')}{mark}"


def short_plant(name: str) -> str:
    """Give the name of a plant without what all of them share."""
    return name.removesuffix(" complex").removesuffix(" alumina").rstrip(" ,-")


def bearer(name: str) -> str:
    """Give who bore a loss, in words."""
    return BEARERS_IN_WORDS.get(name, name.replace("_", " "))


def milestones(years: Sequence[int], steps: Sequence[int]) -> list[int]:
    """Give the first year, those some steps on, and the last one, each once and in order.

    >>> milestones([2026, 2027, 2028, 2029, 2030], (3, 6))
    [2026, 2029, 2030]
    """
    wanted = [years[0], *(years[0] + step for step in steps), years[-1]]
    return list(dict.fromkeys(sorted(year for year in wanted if year <= years[-1])))
