"""A study that is there: its runs, inputs and outcomes as tables, and any run of it in full.

One run of a study again, in full: the store knows its scenario, its inputs, its seed and its digest.
"""

import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.agents.cast import Minds
from sim.core.arrays import Floats
from sim.core.card import Card, Shown
from sim.core.errors import ModelCheckError, UsageError
from sim.report.plots import StudyPlots
from sim.results import Results
from sim.run import Run, simulate
from sim.scenario.load import Scenario
from sim.scenario.pack import Pack
from sim.study.design import packed, restored, unpacked, with_inputs
from sim.study.engine import named_agents
from sim.study.playing import Bargain, digest_of, fingerprint, kept_of
from sim.study.store import (
    DONE,
    FAILED,
    FILE,
    PATIENCE_SECONDS,
    PLANNED,
    digest_of_runs,
    quoted,
    recover,
    refuse_unsound,
    told,
)


@dataclass(frozen=True, repr=False)
class Study(Shown):
    """A study in a folder; it is read anew at each question, so it can be looked at while it runs.

    Attributes:
        folder: where `study.sqlite` is.
    """

    folder: Path

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return self.folder / FILE

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A connection that can only read; what a killed process left half written is undone before.

        Raises:
            UsageError: there is no study in the folder.
            MachineError: the file cannot be read, or something half written not undone.
        """
        if not self.path.is_file():
            raise UsageError(f"{self.folder} holds no study ({FILE} is not there)")
        with told(self.path):
            link = self._reading()
        with closing(link):
            yield link

    def _reading(self) -> sqlite3.Connection:
        try:
            return _connected(self.path)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:
                raise
        recover(self.path)
        return _connected(self.path)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.opened() as link, told(self.path):
            return link.execute(query, values).fetchall()

    def frame(self, query: str, *values: Any) -> pd.DataFrame:
        """A query as a data frame."""
        with self.opened() as link, told(self.path):
            return pd.read_sql_query(query, link, params=values)

    @property
    def about(self) -> dict[str, str]:
        """What the study is: kind, design, versions."""
        return dict(self.rows("SELECT key, value FROM meta"))

    @property
    def count(self) -> dict[str, int]:
        """How many runs are done, failed and planned."""
        found = self.rows("SELECT status, COUNT(*) FROM runs GROUP BY status")
        return {DONE: 0, FAILED: 0, PLANNED: 0} | dict(found)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Labels of the scenarios."""
        return tuple(label for (label,) in self.rows("SELECT label FROM scenarios ORDER BY id"))

    @property
    def questions(self) -> dict[str, str]:
        """What each scenario asks, by label."""
        return dict(self.rows("SELECT label, question FROM scenarios ORDER BY id"))

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures of each year that the industry has."""
        return tuple(row[1] for row in self.rows("PRAGMA table_info (outcomes)"))[2:]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Dotted paths of the sampled parameters."""
        return tuple(row[1] for row in self.rows("PRAGMA table_info (inputs)"))[1:]

    @cached_property
    def pack(self) -> Pack:
        """The pack of the first scenario, as it was when the study was begun."""
        with self.opened() as link, told(self.path):
            return unpacked(link, self.scenarios[0]).pack

    def known(self) -> pd.DataFrame:
        """One row a sampled parameter, in order: what it is, lowest and highest value, unit."""
        from sim.report.parameter_names import plain_name

        frame = self.frame("SELECT path, low, high, unit FROM uncertain").set_index("path")
        frame = frame.loc[list(self.parameters)]
        say = self.pack.say()
        frame.insert(0, "name", [say(plain_name(path, self.pack.trade)) for path in frame.index])
        return frame.rename_axis("parameter").reset_index()

    @property
    def digest(self) -> str:
        """One digest for all results, the same however the runs were worked off."""
        return digest_of_runs(self.rows("SELECT run, digest FROM runs WHERE status = ?", DONE))

    def runs(self) -> pd.DataFrame:
        """One row a run: scenario, sample, seed, status, digest, why it failed, and its inputs."""
        inputs = "".join(f", inputs.{quoted(path)}" for path in self.parameters)
        return self.frame(
            "SELECT run, label AS scenario, sample, seed, status, digest, seconds, reason"
            f"{inputs} FROM runs JOIN scenarios ON scenarios.id = runs.scenario JOIN inputs USING (sample)"
            " ORDER BY run"
        )

    def to_frame(self, scenario: str | None = None, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """One row a run and year that is done: scenario, sample, seed and the measures.

        Args:
            scenario: only the runs of this one.
            measures: only those of these that the industry has.
        """
        kept = [name for name in self.measures if measures is None or name in measures]
        return self.frame(
            "SELECT run, label AS scenario, sample, seed, year"
            f"{''.join(f', {quoted(name)}' for name in kept)} FROM outcomes JOIN runs USING (run)"
            " JOIN scenarios ON scenarios.id = runs.scenario WHERE label = coalesce(?, label)"
            " ORDER BY run, year",
            scenario,
        )

    def values(self, measure: str, scenario: str) -> tuple[list[int], Floats]:
        """The years of a scenario, and a measure of all its finished runs, (runs, years)."""
        rows = self.rows(
            f"SELECT year, {quoted(measure)} FROM outcomes JOIN runs USING (run)"
            " JOIN scenarios ON scenarios.id = runs.scenario WHERE label = ? ORDER BY run, year",
            scenario,
        )
        years = sorted({year for year, _ in rows})
        return years, np.array([value for _, value in rows], dtype=np.float64).reshape(-1, max(len(years), 1))

    @property
    def plot(self) -> StudyPlots:
        """Figures, each matplotlib axes: `study.plot.fan("hhi_control")`, `study.plot.survival(ax=mine)`."""
        return StudyPlots(self)

    def experiments_outcomes(self) -> tuple[pd.DataFrame, dict[str, Any]]:
        """What EMA workbench calls experiments and outcomes.

        The first has one row a run that is done, inputs and scenario in columns; the second gives for each
        measure an array (runs, years).
        """
        done = self.runs().query("status == 'done'").reset_index(drop=True)
        years = self.to_frame()
        shape = (len(done), -1) if len(done) else (0, 0)
        outcomes = {name: years[name].to_numpy().reshape(shape) for name in self.measures}
        kept = ["scenario", "seed", *self.parameters]
        return done[kept].rename(columns={"scenario": "policy"}), outcomes

    def moves(self, scenario: str | None = None) -> pd.DataFrame:
        """One row an exit, purchase or relocation of every run, or of every run of one scenario."""
        return self.frame(
            "SELECT run, label AS scenario, year, kind, a.name AS agent, c.name AS counterpart, amount_mt"
            " FROM moves JOIN runs USING (run) JOIN scenarios ON scenarios.id = runs.scenario"
            " JOIN names AS a ON a.id = agent JOIN names AS c ON c.id = counterpart"
            " WHERE label = coalesce(?, label) ORDER BY run, year",
            scenario,
        )

    def deals(self) -> pd.DataFrame:
        """One row a closed deal of every run: kind, who, state of the seller, size, price, how it was paid."""
        numbers = ", ".join(Bargain._fields[5:])
        return self.frame(
            "SELECT run, label AS scenario, year, kind, b.name AS buyer, s.name AS seller, t.name AS target,"
            f" {numbers} FROM deals JOIN runs USING (run) JOIN scenarios ON scenarios.id = runs.scenario"
            " JOIN names AS b ON b.id = buyer JOIN names AS s ON s.id = deals.seller"
            " JOIN names AS t ON t.id = target ORDER BY run, deals.rowid"
        )

    def holdings(self, scenario: str | None = None) -> pd.DataFrame:
        """Nameplate by group and by region at the end of every run, or of every run of one scenario."""
        return self.frame(
            "SELECT run, label AS scenario, kind, names.name AS name, nameplate_mt"
            " FROM holdings JOIN runs USING (run) JOIN scenarios ON scenarios.id = runs.scenario"
            " JOIN names ON names.id = holdings.name"
            " WHERE label = coalesce(?, label) ORDER BY run, kind, names.name",
            scenario,
        )

    def card(self) -> Card:
        """What it shows of itself."""
        from sim.report.cards import SPREAD, study_card

        if not self.path.is_file():
            return Card(f"Study in {self.folder}", "It is not there.")
        spread = ", ".join(quoted(name) for name in SPREAD)
        outcomes = self.frame(
            f"SELECT label AS scenario, year, {spread} FROM outcomes JOIN runs USING (run)"
            " JOIN scenarios ON scenarios.id = runs.scenario ORDER BY scenarios.id"
        )
        return study_card(self.count, self.about, outcomes, self.pack)


def _connected(path: Path) -> sqlite3.Connection:
    """A connection that can only read and has done so once, so that what SQLite has against the file is known."""
    link = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", timeout=PATIENCE_SECONDS, uri=True)
    try:
        link.execute("PRAGMA schema_version").fetchone()
    except sqlite3.Error:
        link.close()
        raise
    return link


def open_study(folder: str | Path) -> Study:
    """The study in a folder, or whose file this is.

    Raises:
        UsageError: there is none.
        MachineError: its file cannot be read, or is damaged.
    """
    path = Path(folder)
    study = Study(path.parent if path.name == FILE else path)
    with study.opened() as link, told(study.path):
        refuse_unsound(link, study.path)
    return study


LAW = "a replay gives what the study keeps"


def find_run(address: str) -> tuple[Study, int]:
    """The study and the run that `FOLDER:NUMBER` names.

    Raises:
        UsageError: it names none.
    """
    folder, colon, number = address.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,15}", number):
        raise UsageError(
            f"'{address}' does not name a run; write FOLDER:NUMBER, such as outputs/studies/mine:12"
        )
    return open_study(folder), int(number)


