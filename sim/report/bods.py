"""Ownership as statements of the Beneficial Ownership Data Standard, version 0.4: written, and read back.

An entity statement for every party, a relationship statement for every stake that ever was, with its share, its votes,
the years in which it began and ended, and where it is from. Years are written as their last day, on which a year's
deals close. What the standard has no field for is an annotation that points to the date that it explains.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args
from uuid import NAMESPACE_URL, uuid5

import networkx as nx

from sim.core.errors import UsageError
from sim.results import Results
from sim.scenario.rows import StakeRow
from sim.world.ownership import NodeKind

FILE = "bods.json"
VERSION = "0.4"
TYPES: dict[str, str] = {
    "state": "state",
    "owners": "anonymousEntity",
    "holder": "legalEntity",
    "group": "registeredEntity",
    "company": "registeredEntity",
    "asset": "arrangement",
    "float": "anonymousEntity",
}
"""Type of entity by kind of party; a plant without a company of its own is an arrangement."""
UNNAMED = {"float": "many small holders", "owners": "former owners of a group, who are not known by name"}
"""Whom an anonymous entity stands for."""
PPM_PER_PERCENT = 10_000
SCHEME = "Shakeout"
ENDED_BY = "/recordDetails/interests/0/endDate"
"""What an annotation points to that names the deal by which a stake ended."""
Statement = dict[str, Any]


def statements_of(results: Results) -> list[Statement]:
    """All statements on who owned what in a run: entities first, then relationships in order."""
    history = results.world.ownership.to_graphml_graph()
    sources = {(row.holder, row.held): row for row in results.scenario.pack.stakes if row.state == "current"}
    run = _Run(f"{results.scenario.hash}:{results.seed}", results.scenario.pack.base_year)
    played = {"description": f"simulated by Shakeout: scenario {results.scenario.name}, seed {results.seed}"}
    entities = [_entity(run, key, about) for key, about in history.nodes(data=True)]
    stakes = sorted(history.edges(keys=True, data=True), key=lambda each: int(each[2]))
    relations = []
    for holder, held, number, stake in stakes:
        row = None if stake["deal"] else sources.get((holder, held))
        source = played if stake["deal"] else _source(row)
        relations.append(_relation(run, (holder, held, int(number)), stake, source))
    return [*entities, *relations]


def _source(row: StakeRow | None) -> Statement:
    if row is None:
        return {"description": "what the recorded holders leave over, or the company that the register names"}
    return {"description": f"{row.source} ({row.status})"}


class _Run(NamedTuple):
    """Which run speaks, and the year that its data describe."""

    name: str
    base_year: int


def _statement(run: _Run, kind: str, key: str, subject: str) -> Statement:
    """What every statement has."""
    date = _date(run.base_year)
    return {
        "statementId": f"shakeout-{uuid5(NAMESPACE_URL, f'shakeout:{run.name}:{kind}:{key}')}",
        "statementDate": date,
        "declarationSubject": subject,
        **{"recordId": key, "recordType": kind, "recordStatus": "new"},
        "publicationDetails": {
            "publicationDate": date,
            "bodsVersion": VERSION,
            "publisher": {"name": SCHEME},
        },
    }


def _date(year: int) -> str:
    return f"{year:04d}-12-31"


def _entity(run: _Run, key: str, about: Mapping[str, str]) -> Statement:
    kind = about["kind"]
    details = {
        "isComponent": False,
        "entityType": {"type": TYPES[kind], "details": kind},
        "name": about["name"],
        "identifiers": [{"id": key, "schemeName": SCHEME}],
    }
    if kind in UNNAMED:
        reason = {"reason": "informationUnknownToPublisher", "description": UNNAMED[kind]}
        details["unspecifiedEntityDetails"] = reason
    return {**_statement(run, "entity", key, key), "recordDetails": details}


def _relation(
    run: _Run, edge: tuple[str, str, int], stake: Mapping[str, Any], source: Statement
) -> Statement:
    """One stake: its equity, its votes, and whether it names the board."""
    holder, held, number = edge
    when = {"startDate": _date(stake["from_year"])}
    if "to_year" in stake:
        when["endDate"] = _date(stake["to_year"])
    known = {"directOrIndirect": "direct", "beneficialOwnershipOrControl": False}
    interests: list[Statement] = [
        {"type": kind, **known, "share": _share(stake[column]), **when}
        for kind, column in (("shareholding", "ppm"), ("votingRights", "votes_ppm"))
    ]
    if stake["controls"]:
        interests.append({"type": "appointmentOfBoard", **known, **when})
    details = {"isComponent": False, "subject": held, "interestedParty": holder, "interests": interests}
    said = {**_statement(run, "relationship", f"stake-{number}", held), "source": source}
    if stake["deal"]:
        said |= {"declaration": stake["deal"], "statementDate": when["startDate"]}
    if "to_year" in stake:
        told = {"statementPointerTarget": ENDED_BY, "motivation": "identifying"}
        said["annotations"] = [{**told, "description": stake["to_deal"]}]
    return {**said, "recordDetails": details}


def _share(ppm: int) -> Statement:
    percent = ppm / PPM_PER_PERCENT
    return {"exact": percent, "minimum": percent, "maximum": percent}


def write_bods(results: Results, path: Path) -> None:
    """Write all statements on who owned what in a run."""
    text = json.dumps(statements_of(results), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def read_bods(path: Path) -> nx.MultiDiGraph:
    """The dated history that statements tell, as `Ownership.to_graphml_graph` gives it.

    Statements of others are read as well: direct shareholdings with an exact share; a party without a kind of ours has
    the one that fits its type.

    Raises:
        UsageError: it is no such file, or a stake has no exact share or start.
    """
    try:
        statements = json.loads(path.read_text(encoding="utf-8"))
        return history_of(statements)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{path} is not ownership that can be read: {error}") from None


def history_of(statements: list[Statement]) -> nx.MultiDiGraph:
    """The dated history that statements tell.

    Raises:
        KeyError, TypeError, ValueError: they lack what is needed.
    """
    history = nx.MultiDiGraph()
    for said in statements:
        if said["recordType"] in ("entity", "person"):
            history.add_node(said["recordId"], kind=_kind(said), name=_name(said))
    for said in statements:
        details = said["recordDetails"]
        if said["recordType"] != "relationship" or isinstance(details["interestedParty"], dict):
            continue
        for stake in _stakes(said):
            key = history.number_of_edges()
            if not {details["interestedParty"], details["subject"]} <= history.nodes.keys():
                raise ValueError(f"{said['statementId']} names a party that no statement is about")
            history.add_edge(details["interestedParty"], details["subject"], key, **stake)
    return history


def _kind(said: Statement) -> str:
    """The kind of a party: as we wrote it, or as its type says."""
    if said["recordType"] == "person":
        return "holder"
    known = said["recordDetails"]["entityType"]
    if known.get("details") in get_args(NodeKind):
        return str(known["details"])
    kinds = {"state": "state", "stateBody": "state", "registeredEntity": "company"}
    return kinds.get(known["type"], "holder")


def _name(said: Statement) -> str:
    details = said["recordDetails"]
    names = [each.get("fullName", "") for each in details.get("names", [])]
    return str(details.get("name") or next(iter(names), said["recordId"]))


def _stakes(said: Statement) -> Iterator[Statement]:
    """What a relationship says of equity; votes are as equity where nothing is said of them."""
    direct = [
        each
        for each in said["recordDetails"].get("interests", [])
        if each.get("directOrIndirect") != "indirect"
    ]
    by_type = {each["type"]: each for each in direct}
    if "shareholding" not in by_type:
        return
    held = by_type["shareholding"]
    stake = {
        "ppm": _ppm(held),
        "votes_ppm": _ppm(by_type.get("votingRights", held)),
        "controls": "appointmentOfBoard" in by_type,
        "from_year": int(held["startDate"][:4]),
        "deal": str(said.get("declaration", "")),
    }
    if "endDate" in held:
        ended = [each for each in said.get("annotations", []) if each["statementPointerTarget"] == ENDED_BY]
        stake["to_year"] = int(held["endDate"][:4])
        stake["to_deal"] = str(ended[0]["description"]) if ended else ""
    yield stake


def _ppm(interest: Statement) -> int:
    ppm = round(float(interest["share"]["exact"]) * PPM_PER_PERCENT)
    if not 0 <= ppm <= 100 * PPM_PER_PERCENT:
        raise ValueError(f"a share of {interest['share']['exact']} per cent")
    return ppm
