"""A bounded YAML reader that knows where every value was written.

It builds plain dicts, lists, texts, numbers, booleans and None from PyYAML's *event* stream and decides
itself what a scalar means; PyYAML's own constructors are never used. They read `no` as false, `12:30` as
750 and `1e3` as text, let a repeated key win silently, and fall over on deep nesting. The builder here
keeps its own stack and looks at the depth after each event, so that neither Python nor libyaml ever nests
deeper than `MAX_DEPTH`.

What a scalar means is decided in `scalars.py`. Anchors, aliases, tags, merge keys, directives and second
documents are refused: a scenario is short enough to be written out, and none of them survives being read by
an economist. Limits are module constants.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import yaml

from sim.core.errors import unless_short
from sim.scenario import scalars
from sim.scenario.problems import (
    InvalidScenarioError,
    Path,
    Place,
    Problem,
    dotted,
    in_reading_order,
    printable,
    shown,
)
from sim.scenario.scalars import key as scalar_key

MAX_DEPTH = 24
MAX_VALUES = 200_000
MAX_KEY = 200
MAX_PROBLEMS = 100
"""Reading stops after this many problems in one file."""

_HINTS = {
    "cannot start any token": "a tab or a reserved character (indent with spaces, quote such text)",
    "mapping values are not allowed": "a ':' where no key can stand (check the indentation or add quotes)",
    "could not find expected ':'": "a key without ':' (check the indentation and the line above)",
    "did not find expected key": "not a key of this block (check the indentation and closing quotes)",
    "did not find expected '-' indicator": "not an item of this list (check the indentation)",
    "did not find expected <document start>": "text after the end of the document (check the indentation)",
}


_CUT_QUESTION = re.compile(r"^question:[ \t]+[^\s\"'|>#{\[][^\n]*?[ \t]#", re.MULTILINE)
"""A question without quotes with a comment behind it, which seldom is one."""


class Position(NamedTuple):
    """A line and a column of a file, both counted from 1."""

    line: int
    col: int


@dataclass(frozen=True)
class Document:
    """One file as plain values, with where each value and each key was written, and what was wrong with it.

    `whole` is False when reading had to stop early; `content` then holds what came before.
    """

    file: str
    content: scalars.Plain
    positions: dict[Path, Position]
    keys: dict[Path, Position]
    problems: tuple[Problem, ...] = ()
    whole: bool = True

    def place(self, path: Path) -> Place:
        """Where the value at a path was written."""
        position = self.positions.get(path)
        return Place(self.file, position.line, position.col) if position else Place(self.file)

    def key_place(self, path: Path) -> Place:
        """Where the key of a path was written; for a list item, where the item begins."""
        position = self.keys.get(path)
        return Place(self.file, position.line, position.col) if position else self.place(path)


class _Stop(Exception):  # noqa: N818 - it ends the reading of one file, it is not an error of its own
    """Reading cannot go on after the last problem."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being filled."""

    path: Path
    items: dict[str | int, Any] | list[Any]
    key: str | int | None = None
    lines: dict[str, int] = field(default_factory=dict)

    def awaits_key(self) -> bool:
        return self.key is None and isinstance(self.items, dict)

    def next_path(self) -> Path:
        return (*self.path, len(self.items) if self.key is None else self.key)

    def put(self, value: Any) -> None:
        if isinstance(self.items, list):
            self.items.append(value)
        elif self.key is not None:
            self.items[self.key] = value
            self.key = None


