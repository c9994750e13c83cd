"""`make fuzz`: mutated scenario files, mutated packs and worlds over all that is legal, at random from a seed.

Of a file nothing may come but a list of problems, within a second and nothing written. What `validate` passes is run by
the command: it ends with 0 and numbers that make sense, or by a named law (4) with a command that plays it again.
Whatever else happens is told with the line that replays it, and its files are kept.

Two years of the toy industry are played of each scenario and pack, three of each world; of the large industry, whose
runs take ten times as long, the first year of every 25th scenario that is legal. One run of twenty is one of the
command, with all the files that it writes and their audit; the others are played in memory.
"""

import argparse
import contextlib
import csv
import io
import os
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np

from sim.cli import main as command
from sim.core.errors import ShakeoutError
from sim.report.audit import audit
from sim.results import Results
from sim.run import MANIFEST, run
from sim.scenario import load as loading
from sim.scenario.load import check, load
from sim.scenario.pack import Date, Pack
from sim.scenario.problems import InvalidScenarioError
from sim.scenario.register import Changes, Places
from sim.scenario.rows import TABLES
from sim.scenario.shelf import shipped_folder
from tests.scenario.test_fuzz import BASE, mutated
from tests.test_extremes import drawn
from tests.watch import written_meanwhile

SEED = 20261127
SECONDS = 1.0
"""What judging a file may take of the processor."""
BAD = Path("outputs") / "fuzz"  # where files that did what none may do are kept
DONE, BROKEN = 0, 4
WRITTEN_EACH = 20
"""Of so many runs one is played by the command."""
LARGE_EACH = 25  # of so many legal scenarios of the large industry one is run
TOY = """\
question: Does anything change?
pack: toy
years: {start_year: 2026, end_year: 2027}
policies:
  - {id: ban, type: ore_ban, start_year: 2026, countries: [guinea], ban_share: 0.3}
  - {id: duty, type: trade, start_year: 2027, duty_share: 0.08}
  - {id: cap, type: regional_cap, start_year: 2026, regions: [coast], ceiling_share: 0.8}
shocks:
  - {id: ore, variable: ore_supply, size_ratio: 0.3, start_year: 2026, duration_quarters: 2}
  - {id: price, variable: coal_price, size_ratio: 0.5, start_year: 2027, duration_quarters: 4}
facts:
  - {id: shut, year: 2027, what: closure, plant: gamma-inland}
parameters:
  market: {contract_share: 0.5}
rows:
  refineries: {alfa-coast: {nameplate_mt: 1.4}}
  smelters: {alfa-metal: {capacity_mt: 1.1}}
"""
CELLS = (
    "",
    "0",
    "-1",
    "1",
    "0.5",
    "1e9",
    "1e-9",
    "nan",
    "true",
    "company",
    "guinea",
    "2025",
    "2035",
    "x" * 70,
    "=1+1",
)


