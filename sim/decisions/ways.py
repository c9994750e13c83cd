"""A choice between two ways: one changes something, the other leaves things as they are; and what any way gains."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from sim.agents.decider import Decider
from sim.choice import (
    Case,
    Grounds,
    Kind,
    Lever,
    Story,
    Told,
    ask,
    fact_levers,
    given_again,
    has_own_mind,
    open_options,
    term_levers,
)
from sim.core.arrays import Floats
from sim.core.words import figure, joined, worded
from sim.facts import F, Facts, Term
from sim.scenario.parameters import Parameters
from sim.world.books import Decision

A = TypeVar("A", bound=Facts)


def one_case(kind: type[A], **facts: float) -> A:
    """The facts of one case, each a number."""
    return kind(**dict(zip(facts, np.array([*facts.values()], dtype=np.float64)[:, None], strict=True)))


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a choice between two, with its words.

    Attributes:
        name: its name among ways and options.
        answer: what is told where it was gone, a sentence.
        otherwise: what is told where the other was, to follow `it would`: `have stayed`.
    """

    name: str
    answer: str
    otherwise: str


class TwoWays(Kind[F]):
    """A kind of decision with two ways.

    Attributes:
        question: what it is about, a few words, `{}` standing for the name of what else it is about.
        acts: the way that changes something.
        rests: the way that leaves things as they are.
        terms: parameters on which it rests, besides its facts.
        acts_when_even: whether the first is gone where the second is worth the same.
    """

    question: ClassVar[str]
    acts: ClassVar[Way]
    rests: ClassVar[Way]
    terms: ClassVar[tuple[Term, ...]] = ()
    acts_when_even: ClassVar[bool] = False

    @abstractmethod
    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What was weighed, in sentences.

        Args:
            decision: the decision.
            story: the run.
            again: options worked out again, by name; none when facts are missing.
        """

    def lead(self, options: Mapping[str, Floats]) -> Floats:
        """By how much acting beats resting, (cases,)."""
        return options[self.acts.name] - options[self.rests.name]

    def gap(self, recorded: Mapping[str, float], parameters: Parameters) -> float:
        """By how much acting leads with some facts and parameters, not a number where facts are missing."""
        return float(self.leads(recorded, parameters)[0])

    def leads(self, numbers: Mapping[str, float | Floats], parameters: Parameters) -> Floats:
        """The same, (cases,), with numbers of many cases."""
        seen = self.facts.of(numbers)
        return np.full(1, np.nan) if seen is None else self.lead(self.weigh(seen, parameters))

    def levers(self, decision: Decision, parameters: Parameters) -> tuple[Lever, ...]:
        """The numbers on which the choice rests."""
        grounds = Grounds(self.leads, decision.facts, parameters)
        return (
            *fact_levers(self.facts, grounds),
            *term_levers(self.terms, parameters, grounds),
        )

    def case(
        self, agent: str, seen: F, options: Mapping[str, Floats], place: int = 0, about: str = ""
    ) -> Case:
        """What an agent has to decide.

        Args:
            agent: its key.
            seen: facts of many cases.
            options: what is weighed in them, (cases,).
            place: which of the cases it is.
            about: what else the decision is about.
        """
        every: dict[str, Any] = {name: float(column[place]) for name, column in options.items()}
        worth = {name: value for name, value in every.items() if value == value}
        lead = float(self.lead(every))
        ways = {self.acts.name: lead, self.rests.name: -lead}
        return Case(self.name, agent, seen.row(place), worth, ways, self.better(lead), about)

    def better(self, lead: float) -> str:
        """The way that the model itself goes where acting leads by so much."""
        acts = lead > 0.0 or (self.acts_when_even and lead == 0.0)
        return self.acts.name if acts else self.rests.name

    def choices(
        self, asked: Iterable[tuple[int, Decider, str]], view: Any, seen: F, options: Mapping[str, Floats]
    ) -> Iterator[str]:
        """Go through the ways that agents go; a case is made for nobody who answers as the model does.

        Args:
            asked: place of each case, the agent that decides it, and what else it is about.
            view: the world at this moment; none where all answer as the model does.
            seen: facts of the cases.
            options: what is weighed in them, (cases,).
        """
        leads = self.lead(options).tolist()
        for place, agent, about in asked:
            if view is not None and has_own_mind(agent):
                yield ask(agent, view, self.case(agent.key, seen, options, place, about)).choice
            else:
                yield self.better(leads[place])

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a way was gone, and not the other."""
        again = self.again(decision, story.parameters)
        same = given_again(again, decision.options) and decision.margin > 0.0
        rests = decision.choice == self.rests.name
        gone, left = (self.rests, self.acts) if rests else (self.acts, self.rests)
        return Told(
            question=self.question.format(story.called(decision.about)),
            answer=gone.answer,
            told=self.told(decision, story, again),
            otherwise=left.otherwise,
            levers=self.levers(decision, story.parameters) if same else (),
            again=again,
            waits=rests,
        )


