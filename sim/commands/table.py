"""A plain table on stdout: aligned, without frames, so that it reads well and is easily cut."""

from collections.abc import Iterable, Sequence

import click

MAX_WIDTH = 60
"""No column but the last is made wider than this; longer cells simply push the next one on."""


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns under a head, the last column as long as its text."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [min(MAX_WIDTH, max(len(line[column]) for line in lines)) for column in range(len(head) - 1)]
    for number, line in enumerate(lines):
        cells = [f"{text:<{width}}" for text, width in zip(line, widths, strict=False)]
        text = "  ".join([*cells, line[-1]]).rstrip()
        click.echo(click.style(text, bold=True) if number == 0 else text)
