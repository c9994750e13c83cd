"""The words of a language, from a catalogue beside this module.

A catalogue is a TOML file of sections; a sentence in it names its numbers in braces. All languages have the same keys
and the same names in braces, which a test holds; sections for what the model says in English itself are other
languages' own.
"""

from collections.abc import Mapping
from functools import cache

from sim.core.data import beside
from sim.core.errors import UsageError

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
