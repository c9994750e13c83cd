"""Runs of a hindcast: what is seen of them, what nulls are given, and that they are kept and gone on with."""

from pathlib import Path

import pandas as pd
import pytest

from sim.core.errors import ModelCheckError, UsageError
from sim.scenario.load import Scenario, load
from sim.study.hindcast import Hindcast, against
from sim.study.hindcast import playing as kept_runs
from sim.study.hindcast.given import DRAWN, OWN_WORLD, given
from sim.study.hindcast.periods import NATION
from sim.study.hindcast.playing import failures, play
from sim.study.hindcast.record import POINTS, UNUSED, Record
from sim.study.hindcast.seen import Key, Seen, seen

YEARS = {"years.end_year": 2027}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Give two years of the baseline."""
    return load("baseline", set=YEARS)


@pytest.fixture(scope="module")
def run(scenario: Scenario) -> Seen:
    """Give one run of it."""
    return seen(scenario, 0)


@pytest.fixture(scope="module")
def numbers(run: Seen) -> dict[Key, float]:
    """Give its numbers."""
    return run.numbers()


@pytest.mark.parametrize("year", ["2025", "2026", "2027"])
@pytest.mark.parametrize("series", ["production_mt", "ore_imports_mt", "net_imports_mt"])
def test_a_year_is_the_sum_of_its_quarters(numbers: dict[Key, float], series: str, year: str) -> None:
    quarters = sum(numbers[series, NATION, f"{year}-Q{part}"] for part in (1, 2, 3, 4))

    assert numbers[series, NATION, year] == pytest.approx(quarters)


def test_provinces_add_up_to_the_country(run: Seen, numbers: dict[Key, float]) -> None:
    provinces = set(run.provinces.values())

    assert "Guangxi" in provinces
    for date in ("2025", "2026", "2026-Q3"):
        made = [numbers["production_mt", each, date] for each in provinces]
        assert sum(made) == pytest.approx(numbers["production_mt", NATION, date])
        assert sum(numbers["production_share", each, date] for each in provinces) == pytest.approx(1.0)


def test_imported_ore_of_the_quarters_is_that_of_the_plants(run: Seen, numbers: dict[Key, float]) -> None:
    used = run.plants.groupby("year")["imported_ore_mt"].sum()

    assert numbers["ore_imports_mt", NATION, "2026"] == pytest.approx(used[2026])


def test_nulls_are_given_what_the_arm_is_given_and_no_more(scenario: Scenario, run: Seen) -> None:
    recorded, own, drawn = (given(scenario, arm, run, 1.925) for arm in ("recorded", OWN_WORLD, DRAWN))

    assert set(recorded.corridor) == {f"2025-Q{part}" for part in (1, 2, 3, 4)}
    assert all(low < high for low, high in recorded.corridor.values())
    assert not own.corridor
    assert own.curve
    assert not drawn.corridor
    assert not drawn.curve
    installed = sum(row.nameplate_mt for row in scenario.pack.refineries if row.installed)
    assert recorded.stands(NATION, "2025").nameplate_mt == pytest.approx(installed)
    assert recorded.stands(NATION, "2027").nameplate_mt > installed
    assert recorded.metal("2027") == recorded.metal("2025-Q4")


def test_runs_are_kept_and_not_played_again(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = load("toy", set={"years.end_year": scenario.spec.years.start_year})
    first = play({"recorded": short}, 2, tmp_path, quiet=True)
    (tmp_path / "recorded-0001.json").unlink()
    played: list[int] = []

    def watched(each: Scenario, seed: int) -> Seen:
        played.append(seed)
        return seen(each, seed)

    monkeypatch.setattr(kept_runs, "seen", watched)

    assert play({"recorded": short}, 2, tmp_path, quiet=True) == first
    assert played == [1]
    with pytest.raises(UsageError, match="holds another hindcast; --out writes elsewhere"):
        play({"recorded": short}, 3, tmp_path, quiet=True)
    play({"recorded": short}, 1, tmp_path, quiet=True, force=True)
    assert len(list(tmp_path.glob("recorded-*.json"))) == 1


def test_a_run_that_breaks_a_law_is_told_and_not_scored(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = load("toy", set={"years.end_year": scenario.spec.years.start_year})

    def breaking(each: Scenario, seed: int) -> Seen:
        if seed:
            raise ModelCheckError(law="mass", amount=1.0)
        return seen(each, seed)

    monkeypatch.setattr(kept_runs, "seen", breaking)

    assert len(play({"recorded": short}, 2, tmp_path, quiet=True)["recorded"]) == 1
    assert failures(tmp_path) == [("recorded", "1", "'mass' is broken by 1")]


def test_a_planted_record_that_the_runs_equal_scores_perfect(
    scenario: Scenario, numbers: dict[Key, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_runs, "uncertain_parameters", lambda _: ())
    rows = [
        (series, region, "year", date, value, "high", "planted")
        for (series, region, date), value in numbers.items()
        if series in ("capacity_mt", "production_mt") and region == NATION and "Q" not in date
    ]
    record = Record(pd.DataFrame(rows, columns=list(POINTS)), pd.DataFrame(columns=list(UNUSED)))

    found = against({"recorded": scenario}, 1, record, 2026, tmp_path, quiet=True)

    assert isinstance(found, Hindcast)
    assert set(found.scores["rmse"]) == {0.0}
    assert set(found.scores["skill_best"]) == {1.0}
    assert set(found.scores["window"]) == {"held out", "shown"}
    assert list(found.scores["runs"].unique()) == [1]
    found.write(tmp_path)
    assert {path.name for path in tmp_path.glob("*.csv")} == {
        "hindcast.csv",
        "nulls.csv",
        "points.csv",
        "unused.csv",
        "failed.csv",
    }
