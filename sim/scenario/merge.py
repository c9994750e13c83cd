"""Laying one scenario over another, with the origin of every value.

A `Node` is a value that remembers where it was written. Documents become trees of nodes, trees are laid
over one another, and the result still knows for each leaf the file and line that set it. The rules, in
full:

* mappings merge key by key, the upper one wins;
* lists whose items all have an `id` merge item by item; new ids go to the end;
* a mapping laid over such a list addresses its items by id: `policies: {ets: {start_year: 2028}}`;
* any other list, and every plain value, replaces what is below;
* `null` deletes the key, or the item, that is below it.

Nothing here knows what a scenario means; the schema judges the result.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sim.scenario import problems
from sim.scenario.reader import Document
from sim.scenario.scalars import Plain

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value with where it was written: a mapping of nodes, a list of nodes, or a scalar."""

    value: "dict[str | int, Node] | tuple[Node, ...] | Scalar"
    place: problems.Place
    key_place: problems.Place

    def below(self) -> "Iterator[tuple[str | int, Node]]":
        """The keys or indices of a container with their nodes; nothing for a scalar."""
        if isinstance(self.value, dict):
            yield from self.value.items()
        elif isinstance(self.value, tuple):
            yield from enumerate(self.value)

    def child(self, key: str | int) -> "Node | None":
        """The node under a key or at an index, or None when there is none."""
        if isinstance(self.value, dict):
            return self.value.get(key)
        if isinstance(self.value, tuple) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def at(self, path: problems.Path) -> "Node | None":
        """The node at a path below, or None when there is none."""
        node: Node | None = self
        for part in path:
            node = node.child(part) if node else None
        return node

    def plain(self) -> Plain:
        """The value without places, in new dicts and lists."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value


class Difference(NamedTuple):
    """A value that two scenarios do not share; `ABSENT` where one of them has none."""

    path: str
    before: object
    after: object


class _Absent:
    def __repr__(self) -> str:
        return "-"


ABSENT = _Absent()
"""Stands for no value in a `Difference`."""


def nodes_of(document: Document) -> Node:
    """A document as a tree of nodes."""
    return _node(document.content, (), document)


def nodes_at(content: Any, place: problems.Place) -> Node:
    """Plain values as a tree of nodes that were all written at one place, such as an argument.

    Raises:
        InvalidScenarioError: something in it is neither a mapping, a list nor a plain value.
    """
    value: dict[str | int, Node] | tuple[Node, ...] | Scalar
    match content:
        case None | bool() | int() | float() | str():
            value = content
        case dict() if all(isinstance(key, str | int) for key in content):
            value = {key: nodes_at(item, place) for key, item in content.items()}
        case list() | tuple():
            value = tuple(nodes_at(item, place) for item in content)
        case _:
            raise problems.InvalidScenarioError(
                [
                    problems.problem_at(
                        place, "", f"{type(content).__name__} is neither a plain value, a list nor a mapping"
                    )
                ]
            )
    return Node(value, place, place)


def merge(below: Node, above: Node) -> Node:
    """`above` laid over `below`; neither is changed.

    Raises:
        InvalidScenarioError: an item is to be deleted that is not there.
    """
    if isinstance(below.value, tuple) and isinstance(above.value, dict) and _by_id(below):
        return _merge_items(below, _named_items(above.value), above)
    if isinstance(below.value, tuple) and isinstance(above.value, tuple) and _by_id(below) and _by_id(above):
        return _merge_items(below, _items(above), above)
    if not (isinstance(below.value, dict) and isinstance(above.value, dict)):
        return above
    merged = dict(below.value)
    for key, node in above.value.items():
        if key not in merged:
            merged[key] = node
        elif node.value is None:
            del merged[key]
        else:
            merged[key] = merge(merged[key], node)
    return replace(above, value=merged)


def without(node: Node, path: problems.Path) -> Node:
    """A tree without what stands at a path, or without the innermost thing that does on the way to it."""
    below = node.child(path[0])
    if below is None:
        return node
    goes_on = len(path) > 1 and below.child(path[1]) is not None
    rest = without(below, path[1:]) if goes_on else None
    value = {key: rest if key == path[0] else child for key, child in node.below()}
    kept = {key: child for key, child in value.items() if child is not None}
    return replace(node, value=kept if isinstance(node.value, dict) else tuple(kept.values()))


def items_by_id(node: Node) -> Node:
    """A mapping from ids to items as the list that it stands for; a list, or anything else, as it is.

    Raises:
        InvalidScenarioError: an item is `null`, though there is nothing below to delete.
    """
    if not isinstance(node.value, dict):
        return node
    return _merge_items(replace(node, value=()), _named_items(node.value), node)


def setting(path: Sequence[str], value: Node, base: Node) -> Node:
    """The layer that sets one value, for example `policies.ets.start_year=2028`.

    Args:
        path: the keys that lead to the value; an item of a list is named by its id.
        value: what to set.
        base: what the layer will be laid over; ids of list items must exist in it.

    Raises:
        InvalidScenarioError: the path leads through a plain value, a list without ids or an unknown id.
    """
    current: Node | None = base
    keys: list[str | int] = []
    for number, part in enumerate(path):
        is_last = number + 1 == len(path)
        try:
            key, current = _step(part, current, is_last)
        except LookupError as error:
            message, near = error.args
            raise problems.InvalidScenarioError(
                [problems.problem_at(value.place, ".".join(path), message, near)]
            ) from None
        keys.append(key)
    layer = value
    for key in reversed(keys):
        layer = Node({key: layer}, value.place, value.place)
    return layer


def leaves(node: Node, path: problems.Path = ()) -> Iterator[tuple[problems.Path, Node]]:
    """Every plain value and every empty container with its path; list items by their id."""
    named = _by_id(node)
    empty = True
    for key, child in node.below():
        empty = False
        part = key if isinstance(node.value, tuple) else str(key)
        yield from leaves(child, (*path, _identity(child) if named else part))
    if empty:
        yield path, node


def difference(before: Node, after: Node) -> list[Difference]:
    """Every value that differs between two resolved scenarios, by path; list items by their id."""
    old = {problems.dotted(path): node.plain() for path, node in leaves(before)}
    new = {problems.dotted(path): node.plain() for path, node in leaves(after)}
    paths = dict.fromkeys([*old, *new])
    rows = (Difference(path, old.get(path, ABSENT), new.get(path, ABSENT)) for path in paths)
    return [row for row in rows if not _same(row.before, row.after)]


def duplicate_ids(node: Node, path: problems.Path = ()) -> Iterator[problems.Problem]:
    """A problem for each list item whose id was used before in the same list."""
    if isinstance(node.value, tuple) and _by_id(node):
        seen: dict[str, Node] = {}
        for item in node.value:
            name = _identity(item)
            first = seen.setdefault(name, item)
            if first is not item:
                message = f"id {problems.shown(name)} is given twice: on line {first.place.line} and here"
                yield problems.problem_at(item.place, path, message)
    for key, child in node.below():
        yield from duplicate_ids(child, (*path, key))


def _node(content: Any, path: problems.Path, document: Document) -> Node:
    value: dict[str | int, Node] | tuple[Node, ...] | Scalar = content
    if isinstance(content, dict):
        value = {key: _node(item, (*path, key), document) for key, item in content.items()}
    elif isinstance(content, list):
        value = tuple(_node(item, (*path, number), document) for number, item in enumerate(content))
    return Node(value, document.place(path), document.key_place(path))


def _identity(item: Node) -> str:
    assert isinstance(item.value, dict)
    return str(item.value["id"].value)


def _by_id(node: Node) -> bool:
    """Whether a node is a list of which every item, at least one, is a mapping with a text as `id`."""
    return (
        isinstance(node.value, tuple)
        and bool(node.value)
        and all(
            isinstance(item.value, dict) and "id" in item.value and isinstance(item.value["id"].value, str)
            for item in node.value
        )
    )


def _items(node: Node) -> dict[str, Node]:
    assert isinstance(node.value, tuple)
    return {_identity(item): item for item in node.value}


def _named_items(mapping: dict[str | int, Node]) -> dict[str, Node]:
    """The items of a mapping from ids to items, each with its id inside."""
    return {str(key): _with_id(node, key) for key, node in mapping.items()}


def _with_id(node: Node, name: str | int) -> Node:
    """An item that was written under its id as key, with the id inside."""
    if not isinstance(node.value, dict) or "id" in node.value:
        return node
    return replace(node, value={"id": Node(str(name), node.key_place, node.key_place), **node.value})


def _merge_items(below: Node, upper: dict[str, Node], above: Node) -> Node:
    merged = _items(below)
    for name, node in upper.items():
        if node.value is None and name not in merged:
            near = problems.nearest_name(name, merged)
            raise problems.InvalidScenarioError(
                [problems.problem_at(node.key_place, name, "no item with this id to delete", near)]
            )
        if node.value is None:
            del merged[name]
        else:
            merged[name] = merge(merged[name], node) if name in merged else node
    return replace(above, value=tuple(merged.values()))


def _step(part: str, current: Node | None, is_last: bool) -> tuple[str | int, Node | None]:
    """The key that a part of a path means below a node, and the node there if there is one."""
    if current is None or current.value is None or current.value == ():
        return part, None
    if isinstance(current.value, dict):
        key = {str(name): name for name in current.value}.get(part, part)
        return key, current.value.get(key)
    if not isinstance(current.value, tuple):
        raise LookupError(f"'{part}' is sought in the plain value {problems.shown(current.value)}", None)
    if not _by_id(current):
        raise LookupError(f"'{part}' is sought in a list without ids, which can only be set as a whole", None)
    items = _items(current)
    if part not in items and not is_last:
        raise LookupError(f"no item has the id {problems.shown(part)}", problems.nearest_name(part, items))
    return part, items.get(part)


def _same(before: object, after: object) -> bool:
    return type(before) is type(after) and before == after
