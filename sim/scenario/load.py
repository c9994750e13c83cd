"""From a name to a frozen, validated scenario: `load` for one to run, `validate` for all that is wrong.

The order of the layers, the lowest first: the parameters of the industry pack, the chain of `extends`, the
file itself, arguments (`overrides`), and settings (`--set a.b=c`). They are merged as trees that remember
where each value was written, judged by the schema, and frozen. Nothing here imports the model: a strategist
who checks a file waits for a reader and a schema, not for an industry.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.core.card import Card, Shown
from sim.core.errors import UsageError, whole
from sim.scenario import shelf
from sim.scenario.fit import fit_problems, remarks_on
from sim.scenario.former import with_new_names
from sim.scenario.judge import MAX_PROBLEMS, problems_of
from sim.scenario.merge import (
    Node,
    duplicate_ids,
    items_by_id,
    leaves,
    merge,
    nodes_at,
    nodes_of,
    setting,
    without,
)
from sim.scenario.pack import Date, Pack, read_pack
from sim.scenario.places import with_regions
from sim.scenario.portrait import scenario_card
from sim.scenario.problems import (
    InvalidScenarioError,
    Place,
    Problem,
    dotted,
    in_reading_order,
    problem_at,
    shown,
)
from sim.scenario.problems import Path as TreePath
from sim.scenario.reader import Document, read_yaml
from sim.scenario.schema import ScenarioSpec
from sim.scenario.settings import Settings, read_settings

ARGUMENT = "argument"
USUAL_YEARS = 10
"""Years that a scenario plays where it names none; they begin after the base year of its pack."""
ITEMS = (("policies",), ("shocks",), ("facts",), ("expects",))
"""Lists of which an item is left out as a whole when something is wrong with it."""
LISTS = ("policies", "shocks", "facts")
"""Lists by id, which may also be written as mappings from id to item."""
Changes = Sequence[tuple[Sequence[str], Node]]
"""Values to be set, by path."""


@dataclass(frozen=True, repr=False)
class Scenario(Shown):
    """A scenario that is ready to run: frozen, checked, with its pack and the origin of every value.

    Attributes:
        name: how it was called, without folder and suffix.
        spec: what the schema made of it.
        pack: the industry that it is about.
        tree: the resolved values with their places.
    """

    name: str
    spec: ScenarioSpec
    pack: Pack
    tree: Node

    def card(self) -> Card:
        """What it shows of itself."""
        return scenario_card(self.name, self.spec, self.pack, self.tree)

    @cached_property
    def hash(self) -> str:
        """The sha256 of the resolved spec in canonical JSON, 64 hexadecimal digits."""
        content = self.spec.model_dump(mode="json")
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode("utf-8")).hexdigest()

    @property
    def question(self) -> str:
        """The question that the scenario asks."""
        return self.spec.question

    def checked(self, year: int | None) -> int | None:
        """A year, or none, if it is one of the scenario's.

        Raises:
            UsageError: it is not.
        """
        if year is None:
            return year
        return whole("year", year, self.spec.years.start_year, self.spec.years.end_year)

    @property
    def resolved(self) -> dict[str, Any]:
        """The resolved values as plain dicts and lists, a new copy each time."""
        content = self.tree.plain()
        assert isinstance(content, dict)
        return {str(key): value for key, value in content.items()}

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What in the scenario does nothing in its years; no mistake, but seldom meant."""
        return tuple(remarks_on(self.spec, self.pack, self.tree))

    def origins(self) -> dict[str, Place]:
        """For the path of each resolved value the place that set it."""
        return {dotted(path): node.place for path, node in leaves(self.tree)}


@dataclass(frozen=True)
class _Draft:
    """A scenario on its way: what has been merged so far, and all that was wrong."""

    name: str
    folder: Path
    tree: Node
    problems: tuple[Problem, ...] = ()
    pack: Pack | None = None
    spec: ScenarioSpec | None = None


def load(
    name_or_path: "str | Path | Scenario", *, set: Settings = (), settings: Settings = (), **overrides: Any
) -> Scenario:
    """A scenario by the name of the shelf, the path of its file, or one that is there, with changes.

    Args:
        name_or_path: `baseline`, `my/scenario.yaml`, or a scenario.
        set: changes as on the command line, `["parameters.market.contract_share=0.5"]`, or as a mapping,
            `{"parameters.market.contract_share": 0.5}`.
        settings: more of them, laid over those.
        overrides: changes as nested mappings by top-level key, such as `parameters={"market": {...}}`;
            they are merged by the rules of `merge.py`, and `set` is laid over them.

    Raises:
        InvalidScenarioError: the file, or something it extends, cannot be used; all problems are in it.
        UsageError: what is given is neither a name, a path nor a scenario.
    """
    changes = (*read_settings(set), *read_settings(settings))
    if isinstance(name_or_path, Scenario):
        return _altered(name_or_path, changes, overrides) if changes or overrides else name_or_path
    if not isinstance(name_or_path, str | Path):
        raise UsageError(f"a scenario is a name, a path or one that was loaded, not {name_or_path!r:.60}")
    return _ready(_examine(str(name_or_path), changes, overrides))