class Tally:
    """What came of the cases of one kind."""

    def __init__(self, kind: str, seed: int, root: Path) -> None:
        self.kind, self.seed, self.root = kind, seed, root
        self.ended, self.slowest, self.bad = Counter[str](), 0.0, 0
        self.legal = self.large = 0

    def play(self, number: int) -> None:
        """Write a case, judge it, and run it if it is legal."""
        folder = self.root / f"{self.kind}-{number}"
        folder.mkdir()
        luck = random.Random(f"{self.seed} {self.kind} {number}")
        try:
            with contextlib.chdir(folder), written_meanwhile() as written:
                try:
                    case, settings = KINDS[self.kind](luck, number)
                    written.clear()
                    faults = self._judged(number, case, settings, luck.randrange(10**9))
                except Exception as error:
                    traceback.print_exc(limit=-2, file=sys.stderr)
                    faults = [f"{type(error).__name__}: {error}"]
                own = tuple(f"{folder / name}" for name in ("out", ".out", "again"))
                faults += [f"writes {each}" for each in sorted(set(written)) if not each.startswith(own)][:3]
            faults += [f"leaves {path.name}" for path in folder.iterdir() if path.name not in LEFT]
            if faults:
                self._tell(number, folder, "; ".join(faults))
        finally:
            shutil.rmtree(folder)

    def _judged(self, number: int, case: str, settings: list[str], seed: int) -> list[str]:
        """What is wrong with how a case is judged and how it runs."""
        faults = []
        if self.kind != "world":
            start = time.process_time()
            problems, _ = check([case])
            took = time.process_time() - start
            self.slowest = max(self.slowest, took)
            if took > SECONDS:
                faults.append(f"takes {took:.1f} s to judge")
            if problems:
                self.ended["refused"] += 1
                return faults
        if self.kind == "scenario" and scenario_of(number) != TOY:
            self.large += 1
            if self.large % LARGE_EACH != 1:
                self.ended["legal, not run"] += 1
                return faults
            settings = [f"years.end_year={load(case).spec.years.start_year}"]
        return faults + self._run(case, settings, seed)

    def _run(self, case: str, settings: list[str], seed: int) -> list[str]:
        """What is wrong with how a case runs: one of twenty by the command with all its files, the others in memory."""
        self.legal += 1
        if self.legal % WRITTEN_EACH == 1:
            code, told = commanded(case, "out", seed, settings)
        else:
            code, told, found = in_memory(case, seed, settings)
        if code == BROKEN:
            law = re.findall("'([^']*)' is broken", told)
            self.ended[f"law {law[0] if law else told!r}"] += 1
            return replayed(case, seed, settings)
        if code == InvalidScenarioError.exit_code and self.kind != "world":
            self.ended["legal in more years, not run"] += 1
            return []
        if code != DONE:
            return [f"ends with {code}: {told.strip()}"]
        if self.legal % WRITTEN_EACH == 1:
            self.ended["ran, with files"] += 1
            return absurd_files(Path("out"), positive(case))
        self.ended["ran"] += 1
        return absurd_numbers(found, positive(case))

    def _tell(self, number: int, folder: Path, why: str) -> None:
        self.bad += 1
        place = BAD / f"{self.seed}-{self.kind}-{number}"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder, place)
        print(f"  {why}: python -m tests.fuzz --seed {self.seed} {self.kind}:{number}", flush=True)

    def __str__(self) -> str:
        told = ", ".join(f"{number:,} {what}" for what, number in self.ended.most_common())
        judged = f"; slowest to judge {self.slowest:.2f} s" if self.slowest else ""
        return f"{self.kind}: {told}{judged}; {self.bad} as none may"


LEFT = ("case.yaml", "toy", "out", "out.broken", "again.broken", ".out.lock", ".again.lock")
"""What may stand in the folder of a case when all is over."""


def commanded(case: str, out: str, seed: int, settings: list[str]) -> tuple[int, str]:
    """The status of `shakeout run`, and what it says on stderr."""
    told = io.StringIO()
    changes = [part for each in settings for part in ("--set", each)]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(told):
        code = command(["--debug", "run", case, "--seed", str(seed), "--out", out, "--quiet", *changes])
    return code, told.getvalue()


def in_memory(case: str, seed: int, settings: list[str]) -> tuple[int, str, Results | None]:
    """The status with which the command would end, what it would say, and the run."""
    try:
        return DONE, "", run(case, seed, set=settings)
    except ShakeoutError as error:
        return error.exit_code, str(error), None


def replayed(case: str, seed: int, settings: list[str]) -> list[str]:
    """What is wrong with the command that plays again what a law has ended."""
    broken, again = Path("out.broken"), Path("again.broken")
    if not broken.exists():
        commanded(case, "out", seed, settings)
    code, told = commanded(str(broken / "scenario.yaml"), "again", seed, [])
    if f"shakeout run {again / 'scenario.yaml'} --seed {seed}" not in told:
        return [f"no command that plays it again: {told}"]
    if code != BROKEN or (again / "broken.json").read_bytes() != (broken / "broken.json").read_bytes():
        return [f"played again it ends otherwise, with {code}"]
    return []


