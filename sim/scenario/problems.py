"""What can be wrong with a scenario, said so that its author can mend it.

A `Problem` names the file, line and column, the path of the value, what is wrong and the nearest allowed
name. It is data, not an exception: reading, merging and checking collect as many problems as they can, and
only the outermost call raises them together. Everything shown comes from a file that may be hostile, so
text is made printable here, in one place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.core.errors import ScenarioError
from sim.core.registry import nearest

SHOWN_CHARACTERS = 80
"""Longer texts from a file are cut to this length in a message."""

MAX_TOLD = 100
"""After so many problems only their number is told."""

Path = tuple[str | int, ...]
"""Where a value stands in a document: keys of mappings and indices of lists."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written: a file with line and column from 1, or an argument without them."""

    file: str
    line: int | None = None
    col: int | None = None

    def __str__(self) -> str:
        """`file:line:col`, or the file alone when the place has no line."""
        where = (str(part) for part in (self.line, self.col) if part is not None)
        return ":".join([printable(self.file, 400), *where])


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its place, its path and the nearest allowed name."""

    file: str
    line: int | None
    col: int | None
    path: str
    message: str
    nearest: str | None = None

    @property
    def place(self) -> Place:
        """Where the problem stands."""
        return Place(self.file, self.line, self.col)

    def __str__(self) -> str:
        """`file:line:col: path: message (did you mean 'x'?)` on one line."""
        path = f"{printable(self.path, 200)}: " if self.path else ""
        hint = f" (did you mean '{printable(self.nearest)}'?)" if self.nearest else ""
        return f"{self.place}: {path}{printable(self.message, 600)}{hint}"


def told(problems: Sequence[Problem]) -> list[str]:
    """The lines that tell of problems; of very many only the first, and how many more there are."""
    more = len(problems) - MAX_TOLD
    rest = [f"and {more:,} more problems"] if more > 0 else []
    return [*map(str, problems[:MAX_TOLD]), *rest]


class InvalidScenarioError(ScenarioError):
    """One or more scenario files cannot be used; `problems` says all that is wrong."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order in which a reader meets them in the files."""
        self.problems = tuple(problems)
        super().__init__("\n".join(told(self.problems)))

    def __reduce__(self) -> tuple[type["InvalidScenarioError"], tuple[tuple[Problem, ...]]]:
        """Let the error cross a process boundary with its problems."""
        return type(self), (self.problems,)


def problem_at(place: Place, path: Path | str, message: str, nearest: str | None = None) -> Problem:
    """The problem that stands at a place."""
    shown = path if isinstance(path, str) else dotted(path)
    return Problem(place.file, place.line, place.col, shown, message, nearest)


def in_reading_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by file, in the order in which files first appear, then by line and column."""
    listed = list(dict.fromkeys(problems))
    files = {name: number for number, name in enumerate(dict.fromkeys(item.file for item in listed))}
    return tuple(sorted(listed, key=lambda item: (files[item.file], item.line or 0, item.col or 0)))


def dotted(path: Path) -> str:
    """A path as text: `policies.ets.start`; the numbers of list items in brackets."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def nearest_name(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that is most like the given one, or else the shortest that begins with it."""
    name, allowed = name[:SHOWN_CHARACTERS], list(allowed)
    longer = sorted((candidate for candidate in allowed if candidate.startswith(name)), key=len)
    return nearest(name, allowed) or (longer[0] if name and longer else None)


def printable(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Text that is safe to print on one line: invisible characters escaped, long text cut."""
    cut = text if len(text) <= limit else f"{text[:limit]}..."
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in cut
    )


def shown(value: object) -> str:
    """A value as a message quotes it: text in quotes, numbers bare, containers by their kind."""
    match value:
        case str():
            return f"'{printable(value)}'"
        case bool():
            return "true" if value else "false"
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return printable(str(value))
