"""How numbers are written in explanations: with their unit, and no more digits than a reader needs."""

import math
import re
import textwrap
from collections.abc import Sequence

MANY = 2
GLUE = "\x00"
UNITS = re.compile(r"(?<=[0-9]) (?=%|CNY|million|Mt|USD)|(?<=million) (?=CNY)")
"""The space between a number and its unit, at which no line is broken."""


def figure(value: float, unit: str, *, bare: bool = False) -> str:
    """A number with its unit, or without when `bare`; shares in per cent always keep their sign.

    >>> figure(2704.2, "CNY/t"), figure(0.083, "share"), figure(2704.2, "CNY/t", bare=True)
    ('2,704 CNY/t', '8.3 %', '2,704')
    """
    match unit:
        case "share" | "ratio" | "1/yr":
            return percent(value, 0 if abs(value) >= 1.0 else 1)
        case "CNY/t" | "million CNY":
            text = number(value)
        case _:
            text = number(value, 2)
    return text if bare else f"{text} {unit}"


def change(share: float, unit: str) -> str:
    """A relative change in brackets, nothing where it says nothing: for shares, and from zero."""
    if unit in ("share", "ratio", "1/yr") or not math.isfinite(share) or abs(share) > 10.0:
        return ""
    signed = share * 100.0
    return f" ({signed:+.0f} %)" if abs(signed) >= 1.0 else f" ({signed:+.1f} %)"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Parts as a list in words.

    >>> joined(["a", "b", "c"], "or")
    'a, b or c'
    """
    if len(parts) < MANY:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def spans(years: Sequence[int]) -> str:
    """Years as spans.

    >>> spans([2026, 2027, 2028, 2031])
    '2026-2028, 2031'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def plain(text: str) -> str:
    """A text on one line without any sign that a terminal would obey, and without spaces in a row."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """A text on one line without any sign that a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """A paragraph as lines of at most a width."""
    lines = textwrap.wrap(
        UNITS.sub(GLUE, text),
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines]


NOTHING = "n/a"
EXACT = 9
"""Decimals to which sizes are taken as they are; what is beyond is the noise of sums."""


def number(value: float, decimals: int = 0) -> str:
    """A number with separated thousands; `n/a` when it is not finite, and never a negative zero.

    >>> number(2722.4), number(-0.01, 1), number(float("nan"))
    ('2,722', '0.0', 'n/a')
    """
    if not math.isfinite(value):
        return NOTHING
    rounded = round(float(value), decimals)
    return f"{rounded if rounded else 0.0:,.{decimals}f}"


def tonnes(value: float, decimals: int) -> str:
    """A sum of sizes, which is written alike in whatever order its parts were added.

    >>> tonnes(0.35, 1), tonnes(0.1 + 0.05 + 0.2, 1)
    ('0.3', '0.3')
    """
    return number(round(value, EXACT), decimals)


def percent(share: float, decimals: int = 0) -> str:
    """A share of 0-1 in per cent, with the sign.

    >>> percent(0.7985, 1)
    '79.9 %'
    """
    shown = number(share * 100.0, decimals)
    return shown if shown == NOTHING else f"{shown} %"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> plural(1, "plant"), plural(3, "plant")
    ('1 plant', '3 plants')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def worded(name: str) -> str:
    """A name of the record in words, its unit at the end left in.

    >>> worded("dry_stacking")
    'dry stacking'
    """
    return plain(name).replace("_", " ")
