"""The store of a study: one SQLite file, written by one process, readable by anything at any moment.

A chunk of runs is one transaction, so that a kill, a full disk or a power cut loses at most the runs under
way. The journal is SQLite's plain one and not the write-ahead log: the log saves under a millisecond for a
second of work, and leaves two more files beside the study until it is closed.

Whether a study's file holds what a study of ours holds: of this format, each value of the kind that its column has.

SQLite keeps any value in any column, so that a file that was flipped or edited is seen here and not by what reads it.

The tables of a study's file, for this program and for whoever opens it with sqlite3 or pandas.

meta        what the study is: kind, design, versions
scenarios   each scenario whole, as YAML, and which of the sampled parameters it sets itself (own)
packs       the files of the packs that the scenarios are about, so that a study needs nothing beside it
uncertain   the parameters that were sampled, with their ranges
inputs      one row a sample, one column a parameter
runs        one row a run: scenario, sample, seed, status, digest, why it failed
outcomes    one row a run and year, one column a measure
names       names of plants, groups and regions
moves       exits, purchases and relocations of every run
deals       closed deals of every run: kind, who, state of the seller, size, price, how it was paid
holdings    nameplate by group and by region at the end of every run
running     what each plant made and at what cash cost in the last years of every run
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from sim.core.errors import MachineError, ModelCheckError
from sim.metrics import METRICS
from sim.recorder import measured_columns
from sim.scenario.writer import meant, yaml_text
from sim.study.design import keep_packs, own_paths
from sim.study.engine import Plan
from sim.study.playing import Outcome, Task, fingerprint

FORMAT = "4"
"""Of the file; one that this program cannot read is refused. Since 2 a study holds its packs, since 3
its deals, since 4 its plants and how much of a deal was paid in shares."""

FIXED = files("sim.study").joinpath("tables.sql").read_text(encoding="utf-8")
"""The statements that make the tables that are the same in every study."""


def script(paths: Iterable[str], measures: Iterable[str]) -> str:
    """The statements that make the tables for these parameters and measures."""
    inputs = "".join(f", {quoted(path)} REAL NOT NULL" for path in paths)
    outcomes = "".join(f", {quoted(name)} REAL" for name in measures)
    return (
        f"BEGIN;{FIXED}"
        f"CREATE TABLE inputs (sample INTEGER PRIMARY KEY{inputs});"
        "CREATE TABLE outcomes (run INTEGER NOT NULL, year INTEGER NOT NULL"
        f"{outcomes}, PRIMARY KEY (run, year)) WITHOUT ROWID;"
    )


def quoted(name: str) -> str:
    """A column name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def places(values: Sequence[object]) -> str:
    """As many question marks as there are values."""
    return ", ".join("?" * len(values))


FILE = "study.sqlite"
PATIENCE_SECONDS = 60.0
"""How long a write waits for somebody who reads, and a read for somebody who writes."""
SAME = "one run, one result"
DONE, FAILED, PLANNED = "done", "failed", "planned"


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell what SQLite has against a file as the machine's refusal.

    Raises:
        MachineError: the disk is full, the file cannot be written or is no study.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # What SQLite has against a damaged file quotes the file, whose letters may be none.
        raise MachineError(f"cannot use {path}: {error}") from error
    except OSError as error:
        raise MachineError(f"cannot use {path}: {error.strerror or error}") from error


def recover(path: Path) -> None:
    """Let SQLite undo what a process that was killed had begun to write; who only reads cannot.

    Raises:
        MachineError: the disk refuses, or the file is no study.
    """
    with told(path), closing(_connected(path)) as link:
        link.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()


