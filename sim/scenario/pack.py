"""An industry pack: all that is known about one industry, as frozen rows and numbers with their sources.

A pack is a folder: `industry.yaml` says what it is about, one CSV file for each table of `rows.py` holds
what exists, `parameters.yaml` and `calibration.yaml` hold the numbers that `parameters.py` declares.
Everything is checked when it is read, and all that is wrong is told together, for nothing behind this module
checks again. The rows are not yet a world: agents, tables and the ownership graph are made from them later.
"""

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario import posterior
from sim.scenario.evidence import USUAL_PACK, Evidence, Keys, Provenance, plain_values, read_evidence
from sim.scenario.glossary import Glossary, names_in, texts_in
from sim.scenario.merge import Node
from sim.scenario.past import dated_problems, redate, register_at
from sim.scenario.playable import playable_problems
from sim.scenario.posterior import Posterior
from sim.scenario.problems import (
    InvalidScenarioError,
    Place,
    Problem,
    in_reading_order,
    problem_at,
)
from sim.scenario.processes import Known, known_process
from sim.scenario.published import published_problems
from sim.scenario.ranking import FILE as RANKING_FILE
from sim.scenario.ranking import Link, read_ranking
from sim.scenario.reader import content_of
from sim.scenario.register import Changes, Places, Register, changed, read_register
from sim.scenario.row import DatedRow, HistoryRow, LimitRow, RecordedDealRow, RecordedShockRow
from sim.scenario.rows import (
    OPTIONAL,
    TABLES,
    CandidateRow,
    FreightRow,
    GroupRow,
    ImporterRow,
    MarketRow,
    MineRow,
    MudUseRow,
    OreRow,
    PortRow,
    ProjectRow,
    RefineryRow,
    RegionRow,
    SmelterRow,
    StakeRow,
    TargetRow,
)
from sim.scenario.sense import account_problems, sense_problems
from sim.scenario.shelf import shipped_folder
from sim.scenario.subject import SUBJECT_FILE, Subject, lever_problems, read_subject
from sim.scenario.trade import Trade, trade_problems

AHEAD = "expectation.forward_years"
"""How long before its start a plant is known: two years of building and one of planning."""
FILES = (
    SUBJECT_FILE,
    "parameters.yaml",
    "calibration.yaml",
    posterior.FILE,
    RANKING_FILE,
    *(f"{name}.csv" for name in TABLES),
)
"""The files of a pack that are read, those that it may lack included."""
MAY_LACK = (*OPTIONAL, Path(posterior.FILE).stem, Path(RANKING_FILE).stem)
"""Stems of the files that a pack may lack."""


def files_of(folder: Path) -> tuple[str, ...]:
    """The files of the pack in a folder; only those that a pack may lack are left out when they are not there."""
    return tuple(name for name in FILES if Path(name).stem not in MAY_LACK or (folder / name).exists())


