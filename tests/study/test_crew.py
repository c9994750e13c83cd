"""Runs on worker processes started here: killed, poisoned, interrupted; always the result of a serial study."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from sim.core.errors import MachineError
from sim.study import crew
from sim.study.engine import Chunks, Pace, Work
from sim.study.ensemble import conduct, ensemble
from sim.study.playing import Outcome, Task
from sim.study.store import Store
from sim.study.study import Study, open_study
from tests.patience import HANG_GUARD_SECONDS, ended, until
from tests.study.planning import (
    MOST_HELD,
    ROOT,
    YEARS,
    held,
    plan_of,
    runs_kept,
    shakeout,
    toy_year,
    wait_held,
)

RUNS = 40
SILENT = "crew.START = 'import sys; sys.stdin.read()'"
"""What a study begins with whose workers never say that they are ready."""


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study as one process plays it."""
    return ensemble(toy_year(), runs=RUNS, out=tmp_path_factory.mktemp("serial"), jobs=1)


def asked(folder: Path) -> tuple[str, ...]:
    """Give the command line of the study on two workers."""
    return (
        "ensemble",
        "toy",
        "--years",
        YEARS,
        "--runs",
        str(RUNS),
        "--jobs",
        "2",
        "--quiet",
        "--out",
        str(folder),
    )


def workers_of(pid: int) -> list[psutil.Process]:
    """Give the worker processes that a process has started."""
    try:
        return [each for each in psutil.Process(pid).children() if crew.MODULE in each.cmdline()]
    except psutil.Error:
        return []


def lives(process: psutil.Process) -> bool:
    """Tell whether a process still does something; who has ended and is not yet buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def one_has_stopped() -> bool:
    """Tell whether a worker of this process has been stopped by a signal."""
    return any(each.status() == psutil.STATUS_STOPPED for each in workers_of(os.getpid()))


def test_killed_workers_and_coordinators_lose_nothing_and_double_nothing(
    serial: Study, tmp_path: Path
) -> None:
    first, go = tmp_path / "first", tmp_path / "go"
    process = shakeout(*asked(tmp_path), code=held(first))
    wait_held(first, process)
    orphans = workers_of(process.pid)
    process.kill()
    process.communicate()
    until(lambda: not any(lives(each) for each in orphans))

    kept = runs_kept(tmp_path)
    process = shakeout(*asked(tmp_path), code=held(go))
    wait_held(go, process)
    hit = workers_of(process.pid)
    for worker in hit:  # while there is more to play, or nobody would miss them
        worker.kill()
    go.touch()
    out, err = ended(process)

    assert (len(orphans), len(hit), kept) == (2, 2, MOST_HELD)
    told = "note: a worker was killed by signal 9; what it was playing is played again"
    assert (process.returncode, err.splitlines()) == (0, [told] * 2)
    assert f"{RUNS} runs: {RUNS} done, 0 failed" in out
    assert open_study(tmp_path).digest == serial.digest


@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_the_whole_group_is_one_line_and_leaves_no_worker(
    tmp_path: Path, number: signal.Signals, code: int, begun: bool
) -> None:
    go = tmp_path / "never"
    code_before = f"{held(go)}\n{'' if begun else SILENT}"
    process = shakeout(*asked(tmp_path), code=code_before, start_new_session=True)
    until(lambda: len(workers_of(process.pid)) == 2)
    workers = workers_of(process.pid)
    if begun:
        wait_held(go, process)
    for _ in range(2):  # as a terminal and a parent process do it
        os.killpg(process.pid, number)
    out, err = ended(process)

    done = runs_kept(tmp_path)
    said = f"shakeout: interrupted; {done} of {RUNS} runs are kept, the same command goes on\n"
    assert (process.returncode, out, err) == (code, "", said)
    assert done == (MOST_HELD if begun else 0)
    until(lambda: not any(lives(each) for each in workers))


def test_a_study_that_is_interrupted_in_a_notebook_leaves_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_store: Store, _outcomes: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "put", interrupted)
    with pytest.raises(KeyboardInterrupt, match="0 of 8 runs are kept"):
        ensemble(toy_year(), runs=8, out=tmp_path, jobs=2)

    assert workers_of(os.getpid()) == []


def test_a_script_may_call_a_study_without_any_guard(tmp_path: Path, serial: Study) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sim\n"
        "year = sim.load('toy', settings=['years.end_year=2026'])\n"
        f"print(sim.ensemble(year, runs={RUNS}, out='study', jobs=2).digest)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    said = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (said.stdout, said.stderr) == (f"{serial.digest}\n", "")


def test_a_run_that_kills_its_worker_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "MODULE", "tests.study.deadly")
    study = conduct(plan_of(12, toy_year()), tmp_path, Work(jobs=2))

    runs = study.runs().set_index("run")
    failed = runs[runs["status"] == "failed"]
    assert list(failed.index) == [4]
    assert list(failed["seed"]) == [3]
    assert list(failed["reason"]) == ["its worker process died, or stood still, each time it was played"]
    assert study.count == {"done": 11, "failed": 1, "planned": 0}


def test_a_worker_that_stands_still_is_replaced_and_its_run_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "MODULE", "tests.study.standing")
    # Patience ends when a worker has stopped, and not when one is slow on a slow machine.
    monkeypatch.setattr(Pace, "patience", lambda *_: 0.0 if one_has_stopped() else HANG_GUARD_SECONDS)
    study = conduct(plan_of(12, toy_year()), tmp_path, Work(jobs=2))

    runs = study.runs().set_index("run")
    assert list(runs.index[runs["status"] == "failed"]) == [4]
    assert study.count == {"done": 11, "failed": 1, "planned": 0}


def test_workers_that_cannot_begin_end_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "MODULE", "sim.study.no_such_module")
    monkeypatch.setattr(crew, "STILLBORN", 3)

    with pytest.raises(MachineError, match=r"workers end before their first run; try .* -m sim\.study"):
        ensemble(toy_year(), runs=4, out=tmp_path, jobs=2)
    assert Study(tmp_path).count["planned"] == 4


def played_by_a_script(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Give what came of a script that stands nowhere where a worker could import it."""
    script = folder / "own.py"
    script.write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG_GUARD_SECONDS,
    )


