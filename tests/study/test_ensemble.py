"""Ensembles played in this process: resumed, refused, failed, retried, and any run of them in full again."""

import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.core.errors import MachineError, ModelCheckError, UsageError
from sim.run import simulate, write_run
from sim.scenario.load import Scenario, load
from sim.study import engine
from sim.study.ensemble import ensemble
from sim.study.playing import Outcome, Stage, Task, play
from sim.study.store import FILE, Store
from sim.study.study import Study, find_run, open_study, replay
from tests.patience import ended
from tests.study.planning import MOST_HELD, YEARS, held, one_year, plan_of, runs_kept, shakeout, wait_held

Play = Callable[[Scenario, tuple[str, ...], Task], Outcome]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Six samples of two scenarios."""
    ban = one_year(policies=[{"id": "duty", "type": "trade", "start_year": 2026, "duty_share": 0.08}])
    return ensemble([one_year(), ban], runs=6, out=tmp_path_factory.mktemp("study"), jobs=1)


def playing(monkeypatch: pytest.MonkeyPatch, stand_in: Play) -> None:
    monkeypatch.setattr(engine, "play", stand_in)


def ends_at(run: int, error: BaseException) -> Play:
    """Give a `play` that raises once at a run."""

    def stand_in(stage: Stage, task: Task) -> Outcome:
        if task.run == run:
            raise error
        return play(stage, task)

    return stand_in


def test_scenarios_of_a_study_share_samples_and_seeds(study: Study) -> None:
    runs = study.runs()
    first, second = (runs[runs["scenario"] == name].reset_index(drop=True) for name in study.scenarios)

    assert study.scenarios == ("baseline", "baseline-2")
    assert len(runs) == 12
    same = ["sample", "seed", *study.parameters]
    pd.testing.assert_frame_equal(first[same], second[same])
    assert list(first["seed"]) == [0, 1, 2, 3, 4, 5]
    assert not first["digest"].equals(second["digest"])


def test_experiments_and_outcomes_have_the_shape_that_ema_workbench_expects(study: Study) -> None:
    experiments, outcomes = study.experiments_outcomes()

    assert list(experiments.columns[:2]) == ["policy", "seed"]
    assert len(experiments) == 12
    assert outcomes["hhi_control"].shape == (12, 1)
    years = study.to_frame()
    assert list(outcomes["price_cny_per_t"][:, 0]) == list(years["price_cny_per_t"])


def test_an_interrupted_study_goes_on_and_comes_out_the_same(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenarios = [
        one_year(),
        one_year(policies=[{"id": "duty", "type": "trade", "start_year": 2026, "duty_share": 0.08}]),
    ]
    with monkeypatch.context() as patch:
        playing(patch, ends_at(8, KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt, match=r"interrupted; \d of 12 runs are kept"):
            ensemble(scenarios, runs=6, out=tmp_path, jobs=1)
    kept = Study(tmp_path).count["done"]
    played: list[int] = []

    def counting(stage: Stage, task: Task) -> Outcome:
        played.append(task.run)
        return play(stage, task)

    playing(monkeypatch, counting)
    resumed = ensemble(scenarios, runs=6, out=tmp_path, jobs=1)

    assert 0 < kept < 8
    assert played == list(range(kept + 1, 13))
    assert resumed.digest == study.digest


def test_a_finished_study_is_not_played_again(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    before = study.path.read_bytes()
    playing(monkeypatch, ends_at(1, AssertionError("played again")))
    ban = one_year(policies=[{"id": "duty", "type": "trade", "start_year": 2026, "duty_share": 0.08}])
    ensemble([one_year(), ban], runs=6, out=study.folder, jobs=1)

    assert study.path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"runs": 7}, "samples: 6 -> 7"),
        ({"design": "seeds"}, "design: lhs -> seeds"),
        ({"scenarios": ["scarcity"]}, "scenarios: baseline, baseline-2 -> scarcity"),
        (
            {"scenarios": [one_year(), one_year(parameters={"market": {"captive_share": 0.9}})]},
            r"baseline-2: parameters.market.captive_share: 0.95 -> 0.9",
        ),
    ],
)
def test_another_study_in_the_folder_is_refused_with_what_differs(
    study: Study, change: dict[str, Any], shown: str
) -> None:
    asked = {"scenarios": [one_year(), one_year()], "runs": 6, "out": study.folder, "jobs": 1} | change

    with pytest.raises(UsageError, match=shown):
        ensemble(**asked)


def test_a_run_comes_again_byte_for_byte_from_the_study(study: Study, tmp_path: Path) -> None:
    row = study.runs().set_index("run").loc[7]
    values = [f"parameters.{path}={float(row[path])!r}" for path in study.parameters]
    by_hand = load("baseline", settings=["years.end_year=2026", *values])
    write_run(simulate(by_hand, int(row["seed"])), tmp_path / "by_hand")
    code = main(["run", "--from", f"{study.folder}:7", "--out", str(tmp_path / "again"), "--quiet"])

    names = {path.relative_to(tmp_path / "by_hand") for path in (tmp_path / "by_hand").rglob("*.*")}
    differing = [
        str(name)
        for name in sorted(names)
        if (tmp_path / "by_hand" / name).read_bytes() != (tmp_path / "again" / name).read_bytes()
    ]
    assert code == 0
    assert len(names) > 15
    assert differing == ["timing.json"]


def test_a_replay_that_comes_out_otherwise_is_told(study: Study, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(study.path.read_bytes())
    store = sim.open_study(tmp_path)
    with sqlite3.connect(store.path) as link:
        link.execute("UPDATE runs SET digest = 'another' WHERE run = 2")
    link.close()

    with pytest.raises(ModelCheckError, match=r"a replay gives what the study keeps.*run 2"):
        replay(store, 2)


@pytest.mark.parametrize("address", ["nowhere:1", "{folder}:99", "{folder}", "{folder}:two"])
def test_an_address_that_names_no_run_is_a_usage_error(study: Study, address: str) -> None:
    with pytest.raises(UsageError):
        replay(*find_run(address.format(folder=study.folder)))


def test_a_failed_run_is_kept_and_told_while_all_others_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(stage: Stage, task: Task) -> Outcome:
        broken = ModelCheckError(law="money by group", amount=1.0, year=2026)
        return Outcome(task.run, reason=f"ModelCheckError: {broken}") if task.run == 2 else play(stage, task)

    asked = ["ensemble", "baseline", "--years", YEARS, "--runs", "3", "--jobs", "1", "--out", str(tmp_path)]
    with monkeypatch.context() as patch:
        playing(patch, failing)
        first = main(asked)
    said = capsys.readouterr()
    again, retried = main(asked), main([*asked, "--retry-failed"])

    assert (first, again, retried) == (5, 5, 0)
    assert "3 runs: 2 done, 1 failed" in said.out
    assert "1 x ModelCheckError: 2026: 'money by group'" in said.err
    assert "(run 2, seed 1)" in said.err
    assert open_study(tmp_path).count == {"done": 3, "failed": 0, "planned": 0}


def test_what_a_model_raises_becomes_the_reason_of_its_run() -> None:
    bad = Task(4, 0, 0, -1, ())  # no luck has a seed below zero

    outcome = play(Stage((one_year(),), ()), bad)

    assert outcome.reason.startswith("UsageError: seed")
    assert (outcome.run, outcome.years, outcome.digest) == (4, [], "")


def test_a_folder_that_goes_away_under_way_ends_the_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removing(stage: Stage, task: Task) -> Outcome:
        if task.run == 3:
            (tmp_path / "gone" / FILE).unlink()
        return play(stage, task)

    playing(monkeypatch, removing)
    with pytest.raises(MachineError, match="has been removed"):
        ensemble(one_year(), runs=6, out=tmp_path / "gone", jobs=1)


def test_a_folder_that_cannot_be_made_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    out = str(tmp_path / "file" / "study")
    code = main(["ensemble", "baseline", "--years", YEARS, "--runs", "2", "--jobs", "1", "--out", out])

    said = capsys.readouterr()
    assert code == 6
    assert len(said.err.splitlines()) == 1


def test_a_full_disk_ends_with_6_and_the_study_can_go_on(tmp_path: Path) -> None:
    asked = ("ensemble", "baseline", "--years", YEARS, "--runs", "60", "--jobs", "1", "--quiet")
    asked = (*asked, "--out", str(tmp_path))
    Store.create(tmp_path / "empty" / FILE, plan_of(60)).close()
    room = (tmp_path / "empty" / FILE).stat().st_size + 30_000  # for some fifteen runs
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))"
    _, said = ended(process := shakeout(*asked, code=full))
    kept = open_study(tmp_path).count["done"]
    digest = ensemble(
        load("baseline", settings=["years.end_year=2026"]), runs=60, out=tmp_path, jobs=1
    ).digest

    assert (process.returncode, len(said.splitlines())) == (6, 1)
    assert "cannot use" in said
    assert 0 < kept < 60
    assert len(digest) == 64
    assert open_study(tmp_path).count == {"done": 60, "failed": 0, "planned": 0}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_in_one_line_and_leaves_a_study_that_goes_on(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    asked = ("ensemble", "toy", "--years", YEARS, "--runs", "40", "--jobs", "1", "--quiet")
    go = tmp_path / "never"
    process = shakeout(*asked, "--out", str(tmp_path), code=held(go))
    wait_held(go, process)
    process.send_signal(number)
    _, said = ended(process)

    assert process.returncode == code
    assert said == "shakeout: interrupted; 10 of 40 runs are kept, the same command goes on\n"
    assert runs_kept(tmp_path) == MOST_HELD == 10
