"""What a finished run leaves on disk: whole or not at all, safe to open, and complete enough to start from."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from sim.cli import main
from sim.core.cells import write_csv
from sim.core.errors import MachineError, ModelCheckError
from sim.run import Run, run, write_run
from sim.scenario.load import load
from sim.study.patterns.panel import play
from sim.world.owners import read_ownership
from tests.patience import HANG_GUARD_SECONDS

ROOT = Path(__file__).parents[1]
run_module = importlib.import_module("sim.run")  # the package gives the function of that name
FILES = [
    "manifest.json",
    "scenario.yaml",
    "years.csv",
    "refineries.csv",
    "groups.csv",
    "regions.csv",
    "flows.csv",
    "events.csv",
    "decisions.csv",
    "deals.csv",
    "deal_classes.csv",
    "deal_outcomes.csv",
    "dictionary.csv",
    "ownership.graphml",
    "report.html",
]
YEARS_COLUMNS = [
    "year",
    "capacity_mt",
    "runnable_mt",
    "operating_mt",
    "operating_rate",
    "production_mt",
    "demand_mt",
    "imports_mt",
    "imports_indonesia_mt",
    "exports_mt",
    "stock_refineries_mt",
    "stock_smelters_mt",
    "price_cny_per_t",
    "cash_cost_mean_cny_per_t",
    "cash_cost_p10_cny_per_t",
    "cash_cost_p50_cny_per_t",
    "cash_cost_p90_cny_per_t",
    "margin_cny_per_t",
    "share_below_cash_cost",
    "price_percentile_of_curve",
    "hhi_control",
    "hhi_economic",
    "mhhi_delta",
    "cr4",
    "cr5",
    "cr10",
    "coastal_share",
    "guangxi_share",
    "integrated_share",
    "imported_ore_share",
    "exits",
    "exits_mt",
    "mothballed_mt",
    "deals",
    "deals_mt",
    "relocations_mt",
    "red_mud_mt",
    "red_mud_used_share",
    "red_mud_stock_mt",
    "curbed_by_mud_mt",
    "curbed_by_region_mt",
    "co2_mt",
    "co2_t_per_t",
]


@pytest.fixture(scope="module")
def finished() -> Run:
    """A run of one year."""
    return run(load("baseline", years={"end_year": 2026}), 0)


@pytest.fixture(scope="module")
def folder(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder."""
    return write_run(finished, tmp_path_factory.mktemp("outputs") / "baseline" / "0")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the page away, which costs seconds and is not what is asked."""
    monkeypatch.setattr(run_module, "write_page", lambda finished, path, *_: path.write_text("page"))


def test_a_run_folder_holds_every_file_that_others_rely_on(folder: Path) -> None:
    assert [name for name in FILES if not (folder / name).stat().st_size] == []
    assert not (folder / "figures").exists()


def test_the_first_columns_of_years_are_the_promised_ones_in_order(folder: Path) -> None:
    years = pd.read_csv(folder / "years.csv")

    assert years.columns.tolist()[: len(YEARS_COLUMNS)] == YEARS_COLUMNS
    assert years["year"].tolist() == [2026]
    assert not years.isna().any(axis=None)


def test_the_manifest_says_what_was_run_and_how_well_it_balanced(folder: Path, finished: Run) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))

    assert (manifest["scenario"], manifest["seed"]) == ("baseline", 0)
    assert manifest["scenario_sha256"] == finished.scenario.hash
    assert 0.0 <= max(manifest["largest_conservation_gaps"].values()) <= 1e-9
    assert sum(manifest["parameters_by_status"].values()) == len(finished.scenario.pack.provenance)


def test_the_resolved_scenario_in_the_folder_gives_the_same_run(folder: Path, finished: Run) -> None:
    again = load(folder / "scenario.yaml")

    assert again.spec == finished.scenario.spec
    assert play(again, 0).years.equals(finished.years)


def test_the_graph_on_disk_gives_back_the_opening_graph(folder: Path, finished: Run) -> None:
    stored = nx.read_graphml(folder / "ownership.graphml", force_multigraph=True)

    ids = [identity for _, _, identity in stored.edges(keys=True)]
    assert len(set(ids)) == len(ids)
    edges = {
        (holder, held, stake["ppm"], stake["votes_ppm"])
        for holder, held, stake in stored.edges(data=True)
        if stake["from_year"] <= 2025 < stake.get("to_year", 9999)
    }
    opening = read_ownership(finished.scenario.pack).graph
    assert edges == {(u, v, stake["ppm"], stake["votes_ppm"]) for u, v, stake in opening.edges(data=True)}
    assert dict(stored.nodes(data="kind")) == dict(opening.nodes(data="kind"))
    assert len(edges) > 100


def test_a_kill_in_the_middle_leaves_no_run_and_the_next_one_is_whole(finished: Run, tmp_path: Path) -> None:
    place = tmp_path / "0"
    code = (
        "import importlib, pathlib, sys\n"
        "module = importlib.import_module('sim.run')\n"
        "from sim.scenario.load import load\n"
        "module.write_page = lambda *_: (print('half', flush=True), sys.stdin.read())\n"
        "finished = module.run(load('baseline', years={'end_year': 2026}), 0)\n"
        f"module.write_run(finished, pathlib.Path({str(place)!r}))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    call, pipe = [sys.executable, "-c", code], subprocess.PIPE
    with subprocess.Popen(call, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()

    assert said == "half\n"
    assert not place.exists()
    assert write_run(finished, place) == place
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0"]


def small_files_only(limit: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where no file can grow over some bytes, as on a disk that is full."""
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "from sim.cli import main\n"
        "sys.exit(main())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        call, env=environment, capture_output=True, text=True, timeout=HANG_GUARD_SECONDS, check=False
    )


