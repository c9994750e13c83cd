"""Runs on the workers of a dask scheduler, started as the README says: always the result of a serial study."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from sim.core.errors import MachineError, UsageError
from sim.study import cluster
from sim.study.engine import Work
from sim.study.ensemble import ensemble
from sim.study.study import Study
from tests.patience import HANG_GUARD_SECONDS, ended, until
from tests.study.planning import ROOT, YEARS, held, shakeout, toy_year, wait_held

RUNS = 40


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study as one process plays it."""
    return ensemble(toy_year(), runs=RUNS, out=tmp_path_factory.mktemp("serial"), jobs=1)


PATIENT = f"from sim.study import cluster; cluster.ANSWER_SECONDS = {HANG_GUARD_SECONDS}"
"""What a process begins with that waits for a scheduler, however slow the machine is."""
HASTY = """
reach = cluster._reached
def reached(address):
    client = reach(address)
    client._timeout = 1.0
    return client
cluster._reached = reached
"""
"""What makes it look for a scheduler no longer that it has lost."""


class Park:
    """A scheduler and two separate workers on this machine, without the processes' own output."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._told = folder, folder / "scheduler.json"
        place = ("--scheduler-file", str(self._told), "--no-dashboard")
        scheduler = ("scheduler", "--host", "127.0.0.1", "--port", "0", *place)
        worker = ("worker", "--nworkers", "1", "--nthreads", "1", *place)
        self.scheduler, *self.workers = [self._started(*each) for each in (scheduler, worker, worker)]
        self.address = ""

    def _started(self, *arguments: str) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        call = [sys.executable, "-m", "dask", *arguments]
        silent = subprocess.DEVNULL
        return subprocess.Popen(call, cwd=self._folder, env=environment, stdout=silent, stderr=silent)

    def wait(self) -> None:
        """Wait until the scheduler has told where it is, and has both workers."""
        until(self._is_told)
        with Client(self.address, timeout=HANG_GUARD_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(len(self.workers), timeout=HANG_GUARD_SECONDS)

    def _is_told(self) -> bool:
        try:
            self.address = json.loads(self._told.read_text("utf-8"))["address"]
        except (OSError, ValueError):  # not there, or not whole
            return False
        return True

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (*self.workers, self.scheduler):
            process.wait(timeout=HANG_GUARD_SECONDS)


@pytest.fixture
def park(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Park]:
    """A scheduler that answers, with its workers."""
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", HANG_GUARD_SECONDS)
    made = Park(tmp_path)
    try:
        made.wait()
        yield made
    finally:
        made.close()


def test_two_separate_workers_give_the_serial_result_as_does_a_study_that_loses_them_and_goes_on_at_home(
    serial: Study, park: Park, tmp_path: Path
) -> None:
    whole = ensemble(toy_year(), runs=RUNS, out=tmp_path / "whole", scheduler=park.address)
    assert whole.count["done"] == RUNS
    assert whole.digest == serial.digest

    out = tmp_path / "study"
    asked = ("ensemble", "toy", "--years", YEARS, "--runs", str(RUNS), "--out", str(out), "--quiet")
    go = tmp_path / "go"
    process = shakeout(*asked, "--scheduler", park.address, code=f"{PATIENT}\n{held(tmp_path / 'never')}")
    wait_held(tmp_path / "never", process)
    process.send_signal(signal.SIGINT)
    said = [(ended(process)[1], process.returncode)]
    process = shakeout(*asked, "--scheduler", park.address, code=f"{PATIENT}\n{HASTY}\n{held(go)}")
    wait_held(go, process)
    park.scheduler.kill()
    go.touch()
    said.append((ended(process)[1], process.returncode))
    study = ensemble(toy_year(), runs=RUNS, out=out, jobs=1)

    (interrupted, first), (gone, second) = said
    assert (first, second) == (130, 6)
    assert "interrupted;" in interrupted and len(interrupted.splitlines()) == 1
    assert gone == "shakeout: the scheduler is gone; the study can go on later\n"
    assert study.digest == serial.digest


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 0.5)

    with pytest.raises(MachineError, match=r"cannot reach the scheduler tcp://127\.0\.0\.1:9"):
        ensemble(toy_year(), runs=2, out=tmp_path, scheduler="tcp://127.0.0.1:9")


def test_jobs_and_a_scheduler_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="a scheduler has its own"):
        Work(jobs=2, scheduler="tcp://127.0.0.1:8786")
    with pytest.raises(UsageError, match="jobs is a whole number from 1"):
        Work(jobs=0)
