"""Short studies for the tests: one year of the baseline or the toy, and outcomes that no model has made."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sim.metrics import METRICS
from sim.scenario.load import Scenario, load
from sim.study.design import sampled, uncertain_parameters
from sim.study.engine import Plan, seeds_of
from sim.study.playing import Bargain, Holding, Move, Outcome, digest_of
from sim.study.store import FILE
from sim.study.study import open_study
from tests.patience import until

ROOT = Path(__file__).parents[2]
YEARS = "2026:2026"
HEEDING = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""What a process begins with that is to heed Ctrl-C although tests may run in the background, which ignores it."""
UNHURRIED = "from sim.commands import stopping; stopping.GRACE_SECONDS = stopping.ONE_WISH_SECONDS = 3600.0"
"""What a process begins with whose orderly end is to be seen, however slow the machine is."""
SHORT = "from sim.study import crew, engine; engine.MOST_RUNS, crew.LAST_SECONDS = 1, 3600.0"
"""Chunks of one run, so that a study of few runs has many; who has died is told by how, however long that takes."""
HELD = """
import pathlib, time
from sim.study.store import Store
go = pathlib.Path({go!r})
keep, brought = Store.put, []
def put(store, outcomes):
    brought.append(outcomes)
    if len(brought) > {most}:
        go.with_suffix(".held").touch()
        for _ in range(15_000):  # a study that is never let go ends all the same
            if go.exists():
                break
            time.sleep(0.02)
    keep(store, outcomes)
Store.put = put
"""
MOST_HELD = 10
"""Runs that a study keeps before it is held."""


def one_year(**overrides: Any) -> Scenario:
    """Give the baseline cut to its first year."""
    return load("baseline", settings=["years.end_year=2026"], **overrides)


def toy_year() -> Scenario:
    """Give the first year of the toy, for what is about processes and not about the industry."""
    return load("toy", settings=["years.end_year=2026"])


def plan_of(samples: int, *scenarios: Scenario) -> Plan:
    """Give the plan of an ensemble with a seed a sample."""
    named = {f"{each.name}-{number}": each for number, each in enumerate(scenarios or (one_year(),))}
    known = uncertain_parameters(list(named.values()))
    inputs = sampled(known, "lhs", samples)
    about = {"kind": "ensemble", "design": "lhs", "samples": str(samples), "seeds": "1"}
    return Plan(named, known, inputs, seeds_of(samples, 1), about)


def made_up(run: int, level: float = 1.0) -> Outcome:
    """Give an outcome of two years in which every measure is `level` plus the number of the run."""
    years = [(year, [level + run] * len(METRICS)) for year in (2026, 2027)]
    moves = [Move(2026, "deal", "chinalco", "hangzhou-jinjiang", 1.5)]
    holdings = [Holding("group", "chinalco", 20.0), Holding("region", "shanxi", 25.0)]
    who = ("chinalco", "hangzhou-jinjiang", "xiaoyi", "central", "private", "sound")
    deals = [Bargain(2026, "control purchase", *who, 0.51, 1.5, 0.0, 1530.0, 1000.0, 300.0, 0.0, 230.0)]
    running = [("xiaoyi", 2027, 1.5, 2000.0 + level)]
    kept = (years, moves, holdings, deals, running)
    return Outcome(run, digest_of(kept), 0.1, "", *kept)


def runs_kept(folder: Path) -> int:
    """Give how many runs a study holds so far."""
    return open_study(folder).count["done"] if (folder / FILE).is_file() else 0


def held(go: Path) -> str:
    """Give code by which a study keeps `MOST_HELD` runs and no more before the file `go` is there.

    So it is still under way when a test has seen that it is, however long that took.
    """
    return f"{SHORT}\n{HELD.format(go=str(go), most=MOST_HELD)}"


def wait_held(go: Path, process: "subprocess.Popen[str]") -> None:
    """Wait until a study is held, or its process has ended; what strikes then strikes where it is held."""
    until(lambda: process.poll() is not None or go.with_suffix(".held").exists())


def shakeout(*arguments: str, code: str = "", **options: Any) -> subprocess.Popen[str]:
    """Start the command in a process of its own, which heeds Ctrl-C, after `code` has been executed there."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    run = f"{HEEDING}\n{UNHURRIED}\n{code}\nfrom sim.cli import start; start()"
    call = [sys.executable, "-c", run, *arguments]
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(call, text=True, env=environment, **streams)
