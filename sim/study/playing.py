"""One run of a study: played, boiled down to what the study keeps, and sealed with a digest.

This is all that a worker does, so it imports the model and nothing of files, figures or data frames. The process
that keeps the study imports this for the names alone, and the model not at all.
"""

import hashlib
import platform
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.core.arrays import total_by
from sim.core.errors import MachineError
from sim.core.lock import collected_after
from sim.policies.policy import POLICIES
from sim.scenario.load import Scenario
from sim.study.design import left_to_pack, with_inputs
from sim.world.dealbook import CLOSED
from sim.world.kinds import Happened

if TYPE_CHECKING:
    from sim.agents.cast import Minds
    from sim.recorder import Recorder
    from sim.world.world import World

MOVES = (Happened.EXIT, Happened.DEAL, Happened.RELOCATE)
"""Events that a study keeps of every run."""
OTHER = "other"
"""Class of a buyer or seller that the pack does not know."""
NUMBERS_FROM = 8
"""Where the numbers of a deal begin."""
LAST_YEARS = 5
"""Of so many years at the end of a run the plants are kept."""
STACK = ("numpy", "scipy", "mesa", "networkx")
"""Packages whose version may change the last bits of a run."""


class Task(NamedTuple):
    """One run that is to be played: its number, its scenario in the study, its luck and its inputs."""

    run: int
    scenario: int
    sample: int
    seed: int
    inputs: tuple[float, ...]


class Stage(NamedTuple):
    """What all runs of a study share: scenarios by number, paths of the sampled parameters, agents of one's own."""

    scenarios: tuple[Scenario, ...]
    paths: tuple[str, ...]
    agents: "Minds | None" = None


class Move(NamedTuple):
    """An exit, a purchase or a relocation: when, who, from or to whom, how many Mt/yr."""

    year: int
    kind: str
    agent: str
    counterpart: str
    amount_mt: float


class Bargain(NamedTuple):
    """A deal that closed: when, what, between whom, how the seller stood, how much of what, and how it was paid."""

    year: int
    kind: str
    buyer: str
    seller: str
    target: str
    buyer_class: str
    seller_class: str
    seller_state: str
    stake_share: float
    size_mt: float
    smelting_mt: float
    price_mcny: float
    paid_cash_mcny: float
    paid_debt_mcny: float
    paid_shares_mcny: float
    debt_assumed_mcny: float


class Holding(NamedTuple):
    """Nameplate of a group or in a region at the end of a run."""

    kind: str
    name: str
    nameplate_mt: float


Running = tuple[str, int, float, float]
"""A plant, a year, the Mt that it made in it and what a tonne cost it in cash, CNY."""


@dataclass(frozen=True)
class Outcome:
    """What a study keeps of one run.

    Attributes:
        run: its number.
        digest: sha256 of everything below, empty when the run failed.
        seconds: how long it took.
        reason: why it failed, empty when it did not.
        years: one row of measures a year.
        moves: exits, deals and relocations.
        holdings: who and where holds how much at the end.
        deals: those that closed.
        running: plants that made something in the last years.
    """

    run: int
    digest: str = ""
    seconds: float = 0.0
    reason: str = ""
    years: list[tuple[int, list[float]]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    deals: list[Bargain] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)


_STAGED: dict[str, Stage] = {}
"""Stages of the studies that this process works for, by the name of each."""


def stage(name: str, ready: Stage | None) -> None:
    """Keep what a study's runs share in this process, or forget it."""
    if ready is None:
        _STAGED.pop(name, None)
        return
    _STAGED[name] = ready
    # Policies of a script or a notebook have come along with the scenarios, but not their registration.
    for policy in (each for scenario in ready.scenarios for each in scenario.spec.policies):
        if policy.type not in POLICIES:
            POLICIES.add(policy.type, type(policy))


def warm_up() -> None:
    """Import the model, which takes a second, so that the first run is not charged for it."""
    import mesa  # noqa: F401  first, as it looks through all frames that import it, of which there are few here

    import sim.checks
    import sim.industry
    import sim.recorder  # noqa: F401


def play_chunk(name: str, tasks: Sequence[Task], code: str) -> list[Outcome]:
    """Play several runs of a staged study; a run that fails is told as an outcome, not raised.

    Raises:
        MachineError: this process runs other code than the one that asks.
    """
    if code != fingerprint():
        raise MachineError(f"a worker runs other code than this process: {fingerprint()}, not {code}")
    if name not in _STAGED:
        raise MachineError(f"a worker has not been given the scenarios of {name}")
    ready = _STAGED[name]
    return [play(ready, task) for task in tasks]


@collected_after()
def play(stage: Stage, task: Task) -> Outcome:
    """Play one run with conservation watching, and forget the model.

    Raises:
        MachineError: memory does not reach, which is no fault of the run.
    """
    started = time.perf_counter()
    try:
        scenario = stage.scenarios[task.scenario]
        inputs = zip(stage.paths, task.inputs, strict=True)
        reached = {path: value for path, value in inputs if left_to_pack(scenario, path)}
        found = _played(with_inputs(scenario, reached), task, stage.agents)
    except MemoryError as error:
        raise MachineError("not enough memory for a run") from error
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".replace("\n", " ")[:500]
        return Outcome(task.run, seconds=time.perf_counter() - started, reason=reason)
    return Outcome(task.run, digest_of(found), time.perf_counter() - started, "", *found)


