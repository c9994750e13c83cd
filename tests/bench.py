"""Timings as ratios, taken side by side in one run: `make bench`. Nothing here passes or fails.

Machines differ and are noisy, so each figure is the median of several rounds in which both sides are timed in
turn, and what is quoted is their ratio.
"""

import copy
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

from tqdm import tqdm

from sim import industry as industry_module
from sim.checks import Conservation
from sim.industry import Industry
from sim.market import equilibrium, library
from sim.market.book import Book
from sim.phases import foresight, quarter
from sim.scenario.load import Scenario, load
from sim.scenario.reader import read_yaml
from sim.year import Phase
from tests import yardstick

ROUNDS = 7
YEARS = 10


def play(scenario: Scenario) -> None:
    """Play all years with the checks and the recorder on, building the world included."""
    industry = Industry(scenario, 0)
    industry.checkers.append(Conservation(industry.world))
    while industry.running:
        industry.step()


def phases(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Give what each phase takes in a run: its part of the processor time, and the most new memory, MB."""
    spent = by_phase(scenario, time.process_time)
    tracemalloc.start()
    fresh = by_phase(scenario, lambda: tracemalloc.get_traced_memory()[1] / 1e6)
    tracemalloc.stop()
    whole = sum(sum(each) for each in spent.values())
    return {name: (sum(each) / whole, max(fresh[name])) for name, each in spent.items()}


def by_phase(scenario: Scenario, measure: Callable[[], float]) -> dict[str, list[float]]:
    """Give by how much a measure rises in each phase of each year."""
    rises: dict[str, list[float]] = {}
    industry = Industry(scenario, 0)
    play_phase = industry._play

    def measured(phase: Phase) -> None:
        tracemalloc.reset_peak()
        before = measure()
        play_phase(phase)
        rises.setdefault(phase.name, []).append(measure() - before)

    industry._play = measured  # type: ignore[method-assign]
    while industry.running:
        industry.step()
    return rises


def play_market(scenario: Scenario) -> None:
    """Play ten years without what owners decide on plants and companies: no deals, no building, no retrofits."""
    whole = industry_module.YEAR
    industry_module.YEAR = tuple(phase for phase in whole if phase.name not in ("merge", "invest"))
    try:
        play(scenario)
    finally:
        industry_module.YEAR = whole


def clearings(scenario: Scenario) -> list[tuple[Book, object]]:
    """Give the books and first guesses of all clearings of a run, as they were when they were cleared."""
    seen: list[tuple[Book, object]] = []

    def note(book: Book, start: object) -> equilibrium.Clearing:
        seen.append(copy.deepcopy((book, start)))
        return equilibrium.clear(book, start)  # type: ignore[arg-type]

    quarter.clear = foresight.clear = note  # type: ignore[assignment]
    try:
        play(scenario)
    finally:
        quarter.clear = foresight.clear = equilibrium.clear
    return seen


def clear_all(books: list[tuple[Book, object]]) -> None:
    """Clear every book again."""
    for book, start in books:
        equilibrium.clear(book, start)  # type: ignore[arg-type]


def clear_by_numpy(books: list[tuple[Book, object]]) -> None:
    """Clear every book again without the compiled solver."""
    built, library.LIBRARY = library.LIBRARY, None
    try:
        clear_all(books)
    finally:
        library.LIBRARY = built


def seconds(action: Callable[[], None]) -> float:
    """Give the wall time of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def side_by_side(actions: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    """Time several actions in turn, round by round, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for action in actions.values():
        action()
    for _ in tqdm(range(ROUNDS), desc="rounds", disable=None, leave=False):
        for name, action in actions.items():
            times[name].append(seconds(action))
    return times


def ratio(times: dict[str, list[float]], above: str, below: str) -> float:
    """Give the median of the ratios round by round."""
    return statistics.median(a / b for a, b in zip(times[above], times[below], strict=True))


def more_plants(scenario: Scenario, times: int) -> Scenario:
    """Give the scenario with every refinery split into equal parts of one owner, so that only their number grows."""
    rows = tuple(
        row.model_copy(update={"id": f"{row.id}-part{part}", "nameplate_mt": row.nameplate_mt / times})
        for row in scenario.pack.refineries
        for part in range(times)
    )
    held = {row.id: row.company for row in scenario.pack.refineries}
    stakes = tuple(row for row in scenario.pack.stakes if row.held not in held)
    return replace(scenario, pack=replace(scenario.pack, refineries=rows, stakes=stakes))


def command(*arguments: str) -> Callable[[], None]:
    """Give an action that runs the command line in a fresh process."""
    line = [sys.executable, "-m", "sim.cli", *arguments]
    return lambda: subprocess.run(line, check=True, capture_output=True) and None  # type: ignore[func-returns-value]


def long_files() -> dict[str, Callable[[], None]]:
    """Give actions that read files of many keys and of many values, and files of a quarter of these."""
    keys = {size: b"\n".join(b"k%d: 1" % number for number in range(size)) for size in (15_000, 60_000)}
    values = {size: b"[" + b"1," * size + b"]" for size in (45_000, 180_000)}
    return {
        f"{size} {kind}": (lambda raw=raw: read_yaml(raw, "long.yaml") and None)  # type: ignore[misc]
        for kind, files in (("keys", keys), ("values", values))
        for size, raw in files.items()
    }


def main() -> None:
    """Print the ratios."""
    scenario = load("baseline")
    books = clearings(scenario)
    sizes = {f"{times}x": more_plants(scenario, times) for times in (1, 4, 10, 40)}
    spans = {
        f"{years} years": load("baseline", settings=[f"years.end_year={2025 + years}"]) for years in (20, 35)
    }
    actions: dict[str, Callable[[], None]] = {
        "run": lambda: play(scenario),
        "plain": lambda: yardstick.play(scenario, YEARS) and None,  # type: ignore[func-returns-value,dict-item]
        "bare": lambda: clear_all(books),
        "numpy": lambda: clear_by_numpy(books),
        "market": lambda: play_market(scenario),
        **{name: (lambda each=each: play(each)) for name, each in {**sizes, **spans}.items()},
    }
    times = side_by_side(actions)
    starts = side_by_side(
        {
            "python": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True) and None,  # type: ignore[func-returns-value,dict-item]
            "help": command("--help"),
            "validate": command("validate", "baseline"),
        }
    )
    files = side_by_side(long_files())
    plants = {name: sum(row.installed for row in each.pack.refineries) for name, each in sizes.items()}
    show(times, plants, len(books))
    show_reading(starts, files)
    show_agents(times, len(Industry(scenario, 0).agents), len(yardstick.PlainIndustry(scenario).agents))
    show_phases(phases(scenario))


def show(times: dict[str, list[float]], plants: dict[str, int], clearings: int) -> None:
    """Print what runs take."""
    print(f"{library.told()}\n")
    print(
        f"{clearings} clearings in ten years and the spin-up year; median of {ROUNDS} rounds side by side\n"
    )
    print("what                                             ratio    goal")
    print(f"a 10-year run / its bare clearings               {ratio(times, 'run', 'bare'):5.2f}")
    kind = "not built here" if library.LIBRARY is None else "at least 3"
    print(f"clearings by numpy / by the compiled solver      {ratio(times, 'numpy', 'bare'):5.2f}    {kind}")
    print(
        f"the same / without deals, building and retrofits         {ratio(times, 'run', 'market'):5.2f}    at most 2"
    )
    for name in ("4x", "10x", "40x"):
        grown = plants[name] / plants["1x"]
        print(
            f"{name:>3} plants / 1x plants ({plants[name]:3d} / {plants['1x']})                   "
            f"{ratio(times, name, '1x'):5.2f}    at most {grown:.0f}"
        )


def show_agents(times: dict[str, list[float]], ours: int, plain: int) -> None:
    """Print what an agent-year takes here and in a plain Mesa model, and what longer runs take."""
    each = {
        name: statistics.median(times[name]) / YEARS / agents * 1e6
        for name, agents in (("run", ours), ("plain", plain))
    }
    print("\nmicroseconds an agent-year")
    print(f"a run, all on ({ours} agents)                       {each['run']:6.1f}")
    print(f"a plain Mesa model, one market ({plain} agents)       {each['plain']:6.1f}")
    for name in ("20 years", "35 years"):
        print(f"{name} / 10 years                              {ratio(times, name, 'run'):5.2f}")


def show_phases(phases: dict[str, tuple[float, float]]) -> None:
    """Print which phases take the time of a run, and their most new memory."""
    print("\nphase                  share of time    most new memory, MB")
    for name, (part, peak) in sorted(phases.items(), key=lambda row: -row[1][0]):
        print(f"{name:<22} {part:13.1%}    {peak:19.2f}")
    print()


def show_reading(starts: dict[str, list[float]], files: dict[str, list[float]]) -> None:
    """Print what it takes until the command answers, and to read what is long."""
    for name, goal in (("help", 15), ("validate", 50)):
        what = f"shakeout {name} / an empty Python process"
        print(f"{what:<48} {ratio(starts, name, 'python'):5.2f}    at most {goal}")
    for kind, few, many in (("keys", 15_000, 60_000), ("values", 45_000, 180_000)):
        what = f"reading {many:,} {kind} / {few:,}"
        print(f"{what:<48} {ratio(files, f'{many} {kind}', f'{few} {kind}'):5.2f}    at most 8")


if __name__ == "__main__":
    main()
