"""What a declaration says about one stored number or name, and how the text of a CSV cell becomes its value.

Text that cannot be read stays text: the strict declaration then refuses it, in the words of `judge.py`, with
unit and range. So there is one place that judges, and this module only translates.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.judge import bare, range_of

Cell = str | int | float | bool | None
"""What a cell can hold."""

ANY = "*"
"""In the path of a number: any key of a mapping."""

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}(\.0+)?")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One declared field: the kind of its values, its unit and hard range where it is a number."""

    name: str
    kind: type
    required: bool
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    by_key: bool = False
    """Whether the field is a mapping from names to such values."""


@cache
def columns_of(declaration: type[BaseModel]) -> Mapping[str, Column]:
    """The columns that a declaration has, by name, in its order."""
    return {name: _column(name, field) for name, field in declaration.model_fields.items()}


@cache
def leaves_of(declaration: type[BaseModel]) -> Mapping[tuple[str, ...], Column]:
    """Every number that a tree of declarations holds, by its path, in the order of the tree.

    Under a mapping the path goes on with `*`.
    """
    found: dict[tuple[str, ...], Column] = {}
    for name, column in columns_of(declaration).items():
        here = (name, ANY) if column.by_key else (name,)
        if issubclass(column.kind, BaseModel):
            found.update(((*here, *path), leaf) for path, leaf in leaves_of(column.kind).items())
        else:
            found[here] = column
    return found


def cell(text: str, column: Column) -> Cell:
    """The value that a text means in a column; the text itself when it means none."""
    if column.kind is bool:
        return _BOOLEANS.get(text.lower(), text)
    if column.kind is int and _WHOLE.fullmatch(text):
        return int(text.partition(".")[0])
    if column.kind is float and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _column(name: str, field: FieldInfo) -> Column:
    marks = list(field.metadata)
    kind = bare(field.annotation, marks)
    by_key = get_origin(kind) is dict
    if by_key:
        kind = bare(get_args(kind)[1], marks)
    if get_origin(kind) is Literal:
        kind = str
    unit, low, high = range_of(marks)
    low, high = -math.inf if low is None else float(low), math.inf if high is None else float(high)
    return Column(name, kind, field.is_required(), unit, low, high, by_key)
