"""A test without an assertion, or without a sentence for a name, proves nothing to anyone."""

import ast

from tests.contracts.tree import Source, dotted, findings, planted, python_sources

WORDS = 4
JUDGES = ("pytest.raises", "pytest.warns", "pytest.fail", "raises", "warns")


def _tests_of(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give the test functions and methods of a file of tests."""
    if not source.path.rpartition("/")[2].startswith("test_"):
        return []
    found = (
        node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return [node for node in found if node.name.startswith("test_")]


def judges(node: ast.AST) -> bool:
    """Say whether a piece of code can make a test fail on purpose."""
    if isinstance(node, ast.Assert):
        return True
    name = dotted(node.func) if isinstance(node, ast.Call) else ""
    return name in JUDGES or name.rpartition(".")[2].startswith(("assert_", "check_"))


def harmless(source: Source) -> list[str]:
    """Give the tests that cannot fail."""
    return [
        source.at(test, f"{test.name} asserts nothing")
        for test in _tests_of(source)
        if not any(judges(node) for node in ast.walk(test))
    ]


def nameless(source: Source) -> list[str]:
    """Give the tests whose name is not a sentence."""
    names = ((test, test.name.removeprefix("test_").split("_")) for test in _tests_of(source))
    return [source.at(test, f"{test.name} is not a sentence") for test, words in names if len(words) < WORDS]


def twins(source: Source) -> list[str]:
    """Give the tests that another of the same name hides."""
    seen: dict[str, int] = {}
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            seen[node.name] = seen.get(node.name, 0) + 1
    return [f"{source.path}: {name} is there {count} times" for name, count in seen.items() if count > 1]


def test_every_test_of_the_tree_can_fail() -> None:
    assert findings(harmless, python_sources("tests")) == []


def test_a_test_that_cannot_fail_is_found() -> None:
    text = "def test_it_runs_and_that_is_all():\n    run()\n"

    assert len(harmless(planted(text, "tests/test_planted.py"))) == 1


def test_every_test_of_the_tree_is_named_by_a_sentence() -> None:
    assert findings(nameless, python_sources("tests")) == []


def test_a_test_named_by_a_noun_is_found() -> None:
    text = "class TestPrice:\n    def test_price_works(self):\n        assert True\n"

    assert len(nameless(planted(text, "tests/test_planted.py"))) == 1


def test_no_test_hides_another_of_its_name() -> None:
    assert findings(twins, python_sources("tests")) == []


def test_a_test_that_hides_another_is_found() -> None:
    text = "def test_one_is_one_for_ever():\n    assert 1\n" * 2

    assert len(twins(planted(text, "tests/test_planted.py"))) == 1