@dataclass(frozen=True)
class Pack:
    """One industry, read and checked.

    Attributes:
        folder: where it was read.
        subject: what it is about.
        parameters: values of all parameters, nested as in `Parameters`.
        provenance: evidence for each parameter by dotted path, such as `market.contract_share`.
        posterior: draws of the parameters that were calibrated together, if there are any.
        ranking: what was found to move the answers, strongest first; nothing plays by it.
        parameter_layer: the values under the key `parameters`, each with the place where it was written.
        files: contents of the files that were read, by name.
        digest: sha256 of them without the ranking, 64 hexadecimal digits; changes are not in it.
    """

    folder: Path
    subject: Subject
    refineries: tuple[RefineryRow, ...]
    projects: tuple[ProjectRow, ...]
    smelters: tuple[SmelterRow, ...]
    importers: tuple[ImporterRow, ...]
    groups: tuple[GroupRow, ...]
    mines: tuple[MineRow, ...]
    candidates: tuple[CandidateRow, ...]
    stakes: tuple[StakeRow, ...]
    regions: tuple[RegionRow, ...]
    ports: tuple[PortRow, ...]
    markets: tuple[MarketRow, ...]
    freight: tuple[FreightRow, ...]
    ores: tuple[OreRow, ...]
    mud_uses: tuple[MudUseRow, ...]
    limits: tuple[LimitRow, ...]
    history: tuple[HistoryRow, ...]
    targets: tuple[TargetRow, ...]
    recorded_deals: tuple[RecordedDealRow, ...]
    dated: tuple[DatedRow, ...]
    drivers: tuple[HistoryRow, ...]
    recorded_shocks: tuple[RecordedShockRow, ...]
    parameters: Mapping[str, Any] = field(repr=False)
    provenance: Mapping[str, Provenance] = field(repr=False)
    posterior: Posterior = field(repr=False, compare=False)
    ranking: tuple[Link, ...] = field(repr=False, compare=False)
    parameter_layer: Node = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False, compare=False)
    digest: str

    @property
    def name(self) -> str:
        """Name of the industry."""
        return self.subject.name

    @property
    def base_year(self) -> int:
        """The year that the data describe."""
        return self.subject.base_year

    def drivers_after(self, year: int) -> list[HistoryRow]:
        """Recorded drivers of the years after one, which a run may replay."""
        return [row for row in self.drivers if row.year > year]

    @cached_property
    def _glossaries(self) -> dict[str, Glossary]:
        tables = (self.refineries, self.projects, self.smelters, self.importers, self.groups, self.regions)
        names = (
            *names_in((*tables, self.markets, self.ports)),
            self.subject.demonstration,
            self.subject.demonstration_zh,
        )
        rows = (row for table in vars(self).values() if isinstance(table, tuple) for row in table)
        own = texts_in((*rows, *self.provenance.values(), *self.trade.inputs))
        return {lang: Glossary(words, names, own) for lang, words in self.subject.glossary.items()}

    def say(self, lang: str = "en", *own: str) -> Glossary:
        """The words of the industry in a language, in the place of the engine's; texts of its own stay as they are."""
        known = self._glossaries.get(lang, Glossary({}))
        on_a_page = (each.replace("'", "&#39;").replace('"', "&#34;") for each in own)
        return Glossary(known.words, (*known.names, *own, *on_a_page), known.own)

    def banner(self, *said: str, lang: str = "en") -> str:
        """What is told with every result, before it that the industry is a demonstration, where it is one."""
        about = self.subject
        first = (about.demonstration_zh if lang == "zh" else "") or about.demonstration
        return " ".join(each for each in (first, *said) if each)

    def has(self, part: str) -> bool:
        """Whether the industry has a part, such as `residue`; `near` are producers next door."""
        if part == "near":
            return any(row.is_near for row in self.importers)
        if part == "watched province":
            return any(row.province == self.subject.watched_province for row in self.regions)
        return part in self.trade.known.parts

    @property
    def trade(self) -> Trade:
        """The inputs of the industry."""
        return self.subject.trade


@dataclass(frozen=True)
class Date:
    """The end of which year a pack is read at, and whether what was to come is known."""

    year: int
    hindsight: bool = True

    @classmethod
    def of(cls, tree: Node) -> "Date | None":
        """The date at which a scenario reads its pack; what is no year is left to the schema."""
        year, drivers = tree.child("base_year"), tree.child("drivers")
        if year is None or not isinstance(year.value, int):
            return None
        return cls(year.value, hindsight=drivers is not None and drivers.value != "drawn")


def read_pack(
    folder: Path, changes: Changes | None = None, places: Places | None = None, at: Date | None = None
) -> Pack:
    """The industry in a folder, at its own date or an earlier one, with a scenario's changes to its rows.

    Args:
        folder: where the files of the pack are.
        changes: table -> row id -> column -> value; an id that does not exist adds a row, if it is complete.
        places: where the scenario wrote its values, by path, so that a problem with a change points there.
        at: an earlier date, `past_year` of the pack.

    Raises:
        InvalidScenarioError: something in the pack or in the changes is wrong; all of it is told.
    """
    subject, written, own, evidence, draws, links, wrong = _written(folder)
    if at is not None and subject is not None and at.year != subject.base_year:
        now, links, evidence = evidence.provenance, (), deepcopy(evidence)
        own, subject = _earlier(own, subject, evidence, at, (places or {}).get(("base_year",)))
        draws = draws.only(path for path, known in evidence.provenance.items() if now.get(path) == known)
    register = changed(own, changes, places or {}) if changes else own
    problems = [*register.problems, *wrong]
    problems += account_problems(own, subject.base_year) if subject else []
    problems += [*sense_problems(register), *dated_problems(register)]
    known = subject.trade.known if subject else Known({})
    problems += playable_problems(register, subject.base_year if subject else None, known)
    problems += published_problems(register)
    if subject is not None:
        block = written.child("trade") or written
        problems += trade_problems(subject.trade, block, subject.base_year, register)
        problems += lever_problems(subject.levers, written, register)
    if problems or subject is None:
        raise InvalidScenarioError(in_reading_order(problems))
    return _pack(folder, subject, register, evidence, (draws, links))


