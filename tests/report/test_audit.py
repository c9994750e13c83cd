"""The audit: a run adds up from its files alone, and a file in which one number was changed does not."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.report.audit import Files, audit, findings, read_files
from sim.results import Results
from sim.run import Run, run, write_run
from sim.scenario.load import load

IDENTITIES = {
    "tonnes in are tonnes out, years": "years.production_mt years.demand_mt years.imports_mt "
    "years.exports_mt years.stock_smelters_mt years.stock_refineries_mt",
    "tonnes in are tonnes out, quarters": "quarters.production_mt quarters.use_mt quarters.imports_mt "
    "quarters.stock_refineries_mt quarters.exports_mt quarters.stock_smelters_mt",
    "production_mt of years and quarters": "years.production_mt quarters.production_mt",
    "imports_mt of years and quarters": "years.imports_mt quarters.imports_mt",
    "exports_mt of years and quarters": "years.exports_mt quarters.exports_mt",
    "production of years and refineries": "years.production_mt refineries.made_mt",
    "production of years and regions": "years.production_mt regions.made_mt",
    "production of years and groups": "years.production_mt groups.made_mt",
    "red mud that is not used is stacked": "years.red_mud_mt years.red_mud_used_share years.red_mud_stock_mt",
    "imports of years and flows": "years.imports_mt",
    "tonnes sold and shipped by region": "refineries.sold_mt flows.shipped_mt",
    "stock of a region by what it made and sold": "refineries.sold_mt regions.made_mt regions.stock_mt",
    "shipments less exports are used or stocked": "years.demand_mt years.exports_mt years.stock_smelters_mt "
    "flows.shipped_mt",
    "capacity_mt of years and refineries": "years.capacity_mt refineries.nameplate_mt",
    "capacity_mt of years and regions": "years.capacity_mt regions.nameplate_mt",
    "runnable_mt of years and refineries": "years.runnable_mt refineries.runnable_mt",
    "runnable_mt of years and regions": "years.runnable_mt regions.runnable_mt",
    "operating_mt of years and regions": "years.operating_mt regions.operating_mt",
    "capacity_mt of years and groups": "years.capacity_mt groups.nameplate_mt",
    "nameplate of a plant by events": "refineries.nameplate_mt refineries.opening_mt",
    "a year opens with the last one's nameplate": "refineries.opening_mt",
    "no plant makes more than it is built for": "refineries.made_mt",
    "exits of years and events": "years.exits",
    "deals of years and events": "years.deals",
    "relocations of years and events": "years.relocations",
    "money of a group": "groups.earned_mcny groups.interest_mcny groups.tax_mcny groups.payout_mcny "
    "groups.minority_mcny groups.dividends_mcny groups.capex_mcny groups.cash_mcny groups.debt_mcny "
    "groups.closing_mcny groups.deals_mcny groups.integration_mcny groups.written_off_mcny "
    "groups.injected_mcny groups.payables_mcny",
    "deals net to nought": "groups.deals_mcny",
    "support_mcny of years and groups": "years.support_mcny groups.support_mcny",
    "smelting_earned_mcny of years and groups": "years.smelting_earned_mcny groups.smelting_earned_mcny",
    "losses of years and those who bear them": "years.losses_mcny groups.loss_local_support_mcny "
    "groups.loss_owner_cash_mcny groups.loss_workers_mcny",
    "price of years and quarters": "years.price_cny_per_t quarters.price_cny_per_t quarters.production_mt",
    "cash cost of years and plants": "years.cash_cost_mean_cny_per_t quarters.production_mt "
    "refineries.made_mt refineries.cash_cost_cny_per_t",
    "cash cost of a plant by component": "refineries.cash_cost_cny_per_t refineries.ore_cny_per_t "
    "refineries.caustic_cny_per_t refineries.energy_cny_per_t refineries.other_cny_per_t "
    "refineries.mud_cny_per_t refineries.carbon_cny_per_t",
    "coastal_share from plants": "years.coastal_share refineries.nameplate_mt",
    "imported_ore_share from plants": "years.imported_ore_share refineries.imported_ore_mt "
    "refineries.domestic_ore_mt",
    "red_mud_mt of years and plants": "years.red_mud_mt refineries.mud_mt",
    "co2_mt of years and plants": "years.co2_mt refineries.co2_mt",
    "red_mud_stock_mt of years and plants": "years.red_mud_stock_mt refineries.mud_stock_mt",
    "integrated_share from groups": "years.integrated_share refineries.nameplate_mt groups.nameplate_mt",
    "smelting_hhi from groups": "years.smelting_hhi groups.smelter_mt",
    "hhi_control from plants": "years.hhi_control refineries.nameplate_mt",
    "hhi_control_production from plants": "years.hhi_control_production refineries.made_mt",
    "largest_share from plants": "years.largest_share refineries.nameplate_mt",
    "cr4 from plants": "years.cr4 refineries.nameplate_mt",
    "cr5 from plants": "years.cr5 refineries.nameplate_mt",
    "cr10 from plants": "years.cr10 refineries.nameplate_mt",
    "change of the HHI by cause": "years.hhi_control years.hhi_by_deals years.hhi_by_builds "
    "years.hhi_by_exits",
    "stakes in a company are all of it": "",  # of the graph: the stake below
}
"""Every identity with the columns in which one number that is changed must break it."""
CASES = [(identity, column) for identity, columns in IDENTITIES.items() for column in columns.split()]


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three years of the baseline."""
    assert isinstance(results, Run)
    return write_run(results, tmp_path_factory.mktemp("outputs") / "0")


