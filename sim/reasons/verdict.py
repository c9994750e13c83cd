"""What is said about one decision: what its kind tells, with the nearest values at which it would have been another.

Nothing here knows a kind by name. A decision of a kind that is not registered is told as it is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sim.decisions  # noqa: F401
from sim.choice import DECISIONS, Told
from sim.core.words import figure, joined, worded
from sim.policies.rulebook import Rulebook
from sim.reasons.record import Record, called, names
from sim.reasons.tipping import Tipping, tippings
from sim.scenario.load import Scenario
from sim.scenario.parameters import Parameters
from sim.world.books import Decision


@dataclass(frozen=True)
class Verdict:
    """What is said about one decision.

    Attributes:
        decision: the decision.
        question: what it was about, a few words.
        answer: what was chosen, a sentence.
        told: further sentences: what was weighed, by how much the choice won, and why.
        otherwise: what the owner would have done else, to follow `it would`: `have stayed`.
        tippings: what would have tipped the choice, smallest relative change first.
        again: options worked out again, by name; empty when facts are missing.
        waits: whether the choice was to leave things as they are.
    """

    decision: Decision
    question: str
    answer: str
    told: tuple[str, ...] = ()
    otherwise: str = ""
    tippings: tuple[Tipping, ...] = ()
    again: Mapping[str, float] = field(default_factory=dict)
    waits: bool = False

    def tipped(self, most: int) -> str:
        """What would have tipped the choice, in one sentence, or nothing."""
        if not self.tippings:
            return ""
        ways = [
            f"{'had ' if place == 0 else ''}{each.told()}" for place, each in enumerate(self.tippings[:most])
        ]
        return f"It would {self.otherwise} {'; or '.join(ways)}."


def verdict(decision: Decision, record: Record, most: int | None = None) -> Verdict:
    """What is to be said about a decision, of whatever kind, with at most so many tipping values, or all."""
    if decision.name not in DECISIONS:
        return recorded(decision)
    return judged(decision, DECISIONS.get(decision.name).tell(decision, Telling(record)), most)


@dataclass(frozen=True)
class Telling:
    """The run of a record, as kinds of decisions tell of it (`sim.choice.Story`)."""

    record: Record

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.record.scenario

    @property
    def parameters(self) -> Parameters:
        """Parameters of the run."""
        return self.record.parameters

    @property
    def decisions(self) -> Sequence[Decision]:
        """All decisions, in the order in which they were taken."""
        return self.record.decisions

    def rules(self, year: int) -> Rulebook:
        """The rules of a year."""
        return self.record.rules(year)

    def called(self, key: str) -> str:
        """The name of whoever or whatever has a key."""
        return called(names(self.record), key)


def judged(decision: Decision, told: Told, most: int | None = None) -> Verdict:
    """What a kind tells of a decision, with the nearest values at which it would have been another."""
    return Verdict(
        decision,
        told.question,
        told.answer,
        told.told,
        told.otherwise,
        tippings(told.levers, most),
        told.again,
        told.waits,
    )


def recorded(decision: Decision) -> Verdict:
    """What is recorded of a decision, without tipping values."""
    unit = decision.unit
    options = [f"{worded(name)} {figure(value, unit)}" for name, value in decision.options.items()]
    facts = [f"{worded(name)} {value:,.4g}" for name, value in decision.facts.items()]
    told = [f"What was weighed: {joined(options)}; the choice won by {figure(decision.margin, unit)}."]
    told += [f"It rests on: {joined(facts)}."] if facts else []
    kind, choice = worded(decision.kind), worded(decision.choice)
    return Verdict(decision, f"{kind}?", f"It chose: {choice}.", tuple(told))
