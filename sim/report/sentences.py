"""Sentences of an answer: clauses in a language, with every number in them remembered.

The words of a language, from a catalogue beside this module.

A catalogue is a TOML file of sections; a sentence in it names its numbers in braces. All languages have the same keys
and the same names in braces, which a test holds; sections for what the model says in English itself are other
languages' own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sim.core.cells import beside
from sim.core.errors import UsageError
from sim.core.words import number, percent, tonnes

LANGUAGES = ("en", "zh")


@cache
def catalogue(lang: str) -> Mapping[str, Mapping[str, str]]:
    """The sentences of a language by section and name.

    Raises:
        UsageError: there is no such language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"no language '{lang}'; there are: {', '.join(LANGUAGES)}")
    return beside("sim.report", "words", f"{lang}.toml")


def called(label: str, lang: str) -> str:
    """What a scenario is called for short; its label where the catalogue has no name."""
    return catalogue(lang)["scenarios"].get(label, label.replace("_", " "))


@cache
def answer_words(lang: str) -> Mapping[str, str]:
    """The clauses of an answer by name, with names of measures and symbols of units."""
    known = catalogue(lang)
    return {**known["symbols"], **known["answer_names"], **known["answer"]}


OPENS = {"survival": 2, "deals": 2, "capacity": 3, "price": 2, "mud": 3}
"""How many clauses of a topic come before the rest of an answer; other topics are told whole."""


@dataclass(frozen=True)
class Figure:
    """A number that a sentence tells.

    Attributes:
        name: what it is, such as `price_cny_per_t.2035.low`.
        value: as the tables have it.
        shown: as the sentence writes it.
        is_main: whether the sentence is about it.
    """

    name: str
    value: float
    shown: str
    is_main: bool = False


@dataclass(frozen=True)
class Sentence:
    """What an answer says of one topic.

    Attributes:
        topic: survival, deals, capacity, price, mud or sure.
        title: the question that it answers, in the language of the answer.
        clauses: its parts, the most telling first.
        figures: every number in it, years and the number of runs apart.
        lang: the language.
    """

    topic: str
    title: str
    clauses: tuple[str, ...]
    figures: tuple[Figure, ...]
    lang: str = "en"

    @property
    def opens(self) -> int:
        """How many clauses come before the rest of the answer."""
        return OPENS.get(self.topic, len(self.clauses))

    @property
    def text(self) -> str:
        """The sentence."""
        return self.first(len(self.clauses))

    def first(self, count: int) -> str:
        """So many parts, a sentence each."""
        words = answer_words(self.lang)
        told = (f"{each[:1].upper()}{each[1:]}{words['end']}" for each in self.clauses[:count])
        return words["clauses"].join(told)

    def __str__(self) -> str:
        """The title and the sentence."""
        return answer_words(self.lang)["says"].format(title=self.title, text=self.text)


@dataclass
class Writer:
    """Puts numbers and names into the clauses of one sentence and remembers every number.

    Attributes:
        lang: the language.
        topic: what the sentence is about.
        when: years that any clause may tell, by the word that patterns have for them.
        figures: the numbers so far.
    """

    lang: str
    topic: str
    when: Mapping[str, int]
    figures: list[Figure] = field(default_factory=list, init=False)

    @property
    def words(self) -> Mapping[str, str]:
        """The patterns of the language."""
        return answer_words(self.lang)

    def sentence(self, clauses: Iterable[str], **titled: str) -> Sentence:
        """The sentence of some clauses, empty ones left out; `titled` is put into its title."""
        said = tuple(clause for clause in clauses if clause)
        title = self.words[self.topic].format(**titled)
        return Sentence(self.topic, title, said, tuple(self.figures), self.lang)

    def say(self, clause: str, **shown: object) -> str:
        """A clause with what is put into it."""
        return self.words[clause].format(**self.when, **shown)

    def listed(self, clause: str, names: Sequence[str]) -> str:
        """A clause with a list, nothing without names."""
        return self.say(clause, names=self.words["names"].join(names)) if names else ""

    def put(self, name: str, value: float, unit: str, decimals: int = 0, *, is_main: bool = False) -> str:
        """A number as this language writes it, remembered."""
        if unit == "share":
            shown = percent(value, decimals)
            shown = shown.replace(" ", "") if self.lang == "zh" else shown
        elif unit in ("Mt", "Mt/yr"):
            # Chinese counts by ten thousand tonnes.
            shown = tonnes(value * 100.0, 0) if self.lang == "zh" else tonnes(value, decimals)
        else:
            shown = number(value * (1000.0 if unit == "kg/t" else 1.0), decimals)
        self.figures.append(Figure(name, value, shown, is_main))
        return shown
