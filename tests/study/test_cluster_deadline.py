"""What a scheduler does not notice: a chunk that never comes back, or comes back as something else."""

from collections.abc import Callable, Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from sim.core.errors import MachineError
from sim.study import cluster, engine
from sim.study.playing import Outcome, Task
from tests.study.planning import made_up

Answer = Callable[[list[Task], int, str], list[Outcome] | None]
"""What comes of a chunk, the how-manieth it is and the worker that has it.

Nothing where it stands still, and an empty list where what it has played cannot be fetched.
"""


class FakeFuture:
    """A chunk under way at a fake scheduler."""

    def __init__(self, key: Any, worker: str, outcomes: list[Outcome] | None) -> None:
        self.key, self.worker, self._outcomes = key, worker, outcomes
        self.status = "pending" if outcomes is None else "finished"

    def result(self, timeout: float) -> list[Outcome]:
        if not self._outcomes:
            raise TimeoutError
        return self._outcomes

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        if self.status == "finished":
            call(self)

    def cancel(self) -> None:
        self.status = "cancelled"

    def release(self) -> None:
        pass


class FakeClient:
    """A scheduler whose workers answer at once, or not at all."""

    status = "running"

    def __init__(self, answer: Answer, nanny: bool) -> None:
        self._answer, self._nanny = answer, nanny
        self.sent: list[tuple[str, list[Task]]] = []
        self.restarted: list[str] = []
        self._futures: list[FakeFuture] = []

    def nthreads(self) -> dict[str, int]:
        return {"one": 1, "two": 1}

    def submit(
        self, _call: Any, _name: str, chunk: list[Task], _code: str, key: Any, pure: bool, **where: Any
    ) -> FakeFuture:
        among = where.get("workers", ["one", "two"])
        worker = among[len(self.sent) % len(among)]
        self.sent.append((worker, chunk))
        future = FakeFuture(key, worker, self._answer(chunk, len(self.sent), worker))
        self._futures.append(future)
        return future

    def processing(self) -> dict[str, list[Any]]:
        return {
            worker: [each.key for each in self._futures if each.worker == worker and each.status == "pending"]
            for worker in self.nthreads()
        }

    def who_has(self, futures: list[FakeFuture]) -> dict[Any, list[str]]:
        return {each.key: [each.worker] for each in futures if each.status == "finished"}

    def restart_workers(self, workers: list[str], timeout: float) -> None:
        if not self._nanny:
            raise ValueError("Restarting workers requires a nanny to be used.")
        self.restarted += workers


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk that has not come by the first look is overdue, by a clock that goes on a little with each look."""
    ticks = count(step=0.001)
    monkeypatch.setattr(cluster, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 0.01)
    for name in ("FIRST_SECONDS", "LEAST_SECONDS", "SLOWEST_RATIO"):
        monkeypatch.setattr(engine, name, 0.0)


def flown(answer: Answer, *, nanny: bool) -> tuple[dict[int, Outcome], FakeClient]:
    """Give what came of six runs, by number, and what the scheduler was asked."""
    client = FakeClient(answer, nanny)
    tasks: Iterator[Task] = iter([Task(run, 0, run, run, ()) for run in range(1, 7)])
    found = cluster._Flight(client, "study", tasks).outcomes()
    return {each.run: each for outcomes in found for each in outcomes}, client


def honest(chunk: list[Task], _number: int, _worker: str) -> list[Outcome]:
    return [made_up(task.run) for task in chunk]


@pytest.mark.parametrize("nanny", [True, False])
@pytest.mark.parametrize("lost", [None, []], ids=["not played", "played and not to be had"])
def test_a_chunk_that_does_not_come_back_is_told_and_played_elsewhere(
    lost: list[Outcome] | None, nanny: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(chunk: list[Task], number: int, worker: str) -> list[Outcome] | None:
        return lost if number == 3 else honest(chunk, number, worker)

    found, client = flown(answer, nanny=nanny)

    (still, again), later = client.sent[2], client.sent[3:]
    assert [found[run].digest for run in range(1, 7)] == [made_up(run).digest for run in range(1, 7)]
    assert (
        "note: a worker stood still for 0 s; what it was playing is played again" in capsys.readouterr().err
    )
    assert again in [chunk for _, chunk in later]
    assert client.restarted == ([still] if nanny else [])
    assert nanny or [worker for worker, chunk in later if chunk == again] != [still]


def test_a_run_that_stands_still_alone_as_well_fails_alone() -> None:
    def answer(chunk: list[Task], number: int, worker: str) -> list[Outcome] | None:
        return None if 3 in [task.run for task in chunk] else honest(chunk, number, worker)

    found, _ = flown(answer, nanny=True)

    assert sorted(run for run, each in found.items() if each.digest) == [1, 2, 4, 5, 6]
    assert found[3].reason == "its worker process died, or stood still, each time it was played"


def test_workers_that_all_stand_still_end_the_study() -> None:
    with pytest.raises(MachineError, match="every worker of the scheduler stands still"):
        flown(lambda *_: None, nanny=False)


def test_an_answer_to_what_was_not_asked_is_played_again(capsys: pytest.CaptureFixture[str]) -> None:
    def answer(chunk: list[Task], number: int, worker: str) -> list[Outcome]:
        return [made_up(99)] if number == 2 else honest(chunk, number, worker)

    found, _ = flown(answer, nanny=True)

    assert sorted(found) == [1, 2, 3, 4, 5, 6]
    assert "note: a worker answered what it was not asked" in capsys.readouterr().err


def test_a_client_that_has_given_its_scheduler_up_ends_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(client: FakeClient) -> dict[str, int]:
        raise AttributeError("'NoneType' object has no attribute 'ncores'")

    monkeypatch.setattr(FakeClient, "nthreads", nobody)
    with pytest.raises(MachineError, match="the scheduler is gone; the study can go on later"):
        flown(honest, nanny=True)
