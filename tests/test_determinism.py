"""The same scenario and seed give the same bytes, whatever the process, its hash seed and its threads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim.market.equilibrium as equilibrium
from sim.core.cells import write_csv
from sim.industry import Industry
from sim.phases import quarter as quarter_phase
from sim.results import Results
from sim.scenario.load import load
from sim.study.patterns.panel import play
from tests.patience import HANG_GUARD_SECONDS

ROOT = Path(__file__).parents[1]
TABLES = ("years", "quarters", "refineries", "groups", "regions", "flows", "events", "decisions")
LAUNCHES = {
    "first": ("0", "0", "1"),
    "second": ("0", "1", "2"),
    "other seed": ("1", "0", "1"),
}
"""Folder: seed of the run, PYTHONHASHSEED, threads of the linear algebra."""


def started(folder: Path, seed: str, hash_seed: str, threads: str) -> subprocess.Popen[bytes]:
    """Start the command in a process of its own, two years of the baseline."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": hash_seed,
        "OPENBLAS_NUM_THREADS": threads,
        "OMP_NUM_THREADS": threads,
    }
    call = [sys.executable, "-m", "sim.cli", "run", "baseline", "--quiet", "--years", "2026:2027"]
    call += ["--seed", seed, "--out", str(folder)]
    return subprocess.Popen(call, cwd=folder.parent, env=environment, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of finished runs by name of the launch."""
    parent = tmp_path_factory.mktemp("runs")
    places = {name: parent / name.replace(" ", "-") for name in LAUNCHES}
    processes = [started(places[name], *launch) for name, launch in LAUNCHES.items()]
    assert [process.wait(timeout=HANG_GUARD_SECONDS) for process in processes] == [0, 0, 0]
    return places


def files(folder: Path) -> dict[str, bytes]:
    """Give the bytes of every file of a run but the wall times, by path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "timing.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Give the paths whose bytes differ or that only one side has."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def tables(results: Results, folder: Path) -> dict[str, bytes]:
    """Give the tables of a run as the bytes that a folder would hold."""
    written = {}
    for name in TABLES:
        write_csv(getattr(results, name), folder / f"{name}.csv")
        written[name] = (folder / f"{name}.csv").read_bytes()
    return written


def test_two_processes_write_the_same_bytes(folders: dict[str, Path]) -> None:
    one, other = files(folders["first"]), files(folders["second"])

    assert len(one) > len(TABLES)
    assert differing(one, other) == []


def test_another_seed_writes_other_bytes(folders: dict[str, Path]) -> None:
    changed = differing(files(folders["first"]), files(folders["other seed"]))

    assert {f"{name}.csv" for name in TABLES} <= set(changed)


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

    def noting(book: equilibrium.Book, start: equilibrium.Floats) -> equilibrium.Clearing:
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
    solve = equilibrium.np.linalg.solve

    monkeypatch.setattr(equilibrium.np.linalg, "solve", lambda a, b: solve(a, b) * (1.0 + 1e-13))
    shaken = play(scenario, 0).quarters["price_cny_per_t"].tolist()

    assert shaken == pytest.approx(plain, abs=2e-6, rel=0.0)
