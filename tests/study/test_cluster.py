"""Runs on the workers of a dask scheduler, started as the README says: always the result of a serial study."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.core.errors import MachineError, UsageError
from sim.study import cluster
from sim.study.engine import Work
from sim.study.ensemble import ensemble
from sim.study.study import Study
from tests.patience import HANG_GUARD_SECONDS, ended, until
from tests.study.planning import ROOT, YEARS, held, runs_kept, shakeout, toy_year

RUNS = 40


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study as one process plays it."""
    return ensemble(toy_year(), runs=RUNS, out=tmp_path_factory.mktemp("serial"), jobs=1)


class Park:
    """A scheduler and two separate workers on this machine, without the processes' own output."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._folder = folder
        scheduler = ("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        worker = ("worker", self.address, "--nworkers", "1", "--nthreads", "1", "--no-dashboard")
        self.scheduler, *self.workers = [self._started(*each) for each in (scheduler, worker, worker)]

    def _started(self, *arguments: str) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        call = [sys.executable, "-m", "dask", *arguments]
        silent = subprocess.DEVNULL
        return subprocess.Popen(call, cwd=self._folder, env=environment, stdout=silent, stderr=silent)

    def wait(self) -> None:
        """Wait until the scheduler answers."""
        until(self._answers)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=HANG_GUARD_SECONDS):
                return True
        except OSError:
            return self.scheduler.poll() is not None

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
    # As long as a study would wait for an answer it also looks for a scheduler that is lost: the second is not patient.
    patient = f"from sim.study import cluster; cluster.ANSWER_SECONDS = {HANG_GUARD_SECONDS}\n{held(go)}"
    said = []
    for code, stop in (
        (patient, lambda process: process.send_signal(signal.SIGINT)),
        (held(go), lambda _: park.scheduler.kill()),
    ):
        before = runs_kept(out)
        process = shakeout(*asked, "--scheduler", park.address, code=code)
        until(lambda process=process, before=before: process.poll() is not None or runs_kept(out) > before)
        stop(process)
        if said:
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
