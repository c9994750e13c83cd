"""What a decision is: typed facts, a case, an intent, and a kind that measures, weighs and tells.

A kind of decision is one file in `sim/decisions/`. There it says which facts it rests on (each with its unit in its
name, its words and how far it may be turned), how the options are weighed from these facts and the scenario's
parameters alone, how far the choice is from tipping, and what is told of it. Its own loop lives there too: who goes
first is part of the science of a kind. An agent is handed a case and answers with an intent among the ways that are
open; the answer of the model itself stands in the case.

What is recorded of a decision are its options and facts. One recorder and one explainer (`sim/reasons/`) serve all
kinds, for both need nothing but what a kind says here.
"""

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, Protocol

import numpy as np

from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.core.registry import Registry, nearest
from sim.core.units import unit_of
from sim.facts import F, Facts, Term
from sim.policies.rulebook import Rulebook
from sim.scenario.load import Scenario
from sim.scenario.parameters import Parameters
from sim.world.books import Decision, Site


class Case(NamedTuple):
    """One choice that one agent faces now.

    Attributes:
        kind: kind of decision.
        agent: key of who decides.
        facts: what it rests on.
        options: what each option is worth, in the kind's unit.
        margins: the ways that are open, and by how much each would win.
        best: the model's own answer, one of the ways.
        about: what else the decision is about, to follow the kind: the plant to be bought.
        sites: by name, where options that are plants to be built would stand.
    """

    kind: str
    agent: str
    facts: Mapping[str, float]
    options: Mapping[str, float]
    margins: Mapping[str, float]
    best: str
    about: str = ""
    sites: Mapping[str, Site] = MappingProxyType({})

    def only(self, way: str) -> "Case":
        """The same case with one way open."""
        return self._replace(margins={way: self.margins[way]}, best=way)

    def take(self, choice: str | None = None) -> "Intent":
        """The intent to go one of the open ways, the model's own answer if none is named.

        Raises:
            UsageError: the way is not open.
        """
        way = self.best if choice is None else choice
        if way not in self.margins:
            near = nearest(str(way), self.margins)
            hint = f" (did you mean '{near}'?)" if near else ""
            raise UsageError(
                f"{self.agent} cannot choose '{way}' in a decision of kind '{self.kind}'{hint}; "
                f"open to it: {', '.join(self.margins)}"
            )
        return Intent(self, way)


class Intent(NamedTuple):
    """What an agent wants to do in a case.

    Attributes:
        case: the case.
        choice: one of its open ways.
    """

    case: Case
    choice: str

    @property
    def margin(self) -> float:
        """By how much the choice wins."""
        return self.case.margins[self.choice]


class Decides:
    """Whoever can be asked; override `decide` to give it a mind of its own."""

    def decide(self, view: Any, case: Case) -> Intent:
        """What it wants to do in a case: `case.take(...)` one of the ways in `case.margins`.

        Args:
            view: the world at this moment, for reading only.
            case: what it has to decide, with the facts, what each option is worth and the model's own answer.
        """
        return case.take()


_USUAL = Decides.decide


def has_own_mind(agent: Decides) -> bool:
    """Whether an agent may answer otherwise than the model itself does."""
    return getattr(agent.decide, "__func__", None) is not _USUAL


def ask(agent: Decides, view: Any, case: Case) -> Intent:
    """What an agent answers in a case; one with a mind of its own is shown views that it cannot change.

    Raises:
        UsageError: the answer is not an intent in this very case.
    """
    if not has_own_mind(agent):
        return case.take()
    kind, who, facts, options, margins, best, about, sites = case
    seen = MappingProxyType
    shown = Case(kind, who, seen(facts), seen(options), seen(margins), best, about, sites)
    intent = agent.decide(view, shown)
    if not isinstance(intent, Intent) or intent.case is not shown or intent.choice not in margins:
        raise UsageError(
            f"{type(agent).__name__}.decide must return case.take(...) of the case that it was given, "
            f"not {intent!r:.80}"
        )
    return intent


Lead = Callable[[Mapping[str, Floats], Any], Floats]
"""By how much a choice leads, (cases,), zero where it tips: from numbers by name, (cases,) each, and parameters."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a choice rests on.

    Attributes:
        lead: by how much it leads; choices that have the same are looked at together.
        numbers: the numbers of this choice by name.
        parameters: those of the run, for a lead that takes them.
    """

    lead: Lead
    numbers: Mapping[str, float]
    parameters: Any = None


@dataclass(frozen=True, slots=True)
class Lever:
    """One number that could have been another.

    Attributes:
        name: its name, ending in its unit.
        words: what it is, to follow `had`: `its cash cost`.
        unit: its unit.
        now: what it was.
        low: least that it could be.
        high: most that it could be.
        grounds: what the choice rests on.
        term: the parameter that it is, if it is one.
        follows: the numbers that change with it, where these are others than itself.
    """

    name: str
    words: str
    unit: str
    now: float
    low: float
    high: float
    grounds: Grounds
    term: Term | None = None
    follows: Callable[[Floats], dict[str, Floats]] | None = None

    def gap(self, value: float) -> float:
        """How far the choice is from tipping at some value; zero where it tips."""
        return float(gaps((self,), np.array([[value]]))[0, 0])


