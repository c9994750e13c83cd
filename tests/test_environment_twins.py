"""Red mud and regional limits over paired runs: what bars on ponds do, and where curbs grow."""

import pandas as pd
import pytest

from sim.results import Results
from sim.scenario.load import load
from sim.study.patterns.panel import named_panel, play

SEEDS = tuple(range(6))
LATE = 2031
INLAND = ("shanxi", "henan", "guangxi_inland", "guizhou")
BARRED = {
    "id": "barred",
    "type": "red_mud",
    "start_year": 2026,
    "target_share": 0.25,
    "pond_ban": True,
    "required_life_years": 2.0,
}


def inland_by_year(seen: Results) -> pd.DataFrame:
    """Give what ponds and what the price kept idle inland each year, Mt."""
    regions = seen.regions[seen.regions["region"].isin(INLAND)].copy()
    regions["by_price_mt"] = (
        regions["runnable_mt"]
        - regions["curbed_by_mud_mt"]
        - regions["curbed_by_region_mt"]
        - regions["made_mt"]
    ).clip(lower=0.0)
    return regions[regions["year"] >= LATE].groupby("year")[["curbed_by_mud_mt", "by_price_mt"]].sum()


@pytest.fixture(scope="module")
def barred() -> list[Results]:
    """Runs in which no new pond is permitted."""
    policies = [*load("baseline").tree.plain()["policies"], BARRED]
    return [play(load("baseline", policies=policies), seed) for seed in SEEDS]


def test_with_new_ponds_barred_mud_stops_more_inland_than_the_price_in_some_late_year(
    barred: list[Results],
) -> None:
    late = [inland_by_year(seen) for seen in barred]

    assert all((each["curbed_by_mud_mt"] > each["by_price_mt"]).any() for each in late)


def test_bars_on_ponds_stop_more_than_permits_with_luck(barred: list[Results]) -> None:
    usual = [inland_by_year(play(load("baseline"), seed))["curbed_by_mud_mt"].sum() for seed in SEEDS]
    strict = [inland_by_year(seen)["curbed_by_mud_mt"].sum() for seen in barred]

    assert all(more > less for more, less in zip(strict, usual, strict=True))


def test_the_room_of_coastal_guangxi_is_used_up_as_capacity_moves_there() -> None:
    regions = named_panel("baseline").regions
    coast = regions[regions["region"] == "guangxi_coast"]
    mean = coast.groupby("year")[["nameplate_mt", "environment_index_ratio"]].mean()

    # curbs follow the index by chance, and so seldom that thirty seeds do not tell five years from five others
    assert mean.loc[2031:, "nameplate_mt"].mean() > mean.loc[:2030, "nameplate_mt"].mean()
    assert (
        mean.loc[2031:, "environment_index_ratio"].mean()
        > 1.1 * mean.loc[:2030, "environment_index_ratio"].mean()
    )