class Store:
    """A study's file, open for writing."""

    def __init__(self, path: Path) -> None:
        """Open a file that `create` has made."""
        self.path = path
        with told(path):
            self._file = path.stat().st_ino
            self._link = _connected(path)
            rows = self._link.execute("SELECT name, id FROM names")
            self._names: dict[str, int] = {name: number for name, number in rows}
            columns = [row[1] for row in self._link.execute("PRAGMA table_info (outcomes)")][2:]
        names = METRICS.names()
        self._kept = [names.index(METRICS.get(column).name) for column in columns]

    @classmethod
    def create(cls, path: Path, plan: Plan) -> "Store":
        """Make the file of a plan, aside first, so that it is whole or not there; give it open.

        Raises:
            MachineError: the disk refuses.
        """
        aside = path.with_name(f".{path.name}.part")
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.unlink(missing_ok=True)
            try:
                with closing(_connected(aside)) as link:
                    _fill(link, plan)
                # What a killed process left of its journal belongs to the old file and would spoil the new one.
                path.unlink(missing_ok=True)
                path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._link.close()

    def count(self) -> dict[str, int]:
        """How many runs are planned, done and failed."""
        with told(self.path):
            rows = self._link.execute("SELECT status, COUNT(*) FROM runs GROUP BY status")
            return {DONE: 0, FAILED: 0, PLANNED: 0} | {str(status): int(number) for status, number in rows}

    def retry_failed(self) -> None:
        """Plan the failed runs again."""
        with self._writing():
            self._link.execute(
                "UPDATE runs SET status = ?, reason = NULL, seconds = NULL WHERE status = ?",
                (PLANNED, FAILED),
            )

    def waiting(self, plan: Plan) -> Iterator[Task]:
        """The runs that are still to be played, in order, a few thousand looked up at a time."""
        last, tasks = 0, plan.tasks()
        while True:
            with told(self.path):
                rows = self._link.execute(
                    "SELECT run FROM runs WHERE status = ? AND run > ? ORDER BY run LIMIT 2000",
                    (PLANNED, last),
                ).fetchall()
            if not rows:
                return
            for (run,) in rows:
                yield next(task for task in tasks if task.run == run)
            last = int(rows[-1][0])

    def put(self, outcomes: Iterable[Outcome]) -> None:
        """Keep what came out of some runs, all of them or none.

        Raises:
            ModelCheckError: a run that is there already comes a second time with another result.
            MachineError: the disk refuses, or the file is no longer where it was.
        """
        with self._writing():
            for outcome in outcomes:
                if outcome.reason:
                    self._put_failure(outcome)
                elif not self._is_there(outcome):
                    self._put_result(outcome)

    def _is_there(self, outcome: Outcome) -> bool:
        asked = "SELECT digest, seed FROM runs WHERE run = ? AND status = ?"
        found = self._link.execute(asked, (outcome.run, DONE)).fetchone()
        if found and found[0] != outcome.digest:
            agents = (f"run {outcome.run} with seed {found[1]}",)
            raise ModelCheckError(law=SAME, amount=1.0, agents=agents)
        return found is not None

    def _put_failure(self, outcome: Outcome) -> None:
        self._link.execute(
            "UPDATE runs SET status = ?, seconds = ?, reason = ? WHERE run = ? AND status != ?",
            (FAILED, outcome.seconds, outcome.reason, outcome.run, DONE),
        )

    def _put_result(self, outcome: Outcome) -> None:
        run, link, name = outcome.run, self._link, self._name
        rows = ((run, year, *(values[place] for place in self._kept)) for year, values in outcome.years)
        _insert(link, "outcomes", rows)
        moves = ((run, *when, name(who), name(whom), amount) for *when, who, whom, amount in outcome.moves)
        _insert(link, "moves", moves)
        held = ((run, each.kind, name(each.name), each.nameplate_mt) for each in outcome.holdings)
        _insert(link, "holdings", held)
        _insert(link, "deals", ((run, *each[:2], *map(name, each[2:5]), *each[5:]) for each in outcome.deals))
        _insert(link, "running", ((run, name(plant), *rest) for plant, *rest in outcome.running))
        link.execute(
            "UPDATE runs SET status = ?, digest = ?, seconds = ?, reason = NULL WHERE run = ?",
            (DONE, outcome.digest, outcome.seconds, run),
        )

    def _name(self, name: str) -> int:
        if name not in self._names:
            number = self._link.execute("INSERT INTO names (name) VALUES (?)", (name,)).lastrowid
            self._names[name] = int(number or 0)
        return self._names[name]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all of what follows or nothing of it."""
        self._still_there()
        known = dict(self._names)
        with told(self.path):
            self._link.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._link.execute("COMMIT")
            except BaseException:
                self._names = known
                with suppress(sqlite3.Error):
                    self._link.execute("ROLLBACK")
                raise

    def _still_there(self) -> None:
        """See that the file is where it was; SQLite would go on writing to a file that has been deleted."""
        try:
            same = self.path.stat().st_ino == self._file
        except OSError:
            same = False
        if not same:
            raise MachineError(f"{self.path} has been removed; nothing more can be kept")


def _connected(path: Path) -> sqlite3.Connection:
    link = sqlite3.connect(path, timeout=PATIENCE_SECONDS, isolation_level=None)
    link.execute("PRAGMA journal_mode = DELETE")
    return link


def _insert(link: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Put whole rows into a table."""
    known = list(rows)
    if known:
        link.executemany(f"INSERT INTO {table} VALUES ({places(known[0])})", known)


