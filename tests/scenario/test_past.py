"""One register, any date: what a pack was at the end of an earlier year follows from dated rows alone."""

import math
from pathlib import Path

import pytest

from sim.scenario.load import load
from sim.scenario.pack import Date, Pack, as_of, read_pack
from sim.scenario.problems import InvalidScenarioError
from tests.scenario.planted import SHIPPED, copy_of_pack, edit, problems

YEARS = (2017, 2019, 2021)


@pytest.fixture(scope="module")
def present() -> Pack:
    """Give the shipped pack at its own date."""
    return read_pack(SHIPPED)


@pytest.fixture(scope="module")
def pasts(present: Pack) -> dict[int, Pack]:
    """Give the shipped pack at all its earlier dates."""
    return {year: as_of(present, year) for year in YEARS}


def installed(pack: Pack) -> float:
    return math.fsum(row.nameplate_mt for row in pack.refineries if row.installed)


def told(folder: Path, *rows: dict[str, str]) -> None:
    """Let `dated.csv` of a pack say nothing but a few things."""
    evidence = {"source": "a test", "source_date": "", "status": "assumption", "note": ""}

    def change(records: list[dict[str, str]]) -> None:
        records[:] = [
            {"id": f"{row['table']}/{row['row']}@{row['until_year']}", **row, **evidence} for row in rows
        ]

    edit(folder, "dated", change)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack in which only one plant was ever smaller."""
    told(
        copy_of_pack(tmp_path),
        {
            "table": "refineries",
            "row": "aokaida-xiaoyi",
            "until_year": "2018",
            "values": "nameplate_mt=0.2; imported_share=0.0",
        },
    )
    # Without the rest of what is dated the accounts of earlier years do not add up.
    edit(tmp_path, "targets", lambda records: records.__setitem__(slice(None), records[-1:]))
    return tmp_path


def test_at_its_own_date_a_pack_is_what_it_is(present: Pack) -> None:
    same = as_of(present, present.base_year)

    assert same == present


def test_a_plant_that_started_later_is_a_project_of_its_year(present: Pack, pasts: dict[int, Pack]) -> None:
    tiangui = next(row for row in present.refineries if row.id == "tiangui-jingxi")
    project = next(row for row in pasts[2017].projects if row.id == tiangui.id)

    assert "tiangui-jingxi" not in [row.id for row in pasts[2017].refineries]
    assert (project.stage, project.expected_year, project.capacity_mt) == ("building", 2019, 0.8)
    assert project.company == tiangui.company
    # Two more phases came: what stands in the end is what stands now.
    phases = [row.capacity_mt for row in pasts[2017].projects if row.id.startswith(tiangui.id)]
    assert math.fsum(phases) == pytest.approx(tiangui.nameplate_mt)


def test_a_stake_that_ended_is_there_while_it_was_held(present: Pack, pasts: dict[int, Pack]) -> None:
    held = {year: {row.id: row.share_ppm for row in pack.stakes} for year, pack in pasts.items()}

    assert "press-metal>pt-bintan" not in held[2017]
    assert held[2019]["press-metal>pt-bintan"] == 250_000
    assert "press-metal>pt-bintan" not in [row.id for row in present.stakes]
    assert held[2017]["chalco>baotou-al"] == 743_300
    assert "chinalco>yunnan-met" not in held[2017]
    assert held[2019]["chinalco>yunnan-met"] == 580_000


def test_two_fifths_of_the_ore_of_2017_were_imported(pasts: dict[int, Pack]) -> None:
    standing = [row for row in pasts[2017].refineries if row.installed]
    # Dry tonnes of ore for a tonne of alumina: 2.67 imported, about 2.37 at home.
    abroad = math.fsum(2.67 * row.nameplate_mt * row.imported_share for row in standing)
    home = math.fsum(2.37 * row.nameplate_mt * (1.0 - row.imported_share) for row in standing)

    assert abroad / (abroad + home) == pytest.approx(0.4033, abs=0.02)


@pytest.mark.parametrize(
    ("year", "published", "residual"), [(2017, 81.0, 0.72), (2019, 84.2, 0.82), (2021, 93.8, -0.28)]
)
def test_capacity_is_the_published_total_but_for_a_residual(
    pasts: dict[int, Pack], year: int, published: float, residual: float
) -> None:
    assert installed(pasts[year]) - published == pytest.approx(residual, abs=0.005)


def test_what_stands_and_what_comes_is_what_stands_now_and_what_went(
    present: Pack, pasts: dict[int, Pack]
) -> None:
    gone = {"taixing-xiaoyi": 0.4, "huaqing-xiaoyi": 0.4, "zhongmei-gongyi": 0.4, "zhaofeng-yangquan": 1.1}
    restarted = {"qixing-wudi": 0.5, "shuijiang-nanchuan": 0.8}
    came = math.fsum(row.capacity_mt for row in pasts[2017].projects if row.kind == "refinery")

    total = installed(present) + math.fsum(gone.values()) + math.fsum(restarted.values())
    assert installed(pasts[2017]) + came == pytest.approx(total)


def test_only_what_was_known_is_a_project_without_hindsight(present: Pack, pasts: dict[int, Pack]) -> None:
    known = as_of(present, 2017, hindsight=False)

    assert {row.id for row in known.projects} < {row.id for row in pasts[2017].projects}
    assert max(row.expected_year for row in known.projects) == 2020
    assert all(row.odds_share is None for row in known.projects)
    assert all(row.odds_share == 1.0 for row in pasts[2017].projects)


def test_parameters_are_those_of_the_time(present: Pack, pasts: dict[int, Pack]) -> None:
    vat = pasts[2017].provenance["market.vat_share"]

    assert (vat.value, vat.status) == (0.17, "data")
    assert vat.low <= vat.value <= vat.high
    assert pasts[2019].provenance["market.vat_share"] == present.provenance["market.vat_share"]
    assert load("hindcast_2017").spec.parameters.market.vat_share == 0.17


def test_the_record_of_a_past_ends_with_it(pasts: dict[int, Pack]) -> None:
    for year, pack in pasts.items():
        assert max(row.year for row in pack.history) == year
        assert max(row.year for row in pack.recorded_deals) <= year
        assert max(row.year for row in pack.drivers) == 2025


def test_a_row_that_changed_later_grows_by_a_project(folder: Path) -> None:
    early, late = (read_pack(folder, at=Date(year)) for year in (2017, 2019))

    plant = {
        pack.base_year: next(row for row in pack.refineries if row.id == "aokaida-xiaoyi")
        for pack in (early, late)
    }
    assert (plant[2017].nameplate_mt, plant[2017].imported_share) == (0.2, 0.0)
    assert (plant[2019].nameplate_mt, plant[2019].imported_share) == (0.5, 0.4)
    assert next(
        row.capacity_mt for row in early.projects if row.id == "aokaida-xiaoyi-2019"
    ) == pytest.approx(0.3)
    assert not [row for row in late.projects if row.id.startswith("aokaida")]


def test_a_pack_that_is_read_at_an_earlier_date_is_still_what_it_is_today() -> None:
    before = read_pack(SHIPPED)
    then = read_pack(SHIPPED, at=Date(2017))

    assert then.parameters != before.parameters
    assert read_pack(SHIPPED) == before


def test_a_year_without_a_past_is_refused_by_name() -> None:
    with pytest.raises(InvalidScenarioError, match="no past for 2018; there are: 2017, 2019, 2021, 2025"):
        load("hindcast_2017", base_year=2018)


def test_a_dated_row_of_a_table_or_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    told(
        copy_of_pack(tmp_path),
        {"table": "refinery", "row": "aokaida-xiaoyi", "until_year": "2018", "values": "nameplate_mt=0.2"},
        {"table": "refineries", "row": "aokaida-xiaoyi", "until_year": "2019", "values": "size_mt=0.2"},
    )

    first, second = problems(tmp_path)

    assert "no table" in first.message
    assert "refineries has no column" in second.message


def test_a_record_that_nothing_replays_is_remarked_on(tmp_path: Path) -> None:
    path = tmp_path / "late.yaml"
    path.write_text("question: Is there a record?\nextends: baseline\ndrivers: recorded\n", encoding="utf-8")

    remarks = load(path).remarks

    assert [(each.path, each.message) for each in remarks] == [
        ("drivers", "does nothing: no driver is on record after 2025")
    ]
    assert load("hindcast_2017").remarks == ()