@pytest.fixture(scope="module")
def closing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of three years in which old plants must close, so that there are exits whatever else comes."""
    scenario = load("old_plants_closed", settings=["years.end_year=2028"])
    return write_run(run(scenario, 0), tmp_path_factory.mktemp("closing") / "0")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    return copied(folder, tmp_path)


def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "0", ignore=shutil.ignore_patterns("figures", "*.html")))


def test_a_run_adds_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(folder)]) == 0

    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"All {len(said) - 1} identities hold."
    assert len(said) > 40
    assert max(map(len, said)) < 80


def test_the_toy_adds_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "toy", "--quiet", "--out", str(tmp_path / "0")]) == 0

    assert main(["audit", str(tmp_path / "0")]) == 0
    assert "hold" in capsys.readouterr().out


GRAMS = (
    "running.answer_per_quarter=0.99999999905",
    "calibrated.opening_refineries_mt=49.99999995",
    "world.other_exports_mt=3.110265479772911",
    "stocks.adjustment_per_quarter=0.050000000950000005",
    "calibrated.runnable_share.inland=1e-9",
    "inputs.levels.guinea_ore_usd_per_t=9999.99999001",
)
"""A stock of years and ore that nobody can pay: inland plants make grams."""


@pytest.mark.parametrize(
    ("seed", "settings"),
    [(136990522, GRAMS), (0, ("tables.project_shift_share=0.999", "pipeline.on_time_share=0.1"))],
)
def test_a_run_in_which_plants_make_grams_or_none_is_built_adds_up(
    tmp_path: Path, seed: int, settings: tuple[str, ...]
) -> None:
    changes = ["years.end_year=2028", *(f"parameters.{each}" for each in settings)]
    write_run(run("toy", seed, set=changes), tmp_path / "0")

    assert [each for each in audit(tmp_path / "0") if not each.holds] == []


@pytest.fixture(scope="module")
def files(folder: Path) -> Files:
    """The tables of the run."""
    return read_files(folder)


def doctored(files: Files, column: str, by: float) -> Files:
    """The tables with the largest number of a column in the last year changed, by a factor where it is not nought."""
    table, _, name = column.partition(".")
    frame = files.tables[table].copy()
    frame[name] = frame[name].astype(float)
    row = frame.loc[frame["year"] == frame["year"].max(), name].abs().idxmax()
    frame.loc[row, name] = by * frame.loc[row, name] or 1.0
    return replace(files, tables={**files.tables, table: frame})


def test_every_identity_is_doctored(files: Files) -> None:
    assert [each.identity for each in findings(files)] == [*IDENTITIES]


@pytest.mark.parametrize(("identity", "column"), CASES)
def test_a_number_that_was_changed_breaks_the_identity(files: Files, identity: str, column: str) -> None:
    spoilt = doctored(files, column, 2.0 if "more than" in identity else 1.001)

    assert identity in [each.identity for each in findings(spoilt) if not each.holds]


def test_a_cell_that_was_changed_is_found_and_its_row_is_named_without_a_bell(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copy / "flows.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[frame["origin"] == "henan", "origin"] = "he\anan"
    frame.to_csv(path, index=False)

    assert main(["audit", str(copy)]) == 4

    said = "".join(capsys.readouterr())
    assert "broken: he nan, 2026" in said and "\a" not in said


@pytest.mark.parametrize("kind", ["start", "exit", "deal"])
def test_an_event_that_was_left_out_is_found(closing: Path, tmp_path: Path, kind: str) -> None:
    copy = copied(closing, tmp_path)
    assert all(each.holds for each in audit(copy))
    events = pd.read_csv(copy / "events.csv", keep_default_na=False)
    happened = events.index[events["kind"] == kind]
    assert len(happened)

    events.drop(happened[:1]).to_csv(copy / "events.csv", index=False)

    assert any(not each.holds for each in audit(copy))


def test_a_stake_that_was_changed_is_found_and_ends_with_4(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = copy / "ownership.graphml"
    graph.write_text(graph.read_text("utf-8").replace(">1000000<", ">999999<", 1), "utf-8")

    assert main(["audit", str(copy)]) == 4

    assert "stakes in a company are all of it" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"year,amount\n2026,x\n", b"year\n2026\n"])
def test_what_cannot_be_checked_is_told_in_one_line(
    copy: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "groups.csv").write_bytes(content)

    assert main(["audit", str(copy)]) == 2

    assert len(capsys.readouterr().err.splitlines()) == 1