class SeveralWays(Kind[F]):
    """A kind of decision with several ways, of which the one that is worth most is gone.

    Attributes:
        question: what it is about, a few words, `{}` standing for the name of what else it is about.
        ways: all of them.
        rests: the name of the one that leaves things as they are.
        weighed: what has the worth that is told of each way, `{}` as above.
        terms: parameters on which it rests, besides its facts.
    """

    question: ClassVar[str]
    ways: ClassVar[tuple[Way, ...]]
    rests: ClassVar[str]
    weighed: ClassVar[str]
    terms: ClassVar[tuple[Term, ...]] = ()

    def open_ways(self, facts: Mapping[str, float]) -> tuple[str, ...]:
        """The names of the ways that are open with some facts."""
        return tuple(way.name for way in self.ways)

    def margins(self, worth: Mapping[str, float], facts: Mapping[str, float]) -> dict[str, float]:
        """By how much each open way beats the best of the others, from what all are worth."""
        values = {way: worth[way] for way in self.open_ways(facts)}
        second, first = sorted(values.values())[-2:]
        return {way: value - (second if value == first else first) for way, value in values.items()}

    def case(
        self, agent: str, seen: F, options: Mapping[str, Floats], place: int = 0, about: str = ""
    ) -> Case:
        """What an agent has to decide; arguments are those of a choice between two ways."""
        facts, worth = seen.row(place), open_options(options, place)
        margins = self.margins(worth, facts)
        return Case(
            self.name, agent, facts, worth, margins, max(margins, key=lambda way: margins[way]), about
        )

    def levers(self, decision: Decision, parameters: Parameters) -> tuple[Lever, ...]:
        """The numbers on which the choice rests."""
        others = [way for way in self.open_ways(decision.facts) if way != decision.choice]

        def leads(numbers: Mapping[str, Floats], terms: Parameters) -> Floats:
            worth = self.weigh(self.facts.holding(numbers), terms)
            return np.asarray(worth[decision.choice] - np.max([worth[way] for way in others], axis=0))

        grounds = Grounds(leads, decision.facts, parameters)
        return (
            *fact_levers(self.facts, grounds),
            *term_levers(self.terms, parameters, grounds),
        )

    def tell(self, decision: Decision, story: Story) -> Told:
        """Why a way was gone, and not the next best."""
        again, about = self.again(decision, story.parameters), story.called(decision.about)
        same = given_again(again, decision.options) and decision.margin > 0.0
        ways = {way.name: way for way in self.ways}
        others = [name for name in self.open_ways(decision.facts) if name != decision.choice]
        worth = (f"to {name} {figure(value, self.unit)}" for name, value in sorted(decision.options.items()))
        return Told(
            question=self.question.format(about),
            answer=ways[decision.choice].answer,
            told=(f"{self.weighed.format(about)} was worth: {', '.join(worth)}.",),
            otherwise=ways[max(others, key=lambda name: again[name])].otherwise if again else "",
            levers=self.levers(decision, story.parameters) if same else (),
            again=again,
            waits=decision.choice == self.rests,
        )


def gains_told(options: Mapping[str, float], rests: str, unit: str) -> tuple[str, ...]:
    """What each way gains over the one that leaves things as they are, in words; nothing where no option is told."""
    gains = [f"{worded(name)} {figure(value, unit)}" for name, value in options.items() if name != rests]
    if not options:
        return ()
    return (
        f"What each way gains per tonne over leaving it: {joined(gains)}." if gains else "It has everything.",
    )
