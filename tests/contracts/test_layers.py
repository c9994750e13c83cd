"""Imports run one way, so that a part can be read, tested and replaced with what stands above it alone."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.contracts.tree import Source, findings, planted, python_sources, unimportable

LAYERS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("policies",),
    ("scenario",),
    ("market",),
    ("process",),
    ("environment",),
    ("strategy",),
    ("world",),
    ("sight",),
    ("facts",),
    ("choice",),
    ("agents",),
    ("acts",),
    ("decisions",),
    ("phases",),
    ("year",),
    ("metrics",),
    ("laws",),
    ("recorder", "checks"),
    ("opening",),
    ("industry",),
    ("footprint",),
    ("aftermath",),
    ("results",),
    ("report", "reasons"),
    ("run",),
    ("study",),
    ("commands",),
    ("cli",),
)
"""Parts of sim; a part may import itself, its line and the lines above it, be it for types only."""

RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}


def for_types_only(source: Source) -> set[int]:
    """Give the identities of all nodes under TYPE_CHECKING."""
    return {
        id(inner)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }


def imports(source: Source, known: frozenset[str] = frozenset()) -> Iterator[tuple[ast.stmt, str]]:
    """Give each import from sim as (statement, module), those for types only as well."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "sim":
                    yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sim":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield node, inner if inner in known or node.module == "sim" else str(node.module)


def wrong_way(source: Source) -> list[str]:
    """Give the imports of a module that do not point to its own part or one above it."""
    if source.module == "sim":
        return []
    part = source.module.split(".")[1]
    if part not in RANK:
        return [f"{source.path}: part '{part}' has no place in LAYERS"]
    found = []
    for node, target in imports(source):
        other = [*target.split("."), ""][1]
        if RANK.get(other, len(LAYERS)) > RANK[part]:
            found.append(source.at(node, f"'{part}' may not import '{other or 'sim'}'"))
    return found


def relative_imports(source: Source) -> list[str]:
    """Give the imports that say where they are instead of what they want."""
    found = (node for node in ast.walk(source.tree) if isinstance(node, ast.ImportFrom) and node.level)
    return [source.at(node, "relative import") for node in found]


def cycle(sources: tuple[Source, ...]) -> list[str]:
    """Give the modules of one import cycle, or nothing."""
    known = frozenset(source.module for source in sources)
    graph = {
        source.module: {target for _, target in imports(source, known)} - {source.module}
        for source in sources
        if source.module != "sim"
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_part_imports_only_parts_above_it() -> None:
    assert findings(wrong_way, python_sources("sim")) == []


@pytest.mark.parametrize(
    "text",
    [
        "from sim.agents.decider import Refinery",
        "import sim.study.ensemble",
        "def f():\n    from sim.run import run",
        "from sim import load",
        "if TYPE_CHECKING:\n    from sim.run import Run",
    ],
)
def test_an_import_that_points_down_the_list_is_found(text: str) -> None:
    assert len(wrong_way(planted(text))) == 1


def test_a_part_that_the_list_lacks_is_found() -> None:
    assert wrong_way(planted("", "sim/helpers/things.py")) == [
        "sim/helpers/things.py: part 'helpers' has no place in LAYERS"
    ]


def test_a_phase_may_not_even_name_the_industry_for_types_only() -> None:
    text = "from sim.industry import Industry"

    assert len(wrong_way(planted(f"if TYPE_CHECKING:\n    {text}", "sim/phases/trade.py"))) == 1
    assert len(wrong_way(planted(text, "sim/phases/trade.py"))) == 1


def test_no_module_of_sim_imports_in_a_circle() -> None:
    assert cycle(python_sources("sim")) == []


def test_a_circle_of_two_modules_is_found() -> None:
    one = planted("from sim.market import two", "sim/market/one.py")
    two = planted("from sim.market.one import x", "sim/market/two.py")

    assert {"sim.market.one", "sim.market.two"} <= {*cycle((one, two))}


def test_a_circle_that_is_closed_for_types_only_is_found() -> None:
    one = planted("if TYPE_CHECKING:\n    from sim.market.two import T", "sim/market/one.py")
    two = planted("from sim.market.one import x", "sim/market/two.py")

    assert {"sim.market.one", "sim.market.two"} <= {*cycle((one, two))}


def test_no_import_in_the_tree_is_relative() -> None:
    assert findings(relative_imports, python_sources("sim", "tests")) == []


def test_a_relative_import_is_found() -> None:
    assert relative_imports(planted("from .costs import cash_cost")) == [
        "sim/market/planted.py:1: relative import"
    ]


def test_the_package_itself_imports_no_part_when_it_is_imported() -> None:
    package = next(source for source in python_sources("sim") if source.module == "sim")

    typed = for_types_only(package)

    assert [target for node, target in imports(package) if id(node) not in typed] == []


def test_every_module_of_sim_can_be_imported() -> None:
    assert unimportable() == []
