"""One name, one thing: how policies, metrics and whatever else users name are found.

A registry is filled while modules are imported and only read afterwards. It knows nothing of what it holds;
what everything registered owes (a docstring, a source) is a contract test, not code here.
"""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Generic, TypeVar

from sim.core.errors import UsageError

T = TypeVar("T")
Registered = TypeVar("Registered")


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that is most like the given one, or None when none is near."""
    lowered = {candidate.lower(): candidate for candidate in allowed}
    found = get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


class UnknownNameError(UsageError, KeyError):
    """A name that nothing answers to, with the nearest one that something does."""

    def __init__(self, kind: str, name: str, allowed: Iterable[str]) -> None:
        """Keep the kind of thing, the name asked for and the names allowed, in their order."""
        self.kind = kind
        self.name = name
        self.allowed = tuple(allowed)
        self.nearest = nearest(name, self.allowed)
        super().__init__(kind, name, self.allowed)

    def __str__(self) -> str:
        """`unknown policy 'carbn' (did you mean 'carbon'?); allowed: carbon, trade`."""
        hint = f" (did you mean '{self.nearest}'?)" if self.nearest else ""
        shown = ", ".join(self.allowed[:30]) + (" ..." if len(self.allowed) > 30 else "")
        return f"unknown {self.kind} '{self.name}'{hint}; allowed: {shown or 'nothing'}"


def known(kind: str, name: str, allowed: Iterable[str]) -> str:
    """A name that is among those allowed.

    Raises:
        UnknownNameError: it is not.
    """
    names = tuple(allowed)
    if name not in names:
        raise UnknownNameError(kind, name, names)
    return name


class Registry(Generic[T]):
    """Things of one kind by name, in alphabetical order."""

    def __init__(self, kind: str) -> None:
        """Make an empty registry of the kind of thing that messages name, for example `policy`."""
        self.kind = kind
        self._things: dict[str, T] = {}

    def register(self, name: str) -> Callable[[Registered], Registered]:
        """The decorator that puts a thing under a name.

        Raises:
            ValueError: another thing already has the name.
        """
        return lambda thing: self.add(name, thing)

    def add(self, name: str, thing: Registered) -> Registered:
        """Put a thing under a name, and give it; the cell of a notebook that is run again puts its own anew.

        Raises:
            ValueError: another thing already has the name.
        """
        there = self._things.get(name, thing)
        if there is not thing and not _defined_again(there, thing):
            both = f"{there!r} and {thing!r}"
            raise ValueError(f"{self.kind} '{name}' is registered twice: {both}")
        self._things[name] = thing  # type: ignore[assignment]
        return thing

    def get(self, name: str) -> T:
        """The thing of a name.

        Raises:
            UnknownNameError: nothing has the name; it names the nearest and all allowed ones.
        """
        try:
            return self._things[name]
        except KeyError:
            raise UnknownNameError(self.kind, name, self.names()) from None

    def names(self) -> tuple[str, ...]:
        """All names in alphabetical order."""
        return tuple(sorted(self._things))

    def items(self) -> tuple[tuple[str, T], ...]:
        """All names with their things in alphabetical order."""
        return tuple((name, self._things[name]) for name in self.names())

    def __contains__(self, name: object) -> bool:
        """Whether something has the name."""
        return name in self._things

    def __iter__(self) -> Iterator[str]:
        """Go through the names in alphabetical order."""
        return iter(self.names())

    def __len__(self) -> int:
        """How many things are registered."""
        return len(self._things)


def _defined_again(there: object, thing: object) -> bool:
    """Whether two things are of one definition in a notebook."""
    one, other = (
        (getattr(each, "__module__", ""), getattr(each, "__qualname__", "")) for each in (there, thing)
    )
    return one == other and one[0] == "__main__"
