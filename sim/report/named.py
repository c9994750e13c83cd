"""Tables for readers: beside every id the name of what it stands for."""

from collections.abc import Iterable, Mapping

import pandas as pd

from sim.report.naming import Names
from sim.results import Results

TABLES = (
    *("years", "quarters", "refineries", "groups", "regions", "flows"),
    *("events", "decisions", "deals", "deal_classes", "deal_outcomes"),
)
"""Tables of a run's folder."""
NAMED = (
    *("refinery", "group", "region", "origin", "market", "agent", "counterpart", "subject"),
    *("buyer", "seller", "target", "replaces"),
)
"""Columns of ids; the name of each stands in the next column."""
ENDING = "_name"
SAID = ("reason", "rule", "because")
"""Columns of text to be read."""
OF_PARTS = {
    "residue": (
        *("mud_mt", "mud_stock_mt", "uncovered_mud_mt", "mud_use_share", "curbed_by_mud_mt"),
        *("pond_space_mt", "pond_cap_share", "space_cny_per_t", "environment_index_ratio"),
    ),
    "class A": ("class_a", "compliance_share"),
    "retrofits": ("dry_stacking", "converted", "waste_heat", "electric_steam", "ultra_low"),
}
"""Columns of what an industry may lack."""


def names_of(results: Results) -> Mapping[str, str]:
    """Names by id of all that takes part in a run; an owner comes before what bears the same id."""
    names, pack = Names(results), results.scenario.pack
    tables: tuple[Iterable[tuple[str, str]], ...] = (
        [("imports", "imports")],
        ((row.id, row.name) for row in pack.markets),
        ((row.id, row.name) for row in pack.ports),
        names.regions.items(),
        ((row.id, row.name) for row in pack.smelters),
        ((row.id, row.name) for row in pack.importers),
        names.plants.items(),
        names.groups.items(),
    )
    return {key: name for table in tables for key, name in table if name}


def with_names(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """A table with names beside its ids; an id without a name is its own, and a list of ids one of names.

    Args:
        frame: the table; it stays as it is.
        names: names by id.
    """
    called = frame.copy()
    for column in NAMED:
        if column in frame:
            told = [", ".join(names.get(key, key) for key in str(keys).split(", ")) for keys in frame[column]]
            called.insert(called.columns.get_loc(column) + 1, f"{column}{ENDING}", told)
    return called


def named_tables(results: Results) -> dict[str, pd.DataFrame]:
    """The tables of a run by name, with names beside ids."""
    names, pack = names_of(results), results.scenario.pack
    absent = [column for part, columns in OF_PARTS.items() if not pack.has(part) for column in columns]
    tables = {
        name: with_names(getattr(results, name).drop(columns=absent, errors="ignore"), names)
        for name in TABLES
    }
    if not pack.has("residue"):
        facts = tables["decisions"]
        tables["decisions"] = facts[~facts["name"].str.contains("pond|mud")].reset_index(drop=True)
    say = pack.say()
    for table in tables.values() if say.words else ():
        for column in SAID:
            if column in table:
                table[column] = [say(str(text)) for text in table[column]]
    return tables
