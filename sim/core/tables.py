"""Columns with a unit and a meaning, and rows that are for ever.

A table is a class whose annotations are its columns:

    class Refineries(Table):
        nameplate_mt: Annotated[NDArray[np.float64], Column("Mt/yr", "what the plant was built to make")]

Each column is a plain numpy array and a plain attribute, so that reading one costs nothing and arithmetic is
done for all rows at once. A row is known by its lasting key; a thing that ceases keeps its row, so that a row
number, once learned, is right for the rest of the run. It is not a data frame: no index arithmetic, no alignment,
no missing rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress, repeat
from operator import ne
from typing import Annotated, Any, Self, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.core.registry import UnknownNameError

_FLOAT = np.dtype(np.float64)
_NO_NUMBERS = np.dtype(object)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column means.

    Attributes:
        unit: symbol of the unit, as in `sim.core.units`; empty for yes-or-no and for row numbers and codes.
        meaning: one phrase that a stranger understands.
        start: value of a row for which none is given.
        name: name of the column, filled in by the table.
        dtype: type of its numbers, filled in by the table.
    """

    unit: str
    meaning: str
    start: float = 0.0
    name: str = ""
    dtype: np.dtype[Any] = _FLOAT


class Table:
    """Things of one kind: one array per column, one row per lasting key."""

    def __init__(self, keys: Sequence[str], **values: ArrayLike) -> None:
        """Make one row per key, with the values given and every other column at its start.

        Raises:
            ValueError: a key comes twice, a column is unknown or its values do not fit the rows.
        """
        self.keys: tuple[str, ...] = ()
        self._rows: dict[str, int] = {}
        self._last: tuple[list[bytes], Self | None] = ([], None)
        for column in self.columns():
            setattr(self, column.name, np.empty(0, dtype=column.dtype))
        self.append(keys, **values)

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """All columns, those of base classes first, with their names and dtypes."""
        return _columns(cls)  # type: ignore[arg-type]

    def append(self, keys: Sequence[str], **values: ArrayLike) -> NDArray[np.int64]:
        """Add one row per key and give the new row numbers, (keys,).

        Every column becomes a new array: who kept the old one keeps what it was.

        Raises:
            ValueError: a key comes twice, a column is unknown or its values do not fit the rows.
        """
        first = len(self.keys)
        rows = self._with_new_rows(keys)
        grown = {column.name: self._grown(column, len(keys), values) for column in self.columns()}
        strangers = [name for name in values if name not in grown]
        if strangers:
            raise ValueError(f"{type(self).__name__} has no column {', '.join(strangers)}")
        for name, array in grown.items():
            setattr(self, name, array)
        self._rows = rows
        self.keys = (*self.keys, *keys)
        return np.arange(first, len(self.keys), dtype=np.int64)

    def row(self, key: str) -> int:
        """The row number of a key.

        Raises:
            UnknownNameError: no row has the key; it names the nearest.
        """
        try:
            return self._rows[key]
        except KeyError:
            raise UnknownNameError(f"row of {type(self).__name__}", key, self.keys) from None

    def snapshot(self) -> Self:
        """A copy that cannot be written to; it shares with the last one what has not changed since."""
        names = _names(type(self))  # type: ignore[arg-type]
        now = [*map(np.ndarray.tobytes, map(vars(self).__getitem__, names))]
        before, last = self._last
        if last is not None and now == before:
            return last
        frozen = object.__new__(type(self))
        held = vars(frozen)
        held.update(vars(self if last is None else last), keys=self.keys, _rows=self._rows, _last=([], None))
        for name, raw in compress(zip(names, now, strict=True), map(ne, now, before or repeat(None))):
            held[name] = np.ndarray(len(self), held[name].dtype, raw)
        self._last = (now, frozen)
        return frozen

    def __getstate__(self) -> dict[str, Any]:
        """Let it be pickled and copied without its last snapshot."""
        return {**vars(self), "_last": ([], None)}

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.keys)

    def _with_new_rows(self, keys: Sequence[str]) -> dict[str, int]:
        rows = dict(self._rows)
        for row, key in enumerate(keys, start=len(self.keys)):
            if key in rows:
                raise ValueError(f"{type(self).__name__} has '{key}' already; a key is one row for ever")
            rows[key] = row
        return rows

    def _grown(self, column: Column, count: int, values: dict[str, ArrayLike]) -> NDArray[Any]:
        grown = np.full(len(self.keys) + count, column.start, dtype=column.dtype)
        grown[: len(self.keys)] = getattr(self, column.name)
        if column.name in values:
            given = np.asarray(values[column.name])
            if given.shape not in ((), (count,)):
                raise ValueError(
                    f"{column.name} has shape {given.shape}, not a value for each of {count} rows"
                )
            if not np.can_cast(given.dtype, column.dtype, casting="same_kind") and count:
                raise ValueError(f"{column.name} takes {column.dtype}, not {given.dtype}")
            grown[len(self.keys) :] = given
        return grown


@cache
def _names(table: type[Table]) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns())


@cache
def _columns(table: type[Table]) -> tuple[Column, ...]:
    hints = get_type_hints(table, include_extras=True)
    found = (_column(name, hint) for name, hint in hints.items())
    return tuple(column for column in found if column is not None)


def _column(name: str, hint: Any) -> Column | None:
    if get_origin(hint) is not Annotated:
        return None
    array, *notes = get_args(hint)
    column = next((note for note in notes if isinstance(note, Column)), None)
    if column is None:
        return None
    dtype = _dtype(array)
    if dtype == _NO_NUMBERS:
        raise TypeError(f"column {name} is annotated as {array}, not as an array of numbers")
    return replace(column, name=name, dtype=dtype)


def _dtype(hint: Any) -> np.dtype[Any]:
    # What `NDArray[...]` unfolds to differs between releases of numpy; the type of the numbers is in it.
    if isinstance(hint, type) and issubclass(hint, np.generic):
        return np.dtype(hint)
    found = (_dtype(part) for part in get_args(hint))
    return next((dtype for dtype in found if dtype != _NO_NUMBERS), _NO_NUMBERS)
