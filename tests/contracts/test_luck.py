"""Nothing in sim can come out differently the second time: luck has one home, and sets have no order."""

import ast
from collections.abc import Iterator

import pytest

from tests.contracts.tree import Source, dotted, findings, planted, python_sources

HOME = "sim/core/rng.py"
FORBIDDEN_NAMES = (
    "random",
    "default_rng",
    "RandomState",
    "shuffle_do",
    "urandom",
    "uuid1",
    "uuid4",
)
FORBIDDEN_MODULES = ("random", "secrets", "numpy.random")
ORDERLESS = (
    "sorted",
    "len",
    "min",
    "max",
    "any",
    "all",
    "set",
    "frozenset",
    "bool",
    "isinstance",
    "type",
    "repr",
)
"""Functions whose answer does not depend on the order of a set."""

Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


def makes_luck(source: Source) -> list[str]:
    """Give the places outside rng.py that mention a maker of random numbers."""
    if source.path == HOME:
        return []
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_NAMES:
            found.append(source.at(node, dotted(node)))
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            found.append(source.at(node, node.id))
        if isinstance(node, ast.Import | ast.ImportFrom):
            asked = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            if any(name in (*FORBIDDEN_MODULES, *FORBIDDEN_NAMES) for name in asked):
                found.append(source.at(node, f"import of {', '.join(filter(None, asked))}"))
    return found


def hashes(source: Source) -> list[str]:
    """Give the calls of the built-in `hash`, which differs from process to process."""
    calls = (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    return [source.at(node, "hash()") for node in calls if dotted(node.func) == "hash"]


def walks_a_set(source: Source) -> list[str]:
    """Give the places where something is done in the order of a set."""
    found = []
    for scope, nodes in _scopes(source.tree):
        names = _set_names(scope, nodes)
        for node in nodes:
            for walked in _walked(node):
                if _is_set(walked, names):
                    found.append(source.at(walked, f"order of a set: {ast.unparse(walked)[:60]}"))
    return sorted(found)


def _scopes(tree: ast.Module) -> Iterator[tuple[Scope, list[ast.AST]]]:
    """Give each scope with the nodes that belong to it and to no scope inside it."""
    waiting: list[Scope] = [tree]
    while waiting:
        scope = waiting.pop()
        nodes: list[ast.AST] = []
        inside = list(ast.iter_child_nodes(scope))
        while inside:
            node = inside.pop()
            nodes.append(node)
            if isinstance(node, Scope):
                waiting.append(node)
            else:
                inside.extend(ast.iter_child_nodes(node))
        yield scope, nodes


def _set_names(scope: Scope, nodes: list[ast.AST]) -> set[str]:
    """Give the names that a scope binds to sets, as far as one can see without running it."""
    names: set[str] = set()
    arguments = getattr(scope, "args", None)
    for argument in ast.walk(arguments) if arguments else ():
        if isinstance(argument, ast.arg) and argument.annotation and _is_set_type(argument.annotation):
            names.add(argument.arg)
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if _is_set_type(node.annotation):
                names.add(node.target.id)
        elif isinstance(node, ast.Assign) and _is_set(node.value, names):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def _is_set_type(annotation: ast.expr) -> bool:
    text = ast.unparse(annotation).strip("'\"")
    return text.split("[")[0] in ("set", "frozenset", "Set", "AbstractSet", "MutableSet")


def _is_set(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        method = isinstance(node.func, ast.Attribute) and node.func.attr in (
            "union",
            "intersection",
            "difference",
        )
        return dotted(node.func) in ("set", "frozenset") or (method and _is_set(node.func.value, names))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
        return _is_set(node.left, names) or _is_set(node.right, names)
    return isinstance(node, ast.Name) and node.id in names


def _walked(node: ast.AST) -> list[ast.expr]:
    """Give the expressions whose order a node depends on."""
    if isinstance(node, ast.For | ast.AsyncFor):
        return [node.iter]
    if isinstance(node, ast.ListComp | ast.DictComp):
        return [generator.iter for generator in node.generators]
    if isinstance(node, ast.List | ast.Tuple):
        return [inner.value for inner in node.elts if isinstance(inner, ast.Starred)]
    if isinstance(node, ast.YieldFrom):
        return [node.value]
    if isinstance(node, ast.Call):
        return _walked_by_call(node)
    return []


def _walked_by_call(call: ast.Call) -> list[ast.expr]:
    name = dotted(call.func)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "pop" and not call.args:
        return [call.func.value]
    if isinstance(call.func, ast.Attribute) and call.func.attr in (
        "update",
        "union",
        "isdisjoint",
        "issubset",
    ):
        return []
    arguments = [inner.value if isinstance(inner, ast.Starred) else inner for inner in call.args]
    bare = [inner for inner in arguments if isinstance(inner, ast.GeneratorExp)]
    through = [generator.iter for inner in bare for generator in inner.generators]
    ordered = name in (
        "list",
        "tuple",
        "enumerate",
        "iter",
        "next",
        "zip",
        "map",
        "filter",
        "sum",
        "dict",
        "reversed",
    )
    ordered = ordered or name.endswith((".join", ".fromkeys", ".fsum", ".array", ".fromiter", ".extend"))
    if name in ORDERLESS:
        return []
    return [*(arguments if ordered else []), *through]


def test_only_the_module_of_luck_makes_random_numbers() -> None:
    assert findings(makes_luck, python_sources("sim")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import random",
        "from random import choice",
        "import numpy.random",
        "from numpy import random",
        "from numpy.random import Generator",
        "x = np.random.Philox(1)",
        "x = self.model.random",
        "agents.shuffle_do('step')",
        "x = default_rng()",
        "x = os.urandom(8)",
    ],
)
def test_a_second_maker_of_luck_is_found(text: str) -> None:
    assert len(makes_luck(planted(text))) == 1


def test_no_part_of_sim_uses_the_order_of_a_set() -> None:
    assert findings(walks_a_set, python_sources("sim")) == []


@pytest.mark.parametrize(
    "text",
    [
        "for x in {1, 2}: pass",
        "for x in set(xs): pass",
        "ys = [x for x in {y for y in xs}]",
        "ys = {x: 1 for x in frozenset(xs)}",
        "seen = set(xs)\nys = list(seen)",
        "seen: set[str] = load()\nys = ', '.join(seen)",
        "def f(seen: set[str]):\n    yield from seen",
        "def f(seen: 'frozenset[str]'):\n    return seen.pop()",
        "ys = tuple(set(a) - set(b))",
        "ys = [*{1, 2}]",
        "y = math.fsum(x for x in set(xs))",
        "y = sum(set(xs))",
    ],
)
def test_an_order_taken_from_a_set_is_found(text: str) -> None:
    assert len(walks_a_set(planted(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ys = sorted({x for x in xs})",
        "ys = sorted(x for x in set(xs))",
        "y = len(set(xs))",
        "seen = set()\nseen.add(1)\ny = 1 in seen",
        "seen = [1]\nfor x in seen: pass",
        "y = all(x > 1 for x in {1, 2})",
        "def f(seen: set[int]): ...\ndef g(seen: list[int]):\n    return list(seen)",
    ],
)
def test_a_set_used_without_its_order_is_left_alone(text: str) -> None:
    assert walks_a_set(planted(text)) == []


def test_no_part_of_sim_uses_the_built_in_hash() -> None:
    assert findings(hashes, python_sources("sim")) == []


def test_a_call_of_the_built_in_hash_is_found() -> None:
    assert hashes(planted("x = hash('a')\ny = spec.hash")) == ["sim/market/planted.py:1: hash()"]
