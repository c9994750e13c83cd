"""A forecast is the quantiles of its runs, and its score is what a record says of them."""

from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.scenario.shelf import shipped_folder
from sim.study.forecast import LEVELS, forecast, name_of, scored
from sim.study.hindcast.periods import NATION


@pytest.fixture(scope="module")
def told() -> pd.DataFrame:
    """Give the forecast of four runs."""
    return forecast("baseline", 4)


def test_a_forecast_has_eight_quarters_two_years_and_rising_quantiles(told: pd.DataFrame) -> None:
    price = told[(told["series"] == "price_cny_per_t") & (told["region"] == NATION)]

    quarters = [f"{year}-Q{quarter}" for year in (2026, 2027) for quarter in (1, 2, 3, 4)]
    assert sorted(price["date"]) == sorted((*quarters, "2026", "2027"))
    assert set(told.loc[told["series"] == "capacity_mt", "date"]) == {"2026", "2027"}
    assert {"Shandong", "Guangxi", NATION} <= set(told["region"])
    columns = told[[name_of(level) for level in LEVELS]]
    assert (columns.diff(axis=1).iloc[:, 1:] >= 0.0).all(axis=None)


def test_the_first_quarter_is_sampled_too(told: pd.DataFrame) -> None:
    first = told[(told["date"] == "2026-Q1") & (told["series"] == "price_cny_per_t")].iloc[0]

    assert first["p95"] > first["p05"]


def made(**quantiles: float) -> pd.DataFrame:
    """Give a forecast of one point."""
    about = {"date": "2026-Q1", "series": "price_cny_per_t", "region": NATION}
    return pd.DataFrame([about | {name_of(level): 100.0 for level in LEVELS} | quantiles])


def record(value: float) -> pd.DataFrame:
    """Give the record of that point."""
    about = {"date": "2026-Q1", "series": "price_cny_per_t", "region": NATION}
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


def test_a_record_without_a_point_of_it_is_refused() -> None:
    with pytest.raises(UsageError, match="in common"):
        scored(made(), record(80.0).assign(series="something"))


OUTCOMES = """year,series,region,value,basis,source_url
2026,alumina_price_domestic_incl_vat_quarter,CN,2800,Q1 average,x
2026,alumina_output_mt,Shandong,27,annual,x
2026,alumina_exports,CN,2,annual,background knowledge
"""


def test_the_command_writes_the_table_and_scores_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "record.csv").write_text(OUTCOMES, encoding="utf-8")
    out, known = str(tmp_path / "forecast.csv"), str(tmp_path / "record.csv")

    assert main(["forecast", "--runs", "2", "--out", out, "--record", known, "--quiet"]) == 0

    assert pd.read_csv(out)["p50"].notna().all()
    told = capsys.readouterr().out
    assert "in 80 % band" in told
    assert "never scored" in told
    assert main(["forecast", "--record", str(tmp_path / "none.csv")]) == 2


def test_a_forecast_that_was_kept_is_scored_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "record.csv").write_text(OUTCOMES, encoding="utf-8")
    kept = shipped_folder() / "forecasts" / "2026-01-05.csv"
    before = pd.read_csv(kept)
    price = before[(before["series"] == "alumina_price_cny_per_t") & (before["date"] == "2026-Q1")].iloc[0]

    assert main(["forecast", "--kept", str(kept), "--record", str(tmp_path / "record.csv")]) == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "%" in line and "CNY/t" in line]
    assert [rows[-1][-6], rows[-1][-5]] == ["1", f"{100 * abs(price['p50'] / 2800 - 1):.1f}"]
    assert main(["forecast", "--kept", str(tmp_path / "record.csv")]) == 2
    assert "is no forecast with the columns" in capsys.readouterr().err