def test_a_full_disk_ends_with_6_one_line_and_no_folder(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "0"

    # groups.csv of one year has about 10,000 bytes, so the disk is full at one of the first files.
    ended = small_files_only(4000, "run", "baseline", "--quiet", "--years", "2026:2026", "--out", str(place))

    assert (ended.returncode, ended.stdout) == (6, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "0" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(place.parent.iterdir()) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["years.csv", "manifest.json", "ownership.graphml", "report.html"])
def test_a_disk_that_refuses_any_file_leaves_nothing(
    finished: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    opened = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == name:
            raise OSError(28, "No space left on device", str(self))
        return opened(self, *arguments, **options)

    def refuse_graph(graph: nx.MultiDiGraph, path: Path) -> None:
        refuse(Path(path), "wb").close()

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(run_module.nx, "write_graphml", refuse_graph)
    monkeypatch.setattr(run_module, "write_csv", lambda frame, path: path.write_text("x"))
    with pytest.raises(MachineError, match="No space left"):
        write_run(finished, tmp_path / "0")

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_a_folder_ends_with_6(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    code = main(["run", "baseline", "--quiet", "--years", "2026:2026", "--out", str(tmp_path / "file" / "0")])

    said = capsys.readouterr()
    assert (code, said.out) == (6, "")
    assert "file" in said.err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, start: str) -> None:
    frame = pd.DataFrame({"name": [f"{start}1+1", "a=b", ""], "change_mt": [-1.5, 2.0, 0.0]})

    write_csv(frame, tmp_path / "table.csv")

    back = pd.read_csv(tmp_path / "table.csv", keep_default_na=False, lineterminator="\n")
    assert back["name"].tolist() == [f"'{start}1+1", "a=b", ""]
    assert back["change_mt"].tolist() == [-1.5, 2.0, 0.0]


def shock(variable: str, size: float, quarters: int = 8) -> dict[str, Any]:
    """Give overrides with one shock from the start of 2027."""
    event = {
        "id": "hostile",
        "variable": variable,
        "size_ratio": size,
        "start_year": 2027,
        "duration_quarters": quarters,
    }
    return {"shocks": [event]}


def level(name: str, value: float) -> dict[str, Any]:
    """Give overrides with another long-run level of an input price."""
    return {"parameters": {"inputs": {"levels": {name: value}}}}


def rows(table: str, column: str, value: Any) -> dict[str, Any]:
    """Give overrides with one value in a column of all rows of a table of the register."""
    ids = [row.id for row in getattr(load("baseline").pack, table)]
    return {"rows": {table: {each: {column: value} for each in ids}}}


def without_demand() -> dict[str, Any]:
    """Give overrides of a world in which nobody needs alumina, at home or abroad."""
    nobody = {"standing_mt": 0.0, "other_exports_mt": 0.0, "balance_mt": 20.0}
    return {"parameters": {"market": {"metal_cap_mt": 0.0}, "world": nobody}}


def decreed(kind: str, **terms: Any) -> dict[str, Any]:
    """Give overrides with one policy from 2026 on."""
    return {"policies": [{"id": "hostile", "type": kind, "start_year": 2026, **terms}]}


def of_one_owner(company: str) -> dict[str, Any]:
    """Give overrides by which a company has every plant, and every mine with it: a mine needs its owner's plants."""
    mines = rows("mines", "owner", company)["rows"]["mines"]
    mines = {mine: {**changed, "ore_control_share": 0.05} for mine, changed in mines.items()}
    return {"rows": {**rows("refineries", "company", company)["rows"], "mines": mines}}


HOSTILE: dict[str, dict[str, Any]] = {
    "ore a hundred times as dear": shock("ore_price", 99.0),
    "ore for a hundredth": shock("ore_price", -0.99),
    "no smelting": shock("smelting", 1.0),
    "no smelting for a quarter": shock("smelting", 1.0, 1),
    "no refining": shock("refining", 1.0),
    "no refining for a quarter": shock("refining", 1.0, 1),
    "no imported ore": shock("ore_supply", 1.0),
    "a hundred million tonnes abroad": shock("world_balance", 100.0),
    "a world short of twenty": shock("world_balance", -20.0),
    "metal for nothing": shock("aluminium_price", -0.99),
    "soda a hundred times as dear": shock("caustic_price", 99.0),
    "three yuan to the dollar": level("exchange_rate_cny_per_usd", 3.0),
    "fifteen yuan to the dollar": level("exchange_rate_cny_per_usd", 15.0),
    "ore at ten thousand dollars": level("guinea_ore_usd_per_t", 10_000.0),
    "no metal allowed": {"parameters": {"market": {"metal_cap_mt": 0.0}}},
    "no tax": {"parameters": {"market": {"vat_share": 0.0}}},
    "all is captive": {"parameters": {"market": {"captive_share": 1.0, "contract_share": 1.0}}},
    "no demand at all": without_demand(),
    "long-run ore a hundred times as dear": level("guinea_ore_usd_per_t", 6600.0),
    "every plant of one owner": of_one_owner("hongtuo"),
    "no province grants anything": rows("regions", "permit_share", 0.0),
    "all plants closed by decree": decreed("phase_out", built_before_year=2100),
    "all capacity withheld": decreed(
        "self_discipline", cut_share=1.0, least_share=0.0, breach_cny_per_t=2000.0
    ),
    "all imported ore banned": decreed("ore_ban", ban_share=1.0),
    "carbon at five thousand": decreed("carbon", price_cny_per_tco2=5000.0, benchmark_tco2_per_t=0.0),
    "a duty of as much again": decreed("trade", duty_share=1.0, export_refund_share=1.0),
    "smelters doubled at once": decreed("smelter_cap", ceiling_mt=90.0, growth_per_year=0.2),
    "smelters cut to a fifth": decreed("smelter_cap", ceiling_mt=10.0),
    "ten million tonnes to Russia": decreed("standing_exports", exports_mt=10.0),
    "a quota of nothing": decreed("approval_quota", quota_mt=0.0, ore_control_share=1.0),
}


@pytest.mark.parametrize("overrides", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_scenario_finishes_or_stops_with_a_named_law(overrides: dict[str, Any]) -> None:
    scenario = load("baseline", years={"end_year": 2029}, **overrides)

    try:
        finished = len(play(scenario, 0).years)
    except ModelCheckError as error:
        assert error.law
        assert "is broken by" in str(error)
    else:
        assert finished == 4


def test_a_law_that_breaks_ends_the_command_with_4_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> float:
        raise ModelCheckError(law="alumina balance", amount=1.0)

    monkeypatch.setattr("sim.checks.Conservation._alumina", broken)
    code = main(["run", "baseline", "--quiet", "--out", str(tmp_path / "0")])

    said = capsys.readouterr()
    assert (code, said.out) == (4, "")
    assert "2026 found: 'alumina balance' is broken by 1" in said.err
    assert not (tmp_path / "0").exists()
    kept = tmp_path / "0.broken"
    assert f"It is played again by: shakeout run {kept / 'scenario.yaml'} --seed 0\n" in said.err
    assert load(kept / "scenario.yaml").hash == load("baseline").hash
    assert json.loads((kept / "broken.json").read_text(encoding="utf-8"))["law"] == "alumina balance"
