"""A resolved scenario as YAML that the reader reads back to the same values.

Text is quoted whenever the reader could take it for anything else, so that a file written here means the
same to every YAML reader. With `origins`, each value carries the file and line that set it as a comment.
"""

import json
import re

from sim.scenario.load import Scenario
from sim.scenario.merge import Node, nodes_at
from sim.scenario.scalars import RefusedError, scalar

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
