"""The audit: a run adds up from its files alone, and a file in which one number was changed does not."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.report.audit import audit
from sim.results import Results
from sim.run import Run, run, write_run
from sim.scenario.load import load

CHANGED = {
    "years": "price_cny_per_t production_mt demand_mt imports_mt exports_mt capacity_mt runnable_mt stock_smelters_mt "
    "cash_cost_mean_cny_per_t hhi_control cr4 cr5 cr10 largest_share hhi_by_deals losses_mcny support_mcny red_mud_mt "
    "coastal_share imported_ore_share integrated_share co2_mt smelting_hhi",
    "quarters": "price_cny_per_t production_mt use_mt imports_mt stock_refineries_mt",
    "refineries": "nameplate_mt opening_mt runnable_mt made_mt sold_mt cash_cost_cny_per_t ore_cny_per_t "
    "imported_ore_mt co2_mt",
    "groups": "nameplate_mt made_mt earned_mcny interest_mcny tax_mcny payout_mcny minority_mcny dividends_mcny "
    "capex_mcny cash_mcny debt_mcny "
    "smelting_earned_mcny",
    "regions": "nameplate_mt runnable_mt made_mt stock_mt",
    "flows": "shipped_mt",
}
"""Columns in which one number that is changed must not stay unseen."""


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


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in CHANGED.items() for column in columns.split()]
)
def test_a_number_that_was_changed_is_found(copy: Path, table: str, column: str) -> None:
    path = copy / f"{table}.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    last = frame[frame["year"] == frame["year"].max()]
    row = last[column].astype(float).abs().idxmax()
    value = float(frame.loc[row, column])
    frame.loc[row, column] = f"{value * 1.001 if value else 1.0:.12g}"
    frame.to_csv(path, index=False)

    assert any(not each.holds for each in audit(copy))


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
