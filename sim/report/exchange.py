"""What other programs read of a run: the long table of scenario analysis (IAMC), and Parquet.

A run from its folder, with all that figures, pages and workbooks ask of one in memory.
"""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import ParseError

import networkx as nx
import pandas as pd

from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.core.versions import version_of
from sim.metrics import METRICS
from sim.opening import open_world
from sim.reasons.record import read_record, read_table
from sim.recorder import Recorder
from sim.report.dictionary import ENDING, OF_PARTS, TABLES, dictionary, named_tables
from sim.results import Results
from sim.scenario.load import Scenario
from sim.world.dealbook import Deal
from sim.world.history import replay

OF_EVERY_YEAR = ("years", "quarters", "refineries", "groups", "regions")
IAMC = "iamc.csv"
PARQUET = "parquet"
HEAD = ("model", "scenario", "region", "variable", "unit")
REGIONAL = {
    "nameplate_mt": "capacity_mt",
    "runnable_mt": "runnable_mt",
    "made_mt": "production_mt",
    "price_cny_per_t": "price_cny_per_t",
    "cash_cost_cny_per_t": "cash_cost_mean_cny_per_t",
    "curbed_by_mud_mt": "curbed_by_mud_mt",
    "curbed_by_region_mt": "curbed_by_region_mt",
}
"""Columns of regions that measure what a column of years does."""


def iamc(results: Results) -> pd.DataFrame:
    """A run as `model`, `scenario`, `region`, `variable`, `unit` and a column a year, as pyam reads it.

    Variables are `PRODUCT|label`; the nation is the industry's name, a region of it `NATION|region`.
    """
    pack = results.scenario.pack
    names = {row.id: row.name for row in pack.regions}
    years = results.years.set_index("year")
    tables = [(pack.name, {name: years[name] for name in sorted(years)})]
    regional = {column: metric for column, metric in REGIONAL.items() if METRICS.get(metric).fits(pack)}
    for key, rows in results.regions.groupby("region", sort=False):
        measured = rows.set_index("year")
        place = f"{pack.name}|{names.get(str(key), str(key))}"
        tables.append((place, {metric: measured[column] for column, metric in regional.items()}))
    head = (f"Shakeout {version_of('shakeout')}", f"{results.scenario.name}, seed {results.seed}")
    product, say = pack.subject.product.capitalize(), pack.say()
    rows = [
        (*head, place, f"{product}|{say(METRICS.get(name).label)}", METRICS.get(name).unit, *values)
        for place, measures in tables
        for name, values in measures.items()
    ]
    return pd.DataFrame(rows, columns=[*HEAD, *(str(year) for year in years.index)])


def write_iamc(results: Results, path: Path) -> None:
    """Write a run as the long table of scenario analysis."""
    write_csv(iamc(results), path)


def write_parquet(results: Results, folder: Path) -> None:
    """Write every table of a run as Parquet, each column with its unit and meaning.

    Raises:
        UsageError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'shakeout[parquet]'") from None
    tables = named_tables(results)
    told = dictionary(tables, results.scenario.pack).set_index(["table", "column"])
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        table = pa.Table.from_pandas(frame, preserve_index=False)
        fields = [
            field.with_metadata({key: told.loc[(name, field.name), key] for key in ("unit", "meaning")})
            for field in table.schema
        ]
        pq.write_table(table.cast(pa.schema(fields)), folder / f"{name}.parquet")


OWNERSHIP = "ownership.graphml"


def read_results(folder: Path) -> Results:
    """The results of a run from its folder.

    The world is that at the start, with the ownership graph and the book of deals of the whole run.

    Raises:
        UsageError: there is no run in the folder, a file of it is missing or damaged, or its scenario reads
            differently today.
        ScenarioError: its scenario can no longer be read.
    """
    record = read_record(folder)
    if record.changed:
        raise UsageError(f"{folder}: the scenario or its pack reads differently today; run it again")
    tables = {name: read_frame(folder, name) for name in TABLES}
    _refuse_gaps(folder, tables, record.scenario)
    world = open_world(record.scenario, record.seed)
    try:
        replay(world.ownership, read_history(folder))
        world.deals.extend(Deal(**row) for row in tables["deals"].to_dict("records"))
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{folder / OWNERSHIP} or deals.csv is damaged: {error}") from None
    scenario = replace(record.scenario, name=record.name)
    results = Results(scenario, record.seed, world, Recorder(scenario.pack), dict(record.residuals), {})
    absent = [each for part, columns in OF_PARTS.items() if not scenario.pack.has(part) for each in columns]
    for name, column in itertools.product(("refineries", "regions"), absent):
        # What a file leaves out, for the industry has none of it, holds nothing back.
        tables[name][column] = 1.0 if column == "pond_cap_share" else 0.0
    # The tables of results are kept from when they are first asked for: here they are known before.
    vars(results).update(tables)
    return results


def _refuse_gaps(folder: Path, tables: Mapping[str, pd.DataFrame], scenario: Scenario) -> None:
    """Stop at a table that does not tell of every year, or of other regions than there are."""
    played = range(scenario.spec.years.start_year, scenario.spec.years.end_year + 1)
    regions = [row.id for row in scenario.pack.regions]
    whole = {name: set(tables[name]["year"]) == {*played} for name in OF_EVERY_YEAR}
    told = tables["regions"]
    whole["regions"] = set(zip(told["year"], told["region"], strict=True)) == {
        *itertools.product(played, regions)
    }
    whole["refineries"] &= tables["refineries"]["region"].isin(regions).all()
    for name in (name for name, is_whole in whole.items() if not is_whole):
        raise UsageError(
            f"{folder / name}.csv is damaged: it does not tell of every year and of the regions alone"
        )


def read_frame(folder: Path, name: str) -> pd.DataFrame:
    """A table of a run from its folder, without the names beside ids.

    Raises:
        UsageError: it is missing or damaged.
    """
    rows = read_table(folder, name)
    columns = pd.read_csv(folder / f"{name}.csv", nrows=0).columns
    return pd.DataFrame(rows, columns=[each for each in columns if not each.endswith(ENDING)])


def read_history(folder: Path) -> nx.MultiDiGraph:
    """The dated history of the ownership graph of a run from its folder.

    Raises:
        UsageError: it is missing or damaged.
    """
    try:
        return nx.read_graphml(folder / OWNERSHIP, force_multigraph=True)
    except (OSError, ParseError, KeyError, ValueError, nx.NetworkXError) as error:
        raise UsageError(f"{folder / OWNERSHIP} is missing or damaged: {error}") from None