class _Written(NamedTuple):
    """What the files of a pack say, each read alone; `problems` are those of all files but the tables."""

    subject: Subject | None
    block: Node
    register: Register
    evidence: Evidence
    draws: Posterior
    links: tuple[Link, ...]
    problems: tuple[Problem, ...]


def _written(folder: Path) -> _Written:
    """What the files of a pack say; as long as they hold the same bytes they are parsed once."""
    borrowed = shipped_folder() / USUAL_PACK / "parameters.yaml"
    return _parsed(folder, tuple(content_of(path) for path in (*(folder / name for name in FILES), borrowed)))


@lru_cache(maxsize=4)
def _parsed(folder: Path, _contents: tuple[bytes | str, ...]) -> _Written:
    subject, block, problems = read_subject(folder)
    register = read_register(folder)
    evidence = read_evidence(folder, Keys(register.ids(RegionRow), subject.trade if subject else None))
    if subject and known_process(subject.trade.process) is None:
        # That there is no such process is told, and not that the pack has numbers for it.
        evidence.problems[:] = [each for each in evidence.problems if not each.path.startswith("process")]
    listed = None if evidence.problems else evidence.provenance
    draws, wrong = posterior.read_posterior(folder, listed)
    links, wrong_links = read_ranking(folder, listed)
    problems += [*evidence.problems, *wrong, *wrong_links]
    return _Written(subject, block, register, evidence, draws, links, tuple(problems))


def as_of(pack: Pack, year: int, *, hindsight: bool = True) -> Pack:
    """The pack at the end of an earlier year, from the same files and by the same checks.

    Args:
        pack: the pack.
        year: one of its `past_year`.
        hindsight: whether everything that came is a project, or only what was known.

    Raises:
        InvalidScenarioError: the pack has no past for that year, or it does not hold together.
    """
    return read_pack(pack.folder, at=Date(year, hindsight))


def _earlier(
    own: Register, subject: Subject, evidence: Evidence, at: Date, place: Place | None
) -> tuple[Register, Subject]:
    """The register and the subject of a pack at an earlier date; its evidence is brought there."""
    if at.year not in subject.past_year:
        known = ", ".join(str(year) for year in (*subject.past_year, subject.base_year))
        message = f"the pack has no past for {at.year}; there are: {known}"
        raise InvalidScenarioError([problem_at(place or Place(SUBJECT_FILE), "base_year", message)])
    ahead = evidence.provenance.get(AHEAD)
    lead = None if at.hindsight or ahead is None else int(ahead.value)
    redate(evidence, own, at.year)
    register = register_at(own, at.year, subject.base_year, lead)
    return register, subject.model_copy(update={"base_year": at.year})


def _pack(
    folder: Path,
    subject: Subject,
    register: Register,
    evidence: Evidence,
    found: tuple[Posterior, tuple[Link, ...]],
) -> Pack:
    rows: dict[str, Any] = {name: register.rows(kind) for name, kind in TABLES.items()}
    files = {name: (folder / name).read_bytes() for name in files_of(folder)}
    return Pack(
        folder=folder,
        subject=subject,
        **rows,
        parameters=plain_values(evidence.tree),
        provenance=evidence.provenance,
        posterior=found[0],
        ranking=found[1],
        parameter_layer=evidence.layer(folder),
        files=files,
        digest=_digest(files, evidence),
    )


def _digest(files: Mapping[str, bytes], evidence: Evidence) -> str:
    """The digest of a pack's files by which it is played, and of the parameters that it borrows."""
    total = hashlib.sha256()
    for name, content in files.items():
        if name == RANKING_FILE:
            continue
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    for path in evidence.borrowed:
        total.update(f"{path}\0{evidence.provenance[path].model_dump_json()}\0".encode())
    return total.hexdigest()