def test_policies_of_a_script_reach_the_workers(tmp_path: Path) -> None:
    said = played_by_a_script(
        tmp_path,
        "import sim\n"
        "from sim.policies.policy import POLICIES, Policy\n"
        "from typing import ClassVar, Literal\n"
        "@POLICIES.register('nothing')\n"
        "class Nothing(Policy):\n"
        "    'Do nothing.'\n"
        "    source: ClassVar[str] = 'none'\n"
        "    type: Literal['nothing']\n"
        "    def enact(self, rules, year, weight): return rules\n"
        "own = [{'id': 'x', 'type': 'nothing', 'start_year': 2026}]\n"
        "scenario = sim.load('toy', settings=['years.end_year=2026'], policies=own)\n"
        f"sim.ensemble(scenario, runs=4, jobs=2, out={str(tmp_path / 'study')!r})\n",
    )

    assert said.returncode == 0, said.stderr
    assert Study(tmp_path / "study").count["done"] == 4


def test_agents_that_workers_cannot_read_end_the_study_at_once(tmp_path: Path) -> None:
    said = played_by_a_script(
        tmp_path,
        "import sim\n"
        "class Broken:\n"
        "    def __reduce__(self): return int, ('no number',)\n"
        "class Mine(sim.Refinery):\n"
        "    kept = Broken()\n"
        "scenario = sim.load('toy', settings=['years.end_year=2026'])\n"
        f"sim.ensemble(scenario, runs=4, jobs=2, agents={{sim.Refinery: Mine}}, out={str(tmp_path / 'study')!r})\n",
    )

    assert said.stderr.splitlines()[-1].startswith(
        "sim.core.errors.MachineError: a worker cannot read what it is sent"
    )
    assert Study(tmp_path / "study").count["planned"] == 4


@pytest.mark.skipif(os.name == "nt", reason="a colon cannot stand in a name there")
def test_workers_find_modules_in_a_folder_with_a_colon_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "a:b"
    place.mkdir()
    (place / "worker_elsewhere.py").write_text(
        "from sim.study.worker import serve\nserve()\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.setattr(crew, "MODULE", "worker_elsewhere")

    assert ensemble(toy_year(), runs=2, out=tmp_path / "study", jobs=2).count["done"] == 2


def test_workers_of_other_code_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "fingerprint", lambda: "code of yesterday")

    with pytest.raises(MachineError, match="a worker runs other code than this process"):
        ensemble(toy_year(), runs=4, out=tmp_path, jobs=2)


def test_a_chunk_that_comes_back_dead_is_given_again_alone_and_last() -> None:
    tasks = [Task(run, 0, 0, run, ()) for run in (1, 2, 3)]
    chunks = Chunks(iter(tasks), patience=2)
    chunks.pace.note([Outcome(9, seconds=0.5)])  # two runs a second

    first = chunks.next(idle=True)
    assert (first, chunks.died(first)) == (tasks[:2], [])
    assert chunks.next(idle=False) == tasks[2:]
    assert chunks.next(idle=False) == []
    for run in (1, 2, 1):
        (again,) = chunks.next(idle=True)
        assert again.run == run
        found = chunks.died([again]) if run == 1 else []
    assert [(each.run, bool(each.reason)) for each in found] == [(1, True)]
    assert chunks.next(idle=True) == []


def test_chunks_are_cut_to_about_a_second_of_work() -> None:
    pace = Pace()
    first = pace.runs
    pace.note([Outcome(1, seconds=0.2), Outcome(2, seconds=0.3)])

    assert (first, pace.runs) == (1, 4)  # 1 s / 0.25 s
    pace.note([Outcome(3, seconds=60.0)])
    assert pace.runs == 1


def test_who_keeps_a_study_loads_neither_frames_nor_figures_nor_the_model_while_others_play() -> None:
    heavy = {"matplotlib", "mesa", "pandas", "sim.industry"}
    code = f"import sys, sim.commands.studies; sys.exit(not {heavy}.isdisjoint(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0
