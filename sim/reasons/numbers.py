"""How numbers are written in explanations: with their unit, and no more digits than a reader needs."""

import math
import re
import textwrap
from collections.abc import Sequence

from sim.report.wording import number, percent

MANY = 2
GLUE = "\x00"
UNITS = re.compile(r"(?<=[0-9]) (?=%|CNY|million|Mt|USD)|(?<=million) (?=CNY)")
"""The space between a number and its unit, at which no line is broken."""


def figure(value: float, unit: str, *, bare: bool = False) -> str:
    """Give a number with its unit, or without when `bare`; shares in per cent always keep their sign.

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
    """Give a relative change in brackets, nothing where it says nothing: for shares, and from zero."""
    if unit in ("share", "ratio", "1/yr") or not math.isfinite(share) or abs(share) > 10.0:
        return ""
    signed = share * 100.0
    return f" ({signed:+.0f} %)" if abs(signed) >= 1.0 else f" ({signed:+.1f} %)"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """Give parts as a list in words.

    >>> joined(["a", "b", "c"], "or")
    'a, b or c'
    """
    if len(parts) < MANY:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def spans(years: Sequence[int]) -> str:
    """Give years as spans.

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
    """Give a text on one line without any sign that a terminal would obey."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Give a paragraph as lines of at most a width."""
    lines = textwrap.wrap(
        UNITS.sub(GLUE, text),
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(GLUE, " ") for line in lines]
