"""A study can be read whatever has become of the process that wrote it."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sim.cli import main
from sim.commands.studies import told
from sim.core.errors import MachineError
from sim.study.store import FILE, Store
from sim.study.study import Study, open_study
from tests.study.planning import made_up, plan_of


def half_written(folder: Path) -> Path:
    """Give a folder with a study as a writer leaves it that is killed in the midst of a transaction.

    With hardly any cache SQLite writes to the file before the end, the journal first, which holds what was there.
    """
    (folder / "written").mkdir()
    plan = plan_of(3)
    store = Store.create(folder / "written" / FILE, plan)
    store.put(made_up(task.run) for task in plan.tasks())
    store.close()
    link = sqlite3.connect(folder / "written" / FILE, isolation_level=None)
    link.execute("PRAGMA cache_size = 1")
    link.execute("BEGIN IMMEDIATE")
    link.execute("UPDATE runs SET status = 'planned', digest = NULL")
    link.execute("UPDATE packs SET content = zeroblob(length(content))")
    shutil.copytree(folder / "written", folder / "left")
    link.execute("ROLLBACK")
    link.close()
    return folder / "left"


def test_what_a_killed_writer_left_half_written_is_undone_by_whoever_reads(tmp_path: Path) -> None:
    left = half_written(tmp_path)
    journal = left / f"{FILE}-journal"
    assert journal.stat().st_size > 512

    assert open_study(left).count == {"done": 3, "failed": 0, "planned": 0}
    assert open_study(left).digest == Study(tmp_path / "written").digest
    assert not journal.exists()


def test_a_connection_to_a_study_cannot_write(tmp_path: Path) -> None:
    with (
        Study(half_written(tmp_path)).opened() as link,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        link.execute("DELETE FROM runs")


def test_what_cannot_be_undone_is_told_as_the_machine_s_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = half_written(tmp_path)
    # As for one who may read the folder and not write into it.
    monkeypatch.setattr("sim.study.study.recover", lambda path: None)

    with pytest.raises(MachineError, match="attempt to write a readonly database"):
        open_study(left)


def test_a_file_that_is_no_study_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"This is a letter and no database, however long it may be. " * 20)

    with pytest.raises(MachineError, match="not a database"):
        open_study(tmp_path)


DOCTORED = {
    "a seed that is a text": "UPDATE runs SET seed = 'abc' WHERE run = 1",
    "a seed below zero": "UPDATE runs SET seed = -3 WHERE run = 1",
    "a scenario that is bytes": "UPDATE scenarios SET yaml = x'00ff'",
    "a run of no scenario": "UPDATE runs SET scenario = 9 WHERE run = 1",
    "a column that holds nothing": "ALTER TABLE inputs ADD COLUMN more REAL",
    "a range that is a text": "UPDATE uncertain SET low = 'abc'",
    "a range of no input": "UPDATE uncertain SET path = path || 'x'",
    "another format": "UPDATE meta SET value = '99' WHERE key = 'format'",
    "no runs": "DROP TABLE runs",
}


@pytest.mark.parametrize("sql", DOCTORED.values(), ids=DOCTORED.keys())
def test_a_doctored_study_is_refused_before_anything_is_read_of_it(tmp_path: Path, sql: str) -> None:
    Store.create(tmp_path / FILE, plan_of(2)).close()
    assert open_study(tmp_path).count["planned"] == 2
    with closing(sqlite3.connect(tmp_path / FILE)) as link, link:
        link.execute(sql)

    with pytest.raises(MachineError, match=r"is damaged|of format '99'|no such table"):
        open_study(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a study of forty runs."""
    path, plan = tmp_path_factory.mktemp("whole") / FILE, plan_of(40)
    with closing(Store.create(path, plan)) as store:
        store.put(made_up(task.run, level=task.run % 3) for task in plan.tasks())
    return path.read_bytes()


@pytest.mark.parametrize("case", range(12))
def test_a_flipped_bit_is_no_defect(
    whole: bytes, tmp_path: Path, case: int, capsys: pytest.CaptureFixture[str]
) -> None:
    luck, raw = random.Random(case), bytearray(whole)  # of a test, not of a run
    at, bit = luck.randrange(len(raw) if case % 2 else 4096), luck.randrange(8)
    raw[at] ^= 1 << bit
    (tmp_path / FILE).write_bytes(raw)

    code = main(["discover", str(tmp_path), "--where", "exits@sum > 20"])

    assert code in (0, 2, 3, 6), f"bit {bit} of byte {at}: {capsys.readouterr().err}"


def test_the_reason_of_a_failed_run_rings_no_bell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store.create(tmp_path / FILE, plan_of(2)).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as link, link:
        link.execute("UPDATE runs SET status = 'failed', reason = 'a bell \a and \x1b[2J' WHERE run = 1")

    assert told(open_study(tmp_path)) == 5

    assert "1 x a bell and [2J (run 1," in capsys.readouterr().err
