"""An explanation as text on a screen and as JSON: headings, paragraphs and small tables, wrapped to a width."""

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.core.words import plain, wrapped

WIDTH = 96
INDENT = "  "


@dataclass(frozen=True)
class Grid:
    """A small table.

    Attributes:
        head: titles of the columns; the first column is text, the others are numbers.
        rows: cells.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        """The table as aligned lines."""
        table = [self.head, *self.rows]
        widths = [max(len(row[place]) for row in table) for place in range(len(self.head))]
        return [
            "  ".join(
                f"{cell:<{width}}" if place == 0 else f"{cell:>{width}}"
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in table
        ]


@dataclass(frozen=True)
class Entry:
    """One thing that is told, with sentences of its own.

    Attributes:
        lead: what stands first, such as the year and the question.
        told: sentences, which make one paragraph.
    """

    lead: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One part of an explanation.

    Attributes:
        title: its heading.
        parts: paragraphs, entries and tables, in order.
    """

    title: str
    parts: tuple[str | Entry | Grid, ...]


@dataclass(frozen=True)
class Explanation:
    """Why an agent did what it did; print it to read it.

    Attributes:
        title: whom it is about.
        sections: what is told.
        content: the numbers behind it, plain values that JSON can hold.
    """

    title: str
    sections: tuple[Section, ...]
    content: dict[str, Any] = field(default_factory=dict, repr=False)

    def text(self, width: int = WIDTH, *, bold: bool = False) -> str:
        """Return it as plain text, headings bold when a terminal shows it, without a line break at the end."""
        blocks = [[_heading(line, bold) for line in wrapped(self.title, width)]]
        for section in self.sections:
            lines = [_heading(section.title, bold)]
            for part in section.parts:
                new = list(_lines(part, width))
                # A table stands between empty lines; two of them in a row share one.
                lines += new[1:] if new[:1] == [""] == lines[-1:] else new
            blocks.append(lines[:-1] if lines[-1] == "" else lines)
        return "\n\n".join("\n".join(lines) for lines in blocks)

    def __str__(self) -> str:
        """Return it as plain text."""
        return self.text()

    def _repr_html_(self) -> str:
        """Return it as a notebook shows it."""
        return f"<pre>{html.escape(self.text())}</pre>"


def _heading(text: str, bold: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if bold else text


def _lines(part: str | Entry | Grid, width: int) -> Sequence[str]:
    if isinstance(part, Grid):
        return ["", *(f"{INDENT}{line}" for line in part.lines()), ""]
    if isinstance(part, str):
        return wrapped(plain(part), width, INDENT, INDENT)
    lead = wrapped(plain(part.lead), width, INDENT, INDENT * 2)
    return [*lead, *wrapped(plain(" ".join(part.told)), width, INDENT * 4, INDENT * 4)]
