"""The family of errors that end a command, each with the exit code it means.

The code of an error is part of the contract with scripts that call `shakeout`, so it stands with the class
and nowhere else. Python's own errors are for defects of ours and keep their names; they end with code 1.

Arguments of the public functions: what cannot be meant is told in one clear error, before any work.
"""

import errno
import operator
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar


class ShakeoutError(Exception):
    """Something that a user or an operator is told about in a message, not in a traceback."""

    exit_code: ClassVar[int] = 1
    """What the command exits with: 1 is a defect of ours."""


class UsageError(ShakeoutError):
    """A command or a call was asked for something that it cannot do."""

    exit_code: ClassVar[int] = 2


class ScenarioError(ShakeoutError):
    """A scenario or a pack of data is invalid."""

    exit_code: ClassVar[int] = 3


class ModelCheckError(ShakeoutError):
    """A law that the model must obey is broken: mass, money, ownership or the balance of the market."""

    exit_code: ClassVar[int] = 4

    def __init__(
        self,
        *,
        law: str,
        amount: float,
        agents: Sequence[str] = (),
        year: int | None = None,
        phase: str | None = None,
    ) -> None:
        """Keep which law broke, by how much in the law's unit, for whom, and when it is known, where."""
        self.law = law
        self.amount = amount
        self.agents = tuple(agents)
        self.year = year
        self.phase = phase
        super().__init__(self._message())

    def _message(self) -> str:
        where = [str(part) for part in (self.year, self.phase) if part is not None]
        shown = ", ".join(self.agents[:5]) + (" ..." if len(self.agents) > 5 else "")
        place = f"{' '.join(where)}: " if where else ""
        return f"{place}'{self.law}' is broken by {self.amount:.6g}" + (f" at {shown}" if shown else "")

    def at(self, year: int, phase: str) -> "ModelCheckError":
        """The same finding with the year and the phase in which it was made."""
        return ModelCheckError(law=self.law, amount=self.amount, agents=self.agents, year=year, phase=phase)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary with its fields."""
        return partial(ModelCheckError, **vars(self)), ()


class StudyError(ShakeoutError):
    """Some runs of a study failed; the others are kept."""

    exit_code: ClassVar[int] = 5


class MachineError(ShakeoutError):
    """The machine refuses: a full disk, a missing permission, a lock that another process holds."""

    exit_code: ClassVar[int] = 6


SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO)
"""What the system says when the machine and not the file is at fault."""


def unless_short(error: OSError) -> None:
    """Let an error pass that is about a file.

    Raises:
        MachineError: the machine has no more files or memory to give, or the disk fails.
    """
    if error.errno in SHORT:
        raise MachineError(f"{error.filename}: {error.strerror}") from error


LARGEST = 2**63 - 1
"""The largest whole number that a study can keep."""


def whole(what: str, given: Any, least: int = 0, most: int = LARGEST) -> int:
    """A whole number of Python or numpy within limits.

    Raises:
        UsageError: it is something else, or outside the limits.

    >>> whole("seed", 7)
    7
    """
    try:
        number = None if isinstance(given, bool) else operator.index(given)
    except TypeError:
        number = None
    if number is None or not least <= number <= most:
        is_low = number is None or number < least
        limit = f"from {least}" if is_low and most == LARGEST else f"from {least} to {most}"
        raise UsageError(f"{what} is a whole number {limit}, not {given!r:.60}")
    return number