def kept_scenario(study: Study, label: str) -> tuple[Scenario, tuple[str, ...]]:
    """A scenario of a study as it was when the study was begun, and the parameters that it sets itself.

    Raises:
        UsageError: the study does not hold what is needed.
        MachineError: the file cannot be read, or the folder for temporary files not written.
    """
    with study.opened() as link, told(study.path):
        (own,) = link.execute("SELECT own FROM scenarios WHERE label = ?", (label,)).fetchone()
        kept = packed(link, label)
    with told(Path(tempfile.gettempdir())):
        return restored(kept), tuple(own.split())


def scenario_of(study: Study, run: int) -> tuple[Scenario, int]:
    """The scenario of a run with its inputs in it, and its seed.

    Raises:
        UsageError: the study has no such run, or does not hold what is needed.
    """
    found = study.rows(
        "SELECT label, sample, seed FROM runs JOIN scenarios ON scenarios.id = runs.scenario WHERE run = ?",
        run,
    )
    if not found:
        raise UsageError(f"{study.folder} has no run {run}; it has 1 to {sum(study.count.values())}")
    label, sample, seed = found[0]
    scenario, own = kept_scenario(study, label)
    paths = [path for path in study.parameters if path not in own]
    columns = ", ".join(["sample", *(quoted(path) for path in paths)])
    values = study.rows(f"SELECT {columns} FROM inputs WHERE sample = ?", sample)[0][1:]
    return with_inputs(scenario, dict(zip(paths, values, strict=True))), int(seed)


def replay(study: Study, run: int, *, agents: Minds | None = None, progress: bool | None = None) -> Run:
    """Play a run of a study again, and check it against the digest that the study keeps.

    Raises:
        UsageError: there is no such run, or it was played with other agents than are given.
        ModelCheckError: it comes out otherwise, or fails as it did before.
    """
    scenario, seed = scenario_of(study, run)
    kept, given = study.about.get("agents", ""), named_agents(agents).get("agents", "")
    if kept != given:
        raise UsageError(
            f"run {run} was played with agents of its own ({kept or 'none'}), not {given or 'the usual'}"
        )
    finished = simulate(scenario, seed, agents=agents, progress=progress)
    check(study, run, finished)
    return finished


def check(study: Study, run: int, finished: Results) -> None:
    """See that a finished run is what the study keeps of it; a run that has not been played has nothing kept."""
    kept = study.rows("SELECT digest FROM runs WHERE run = ?", run)[0][0]
    if kept and kept != digest_of(kept_of(finished.world, finished.recorder)):
        before = study.about.get("fingerprint", "")
        cause = "" if before == fingerprint() else f" (then {before}; now {fingerprint()})"
        raise ModelCheckError(law=LAW + cause, amount=1.0, agents=(f"run {run}",))