Kept = tuple[list[tuple[int, list[float]]], list[Move], list[Holding], list[Bargain], list[Running]]


def _played(scenario: Scenario, task: Task, agents: "Minds | None") -> Kept:
    from sim.checks import Conservation
    from sim.industry import Industry

    with Industry(scenario, task.seed, agents) as industry:
        industry.checkers.append(Conservation(industry.world))
        industry.run_model()
        kept = kept_of(industry.world, industry.recorder)
        # It and its agents hold one another: emptied, all of it goes at once and is no work for the collector.
        industry.__dict__.clear()
        return kept


def kept_of(world: "World", recorder: "Recorder") -> Kept:
    """What a study keeps of an industry at its end: measures by year, moves, holdings, deals, plants."""
    plants = world.refineries
    moves = [
        Move(each.year, str(each.kind), each.agent, each.counterpart, float(each.amount))
        for each in world.events
        if each.kind in MOVES
    ]
    by_group = total_by(plants.group, plants.nameplate_mt, len(world.groups))
    by_region = total_by(plants.region, plants.nameplate_mt, len(world.geography.regions))
    holdings = [
        Holding(kind, name, float(size))
        for kind, names, sizes in (
            ("group", world.groups.keys, by_group),
            ("region", world.geography.regions, by_region),
        )
        for name, size in zip(names, np.asarray(sizes), strict=True)
        if size > 0.0
    ]
    years = [(year, [*map(float, values)]) for year, values in recorder.years]
    return years, moves, holdings, _bargains(world), _running(world, recorder)


def _running(world: "World", recorder: "Recorder") -> list[Running]:
    """The plants that made something in the last years, by year and in the order of the table."""
    from sim.recorder import LEAST_MT

    return [
        (plant, year, made, cost)
        for year, columns in recorder.plants[-LAST_YEARS:]
        for plant, made, cost in zip(
            world.refineries.keys,
            columns["made_mt"].tolist(),
            columns["cash_cost_cny_per_t"].tolist(),
            strict=False,  # plants that were founded later have no row yet
        )
        if made > LEAST_MT
    ]


def _bargains(world: "World") -> list[Bargain]:
    """The deals that closed, in the order of the book."""
    from sim.aftermath import owner_classes

    classes = owner_classes(world)
    return [
        Bargain(
            *(getattr(each, name) for name in Bargain._fields[:5]),
            *(classes.get(who, OTHER) for who in (each.buyer, each.seller)),
            *(getattr(each, name) for name in Bargain._fields[7:]),
        )
        for each in world.deals
        if each.outcome == CLOSED
    ]


def answers(outcomes: object, tasks: Sequence[Task]) -> bool:
    """Whether something is the outcomes of some runs, each under the digest of what it holds."""
    return (
        isinstance(outcomes, list)
        and all(isinstance(each, Outcome) for each in outcomes)
        and [each.run for each in outcomes] == [task.run for task in tasks]
        and all(each.reason or each.digest == digest_of(_kept(each)) for each in outcomes)
    )


def _kept(outcome: Outcome) -> Kept:
    return outcome.years, outcome.moves, outcome.holdings, outcome.deals, outcome.running


def digest_of(kept: Kept) -> str:
    """The sha256 of what is kept of a run, every bit of its numbers in it."""
    years, moves, holdings, deals, running = kept
    parts = [struct.pack(f"<q{len(values)}d", year, *values) for year, values in years]
    parts += [_text(row[:-1]) + struct.pack("<d", row[-1]) for row in (*moves, *holdings)]
    parts += [_text(deal[:NUMBERS_FROM]) + struct.pack("<8d", *deal[NUMBERS_FROM:]) for deal in deals]
    parts += [
        f"{key}\0".encode() + struct.pack("<q2d", year, made, cost) for key, year, made, cost in running
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _text(values: Sequence[object]) -> bytes:
    return ("\0".join(map(str, values)) + "\0").encode()


SOURCES = ("c", "py", "sql", "toml", "yaml")
"""Endings of files whose words and statements are part of what a study or an explanation says."""


@cache
def fingerprint() -> str:
    """What has to agree between processes that share a study: our code and the numerical stack."""
    total = hashlib.sha256()
    package = Path(__file__).resolve().parent.parent
    ours = (path for ending in SOURCES for path in package.rglob(f"*.{ending}"))
    for path in sorted(path for path in ours if "_scenarios" not in path.parts):
        total.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    stack = ", ".join(f"{name} {version(name)}" for name in STACK)
    python = ".".join(platform.python_version_tuple()[:2])
    return f"code {total.hexdigest()[:16]}, Python {python}, {stack}"
