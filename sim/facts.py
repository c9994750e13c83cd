"""What decisions rest on: typed facts of many cases as columns, and parameters that could have been others."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, Self, TypeVar, get_args, get_type_hints

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.parameters import Parameters

HIGHEST_CNY_PER_T = 20_000.0
"""No price or cost beyond this is looked for where a choice would tip."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One number that a kind of decision rests on; its unit is the end of its name.

    Attributes:
        words: what it is, to follow `had`: `its cash cost`.
        low: least that it could be where it is asked what would have tipped the choice; none where it is not asked.
        high: most that it could be.
        optional: whether a case may lack it.
        each: whether there is one for each of several things that the data name.
    """

    words: str
    low: float = math.nan
    high: float = math.nan
    optional: bool = False
    each: bool = False

    def among(self, name: str, recorded: Collection[str]) -> list[str]:
        """The names on record of the fact that a kind declares under a name."""
        own = [name] if name in recorded else []
        return [each for each in recorded if each == name or each.endswith(f"_{name}")] if self.each else own


@dataclass(frozen=True, slots=True)
class Term:
    """One parameter on which a kind of decision rests.

    Attributes:
        path: where it stands, `leaving.upkeep_cny_per_t`.
        words: what it is, to follow `had`.
        low: least that it could be.
        high: most that it could be.
        by_case: whether the rule takes one value of it a case, (cases,), as well as one for all cases.
    """

    path: str
    words: str
    low: float
    high: float
    by_case: bool = False

    def now(self, parameters: Parameters) -> float:
        """Its value."""
        return float(self.of(parameters))

    def of(self, parameters: Parameters) -> Any:
        """Its value, or one a case."""
        section, name = self.path.split(".")
        return getattr(getattr(parameters, section), name)

    def turned(self, parameters: Parameters, value: float | Floats) -> Parameters:
        """The parameters with another value of it, or with one a case, (cases,)."""
        section, name = self.path.split(".")
        changed = getattr(parameters, section).model_copy(update={name: value})
        return parameters.model_copy(update={section: changed})


class Facts:
    """Facts of many cases as columns; a kind declares its own as a frozen data class.

    Each field is `Annotated[Floats, Fact(...)]`, an array (cases,). A fact that a case lacks is NaN there and is not
    recorded. A fact of `each` of several things is a mapping from them to such arrays; `cost_cny_per_t` of `cement` is
    recorded as `cement_cost_cny_per_t`.
    """

    @classmethod
    def declared(cls) -> dict[str, Fact]:
        """What each fact is, by name."""
        return _declared(cls)  # type: ignore[arg-type]

    def columns(self) -> dict[str, Floats]:
        """The column of each fact by the name under which it is recorded."""
        found: dict[str, Floats] = {}
        for name, fact in self.declared().items():
            held = getattr(self, name)
            if fact.each:
                found.update((f"{thing}_{name}", each) for thing, each in held.items())
            else:
                found[name] = held
        return found

    def rows(self) -> list[dict[str, float]]:
        """The facts of every case."""
        columns = self._columns
        cases = np.array([*columns.values()], dtype=np.float64).T.tolist()
        return [
            {name: value for name, value in zip(columns, values, strict=True) if value == value}
            for values in cases
        ]

    def row(self, place: int, **now: float) -> dict[str, float]:
        """The facts of one case; those given by name are looked at again because others have moved since."""
        columns = self._columns.items()
        if now:
            held = {name: float(column[place]) for name, column in columns} | now
            return {name: value for name, value in held.items() if value == value}
        # What a case lacks is the only number unlike itself.
        return {name: value for name, column in columns if (value := float(column[place])) == value}

    @cached_property
    def _columns(self) -> dict[str, Floats]:
        return self.columns()

    @classmethod
    def of(cls, recorded: Mapping[str, float] | Mapping[str, Floats]) -> Self | None:
        """Recorded facts as columns, of one case or of those of arrays (cases,); None when one is missing."""
        _, families, needed = _split(cls)  # type: ignore[arg-type]
        whole = needed <= recorded.keys() and all(
            fact.optional or fact.among(name, recorded) for name, fact in families.items()
        )
        return cls.holding(recorded) if whole else None

    @classmethod
    def holding(cls, recorded: Mapping[str, float] | Mapping[str, Floats]) -> Self:
        """The same of facts of which none is missing."""
        alone, families, _ = _split(cls)  # type: ignore[arg-type]
        known: Mapping[str, Any] = recorded
        if not isinstance(next(iter(recorded.values()), None), np.ndarray):
            known = dict(zip(recorded, np.array([*recorded.values()], np.float64)[:, None], strict=True))
        none = np.full_like(next(iter(known.values()), np.zeros(1)), np.nan)
        held: dict[str, Any] = {name: known.get(name, none) for name in alone}
        for name, fact in families.items():
            found = fact.among(name, known)
            held[name] = {each.removesuffix(f"_{name}"): known[each] for each in found}
        return cls(**held)


@cache
def _declared(cls: type[Facts]) -> dict[str, Fact]:
    hints = get_type_hints(cls, include_extras=True)
    return {each.name: get_args(hints[each.name])[1] for each in fields(cls)}  # type: ignore[arg-type]


@cache
def _split(cls: type[Facts]) -> tuple[tuple[str, ...], dict[str, Fact], frozenset[str]]:
    """The facts of a case alone, those of each of several things, and the names of those alone that no case lacks."""
    families = {name: fact for name, fact in cls.declared().items() if fact.each}
    alone = {name: fact for name, fact in cls.declared().items() if not fact.each}
    return tuple(alone), families, frozenset(name for name, fact in alone.items() if not fact.optional)


F = TypeVar("F", bound=Facts)
