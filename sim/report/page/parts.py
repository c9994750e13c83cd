"""What a page is made of: sections with figures, tables and notes, and its own words in a language.

All are plain values that the script draws. A figure has frames, one for each state of the page that it depends on: the
year of the slider, control or equity. Colours are names of the style sheet behind an `@`, so that one figure fits light
and dark.

The page's own words in a language, how it writes masses and money, and what things are called there.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.core.words import figure, number, plain, tonnes
from sim.report.measures import scale_of, unit_shown
from sim.report.naming import PackNames
from sim.report.sentences import called, catalogue
from sim.results import Results
from sim.scenario.glossary import Glossary

Frame = dict[str, Any]


def frame(finding: str, data: list[dict[str, Any]], layout: dict[str, Any], among: str = "") -> Frame:
    """One state of a figure: what it and what all runs say in a sentence, traces and layout as plotly takes them."""
    return {"finding": finding, "data": data, "layout": layout, "among": among}


def marks(x: Any, y: Any, mode: str = "lines", **look: Any) -> dict[str, Any]:
    """A trace of lines or dots."""
    return {"type": "scatter", "mode": mode, "x": x, "y": y, **look}


def bars(x: Any, y: Any, colour: Any, **look: Any) -> dict[str, Any]:
    """A trace of bars; those that lie have what they are of as `y`."""
    return {"type": "bar", "x": x, "y": y, "marker": {"color": colour}, **look}


def band(x: list[Any], low: list[float], high: list[float], name: str, colour: str) -> list[dict[str, Any]]:
    """Two traces that fill what lies between two lines."""
    edge: dict[str, Any] = {"line": {"width": 0}, "hoverinfo": "skip"}
    over = marks(x, high, **edge, fill="tonexty", fillcolor=colour, name=name)
    return [marks(x, low, **edge, showlegend=False), over]


def cell(value: float, text: str) -> list[Any]:
    """A number of a table with its text, to be sorted by; what is not known is a dash."""
    return [text, round(float(value), 4)] if math.isfinite(value) else ["–", None]


def signed(value: float, decimals: int = 0) -> str:
    """A change with its sign, none for zero.

    >>> signed(213.4), signed(-0.2), signed(-5.25, 1)
    ('+213', '0', '\u22125.2')
    """
    shown = number(value, decimals)
    if not any(digit in shown for digit in "123456789"):
        return shown
    return f"+{shown}" if value > 0.0 else shown.replace("-", "\u2212")


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        id: its name on the page.
        by: what its frames depend on: `view` before `year`, or choices of the page by id; none for one frame.
        frames: by the values of these, joined by `|`.
        height: in pixels.
        note: what to keep in mind.
        least_width: below this width it can be pushed sideways.
    """

    id: str
    by: tuple[str, ...]
    frames: dict[str, Frame]
    height: int = 420
    note: str = ""
    least_width: int = 0


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        id: its name on the page.
        caption: what it shows.
        head: names of the columns.
        rows: cells, text or numbers with their text: `[text, value to sort by]`.
        words: how many leading columns are text.
        search: whether it can be searched and sorted.
        note: what to keep in mind.
        folded: whether it opens only when asked for.
        scenario: it is shown only while this scenario is chosen; always when empty.
        year: it is shown only while this year is chosen; always when zero.
        view: it is shown only while control or equity is chosen; always when empty.
    """

    id: str
    caption: str
    head: list[str]
    rows: list[list[Any]]
    words: int = 1
    search: bool = False
    note: str = ""
    folded: bool = False
    scenario: str = ""
    year: int = 0
    view: str = ""


@dataclass(frozen=True)
class Choice:
    """What a reader may choose in the bar of the page, offered when there are two options or more.

    Attributes:
        id: what figures depend on by this name.
        label: what is chosen.
        options: value and name of each.
    """

    id: str
    label: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A section.

    Attributes:
        id: its name on the page.
        label: its name in the navigation.
        parts: ids of figures and tables, and the names of what the script makes itself, in order.
        figures: its figures.
        tables: its tables.
        lead: a sentence under the heading.
        extra: what the script needs besides.
    """

    id: str
    label: str
    parts: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    lead: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        """The section as plain values."""
        parts = {name: [vars(each) for each in getattr(self, name)] for name in ("figures", "tables")}
        return vars(self) | parts


