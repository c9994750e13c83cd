"""The record of one run that explanations are told from: its tables and its scenario, live or read from a folder.

Nothing here runs the model. Tables are rows of plain values, so that it makes no difference whether they come
from a run in memory or from files.

Reading a run's folder back: its tables, its scenario, its name and seed.

A folder may come from a stranger. Nothing in it is trusted: what is missing or damaged is told in one line.

What agents are called.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sim.core.cells import rows_of, unshielded
from sim.core.errors import UsageError
from sim.core.rng import Streams
from sim.core.words import plain
from sim.policies.rulebook import Rulebook
from sim.report.dictionary import ENDING
from sim.results import Results
from sim.scenario.load import Scenario, load
from sim.scenario.pack import Pack
from sim.scenario.parameters import Parameters
from sim.world.books import Decision, Site
from sim.world.owners import draw_owners

Row = Mapping[str, Any]
TABLES = ("years", "quarters", "refineries", "groups", "regions", "flows", "events", "decisions", "deals")


@dataclass(frozen=True, eq=False)
class Record:
    """One run as explanations see it.

    Attributes:
        name: name of the scenario.
        seed: the run's luck.
        scenario: what was simulated.
        tables: rows by name of the table.
        changed: whether the scenario or its pack reads differently today than when it was run.
        residuals: largest gap of each conservation law.
    """

    name: str
    seed: int
    scenario: Scenario
    tables: Mapping[str, tuple[Row, ...]]
    changed: bool = False
    residuals: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def pack(self) -> Pack:
        """The data of the run, with the owners that were drawn."""
        return draw_owners(self.scenario.pack, Streams(self.seed))

    @property
    def parameters(self) -> Parameters:
        """Parameters of the run."""
        return self.scenario.spec.parameters

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that were played."""
        return tuple(int(row["year"]) for row in self.tables["years"])

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """All strategic decisions, in the order in which they were taken."""
        return tuple(_decisions(self.tables["decisions"]))

    def rows(self, table: str, **where: object) -> list[Row]:
        """The rows of a table in which some columns have some values."""
        columns = (table, *where)
        if columns not in self._sorted:
            heaps: dict[tuple[object, ...], list[Row]] = {}
            for row in self.tables[table]:
                heaps.setdefault(tuple(row[name] for name in where), []).append(row)
            self._sorted[columns] = heaps
        return list(self._sorted[columns].get(tuple(where.values()), ()))

    def row(self, table: str, **where: object) -> Row | None:
        """The first such row, or None."""
        return next(iter(self.rows(table, **where)), None)

    @cached_property
    def _sorted(self) -> dict[tuple[str, ...], dict[tuple[object, ...], list[Row]]]:
        """By table and columns, its rows by their values there, sorted when first asked for: explaining asks a lot."""
        return {}

    def rules(self, year: int) -> Rulebook:
        """The rules of a year as the policies of the scenario write them."""
        rules = Rulebook(discipline_share=self.parameters.support.discipline_share)
        for policy in self.scenario.spec.policies:
            rules = policy.amend(rules, year)
        return rules

    def called(self, key: str) -> str:
        """The name of whoever or whatever bears a key."""
        return called(names(self), key)


def record_of(results: Results) -> Record:
    """The record of a run in memory."""
    tables = {name: rows_of(getattr(results, name)) for name in TABLES}
    return Record(results.scenario.name, results.seed, results.scenario, tables)


def _decisions(rows: tuple[Row, ...]) -> Iterator[Decision]:
    """The decisions of a table that has one row an option or fact; rows of one decision share its id."""
    same = ("year", "agent", "kind", "choice", "unit", "margin", "rule")
    for _, belonging in groupby(rows, key=itemgetter("decision_id")):
        found = list(belonging)
        options, facts = (
            {str(row["name"]): float(row["value"]) for row in found if row["role"] == role}
            for role in ("option", "fact")
        )
        sites = {
            str(row["name"]): Site(row["region"], row["replaces"])
            for row in found
            if row["role"] == "option" and row["region"]
        }
        head = {name: found[0][name] for name in same}
        head |= {name: str(found[0].get(name, "")) for name in ("about", "because")}
        yield Decision(**head, options=options, facts=facts, sites=sites, id=int(found[0]["decision_id"]))


PLANT, GROUP, SMELTER, IMPORTER, REGION, DEAL = "plant", "group", "smelter", "importer", "region", "deal"
PROVINCE, POLICY, RUN = "province", "policy", "run"
NEWCOMER = re.compile(r"(?P<what>.+?)-(?:to-)?(?P<region>[^-]+)-(?P<year>[0-9]{4})")
"""Keys of plants that were founded during a run: `OLD-to-REGION-YEAR` or `OWNER-REGION-YEAR`."""

SMELTER_BESIDE = "-smelter"
"""What ends the key of a smelter that was founded beside a refinery outside China."""


@dataclass(frozen=True)
class Agent:
    """Whom an explanation is about.

    Attributes:
        key: id.
        kind: plant, group, smelter, importer, region, deal, province, policy or run.
        name: what it is called.
        said: how the name that was asked for leads to it, when that is not plain.
    """

    key: str
    kind: str
    name: str
    said: str = ""


