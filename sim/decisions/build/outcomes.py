"""What can become of a plan."""

from dataclasses import dataclass, field

GOES, WAITS, DENIED, REFUSED, BROKE, BUSY = "build", "wait", "denied", "refused", "no money", "busy"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a plan.

    Attributes:
        choice: one of the above, as it is recorded.
        reason: why, in words; nothing where its owner waited.
        facts: what an application was judged by.
    """

    choice: str = WAITS
    reason: str = ""
    facts: dict[str, float] = field(default_factory=dict)
