"""The public functions take the same things in the same forms, and refuse the same things in the same words."""

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.core.errors import ShakeoutError, UsageError
from sim.study.calibrate import calibrate

TOY = Path(__file__).parents[1] / "scenarios" / "toy.yaml"
SHORT = {"years.end_year": 2026}
CALLS: dict[str, Callable[..., Any]] = {
    "run": sim.run,
    "industry": sim.Industry,
    "load": sim.load,
    "ensemble": lambda scenario, **how: sim.ensemble(scenario, 2, design="seeds", jobs=1, **how),
    "compare": lambda scenario, **how: sim.compare([scenario, scenario], 2, design="seeds", jobs=1, **how),
    "sensitivity": lambda scenario, **how: sim.sensitivity(scenario, size=2, jobs=1, **how),
    "levers": lambda scenario, **how: sim.levers(scenario, 1, only=["carbon"], strengths=[4], jobs=1, **how),
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let studies go to a folder of their own."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "given", ["toy", str(TOY), TOY, sim.load("toy")], ids=["name", "text", "path", "loaded"]
)
@pytest.mark.parametrize("name", ["run", "ensemble", "compare"])
def test_a_scenario_may_be_a_name_a_path_or_loaded(name: str, given: Any) -> None:
    assert CALLS[name](given, set=SHORT)


@pytest.mark.parametrize(
    "changes", [SHORT, ["years.end_year=2026"], ("years.end_year=2026",), {"years": {"end_year": 2026}}]
)
def test_changes_are_a_mapping_or_as_on_the_command_line(changes: Any) -> None:
    for given in ("toy", sim.load("toy")):
        changed = sim.load(given, set=changes)

        assert changed.hash == sim.load("toy", settings=["years.end_year=2026"]).hash
        assert changed.origins()["years.end_year"].file == "--set"


def test_a_change_of_a_row_reaches_the_pack_of_a_scenario_that_is_there() -> None:
    changed = sim.load(sim.load("toy"), set={"rows.refineries.alfa-coast.nameplate_mt": 7.5})

    assert {row.id: row.nameplate_mt for row in changed.pack.refineries}["alfa-coast"] == 7.5


@pytest.mark.parametrize("name", [*CALLS])
@pytest.mark.parametrize(
    ("given", "how", "told"),
    [
        ("toi", {}, "did you mean 'toy'"),
        (7, {}, "a scenario is a name, a path or one that was loaded, not 7"),
        ("toy", {"set": {"years.end_yaer": 2026}}, "end_yaer"),
        ("toy", {"set": ["years"]}, "'years' is not of the form a.b=value"),
        ("toy", {"set": 3}, "set is a mapping, or a list of texts"),
        ("toy", {"set": "years.end_year=2026"}, "set is a mapping, or a list of texts"),
    ],
)
def test_what_is_no_scenario_is_refused_alike(name: str, given: Any, how: dict[str, Any], told: str) -> None:
    with pytest.raises(ShakeoutError, match=told):
        CALLS[name](given, **how)


@pytest.mark.parametrize("seed", [-1, None, 1.5, "3", 2**64, True])
@pytest.mark.parametrize("name", ["run", "industry"])
def test_a_seed_that_is_none_is_refused(name: str, seed: Any) -> None:
    with pytest.raises(UsageError, match="seed is a whole number from 0"):
        CALLS[name]("toy", seed)


def test_a_seed_may_come_from_numpy() -> None:
    assert sim.run("toy", np.int64(3), set=SHORT).years.equals(sim.run("toy", 3, set=SHORT).years)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: sim.ensemble("toy", 0), "runs is a whole number from 1, not 0"),
        (lambda: sim.ensemble("toy", 1.5), "runs is a whole number"),
        (lambda: sim.ensemble("toy", 2, seeds=-1), "seeds is a whole number"),
        (lambda: sim.ensemble("toy", 2, design="lsh"), "did you mean 'lhs'"),
        (lambda: sim.ensemble("toy", 2, jobs=0), "jobs is a whole number from 1"),
        (lambda: sim.ensemble("toy", 2, job=1), "did you mean 'jobs'"),
        (lambda: sim.compare("toy"), "two scenarios or more"),
        (lambda: sim.sensitivity("toy", "price_cny_per"), "did you mean 'price_cny_per_t'"),
        (lambda: sim.sensitivity("toy", year=1999), "year is a whole number from 2026 to 2030, not 1999"),
        (lambda: sim.sensitivity("toy", method="moris"), "did you mean 'morris'"),
        (lambda: sim.levers("toy", 1, year="2027"), "year is a whole number from 2026"),
        (lambda: sim.discover("nowhere", "exits@sum > 1"), "nowhere holds no study"),
        (lambda: calibrate("toi"), "did you mean 'toy'"),
    ],
)
def test_what_cannot_be_meant_is_told_before_any_run(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(ShakeoutError, match=told):
        call()
    assert not Path("outputs").exists()


@pytest.mark.parametrize("year", [2024, 2031, 2050, "2028", None])
def test_a_year_that_a_run_has_not_is_refused(year: Any) -> None:
    finished = sim.run("toy")
    for asked in (finished.ownership, lambda year: finished.ownership_changes(2026, year)):
        with pytest.raises(UsageError, match="year is a whole number from 2025 to 2030"):
            asked(year)


def test_a_run_can_be_pickled_and_copied() -> None:
    finished = sim.run("toy", 2)

    for twin in (pickle.loads(pickle.dumps(finished)), copy.deepcopy(finished), copy.copy(finished)):
        assert twin.years.equals(finished.years)
        assert twin.decisions.equals(finished.decisions)
        assert sorted(twin.ownership(2028).edges) == sorted(finished.ownership(2028).edges)
        assert str(twin.explain("alfa")) == str(finished.explain("alfa"))
