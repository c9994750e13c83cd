"""An industry pack: all that is known about one industry, as frozen rows and numbers with their sources.

A pack is a folder: `industry.yaml` says what it is about, one CSV file for each table of `rows.py` holds
what exists, `parameters.yaml` and `calibration.yaml` hold the numbers that `parameters.py` declares.
Everything is checked when it is read, and all that is wrong is told together, for nothing behind this module
checks again. The rows are not yet a world: agents, tables and the ownership graph are made from them later.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from sim.core.units import Declared, Year
from sim.policies.policy import Regions
from sim.scenario.deal_rows import RecordedDealRow
from sim.scenario.evidence import Evidence, Keys, Provenance, plain_values, read_evidence
from sim.scenario.judge import problems_of
from sim.scenario.merge import Node, nodes_of
from sim.scenario.playable import playable_problems
from sim.scenario.problems import (
    InvalidScenarioError,
    Problem,
    in_reading_order,
    nearest_name,
    problem_at,
    shown,
)
from sim.scenario.published import province_id, published_problems
from sim.scenario.reader import read_file
from sim.scenario.register import Changes, Places, Register, changed, read_register
from sim.scenario.rows import (
    OPTIONAL,
    TABLES,
    CandidateRow,
    FreightRow,
    GroupRow,
    HistoryRow,
    ImporterRow,
    LimitRow,
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
from sim.scenario.trade import Trade, trade_problems

SUBJECT_FILE = "industry.yaml"
FILES = (SUBJECT_FILE, "parameters.yaml", "calibration.yaml", *(f"{name}.csv" for name in TABLES))
"""The files of a pack that are read, those that it may lack included."""


def files_of(folder: Path) -> tuple[str, ...]:
    """The files of the pack in a folder; only tables that a pack may lack are left out when they are not there."""
    return tuple(name for name in FILES if Path(name).stem not in OPTIONAL or (folder / name).exists())


class LeverPlaces(Declared):
    """Where the lever table tries policies that need a place, by the field that names it."""

    regions: Regions = ()
    """Supply regions."""
    port: str = ""
    """A cluster of ports."""


class DealRecord(Declared):
    """From when on the record of deals is taken to be whole, for rates a year; it ends with the base year."""

    from_year: Year
    """Deals of any size."""
    whole_groups_from_year: Year
    """Purchases and transfers of whole groups, which nobody overlooks."""


class Subject(Declared):
    """What a pack is about: the content of `industry.yaml`."""

    name: str = Field(min_length=1, max_length=80)
    """Name of the industry."""
    product: str = Field(min_length=1, max_length=40)
    """What it makes."""
    unit: str = Field(min_length=1, max_length=20)
    """Unit of quantity."""
    base_year: Year
    """The year that the data describe; simulation starts after it."""
    description: str = Field(min_length=1, max_length=400)
    """The pack in one line."""
    trade: Trade
    """Its inputs."""
    levers: LeverPlaces = LeverPlaces()
    """Where policies that need a place are tried."""
    deal_record: DealRecord | None = None
    """What the record of deals covers; none where there is none."""


@dataclass(frozen=True)
class Pack:
    """One industry, read and checked.

    Attributes:
        folder: where it was read.
        subject: what it is about.
        parameters: values of all parameters, nested as in `Parameters`.
        provenance: evidence for each parameter by dotted path, such as `market.contract_share`.
        parameter_layer: the values under the key `parameters`, each with the place where it was written.
        files: contents of the files that were read, by name.
        digest: sha256 of them, 64 hexadecimal digits; changes are not in it.
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
    parameters: Mapping[str, Any] = field(repr=False)
    provenance: Mapping[str, Provenance] = field(repr=False)
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

    @property
    def trade(self) -> Trade:
        """The inputs of the industry."""
        return self.subject.trade


def read_pack(folder: Path, changes: Changes | None = None, places: Places | None = None) -> Pack:
    """The industry in a folder, with a scenario's changes to its rows.

    Args:
        folder: where the files of the pack are.
        changes: table -> row id -> column -> value; an id that does not exist adds a row, if it is complete.
        places: where the scenario wrote its values, by path, so that a problem with a change points there.

    Raises:
        InvalidScenarioError: something in the pack or in the changes is wrong; all of it is told.
    """
    subject, written, problems = _read_subject(folder)
    own = read_register(folder)
    register = changed(own, changes, places or {}) if changes else own
    evidence = read_evidence(folder, Keys(own.ids(RegionRow), subject.trade if subject else None))
    problems = [*problems, *register.problems, *evidence.problems, *account_problems(own)]
    problems += sense_problems(register)
    problems += playable_problems(register, subject.base_year if subject else None)
    problems += published_problems(register)
    if subject is not None:
        block = written.child("trade") or written
        problems += trade_problems(subject.trade, block, subject.base_year, register)
        problems += _lever_problems(subject.levers, written, register)
    if problems or subject is None:
        raise InvalidScenarioError(in_reading_order(problems))
    return _pack(folder, subject, register, evidence)


def _lever_problems(levers: LeverPlaces, written: Node, register: Register) -> Iterator[Problem]:
    """Places where levers are to be tried that the pack does not have."""
    block = written.child("levers") or written
    provinces = [province_id(row) for row in register.rows(RegionRow)]
    ports = [levers.port] if levers.port else []
    for key, wanted, known in (
        ("regions", levers.regions, [*(register.ids(RegionRow) or levers.regions), *provinces]),
        ("port", ports, register.ids(PortRow) or ports),
    ):
        for name in wanted:
            if name not in known:
                place = (block.child(key) or block).place
                yield problem_at(
                    place, f"levers.{key}", f"no row has the id {shown(name)}", nearest_name(name, known)
                )


def _read_subject(folder: Path) -> tuple[Subject | None, Node, list[Problem]]:
    """What a pack is about, where it was written, and all that is wrong with it."""
    document = read_file(folder / SUBJECT_FILE)
    written = nodes_of(document)
    if document.problems:
        return None, written, list(document.problems)
    try:
        return Subject.model_validate(document.content), written, []
    except ValidationError as error:
        return None, written, problems_of(error, Subject, written)


def _pack(folder: Path, subject: Subject, register: Register, evidence: Evidence) -> Pack:
    rows: dict[str, Any] = {name: register.rows(kind) for name, kind in TABLES.items()}
    files = {name: (folder / name).read_bytes() for name in files_of(folder)}
    return Pack(
        folder=folder,
        subject=subject,
        **rows,
        parameters=plain_values(evidence.tree),
        provenance=evidence.provenance,
        parameter_layer=evidence.layer(folder),
        files=files,
        digest=_digest(files, evidence),
    )


def _digest(files: Mapping[str, bytes], evidence: Evidence) -> str:
    """The digest of a pack's files, and of the parameters that it borrows."""
    total = hashlib.sha256()
    for name, content in files.items():
        total.update(f"{name}\0{len(content)}\0".encode())
        total.update(content)
    for path in evidence.borrowed:
        total.update(f"{path}\0{evidence.provenance[path].model_dump_json()}\0".encode())
    return total.hexdigest()