def measures_of(plan: Plan) -> list[str]:
    """The measures of each year that the industries of a plan have."""
    return [*measured_columns(*(each.pack for each in plan.scenarios.values()))]


def _fill(link: sqlite3.Connection, plan: Plan) -> None:
    link.executescript(script(plan.paths, measures_of(plan)))
    meta = {"format": FORMAT, "fingerprint": fingerprint(), **plan.about}
    _insert(link, "meta", meta.items())
    for number, (label, each) in enumerate(plan.scenarios.items()):
        about = (number, label, each.name, each.question, each.hash, each.pack.digest)
        own = " ".join(own_paths(each, plan.uncertain))
        _insert(link, "scenarios", [(*about, yaml_text(meant(each)), own)])
    keep_packs(link, (each.pack for each in plan.scenarios.values()))
    known = ((each.path, each.value, each.low, each.high, each.dist, each.unit) for each in plan.uncertain)
    _insert(link, "uncertain", known)
    _insert(link, "inputs", ((number, *values) for number, values in enumerate(plan.inputs.tolist())))
    link.executemany(
        "INSERT INTO runs (run, scenario, sample, seed) VALUES (?, ?, ?, ?)",
        ((task.run, task.scenario, task.sample, task.seed) for task in plan.tasks()),
    )
    link.execute("COMMIT")


def digest_of_runs(rows: Iterable[tuple[int, str]]) -> str:
    """One digest for all results of a study, the same in whatever order they came."""
    total = hashlib.sha256()
    for run, digest in sorted(rows):
        total.update(f"{run} {digest}\n".encode())
    return total.hexdigest()


TABLES = ("meta", "scenarios", "packs", "uncertain", "runs", "names", "inputs")
"""Tables by which runs are found and played again; what came of runs is large, and is read as numbers."""
KINDS = {"INTEGER": "'integer'", "REAL": "'real', 'integer'", "TEXT": "'text'", "BLOB": "'blob'"}


def refuse_unsound(link: sqlite3.Connection, path: object) -> None:
    """Stop at the first thing that no study of ours holds.

    Raises:
        MachineError: it names the table and the column.
        sqlite3.Error: there is no such table.
    """
    found = link.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    if found is None or found[0] != FORMAT:
        raise MachineError(f"{path} is a study of format {found and found[0]!r:.20}, not {FORMAT!r}")
    for table in TABLES:
        for _, name, kind, not_null, _, key in link.execute(f"PRAGMA table_info ({table})").fetchall():
            allowed = KINDS.get(kind, "'null'") + ("" if not_null or key or table == "inputs" else ", 'null'")
            wrong = f"typeof({quoted(name)}) NOT IN ({allowed})"
            _refuse(link, path, table, name, wrong)
    _refuse(link, path, "runs", "seed", "seed < 0")
    _refuse(link, path, "runs", "scenario", "scenario NOT IN (SELECT id FROM scenarios)")
    _refuse(link, path, "runs", "sample", "sample NOT IN (SELECT sample FROM inputs)")
    _refuse(link, path, "uncertain", "path", "path NOT IN (SELECT name FROM pragma_table_info('inputs'))")


def _refuse(link: sqlite3.Connection, path: object, table: str, name: str, wrong: str) -> None:
    if link.execute(f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1").fetchone():
        raise MachineError(f"{path} is damaged: {table}.{name} holds what no study keeps there")
