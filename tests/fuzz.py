"""`make fuzz`: mutated scenario files, mutated packs and worlds over all that is legal, at random from a seed.

Of a file nothing may come but a list of problems, and soon; what `validate` passes is run for two years, and ends well
or by a named law. Whatever else happens is told with the file that does it, or the line that replays it.
"""

import argparse
import csv
import io
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sim.core.errors import ModelCheckError
from sim.run import run
from sim.scenario import load as loading
from sim.scenario.load import check, load
from sim.scenario.pack import Pack
from sim.scenario.register import Changes, Places
from sim.scenario.rows import TABLES
from sim.scenario.shelf import shipped_folder
from tests.scenario.test_fuzz import BASE, mutated
from tests.test_extremes import drawn, line

SECONDS = 1.0
"""What judging a file may take of the processor."""
BAD = Path("outputs") / "fuzz"
"""Where files that did what none may do are kept."""
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
Rows = list[list[str]]


class Tally:
    """What came of the cases of one kind."""

    def __init__(self, what: str) -> None:
        self.what, self.ended, self.slowest, self.bad = what, Counter[str](), 0.0, 0

    def play(self, case: str, files: Callable[[Path], None], scenario: Path, settings: list[str]) -> None:
        """Judge what a case has written, and run what is passed."""
        try:
            start = time.process_time()
            problems, _ = check([scenario])
            took = time.process_time() - start
            self.slowest = max(self.slowest, took)
            if took > SECONDS:
                self._tell(case, files, f"takes {took:.1f} s to judge")
            if problems:
                self.ended["refused"] += 1
                return
            self.run(load(scenario, set=settings), 0)
        except Exception as error:
            self._tell(case, files, f"{type(error).__name__}: {error}")
            traceback.print_exc(limit=-2, file=sys.stderr)

    def run(self, scenario: loading.Scenario, seed: int) -> None:
        """Run what is legal; a law may end it."""
        try:
            found = run(scenario, seed)
        except ModelCheckError as error:
            self.ended[f"law '{error.law}'"] += 1
            return
        if not (found.quarters["price_cny_per_t"] > 0.0).all():
            raise AssertionError("a price that is not positive")
        self.ended["ran"] += 1

    def _tell(self, case: str, files: Callable[[Path], None], why: str) -> None:
        self.bad += 1
        place = BAD / case.replace(" ", "-")
        place.mkdir(parents=True, exist_ok=True)
        files(place)
        print(f"  {case}: {why}: shakeout run {place}/case.yaml", flush=True)

    def __str__(self) -> str:
        told = ", ".join(f"{number:,} {what}" for what, number in self.ended.most_common())
        return f"{self.what}: {told}; slowest to judge {self.slowest:.2f} s; {self.bad} as none may"


def scenarios(count: int, luck: random.Random, folder: Path) -> Tally:
    """Texts of scenarios with small accidents."""
    tally, path = Tally("scenario files"), folder / "case.yaml"
    texts = [BASE.encode(), *(each.read_bytes() for each in sorted(shipped_folder().glob("*.yaml")))]
    for number in range(count):
        spoil = mutated if luck.random() < 0.5 else _renumbered
        text = spoil(texts[number // 2 % len(texts)] if number % 2 else TOY.encode(), luck)
        path.write_bytes(text)
        runs = number % 2 == 0  # of the large industry only the judgement is asked
        settings = ["years.end_year=2027"]

        def files(place: Path, text: bytes = text) -> None:
            (place / "case.yaml").write_bytes(text)

        if runs:
            tally.play(f"scenario {number}", files, path, settings)
        else:
            judged(tally, f"scenario {number}", files, path)
    return tally


def _renumbered(text: bytes, luck: random.Random) -> bytes:
    """A text with one or two of its numbers in another size."""
    for _ in range(luck.randint(1, 2)):
        found = luck.choice(list(re.finditer(rb"(?<=[ \[])[0-9.]+(?=[,}\n])", text)))
        text = text[: found.start()] + _scaled(found[0].decode(), luck).encode() + text[found.end() :]
    return text


def judged(tally: Tally, case: str, files: Callable[[Path], None], path: Path) -> None:
    """Judge a file and run nothing."""
    try:
        tally.ended["refused" if check([path])[0] else "passed"] += 1
    except Exception as error:
        tally._tell(case, files, f"{type(error).__name__}: {error}")


def packs(count: int, luck: random.Random, folder: Path) -> Tally:
    """Packs with one to three accidents in their tables or texts."""
    tally, original = Tally("packs"), shipped_folder() / "toy"
    for number in range(count):
        pack = folder / "toy"
        shutil.rmtree(pack, ignore_errors=True)
        shutil.copytree(original, pack)
        for _ in range(luck.choice((1, 1, 2, 3))):
            _spoil(pack, luck)
        scenario = folder / "case.yaml"
        scenario.write_text(
            "question: Does anything change?\npack: toy\nyears: {end_year: 2027}\n", encoding="utf-8"
        )

        def files(place: Path, pack: Path = pack, scenario: Path = scenario) -> None:
            shutil.copytree(pack, place / "toy", dirs_exist_ok=True)
            shutil.copy(scenario, place)

        tally.play(f"pack {number}", files, scenario, [])
    return tally


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


def worlds(count: int, luck: random.Random) -> Tally:
    """Worlds whose parameters stand anywhere in their legal ranges."""
    tally, toy = Tally("worlds"), load("toy")
    for _ in range(count):
        case = luck.randrange(10**9)
        settings = drawn(toy, case)
        try:
            tally.run(load(toy, set=settings), case)
        except Exception as error:
            tally.bad += 1
            print(f"  {type(error).__name__}: {error}: {line('toy', case, settings)}", flush=True)
    return tally


def main() -> int:
    """Play the cases that are asked for and print what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--scenarios", type=int, default=20_000)
    parser.add_argument("--packs", type=int, default=2_000)
    parser.add_argument("--worlds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=20261127)
    given = parser.parse_args()
    print(f"seed {given.seed}")
    read, known = loading.read_pack, dict[Path, Pack]()

    def read_once(folder: Path, changes: Changes, places: Places) -> Pack:
        if changes or shipped_folder() not in folder.parents:
            return read(folder, changes, places)
        return known.setdefault(folder, known.get(folder) or read(folder, changes, places))

    loading.read_pack = read_once  # type: ignore[assignment]
    bad = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        for tally in (
            scenarios(given.scenarios, random.Random(given.seed), Path(name)),
            packs(given.packs, random.Random(given.seed), Path(name)),
            worlds(given.worlds, random.Random(given.seed)),
        ):
            print(tally, flush=True)
            bad += tally.bad
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
