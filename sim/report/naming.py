"""What things are called in figures and tables, and which regions are shown in one colour.

All names come from the pack; no region, owner or plant is known here by name. Regions are put together by
two facts that decide over cost: whether they lie at the coast, and which ore is at hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sim.core.words import plural
from sim.report.sentences import catalogue
from sim.report.wording import clipped, drawable
from sim.results import Results
from sim.scenario.pack import Pack
from sim.scenario.rows import GroupRow, ProjectRow, RefineryRow, RegionRow


@dataclass(frozen=True)
class Family:
    """Regions that share a colour.

    Attributes:
        label: what they are called.
        coastal: at the coast or at a river port.
        regions: their ids.
        shade: place among the families of the same side, from 0 (dark) to 2 (light).
    """

    label: str
    coastal: bool
    regions: tuple[str, ...]
    shade: int


@dataclass(frozen=True)
class PackNames:
    """Names in a pack, by id; an id without a row, such as a plant built during a run, is its own name.

    Attributes:
        pack: the pack.
        lang: `en`, or `zh` for names in Chinese; a row that has none is called by its English name.
    """

    pack: Pack
    lang: str = "en"

    @cached_property
    def regions(self) -> Mapping[str, str]:
        """Names of supply regions."""
        return self._called(self.pack.regions)

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Names of owners."""
        return self._called(self.pack.groups)

    @cached_property
    def plants(self) -> Mapping[str, str]:
        """Names of refineries and projects."""
        return self._called(self.pack.projects) | self._called(self.pack.refineries)

    def _called(self, rows: Iterable[RefineryRow | ProjectRow | GroupRow | RegionRow]) -> dict[str, str]:
        if self.lang == "zh":
            return {row.id: row.name_zh or row.name for row in rows}
        return {row.id: drawable(row.name, row.id) for row in rows}

    def plant(self, key: str) -> str:
        """The name of a plant; that of one built during a run is made from its key.

        Such a key is `OWNER-REGION-YEAR`, or `PLANT-to-REGION-YEAR` for one that replaces another; the year is
        that of the decision.
        """
        if key in self.plants:
            return self.plants[key]
        before, region, year = self._built(key)
        if not region:
            return key
        words, where = catalogue(self.lang)["names"], {"region": self.regions[region], "year": year}
        if before.endswith("-to"):
            return words["moved"].format(what=self.plant(before.removesuffix("-to")), **where)
        return words["new"].format(what=self.groups.get(before, before), **where)

    def region_of(self, key: str) -> str:
        """The name of the region of a plant, empty when it is not known."""
        placed = {row.id: row.region for row in self.pack.projects}
        placed |= {row.id: row.region for row in self.pack.refineries}
        region = placed.get(key) or self._built(key)[1]
        return self.regions.get(region, region)

    def first_year(self, key: str) -> int:
        """The year in which a plant starts at the earliest, 0 when it stood at the beginning."""
        planned = {row.id: row.expected_year for row in self.pack.projects}
        year = self._built(key)[2]
        return planned.get(key, int(year) + 1 if year and key not in self.plants else 0)

    def _built(self, key: str) -> tuple[str, str, str]:
        """The parts of the key of a plant built during a run: before the region, region, year."""
        body, _, year = key.rpartition("-")
        for region in sorted(self.regions, key=len, reverse=True):
            if body.endswith(f"-{region}") and year.isdigit():
                return body.removesuffix(f"-{region}"), region, year
        return "", "", ""


@dataclass(frozen=True)
class Names:
    """Names of one run's pack, by id; an id without a row is its own name."""

    results: Results

    @cached_property
    def regions(self) -> Mapping[str, str]:
        """Names of supply regions."""
        return {row.id: row.name for row in self.results.scenario.pack.regions}

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Names of owners."""
        return {row.id: row.name for row in self.results.scenario.pack.groups}

    @cached_property
    def plants(self) -> Mapping[str, str]:
        """Names of refineries and projects; those of plants built during the run come from the ownership graph."""
        pack, graph = self.results.scenario.pack, self.results.world.ownership.graph
        built = {key: str(name) for key, name in graph.nodes(data="name") if name}
        standing = {row.id: row.name for row in pack.refineries}
        return built | standing | {row.id: row.name for row in pack.projects}

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The families of regions, coast first, each side in the order of the pack."""
        pack = self.results.scenario.pack
        found: dict[tuple[bool, str], list[str]] = {}
        for row in pack.regions:
            found.setdefault((row.coastal, row.ore), []).append(row.id)
        sides = {
            side: [ids for (coastal, _), ids in found.items() if coastal is side] for side in (True, False)
        }
        return tuple(
            Family(self._label(tuple(ids), coastal), coastal, tuple(ids), min(place, 2))
            for coastal, members in sides.items()
            for place, ids in enumerate(members)
        )

    def _label(self, ids: tuple[str, ...], coastal: bool) -> str:
        """The name of a family: its side and the regions where plants stand."""
        pack = self.results.scenario.pack
        settled = {row.region for row in pack.refineries} | {row.region for row in pack.projects}
        names = [drawable(self.regions[each], each) for each in ids if each in settled] or [ids[0]]
        more = f" +{len(names) - 3}" if len(names) > 3 else ""
        return clipped(f"{'Coast or river port' if coastal else 'Inland'}: {', '.join(names[:3])}{more}", 56)


def scenario_line(results: Results) -> str:
    """Which scenario and which luck a figure shows."""
    return f"Scenario {drawable(results.scenario.name, results.scenario.hash[:8])}, seed {results.seed}"


def warning(results: Results) -> str:
    """What every figure has to say about itself: it is one run, and some plants are stand-ins."""
    plants = results.refineries.drop_duplicates("refinery")
    count = int(plants["synthetic"].sum())
    if not count:
        return "One run of one seed, not a forecast."
    stand = "stands for real ones that are" if count == 1 else "stand for real ones that are"
    return (
        f"One run of one seed, not a forecast. {plural(count, 'synthetic plant')} of {len(plants)} "
        f"{stand} not identified."
    )
