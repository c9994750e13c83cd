"""What can befall a command, and with which statuses it may then end."""

import random
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
SLOW = "is slow"
DEEDS = ("stops", "dawdles", SLOW, "dies", "leaves", "babbles", "lies")
"""What one of two workers does once."""
MOST = 40
"""Allocations, and writes at which a signal comes, that are tried; of other calls each is."""
MOST_OF_CREW = 6
"""Calls of each kind that are tried where a study has workers, which take seconds to come."""


WORKER = "worker"
"""The fault of a case in which it is a worker that misbehaves."""


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
        if self.fault == WORKER or (self.fault, self.at) in (("closed", "stdin"), ("closed", "stderr")):
            return (DONE,)
        return (DONE, MACHINE)


def every(counts: Mapping[tuple[str, str], int], most: int, seed: int) -> Iterator[list[Case]]:
    """All cases, those of a kind together.

    Args:
        counts: how many calls of a kind a command makes when nothing goes wrong.
        most: how many cases of a kind there may be.
        seed: of the draw of those that are tried where not all are.
    """
    for what in ("run", "study", "workers"):
        for fault in (*CALLS, *SIGNALS):
            count = counts[what, "write" if fault in SIGNALS else fault]
            tried = MOST_OF_CREW if what == "workers" else count if fault in CALLS[:-1] else MOST
            yield _numbered(what, fault, count, min(tried, most), seed)
        if what != "workers":
            yield from (
                [Case(what, fault, value) for value in values[:most]] for fault, values in LIMITS.items()
            )
    yield [Case("workers", WORKER, deed) for deed in DEEDS[:most]]


def _numbered(what: str, fault: str, count: int, most: int, seed: int) -> list[Case]:
    """Cases at as many calls of a count as there may be, one drawn from each stretch of it."""
    luck, tried = random.Random(f"{seed} {what} {fault}"), min(count, most)
    stretches = [(count * place // tried + 1, count * (place + 1) // tried) for place in range(tried)]
    return [Case(what, fault, str(luck.randint(*stretch))) for stretch in stretches]


def named(text: str) -> list[Case]:
    """The cases of a text such as `run:write:7` or `study:SIGKILL:1-9`."""
    what, fault, at = text.split(":")
    first, _, last = at.partition("-")
    if not last:
        return [Case(what, fault, at)]
    return [Case(what, fault, str(number)) for number in range(int(first), int(last) + 1)]
