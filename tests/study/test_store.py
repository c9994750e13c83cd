"""The study's file: whole chunks or nothing, one result a run, one writer, and a machine that may refuse."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from sim.core.errors import MachineError, ModelCheckError
from sim.core.lock import NAME, only_writer
from sim.study import store as store_module
from sim.study.engine import Plan, Work
from sim.study.ensemble import conduct
from sim.study.playing import Outcome
from sim.study.store import FILE, Store
from sim.study.study import Study, open_study
from tests.study.planning import made_up, plan_of


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Four runs of one scenario."""
    return plan_of(4)


@pytest.fixture
def store(plan: Plan, tmp_path: Path) -> Iterator[Store]:
    """A new store of the plan."""
    made = Store.create(tmp_path / FILE, plan)
    yield made
    made.close()


def test_a_result_is_read_back_bit_for_bit_by_plain_sqlite(store: Store, tmp_path: Path) -> None:
    store.put([made_up(2, level=1 / 3)])

    with sqlite3.connect(tmp_path / FILE) as link:
        frame = pd.read_sql_query("SELECT * FROM outcomes", link)
    link.close()
    assert list(frame["run"]) == [2, 2]
    assert list(frame["year"]) == [2026, 2027]
    assert frame["hhi_control"][0] == 1 / 3 + 2


def test_moves_and_holdings_come_back_with_their_names(store: Store, tmp_path: Path) -> None:
    store.put([made_up(1)])

    moves, holdings = Study(tmp_path).moves(), Study(tmp_path).holdings()
    assert moves[["agent", "counterpart", "amount_mt"]].to_numpy().tolist() == [
        ["chinalco", "hangzhou-jinjiang", 1.5]
    ]
    assert dict(zip(holdings["name"], holdings["nameplate_mt"], strict=True)) == {
        "chinalco": 20.0,
        "shanxi": 25.0,
    }


def test_deals_come_back_as_they_were_kept(store: Store, tmp_path: Path) -> None:
    store.put([made_up(1)])

    (deal,) = made_up(1).deals
    found = Study(tmp_path).deals().drop(columns=["run", "scenario"])
    assert [tuple(row) for row in found.to_numpy().tolist()] == [tuple(deal)]


def killed_in_a_commit(store: Store, folder: Path) -> None:
    """Give a folder the files of a study whose process was killed while it wrote."""
    writer = sqlite3.connect(store.path, isolation_level=None)
    writer.execute("PRAGMA cache_size = 5")
    writer.execute("BEGIN IMMEDIATE")
    writer.executemany("INSERT INTO names (name) VALUES (?)", ((f"{number:0200}",) for number in range(2000)))
    folder.mkdir()
    for name in (FILE, f"{FILE}-journal"):
        shutil.copy(store.path.with_name(name), folder / name)
    writer.close()


def test_a_study_killed_in_a_commit_goes_on_with_what_it_had_kept(
    store: Store, plan: Plan, tmp_path: Path
) -> None:
    store.put([made_up(1)])
    killed_in_a_commit(store, tmp_path / "killed")

    study = conduct(plan, tmp_path / "killed", Work(jobs=1))

    assert study.count == {"done": 4, "failed": 0, "planned": 0}
    assert study.rows("SELECT digest FROM runs WHERE run = 1") == [(made_up(1).digest,)]
    assert study.rows("SELECT COUNT(*) FROM names WHERE name LIKE '000%'") == [(0,)]
    assert study.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_study_begun_anew_is_not_spoilt_by_the_journal_of_a_killed_one(
    store: Store, plan: Plan, tmp_path: Path
) -> None:
    killed_in_a_commit(store, tmp_path / "killed")

    study = conduct(plan, tmp_path / "killed", Work(jobs=1, force=True))

    assert study.count["done"] == 4
    assert study.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_second_delivery_of_the_same_result_changes_nothing(store: Store, tmp_path: Path) -> None:
    store.put([made_up(1), made_up(3)])
    before = (tmp_path / FILE).read_bytes()
    store.put([made_up(3)])

    assert Study(tmp_path).count == {"done": 2, "failed": 0, "planned": 2}
    assert (tmp_path / FILE).read_bytes()[100:] == before[100:]


def test_a_second_delivery_with_another_result_stops_the_study(store: Store, tmp_path: Path) -> None:
    store.put([made_up(3)])
    digest = Study(tmp_path).digest

    with pytest.raises(ModelCheckError, match=r"one run, one result.*run 3 with seed 2"):
        store.put([made_up(1), made_up(3, level=1.0000001)])
    assert Study(tmp_path).count["done"] == 1
    assert Study(tmp_path).digest == digest


def test_a_failed_run_keeps_its_reason_and_is_planned_again_on_demand(store: Store, tmp_path: Path) -> None:
    store.put([Outcome(2, seconds=0.5, reason="ModelCheckError: money by group")])
    kept = Study(tmp_path).runs().set_index("run").loc[2]
    waiting = [task.run for task in store.waiting(plan_of(4))]
    store.retry_failed()

    assert (kept["status"], kept["reason"], kept["seed"]) == ("failed", "ModelCheckError: money by group", 1)
    assert waiting == [1, 3, 4]
    assert Study(tmp_path).count == {"done": 0, "failed": 0, "planned": 4}


def test_a_result_is_not_lost_to_a_failure_that_comes_after_it(store: Store, tmp_path: Path) -> None:
    store.put([made_up(2)])
    store.put([Outcome(2, reason="its worker process died, or stood still, each time it was played")])

    assert Study(tmp_path).count["done"] == 1


def test_the_digest_of_a_study_does_not_know_the_order_of_work(plan: Plan, tmp_path: Path) -> None:
    digests = []
    for name, order in (("a", (1, 2, 3)), ("b", (3, 1, 2))):
        store = Store.create(tmp_path / name / FILE, plan)
        for run in order:
            store.put([made_up(run)])
        store.close()
        digests.append(Study(tmp_path / name).digest)

    assert digests[0] == digests[1]


def test_what_is_written_into_a_removed_file_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / FILE).unlink()

    with pytest.raises(MachineError, match="has been removed"):
        store.put([made_up(1)])


def test_a_file_that_is_no_study_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not a database at all" * 100)

    with pytest.raises(MachineError, match="not a database"):
        Study(tmp_path).rows("SELECT * FROM runs")
    with pytest.raises(Exception, match="holds no study"):
        open_study(tmp_path / "elsewhere")


def test_a_reader_sees_whole_chunks_while_somebody_writes(store: Store, tmp_path: Path) -> None:
    seen = []

    def slowly() -> Iterator[Outcome]:
        yield made_up(1)
        seen.append(Study(tmp_path).count["done"])
        yield made_up(2)

    store.put(slowly())

    assert (seen, Study(tmp_path).count["done"]) == ([0], 2)


def test_a_study_that_is_interrupted_while_it_is_made_leaves_nothing(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store_module, "_fill", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Store.create(tmp_path / FILE, plan)

    assert list(tmp_path.iterdir()) == []


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sim.core.lock import only_writer\n"
        "with only_writer(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    call, pipe = [sys.executable, "-c", code, str(tmp_path)], subprocess.PIPE
    with subprocess.Popen(call, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()

        with pytest.raises(MachineError, match=f"process {holder.pid}"), only_writer(tmp_path):
            pass
        holder.kill()
    with only_writer(tmp_path):
        assert (tmp_path / NAME).is_file()
