"""What the schema says about a resolved scenario, as problems with file, line and what would be allowed.

pydantic finds what is wrong; this module finds where it was written, through all merges, and says it in the
words of the schema: the unit and the range of a number, the allowed names of a choice, the nearest name of
a typing error. It knows types and trees, not industries.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sim.core.units import Unit
from sim.policies.policy import POLICIES, Policy
from sim.scenario.former import GONE
from sim.scenario.merge import Node
from sim.scenario.problems import Problem, dotted, nearest_name, problem_at, shown

MAX_PROBLEMS = 100
"""After this many problems only their number is told."""

_KINDS = {
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a mapping",
    "string_type": "a text",
    "tuple_type": "a list",
}
_COMPARED = {
    "greater_than": "is not above",
    "greater_than_equal": "is below the minimum",
    "less_than": "is not below",
    "less_than_equal": "is above the maximum",
}
_BOUND = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}


class Range(NamedTuple):
    """What a number may be, as its declaration says, with the symbol of its unit."""

    unit: str = ""
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """`1 to 100`, `at least 1` or `at most 100`; nothing when there is no bound."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"at least {self.low:g}"
        return f"at most {self.high:g}" if self.high is not None else ""


@dataclass
class _Spot:
    """Where the walk down a location has come to: the type, the node, and the path in the user's words."""

    kind: Any
    node: Node
    path: list[str | int] = field(default_factory=list)
    marks: list[Any] = field(default_factory=list)


def problems_of(error: ValidationError, schema: type[BaseModel], tree: Node) -> list[Problem]:
    """The problems that pydantic found in a tree, each at the place that can mend it.

    A bad value points to where it was set, a missing one to what needs it, an unknown key to the key.
    """
    found = error.errors(include_url=False, include_input=False)
    problems = [_problem(item, schema, tree) for item in found[:MAX_PROBLEMS]]
    if len(found) > MAX_PROBLEMS:
        message = f"and {len(found) - MAX_PROBLEMS:,} more problems of this kind"
        problems.append(problem_at(tree.place, "", message))
    return problems


def range_of(marks: list[Any]) -> Range:
    """The unit and the bounds that the metadata of a declared number carry."""
    unit = ""
    low: Any = None
    high: Any = None
    for mark in _flat(marks):
        match mark:
            case Unit(symbol):
                unit = symbol
            case annotated_types.Ge(bound) | annotated_types.Gt(bound):
                low = bound if low is None else max(low, bound)
            case annotated_types.Le(bound) | annotated_types.Lt(bound):
                high = bound if high is None else min(high, bound)
    return Range(unit, low, high)


def declared_range(declared: FieldInfo) -> Range:
    """The unit and the bounds of a declared field; a number that may be left out carries them inside `| None`."""
    inner = [mark for part in get_args(declared.annotation) for mark in getattr(part, "__metadata__", ())]
    return range_of([*inner, *declared.metadata])


def _problem(item: Mapping[str, Any], schema: type[BaseModel], tree: Node) -> Problem:
    spot = _walk(tuple(item["loc"]), schema, tree)
    kind = str(item["type"])
    path = dotted(tuple(spot.path))
    if kind == "extra_forbidden":
        above, key = _walk(tuple(item["loc"])[:-1], schema, tree), str(spot.path[-1])
        owner = above.node.child("type")
        gone = GONE.get(f"{owner.value}.{key}") if owner else None
        near = None if gone else nearest_name(key, _allowed_keys(above))
        return problem_at(spot.node.key_place, path, gone or "unknown key", near)
    if kind == "missing":
        return problem_at(spot.node.place, path, f"is missing{_in_brackets(spot)}")
    if item["loc"] and item["loc"][-1] == "[key]":
        return problem_at(spot.node.key_place, path, "this key should be a text (put it in quotes)")
    if kind in _KINDS:
        message = f"should be {_KINDS[kind]}, not {shown(spot.node.plain())}{_in_brackets(spot)}"
        return problem_at(spot.node.place, path, message)
    if kind in _COMPARED:
        return problem_at(spot.node.place, path, _compared(kind, item["ctx"], spot))
    if kind == "literal_error":
        return _not_a_choice(spot, path)
    if kind == "value_error" and (problem := _unknown_policy(spot, path)):
        return problem
    return _other(str(item["msg"]).removeprefix("Value error, "), spot)


def _other(message: str, spot: _Spot) -> Problem:
    """The problem of a validator's own message; it stands at the key that the message begins with."""
    first, _, rest = message.partition(" ")
    named = spot.node.child(first)
    if named is not None:
        return problem_at(named.place, dotted((*spot.path, first)), rest)
    told = "" if isinstance(spot.node.value, dict | tuple) else f"{shown(spot.node.plain())}: "
    return problem_at(spot.node.place, dotted(tuple(spot.path)), f"{told}{message[:1].lower()}{message[1:]}")


