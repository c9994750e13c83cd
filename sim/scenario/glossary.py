"""The words of an industry in the place of those in which the engine speaks, put in where people read.

The engine speaks of alumina, refineries that make it and smelters that use it; a pack of another industry says in its
glossary what these are there. Files keep the names of their columns, for they are an interface.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from sim.core.units import Declared

T = TypeVar("T")
NAME = re.compile(r"[a-z0-9_.@:>#%-]*")
"""A text that is an identifier rather than something to read."""
ENDS = r"(?<![A-Za-z_]){}(?![A-Za-z_])"
"""A word of letters, whole and no part of the name of a column or a parameter."""


@dataclass(frozen=True)
class Glossary:
    """Words by the engine's word; names stay as they are, and so do addresses and what stands in tags or braces.

    Attributes:
        words: the engine's word and that of the industry.
        names: names of plants, owners and places.
        own: texts that the pack wrote, such as sources: they are in its words, where they stand alone.
    """

    words: Mapping[str, str]
    names: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()

    @cached_property
    def _pattern(self) -> "re.Pattern[str]":
        kept = sorted((re.escape(name) for name in self.names if name), key=len, reverse=True)
        ours = sorted(self.words, key=len, reverse=True)
        said = [ENDS.format(re.escape(word)) if word.isascii() else re.escape(word) for word in ours]
        return re.compile(
            "|".join((r"(?P<kept><[^>]*>|\{[^}]*\}|\S+://\S+", *kept)) + f")|(?P<ours>{'|'.join(said)})", re.I
        )

    def __call__(self, text: str) -> str:
        """A text in the words of the industry.

        Example:
            >>> Glossary({"refinery": "smelter"}, ("Old Refinery",))("Refinery beside Old Refinery")
            'Smelter beside Old Refinery'
        """
        known = not self.words or text in self.own
        return text if known else type(text)(self._pattern.sub(self._put, str(text)))

    def deep(self, value: T, *, is_text: bool = False) -> T:
        """A value with all that is to be read in it in the words of the industry; keys stay.

        Args:
            value: texts in dicts, lists and dataclasses.
            is_text: whether all is to be read; otherwise what looks like an identifier stays as well.
        """
        return self._deep(value, is_text) if self.words else value

    def _deep(self, value: Any, is_text: bool) -> Any:
        match value:
            case str():
                return value if not is_text and NAME.fullmatch(value) else self(value)
            case dict():
                return {key: self._deep(each, is_text) for key, each in value.items()}
            case tuple() | list():
                return type(value)(self._deep(each, is_text) for each in value)
            case _ if is_dataclass(value) and not isinstance(value, type):
                known = {
                    each.name: self._deep(getattr(value, each.name), is_text)
                    for each in fields(value)
                    if each.init
                }
                return replace(value, **known)
        return value

    def _put(self, found: "re.Match[str]") -> str:
        if found["kept"] is not None:
            return found["kept"]
        said = self.words[found["ours"].lower()]
        return said[:1].upper() + said[1:] if found["ours"][:1].isupper() else said


def texts_in(rows: Iterable[Any]) -> frozenset[str]:
    """The texts of several words in some rows, such as sources and remarks."""
    written = (said for row in rows if isinstance(row, Declared) for _, said in row)
    return frozenset(said for said in written if isinstance(said, str) and " " in said)


def names_in(tables: Iterable[Iterable[Any]]) -> tuple[str, ...]:
    """The names in some tables of a pack, in all languages."""
    rows = [row for table in tables for row in table]
    return tuple(
        dict.fromkeys(name for row in rows for name in (row.name, getattr(row, "name_zh", "")) if name)
    )