POSITIVE = ("_mt", "price_cny_per_t", "fob_usd_per_t", "cash_cost_cny_per_t")
"""Ends of the names of columns that hold nothing below zero, the first also where the price is a fee."""
BELOW = -1e-9
"""What is above this is nought but for rounding."""


def positive(case: str) -> tuple[str, ...]:
    """Ends of the names of columns that hold nothing below zero in the industry of a case."""
    return POSITIVE[:1] if load(case).pack.trade.known.fee else POSITIVE


def absurd_files(folder: Path, above: tuple[str, ...]) -> list[str]:
    """Numbers in the files of a run that cannot be, and identities that do not hold."""
    assert (folder / MANIFEST).is_file()
    found = [f"{each.identity} off by {each.gap}" for each in audit(folder) if not each.holds]
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found += [
                    f"{path.stem}.{name} {cell}"
                    for name, cell in row.items()
                    if _is_absurd(name, cell, above)
                ]
    return found[:3]


def _is_absurd(name: str, cell: str, above: tuple[str, ...]) -> bool:
    return cell.lower() in ("inf", "-inf", "nan") or (name.endswith(above) and float(cell or 0.0) < BELOW)


def absurd_numbers(found: Results | None, above: tuple[str, ...]) -> list[str]:
    """The same of what was recorded of a run, with a price that is above zero."""
    assert found
    seen = found.recorder
    rows = [dict(zip(seen.names, values, strict=True)) for _, values in seen.years]
    columns = [each for table in (seen.plants, seen.groups, seen.regions) for _, each in table]
    wrong = []
    for name, cells in (
        (name, cells) for each in (*rows, *seen.quarters, *columns) for name, cells in each.items()
    ):
        values = np.asarray(cells)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            wrong.append(f"{name} is no number")
        elif name.endswith(above) and (values < BELOW).any():
            wrong.append(f"{name} {values.min()}")
    if above == POSITIVE and not all(each["price_cny_per_t"] > 0.0 for each in seen.quarters):
        wrong.append("a price that is not positive")
    return wrong[:3]


def scenario_of(number: int) -> str:
    """What a scenario is a mutant of: by turns of the toy and of the large industry."""
    if number % 2 == 0:
        return TOY
    shipped = sorted(shipped_folder().glob("*.yaml"))
    which = number // 2 % (len(shipped) + 1)
    return shipped[which - 1].read_text(encoding="utf-8") if which else BASE


SHORT = ["years.end_year=2027"]  # how long what is run of the toy industry takes


def scenario(luck: random.Random, number: int) -> tuple[str, list[str]]:
    """The text of a scenario with small accidents."""
    text = scenario_of(number)
    spoil = luck.choice((mutated, _renumbered))
    Path("case.yaml").write_bytes(spoil(text.encode(), luck))
    return "case.yaml", SHORT


def pack(luck: random.Random, number: int) -> tuple[str, list[str]]:
    """A pack with one to three accidents in its tables or texts."""
    shutil.copytree(shipped_folder() / "toy", "toy")
    for _ in range(luck.choice((1, 1, 2, 3))):
        _spoil(Path("toy"), luck)
    Path("case.yaml").write_text("question: Does anything change?\npack: toy\n", encoding="utf-8")
    return "case.yaml", SHORT


def world(luck: random.Random, number: int) -> tuple[str, list[str]]:
    """A world whose parameters stand anywhere in their legal ranges."""
    return "toy", drawn(load("toy"), luck.randrange(10**9))


KINDS: dict[str, Callable[[random.Random, int], tuple[str, list[str]]]]
KINDS = {"scenario": scenario, "pack": pack, "world": world}
COUNTS = {"scenario": 20_000, "pack": 2_000, "world": 2_000}


