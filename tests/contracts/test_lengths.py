"""Files and functions stay short enough to be read at once."""

import ast
from collections.abc import Iterator

from tests.contracts.tree import Source, findings, planted, python_sources

FILE_LINES = 400
FUNCTION_LINES = 40
ARGUMENTS = 7

ALLOWED: dict[str, str] = {}
"""Functions that may be longer: `path::function` and why it is better in one piece."""


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give all functions and methods, nested ones too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def long_files(source: Source) -> list[str]:
    """Give a finding when a file reaches the limit."""
    lines = source.text.count("\n") + 1
    return [f"{source.path}: {lines} lines"] if lines > FILE_LINES else []


def long_functions(source: Source) -> list[str]:
    """Give the functions over the limit, the signature and the docstring counted."""
    return [
        source.at(node, f"{node.name} has {lines} lines")
        for node in functions(source)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
        and f"{source.path}::{node.name}" not in ALLOWED
    ]


def many_arguments(source: Source) -> list[str]:
    """Give the functions that take too many arguments, `self` and `cls` not counted."""
    found = []
    for node in functions(source):
        taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        count = len([argument for argument in taken if argument.arg not in ("self", "cls")])
        if count > ARGUMENTS:
            found.append(source.at(node, f"{node.name} takes {count} arguments"))
    return found


def test_every_file_is_shorter_than_the_limit() -> None:
    assert findings(long_files, python_sources("sim", "tests")) == []


def test_a_file_over_the_limit_is_found() -> None:
    assert long_files(planted("x = 1\n" * 399)) == []
    assert long_files(planted("x = 1\n" * 400)) == ["sim/market/planted.py: 401 lines"]


def test_every_function_fits_on_one_screen() -> None:
    assert findings(long_functions, python_sources("sim", "tests")) == []


def test_a_function_over_the_limit_is_found() -> None:
    # 1 line of signature and 39 or 40 of body
    assert long_functions(planted("def f():\n" + "    x = 1\n" * 39)) == []
    assert len(long_functions(planted("class A:\n  def f(self):\n" + "    x = 1\n" * 40))) == 1


def test_no_function_takes_more_than_seven_arguments() -> None:
    assert findings(many_arguments, python_sources("sim", "tests")) == []


def test_an_eighth_argument_is_found() -> None:
    assert many_arguments(planted("def f(self, a, b, c, d, e, f, g): ...")) == []
    assert len(many_arguments(planted("def f(self, a, b, c, d, /, e, f, *, g, h): ..."))) == 1


def test_every_allowed_long_function_exists_and_has_a_reason() -> None:
    existing = {
        f"{source.path}::{node.name}" for source in python_sources("sim") for node in functions(source)
    }

    assert [name for name, reason in ALLOWED.items() if name not in existing or len(reason) < 20] == []
