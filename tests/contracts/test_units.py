"""Every stored number has a unit in its type, and its name says the same unit."""

import typing
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal

import annotated_types
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.core.tables import Column, Table
from sim.core.units import SUFFIXES, Declared, Mt, Share, Unit, Year
from tests.contracts.tree import modules


def numbers(hint: Any, unit: str | None = None) -> list[str | None]:
    """Give the unit of every number in an annotation, None for a number without one."""
    origin = typing.get_origin(hint)
    if origin is Annotated:
        inner, *notes = typing.get_args(hint)
        own = next((note.symbol for note in notes if isinstance(note, Unit)), unit)
        return numbers(inner, own)
    if origin is Literal or hint in (Any, bool, str, None):
        return []
    if hint in (int, float, Decimal, complex):
        return [unit]
    arguments = typing.get_args(hint)
    if origin in (dict, typing.Mapping) or getattr(origin, "__name__", "") == "Mapping":
        arguments = arguments[1:]
    if origin in (typing.Union, UnionType) or arguments:
        return [found for argument in arguments for found in numbers(argument, unit)]
    return []


def says(name: str, unit: str) -> bool:
    """Say whether a name is, or ends with, the suffix of a unit."""
    return f"_{name}".endswith(SUFFIXES.get(unit, ("/",)))


def wrong_fields(declared: type[Declared]) -> list[str]:
    """Give the numeric fields of a declaration that lack a unit or whose name says another.

    A declaration with a field `unit` says the unit of its own numbers and needs no other.
    """
    hints = typing.get_type_hints(declared, include_extras=True)
    found = []
    for name in declared.model_fields:
        for unit in numbers(hints[name]):
            if unit is None and "unit" not in declared.model_fields:
                found.append(f"{declared.__module__}.{declared.__name__}.{name} has no unit")
            elif unit is not None and not says(name, unit):
                found.append(f"{declared.__module__}.{declared.__name__}.{name} is in {unit}")
    return found


def loose_bounds(declared: type[Declared]) -> list[str]:
    """Give the fields of a declaration that hold values to a wider bound than they declare.

    Of two bounds of one kind pydantic holds the last: that of a type comes after that of a default, so a tighter one
    is written `Annotated[Share, Field(ge=0.3)]`.
    """
    found = []
    for name, field in declared.model_fields.items():
        marks = list(field.metadata)
        low = [each.ge for each in marks if isinstance(each, annotated_types.Ge)]
        high = [each.le for each in marks if isinstance(each, annotated_types.Le)]
        if low != sorted(low) or high != sorted(high, reverse=True):  # type: ignore[type-var]
            found.append(f"{declared.__module__}.{declared.__name__}.{name} is held to a wider bound")
    return found


def wrong_columns(table: type[Table]) -> list[str]:
    """Give the columns of a table whose name says another unit, and fractions that have none."""
    found = []
    for column in table.columns():
        place = f"{table.__module__}.{table.__name__}.{column.name}"
        if not column.unit and np.issubdtype(column.dtype, np.floating):
            found.append(f"{place} has no unit")
        if column.unit and not says(column.name, column.unit):
            found.append(f"{place} is in {column.unit}")
        if not column.meaning.strip():
            found.append(f"{place} has no meaning")
    return found


def bare_arrays(table: type[Table]) -> list[str]:
    """Give the arrays that a table announces without making them columns."""
    known = [column.name for column in table.columns()]
    announced = [
        name for name, hint in typing.get_type_hints(table).items() if "ndarray" in repr(hint).lower()
    ]
    return [f"{table.__name__}.{name} is not a column" for name in announced if name not in known]


def below(base: type) -> list[type]:
    """Give all classes of sim under a base, by name."""
    modules()
    found: list[type] = []
    waiting = [base]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            found.append(child)
    return sorted((one for one in found if one.__module__.startswith("sim.")), key=repr)


class _Bad(Declared):
    capacity: Mt
    price_cny_per_t: float
    support_share: Share | None = None
    paid_mcny: tuple[Share, ...] = ()
    by_name_mt: dict[str, Mt]
    start_year: Year
    kind: Literal[1, 2]


class _Loose(Declared):
    least_share: Share = Field(ge=0.3)
    most_share: Share = Field(le=0.5)
    tight_share: Annotated[Share, Field(ge=0.3, le=0.5)]
    above_share: Share = Field(gt=0.0)


class _Measured(Declared):
    value: float
    unit: str


class _BadTable(Table):
    capacity_mt: Annotated[NDArray[np.float64], Column("CNY/t", "what it can make")]
    share: Annotated[NDArray[np.float64], Column("share", "part that runs")]
    stock_mt: Annotated[NDArray[np.float64], Column("", "what lies there")]
    region: Annotated[NDArray[np.int64], Column("", "region number")]
    forgotten_mt: NDArray[np.float64]


def test_every_declared_number_says_its_unit_twice() -> None:
    assert [finding for declared in below(Declared) for finding in wrong_fields(declared)] == []


def test_every_declared_number_is_held_to_the_bounds_that_it_tells() -> None:
    assert [finding for declared in below(Declared) for finding in loose_bounds(declared)] == []


def test_bounds_that_are_told_and_not_held_are_found() -> None:
    found = [finding.split("_Loose.")[1].split()[0] for finding in loose_bounds(_Loose)]

    assert found == ["least_share", "most_share"]


def test_the_collector_sees_the_declarations_of_sim() -> None:
    assert len(below(Declared)) > 10


def test_numbers_without_their_unit_in_name_and_type_are_found() -> None:
    found = [finding.split("_Bad.")[1] for finding in wrong_fields(_Bad)]

    assert found == ["capacity is in Mt", "price_cny_per_t has no unit", "paid_mcny is in share"]


def test_a_number_beside_its_unit_needs_no_other() -> None:
    assert wrong_fields(_Measured) == []


def test_every_column_of_every_table_says_its_unit_twice() -> None:
    assert [finding for table in below(Table) for finding in wrong_columns(table)] == []


def test_every_array_of_every_table_is_a_column() -> None:
    assert [finding for table in below(Table) for finding in bare_arrays(table)] == []


def test_columns_without_their_unit_in_name_and_type_are_found() -> None:
    found = [finding.split("_BadTable.")[1] for finding in wrong_columns(_BadTable)]

    assert found == ["capacity_mt is in CNY/t", "stock_mt has no unit"]
    assert bare_arrays(_BadTable) == ["_BadTable.forgotten_mt is not a column"]
