"""How the runs of a study spread: quantiles of measures by year, and how often each refinery still stands.

Pages tell it as well, and need no matplotlib.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.report.answer_tables import Runs
from sim.report.naming import PackNames
from sim.scenario.pack import Pack
from sim.world.kinds import LEFT

SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def fan_table(values: Mapping[str, Floats], years: Sequence[int]) -> pd.DataFrame:
    """One row a measure and year with the quantiles of its runs.

    Args:
        values: (runs, years) by measure.
        years: the years.
    """
    rows = [
        (name, year, *ends)
        for name, runs in values.items()
        for year, ends in zip(years, np.quantile(runs, SHARES, axis=0).T, strict=True)
    ]
    shares = [f"p{round(share * 100):02d}" for share in SHARES]
    return pd.DataFrame(rows, columns=["measure", "year", *shares])


def survival_table(
    exits: pd.DataFrame, runs: int, years: Sequence[int], starts: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """One row a refinery that goes in some run, with the share of runs in which it stands, by year.

    Args:
        exits: one row an exit or a move to the coast: `agent`, `year`.
        runs: how many runs there are.
        years: the years, in columns.
        starts: first year of refineries that do not stand from the beginning; before it the share is nan.
    """
    closed = pd.crosstab(exits["agent"], exits["year"]).reindex(columns=list(years), fill_value=0)
    standing = 1.0 - closed.cumsum(axis=1) / max(runs, 1)
    standing = standing.sort_values([years[-1]], kind="stable")
    for key, first in (starts or {}).items():
        if key in standing.index:
            standing.loc[key, [year for year in years if year < first]] = np.nan
    standing.columns = [str(year) for year in years]
    return standing.rename_axis("refinery").reset_index()


def standing_of(
    study: Runs, scenario: str, pack: Pack
) -> tuple[pd.DataFrame, int, Mapping[str, tuple[str, str]]]:
    """The survival table of a scenario, the number of its runs, and the name and region of each refinery in it."""
    years, runs = study.values(study.measures[0], scenario)
    moves, names = study.moves(), PackNames(pack)
    exits = moves[moves["kind"].isin(LEFT) & (moves["scenario"] == scenario)]
    keys = [str(key) for key in exits["agent"].unique()]
    table = survival_table(exits, len(runs), years, {key: names.first_year(key) for key in keys})
    return table, len(runs), {key: (names.plant(key), names.region_of(key)) for key in keys}
