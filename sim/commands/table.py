"""A plain table on stdout: aligned, without frames, so that it reads well and is easily cut."""

import shutil
import textwrap
from collections.abc import Collection, Iterable, Sequence

import click

MAX_WIDTH = 60
"""No column but the last is made wider than this; longer cells simply push the next one on."""
NARROWEST, NARROW, WIDEST = 40, 80, 120
"""Lines are as wide as the terminal within these limits, and as wide as they may be where there is none."""
LEAST_ROOM = 30
"""Where less room than this is left for the last column, what does not fit goes below its row."""
BELOW = 4
"""Further in by so much."""


def line_width(widest: int = WIDEST) -> int:
    """Characters of a line: those of the terminal, and no more than are asked for."""
    return min(max(shutil.get_terminal_size((widest, 24)).columns, NARROWEST), widest)


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> None:
    """Print rows in aligned columns under a head; columns in `right` are aligned to the right, as numbers are.

    A row of one cell is a title over those that follow.
    """
    lines = [tuple(head), *(tuple(row) for row in rows)]
    whole = [line for line in lines if len(line) == len(head)]
    widths = [min(MAX_WIDTH, max(len(line[column]) for line in whole)) for column in range(len(head) - 1)]
    for number, line in enumerate(lines):
        if len(line) < len(head):
            print_text(line[0])
            continue
        cells = [
            f"{text:>{width}}" if column in right else f"{text:<{width}}"
            for column, (text, width) in enumerate(zip(line, widths, strict=False))
        ]
        before = "".join(f"{cell}  " for cell in cells)
        text = "\n".join(_broken(before, line[-1], sum(widths) + 2 * len(widths)))
        click.echo(click.style(text, bold=True) if number == 0 else text)


def _broken(before: str, last: str, indent: int) -> list[str]:
    """The lines of a row: what stands before the last column, and that column broken to fit."""
    room = line_width() - max(len(before), indent)
    if len(last) <= room:
        return [f"{before}{last}".rstrip()]
    if room < LEAST_ROOM:
        below = textwrap.wrap(last, line_width() - BELOW, break_long_words=False)
        return [before.rstrip(), *(f"{' ' * BELOW}{line}" for line in below)]
    own_indent = len(last) - len(last.lstrip())
    first, *others = textwrap.wrap(
        last, room, break_long_words=False, break_on_hyphens=False, subsequent_indent=" " * own_indent
    )
    return [f"{before}{first}".rstrip(), *(f"{' ' * indent}{line}" for line in others)]


def print_indented(text: str, indent: str, later: str = "") -> None:
    """Print a paragraph further in, within eighty characters; lines after the first still further by `later`."""
    click.echo(click.wrap_text(text, NARROW, initial_indent=indent, subsequent_indent=indent + later))


def print_text(text: str) -> None:
    """Print lines, each broken where it would pass the width, the rest of it further in."""
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 2 * (line[:1] == " "))
        click.echo(textwrap.fill(line, line_width(), subsequent_indent=indent, break_long_words=False) or "")