@lru_cache(maxsize=2)
def names(record: Record) -> Mapping[str, Agent]:
    """Every agent of a run by its id."""
    pack = record.scenario.pack
    rows = [(PLANT, row.id, row.name) for row in pack.refineries]
    rows += [(PLANT, row.id, row.name) for row in pack.projects if row.kind == "refinery"]
    rows += [(GROUP, row.id, row.name) for row in pack.groups]
    rows += [(SMELTER, row.id, row.name) for row in pack.smelters]
    rows += [(IMPORTER, row.id, row.name) for row in pack.importers]
    rows += [(REGION, row.id, row.name) for row in pack.regions]
    rows += [(IMPORTER, row.id, row.name) for row in pack.projects if row.kind != "refinery"]
    known = {key: Agent(key, kind, plain(name)) for kind, key, name in reversed(rows)}
    for table, column, kind in (("refineries", "refinery", PLANT), ("groups", "group", GROUP)):
        for row in record.tables[table]:
            key = str(row[column])
            if key not in known:
                known[key] = Agent(key, kind, _newcomer(key, known))
    for row in record.tables["deals"]:
        key = str(row["id"])
        name = f"{plain(str(row['kind']))}: {called(known, str(row['target']))}, {row['year']}"
        known.setdefault(key, Agent(key, DEAL, name))
    return known


def deal_id(year: int, target: str) -> str:
    """The id of a purchase from its year and what was to be bought."""
    return f"{year}-{target}"


def called(known: Mapping[str, Agent], key: str) -> str:
    """What an agent is called, or its id when nobody of that id is known."""
    return known[key].name if key in known else _newcomer(key, known)


def _newcomer(key: str, known: Mapping[str, Agent]) -> str:
    """What a plant that was founded during the run is called."""
    line = key.removesuffix(SMELTER_BESIDE)
    if line != key and line in known:
        return f"smelter beside {known[line].name}"
    found = NEWCOMER.fullmatch(key)
    if not found or found["region"] not in known:
        return plain(key)
    verb = "moved to" if "-to-" in key else "new in"
    what = called(known, found["what"])
    return f"{what}, {verb} {known[found['region']].name} (decided in {found['year']})"


MANIFEST, SCENARIO = "manifest.json", "scenario.yaml"
TEXTS = (
    *("refinery", "group", "region", "state", "origin", "market", "kind", "agent", "counterpart", "unit"),
    *("value_unit", "replaces", "subject", "figures", "about", "because"),
    *("reason", "choice", "role", "name", "rule", "id", "buyer", "seller", "target", "outcome", "province"),
    *("sasac", "review", "review_outcome", "remedy", "seller_state", "buyer_class", "seller_class"),
)
"""Columns that hold text; all others hold numbers or truth values."""
NEEDED = {
    "refineries": "year refinery region group state nameplate_mt runnable_mt running_share made_mt cash_cost_cny_per_t",
    "groups": "year group nameplate_mt cash_mcny debt_mcny distressed",
    "regions": "year region nameplate_mt made_mt price_cny_per_t",
    "flows": "year origin market shipped_mt",
    "events": "year quarter kind agent counterpart amount unit reason",
    "decisions": "year agent kind choice role name value unit margin rule decision_id",
    "deals": "year id kind buyer seller target outcome",
    "years": "year price_cny_per_t",
    "quarters": "year quarter price_cny_per_t",
}
"""Columns without which nothing can be explained."""
YES_NO = {"True": True, "False": False}


def read_record(folder: Path) -> Record:
    """The record of a run from its folder.

    Raises:
        UsageError: there is no run in the folder, or a file of it is missing or damaged.
        ScenarioError: its scenario can no longer be read.
    """
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder} is not the folder of a run: it has no {MANIFEST}")
    known = _manifest(folder / MANIFEST)
    if not (folder / SCENARIO).is_file():
        raise UsageError(f"{folder} is not a whole run: {SCENARIO} is missing")
    scenario = load(folder / SCENARIO)
    tables = {name: read_table(folder, name) for name in TABLES}
    if not tables["years"]:
        raise UsageError(f"{folder} is not a whole run: years.csv has no years")
    changed = [known.get("scenario_sha256"), known.get("pack_sha256")] != [
        scenario.hash,
        scenario.pack.digest,
    ]
    gaps = known.get("largest_conservation_gaps", {})
    return Record(str(known["scenario"]), int(known["seed"]), scenario, tables, changed, gaps)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is damaged: it is not JSON") from None
    if not isinstance(known, dict) or not isinstance(known.get("seed"), int) or "scenario" not in known:
        raise UsageError(f"{path} is damaged: it names no scenario and seed")
    return known


def read_table(folder: Path, name: str) -> tuple[Row, ...]:
    """The rows of a table of a run.

    Raises:
        UsageError: it is missing or damaged.
    """
    path, needed = folder / f"{name}.csv", NEEDED.get(name, "").split()
    if not path.is_file():
        raise UsageError(f"{path.parent} is not a whole run: {path.name} is missing")
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise UsageError(f"{path} is damaged: it has no column {missing[0]}")
            return tuple(_row(row, path, reader.line_num) for row in reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is damaged: {error}") from None


def _row(row: dict[str, str], path: Path, line: int) -> Row:
    try:
        return {name: _value(name, text) for name, text in row.items()}
    except (ValueError, TypeError, AttributeError):
        raise UsageError(f"{path} is damaged: line {line} does not fit its columns") from None


def _value(name: str, text: str) -> str | float | bool | int:
    if name in TEXTS or name.endswith(ENDING):
        return unshielded(text)
    if text in YES_NO:
        return YES_NO[text]
    if name in ("year", "quarter"):
        return int(text)
    return float(text) if text else float("nan")
