"""Kinds of events have one home: no module writes one as a bare string, where a slip of the pen would go unseen."""

import ast
import re
from collections.abc import Iterator

import pytest

from sim.world.kinds import Happened
from tests.contracts.tree import Source, findings, planted, python_sources

HOME = "sim.world.kinds"
COUNTS = ("tell", "count", "amount", "moves")
"""Methods and functions that take a kind of event."""
QUERY = re.compile(rf"(?i)\bkind\s*(?:=+|in)\s*\(?\s*['\"](?:{'|'.join(Happened)})['\"]")
PLAIN = {kind.value for kind in Happened if "_" not in kind}
"""Kinds whose word means other things, too: the name of a decision, a policy, a stream of luck."""


def kinds_in(node: ast.AST) -> list[str]:
    """The kinds of events that an expression spells, itself or as the items of a display."""
    items: list[ast.expr | None] = []
    if isinstance(node, ast.Dict):
        items = [*node.keys]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        items = [*node.elts]
    found = [each.value for each in (node, *items) if isinstance(each, ast.Constant)]
    return [value for value in found if isinstance(value, str) and value in {*Happened}]


def bare_kinds(source: Source) -> Iterator[str]:
    """Kinds of events that are spelled where they are told, counted, compared, listed or asked of a table."""
    if source.module == HOME:
        return
    for node in ast.walk(source.tree):
        for found in _spelled(node):
            yield source.at(node, f"the kind of event '{found}' is a bare string; use sim.world.kinds")


def _spelled(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        asked = [word.value for word in node.keywords if word.arg == "kind"]
        told = [inner for arg in node.args for inner in ast.walk(arg)] if name in COUNTS else []
        return [kind for each in (*asked, *told) for kind in kinds_in(each)]
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        about = any(re.search(r"(?:\bkind|\[.kind.\])$", ast.unparse(side)) for side in sides)
        return [kind for side in sides if about for kind in kinds_in(side)]
    if isinstance(node, ast.Dict | ast.Tuple | ast.List | ast.Set):
        kinds = kinds_in(node)
        return kinds if len(kinds) > 1 else []
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        told = [node.value] if node.value in {*Happened} - PLAIN else []
        return told + QUERY.findall(node.value)
    return []


def test_no_module_spells_a_kind_of_event() -> None:
    assert findings(bare_kinds, python_sources("sim")) == []


@pytest.mark.parametrize(
    "text",
    [
        'world.tell("exit", key, size, "Mt/yr", reason)',
        'world.tell("slip" if late else name, key, size, "Mt/yr", reason)',
        'picture.count("deal")',
        'gone = [event for event in events if event.kind == "exit"]',
        'gone = events[events["kind"] == "exit"]',
        'gone = event.kind in ("exit", wanted)',
        'record.rows("events", kind="deal")',
        'WORDS = {"exit": "closed", "start": "started"}',
        'MOVES = ("exit", "deal")',
        'kind = "write_off"',
        "rows = sql(\"SELECT 1 FROM moves WHERE kind IN ('exit')\")",
        "rows = sql(f\"SELECT {one} FROM moves WHERE kind = 'deal'\")",
    ],
)
def test_a_kind_of_event_that_is_spelled_is_found(text: str) -> None:
    assert [*bare_kinds(planted(text))]


@pytest.mark.parametrize(
    "text",
    [
        'luck = streams.uniforms("deal", year, keys)',
        'name = "retrofit"',
        "world.tell(Happened.EXIT, key, size, 'Mt/yr', reason)",
        '"""Whether the kind of deal is known."""',
    ],
)
def test_the_same_word_for_another_thing_is_left_alone(text: str) -> None:
    assert [*bare_kinds(planted(text))] == []
