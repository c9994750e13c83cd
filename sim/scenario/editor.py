"""The JSON Schema of what a user writes, for editors that complete and check while typing.

It is derived from the schema of a *resolved* scenario and differs from it as a file differs from what it
resolves to: nothing is required, `extends` is allowed, any value may be `null`, and a list of policies,
shocks or facts may also be written as a mapping by id. The final word is that of `shakeout validate`.
"""

from typing import Any

from pydantic import TypeAdapter

from sim.policies.policy import POLICIES
from sim.scenario.rows import TABLES
from sim.scenario.schema import ScenarioSpec

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
