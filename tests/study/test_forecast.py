"""A forecast is the quantiles of its runs, and its score is what a record says of them."""

from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.study.forecast import LEVELS, NATION, forecast, name_of, scored


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """Give the forecast of four runs."""
    return forecast("baseline", 4)


def test_a_forecast_has_eight_quarters_two_years_and_rising_quantiles(told: pd.DataFrame) -> None:
    price = told[(told["series"] == "alumina_price_cny_per_t") & (told["region"] == NATION)]

    assert list(price["date"]) == [f"{year}-Q{quarter}" for year in (2026, 2027) for quarter in (1, 2, 3, 4)]
    assert set(told.loc[told["series"] == "capacity_mt", "date"]) == {"2026", "2027"}
    assert {"shandong", NATION} <= set(told["region"])
    columns = told[[name_of(level) for level in LEVELS]]
    assert (columns.diff(axis=1).iloc[:, 1:] >= 0.0).all(axis=None)


def test_the_first_quarter_is_sampled_too(told: pd.DataFrame) -> None:
    first = told[(told["date"] == "2026-Q1") & (told["series"] == "alumina_price_cny_per_t")].iloc[0]

    assert first["p95"] > first["p05"]


def made(**quantiles: float) -> pd.DataFrame:
    """Give a forecast of one point."""
    about = {"date": "2026-Q1", "series": "alumina_price_cny_per_t", "region": NATION}
    return pd.DataFrame([about | {name_of(level): 100.0 for level in LEVELS} | quantiles])


def record(value: float) -> pd.DataFrame:
    """Give a record of that point."""
    about = {"quarter": "2026-Q1", "series": "alumina_price_cny_per_t", "region": NATION}
    return pd.DataFrame([about | {"value": value}])


def test_a_point_forecast_scores_its_absolute_error() -> None:
    score = scored(made(), record(80.0)).iloc[0]

    assert score["points"] == 1
    assert score["mape_share"] == pytest.approx(0.25)
    assert score["inside_share"] == 0.0
    # the levels lie symmetric about one half, so each pair of them gives the whole distance
    assert score["crps"] == pytest.approx(20.0)


def test_a_value_in_the_band_is_counted_inside() -> None:
    assert scored(made(p05=60.0, p10=70.0, p25=80.0), record(80.0)).iloc[0]["inside_share"] == 1.0


def test_a_record_without_columns_or_points_is_refused() -> None:
    with pytest.raises(UsageError, match="no column region"):
        scored(made(), record(80.0).drop(columns="region"))
    with pytest.raises(UsageError, match="in common"):
        scored(made(), record(80.0).assign(series="something"))


def test_the_command_writes_the_table_and_scores_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record(2800.0).to_csv(tmp_path / "record.csv", index=False)
    out, known = str(tmp_path / "forecast.csv"), str(tmp_path / "record.csv")

    assert main(["forecast", "toy", "--runs", "2", "--out", out, "--record", known]) == 0

    assert pd.read_csv(out)["p50"].notna().all()
    assert "in 80 % band" in capsys.readouterr().out
    assert main(["forecast", "--record", str(tmp_path / "none.csv")]) == 2
