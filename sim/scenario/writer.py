"""A resolved scenario as YAML that the reader reads back to the same values.

Text is quoted whenever the reader could take it for anything else, so that a file written here means the
same to every YAML reader. With `origins`, each value carries the file and line that set it as a comment.

The JSON Schema of what a user writes, for editors that complete and check while typing.

It is derived from the schema of a *resolved* scenario and differs from it as a file differs from what it
resolves to: nothing is required, `extends` is allowed, any value may be `null`, and a list of policies,
shocks or facts may also be written as a mapping by id. The final word is that of `shakeout validate`.
"""

import json
import re
from typing import Any

from pydantic import TypeAdapter

from sim.policies.policy import POLICIES
from sim.scenario.load import Scenario
from sim.scenario.merge import Node, nodes_at
from sim.scenario.rows import TABLES
from sim.scenario.scalars import RefusedError, scalar
from sim.scenario.schema import ScenarioSpec

_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_ ./-]*[A-Za-z0-9_]|[A-Za-z_]")


def meant(scenario: Scenario) -> Node:
    """The resolved values without parameters that mean nothing to the process of the pack."""
    values, unused = scenario.resolved, scenario.pack.trade.known.unused
    for name in (each.rstrip(".") for each in unused):
        section = values["parameters"].pop(name)
        kept = {key: each for key, each in section.items() if f"{name}.{key}" in scenario.pack.provenance}
        values["parameters"] |= {name: kept} if kept else {}
    return nodes_at(values, scenario.tree.place) if unused else scenario.tree


def yaml_text(tree: Node, origins: bool = False) -> str:
    """A tree as YAML in block style, with where each value was set when `origins` is true."""
    if not isinstance(tree.value, dict | tuple) or not tree.value:
        return f"{_inline(tree)}\n"
    lines: list[tuple[str, str]] = []
    _write(tree, 0, lines)
    width = min(60, max(len(text) for text, _ in lines))
    if not origins:
        return "".join(f"{text}\n" for text, _ in lines)
    return "".join(f"{text:<{width}}  # {place}\n" if place else f"{text}\n" for text, place in lines)


def _write(node: Node, depth: int, lines: list[tuple[str, str]]) -> None:
    """Add the lines of a container that is not empty: text, and the place of its value."""
    indent = "  " * depth
    is_list = isinstance(node.value, tuple)
    for key, child in node.below():
        head = f"{indent}-" if is_list else f"{indent}{_key(key)}:"
        if not _is_block(child):
            lines.append((f"{head} {_inline(child)}", str(child.place)))
            continue
        if not is_list:
            lines.append((head, ""))
        first = len(lines)
        _write(child, depth + 1, lines)
        if is_list:
            text, place = lines[first]
            lines[first] = (f"{head} {text[len(indent) + 2 :]}", place)


def _is_block(node: Node) -> bool:
    """Whether a node needs lines of its own: mappings always, lists when they hold containers."""
    if isinstance(node.value, tuple):
        return any(isinstance(child.value, dict | tuple) for _, child in node.below())
    return isinstance(node.value, dict) and bool(node.value)


def _inline(node: Node) -> str:
    if isinstance(node.value, tuple):
        return f"[{', '.join(_inline(child) for child in node.value)}]"
    if isinstance(node.value, dict):
        return "{}"
    return _scalar(node.value)


def _scalar(value: str | int | float | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
        case _:
            return repr(value)


def _key(key: str | int) -> str:
    return str(key) if isinstance(key, int) or _is_plain(key) else json.dumps(key, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    """Whether a text means itself without quotes."""
    try:
        return bool(_SAFE.fullmatch(text)) and scalar(text) == text
    except RefusedError:
        return False


_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def editor_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file."""
    schema = ScenarioSpec.model_json_schema()
    shapes = schema.setdefault("$defs", {})
    for name, policy in POLICIES.items():
        shape = TypeAdapter(policy).json_schema(ref_template="#/$defs/{model}")
        shapes.update(shape.pop("$defs", {}))
        shapes[f"policy_{name}"] = shape
    known = [{"$ref": f"#/$defs/policy_{name}"} for name in POLICIES.names()]
    fields = schema["properties"]
    fields["policies"] = _list_by_id(fields["policies"], {"anyOf": known})
    fields["shocks"] = _list_by_id(fields["shocks"], fields["shocks"]["items"])
    fields["facts"] = _list_by_id(fields["facts"], fields["facts"]["items"])
    fields["rows"] = _tables(shapes)
    fields["extends"] = {"type": "string", "description": "Scenario that this one starts from."}
    loosened = _loosened(schema)
    assert isinstance(loosened, dict)
    return {"$schema": _DIALECT, **loosened, "title": "Shakeout scenario"}


def _tables(shapes: dict[str, Any]) -> dict[str, Any]:
    """The shape of changed rows: table, id, columns; the rows themselves go to `shapes`."""
    for row in TABLES.values():
        shapes[row.__name__] = row.model_json_schema()
    rows = {
        table: {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{row.__name__}"}}
        for table, row in TABLES.items()
    }
    told = "Changes of the register: table, row id, column, value."
    return {"type": "object", "properties": rows, "additionalProperties": False, "description": told}


def _list_by_id(declared: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    """The shape of a list of items that may also be a mapping from id to item, or to null, which takes one away."""
    named = {"anyOf": [item, {"type": "null"}]}
    either = [{"type": "array", "items": item}, {"type": "object", "additionalProperties": named}]
    return {"anyOf": either, "description": declared.get("description", "")}


def _loosened(shape: Any, name_is_free: bool = False) -> Any:
    """A shape in which nothing is required and every property may be null.

    `name_is_free` tells that the keys of `shape` are names of properties, not words of JSON Schema.
    """
    if isinstance(shape, list):
        return [_loosened(item) for item in shape]
    if not isinstance(shape, dict):
        return shape
    if name_is_free:
        return {name: {"anyOf": [_loosened(item), {"type": "null"}]} for name, item in shape.items()}
    kept = {word: item for word, item in shape.items() if word not in ("required", "default")}
    return {
        word: {name: _loosened(each) for name, each in item.items()}
        if word == "$defs"
        else _loosened(item, word == "properties")
        for word, item in kept.items()
    }
