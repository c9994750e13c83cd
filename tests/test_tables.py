"""Tables of a run agree with each other: plants, regions and the nation tell the same year."""

import numpy as np
import pandas as pd
import pytest

from sim.process.bayer import Bayer
from sim.run import Run, run
from sim.scenario.load import load


@pytest.fixture(scope="module")
def played() -> Run:
    """Four years of the baseline."""
    return run(load("baseline", years={"end_year": 2029}), seed=2)


def weighted(rows: pd.DataFrame, column: str, weight: str) -> float:
    """Give a mean."""
    return float(np.average(rows[column], weights=rows[weight]))


def test_a_plant_s_cost_is_that_of_the_year_in_which_it_ran(played: Run) -> None:
    ran = played.refineries[played.refineries["made_mt"] > 1e-6]

    parts = ran[[f"{name}_cny_per_t" for name in Bayer.components]].sum(axis=1)

    assert ran["cash_cost_cny_per_t"].to_numpy() == pytest.approx(parts.to_numpy())
    assert (ran["cash_cost_cny_per_t"] != ran["last_cash_cost_cny_per_t"]).mean() > 0.9


def test_costs_of_plants_add_up_to_those_of_the_nation_and_of_regions(played: Run) -> None:
    for year, rows in played.refineries.groupby("year"):
        nation = played.years.set_index("year").loc[year]
        assert weighted(rows, "cash_cost_cny_per_t", "made_mt") == pytest.approx(
            nation["cash_cost_mean_cny_per_t"], rel=1e-6
        )
        places = played.regions[played.regions["year"] == year].set_index("region")
        for region, own in rows[rows["made_mt"] > 1e-6].groupby("region"):
            for column, weight in (("cash_cost_cny_per_t", "made_mt"), ("price_cny_per_t", "sold_mt")):
                assert weighted(own, column, weight) == pytest.approx(places.loc[region, column], rel=1e-4)
