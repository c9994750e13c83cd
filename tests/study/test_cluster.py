"""Runs on the workers of a dask scheduler: always the result of a serial study."""

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


