"""What can befall a command, and with which statuses it may then end."""

import signal
from collections.abc import Iterator, Mapping
from typing import NamedTuple

DONE, MACHINE = 0, 6
CALLS = ("write", "fsync", "rename", "malloc")
"""Calls that can be made to fail, in the order of `faults.c`."""
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
"""Signals that come at a write."""
LIMITS = {
    "bytes": ("1", "1000", "10000", "50000", "100000"),
    "files": ("4", "6", "8", "10", "12", "16", "32"),
    "closed": ("stdin", "stdout", "stderr", "both"),
    "full": ("stdout", "stderr"),
    "readonly": ("folder",),
}
"""The largest file, the most open files, streams that are closed or go to a full device, and another user's folder."""
DEEDS = ("stops", "dawdles", "dies", "leaves", "babbles", "lies")
"""What one of two workers does once."""
MOST = 40
"""Allocations, and writes at which a signal comes, that are tried, spread over all; of other calls each is."""


class Case(NamedTuple):
    """A fault that befalls a command."""

    what: str
    fault: str
    at: str

    def __str__(self) -> str:
        return ":".join(self)

    @property
    def allowed(self) -> tuple[int, ...]:
        """The statuses with which it may end: those of the table of exit codes."""
        if self.fault in SIGNALS:
            number = signal.Signals[self.fault]
            return (DONE, -number if number == signal.SIGKILL else 128 + number)
        if self.fault == "worker" or (self.fault, self.at) in (("closed", "stdin"), ("closed", "stderr")):
            return (DONE,)
        return (DONE, MACHINE)


def every(counts: Mapping[tuple[str, str], int]) -> Iterator[list[Case]]:
    """All cases, those of a kind together.

    Args:
        counts: how many calls of a kind a command makes when nothing goes wrong.
    """
    for what in ("run", "study"):
        for call in CALLS:
            yield _numbered(what, call, counts[what, call], MOST if call == "malloc" else counts[what, call])
        for name in SIGNALS:
            yield _numbered(what, name, counts[what, "write"], MOST)
        yield from ([Case(what, fault, value) for value in values] for fault, values in LIMITS.items())
    yield [Case("workers", "worker", deed) for deed in DEEDS]


def _numbered(what: str, fault: str, count: int, most: int) -> list[Case]:
    return [
        Case(what, fault, str(number)) for number in range(1, count + 1, max(1, -(-count // max(most, 1))))
    ]


def named(text: str) -> list[Case]:
    """The cases of a text such as `run:write:7` or `study:SIGKILL:1-9`."""
    what, fault, at = text.split(":")
    first, _, last = at.partition("-")
    if not last:
        return [Case(what, fault, at)]
    return [Case(what, fault, str(number)) for number in range(int(first), int(last) + 1)]
