"""Which values of a scenario the model reads, and which are for its reader alone."""

SAID = ("question", "expects")
"""What a scenario says to its reader and not to the model."""
REMARKS = ("id", "name", "name_zh", "source", "source_date", "note")
"""Fields of policies, shocks and rows that no phase reads."""


def is_read(path: str) -> bool:
    """Whether the model reads the value under a path of a resolved scenario.

    >>> is_read("shocks.stop.size_ratio"), is_read("shocks.stop.id"), is_read("expects[0].measure")
    (True, False, False)
    """
    first, *between = path.replace("[", ".").split(".")
    if first in SAID:
        return False
    return (
        first not in ("policies", "shocks", "facts", "rows")
        or between[-1:] == []
        or between[-1] not in REMARKS
    )