def _compared(kind: str, bounds: Mapping[str, Any], spot: _Spot) -> str:
    allowed = range_of(_marks(spot))
    unit = f" {allowed.unit}" if allowed.unit else ""
    whole = f" (allowed {allowed})" if str(allowed) else ""
    return f"{shown(spot.node.plain())} {_COMPARED[kind]} {bounds[_BOUND[kind]]:g}{unit}{whole}"


def _not_a_choice(spot: _Spot, path: str) -> Problem:
    choices = [str(choice) for choice in get_args(bare(spot.kind, []))]
    value = spot.node.plain()
    near = nearest_name(value, choices) if isinstance(value, str) else None
    message = f"{shown(value)} is not one of: {', '.join(choices)}"
    return problem_at(spot.node.place, path, message, near)


def _unknown_policy(spot: _Spot, path: str) -> Problem | None:
    """The problem of a policy without a known `type`, or None when something else is wrong with it."""
    kind = bare(spot.kind, [])
    if not (isinstance(kind, type) and issubclass(kind, Policy) and isinstance(spot.node.value, dict)):
        return None
    named = spot.node.value.get("type")
    allowed = ", ".join(POLICIES.names())
    if named is None:
        return problem_at(spot.node.place, f"{path}.type", f"is missing (one of: {allowed})")
    value = named.plain()
    if isinstance(value, str) and value in POLICIES.names():
        return None
    near = nearest_name(value, POLICIES.names()) if isinstance(value, str) else None
    return problem_at(named.place, f"{path}.type", f"{shown(value)} is not one of: {allowed}", near)


def _walk(location: tuple[str | int, ...], schema: type[BaseModel], tree: Node) -> _Spot:
    """Follow a location of pydantic through types and nodes; parts that are neither are tags of a union."""
    spot = _Spot(schema, tree)
    for number, part in enumerate(location):
        child = spot.node.child(part)
        if child is not None:
            spot.kind, spot.marks = _kind_below(spot, part)
            name = str(part) if isinstance(spot.node.value, dict) else _item_name(child, part)
            spot.node = child
            spot.path.append(name)
        elif number + 1 == len(location) and part != "[key]":
            spot.kind, spot.marks = _kind_below(spot, part)
            spot.path.append(part)
    return spot


def _item_name(node: Node, part: str | int) -> str | int:
    """The id of a list item, or its number when it has none."""
    if isinstance(part, int) and isinstance(node.value, dict) and "id" in node.value:
        name = node.value["id"].value
        return name if isinstance(name, str) else part
    return part


def _kind_below(spot: _Spot, part: str | int) -> tuple[Any, list[Any]]:
    """The type of what stands under a key or index, with the marks of its declaration."""
    marks: list[Any] = []
    kind = _concrete(bare(spot.kind, marks), spot.node)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        declared = kind.model_fields.get(str(part))
        return (declared.annotation, [*declared.metadata]) if declared else (None, [])
    arguments = get_args(kind)
    if get_origin(kind) is dict and len(arguments) == 2:
        return arguments[1], []
    return (arguments[0], []) if arguments else (None, [])


def _concrete(kind: Any, node: Node) -> Any:
    """The instrument that a policy's `type` names; any other type as it is."""
    if isinstance(kind, type) and issubclass(kind, Policy) and isinstance(node.value, dict):
        named = node.value.get("type")
        if named is not None and named.value in POLICIES.names():
            return POLICIES.get(str(named.value))
    return kind


def bare(kind: Any, marks: list[Any]) -> Any:
    """A type without `Annotated` and `None`; the annotations are added to `marks`."""
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            kind, *more = get_args(kind)
            marks.extend(more)
        elif origin in (Union, UnionType):
            kind = next((part for part in get_args(kind) if part is not NoneType), None)
        else:
            return kind


def _marks(spot: _Spot) -> list[Any]:
    """The annotations of a spot: those of its declaration, then those inside its type."""
    marks = list(spot.marks)
    bare(spot.kind, marks)
    return marks


def _flat(marks: list[Any]) -> list[Any]:
    """Marks with those inside nested fields, the innermost first."""
    flat: list[Any] = []
    for mark in marks:
        flat.extend(_flat(mark.metadata) if isinstance(mark, FieldInfo) else [mark])
    return flat


def _allowed_keys(spot: _Spot) -> list[str]:
    kind = _concrete(bare(spot.kind, []), spot.node)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    return []


def _in_brackets(spot: _Spot) -> str:
    """The unit, range or choices of a value, in brackets after a message."""
    kind = bare(spot.kind, [])
    if get_origin(kind) is Literal:
        return f" (one of: {', '.join(str(choice) for choice in get_args(kind))})"
    allowed = range_of(_marks(spot))
    parts = [part for part in (allowed.unit, f"allowed {allowed}" if str(allowed) else "") if part]
    return f" ({', '.join(parts)})" if parts else ""
