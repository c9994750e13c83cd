"""The store of a study against a table in memory: chunks come, break off, fail, come twice, and files go bad."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sim.core.errors import ModelCheckError, ShakeoutError
from sim.scenario.load import load
from sim.study.engine import Plan
from sim.study.ensemble import changes
from sim.study.playing import Outcome, Task, answers
from sim.study.store import FILE, Store, digest_of_runs
from sim.study.study import open_study
from tests.study.planning import made_up, plan_of

RUNS = 8
CHUNKS = st.lists(st.integers(1, RUNS), min_size=1, max_size=3, unique=True)
PLANS: list[Plan] = []


class BrokenOffError(Exception):
    """Stands for whatever ends a process in the middle of a chunk."""


def broken_off(runs: list[int]) -> Iterator[Outcome]:
    """Give the outcomes of a chunk whose last one never comes."""
    yield from map(made_up, runs)
    raise BrokenOffError


class Kept(RuleBasedStateMachine):
    """A study's file, written, interrupted and resumed, with what it must hold in a table beside it."""

    @initialize()
    def begin(self) -> None:
        if not PLANS:
            PLANS.append(plan_of(RUNS, load("toy", settings=["years.end_year=2026"])))
        self.folder = Path(tempfile.mkdtemp(prefix="kept-"))
        self.store = Store.create(self.folder / FILE, PLANS[0])
        self.state = dict.fromkeys(range(1, RUNS + 1), "planned")
        self.digests: dict[int, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    @rule(runs=CHUNKS)
    def a_chunk_comes(self, runs: list[int]) -> None:
        self.store.put(map(made_up, runs))
        self.state.update(dict.fromkeys(runs, "done"))
        self.digests.update({run: made_up(run).digest for run in runs})

    @rule(runs=CHUNKS)
    def a_chunk_breaks_off(self, runs: list[int]) -> None:
        with pytest.raises(BrokenOffError):
            self.store.put(broken_off(runs))

    @rule(runs=CHUNKS)
    def runs_fail(self, runs: list[int]) -> None:
        self.store.put([Outcome(run, reason="a law is broken") for run in runs])
        self.state.update({run: "failed" for run in runs if self.state[run] != "done"})

    @rule(runs=CHUNKS)
    @precondition(lambda self: self.digests)
    def a_result_comes_otherwise(self, runs: list[int]) -> None:
        told_before = next(iter(self.digests))
        with pytest.raises(ModelCheckError, match="one run, one result"):
            self.store.put([*map(made_up, runs), made_up(told_before, level=2.0)])

    @rule()
    def failed_runs_are_planned_again(self) -> None:
        self.store.retry_failed()
        self.state.update({run: "planned" for run, state in self.state.items() if state == "failed"})

    @rule()
    def the_process_ends_and_another_goes_on(self) -> None:
        self.store.close()
        assert changes(self.folder / FILE, PLANS[0]) == []
        self.store = Store(self.folder / FILE)

    @rule(seed=st.integers(0, 2**32), flips=st.integers(1, 20))
    def a_copy_goes_bad_and_is_read_or_refused_by_name(self, seed: int, flips: int) -> None:
        luck, bad = random.Random(seed), self.folder / "bad"
        raw = bytearray((self.folder / FILE).read_bytes())
        for _ in range(flips):
            raw[luck.randrange(len(raw))] ^= 1 << luck.randrange(8)
        bad.mkdir()
        (bad / FILE).write_bytes(raw)
        try:
            study = open_study(bad)
            study.runs(), study.to_frame(), study.moves(), study.holdings(), study.deals()
            changes(bad / FILE, PLANS[0])
        except ShakeoutError as error:
            assert error.exit_code in (2, 3, 6)
        shutil.rmtree(bad)

    @invariant()
    def the_file_holds_what_was_kept_and_waits_for_the_rest(self) -> None:
        study = open_study(self.folder)
        states = list(self.state.values())
        assert study.count == {name: states.count(name) for name in ("done", "failed", "planned")}
        assert study.digest == digest_of_runs(self.digests.items())
        assert [task.run for task in self.store.waiting(PLANS[0])] == [
            run for run, state in self.state.items() if state == "planned"
        ]
        assert len(study.to_frame()) == 2 * len(self.digests)


TestKept = Kept.TestCase
TestKept.settings = settings(
    max_examples=30,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(
    ("answer", "is_one"),
    [
        ([made_up(1), made_up(2)], True),
        ([made_up(1)], False),
        ([made_up(2), made_up(1)], False),
        ([made_up(1), Outcome(2, digest="0" * 64)], False),
        ([made_up(1), Outcome(2, reason="a law is broken")], True),
        ([made_up(1), "two"], False),
        ("nonsense", False),
    ],
)
def test_an_answer_is_outcomes_of_the_runs_asked_for_under_digests_of_their_own(
    answer: object, is_one: bool
) -> None:
    assert answers(answer, [Task(1, 0, 0, 0, ()), Task(2, 0, 0, 0, ())]) is is_one