def section(name: str, label: str, parts: Sequence[Figure | Table], lead: str = "") -> Section:
    """A section of figures and tables alone, in their order."""
    figures = tuple(each for each in parts if isinstance(each, Figure))
    tables = tuple(each for each in parts if isinstance(each, Table))
    return Section(name, label, tuple(each.id for each in parts), figures, tables, lead)


ONE = re.compile(r"(?<![\w.,])1 (deal|parameter|plant|time)s\b")
"""One of what a sentence of a catalogue has many of, in English."""


@dataclass(frozen=True)
class Words:
    """The catalogue of one language; call it with a key, such as `curve.title`, and what stands in the braces.

    Attributes:
        lang: the language.
        say: the words of the industry, for the page as a whole.
    """

    lang: str
    say: Glossary = field(default_factory=lambda: Glossary({}))

    @cached_property
    def catalogue(self) -> Mapping[str, Mapping[str, str]]:
        """The sentences by section and name."""
        return catalogue(self.lang)

    def __call__(self, key: str, /, **known: object) -> str:
        """Give the words of a key."""
        section, name = key.split(".", 1)
        words = self.catalogue[section][name]
        return ONE.sub(r"1 \1", words.format(**known)) if known else words

    def question(self, asked: str) -> str:
        """The question of a scenario in the language, where the catalogue has it."""
        return self.catalogue["questions"].get(asked, asked)

    def scenario(self, label: str) -> str:
        """What a scenario is called for short; its label where the catalogue has no name."""
        return called(label, self.lang)

    @property
    def per_mt(self) -> float:
        """How many of the language's units of mass a million tonnes are: Chinese counts by ten thousand tonnes."""
        return 100.0 if self.lang == "zh" else 1.0

    def decimals(self, decimals: int) -> int:
        """How many decimals the language's unit of mass needs where a million tonnes need so many."""
        return decimals if self.per_mt == 1.0 else max(decimals - 2, 0)

    def mt(self, value: float, decimals: int = 1, *, sign: bool = False) -> str:
        """Million tonnes in the language's unit, with the digits that so many decimals of a million tonnes give."""
        return (signed if sign else tonnes)(self.per_mt * value, self.decimals(decimals))

    def billions(self, mcny: float, decimals: int = 1) -> str:
        """Million CNY in billions, in Chinese in units of a hundred million."""
        return number(mcny / (1000.0 if self.per_mt == 1.0 else 100.0), decimals)

    def figure(self, value: float, unit: str) -> str:
        """A number with its unit in the language."""
        if unit.startswith("Mt"):
            return f"{self.mt(value, 2)} {self.catalogue['symbols'][unit]}"
        if unit == "million CNY" and self.per_mt != 1.0:
            return f"{self.billions(value, 2)}{self('deals.billion')}"
        shown = figure(value, unit, bare=True)
        symbol = "" if shown.endswith("%") else self.catalogue["symbols"].get(unit, unit)
        return f"{shown} {symbol}".strip()

    def per(self, measure: str) -> float:
        """What a measure is multiplied with to be in the unit of mass of the language."""
        return self.per_mt if unit_shown(measure).startswith("Mt") else 1.0

    def scale(self, measure: str) -> float:
        """What a measure is multiplied with to be told: also by 100 where it is a share."""
        return scale_of(measure) * self.per(measure)

    def of(self, section: str, name: str) -> str:
        """The words for a name of the record, or the name itself where the catalogue has none."""
        return self.catalogue[section].get(name) or plain(name).replace("_", " ")


@dataclass(frozen=True)
class Called:
    """What plants, owners and places are called in a language; who has no name in it keeps the usual one."""

    results: Results
    words: Words

    @cached_property
    def _listed(self) -> Mapping[str, str]:
        """Names by id of all that the pack lists."""
        pack, local = self.results.scenario.pack, f"name_{self.words.lang}"
        tables = (pack.projects, pack.importers, pack.smelters, pack.refineries, pack.groups, pack.regions)
        return {row.id: plain(getattr(row, local, "") or row.name) for table in tables for row in table}

    @cached_property
    def _of_pack(self) -> PackNames:
        return PackNames(self.results.scenario.pack, self.words.lang)

    def __call__(self, key: str) -> str:
        """The name of an agent; that of a plant built during the run is made from its key."""
        if key in self._listed:
            return self._listed[key]
        made = self._of_pack.plant(key)
        if made != key:
            return plain(made)
        return plain(str(self.results.world.ownership.graph.nodes.get(key, {}).get("name") or key))
