"""What a pack is about: the content of `industry.yaml`, and the places that it names."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from sim.core.units import Declared, Year
from sim.policies.policy import Regions
from sim.scenario.judge import problems_of
from sim.scenario.merge import Node, nodes_of
from sim.scenario.problems import Problem, nearest_name, problem_at, shown
from sim.scenario.published import province_id
from sim.scenario.reader import read_file
from sim.scenario.register import Register
from sim.scenario.rows import PortRow, RegionRow
from sim.scenario.trade import Trade

SUBJECT_FILE = "industry.yaml"


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
    glossary: Mapping[str, dict[str, str]] = Field(default_factory=dict)
    """By language, what the engine's words are in this industry, such as `refinery: smelter`."""
    demonstration: str = ""
    """Why the industry is a demonstration alone, for a banner on all that is told of it."""
    demonstration_zh: str = ""
    """The same in Chinese."""
    levers: LeverPlaces = LeverPlaces()
    """Where policies that need a place are tried."""
    deal_record: DealRecord | None = None
    """What the record of deals covers; none where there is none."""
    watched_province: str = ""
    """Province whose share of capacity is a measure of its own."""
    past_year: tuple[Year, ...] = Field(default=(), strict=False)
    """Earlier years at the end of which a scenario may begin, as `dated.csv` has them."""


def lever_problems(levers: LeverPlaces, written: Node, register: Register) -> Iterator[Problem]:
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


def read_subject(folder: Path) -> tuple[Subject | None, Node, list[Problem]]:
    """What a pack is about, where it was written, and all that is wrong with it."""
    document = read_file(folder / SUBJECT_FILE)
    written = nodes_of(document)
    if document.problems:
        return None, written, list(document.problems)
    try:
        return Subject.model_validate(document.content), written, []
    except ValidationError as error:
        return None, written, problems_of(error, Subject, written)
