"""Putting a decision on record: what was chosen in which case, by which rule."""

from typing import Any

from sim.choice import Intent, Kind
from sim.world.books import Decision
from sim.world.world import World


def record(
    world: World,
    intent: Intent,
    kind: Kind[Any],
    *,
    because: str = "",
    outcome: str = "",
    way: str = "",
    **facts: float,
) -> None:
    """Put a decision on record.

    Args:
        world: where it is recorded.
        intent: what was chosen in which case.
        kind: kind of the decision, whose rule and unit are put on record.
        because: reason of the single case, in words; it follows the rule.
        outcome: what came of it, where others have a say; otherwise what was chosen.
        way: the way whose margin is put on record; otherwise that of what was chosen.
        facts: what became known only after the agent was asked.
    """
    # What it holds may be read-only views, which copy and merge at once where `dict` would look up one by one.
    case: Any = intent.case
    world.decisions.append(
        Decision(
            world.year,
            case.agent,
            f"{case.kind} {case.about}" if case.about else case.kind,
            outcome or intent.choice,
            f"{kind.rule}; {because}" if because else kind.rule,
            case.margins[way or intent.choice],
            kind.unit,
            case.options.copy(),
            case.facts | facts,
            len(world.decisions) + 1,
            case.sites.copy(),
            case.about,
            because,
        )
    )
