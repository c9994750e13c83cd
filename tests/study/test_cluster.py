"""Runs on the workers of a dask scheduler, started as the README says: always the result of a serial study."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sim.core.errors import MachineError, UsageError
from sim.study import cluster
from sim.study.engine import Work
from sim.study.ensemble import ensemble
from sim.study.store import FILE
from sim.study.study import Study, open_study
from tests.study.planning import ROOT, YEARS, one_year, shakeout

RUNS = 60


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study as one process plays it."""
    return ensemble(one_year(), runs=RUNS, out=tmp_path_factory.mktemp("serial"), jobs=1)


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
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1.0):
                return
            time.sleep(0.1)

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (*self.workers, self.scheduler):
            process.wait(timeout=20)


@pytest.fixture
def park(tmp_path: Path) -> Iterator[Park]:
    """A scheduler that answers, with its workers."""
    made = Park(tmp_path)
    try:
        made.wait()
        yield made
    finally:
        made.close()


def test_two_separate_workers_of_one_scheduler_give_the_serial_result(
    serial: Study, park: Park, tmp_path: Path
) -> None:
    study = ensemble(one_year(), runs=RUNS, out=tmp_path / "study", scheduler=park.address)

    assert study.count["done"] == RUNS
    assert study.digest == serial.digest


def test_a_study_is_interrupted_and_then_loses_its_scheduler_and_goes_on_at_home(
    serial: Study, park: Park, tmp_path: Path
) -> None:
    out = tmp_path / "study"
    asked = ("ensemble", "baseline", "--years", YEARS, "--runs", str(RUNS), "--out", str(out))
    short = "from sim.study import engine; engine.CHUNK_SECONDS = 0.01"
    said = []
    for stop in (lambda process: process.send_signal(signal.SIGINT), lambda _: park.scheduler.kill()):
        before = open_study(out).count["done"] if (out / FILE).is_file() else 0
        process = shakeout(*asked, "--scheduler", park.address, code=short)
        while process.poll() is None and not (
            (out / FILE).is_file() and open_study(out).count["done"] > before
        ):
            time.sleep(0.02)
        stop(process)
        said.append((process.communicate(timeout=60)[1], process.returncode))
    study = ensemble(one_year(), runs=RUNS, out=out, jobs=1)

    (interrupted, first), (gone, second) = said
    assert (first, second) == (130, 6)
    assert "interrupted;" in interrupted and len(interrupted.splitlines()) == 1
    assert gone == "shakeout: the scheduler is gone; the study can go on later\n"
    assert study.digest == serial.digest


def test_a_scheduler_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWER_SECONDS", 0.5)

    with pytest.raises(MachineError, match=r"cannot reach the scheduler tcp://127\.0\.0\.1:9"):
        ensemble(one_year(), runs=2, out=tmp_path, scheduler="tcp://127.0.0.1:9")


def test_jobs_and_a_scheduler_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="a scheduler has its own"):
        Work(jobs=2, scheduler="tcp://127.0.0.1:8786")
    with pytest.raises(UsageError, match="0 jobs"):
        Work(jobs=0)
