"""The page's own words in a language, how it writes masses and money, and what things are called there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sim.core.words import figure, number, plain
from sim.report.catalogue import called, catalogue
from sim.report.measures import scale_of, unit_shown
from sim.report.naming import PackNames
from sim.report.page.parts import signed
from sim.results import Results
from sim.scenario.glossary import Glossary


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
        return words.format(**known) if known else words

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
        return (signed if sign else number)(self.per_mt * value, self.decimals(decimals))

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
        return (
            shown if shown.endswith("%") else f"{shown} {self.catalogue['symbols'].get(unit, unit)}".strip()
        )

    def per(self, measure: str) -> float:
        """What a measure is multiplied with to be in the unit of mass of the language."""
        return self.per_mt if unit_shown(measure).startswith("Mt") else 1.0

    def scale(self, measure: str) -> float:
        """What a measure is multiplied with to be told: also by 100 where it is a share."""
        return scale_of(measure) * self.per(measure)

    def of(self, section: str, name: str) -> str:
        """The words for a name of the record, or the name itself where the catalogue has none."""
        return self.catalogue[section].get(name, plain(name).replace("_", " "))


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