def gaps(levers: Sequence[Lever], values: Floats) -> Floats:
    """How far choices with the same lead are from tipping, (levers, values), at values of each of some levers."""
    first, many = levers[0], values.shape[1]
    if first.term and not first.term.by_case and values.size > 1:
        return np.array(
            [[each.gap(value) for value in row] for each, row in zip(levers, values, strict=True)]
        )
    names = dict.fromkeys(name for each in levers for name in each.grounds.numbers)
    held = np.array([[each.grounds.numbers.get(name, math.nan) for each in levers] for name in names])
    numbers, terms = dict(zip(names, np.repeat(held, many, axis=1), strict=True)), dict[Term, Any]()
    for place, lever in enumerate(levers):
        here, own = slice(place * many, (place + 1) * many), values[place]
        if lever.term:
            terms.setdefault(lever.term, np.full(values.size, lever.now))[here] = own
        else:
            for name, column in (lever.follows(own) if lever.follows else {lever.name: own}).items():
                numbers[name][here] = column
    parameters = first.grounds.parameters
    for term, column in terms.items():
        parameters = term.turned(parameters, column if term.by_case else float(column[0]))
    return np.reshape(first.grounds.lead(numbers, parameters), values.shape)


class Story(Protocol):
    """The run that a decision belongs to, as it is told of: its scenario, its rules and its other decisions."""

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""

    @property
    def parameters(self) -> Parameters:
        """Parameters of the run."""

    @property
    def decisions(self) -> Sequence[Decision]:
        """All decisions, in the order in which they were taken."""

    def rules(self, year: int) -> Rulebook:
        """The rules of a year."""

    def called(self, key: str) -> str:
        """The name of whoever or whatever has a key."""


@dataclass(frozen=True)
class Told:
    """What a kind says of one decision.

    Attributes:
        question: what it was about, a few words.
        answer: what was chosen, a sentence.
        told: further sentences: what was weighed, by how much the choice won, and why.
        otherwise: what would have been done else, to follow `it would`: `have stayed`.
        levers: the numbers on which the choice rests; none where the rule does not give the record again.
        again: options worked out again, by name; empty when facts are missing.
        waits: whether the choice was to leave things as they are.
    """

    question: str
    answer: str
    told: tuple[str, ...] = ()
    otherwise: str = ""
    levers: tuple[Lever, ...] = ()
    again: Mapping[str, float] = field(default_factory=dict)
    waits: bool = False


class Kind(ABC, Generic[F]):
    """One kind of decision; every kind is one object of its own class, put into `DECISIONS`.

    Attributes:
        name: its name, a verb.
        rule: the rule that decides, in words.
        unit: unit of options and margins.
        facts: the facts that it rests on.
    """

    name: ClassVar[str]
    rule: ClassVar[str]
    unit: ClassVar[str]
    facts: ClassVar[type[Any]]

    @property
    def meaning(self) -> str:
        """What is decided and how, with its source, from the docstring of the class."""
        return inspect.getdoc(type(self)) or ""

    @abstractmethod
    def weigh(self, facts: F, parameters: Parameters) -> dict[str, Floats]:
        """What the options of cases are worth, by name, (cases,), from their facts and the parameters alone."""

    @abstractmethod
    def tell(self, decision: Decision, story: Story) -> Told:
        """What is to be said of a decision; it must bear one that lacks facts."""

    def again(self, decision: Decision, parameters: Parameters) -> dict[str, float]:
        """The options of a decision worked out again from its facts, by name; none when facts are missing."""
        seen = self.facts.of(decision.facts)
        return {} if seen is None else open_options(self.weigh(seen, parameters))


DECISIONS: Registry[Kind[Any]] = Registry("kind of decision")
"""Every kind of decision by name."""


def fact_levers(facts: type[Facts], grounds: Grounds) -> Iterator[Lever]:
    """The facts that could have been others, as levers; none is missing that every case has."""
    recorded = grounds.numbers
    found = {name: fact for own, fact in facts.declared().items() for name in fact.among(own, recorded)}
    for name, fact in found.items():
        if not math.isnan(fact.low):
            # What is below nought is a fee, or a cost after credits, and could be so on either side.
            low = -fact.high if (now := recorded[name]) < 0.0 == fact.low else fact.low
            yield Lever(name, fact.words, unit_of(name), now, low, fact.high, grounds)


def term_levers(terms: Sequence[Term], parameters: Parameters, grounds: Grounds) -> Iterator[Lever]:
    """Parameters that could have been others, as levers."""
    for term in terms:
        now, unit = term.now(parameters), unit_of(term.path)
        yield Lever(term.path, term.words, unit, now, term.low, term.high, grounds, term)


AGREES = 1e-6
"""How far a value worked out again may be from the recorded one, relative; files keep twelve digits."""


def agrees(again: float, recorded: float) -> bool:
    """Whether a value that was worked out again is the recorded one."""
    return abs(again - recorded) <= AGREES * max(abs(recorded), 1.0)


def given_again(again: Mapping[str, float], recorded: Mapping[str, float]) -> bool:
    """Whether options were worked out again, and all are the recorded ones."""
    return bool(again) and all(agrees(value, recorded.get(name, math.nan)) for name, value in again.items())


def open_options(options: Mapping[str, Floats], place: int = 0) -> dict[str, float]:
    """The options of one case out of those of many; one that is no option there is NaN and left out."""
    worth = {name: float(column[place]) for name, column in options.items()}
    return {name: value for name, value in worth.items() if not math.isnan(value)}
