"""What a page is made of: sections with figures, tables and notes, as plain values that the script draws.

A figure has frames, one for each state of the page that it depends on: the year of the slider, control or equity.
Colours are names of the style sheet behind an `@`, so that one figure fits light and dark.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sim.core.words import number

Frame = dict[str, Any]


def frame(finding: str, data: list[dict[str, Any]], layout: dict[str, Any], among: str = "") -> Frame:
    """One state of a figure: what it and what all runs say in a sentence, traces and layout as plotly takes them."""
    return {"finding": finding, "data": data, "layout": layout, "among": among}


def band(x: list[Any], low: list[float], high: list[float], name: str, colour: str) -> list[dict[str, Any]]:
    """Two traces that fill what lies between two lines."""
    edge = {"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        {**edge, "y": low, "showlegend": False},
        {**edge, "y": high, "fill": "tonexty", "fillcolor": colour, "name": name},
    ]


def cell(value: float, text: str) -> list[Any]:
    """A number of a table with its text, to be sorted by; what is not known is a dash."""
    return [text, round(float(value), 4)] if math.isfinite(value) else ["–", None]


def signed(value: float, decimals: int = 0) -> str:
    """A change with its sign, none for zero.

    >>> signed(213.4), signed(-0.2), signed(-5.25, 1)
    ('+213', '0', '\u22125.2')
    """
    shown = number(value, decimals)
    if not any(digit in shown for digit in "123456789"):
        return shown
    return f"+{shown}" if value > 0.0 else shown.replace("-", "\u2212")


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        id: its name on the page.
        by: what its frames depend on: `view` before `year`, or choices of the page by id; none for one frame.
        frames: by the values of these, joined by `|`.
        height: in pixels.
        note: what to keep in mind.
        least_width: below this width it can be pushed sideways.
    """

    id: str
    by: tuple[str, ...]
    frames: dict[str, Frame]
    height: int = 420
    note: str = ""
    least_width: int = 0


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        id: its name on the page.
        caption: what it shows.
        head: names of the columns.
        rows: cells, text or numbers with their text: `[text, value to sort by]`.
        words: how many leading columns are text.
        search: whether it can be searched and sorted.
        note: what to keep in mind.
        folded: whether it opens only when asked for.
        scenario: it is shown only while this scenario is chosen; always when empty.
        year: it is shown only while this year is chosen; always when zero.
        view: it is shown only while control or equity is chosen; always when empty.
    """

    id: str
    caption: str
    head: list[str]
    rows: list[list[Any]]
    words: int = 1
    search: bool = False
    note: str = ""
    folded: bool = False
    scenario: str = ""
    year: int = 0
    view: str = ""


@dataclass(frozen=True)
class Choice:
    """What a reader may choose in the bar of the page, offered when there are two options or more.

    Attributes:
        id: what figures depend on by this name.
        label: what is chosen.
        options: value and name of each.
    """

    id: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A section.

    Attributes:
        id: its name on the page.
        label: its name in the navigation.
        parts: ids of figures and tables, and the names of what the script makes itself, in order.
        figures: its figures.
        tables: its tables.
        lead: a sentence under the heading.
        extra: what the script needs besides.
    """

    id: str
    label: str
    parts: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    lead: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """The section as plain values."""
        return asdict(self)


def section(name: str, label: str, parts: Sequence[Figure | Table], lead: str = "") -> Section:
    """A section of figures and tables alone, in their order."""
    figures = tuple(each for each in parts if isinstance(each, Figure))
    tables = tuple(each for each in parts if isinstance(each, Table))
    return Section(name, label, tuple(each.id for each in parts), figures, tables, lead)
