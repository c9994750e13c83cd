"""What an author of a pack writes: each table and column as it is declared, and what a pack must hold.

It is read from the declarations by which `validate` judges and of which the editor's schema is made.
"""

from collections.abc import Iterator
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.core.units import fields_of
from sim.scenario.judge import declared_range
from sim.scenario.pack import Pack
from sim.scenario.playable import NEEDS, recorded_series
from sim.scenario.published import NATIONAL, PROVINCIAL
from sim.scenario.row import HistoryRow, Row
from sim.scenario.rows import OPTIONAL, TABLES, TargetRow
from sim.scenario.subject import SUBJECT_FILE, Subject
from sim.scenario.trade import Input, Origin, Pair, Trade, spin_up

BLOCKS: dict[str, type[BaseModel]] = {
    "trade": Trade,
    "trade.inputs": Input,
    "trade.pairs": Pair,
    "trade.origins": Origin,
}
"""The blocks of `industry.yaml`."""


def field_line(name: str, declared: FieldInfo, *, is_told: bool = False) -> str:
    """The name of a field with its unit, range, choices and default, and what it means.

    Args:
        name: the field.
        declared: its declaration.
        is_told: whether to say that it is needed, where it is.
    """
    parts = get_args(declared.annotation)
    allowed = declared_range(declared)
    usual = declared.default if isinstance(declared.default, (bool, int, float, str)) else None
    choices = " or ".join(map(str, parts)) if get_origin(declared.annotation) is Literal else ""
    yes = "true or false" if declared.annotation is bool else ""
    default = "" if usual in (None, "") else f"default {usual}"
    needed = "needed" if is_told and declared.is_required() else ""
    limits = ", ".join(part for part in (allowed.unit, str(allowed), choices, yes, default, needed) if part)
    meaning = " ".join((declared.description or "").split())
    return name + (f" ({limits})" if limits else "") + f": {meaning}"


def table_lines(pack: Pack) -> Iterator[str]:
    """What a pack is made of, as Markdown: its files, what each must hold, and every column.

    Args:
        pack: whose base year and inputs say which series are needed.
    """
    yield f"## {SUBJECT_FILE}"
    yield ""
    yield "What the pack is about."
    yield from _fields(Subject)
    for block, kind in BLOCKS.items():
        yield from ("", f"`{block}`: {_meaning(kind)}")
        yield from _fields(kind)
    yield from ("", "## Columns that every table has", "")
    yield from _fields(Row)
    for table, row in TABLES.items():
        yield from ("", f"## {table}.csv", "", _meaning(row))
        yield from _needs(table, row, pack)
        common = set(_fields(Row))
        yield from (line for line in _fields(row) if line not in common)


def _needs(table: str, kind: type[Row], pack: Pack) -> Iterator[str]:
    if table in OPTIONAL:
        yield "The file may be left out."
    if kind in NEEDS:
        yield f"Needs {NEEDS[kind]}."
    if kind is TargetRow:
        measures = [f"`{name}` ({meaning})" for name, meaning in (NATIONAL | PROVINCIAL).items()]
        yield f"`measure` is one of {', '.join(measures)}."
    if kind is HistoryRow:
        series = recorded_series(pack.base_year, pack.trade.known)
        bought = {
            each.recorded: (each.unit, spin_up(pack.base_year)) for each in pack.trade.inputs if each.recorded
        }
        yield "Needs the quarters of these series:"
        for name, (unit, quarters) in (series | bought).items():
            dates = ", ".join(f"{year}-{quarter}" for year, quarter in quarters)
            yield f"- `{name}` ({unit}): {dates}"
        yield "Columns:"


def _fields(kind: type[BaseModel]) -> Iterator[str]:
    for name, declared in fields_of(kind).items():
        own, _, rest = field_line(name, declared, is_told=True).partition(name)
        yield f"- {own}`{name}`{rest}"


def _meaning(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]