def _altered(scenario: Scenario, changes: Changes, overrides: Mapping[str, Any]) -> Scenario:
    """A scenario with changes, on the pack that it has unless they reach that."""
    tree = _changed(scenario.tree, changes, overrides)
    draft = _Draft(scenario.name, scenario.pack.folder.parent, tree, pack=scenario.pack)
    is_same = all(
        tree.child(key) is scenario.tree.child(key) for key in ("pack", "rows", "base_year", "drivers")
    )
    return _ready(_judged(draft if is_same else _with_pack(draft)))


def with_policies(scenario: Scenario, name: str, policies: Mapping[str, dict[str, Any] | None]) -> Scenario:
    """A scenario with policies by id laid over its own, None taking one away, under another name and on the same pack.

    Raises:
        InvalidScenarioError: the schema or the pack refuses them.
    """
    return replace(load(scenario, policies=dict(policies)), name=name)


def restore(name: str, text: str, beside: Path) -> Scenario:
    """A scenario that was resolved and written as YAML before.

    Args:
        name: what it was called.
        text: the resolved scenario.
        beside: folder in which its pack is sought before the shelf.

    Raises:
        InvalidScenarioError: the text, or the pack that it names, cannot be used.
    """
    document = read_yaml(text.encode("utf-8"), f"{name}.yaml")
    _refuse_broken([document])
    draft = _merged(beside / f"{name}.yaml", [document])
    return _ready(_judged(_with_pack(draft)))


def _ready(draft: _Draft) -> Scenario:
    if draft.problems or draft.spec is None or draft.pack is None:
        raise InvalidScenarioError(draft.problems)
    return Scenario(draft.name, draft.spec, draft.pack, draft.tree)


def validate(names_or_paths: Sequence[str | Path]) -> list[Problem]:
    """Every problem of the named scenarios, in reading order; an empty list when all can be run."""
    return check(names_or_paths)[0]


def check(names_or_paths: Sequence[str | Path]) -> tuple[list[Problem], list[Problem]]:
    """Every problem of the named scenarios, and what in them does nothing, both in reading order."""
    found: list[Problem] = []
    remarks: list[Problem] = []
    for name in names_or_paths:
        try:
            draft = _examine(str(name), (), {})
        except InvalidScenarioError as error:
            found.extend(error.problems)
            continue
        found.extend(draft.problems)
        remarks.extend(remarks_on(draft.spec, draft.pack, draft.tree) if draft.spec and draft.pack else ())
    return list(in_reading_order(found)), list(in_reading_order(remarks))


def outline(name_or_path: str | Path) -> Node:
    """The tree of a scenario and all that it extends, without the pack and without a check.

    Raises:
        InvalidScenarioError: the chain cannot be followed.
    """
    path = shelf.find(str(name_or_path), Place(ARGUMENT))
    documents = shelf.chain(path)
    _refuse_broken(documents)
    return _merged(path, documents).tree


def resolve(name_or_path: str | Path, settings: Sequence[str] = ()) -> Node:
    """The tree of a scenario with all layers merged, whether or not the schema accepts it.

    Raises:
        InvalidScenarioError: a file of the chain cannot be read.
    """
    return _examine(str(name_or_path), tuple(read_settings(settings)), {}).tree


def _examine(name: str, settings: Changes, overrides: Mapping[str, Any]) -> _Draft:
    path = shelf.find(name, Place(ARGUMENT))
    documents = shelf.chain(path)
    _refuse_broken(documents)
    draft = _merged(path, documents)
    if not isinstance(draft.tree.value, dict):
        return draft
    draft = replace(draft, tree=_changed(draft.tree, settings, overrides))
    return _judged(_with_pack(draft))


def _refuse_broken(documents: Sequence[Document]) -> None:
    """Raise with all problems when one of the files could not be read to its end."""
    if not all(document.whole for document in documents):
        raise InvalidScenarioError(problem for document in documents for problem in document.problems)


def _merged(path: Path, documents: Sequence[Document]) -> _Draft:
    """The chain of a scenario as one tree, with what was wrong in its files."""
    problems = [problem for document in documents for problem in document.problems]
    layers = []
    for number, document in enumerate(documents, start=1):
        layer = nodes_of(document)
        if not isinstance(layer.value, dict):
            message = f"a scenario is a mapping of keys such as `question:`, not {shown(layer.plain())}"
            problems.append(problem_at(layer.place, "", message))
        problems.extend(duplicate_ids(layer))
        problems.extend(_bad_extends(layer))
        layer = _without(layer, "extends")
        # What a scenario expects is said of it alone, not of those that extend it.
        layers.append(layer if number == len(documents) else _without(layer, "expects"))
    return _Draft(path.stem, path.parent, _laid(layers), tuple(problems))


def _laid(layers: Sequence[Node]) -> Node:
    """All layers laid over one another, the lowest first, with policies and shocks as lists."""
    result = _with_lists(layers[0])
    for layer in layers[1:]:
        result = _with_lists(merge(result, layer))
    return result


