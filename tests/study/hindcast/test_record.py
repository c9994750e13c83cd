"""A record is read into dated points, and what cannot be used is told with row and reason."""

from pathlib import Path

import pandas as pd
import pytest

from sim.core.errors import UsageError
from sim.scenario.shelf import shipped_folder
from sim.study.hindcast.periods import Period, period, read_names
from sim.study.hindcast.record import NOT_TAKEN, Record, read_record

PACK = shipped_folder() / "china_alumina"
PROVINCES = ("Shandong", "Shanxi", "Henan", "Guangxi")
HEAD = "date,series,region,value,basis,source_url,confidence"


def read(tmp_path: Path, *rows: str, head: str = HEAD) -> Record:
    """Give the record of some rows."""
    path = tmp_path / "mine.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return read_record(path, read_names(PACK), PROVINCES)


def told(record: Record) -> dict[tuple[str, str, str], float]:
    """Give the points by series, region and date."""
    return {(row.series, row.region, row.date): row.value for row in record.points.itertuples()}


@pytest.mark.parametrize(
    ("date", "basis", "found"),
    [
        ("2019", "annual (SMM)", Period("year", 2019, 0)),
        ("2019", "Jan-Mar", Period("quarter", 2019, 1)),
        ("2019", "Q2 average", Period("quarter", 2019, 2)),
        ("2025", "early January 2026", Period("month", 2026, 1)),
        ("2019", "13 May 2019", Period("day", 2019, 513)),
        ("2019", "October average", Period("month", 2019, 10)),
        ("2019-Q4", "", Period("quarter", 2019, 4)),
        ("2019-10", "", Period("month", 2019, 10)),
        ("2019-10-08", "", Period("day", 2019, 1008)),
        ("2019-13", "", None),
        ("soon", "", None),
    ],
)
def test_the_time_of_a_row_is_what_date_and_basis_say(date: str, basis: str, found: Period | None) -> None:
    assert period(date, basis) == found


@pytest.mark.parametrize("basis", ["Jan-Jun", "Jan-Oct", "forecast Nov 2019", "mid December 2025 (Aladdin)"])
def test_a_part_of_a_year_and_a_forecast_are_told_as_unusable(basis: str) -> None:
    assert isinstance(period("2019", basis), str)


def test_units_and_regions_are_those_of_the_model(tmp_path: Path) -> None:
    points = told(
        read(
            tmp_path,
            "2020,alumina_operating_rate,CN,77,annual,x,high",
            "2020,bauxite_imports_total,China,100,annual,x,high",
            "2021,alumina_production_share_shanxi_henan,CN,38.6,annual,x,high",
        )
    )

    assert points["operating_rate", "China", "2020"] == pytest.approx(0.77)
    # customs weigh ore wet, the model dry, a tenth of it water
    assert points["ore_imports_mt", "China", "2020"] == pytest.approx(90.0)
    assert points["production_share", "Shanxi+Henan", "2021"] == pytest.approx(0.386)


def test_other_units_of_mass_and_shares_are_read_as_such(tmp_path: Path) -> None:
    head = "date,series,region,value,unit,source_url"
    rows = [
        "2020,alumina_exports,CN,150,kt,x",
        "2020,alumina_imports,CN,381,万吨,x",
        "2020,alumina_operating_rate,CN,0.8,share,x",
    ]

    points = told(read(tmp_path, *rows, head=head))

    assert points["exports_mt", "China", "2020"] == pytest.approx(0.15)
    assert points["imports_mt", "China", "2020"] == pytest.approx(3.81)
    assert points["operating_rate", "China", "2020"] == pytest.approx(0.8)


def test_months_make_a_quarter_when_all_are_there_and_quarters_a_year(tmp_path: Path) -> None:
    months = [f"2020-{month:02d},alumina_exports,CN,{month},,x,high" for month in range(1, 13)]
    few = ["2021-01,alumina_exports,CN,5,,x,high", "2021-02,alumina_exports,CN,5,,x,high"]

    record = read(tmp_path, *months, *few)

    points = told(record)
    assert points["exports_mt", "China", "2020-Q2"] == 4 + 5 + 6
    assert points["exports_mt", "China", "2020"] == sum(range(1, 13))
    assert ("exports_mt", "China", "2021-Q1") not in points
    assert list(record.unused["why"]) == [NOT_TAKEN] * 2


def test_days_make_the_mean_price_of_a_month(tmp_path: Path) -> None:
    days = ["2022-01-05,3000", "2022-01-25,3200", "2022-02-10,3300", "2022-03-10,3400"]
    rows = [f"{day.replace(',', ',alumina_price_smm_index,CN,')},,x,high" for day in days]

    assert told(read(tmp_path, *rows))["price_cny_per_t", "China", "2022-Q1"] == pytest.approx(
        (3100 + 3300 + 3400) / 3
    )


