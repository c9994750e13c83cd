"""The data dictionary: every column that a run writes has a unit and a meaning, and nothing else is in it."""

from dataclasses import replace

import pandas as pd
import pytest

import sim
from sim.core.units import unit_of
from sim.report.dictionary import DECLARED, NAMED, OWN, TABLES, attributes, dictionary, entry_of, named_tables
from sim.results import Results
from sim.run import run
from sim.world.dealbook import Deal

CODES = ("unit says", "value_unit says")


@pytest.fixture(scope="module")
def tables(results: Results) -> dict[str, pd.DataFrame]:
    """The tables of a run as they are written."""
    return named_tables(results)


@pytest.fixture(scope="module")
def told(results: Results, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Their dictionary."""
    return dictionary(tables, results.scenario.pack)


def test_every_column_is_told_once_and_in_order(tables: dict[str, pd.DataFrame], told: pd.DataFrame) -> None:
    written = [(name, column) for name in TABLES for column in tables[name].columns]

    assert list(zip(told["table"], told["column"], strict=True)) == written
    assert told["meaning"].str.len().min() > 2


def test_the_toy_industry_is_told_as_well() -> None:
    toy = run(sim.load("toy", settings=["years.end_year=2026"]), 0)

    assert len(dictionary(named_tables(toy), toy.scenario.pack)) > 100


def test_every_number_has_a_unit_that_its_name_does_not_contradict(
    tables: dict[str, pd.DataFrame], told: pd.DataFrame
) -> None:
    for row in told.itertuples():
        numbers = tables[str(row.table)][row.column].dtype.kind in "fiu"
        said = unit_of(str(row.column))
        assert bool(row.unit) == numbers or row.column == "decision_id", (row.table, row.column)
        assert not said or said.removesuffix("/yr") in (row.unit, str(row.unit).removesuffix("/yr")), (
            row.column
        )


def test_nothing_is_declared_that_no_table_has(tables: dict[str, pd.DataFrame]) -> None:
    columns = {f"{name}.{column}" for name, frame in tables.items() for column in frame.columns}
    columns |= {name.partition(".")[2] for name in columns}

    # Only where contracts lock the price is there a price of the year.
    assert set(OWN) - {"quarters.benchmark_cny_per_t"} <= columns
    assert set(NAMED) <= columns
    assert set(DECLARED) <= set(TABLES)


def test_a_column_that_nobody_declares_is_found(results: Results, tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(KeyError, match=r"flows\.secret_mt is declared nowhere"):
        dictionary({"flows": tables["flows"].assign(secret_mt=1.0)}, results.scenario.pack)


def test_meanings_come_from_docstrings() -> None:
    assert attributes(Deal)["remedy"] == "condition of the authority, if any"
    assert entry_of("years", "exports_mt", {}, ()).meaning.startswith("Alumina exported")


def test_names_stand_beside_ids(results: Results, tables: dict[str, pd.DataFrame]) -> None:
    plants, events = tables["refineries"], tables["events"]
    curbs = events[events["agent"] == "winter"].iloc[0]

    assert plants.columns[1:7].tolist() == [
        *("refinery", "refinery_name", "region", "region_name", "group", "group_name")
    ]
    assert dict(zip(plants["group"], plants["group_name"], strict=True))["chinalco"].startswith(
        "Aluminum Corp"
    )
    assert curbs["counterpart_name"].count(", ") == curbs["counterpart"].count(", ") > 0
    assert "group_name" not in results.refineries


def test_a_name_that_looks_like_a_formula_is_only_told(results: Results) -> None:
    groups = tuple(
        row.model_copy(update={"name": "=cmd()"}) if row.id == "chinalco" else row
        for row in results.scenario.pack.groups
    )
    scenario = replace(results.scenario, pack=replace(results.scenario.pack, groups=groups))

    named = named_tables(replace(results, scenario=scenario))["groups"]

    assert set(named[named["group"] == "chinalco"]["group_name"]) == {"=cmd()"}
