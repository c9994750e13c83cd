"""Three sentences before a long explanation: what it is, what happened, and the decision that weighed most."""

from collections.abc import Sequence

from sim.reasons.text import Entry, Grid
from sim.reasons.verdict import Verdict

Part = str | Entry | Grid


def in_short(told: Sequence[Part], event: str, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """At most three sentences.

    Args:
        told: what it is; the first sentence is taken.
        event: the event that weighs most, or nothing.
        verdicts: its decisions and those about it.
    """
    is_it = [part for part in told if isinstance(part, str)][:1]
    said = [event if event.endswith(".") else f"{event}."] if event else []
    return (*is_it, *said, *_decided(verdicts))


def _decided(verdicts: Sequence[Verdict]) -> list[str]:
    """The last decision that changed something, or else the closest call, with what would have tipped it."""
    if not verdicts:
        return []
    acted = [each for each in verdicts if not each.waits]
    each = acted[-1] if acted else min(verdicts, key=lambda one: abs(one.decision.margin))
    which = "the last that changed anything" if acted else "the closest"
    of = f"Of {len(verdicts)} decisions {which}" if len(verdicts) > 1 else "The only decision"
    said = [f"{of}, {each.decision.year}: {each.question} {each.answer}", each.tipped(1)]
    return [" ".join(filter(None, said))]
