"""A study on two cores against its alternatives, as ratios: `make bench` calls this after the rest.

    python -m tests.bench_study [RUNS]      1,000 runs by default

Four ways to the same runs: our study on two workers, a bare loop in one process, `mesa.batch_run` with two
processes, and the market clearings alone. Each is played in a process of its own, start-up included, and its
processor time is that of the process and all that it started. Nothing here passes or fails.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import mesa
import psutil

from sim.checks import Conservation
from sim.industry import Industry, release
from sim.scenario.load import Scenario, load
from sim.study.design import sampled, uncertain_parameters, with_inputs
from tests.bench import clear_all, clearings

YEARS = 10
WAYS = ("study", "serial", "mesa", "bare")


@dataclass(frozen=True)
class Cost:
    """What one way took: wall time, processor time, and the most memory of all its processes together."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float


@cache
def inputs(runs: int) -> list[Scenario]:
    """Give the baseline under each sample of the study; worked out once in a process."""
    scenario = load("baseline")
    known = uncertain_parameters([scenario])
    paths = [each.path for each in known]
    samples = sampled(known, "lhs", runs).tolist()
    return [with_inputs(scenario, dict(zip(paths, values, strict=True))) for values in samples]


class Batched(Industry):
    """The industry as `mesa.batch_run` wants it: made from plain arguments, stopped by `running`."""

    def __init__(self, sample: int = 0, samples: int = 1, rng: Any = None, seed: Any = None) -> None:
        super().__init__(inputs(samples)[sample], sample)
        self.checkers.append(Conservation(self.world))
        self.datacollector = mesa.DataCollector(model_reporters={"year": lambda model: model.world.year})

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)
        self.running = self.world.year < 2025 + YEARS


def serial(runs: int) -> None:
    """Play the runs of the study one after the other, with nothing around them."""
    for seed, scenario in enumerate(inputs(runs)):
        industry = Industry(scenario, seed)
        industry.checkers.append(Conservation(industry.world))
        for _ in range(YEARS):
            industry.step()
        release(industry)


def play(way: str, runs: int) -> None:
    """Play the runs in one way."""
    if way == "study":
        from sim.study.ensemble import ensemble

        with tempfile.TemporaryDirectory() as folder:
            ensemble("baseline", runs=runs, out=folder, jobs=2)
    elif way == "serial":
        serial(runs)
    elif way == "mesa":
        asked = {"sample": list(range(runs)), "samples": runs}
        mesa.batch_run(Batched, asked, number_processes=2, max_steps=YEARS, display_progress=False)
    else:
        books = clearings(load("baseline"))
        for _ in range(runs):
            clear_all(books)


def cost(way: str, runs: int) -> Cost:
    """Give what one way takes in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench_study", str(runs), way])
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, memory_mb(process.pid))
        time.sleep(0.25)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode:
        raise RuntimeError(f"{way} ended with {process.returncode}")
    return Cost(wall, cpu, peak)


def memory_mb(pid: int) -> float:
    """Give the memory of a process and all below it, what they share counted once; 0 when it is gone."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        return sum(getattr(each.memory_full_info(), "pss", 0) for each in family) / 1e6
    except psutil.Error:
        return 0.0


def main(runs: int) -> None:
    """Print the ratios."""
    took = {way: cost(way, runs) for way in WAYS}
    study, alone, batch, bare = (took[way] for way in WAYS)
    print(f"\n{runs} runs of {YEARS} years, start-up included                    ratio    goal")
    busy = study.cpu_seconds / alone.cpu_seconds
    faster = alone.wall_seconds / study.wall_seconds
    print(f"processor time, study / serial loop              {busy:5.2f}    at most 1.3")
    print(f"speed on two cores, serial loop / study          {faster:5.2f}    at least 1.7")
    print(f"speed, mesa.batch_run on two processes / study   {batch.wall_seconds / study.wall_seconds:5.2f}")
    print(f"processor time, study / bare clearings           {study.cpu_seconds / bare.cpu_seconds:5.2f}")
    print(f"memory of all processes together, MB             {study.peak_mb:5.0f}    at most 600")
    print(f"  of mesa.batch_run                              {batch.peak_mb:5.0f}")
    for way, each in took.items():
        print(f"{way:<8} {each.wall_seconds:7.1f} s wall  {each.cpu_seconds:7.1f} s processor")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if len(sys.argv) > 2:
        play(sys.argv[2], int(sys.argv[1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
