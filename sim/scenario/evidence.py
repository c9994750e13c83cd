"""The values of a pack's parameters with their evidence: range, unit, source, date and status.

`parameters.yaml` holds what somebody found or assumed, `calibration.yaml` what the calibration found.
Together they have exactly one entry for each number that `parameters.py` declares; the declaration says what
a number means and how large it can be at all, the entry says what it is here and why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path as FilePath
from typing import Any, Literal

from pydantic import Field, ValidationError

from sim.core.units import Declared, unit_of
from sim.scenario.columns import ANY, Column, columns_of, leaves_of
from sim.scenario.former import with_new_names
from sim.scenario.judge import problems_of
from sim.scenario.merge import Node, nodes_at, nodes_of
from sim.scenario.parameters import Parameters
from sim.scenario.problems import Path, Place, Problem, dotted, nearest_name, problem_at, shown
from sim.scenario.processes import OPTIONAL
from sim.scenario.reader import read_file
from sim.scenario.row import Status
from sim.scenario.shelf import shipped_folder
from sim.scenario.trade import Trade

CALIBRATED = "calibrated"
USUAL_PACK = "china_alumina"
"""The shipped pack whose parameters hold where another leaves them out."""
USUAL_PROCESS = "bayer"
BORROWED = {
    "source": "Taken from the pack of another industry: how owners and the state behave, not how things are made here",
    "status": "assumption",
    "note": "",
    "date": "",
}
"""What is known of a number that an industry has borrowed from another."""
LEVELS = ("inputs", "levels")
OWN = ("process",)
FITTED = (
    ("running", "margin_volatility_cny_per_t"),
    ("stocks", "cover_smelters_days"),
    ("stocks", "price_scale_cny_per_t"),
    ("world", "other_exports_mt"),
)
"""What stands in `calibration.yaml`: the section `calibrated` and these parameters of other sections."""


class Provenance(Declared):
    """One parameter's value in a pack, with what is known about it."""

    value: float
    """Value in `unit`."""
    low: float
    """Lowest plausible value."""
    high: float
    """Highest plausible value."""
    unit: str
    """Unit, as the declaration of the parameter has it."""
    status: Status
    """How far to trust it."""
    source: str = Field(min_length=3)
    """Where it is from."""
    date: str = ""
    """Date of the source as it gives it."""
    note: str = ""
    """What a reader should know."""
    dist: Literal["uniform", "triangular", "normal", "lognormal", "loguniform"] | None = None
    """Shape of the uncertainty between low and high, where it is known; a study samples these parameters.

    Normal and lognormal are around the value and cut off at low and high, which stand two standard
    deviations apart from their middle; the others need no more than value, low and high."""

    @property
    def source_date(self) -> str:
        """Date of the source, under the name that rows use."""
        return self.date