class _Builder:
    """Fills plain values from events, without recursion, and notes every position and problem."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.content: scalars.Plain = None
        self.positions: dict[Path, Position] = {}
        self.keys: dict[Path, Position] = {}
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._documents = 0
        self._values = 0

    def note(self, position: Position, path: Path, message: str) -> None:
        self.problems.append(Problem(self.file, position.line, position.col, dotted(path), message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def stop(self, position: Position, message: str) -> None:
        self.note(position, self._path(), message)
        raise _Stop

    def take(self, event: yaml.Event) -> None:
        """Build one event into the content; the most frequent kinds are asked for first."""
        mark: Any = event.start_mark
        position = Position(mark.line + 1, mark.column + 1)
        match event:
            case yaml.ScalarEvent():
                if event.anchor is not None or event.tag is not None:
                    self._refuse_labels(event, position)
                self._scalar(event, position)
            case yaml.CollectionStartEvent():
                self._refuse_labels(event, position)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], position)
            case yaml.CollectionEndEvent():
                self._stack.pop()
            case yaml.AliasEvent():
                self._alias(position)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self.stop(position, "a second document begins here; a scenario is one document")
                if event.version or event.tags:
                    self.note(position, (), "directives (%YAML, %TAG) are not allowed")

    def _alias(self, position: Position) -> None:
        if self._stack and self._stack[-1].awaits_key():
            self.stop(position, "aliases (*name) are not allowed; write the key out")
        self.note(position, self._path(), "aliases (*name) are not allowed; write the value out")
        self._value(position, None)

    def _path(self) -> Path:
        if not self._stack:
            return ()
        top = self._stack[-1]
        return top.path if top.awaits_key() else top.next_path()

    def _refuse_labels(self, event: Any, position: Position) -> None:
        if event.anchor is not None:
            self.note(position, self._path(), "anchors (&name) are not allowed; write the value out")
        if event.tag is not None:
            self.note(position, self._path(), f"tags ({printable(event.tag)}) are not allowed")

    def _begin(self, items: dict[str | int, Any] | list[Any], position: Position) -> None:
        if self._stack and self._stack[-1].awaits_key():
            self.stop(position, "a key must be a text or a whole number, not a list or mapping")
        if len(self._stack) >= MAX_DEPTH:
            self.stop(position, f"nested deeper than {MAX_DEPTH} levels")
        path = self._path()
        self._value(position, items)
        self._stack.append(_Open(path, items))

    def _scalar(self, event: yaml.ScalarEvent, position: Position) -> None:
        plain = event.style in (None, "")
        if self._stack and self._stack[-1].awaits_key():
            self._key(event.value, plain, position)
            return
        value: scalars.Plain = event.value[: scalars.MAX_TEXT]
        try:
            value = scalars.scalar(event.value) if plain else scalars.quoted(event.value)
        except scalars.RefusedError as refused:
            self.note(position, self._path(), str(refused))
        self._value(position, value)

    def _key(self, text: str, plain: bool, position: Position) -> None:
        top = self._stack[-1]
        if plain and text == "<<":
            self.note(position, top.path, "merge keys (<<) are not allowed; use `extends`")
        elif not text:
            self.note(position, top.path, "a key is empty")
        elif len(text) > MAX_KEY:
            self.stop(position, f"a key of {len(text)} characters is too long (at most {MAX_KEY})")
        elif text in top.lines:
            path = (*top.path, text)
            self.note(position, path, f"{shown(text)} is given twice: on line {top.lines[text]} and here")
        try:
            scalars.refuse_hidden(text)
        except scalars.RefusedError as refused:
            self.note(position, top.path, str(refused))
        top.lines.setdefault(text, position.line)
        top.key = scalar_key(text, plain)
        self.keys[top.next_path()] = position

    def _value(self, position: Position, value: scalars.Plain) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            self.stop(position, f"more than {MAX_VALUES} values in one file")
        if not self._stack:
            self.content = value
            self.positions[()] = position
            return
        top = self._stack[-1]
        self.positions[top.next_path()] = position
        top.put(value)


def read_file(path: FilePath) -> Document:
    """The document in a file, with its problems; never raises for what the file contains.

    A file that is missing, unreadable or not a regular file gives a document with that one problem.
    """
    content = content_of(path)
    return _unreadable(str(path), content) if isinstance(content, str) else read_yaml(content, str(path))


def content_of(path: FilePath) -> bytes | str:
    """What a file holds, as far as any file is read, or why it cannot be read."""
    try:
        if not path.is_file():
            # Opening a pipe would wait for somebody who writes to it.
            return "is not a file" if path.exists() else "no such file"
        with path.open("rb") as stream:
            return stream.read(scalars.MAX_BYTES + 1)
    except OSError as error:
        unless_short(error)
        return f"cannot be read: {error.strerror}"
    except ValueError as error:
        return f"cannot be read: {error}"


def read_yaml(raw: bytes, file: str) -> Document:
    """The document in a text of YAML, with its problems.

    Args:
        raw: the bytes of the file, UTF-8.
        file: the name under which problems are reported.
    """
    try:
        text = scalars.decoded(raw)
    except scalars.RefusedError as refused:
        return _unreadable(file, str(refused), refused.line, refused.col)
    builder = _Builder(file)
    whole = True
    try:
        for event in _events(text):
            builder.take(event)
    except _Stop:
        whole = False
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(error, file))
        whole = False
    if cut := _CUT_QUESTION.search(text):
        message = "the text ends before ' #', which begins a comment: put it in quotes"
        line = text.count("\n", 0, cut.start()) + 1
        builder.problems.append(Problem(file, line, cut.end() - cut.start(), "question", message))
    return Document(
        file, builder.content, builder.positions, builder.keys, in_reading_order(builder.problems), whole
    )


def read_value(text: str, file: str) -> scalars.Plain:
    """The one value in a short text, as after `--set a.b=`: a scalar, `[1, 2]` or `{a: 1}`.

    Raises:
        InvalidScenarioError: the text is no such value; `file` names it in the problems.
    """
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidScenarioError([Problem(file, None, None, "", "the value is not valid text")]) from None
    document = read_yaml(raw, file)
    if document.problems:
        raise InvalidScenarioError(Problem(file, None, None, "", item.message) for item in document.problems)
    return document.content


def _events(text: str) -> Iterator[yaml.Event]:
    """The events of a text, by libyaml or without it; nothing is constructed from them here."""
    parser = yaml.CBaseLoader(text) if yaml.__with_libyaml__ else yaml.BaseLoader(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()


def _syntax_problem(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or error)
    message = next((hint for sign, hint in _HINTS.items() if sign in said), said)
    line, col = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return Problem(file, line, col, "", f"not YAML: {message}")


def _unreadable(file: str, message: str, line: int | None = None, col: int | None = None) -> Document:
    return Document(file, None, {}, {}, (Problem(file, line, col, "", message),), whole=False)
