"""What is said about one decision, and who says it: one explainer for each kind of decision, by name.

An explainer takes a decision and the record of the run and gives a verdict. It works the recorded options out
again from the decision's facts and the scenario's parameters, with the pure functions of `sim/strategy`; only
when they come out the same may it say what would have tipped the choice. It must bear a decision that lacks
facts, and then says what is recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sim.core.registry import Registry
from sim.reasons.numbers import figure, joined, plain
from sim.reasons.record import Record
from sim.reasons.tipping import Tipping
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
        """Give what would have tipped the choice, in one sentence, or nothing."""
        if not self.tippings:
            return ""
        ways = [
            f"{'had ' if place == 0 else ''}{each.told()}" for place, each in enumerate(self.tippings[:most])
        ]
        return f"It would {self.otherwise} {'; or '.join(ways)}."


Explainer = Callable[[Decision, Record], Verdict]
EXPLAINERS: Registry[Explainer] = Registry("kind of decision")
"""One explainer for each kind, by the first word of the kind."""


def verdict(decision: Decision, record: Record) -> Verdict:
    """Give what is to be said about a decision, of whatever kind."""
    kind = decision.kind.partition(" ")[0]
    return EXPLAINERS.get(kind)(decision, record) if kind in EXPLAINERS else recorded(decision)


def recorded(decision: Decision) -> Verdict:
    """Give what is recorded of a decision, without tipping values."""
    unit = decision.unit
    options = [f"{worded(name)} {figure(value, unit)}" for name, value in decision.options.items()]
    facts = [f"{worded(name)} {value:,.4g}" for name, value in decision.facts.items()]
    told = [f"What was weighed: {joined(options)}; the choice won by {figure(decision.margin, unit)}."]
    told += [f"It rests on: {joined(facts)}."] if facts else []
    kind, choice = worded(decision.kind), worded(decision.choice)
    return Verdict(decision, f"{kind}?", f"It chose: {choice}.", tuple(told))


def worded(name: str) -> str:
    """Give a name of the record in words, its unit at the end left in.

    >>> worded("dry_stacking")
    'dry stacking'
    """
    return plain(name).replace("_", " ")
