"""The data dictionary of a run: for every column of every table its unit and its meaning, from where it is declared.

Tables for readers: beside every id the name of what it stands for.
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from sim.core.cells import beside
from sim.core.units import unit_of
from sim.metrics import METRICS
from sim.process.base import process_of
from sim.report.naming import Names
from sim.results import Results
from sim.scenario.pack import Pack
from sim.strategy.finance import BEARERS
from sim.world.books import Decision, Event, YearBook
from sim.world.dealbook import Deal
from sim.world.population import Groups, Refineries

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
            cells = frame[column].tolist()
            told = {
                keys: ", ".join(names.get(key, key) for key in str(keys).split(", "))
                for keys in dict.fromkeys(cells)
            }
            place = called.columns.get_loc(column) + 1
            called.insert(place, f"{column}{ENDING}", [told[keys] for keys in cells])
    return called


def named_tables(results: Results) -> dict[str, pd.DataFrame]:
    """The tables of a run by name, with names beside ids."""
    names, pack = names_of(results), results.scenario.pack
    absent = [column for part, columns in OF_PARTS.items() if not pack.has(part) for column in columns]
    tables = {
        name: with_names(getattr(results, name).drop(columns=absent, errors="ignore"), names)
        for name in TABLES
    }
    say = pack.say()
    for table in tables.values() if say.words else ():
        for column in SAID:
            if column in table:
                table[column] = [say(str(text)) for text in table[column]]
    return tables


DICTIONARY = "dictionary"
"""Name of its table."""


@dataclass(frozen=True)
class Entry:
    """What a column is.

    Attributes:
        unit: its unit, empty for text, codes and yes-or-no.
        meaning: one phrase.
    """

    unit: str
    meaning: str


DECLARED = {
    "refineries": (Refineries, YearBook),
    "groups": (Groups, YearBook),
    "regions": (YearBook,),
    "flows": (YearBook,),
    "events": (Event,),
    "decisions": (Decision,),
    "deals": (Deal,),
    "deal_classes": (Deal,),
    "deal_outcomes": (Deal,),
}
"""Where the columns of a table are declared besides here and among the metrics, the first to know one first."""
OWN = {name: Entry(*said) for name, said in beside("sim.report", "dictionary.toml").items()}
"""Columns that are declared nowhere else, or mean something of their own in a table, and then as `table.column`."""
CHANGES = {
    "_change": "change since the year of the deal, at the plants bought",
    "_against_peers": "the same less that of peers, plants of the region that were not sold",
}


def dictionary(tables: Mapping[str, pd.DataFrame], pack: Pack) -> pd.DataFrame:
    """One row a table and column: `table`, `column`, `unit`, `meaning`, in the order of the tables.

    Raises:
        KeyError: a column is declared nowhere.
    """
    prices = {each.price: each.means for each in pack.trade.inputs}
    components = process_of(pack).components
    rows = []
    for table, frame in tables.items():
        for column in map(str, frame.columns):
            entry = entry_of(table, column, prices, components)
            rows.append((table, column, entry.unit, pack.say()(entry.meaning)))
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning"])


def entry_of(table: str, column: str, prices: Mapping[str, str], components: tuple[str, ...]) -> Entry:
    """What a column is.

    Args:
        table: name of its table.
        column: its name.
        prices: what the input prices of this industry are the price of, by column.
        components: components of cash cost in this industry.

    Raises:
        KeyError: it is declared nowhere.
    """
    if column.endswith(ENDING):
        return Entry("", f"name of what stands in {column.removesuffix(ENDING)}")
    if column != "year" and table == "years":
        metric = METRICS.get(column)
        return Entry(metric.unit, metric.meaning.partition("\n")[0])
    for name in (f"{table}.{column}", column):
        if name in OWN:
            return OWN[name]
    stem = column.removesuffix("_cny_per_t")
    if column in prices or stem in components:
        return Entry(unit_of(column), prices.get(column, f"{stem}, part of cash cost, mean of the year"))
    for bearer in BEARERS:
        if column == f"loss_{bearer}_mcny":
            return Entry("million CNY", f"losses of plants that were borne by: {bearer.replace('_', ' ')}")
    for what, meaning in CHANGES.items():
        if table == "deal_outcomes" and what in column:
            return Entry(unit_of(column), f"{column.partition(what)[0].replace('_', ' ')}: {meaning}")
    return _declared(table, column)


def _declared(table: str, column: str) -> Entry:
    for kind in DECLARED.get(table, ()):
        for known in kind.columns() if hasattr(kind, "columns") else ():
            if known.name == column:
                return Entry(known.unit, known.meaning)
        if column in (told := attributes(kind)):
            return Entry(unit_of(column) or ("points" if column.startswith("hhi") else ""), told[column])
    raise KeyError(f"{table}.{column} is declared nowhere")


@cache
def attributes(kind: type) -> dict[str, str]:
    """What the docstring of a class says of its attributes, by name, shapes left out."""
    text = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    found = re.findall(r"^    (\w+): (.*(?:\n {6,}.*)*)", text, flags=re.MULTILINE)
    return {name: re.sub(r"^\([^)]*\) ", "", " ".join(said.split())).rstrip(".") for name, said in found}
