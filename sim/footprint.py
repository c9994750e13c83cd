"""Which parts of the world a phase touches: what it writes, held against its row of the year, and what it reads.

A part is a column of a table (`refineries.running_share`), a field of a book (`prices.mill_cny_per_t`) or an attribute
of the world (`rules`). Writing is seen by comparing all parts before and after a phase, so nothing has to be told;
reading is seen by watching attributes, which is slow and done for `shakeout describe year` alone.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from sim.core.tables import Table
from sim.industry import Industry, release
from sim.scenario.load import Scenario
from sim.world.ownership import Ownership
from sim.world.world import World
from sim.year import YEAR, Phase

CONSTANT = ("spec", "pack", "streams", "process", "holdings")
"""Attributes that are set once, and `holdings`, which only remembers what follows from the graph."""
STAR = "*"


def parts(world: World) -> Iterator[tuple[str, Any]]:
    """Go through all parts of the world that can change, by name."""
    for name, value in vars(world).items():
        if name in CONSTANT:
            continue
        if isinstance(value, Table):
            for column in value.columns():
                yield f"{name}.{column.name}", getattr(value, column.name)
        elif is_dataclass(value) and not _is_frozen(value):
            for each in fields(value):
                yield f"{name}.{each.name}", getattr(value, each.name)
        else:
            yield name, value


def _is_frozen(value: Any) -> bool:
    return bool(type(value).__dataclass_params__.frozen)


def fingerprint(value: Any) -> Any:
    """Something that differs when a part has changed."""
    if isinstance(value, np.ndarray):
        return value.shape, value.tobytes()
    if isinstance(value, Ownership):
        return value.version
    if isinstance(value, list) and len(value) > 0 and is_dataclass(value[0]) and _is_frozen(value[0]):
        return len(value), id(value[0]), id(value[-1])
    if isinstance(value, list | dict | set):
        return repr(value)
    return value


def state(world: World) -> dict[str, Any]:
    """A fingerprint of every part."""
    return {name: fingerprint(value) for name, value in parts(world)}


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The parts that differ, new ones included."""
    return {name for name, now in after.items() if name not in before or not _same(before[name], now)}


def _same(before: Any, after: Any) -> bool:
    if before is after:
        return True
    # What is replaced as a whole (a rulebook, a recipe) may hold arrays: another object is another state.
    return isinstance(after, int | float | str | tuple | type(None)) and bool(before == after)


def declared(phase: Phase) -> Iterator[str]:
    """Go through the parts that a row of the year lists, stars as they stand."""
    for text in filter(None, phase.writes.split(", ")):
        owner, *names = text.split()
        yield from (f"{owner}.{name}" for name in names) if names else (owner,)


def covers(name: str, part: str) -> bool:
    """Whether a declared name covers a part."""
    return name == part or (name.endswith(f".{STAR}") and part.startswith(name.removesuffix(STAR)))


@dataclass
class Writes:
    """A checker that notes which parts each phase writes.

    Attributes:
        seen: by name of the phase, the parts that it wrote.
    """

    seen: dict[str, set[str]]
    _before: dict[str, Any]

    @classmethod
    def of(cls, world: World) -> "Writes":
        """Begin to watch a world."""
        return cls({}, state(world))

    def __call__(self, world: World, phase: str) -> None:
        """Note what has changed since the last phase."""
        now = state(world)
        self.seen.setdefault(phase, set()).update(changed(self._before, now))
        self._before = now


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one phase does to the world.

    Attributes:
        phase: its row, which says what it may write.
        reads: parts that it was seen to read, those that it writes itself left out.
        time_share: its share of a year's time.
    """

    phase: Phase
    reads: tuple[str, ...]
    time_share: float


def footprints(scenario: Scenario, years: int = 3) -> list[Footprint]:
    """What each phase reads and writes, traced over some years, and its share of the time."""
    seconds = _timed(scenario, years)
    total = sum(seconds.values())
    industry, reads = Industry(scenario), dict[str, set[str]]()
    writes, noted = Writes.of(industry.world), set[str]()
    watch(industry.world, noted.add)

    def take(_: World, phase: str) -> None:
        reads.setdefault(phase, set()).update(noted)
        noted.clear()

    industry.checkers += [take, writes, lambda _, __: noted.clear()]
    for _ in range(years):
        industry.step()
    release(industry)
    return [
        Footprint(
            phase, tuple(sorted(reads[phase.name] - writes.seen[phase.name])), seconds[phase.name] / total
        )
        for phase in YEAR
    ]


def _timed(scenario: Scenario, years: int) -> dict[str, float]:
    """The time of each phase over some years, seconds."""
    industry, seconds = Industry(scenario), dict.fromkeys((phase.name for phase in YEAR), 0.0)
    clock = time.perf_counter()

    def tick(_: World, phase: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[phase] += now - clock
        clock = now

    # The first year pays for what is made once, and is not counted.
    industry.step()
    clock = time.perf_counter()
    industry.checkers.append(tick)
    for _ in range(years):
        industry.step()
    release(industry)
    return seconds


def watch(world: World, note: Callable[[str], None]) -> None:
    """Let every part of a world tell when it is read."""
    names = {name.partition(".")[0]: None for name, _ in parts(world)}
    for name in names:
        value = getattr(world, name)
        if isinstance(value, Table) or (is_dataclass(value) and not _is_frozen(value)):
            object.__setattr__(value, "__class__", _watched(type(value), f"{name}.", note))
    object.__setattr__(world, "__class__", _watched(World, "", note))


def _watched(kind: type, prefix: str, note: Callable[[str], None]) -> type:
    known = set(kind.__annotations__) | set(getattr(kind, "__dataclass_fields__", {}))

    def look(self: Any, name: str) -> Any:
        if name in known or (not prefix and name != "tell" and not name.startswith("_")):
            note(f"{prefix}{name}")
        return object.__getattribute__(self, name)

    return type(kind.__name__, (kind,), {"__slots__": (), "__getattribute__": look})
