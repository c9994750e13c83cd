"""What agents are called."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sim.core.words import plain
from sim.reasons.record import Record

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