def _with_lists(tree: Node) -> Node:
    """A tree in which policies and shocks that were written as mappings by id are lists, and names those of today."""
    if not isinstance(tree.value, dict):
        return tree
    value = {key: items_by_id(node) if key in LISTS else node for key, node in tree.value.items()}
    return with_new_names(replace(tree, value=value))


def _changed(tree: Node, settings: Changes, overrides: Mapping[str, Any]) -> Node:
    """A tree with arguments and then settings laid over it."""
    if overrides:
        tree = _laid([tree, nodes_at(dict(overrides), Place(ARGUMENT))])
    for path, node in settings:
        tree = _laid([tree, setting(path, node, tree)])
    return tree


def _with_pack(draft: _Draft) -> _Draft:
    """The draft with its pack and with the pack's parameters below everything else."""
    assert isinstance(draft.tree.value, dict)
    named = draft.tree.value.get("pack")
    if named is None or not isinstance(named.value, str):
        return draft
    try:
        folder = shelf.find_pack(named.value, named.place, beside=draft.folder)
        pack = read_pack(folder, _row_changes(draft.tree), _places(draft.tree), Date.of(draft.tree))
    except InvalidScenarioError as error:
        return replace(draft, problems=(*draft.problems, *error.problems))
    years = {"start_year": pack.base_year + 1, "end_year": pack.base_year + USUAL_YEARS}
    usual = merge(nodes_at({"years": years}, named.place), pack.parameter_layer)
    return replace(draft, pack=pack, tree=merge(usual, draft.tree))


def _row_changes(tree: Node) -> dict[str, dict[str, dict[str, Any]]]:
    """The well-formed changes of rows: table, id, column; what is malformed is left to the schema."""
    rows = tree.child("rows")
    changes: dict[str, dict[str, dict[str, Any]]] = {}
    for table, entries in rows.below() if rows else ():
        for row_id, entry in entries.below() if isinstance(entries.value, dict) else ():
            if isinstance(entry.value, dict) and isinstance(row_id, str):
                columns = {str(column): node.plain() for column, node in entry.below()}
                changes.setdefault(str(table), {})[str(row_id)] = columns
    return changes


def _places(tree: Node) -> dict[TreePath, Place]:
    """The place of every changed row and column, and of every table, by path."""
    rows, year = tree.child("rows"), tree.child("base_year")
    places: dict[TreePath, Place] = {("base_year",): year.place} if year else {}
    for table, entries in rows.below() if rows else ():
        places["rows", str(table)] = entries.key_place
        for row_id, entry in entries.below():
            places["rows", str(table), str(row_id)] = entry.key_place
            for column, node in entry.below():
                places["rows", str(table), str(row_id), str(column)] = node.place
    return places


def _judged(draft: _Draft) -> _Draft:
    """The draft with its spec, or with what the schema has against it."""
    try:
        spec = ScenarioSpec.model_validate(draft.tree.plain())
    except ValidationError as error:
        told = {problem.place for problem in draft.problems}
        found = problems_of(error, ScenarioSpec, draft.tree)
        news = [item for item in found if item.place not in told and not _follows_from_no_pack(item, draft)]
        return replace(
            draft, problems=in_reading_order([*draft.problems, *news, *_other_misfits(draft, error)])
        )
    misfits = fit_problems(spec, draft.pack, draft.tree) if draft.pack else []
    spec = with_regions(spec, draft.pack) if draft.pack else spec
    return replace(draft, spec=spec, problems=in_reading_order([*draft.problems, *misfits]))


def _other_misfits(draft: _Draft, error: ValidationError) -> list[Problem]:
    """What the pack has against the parts of a draft with which the schema found nothing wrong."""
    if draft.pack is None:
        return []
    places = {item["loc"][:2] if item["loc"][:1] in ITEMS else item["loc"] for item in error.errors()}
    if len(places) > MAX_PROBLEMS:
        return []  # there is enough to mend, and a tree that is cut so often takes too long
    tree = draft.tree
    for path in sorted(places, key=lambda path: [str(part).zfill(9) for part in path], reverse=True):
        tree = without(tree, path) if path else tree
    unasked = nodes_at({"question": "none that can be read"}, draft.tree.place)
    tree = merge(merge(unasked, draft.pack.parameter_layer), tree)
    try:
        return fit_problems(ScenarioSpec.model_validate(tree.plain()), draft.pack, tree)
    except ValidationError:
        return []


def _follows_from_no_pack(problem: Problem, draft: _Draft) -> bool:
    """Whether a parameter is missing only because there is no pack to give it."""
    is_parameter = problem.path == "parameters" or problem.path.startswith("parameters.")
    return draft.pack is None and is_parameter and problem.message.startswith("is missing")


def _bad_extends(layer: Node) -> list[Problem]:
    named = layer.value.get("extends") if isinstance(layer.value, dict) else None
    if named is None or isinstance(named.value, str):
        return []
    message = f"should be the name of a scenario, not {shown(named.plain())}"
    return [problem_at(named.place, "extends", message)]


def _without(layer: Node, name: str) -> Node:
    if not isinstance(layer.value, dict):
        return layer
    return replace(layer, value={key: node for key, node in layer.value.items() if key != name})
