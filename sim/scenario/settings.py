"""Settings: single values by dotted path, as the command line has them and as Python does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.core.errors import UsageError
from sim.scenario.merge import Node, nodes_at
from sim.scenario.problems import InvalidScenarioError, Place, problem_at, shown
from sim.scenario.reader import read_value

COMMAND_LINE = "--set"
Settings = Mapping[str, Any] | Sequence[str]
"""`{"years.end_year": 2030}` or `["years.end_year=2030"]`."""


def read_settings(given: Settings) -> Iterator[tuple[list[str], Node]]:
    """The path and the value of each setting.

    Raises:
        InvalidScenarioError: a path or a value cannot be read.
        UsageError: they are neither a mapping nor a list of texts.
    """
    if isinstance(given, Mapping):
        for address, value in given.items():
            yield _path(str(address), str(address)), nodes_at(value, Place(COMMAND_LINE))
        return
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        raise UsageError(f"set is a mapping, or a list of texts such as 'a.b=c', not {given!r:.60}")
    for text in given:
        address, equals, value = text.partition("=")
        path = _path(address if equals else "", text)
        yield path, nodes_at(read_value(value, f"{COMMAND_LINE} {text}"), Place(COMMAND_LINE))


def _path(address: str, text: str) -> list[str]:
    path = address.strip().split(".")
    if not all(path):
        message = f"{shown(text)} is not of the form a.b=value"
        raise InvalidScenarioError([problem_at(Place(COMMAND_LINE), "", message)])
    return path
