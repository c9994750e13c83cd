"""The same scenario and seed give the same bytes, whatever the process and all that surrounds it."""

import multiprocessing
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

import sim.market.equilibrium as equilibrium
from sim.core.arrays import Floats
from sim.industry import Industry
from sim.market.book import Balance, Book
from sim.phases import quarter as quarter_phase
from sim.scenario.load import load
from sim.study.patterns.panel import play
from sim.study.playing import Stage, Task
from sim.study.playing import play as play_task
from tests.digest import TABLES, tables
from tests.patience import HANG_GUARD_SECONDS

ROOT = Path(__file__).parents[1]
PLAIN = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}
ODD = {
    **{"PYTHONHASHSEED": "1", "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "TZ": "Asia/Kathmandu"},
    **{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONOPTIMIZE": "1", "COLUMNS": "40"},
}
"""Surroundings of a process of which nothing may reach a result: hashes, threads, clock, letters, the terminal."""
LAUNCHES = {
    "first": ("0", PLAIN),
    "zweiter Ort, \u5730\u65b9": ("0", ODD),
    "other seed": ("1", PLAIN),
}
"""Folder: seed of the run and the environment of its process."""
STARTING = """
import multiprocessing, sys
from tests.test_determinism import sent
pipe, end = multiprocessing.Pipe()
process = multiprocessing.get_context(sys.argv[1]).Process(target=sent, args=(end,))
process.start()
end.close()
print(pipe.recv())
process.join()
"""
STARTS = [each for each in ("fork", "spawn", "forkserver") if each in multiprocessing.get_all_start_methods()]


def started(folder: Path, seed: str, surroundings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own, two years of the baseline, where the folder is to be."""
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings}
    call = [sys.executable, "-m", "sim.cli", "run", "baseline", "--quiet", "--years", "2026:2027"]
    call += ["--seed", seed, "--out", "0"]
    return subprocess.Popen(call, cwd=folder, env=environment, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of finished runs by name of the launch."""
    parent = tmp_path_factory.mktemp("runs")
    places = {name: parent / name for name in LAUNCHES}
    processes = [started(places[name], *launch) for name, launch in LAUNCHES.items()]
    assert [process.wait(timeout=HANG_GUARD_SECONDS) for process in processes] == [0, 0, 0]
    return {name: place / "0" for name, place in places.items()}


def files(folder: Path) -> dict[str, bytes]:
    """Give the bytes of every file of a run but the wall times, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "timing.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Give the paths whose bytes differ or that only one side has."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_two_processes_in_other_surroundings_write_the_same_bytes(folders: dict[str, Path]) -> None:
    one, other, _ = (files(folder) for folder in folders.values())

    assert len(one) > len(TABLES)
    assert differing(one, other) == []


def test_another_seed_writes_other_bytes(folders: dict[str, Path]) -> None:
    changed = differing(files(folders["first"]), files(folders["other seed"]))

    assert {f"{name}.csv" for name in TABLES} <= set(changed)


def digest_of_a_year() -> str:
    """Give the digest of a year of the toy."""
    toy = load("toy", settings=["years.end_year=2026"])
    return play_task(Stage((toy,), ()), Task(run=1, scenario=0, sample=0, seed=3, inputs=())).digest


@pytest.mark.parametrize("way", STARTS)
def test_a_process_gives_the_same_digest_however_it_was_started(way: str) -> None:
    # In a process of its own: what forks while it has threads may hang, and pytest may have some.
    said = subprocess.run(
        [sys.executable, "-c", STARTING, way],
        env={**os.environ, **PLAIN, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=HANG_GUARD_SECONDS,
        check=False,
    )

    assert said.stdout == f"{digest_of_a_year()}\n" != "\n", said.stderr


def sent(end: Connection) -> None:
    """Send the digest from another process."""
    end.send(digest_of_a_year())


def test_one_changed_byte_is_found(folders: dict[str, Path]) -> None:
    one = files(folders["first"])
    other = {**one, "years.csv": one["years.csv"].replace(b"1", b"2", 1)}

    assert differing(one, other) == ["years.csv"]


def test_a_run_leaves_nothing_behind_for_the_next_in_its_process(tmp_path: Path) -> None:
    scenario = load("baseline", years={"end_year": 2028})

    first = tables(play(scenario, 3), tmp_path)
    play(load("scarcity", years={"end_year": 2026}), 4)
    again = tables(play(scenario, 3), tmp_path)

    assert differing(first, again) == []


def test_every_price_is_rounded_before_anyone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    # 1e-6 CNY/t: round(price, 6) changes nothing any more, for mill prices, the index and the forward price.
    seen: list[float] = []

    def noting(book: Book, start: Floats) -> equilibrium.Clearing:
        cleared = equilibrium.clear(book, start)
        seen.extend(cleared.mill_cny_per_t.tolist())
        return cleared

    monkeypatch.setattr(quarter_phase, "clear", noting)
    industry = Industry(load("baseline"), 0)
    industry.step()

    seen += [industry.world.prices.index_cny_per_t, industry.world.prices.forward_cny_per_t]
    assert len(seen) > 100
    assert seen == [round(price, 6) for price in seen]


def test_what_buyers_and_owners_see_does_not_hang_on_the_last_bits_of_the_solver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A solver on another machine gives directions that differ in the last bits; 1e-13 relative is some hundred
    # of them. Prices are rounded to 1e-6, so the year must come out the same to a millionth of a yuan.
    scenario = load("baseline", years={"end_year": 2026})
    plain = play(scenario, 0).quarters["price_cny_per_t"].tolist()
    solve, times = equilibrium.solve, 0

    def shaking(*market: Any) -> Balance:
        nonlocal times
        times += 1
        found = solve(*market)
        return found._replace(refined=found.refined * (1.0 + 1e-13))

    monkeypatch.setattr(equilibrium, "solve", shaking)
    shaken = play(scenario, 0).quarters["price_cny_per_t"].tolist()

    assert times > 0
    assert shaken == pytest.approx(plain, abs=2e-6, rel=0.0)
