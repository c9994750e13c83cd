"""Planted records: one that the runs equal scores perfect, one that stands still leaves persistence unbeaten."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.study.hindcast.given import Given, Standing
from sim.study.hindcast.record import POINTS
from sim.study.hindcast.scores import CLAMPED, CURVE, METAL, REGISTER, TRADE, Asked, nulls
from sim.study.hindcast.seen import Key
from sim.study.hindcast.table import (
    HELD_OUT,
    NO_SKILL,
    NOT_TOLD,
    PROVINCES,
    SHOWN,
    SPLIT,
    TOO_FEW,
    UNBEATEN,
    lines_of,
    losses_first,
    scored,
)

METAL_MT = {"2017-Q4": 32.0, **{f"2018-Q{part}": 30.0 + part for part in (1, 2, 3, 4)}}
GIVEN = Given(
    2017,
    METAL_MT,
    {"2018-Q1": (2000.0, 2500.0), "2018-Q2": (2600.0, 3000.0)},
    {
        ("China", "2017"): Standing(80.0, 32.0),
        ("China", "2018"): Standing(90.0, 40.0),
        ("Henan", "2017"): Standing(20.0, 0.0),
        ("Henan", "2018"): Standing(20.0, 0.0),
    },
    {"2018-Q1": 2700.0, "2018-Q2": 2500.0},
)
YEARS = (2018, 2019, 2020, 2021)


def record(**rows: dict[str, float]) -> pd.DataFrame:
    """Give a record: by series, or series and province joined by two underscores, values by date."""
    found = []
    for name, values in rows.items():
        series, _, region = name.partition("__")
        step = "quarter" if "Q" in next(iter(values)) else "year"
        found += [
            (series, region or "China", step, date, value, "high", "x") for date, value in values.items()
        ]
    return pd.DataFrame(found, columns=list(POINTS))


def runs(points: pd.DataFrame, *gaps: float) -> list[dict[Key, float]]:
    """Give one run for each gap: the record and so much."""
    keys = list(zip(points["series"], points["region"], points["date"], points["value"], strict=True))
    return [{(series, region, date): value + gap for series, region, date, value in keys} for gap in gaps]


def table(
    points: pd.DataFrame, told: list[dict[Key, float]], arm: str = "recorded", ends: int = 2022
) -> pd.DataFrame:
    """Give the scores by series, region and step."""
    lines, _ = lines_of(points, told, GIVEN, arm)
    return scored(lines, 2017, arm, ends)[0].set_index(["window", "series", "region", "step"])


RISING = {"2017": 80.0, "2018": 84.0, "2019": 83.0, "2020": 90.0, "2021": 91.0}


def test_runs_that_equal_the_record_score_perfect() -> None:
    points = record(capacity_mt=RISING)

    row = table(points, runs(points, -1.0, 0.0, 1.0)).loc[SHOWN, "capacity_mt", "China", "year"]

    assert (row["n"], row["rmse"], row["mape_share"], row["mase_ratio"], row["inside_share"]) == (
        4,
        0,
        0,
        0,
        1,
    )
    assert (row["signs"], row["turns"]) == ("3 of 3", "1 of 1")
    assert row["skill_best"] == row["skill_persistence"] == 1.0
    assert "skill" in row["verdict"]
    assert row["verdict"] != NO_SKILL


def test_runs_that_stand_still_have_no_skill_over_persistence() -> None:
    points = record(capacity_mt=RISING)
    still = [{("capacity_mt", "China", str(year)): 80.0 for year in range(2017, 2022)}] * 2

    row = table(points, still).loc[SHOWN, "capacity_mt", "China", "year"]

    assert row["skill_persistence"] == 0.0
    assert row["verdict"] == NO_SKILL


def test_price_needs_a_mean_error_of_nine_tenths_of_the_best_null() -> None:
    dates = {f"2018-Q{part}": 2000.0 + 100.0 * part for part in (1, 2, 3, 4)}
    points = record(price_cny_per_t={"2017-Q4": 2300.0, **dates})
    # the error of persistence is 200, 100, 0 and 100: a mean of 100
    close, closer = ([gap, gap] for gap in (98.0, 80.0))

    found = [
        table(points, runs(points, *gaps)).loc[SHOWN, "price_cny_per_t", "China", "quarter"]
        for gaps in (close, closer)
    ]

    assert [row["skill_best"] > 0.0 for row in found] == [True, True]
    assert found[0]["verdict"] == NO_SKILL
    assert found[1]["verdict"] != NO_SKILL


def test_two_dates_are_told_and_not_judged() -> None:
    points = record(capacity_mt={"2017": 80.0, "2018": 82.0, "2019": 84.0})

    assert table(points, runs(points, 0.0)).iloc[0]["verdict"] == TOO_FEW


def test_a_series_whose_start_nobody_knows_has_no_null() -> None:
    points = record(cr4={"2018": 0.5, "2019": 0.5, "2020": 0.6})

    assert table(points, runs(points, 0.0)).iloc[0]["verdict"] == UNBEATEN


def test_what_came_after_the_record_that_ships_is_told_apart() -> None:
    points = record(capacity_mt=RISING)

    found = table(points, runs(points, 0.0), ends=2019)

    assert list(found.xs("capacity_mt", level="series")["n"]) == [2, 2]
    assert set(found.index.get_level_values("window")) == {HELD_OUT, SHOWN}


def test_a_bias_that_never_changes_is_known_from_other_years() -> None:
    points = record(capacity_mt=RISING)

    row = table(points, runs(points, 5.0, 5.0)).loc[SHOWN, "capacity_mt", "China", "year"]

    assert row["inside_share"] == 0.0
    assert row["inside_widened_share"] == 1.0
    assert row["crps_widened"] == pytest.approx(0.0)


def test_dates_that_were_held_out_are_widened_by_errors_of_shown_ones_alone() -> None:
    points = record(capacity_mt=RISING)
    told = [run | {("capacity_mt", "China", "2021"): 99.0} for run in runs(points, 5.0, 5.0)]

    found = table(points, told, ends=2020).xs("capacity_mt", level="series")["crps_widened"]

    # 2021 is told as 99 less the five of the other years, and came as 91
    assert found[HELD_OUT].iloc[0] == pytest.approx(3.0)
    assert math.isnan(found[SHOWN].iloc[0])


def test_an_arm_is_not_scored_on_what_it_is_given() -> None:
    points = record(fob_usd_per_t={"2018": 400.0}, capacity_mt=RISING)
    told = runs(points, 0.0)

    assert "fob_usd_per_t" not in table(points, told).index.get_level_values("series")
    assert "fob_usd_per_t" in table(points, told, "recorded_own_world").index.get_level_values("series")


def test_stocks_of_fourth_quarters_are_not_told_beside_their_years() -> None:
    ends = {f"{year}-Q4": value for year, value in RISING.items()}
    points = pd.concat([record(capacity_mt=RISING), record(capacity_mt=ends)], ignore_index=True)

    assert set(table(points, runs(points, 0.0)).index.get_level_values("step")) == {"year"}


def test_provinces_are_told_one_by_one_and_together_with_their_split() -> None:
    made = {
        name: {str(year): size + year - 2018 for year in YEARS}
        for name, size in (("Shanxi", 18.0), ("Henan", 10.0), ("Guangxi", 8.0))
    }
    points = record(**{f"production_mt__{name}": values for name, values in made.items()})
    told = [run | {("production_mt", name, "2017"): 9.0 for name in made} for run in runs(points, 1.0, 1.0)]

    found = table(points, told).loc[SHOWN]

    assert found.loc[("production_mt", PROVINCES, "year"), "n"] == 12
    assert found.loc[("production_mt", "Henan", "year"), "bias"] == pytest.approx(1.0)
    # 10 of 36 in 2018 against 11 of 39 of the runs
    split = found.loc[(SPLIT, "Henan", "year")]
    gaps = [(11.0 + y) / (39.0 + 3 * y) - (10.0 + y) / (36.0 + 3 * y) for y in range(4)]
    assert split["bias"] == pytest.approx(np.mean(gaps))


def test_what_the_runs_do_not_tell_is_told() -> None:
    points = record(production_mt__Henan={"2018-Q1": 2.0}, capacity_mt=RISING)
    told = [{key: value for key, value in run.items() if key[1] == "China"} for run in runs(points, 0.0)]

    lines, silent = lines_of(points, told, GIVEN, "recorded")

    assert [line.series for line in lines] == ["capacity_mt"]
    assert silent == [("production_mt", "Henan", "2018-Q1", NOT_TOLD)]


def test_losses_are_told_before_what_has_skill() -> None:
    points = record(capacity_mt=RISING, cr4={str(year): 0.1 * (year - 2016) for year in (2017, *YEARS)})
    bad = [run | {("cr4", "China", str(year)): -1.0 for year in YEARS} for run in runs(points, 0.0)]
    lines, _ = lines_of(points, bad, GIVEN, "recorded")

    assert list(losses_first(scored(lines, 2017, "recorded", 2022)[0])["series"]) == ["cr4", "capacity_mt"]


def asked(series: str, region: str = "China", start: float = 10.0, **past: float) -> Asked:
    """Give a question for nulls, its past by year."""
    return Asked(series, region, start, {name[1:]: value for name, value in past.items()}, {}, {"2017": -2.0})


def test_nulls_with_the_same_inputs_are_those_worked_out_by_hand() -> None:
    output = nulls(GIVEN, asked("production_mt"), ["2018"])
    metal = (31 + 32 + 33 + 34) / 4

    assert output[METAL][0] == pytest.approx(metal * 1.925)
    # two million tonnes net came in, which need not be made
    assert output[TRADE][0] == pytest.approx(metal * 1.925 - 2.0)
    assert nulls(GIVEN, asked("production_mt"), ["2018-Q1"])[METAL][0] == pytest.approx(31 * 1.925 / 4)
    assert nulls(GIVEN, asked("capacity_mt"), ["2018"])[REGISTER][0] == 90.0
    assert nulls(GIVEN, asked("imported_ore_share"), ["2018"])[REGISTER][0] == pytest.approx(40 / 90)
    assert nulls(GIVEN, asked("operating_rate"), ["2018"])[REGISTER][0] == pytest.approx(metal * 1.925 / 90)
    # a quarter of the register at the start, two ninths of it later
    share = nulls(GIVEN, asked("production_share", "Henan", start=0.2), ["2018"])
    assert share[REGISTER][0] == pytest.approx(0.2 * (2 / 9) / (1 / 4))


def test_the_price_of_the_curve_is_held_between_netback_and_parity() -> None:
    found = nulls(GIVEN, asked("price_cny_per_t"), ["2018-Q1", "2018-Q2"])

    assert list(found[CURVE]) == [2700.0, 2500.0]
    assert list(found[CLAMPED]) == [2500.0, 2600.0]
    assert CURVE not in nulls(GIVEN, asked("price_cny_per_t", "Henan"), ["2018-Q1"])
    assert CLAMPED not in nulls(replace(GIVEN, corridor={}), asked("price_cny_per_t"), ["2018-Q1"])


def test_drift_goes_on_and_a_season_comes_again() -> None:
    quarters = {"2017-Q1": 1.0, "2017-Q2": 9.0, "2017-Q4": 4.0}
    past = Asked("cr4", "China", 4.0, quarters, quarters, {})

    found = nulls(GIVEN, past, ["2018-Q1", "2018-Q2"])

    assert list(found["persistence"]) == [4.0, 4.0]
    assert list(found["drift"]) == [5.0, 6.0]
    assert list(found["seasonal naive"]) == [1.0, 9.0]
    assert not math.isnan(nulls(GIVEN, asked("cr4", _2016=2.0, _2017=3.0), ["2019"])["drift"][0])
