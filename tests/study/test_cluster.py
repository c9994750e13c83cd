"""Runs on dask workers: killed, poisoned, on a cluster of others; always the result of a serial study."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim.core.errors import MachineError, UsageError
from sim.study import cluster
from sim.study.engine import Pace, Work
from sim.study.ensemble import conduct, ensemble
from sim.study.playing import Outcome
from sim.study.store import FILE
from sim.study.study import Study, open_study
from tests.study.planning import ROOT, YEARS, one_year, plan_of, shakeout

RUNS = 60
SHORT = "from sim.study import engine; engine.CHUNK_SECONDS = 0.01"
"""Chunks so short that a study of a few seconds has many."""


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study as one process plays it."""
    return ensemble(one_year(), runs=RUNS, out=tmp_path_factory.mktemp("serial"), jobs=1)


def workers_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Give the worker processes that a command has started."""
    try:
        below = psutil.Process(process.pid).children(recursive=True)
        return [each for each in below if "spawn_main" in " ".join(each.cmdline())]
    except psutil.Error:
        return []


def wait_for(folder: Path, more_than: int, process: "subprocess.Popen[str]") -> int:
    """Wait until a study has more runs than this, or its process has ended; give how many."""
    while process.poll() is None:
        done = open_study(folder).count["done"] if (folder / FILE).is_file() else 0
        if done > more_than:
            return done
        time.sleep(0.02)
    return open_study(folder).count["done"]


def test_killed_workers_and_coordinators_lose_nothing_and_double_nothing(
    serial: Study, tmp_path: Path
) -> None:
    asked = (
        "ensemble",
        "baseline",
        "--years",
        YEARS,
        "--runs",
        str(RUNS),
        "--jobs",
        "2",
        "--out",
        str(tmp_path),
    )
    process = shakeout(*asked, code=SHORT)
    done = wait_for(tmp_path, 0, process)
    killed = workers_of(process)
    process.kill()
    process.communicate()
    orphans = psutil.wait_procs(killed, timeout=10)[1]

    process = shakeout(*asked, code=SHORT)
    hits = 0
    while hits < 2 and process.poll() is None:
        done = wait_for(tmp_path, done, process)
        for worker in workers_of(process)[:1]:
            worker.kill()
            hits += 1
    out, err = process.communicate()

    assert (orphans, hits > 0) == ([], True)
    assert (process.returncode, err) == (0, "")
    assert f"{RUNS} runs: {RUNS} done, 0 failed" in out
    assert open_study(tmp_path).digest == serial.digest


def test_a_run_that_kills_its_worker_fails_alone(
    serial: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = ["sim.study.worker", str(ROOT / "tests" / "study" / "deadly.py")]
    monkeypatch.setitem(cluster._LOCAL, "distributed.worker.preload", deadly)
    monkeypatch.setitem(cluster._LOCAL, "distributed.scheduler.allowed-failures", 0)
    study = conduct(plan_of(12, one_year()), tmp_path, Work(jobs=2))

    runs = study.runs().set_index("run")
    failed = runs[runs["status"] == "failed"]
    assert list(failed.index) == [4]
    assert list(failed["seed"]) == [3]
    assert list(failed["reason"]) == ["its worker process died each time it was played"]
    assert study.count == {"done": 11, "failed": 1, "planned": 0}


def test_two_separate_workers_of_one_scheduler_give_the_serial_result(serial: Study, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    address = f"tcp://127.0.0.1:{(port := 20_000 + os.getpid() % 20_000)}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": tmp_path}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
    ]
    started = [
        subprocess.Popen([*dask, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet),  # type: ignore[call-overload]
        *(subprocess.Popen(worker, **quiet) for _ in range(2)),  # type: ignore[call-overload]
    ]
    try:
        wait_until_it_answers(port)
        study = ensemble(one_year(), runs=RUNS, out=tmp_path / "study", scheduler=address)
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(timeout=20)

    assert study.count["done"] == RUNS
    assert study.digest == serial.digest


def wait_until_it_answers(port: int) -> None:
    """Wait until somebody listens on a port of this machine."""
    import socket

    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        with socket.socket() as link:
            if link.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 0.5)

    with pytest.raises(MachineError, match=r"cannot reach the scheduler tcp://127\.0\.0\.1:9"):
        ensemble(one_year(), runs=2, out=tmp_path, scheduler="tcp://127.0.0.1:9")


def test_jobs_and_a_scheduler_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="a scheduler has its own"):
        Work(jobs=2, scheduler="tcp://127.0.0.1:8786")
    with pytest.raises(UsageError, match="0 jobs"):
        Work(jobs=0)


def test_chunks_are_cut_to_about_a_second_of_work() -> None:
    pace = Pace()
    first = pace.runs
    pace.note([Outcome(1, seconds=0.2), Outcome(2, seconds=0.3)])

    assert (first, pace.runs) == (1, 4)  # 1 s / 0.25 s
    pace.note([Outcome(3, seconds=60.0)])
    assert pace.runs == 1
