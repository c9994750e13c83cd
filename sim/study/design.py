"""What varies in a study: the uncertain parameters of the pack, sampled by design, and the seeds.

A pack says for each parameter how uncertain it is; those with a `dist` are sampled between their `low` and
`high`. Those that were calibrated together come from the posterior of the pack, where it has one: a whole draw each,
so that every run starts from a base year that fits the record. What a scenario sets itself is its question and is
not sampled over. Two scenarios of one study share samples and seeds, so that their runs differ by the scenario alone.

Source: Latin hypercube, McKay, Beckman & Conover 1979; Sobol points with scrambling, Owen 1998, both from
scipy.stats.qmc.

The packs that a study carries, so that it can be copied anywhere and replayed there.

The files are kept as they were read, packed, once for each pack. A scenario is made from them in a folder for
the moment; its digest is checked against the one that the study was begun with. A study may come from a stranger:
nothing that it holds is written outside that folder, and no file is unpacked beyond what a pack may have.
"""

import math
import re
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.core.registry import known as known_name
from sim.core.rng import Streams
from sim.scenario.columns import leaves_of
from sim.scenario.evidence import Provenance
from sim.scenario.load import Scenario, restore
from sim.scenario.merge import Node, merge
from sim.scenario.pack import FILES, Pack
from sim.scenario.parameters import Parameters
from sim.scenario.posterior import Posterior
from sim.scenario.problems import Place
from sim.scenario.scalars import MAX_BYTES
from sim.scenario.schema import PACK_NAME, ScenarioSpec

JOINT = "posterior"
"""Shape of what comes from the draws of the posterior."""
DESIGNS = ("lhs", "sobol", "seeds")
"""Latin hypercube, scrambled Sobol points, or no sampling: then only luck differs."""
LUCK = "study design"
SPREADS = 4.0
"""Standard deviations between low and high where the shape is normal: nineteen in twenty lie between them."""
SAMPLED = Place("study")


