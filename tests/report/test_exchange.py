"""What other programs read of a run: ownership statements, the long table of scenario analysis, Parquet."""

import json
import re
from datetime import date
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.metrics import METRICS
from sim.opening import open_world
from sim.report.bods import FILE, TYPES, history_of, read_bods, statements_of, write_bods
from sim.report.dictionary import TABLES
from sim.report.exchange import HEAD, IAMC, PARQUET, iamc
from sim.results import Results
from sim.run import Run, check_place, write_run
from sim.world.history import replay
from sim.world.ownership import NodeKind

REQUIRED = {
    "": {
        "statementId",
        "declarationSubject",
        "recordId",
        "recordType",
        "recordDetails",
        "publicationDetails",
    },
    "publicationDetails": {"publicationDate", "bodsVersion", "publisher"},
    "entity": {"isComponent", "entityType"},
    "relationship": {"isComponent", "subject", "interestedParty"},
}
"""Fields without which statements of version 0.4 are not valid, by the published standard."""
ENTITY_TYPES = {
    *(
        "registeredEntity",
        "legalEntity",
        "arrangement",
        "anonymousEntity",
        "unknownEntity",
        "state",
        "stateBody",
    )
}


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three years of the baseline, with all that other programs read."""
    assert isinstance(results, Run)
    place = write_run(results, tmp_path_factory.mktemp("outputs") / "0")
    assert main(["report", str(place), "--export", "iamc,parquet,bods"]) == 0
    return place


@pytest.fixture(scope="module")
def statements(folder: Path) -> list[dict[str, Any]]:
    """Its statements on ownership."""
    found: list[dict[str, Any]] = json.loads((folder / FILE).read_text("utf-8"))
    return found


def test_statements_have_what_the_standard_requires(statements: list[dict[str, Any]]) -> None:
    for said in statements:
        details, kind = said["recordDetails"], said["recordType"]
        assert said.keys() >= REQUIRED[""]
        assert said["publicationDetails"].keys() >= REQUIRED["publicationDetails"]
        assert re.fullmatch(r"\d+\.\d+", said["publicationDetails"]["bodsVersion"])
        assert details.keys() >= REQUIRED[kind]
        assert 32 <= len(said["statementId"]) <= 64
        assert date.fromisoformat(said["statementDate"])
        if kind == "entity":
            assert details["entityType"]["type"] in ENTITY_TYPES
        for each in details.get("interests", []):
            assert each["type"] in ("shareholding", "votingRights", "appointmentOfBoard")
            assert all(0 <= share <= 100 for share in each.get("share", {}).values())
            assert date.fromisoformat(each["startDate"]) <= date.fromisoformat(
                each.get("endDate", "9999-12-31")
            )
    identities = [said["statementId"] for said in statements]
    assert len(set(identities)) == len(identities)


@pytest.mark.skipif(find_spec("libcovebods") is None, reason="the published schema comes with libcovebods")
def test_statements_are_valid_by_the_published_schema(statements: list[dict[str, Any]]) -> None:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    found = files("libcovebods") / "data" / "schema-0-4-0"
    shapes = {
        each.name: json.loads(each.read_text("utf-8"))
        for each in found.iterdir()
        if each.name.endswith(".json")
    }
    known = Registry().with_resources(
        (shape["$id"], Resource.from_contents(shape)) for shape in shapes.values()
    )
    judge = Draft202012Validator(
        shapes["statement.json"], registry=known, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    assert [error.message[:200] for error in judge.iter_errors(statements)] == []
    assert list(judge.iter_errors([{**statements[0], "recordType": "company"}]))


def test_relationships_point_to_entities_that_come_before(statements: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for said in statements:
        if said["recordType"] == "entity":
            seen.add(said["recordId"])
        else:
            assert {said["recordDetails"]["subject"], said["recordDetails"]["interestedParty"]} <= seen
            assert said["source"]["description"]


def test_statements_read_back_to_the_same_graph(results: Results, tmp_path: Path) -> None:
    history = results.world.ownership.to_graphml_graph()
    write_bods(results, tmp_path / FILE)

    again = read_bods(tmp_path / FILE)

    assert dict(again.nodes(data=True)) == dict(history.nodes(data=True))
    assert {(*edge[:3], *sorted(edge[3].items())) for edge in again.edges(keys=True, data=True)} == {
        (*edge[:3], *sorted(edge[3].items())) for edge in history.edges(keys=True, data=True)
    }
    assert any("to_deal" in stake for _, _, stake in again.edges(data=True))


def test_the_graph_of_every_year_follows_from_the_statements(results: Results) -> None:
    ownership = open_world(results.scenario, results.seed).ownership

    replay(ownership, history_of(statements_of(results)))

    for year in results.years["year"]:
        mine, theirs = ownership.at(year), results.ownership(year)
        assert dict(mine.nodes) == dict(theirs.nodes)
        assert dict(mine.edges) == dict(theirs.edges)


def test_every_kind_of_party_has_a_type() -> None:
    assert set(TYPES) == {*get_args(NodeKind)}


def test_statements_of_others_are_read() -> None:
    person = {"recordType": "person", "recordId": "p", "recordDetails": {"names": [{"fullName": "Li Wei"}]}}
    firm = {"entityType": {"type": "registeredEntity"}, "name": "Firm"}
    stake = {
        "subject": "f",
        "interestedParty": "p",
        "interests": [{"type": "shareholding", "share": {"exact": 25.5}, "startDate": "2019-04-01"}],
    }
    unknown = {"subject": "f", "interestedParty": {"reason": "unknown"}}

    history = history_of(
        [
            person,
            {"recordType": "entity", "recordId": "f", "recordDetails": firm},
            *({"recordType": "relationship", "recordDetails": each} for each in (stake, unknown)),
        ]
    )

    assert dict(history.nodes(data="kind")) == {"p": "holder", "f": "company"}
    assert history.nodes["p"]["name"] == "Li Wei"
    (edge,) = history.get_edge_data("p", "f").values()
    assert (edge["ppm"], edge["votes_ppm"], edge["from_year"]) == (255_000, 255_000, 2019)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"recordType": "entity"}]', "[" * 100_000])
def test_what_is_no_ownership_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")

    if content == "{}":
        assert nx.is_empty(read_bods(tmp_path / FILE))
        return
    with pytest.raises(UsageError, match="is not ownership that can be read"):
        read_bods(tmp_path / FILE)


def test_the_long_table_is_what_pyam_reads(folder: Path, results: Results) -> None:
    table = pd.read_csv(folder / IAMC)

    assert table.columns.tolist() == [*HEAD, *(str(year) for year in results.years["year"])]
    assert not table.duplicated(list(HEAD)).any()
    assert not table.isna().any(axis=None)
    long = table.melt(list(HEAD), var_name="year")
    price = METRICS.get("price_cny_per_t").label
    national = long[(long["region"] == results.scenario.pack.name) & (long["variable"] == f"Alumina|{price}")]
    assert national["value"].tolist() == pytest.approx(results.years["price_cny_per_t"].tolist())
    assert set(national["unit"]) == {"CNY/t"}


def test_regions_of_the_long_table_add_up(results: Results) -> None:
    table = iamc(results)
    made = table[table["variable"] == f"Alumina|{METRICS.get('production_mt').label}"]
    years = [str(year) for year in results.years["year"]]
    whole = made["region"] == results.scenario.pack.name

    assert made[~whole][years].sum().tolist() == pytest.approx(made[whole][years].iloc[0].tolist())


@pytest.mark.parametrize("table", TABLES)
def test_parquet_has_the_tables_with_units(folder: Path, table: str) -> None:
    stored = pq.read_table(folder / PARQUET / f"{table}.parquet")
    written = pd.read_csv(folder / f"{table}.csv")

    assert stored.column_names == written.columns.tolist()
    assert stored.num_rows == len(written)
    assert stored.schema.field("year").metadata[b"unit"] == b"year" if "year" in stored.column_names else True


def test_a_folder_with_exports_is_still_a_run(folder: Path) -> None:
    check_place(folder, force=True)


def test_a_kind_that_is_not_there_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(folder), "--export", "iamc,excel"]) == 2
    assert "iamc, parquet, bods" in capsys.readouterr().err
