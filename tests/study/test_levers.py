"""The lever table: one baseline for all, a policy of one's own in it, what the command says, and signs that hold."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.core.errors import UsageError
from sim.core.registry import UnknownNameError
from sim.core.units import CnyPerTco2
from sim.policies.carbon import CarbonTrading
from sim.policies.policy import POLICIES, Lever, raises
from sim.scenario.load import Scenario, load
from sim.scenario.subject import LeverPlaces
from sim.study.effects import NO_EFFECT, RIGHT
from sim.study.levers import Levers, levers
from tests.study.planning import one_year


class Mine(CarbonTrading):
    """A charge on emissions whose author takes it to make alumina cheaper."""

    source: ClassVar[str] = "made up for this test"
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever(
            "charge",
            "price_cny_per_tco2",
            (200.0, 300.0, 400.0, 500.0),
            raises("cash_cost_mean_cny_per_t"),
            {"benchmark_tco2_per_t": 0.0},
        ),
    )
    type: Literal["mine"]  # type: ignore[assignment]
    price_cny_per_tco2: CnyPerTco2 = 100.0


def short(**overrides: object) -> Scenario:
    """Give the toy cut to two years."""
    return load("toy", settings=["years.end_year=2027"], **overrides)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy of a user's own, for one test."""
    monkeypatch.setitem(POLICIES._things, "mine", Mine)


@pytest.mark.usefixtures("own")
def test_a_policy_of_ones_own_shows_up_with_its_ladder(tmp_path: Path) -> None:
    found = levers(short(), 6, only=["mine"], out=tmp_path, jobs=1)

    assert list(found.aims["lever"]) == ["mine.charge"] * 4
    assert list(found.aims["dose"]) == [200.0, 300.0, 400.0, 500.0]
    assert set(found.aims["verdict"]) == {RIGHT}
    assert set(found.aims["pairs"]) == {6}


def test_all_levers_share_the_runs_of_none(tmp_path: Path) -> None:
    found = levers(short(), 2, only=["trade", "carbon.price"], strengths=(4, 2), out=tmp_path, jobs=1)

    assert found.study.scenarios == (
        "toy",
        "carbon.price@2",
        "carbon.price@4",
        "trade.duty@2",
        "trade.duty@4",
        "trade.refund@2",
        "trade.refund@4",
    )
    assert found.study.count["done"] == 2 * 7
    assert sorted(set(found.effects["measure"])) == sorted(found.study.measures)


def test_a_lever_of_no_strength_is_no_effect_and_a_year_can_be_asked_for(tmp_path: Path) -> None:
    found = levers(one_year(), 1, only=["soe_transfer"], strengths=(1,), year=2026, out=tmp_path, jobs=1)

    assert set(found.aims["verdict"]) == {NO_EFFECT}
    assert set(found.effects["when"]) == {"2026"}


def test_capacity_of_the_regions_that_a_policy_names_is_that_of_the_holdings(tmp_path: Path) -> None:
    found = levers(short(), 1, only=["regional_cap.ceiling"], strengths=(1,), out=tmp_path, jobs=1)
    kept = found.study.holdings().query("scenario == 'toy' and kind == 'region' and name == 'coast'")

    assert list(found.aims["before"]) == pytest.approx(list(kept["nameplate_mt"]))
    assert list(found.aims["when"]) == ["end"]


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'carbon'"):
        levers(short(), only=["carbn"], out=tmp_path)
    with pytest.raises(UsageError, match="numbers from 1 to 4"):
        levers(short(), strengths=(5,), out=tmp_path)
    with pytest.raises(UsageError, match="year is a whole number from 2026 to 2027, not 2030"):
        levers(short(), year=2030, out=tmp_path)
    with pytest.raises(UsageError, match="seeds is a whole number from 1"):
        levers(short(), 0, out=tmp_path)


def test_a_lever_for_which_an_industry_has_no_place_is_left_out_and_told(tmp_path: Path) -> None:
    whole = short()
    subject = whole.pack.subject.model_copy(update={"levers": LeverPlaces()})
    bare = replace(whole, pack=replace(whole.pack, subject=subject))

    found = levers(bare, 1, only=["port", "carbon"], strengths=(1,), out=tmp_path, jobs=1)
    assert set(found.aims["lever"]) == {"carbon.price"}
    assert found.left_out == {"port.berths": "Toy alumina names no port for it"}
    with pytest.raises(UsageError, match="names no port for it"):
        levers(bare, 1, only=["port"], out=tmp_path)


def test_the_command_tells_effects_and_writes_tables_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["levers", "toy", "--only", "carbon", "--seeds", "6", "--years", "2026:2027", "--jobs", "1"]
    call += ["--out", str(tmp_path), "--metric", "co2_t_per_t", "--metric", "price_cny_per_t"]

    assert main(call) == 0
    said = capsys.readouterr().out
    table = said[said.index("Levers of toy") : said.index("Tables and figures")]
    assert "carbon.price: CO2 per tonne of alumina lower, t/t" in table
    assert all(len(line) <= 80 for line in table.splitlines())

    names = {path.name for path in (tmp_path / "levers").iterdir()}
    tables = {f"{name}.csv" for name in ("aims", "effects", "verdicts", "doses", "heat")}
    assert tables | {"doses.png", "doses.svg", "heat.png", "heat.svg"} == names
    heat = pd.read_csv(tmp_path / "levers" / "heat.csv")
    assert set(heat["measure"]) == {"co2_t_per_t", "price_cny_per_t"}


def test_the_command_refuses_a_lever_or_a_metric_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["levers", "toy", "--only", "karbon", "--out", str(tmp_path)]) == 2
    assert "did you mean 'carbon'" in capsys.readouterr().err
    assert main(["levers", "toy", "--metric", "hhi", "--out", str(tmp_path)]) == 2
    assert "unknown metric 'hhi'" in capsys.readouterr().err


def test_the_levers_of_a_scenario_are_a_public_function() -> None:
    assert (sim.levers, sim.Levers) == (levers, Levers)