@dataclass(frozen=True)
class Uncertain:
    """One parameter that is sampled.

    Attributes:
        path: dotted, below `parameters`.
        value: the pack's value.
        low: lowest value.
        high: highest value.
        dist: shape between them.
        unit: unit.
        whole: whether only whole numbers are allowed.
        joint: the posterior that it comes from, where the shape is `posterior`.
    """

    path: str
    value: float
    low: float
    high: float
    dist: str
    unit: str
    whole: bool = False
    joint: Posterior | None = field(default=None, repr=False, compare=False)

    def at(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values below which shares of the probability lie, each between low and high.

        Of a posterior, the value of the draw to which a share falls, by its weight; the same share is the same draw.
        """
        if self.joint:
            draws = np.searchsorted(np.cumsum(self.joint.weights), share)
            return self.joint.of(self.path)[np.minimum(draws, len(self.joint.weights) - 1)]
        found = np.clip(_quantiles(self, share), self.low, self.high)
        return np.rint(found) if self.whole else found


def _quantiles(known: Uncertain, share: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy import stats

    low, high, value = known.low, known.high, known.value
    match known.dist:
        case "uniform":
            found = low + share * (high - low)
        case "triangular":
            found = stats.triang.ppf(share, (value - low) / (high - low), low, high - low)
        case "loguniform":
            found = np.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        case "normal":
            found = _truncated(share, value, low, high)
        case _:
            found = np.exp(_truncated(share, *(math.log(each) for each in (value, low, high))))
    return np.asarray(found, dtype=np.float64)


def _truncated(share: NDArray[np.float64], mode: float, low: float, high: float) -> NDArray[np.float64]:
    """Quantiles of a normal around the mode, cut off at low and high."""
    from scipy import stats

    spread = (high - low) / SPREADS
    found = stats.truncnorm.ppf(share, (low - mode) / spread, (high - mode) / spread, mode, spread)
    return np.asarray(found, dtype=np.float64)


def uncertain_parameters(scenarios: Sequence[Scenario], *, joint: bool = True) -> tuple[Uncertain, ...]:
    """The parameters that at least one of the scenarios leaves to the pack, in the pack's order.

    Args:
        scenarios: of one study.
        joint: whether parameters of the posterior come from it; else by their own ranges, and only those that have any.
    """
    found: dict[str, Uncertain] = {}
    for scenario in scenarios:
        drawn = scenario.pack.posterior if joint else Posterior()
        for path, known in scenario.pack.provenance.items():
            if path in found or not left_to_pack(scenario, path):
                continue
            if path in drawn.paths:
                found[path] = _drawn(path, known, drawn)
            elif known.dist and known.low < known.high:
                found[path] = _uncertain(path, known)
    return tuple(found.values())


def _drawn(path: str, known: Provenance, drawn: Posterior) -> Uncertain:
    values = drawn.of(path)
    return Uncertain(
        path, known.value, float(values.min()), float(values.max()), JOINT, known.unit, joint=drawn
    )


def _uncertain(path: str, known: Provenance) -> Uncertain:
    column = leaves_of(Parameters).get(tuple(path.split(".")))
    whole = column is not None and column.kind is int
    return Uncertain(path, known.value, known.low, known.high, known.dist or "", known.unit, whole)


def left_to_pack(scenario: Scenario, path: str) -> bool:
    """Whether a scenario takes a parameter from its pack rather than setting it."""
    keys = ("parameters", *path.split("."))
    here, there = scenario.tree.at(keys), scenario.pack.parameter_layer.at(keys)
    return here is not None and there is not None and here.place == there.place


def own_paths(scenario: Scenario, known: Sequence[Uncertain]) -> tuple[str, ...]:
    """The sampled parameters that a scenario sets itself, so that no sample reaches them."""
    return tuple(each.path for each in known if not left_to_pack(scenario, each.path))


def sampled(known: Sequence[Uncertain], design: str, runs: int, seed: int = 0) -> Floats:
    """One row of parameter values a sample, (runs, parameters).

    Raises:
        UsageError: a Sobol design is not a power of two long, or the design is unknown.
    """
    if known_name("design", design, DESIGNS) == "seeds" or not known:
        return np.empty((runs, 0))
    below, above = 2 ** (runs.bit_length() - 1), 2 ** runs.bit_length()
    if design == "sobol" and runs != below:
        raise UsageError(f"a Sobol design needs a power of two: {below} or {above} runs, not {runs}")
    alone = sum(each.joint is None for each in known)
    shares = Streams(seed).points(LUCK, design, runs, alone + (alone < len(known)))
    columns = iter(range(alone))
    return np.column_stack([each.at(shares[:, alone if each.joint else next(columns)]) for each in known])


def with_inputs(scenario: Scenario, inputs: Mapping[str, float]) -> Scenario:
    """A scenario with these values, by dotted path below `parameters`, in place of its own."""
    if not inputs:
        return scenario
    tree = merge(scenario.tree, _layer(inputs))
    spec = ScenarioSpec.model_validate(tree.plain())
    return replace(scenario, spec=spec, tree=tree)


def _layer(inputs: Mapping[str, float]) -> Node:
    """Values by dotted path as a tree below `parameters`."""
    nested: dict[str | int, Any] = {}
    columns = leaves_of(Parameters)
    for path, value in inputs.items():
        *parents, last = path.split(".")
        section = nested
        for part in parents:
            section = section.setdefault(part, {})
        column = columns.get((*parents, last))
        section[last] = int(value) if column is not None and column.kind is int else float(value)
    return _nodes({"parameters": nested})


def _nodes(content: Any) -> Node:
    if isinstance(content, dict):
        content = {key: _nodes(each) for key, each in content.items()}
    return Node(content, SAMPLED, SAMPLED)


def keep_packs(link: sqlite3.Connection, packs: Iterable[Pack]) -> None:
    """Put the files of packs into a study."""
    for pack in {each.digest: each for each in packs}.values():
        rows = [
            (pack.digest, pack.folder.name, name, zlib.compress(content, 9))
            for name, content in pack.files.items()
        ]
        link.executemany("INSERT INTO packs VALUES (?, ?, ?, ?)", rows)


class Packed(NamedTuple):
    """A scenario as a study holds it: its resolved text, the digests that it was begun with, the files of its pack."""

    label: str
    name: str
    text: str
    spec_digest: str
    pack_digest: str
    files: tuple[tuple[Any, ...], ...]


def packed(link: sqlite3.Connection, label: str) -> Packed:
    """What a study holds of a scenario.

    Raises:
        UsageError: the study holds no copy of the pack.
    """
    name, text, spec, digest = link.execute(
        "SELECT name, yaml, spec_sha256, pack_sha256 FROM scenarios WHERE label = ?", (label,)
    ).fetchone()
    if not link.execute("SELECT 1 FROM sqlite_master WHERE name = 'packs'").fetchone():
        raise UsageError("the study was made by an earlier Shakeout and holds no copy of its pack")
    rows = link.execute("SELECT pack, file, content FROM packs WHERE sha256 = ?", (digest,))
    return Packed(label, name, text, spec, digest, tuple(rows))


@lru_cache(maxsize=4)
def restored(kept: Packed) -> Scenario:
    """A scenario of a study as it was when the study was begun, from what the study holds alone.

    Raises:
        UsageError: what the study holds is not what it was begun with, or no pack at all.
        InvalidScenarioError: this program cannot read the scenario or the pack any more.
    """
    with TemporaryDirectory(prefix="shakeout-pack-") as folder:
        for pack, file, content in kept.files:
            if file in FILES:
                home = Path(folder) / _pack_name(pack)
                home.mkdir(exist_ok=True)
                (home / file).write_bytes(_file(file, content))
        scenario = restore(kept.name, kept.text, Path(folder))
    if (scenario.hash, scenario.pack.digest) != (kept.spec_digest, kept.pack_digest):
        raise UsageError(f"what the study holds of {kept.label} is not what it was begun with")
    return scenario


def unpacked(link: sqlite3.Connection, label: str) -> Scenario:
    """A scenario of a study; errors as in `packed` and `restored`."""
    return restored(packed(link, label))


def _pack_name(name: object) -> str:
    if not isinstance(name, str) or not re.fullmatch(PACK_NAME, name):
        raise UsageError(f"the study holds a pack with a name that none can have: {str(name)[:60]!r}")
    return name


def _file(name: str, content: object) -> bytes:
    """A file of a pack unpacked, but never more than any file of a pack may have."""
    try:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(content if isinstance(content, bytes) else b"", MAX_BYTES + 1)
    except zlib.error as error:
        raise UsageError(f"the study holds {name} of its pack, but it cannot be unpacked: {error}") from error
    if len(found) > MAX_BYTES:
        raise UsageError(f"the study holds {name} of its pack with more than {MAX_BYTES:,} bytes")
    return found
