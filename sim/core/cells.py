"""Text cells of a table on disk: written so that no spreadsheet takes them for a formula, and read back unharmed.

Data that stand beside modules, as TOML.
"""

import tomllib
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "'"
ENDS, NOTHING = ',"\r\n', '""'
DIGITS = "%.12g"
"""Fewer would not let a reader close the books or find the value at which a decision tips; more are noise."""


def shielded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with a mark before what looks like one.

    >>> shielded("=1+1"), shielded("alumina"), unshielded(shielded("'=1"))
    ("'=1+1", 'alumina', "'=1")
    """
    return f"{MARK}{text}" if text.lstrip(MARK).startswith(FORMULA_STARTS) else text


def unshielded(text: str) -> str:
    """The text that `shielded` was given."""
    is_marked = text.startswith(MARK) and text.lstrip(MARK).startswith(FORMULA_STARTS)
    return text[len(MARK) :] if is_marked else text


def rounded(value: float) -> float:
    """A number with the digits that a table on disk has of it."""
    return float(DIGITS % value)


def rows_of(frame: "pd.DataFrame") -> tuple[dict[str, Any], ...]:
    """The rows of a table, each a value by column; going through a column of text itself takes ten times as long."""
    columns = {str(name): frame[name].to_numpy(object).tolist() for name in frame.columns}
    return tuple(dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))


def write_csv(frame: "pd.DataFrame", path: Path) -> None:
    """Write a table, in a folder made for it, so that no text cell can act as a formula in a spreadsheet."""
    columns = [_cells(frame[name]) for name in frame.columns]
    lines = chain([map(_quoted, frame.columns)], zip(*columns, strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        # One empty cell alone is written as such, for readers pass over an empty line.
        file.writelines(f"{','.join(cells) or NOTHING}\n" for cells in lines)


def _cells(column: "pd.Series[Any]") -> list[str]:
    """A column as it stands in a file, nothing for what is missing; a text that stands often is looked at once."""
    values: list[Any] = column.to_numpy(object, na_value="").tolist()
    if column.dtype.kind in "biu":
        return [*map(str, values)]
    if column.dtype.kind == "f":
        return [DIGITS % value if value != "" else value for value in values]
    texts = dict.fromkeys(each for each in values if isinstance(each, str))
    cells = {text: _quoted(shielded(text)) for text in texts}
    return [cells[value] if isinstance(value, str) else _quoted(str(value)) for value in values]


def _quoted(text: str) -> str:
    """A cell in quotes where it holds what ends a cell (RFC 4180)."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ENDS) else text


def beside(package: str, *path: str) -> dict[str, Any]:
    """The content of a TOML file in the folder of a package."""
    return tomllib.loads(files(package).joinpath(*path).read_text(encoding="utf-8"))