@dataclass
class Evidence:
    """What the two files say: provenance by dotted path, values as a tree with places, and problems."""

    provenance: dict[str, Provenance] = field(default_factory=dict)
    tree: dict[str | int, Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    borrowed: list[str] = field(default_factory=list)
    """Dotted paths of parameters that the pack leaves out and that are those of the shipped pack."""

    def lay(self, path: str, entry: dict[str, Any], place: Place) -> None:
        """Write an entry over the one that a parameter has."""
        self.provenance[path] = Provenance.model_validate(entry)
        _put(self.tree, tuple(path.split(".")), nodes_at(entry, place))

    def layer(self, folder: FilePath) -> Node:
        """The values as the lowest layer of a scenario: a tree under the key `parameters`."""
        place = Place(str(folder / "parameters.yaml"))
        return Node({"parameters": Node(self.tree, place, place)}, place, place)


@dataclass(frozen=True)
class Keys:
    """What a pack gives numbers for by name, None where that is not known.

    Attributes:
        regions: ids of the supply regions.
        trade: the inputs.
    """

    regions: list[str] | None
    trade: Trade | None

    def has(self, path: Path) -> bool:
        """Whether a pack of this process has a section of numbers."""
        return path[0] not in OPTIONAL or (self.trade is not None and path[0] in self.trade.known.parts)

    def means(self, name: str) -> bool:
        """Whether a number means something to the process of the pack."""
        return self.trade is None or not name.startswith(self.trade.known.unused)

    @property
    def is_usual(self) -> bool:
        """Whether the pack is of the industry of the shipped one, so that what is known of a number holds here."""
        return self.trade is None or self.trade.process == USUAL_PROCESS

    def under(self, path: Path, written: list[str]) -> list[str]:
        """The keys that a mapping must have, and those of regions that it has besides."""
        if path[0] == CALIBRATED:
            return list(dict.fromkeys([*(self.regions or []), *written]))
        if self.trade is None:
            return written
        if path == OWN:
            return list(columns_of(self.trade.known.numbers))
        return [each.price if path == LEVELS else each.id for each in self.trade.inputs]

    def column(self, path: Path, declared: Column) -> Column:
        """What is declared of a number; the pack declares the level of an input, its process numbers of its own."""
        if path[:-1] == OWN and self.trade:
            return columns_of(self.trade.known.numbers)[str(path[-1])]
        if path[:-1] != LEVELS:
            return declared
        found = {each.price: each for each in self.trade.inputs} if self.trade else {}
        name = str(path[-1])
        if name not in found:
            return replace(declared, unit=unit_of(name))
        return replace(declared, unit=unit_of(name), low=found[name].low, high=found[name].high)


def read_evidence(folder: FilePath, keys: Keys) -> Evidence:
    """The parameters in a folder with their evidence.

    A pack may leave parameters out of `parameters.yaml`, such as those of a newer version: then the entry of the
    shipped pack holds, with its evidence. What the calibration finds, and numbers by region or input, it must give.

    Args:
        folder: the pack.
        keys: regions and inputs, each of which needs its own entry in some parameters.
    """
    evidence = Evidence()
    fitted = [path for path in leaves_of(Parameters) if path[0] == CALIBRATED or path in FITTED]
    found = [path for path in leaves_of(Parameters) if path not in fitted and keys.has(path)]
    _read(folder / "parameters.yaml", found, (evidence, keys), borrows=True)
    _read(folder / "calibration.yaml", fitted, (evidence, keys))
    return evidence


def _read(
    path: FilePath, wanted: list[tuple[str, ...]], into: tuple[Evidence, Keys], *, borrows: bool = False
) -> None:
    evidence, keys = into
    document = read_file(path)
    evidence.problems.extend(document.problems)
    if not document.whole:
        return
    root = with_new_names(nodes_of(document), "parameters.")
    expanded = dict(_expanded(wanted, root, keys))
    evidence.problems.extend(_unknown(root, (), list(expanded)))
    missing = [full for full in expanded if borrows and full in wanted and root.at(full) is None]
    usual = nodes_of(read_file(shipped_folder() / USUAL_PACK / path.name)) if missing else root
    for full, column in expanded.items():
        _take(full, column, (usual if full in missing else root, evidence))
    for name in map(dotted, missing):
        known = evidence.provenance.pop(name, None)
        if known is not None and keys.means(name):
            evidence.borrowed.append(name)
            evidence.provenance[name] = known if keys.is_usual else known.model_copy(update=BORROWED)


def _expanded(wanted: list[tuple[str, ...]], root: Node, keys: Keys) -> Iterator[tuple[Path, Column]]:
    """The paths that leaves have in a pack: themselves, or one for each region or input, key by key."""
    for above, leaves in groupby(wanted, key=_above_any):
        names = [""]
        if above:
            found = root.at(above)
            names = keys.under(above, [str(key) for key, _ in found.below()] if found else [])
        among = list(leaves)
        for name in names:
            for leaf in among:
                full = tuple(name if part == ANY else part for part in leaf)
                yield full, keys.column(full, leaves_of(Parameters)[leaf])


def _above_any(leaf: tuple[str, ...]) -> tuple[str, ...]:
    """The path of the mapping that a leaf stands under, nothing where there is none."""
    return leaf[: leaf.index(ANY)] if ANY in leaf else ()


def _take(path: Path, column: Column, within: tuple[Node, Evidence]) -> None:
    root, evidence = within
    node = root.at(path)
    if node is None:
        near = _nearest_place(root, path)
        message = f"has no entry (a mapping with value, low, high, unit: {column.unit}, status, source)"
        evidence.problems.append(problem_at(near, path, message))
        return
    try:
        found = Provenance.model_validate(node.plain())
    except ValidationError as error:
        for item in problems_of(error, Provenance, node):
            inner = f"{dotted(path)}.{item.path}" if item.path else dotted(path)
            evidence.problems.append(problem_at(item.place, inner, item.message, item.nearest))
        return
    evidence.problems.extend(_wrong(found, column, path, node))
    evidence.provenance[dotted(path)] = found
    _put(evidence.tree, path, node)


def _wrong(found: Provenance, column: Column, path: Path, node: Node) -> Iterator[Problem]:
    """What is wrong with an entry in the light of the parameter's declaration."""
    assert isinstance(node.value, dict)
    here: Mapping[str | int, Node] = node.value

    def problem(key: str, message: str, nearest: str | None = None) -> Problem:
        return problem_at(here[key].place, f"{dotted(path)}.{key}", message, nearest)

    if found.unit != column.unit:
        message = f"{shown(found.unit)} is not the unit of this parameter, {column.unit}"
        yield problem("unit", message, column.unit)
    for key in ("value", "low", "high"):
        number = getattr(found, key)
        if not column.low <= number <= column.high:
            allowed = f"{column.low:g} to {column.high:g} {column.unit}"
            yield problem(key, f"{number:g} is outside what is possible: {allowed}")
        if column.kind is int and not isinstance(here[key].value, int):
            yield problem(key, f"should be a whole number, not {shown(number)}")
    if found.dist in ("lognormal", "loguniform") and found.low <= 0.0:
        yield problem("dist", f"{found.dist} needs a low above zero, not {found.low:g}")
    if not found.low <= found.value <= found.high:
        message = f"{found.value:g} is not between low {found.low:g} and high {found.high:g}"
        yield problem("value", message)


def _unknown(node: Node, path: Path, wanted: list[Path]) -> Iterator[Problem]:
    """A problem for each entry that no parameter is declared for."""
    if path in wanted:
        return
    allowed = list(dict.fromkeys(str(leaf[len(path)]) for leaf in wanted if leaf[: len(path)] == path))
    if not isinstance(node.value, dict):
        message = f"should be a mapping of {', '.join(allowed[:4])} ..., not {shown(node.plain())}"
        yield problem_at(node.place, path, message)
        return
    for key, child in node.value.items():
        if key in allowed:
            yield from _unknown(child, (*path, str(key)), wanted)
        else:
            near = nearest_name(str(key), allowed)
            yield problem_at(child.key_place, (*path, key), "no such parameter in this file", near)


def _nearest_place(root: Node, path: Path) -> Place:
    """The place of the innermost section that is there."""
    for length in range(len(path) - 1, 0, -1):
        found = root.at(path[:length])
        if found is not None:
            return found.key_place
    return root.place


def _put(tree: dict[str | int, Node], path: Path, node: Node) -> None:
    """Write the value of an entry into a tree of values, with the place of the value."""
    assert isinstance(node.value, dict)
    *parents, last = path
    for part in parents:
        section = tree.setdefault(part, Node({}, node.place, node.key_place)).value
        assert isinstance(section, dict)
        tree = section
    tree[last] = Node(node.value["value"].value, node.value["value"].place, node.key_place)


def plain_values(tree: Mapping[str | int, Node]) -> dict[str, Any]:
    """The values of a tree as nested dicts."""
    return {str(key): node.plain() for key, node in tree.items()}
