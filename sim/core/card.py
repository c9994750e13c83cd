"""Cards: how a thing shows itself at the end of a notebook cell, in a few lines of text or as HTML with a small chart.

The HTML needs no script and no style sheet, takes the colours of text from the page around it, and escapes every
text. The charts are plain SVG, so that nobody waits for a plotting library to see what a thing is.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 96
COLOURS = ("#3b86c4", "#e08a2e", "#3f8f5b", "#8b5aa8")
"""Told apart with any colour vision, on light and on dark ground."""
ACROSS, DOWN, LEFT, RIGHT, LINE = 640.0, 170.0, 52.0, 150.0, 14.0
"""Of a chart, in pixels: its size, the room beside it for numbers and names, and the height of a line of text."""
BOX = (
    "border:1px solid rgba(128,128,128,.4);border-radius:8px;padding:10px 16px;max-width:680px;"
    "font:13px/1.5 system-ui,sans-serif"
)
PALE = "opacity:.7"


@dataclass(frozen=True)
class Card:
    """What a thing says of itself.

    Attributes:
        title: what it is.
        about: a sentence on it.
        facts: names and values, a line each.
        chart: an SVG, or nothing.
        hint: what can be asked of it.
    """

    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    chart: str = ""
    hint: str = ""

    def text(self) -> str:
        """The card in lines of text."""
        width = max((len(name) for name, _ in self.facts), default=0)
        lines = [f"{name:<{width}}  {value}" for name, value in self.facts]
        about = [f"{self.title}: {self.about}" if self.about else self.title]
        folded = [textwrap.wrap(line, WIDTH, subsequent_indent="  ") for line in about]
        return "\n".join([*folded[0], *(f"  {line}" for line in (*lines, self.hint) if line)])

    def html(self) -> str:
        """The card as HTML."""
        cell = "border:0;padding:0 14px 0 0;text-align:left;vertical-align:top;background:none"
        rows = "".join(
            f'<tr style="background:none"><td style="{cell};{PALE}">{escape(name)}</td>'
            f'<td style="{cell}">{escape(value)}</td></tr>'
            for name, value in self.facts
        )
        table = (
            f'<table style="margin:6px 0;border:0;font:inherit;color:inherit">{rows}</table>' if rows else ""
        )
        hint = f'<div style="{PALE}"><code>{escape(self.hint)}</code></div>' if self.hint else ""
        head = f"<div><b>{escape(self.title)}</b></div><div>{escape(self.about)}</div>"
        return f'<div style="{BOX}">{head}{table}{self.chart}{hint}</div>'


class Shown:
    """A thing that shows itself by a card."""

    def card(self) -> Card:
        """The card of it."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """The card as text."""
        return self.card().text()

    def _repr_html_(self) -> str:
        """The card as a notebook shows it."""
        return self.card().html()


@dataclass(frozen=True)
class Curve:
    """A line of a chart.

    Attributes:
        name: what it shows.
        values: one a year; nan leaves a gap at either end.
        low: lower edge of a band around it, or nothing.
        high: upper edge.
    """

    name: str
    values: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def curves(lines: Sequence[Curve], years: Sequence[int], title: str) -> str:
    """Lines over years with their bands and names, as SVG; nothing when there is no number to show."""
    drawn = (value for line in lines for value in (*line.values, *line.low, *line.high))
    every = [value for value in drawn if math.isfinite(value)]
    if not every or not years:
        return ""
    bottom, top = min(every), max(every)
    span = (top - bottom) or max(abs(top), 1.0)
    width = ACROSS - LEFT - RIGHT
    across = {year: LEFT + width * (year - years[0] + 0.5) / (years[-1] - years[0] + 1) for year in years}

    def at(year: int, value: float) -> str:
        return f"{across[year]:.1f},{_height(value, bottom, span):.1f}"

    def path(values: Sequence[float]) -> list[str]:
        return [at(year, value) for year, value in zip(years, values, strict=True) if math.isfinite(value)]

    parts = [label(LEFT - 6, _height(value, bottom, span), f"{value:,.4g}" if abs(value) < 100 else f"{value:,.0f}",
                   "end") for value in dict.fromkeys((bottom, top))]  # fmt: skip
    parts += [
        label(across[year], DOWN - 4, str(year), "middle") for year in dict.fromkeys((years[0], years[-1]))
    ]
    if bottom < 0.0 < top:
        zero = _height(0.0, bottom, span)
        parts.append(f'<path d="M{LEFT},{zero:.1f}h{width:.1f}" stroke="currentColor" stroke-opacity=".4"/>')
    names: list[tuple[float, str, str]] = []
    for line, colour in zip(lines, COLOURS, strict=False):
        if line.low:
            edge = " ".join([*path(line.low), *reversed(path(line.high))])
            parts.append(f'<polygon points="{edge}" fill="{colour}" fill-opacity=".22"/>')
        points = path(line.values)
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        if points:
            names.append((float(points[-1].partition(",")[2]), line.name, colour))
    return svg(DOWN, title, [*parts, *_names(names, across[years[-1]] + 10)])


def bars(
    rows: Sequence[tuple[str, float, float]], title: str, ends: tuple[float, float] | None = None
) -> str:
    """Bars from a low to a high value, a row each with its name above it, as SVG; nothing without rows.

    Args:
        rows: name, low and high of each bar.
        title: what they show.
        ends: the ends of the axis, by default those of all bars.
    """
    if not rows:
        return ""
    first, last = ends or (min(low for _, low, _ in rows), max(high for _, _, high in rows))
    scale = (ACROSS - 20.0) / ((last - first) or 1.0)
    parts = []
    for place, (name, low, high) in enumerate(rows):
        top = LINE + place * 2.2 * LINE
        parts.append(label(4, top + 2, name, "start"))
        parts.append(f'<rect x="4" y="{top + 6:.1f}" width="{ACROSS - 20:.0f}" height="7" fill="currentColor" '
                     'fill-opacity=".12"/>')  # fmt: skip
        parts.append(f'<rect x="{4 + (low - first) * scale:.1f}" y="{top + 6:.1f}" '
                     f'width="{max((high - low) * scale, 2.0):.1f}" height="7" fill="{COLOURS[0]}"/>')  # fmt: skip
    return svg(LINE + len(rows) * 2.2 * LINE, title, parts)


def _height(value: float, bottom: float, span: float) -> float:
    return DOWN - 1.6 * LINE - (value - bottom) / span * (DOWN - 2.6 * LINE)


def _names(names: list[tuple[float, str, str]], left: float) -> list[str]:
    """The names of lines at their ends, none over another."""
    places: list[float] = []
    for height, *_ in sorted(names):
        places.append(max(height, places[-1] + LINE) if places else height)
    lift = max(places[-1] - (DOWN - 2 * LINE), 0.0) if places else 0.0
    found = []
    for (_, name, colour), place in zip(sorted(names), places, strict=True):
        last = place - lift
        found.append(label(left, last + 4, name if len(name) <= 24 else f"{name[:23]}…", "start", colour))
    return found


def label(left: float, down: float, text: str, anchor: str, colour: str = "currentColor") -> str:
    """A text in an SVG; `anchor` is start, middle or end."""
    style = f'text-anchor="{anchor}" fill="{colour}" font-size="11"'
    return f'<text x="{left:.1f}" y="{down:.1f}" {style}>{escape(text)}</text>'


def svg(height: float, title: str, parts: Sequence[str]) -> str:
    """Parts as an SVG under a title."""
    box = f'viewBox="0 0 {ACROSS:.0f} {height:.0f}" style="width:100%;max-width:{ACROSS:.0f}px;height:auto"'
    name = escape(title)
    head = f'<div style="{PALE};font-size:11px;margin-top:4px">{name}</div>'
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{name}" {box}>{"".join(parts)}</svg>'