def test_a_stock_counts_for_the_end_of_a_year_within_a_month_of_it(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        "2021,alumina_capacity_installed_smm,CN,93.8,end January 2022,x,high",
        "2020,alumina_capacity_installed_smm,CN,87.8,Nov 2020,x,high",
        "2019,alumina_capacity_installed_smm,CN,86.5,October 2019,x,high",
    )

    points = told(record)
    assert points["capacity_mt", "China", "2021"] == 93.8
    assert points["capacity_mt", "China", "2020"] == 87.8
    assert ("capacity_mt", "China", "2019") not in points


def test_of_two_rows_that_tell_the_same_the_better_is_taken(tmp_path: Path) -> None:
    record = read(
        tmp_path,
        "2022,alumina_production_nbs,CN,81.9,annual,x,high",
        "2022,alumina_production_mga_smm,CN,77.0,annual,x,medium",
    )

    assert told(record) == {("production_mt", "China", "2022"): 77.0}
    assert list(record.unused["row"]) == [2]


def test_a_count_of_all_grades_is_put_on_the_scope_of_the_register(tmp_path: Path) -> None:
    record = read(tmp_path, "2022,alumina_production_nbs,CN,80,annual,x,high")

    assert told(record) == {("production_mt", "China", "2022"): pytest.approx(0.93 * 80)}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2020,alumina_exports,CN,0.2,annual,background knowledge,low", "never scored"),
        ("2020,cny_per_usd,CN,7,annual,x,high", "an input of the runs"),
        ("2020,alumina_prize,CN,7,annual,x,high", "the nearest is 'alumina_price"),
        ("2020,alumina_output_mt,Shandnog,7,annual,x,high", "the nearest is 'Shandong'"),
    ],
)
def test_what_is_not_scored_is_told_with_its_reason(tmp_path: Path, row: str, why: str) -> None:
    record = read(tmp_path, "2020,alumina_operating_rate,CN,77,annual,x,high", row)

    assert len(record.points) == 1
    assert why in record.unused.iloc[0]["why"]
    assert record.unused.iloc[0]["row"] == 3


def test_a_bad_file_is_refused_with_row_and_nearest_name(tmp_path: Path) -> None:
    good = "2020,alumina_operating_rate,CN,77,annual,x,high"

    with pytest.raises(UsageError, match=r"mine\.csv, row 1: no column 'region'; is it 'regoin'\?"):
        read(tmp_path, good, head=HEAD.replace("region", "regoin"))
    with pytest.raises(UsageError, match=r"mine\.csv, row 3: the value 'much' of alumina_operating_rate"):
        read(tmp_path, good, good.replace("77", "much"))
    with pytest.raises(UsageError, match=r"mine\.csv, row 2: 'lately' is no date; one is written 2019"):
        read(tmp_path, good.replace("2020", "lately"))
    with pytest.raises(
        UsageError, match="row 2, series 'alumina_opera': no series of that name; the nearest is"
    ):
        read(tmp_path, good.replace("operating_rate", "opera"))
    with pytest.raises(UsageError, match="is no table of outcomes"):
        read_record(tmp_path / "none.csv", read_names(PACK), PROVINCES)


def test_the_other_form_of_the_record_is_read_too(tmp_path: Path) -> None:
    rows = [f"2020-Q{part},ore_imports_mt,China,10,outcome,x" for part in (1, 2, 3, 4)]
    record = read(
        tmp_path,
        *rows,
        "2020-Q1,alumina_output_mt,Henan,2,driver,x",
        head="quarter,series,region,value,kind,source",
    )

    assert told(record)["ore_imports_mt", "China", "2020"] == pytest.approx(36.0)
    assert list(record.unused["why"]) == ["an input of the runs"]


def test_the_record_that_ships_ends_with_2022_and_each_row_has_a_source() -> None:
    rows = pd.read_csv(PACK / "record.csv", dtype=str)

    assert rows["date"].str[:4].astype(int).max() <= 2022
    assert rows["source_url"].notna().all()
    assert not rows["source_url"].str.contains("background").any()
    assert set(rows["confidence"]) <= {"high", "medium-high", "medium", "low"}
    assert read_record(PACK / "record.csv", read_names(PACK), PROVINCES).points["date"].max() < "2023"


def test_a_pack_without_names_has_no_record(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no record to hold it against"):
        read_names(tmp_path)
