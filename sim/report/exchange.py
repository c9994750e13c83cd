"""What other programs read of a run: the long table of scenario analysis (IAMC), and Parquet."""

from pathlib import Path

import pandas as pd

from sim.core.cells import write_csv
from sim.core.errors import UsageError
from sim.core.versions import version_of
from sim.metrics import METRICS
from sim.report.dictionary import dictionary, named_tables
from sim.results import Results

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
    for key, rows in results.regions.groupby("region", sort=False):
        measured = rows.set_index("year")
        place = f"{pack.name}|{names.get(str(key), str(key))}"
        tables.append((place, {metric: measured[column] for column, metric in REGIONAL.items()}))
    head = (f"Shakeout {version_of('shakeout')}", f"{results.scenario.name}, seed {results.seed}")
    product = pack.subject.product.capitalize()
    rows = [
        (*head, place, f"{product}|{METRICS.get(name).label}", METRICS.get(name).unit, *values)
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
