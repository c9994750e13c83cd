"""The tables of a study's file, for this program and for whoever opens it with sqlite3 or pandas.

meta        what the study is: kind, design, versions
scenarios   each scenario whole, as YAML, and which of the sampled parameters it sets itself (own)
packs       the files of the packs that the scenarios are about, so that a study needs nothing beside it
uncertain   the parameters that were sampled, with their ranges
inputs      one row a sample, one column a parameter
runs        one row a run: scenario, sample, seed, status, digest, why it failed
outcomes    one row a run and year, one column a measure
names       names of plants, groups and regions
moves       exits, purchases and relocations of every run
deals       closed deals of every run: kind, who, state of the seller, size, price, how it was paid
holdings    nameplate by group and by region at the end of every run
running     what each plant made and at what cash cost in the last years of every run
"""

from collections.abc import Iterable, Sequence
from importlib.resources import files

FORMAT = "4"
"""Of the file; one that this program cannot read is refused. Since 2 a study holds its packs, since 3
its deals, since 4 its plants and how much of a deal was paid in shares."""

FIXED = files("sim.study").joinpath("tables.sql").read_text(encoding="utf-8")
"""The statements that make the tables that are the same in every study."""


def script(paths: Iterable[str], measures: Iterable[str]) -> str:
    """The statements that make the tables for these parameters and measures."""
    inputs = "".join(f", {quoted(path)} REAL NOT NULL" for path in paths)
    outcomes = "".join(f", {quoted(name)} REAL" for name in measures)
    return (
        f"BEGIN;{FIXED}"
        f"CREATE TABLE inputs (sample INTEGER PRIMARY KEY{inputs});"
        "CREATE TABLE outcomes (run INTEGER NOT NULL, year INTEGER NOT NULL"
        f"{outcomes}, PRIMARY KEY (run, year)) WITHOUT ROWID;"
    )


def quoted(name: str) -> str:
    """A column name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def places(values: Sequence[object]) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * len(values))