def _renumbered(text: bytes, luck: random.Random) -> bytes:
    """A text with one or two of its numbers in another size."""
    for _ in range(luck.randint(1, 2)):
        found = luck.choice(list(re.finditer(rb"(?<=[ \[])[0-9.]+(?=[,}\n])", text)))
        text = text[: found.start()] + _scaled(found[0].decode(), luck).encode() + text[found.end() :]
    return text


def _spoil(pack: Path, luck: random.Random) -> None:
    """One accident: in a cell, a row or a column of a table, or in the text of a file."""
    if luck.random() < 0.2:
        path = luck.choice(sorted(pack.iterdir()))
        path.write_bytes(mutated(path.read_bytes(), luck))
        return
    path = luck.choice([each for each in sorted(pack.glob("*.csv")) if each.stem in TABLES])
    head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8", errors="replace")))
    rows = [row for row in rows if len(row) == len(head)]
    match luck.randrange(8):
        case 0 if rows:
            rows.pop(luck.randrange(len(rows)))
        case 1 if rows:
            rows.append(list(luck.choice(rows)))
        case 2:
            rows.clear()
        case 3:
            at = luck.randrange(len(head))
            head, rows = _without(head, at), [_without(row, at) for row in rows]
        case _ if rows:
            row, at = luck.choice(rows), luck.randrange(len(head))
            scaled = _scaled(row[at], luck)
            row[at] = luck.choice((luck.choice(CELLS), luck.choice(rows)[at], scaled, scaled))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([head, *rows])


def _without(row: list[str], at: int) -> list[str]:
    return [*row[:at], *row[at + 1 :]]


def _scaled(cell: str, luck: random.Random) -> str:
    try:
        if len(cell) == 4 and cell.isdigit():  # a year
            return str(int(cell) + luck.choice((-1, 1, 2, 9)))
        number = float(cell) * luck.choice((-1.0, 0.0, 0.01, 0.5, 1.2, 3.0, 100.0))
        return str(round(number)) if cell.isdigit() else repr(number)
    except ValueError:
        return cell[::-1]


def read_packs_once() -> None:
    """Read the packs that ship once with the same changes; what is fuzzed is read anew each time."""
    read, known = loading.read_pack, dict[tuple[Path, str, Date | None], Pack]()

    def read_once(folder: Path, changes: Changes, places: Places, at: Date | None) -> Pack:
        what = (folder, repr(changes), at)
        if shipped_folder() not in folder.parents:
            return read(folder, changes, places, at)
        return known[what] if what in known else known.setdefault(what, read(folder, changes, places, at))

    loading.read_pack = read_once  # type: ignore[assignment]


def main() -> int:
    """Play the cases that are asked for and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz files and worlds.")
    parser.add_argument("cases", nargs="*", help="such as pack:17 to play one, or pack:100-199")
    for kind, usual in COUNTS.items():
        parser.add_argument(f"--{kind}s", type=int, default=usual, metavar="COUNT", help=f"[{usual}]")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the accidents [{SEED}]")
    given = parser.parse_args()
    counts = {kind: range(getattr(given, f"{kind}s")) for kind in KINDS}
    slices = [named(text) for text in given.cases] or list(counts.items())
    read_packs_once()
    import_module("sim.run").commit = lambda: "none"  # type: ignore[attr-defined]  # it starts a process
    sys.dont_write_bytecode = True
    warnings.simplefilter("error", RuntimeWarning)  # nothing is divided by nought, and nothing overflows
    bad = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        for kind, numbers in slices:
            tally, start = Tally(kind, given.seed, Path(os.path.realpath(name))), time.monotonic()
            for number in numbers:
                tally.play(number)
            minutes = (time.monotonic() - start) / 60.0
            print(f"{tally}; {len(numbers):,} with seed {given.seed} in {minutes:.1f} min", flush=True)
            bad += tally.bad
    return 1 if bad else 0


def named(text: str) -> tuple[str, range]:
    """The cases of a text such as `pack:17` or `pack:100-199`."""
    kind, _, numbers = text.partition(":")
    first, _, last = numbers.partition("-")
    return kind, range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
