"""`make mutants`: small changes of the science, sampled by a seed that is told, and how many of them its tests notice.

A mutant changes one operator, comparison, number or choice of an extreme inside a function of the parts below. The
tests that mirror its module or import it are run on a copy of the tree; a mutant that passes them all survives. The
score is the part that does not. A survivor is told with its line and what replays it; some change nothing that matters.
"""

import argparse
import ast
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.patience import status_of

ROOT = Path(__file__).parents[1]
PARTS = ("strategy", "market", "environment", "world/control.py", "decisions")
SEED, COUNT = 20261127, 60
PASSED, FAILED = 0, 1
SWAPS = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.And: "or",
    ast.Or: "and",
    ast.BitAnd: "|",
    ast.BitOr: "&",
}
NAMES = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "any": "all", "all": "any"}
NAMES |= {"argmin": "argmax", "argmax": "argmin", "floor": "ceil", "ceil": "floor"}
SYMBOL = re.compile(r"[<>=!]=|[<>+\-*/&|]|\band\b|\bor\b")
TOLD = ("tell", "told", "short", "__repr__", "__str__")
"""Functions that only say something in words."""


class Mutant(NamedTuple):
    """One small change of a file."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.start}:{self.new}"


def mutants_of(path: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()

    def made(row: int, start: int, end: int, new: str) -> Mutant:
        raw = lines[row - 1].encode()
        return Mutant(path, row, start, end, raw[start:end].decode(), new)

    for node in _inside_functions(ast.parse(text)):
        if isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp):
            yield from _operators(node, lines, made)
        elif (
            isinstance(node, ast.Constant)
            and type(node.value) in (int, float)
            and node.end_lineno == node.lineno
        ):
            new = repr(node.value + 1) if node.value in (0, 1, 2, -1) else repr(node.value * 2)
            yield made(node.lineno, node.col_offset, node.end_col_offset or 0, new)
        elif isinstance(node, ast.Call) and (name := _last_name(node.func)) in NAMES:
            end = node.func.end_col_offset or 0
            yield made(node.func.end_lineno or 0, end - len(name), end, NAMES[name])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            yield made(node.lineno, node.col_offset, node.operand.col_offset, "")


def _operators(
    node: ast.BinOp | ast.Compare | ast.BoolOp, lines: list[str], made: object
) -> Iterator[Mutant]:
    """Operators between operands that stand on one line."""
    if isinstance(node, ast.BinOp):
        parts, kinds = [node.left, node.right], [node.op]
    elif isinstance(node, ast.Compare):
        parts, kinds = [node.left, *node.comparators], list(node.ops)
    else:
        parts, kinds = node.values, [node.op] * (len(node.values) - 1)
    for kind, before, after in zip(kinds, parts, parts[1:], strict=False):
        if type(kind) not in SWAPS or before.end_lineno != after.lineno:
            continue
        start, end = before.end_col_offset or 0, after.col_offset
        found = SYMBOL.search(lines[after.lineno - 1].encode()[start:end].decode())
        if found:
            yield made(after.lineno, start + found.start(), start + found.end(), SWAPS[type(kind)])  # type: ignore[operator]


def _inside_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """What is executed in functions that do not only say something: no annotations, no defaults."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name not in TOLD:
            for statement in function.body:
                yield from _executed(statement)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.JoinedStr | ast.Raise):
        return
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name != "annotation":
                yield from _executed(child)


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@cache
def tests_of(path: str) -> tuple[str, ...]:
    """The tests of a module: those that mirror it, then those that import it, contracts and whole studies left out."""
    inner = Path(path).relative_to("sim").with_suffix("")
    module = ".".join(("sim", *inner.parts)).removesuffix(".__init__")
    mirrored = [ROOT / "tests" / inner.parent / f"test_{inner.name}.py"]
    mirrored += sorted((ROOT / "tests" / inner.parent).glob("test_*.py")) if len(inner.parts) > 2 else []
    imports = re.compile(rf"^(from|import) {re.escape(module)}\b", re.MULTILINE)
    others = [
        each
        for each in sorted((ROOT / "tests").rglob("test_*.py"))
        if not {"contracts", "study", "commands"} & set(each.parts)
        and imports.search(each.read_text(encoding="utf-8"))
    ]
    found = [each for each in [*mirrored, *others] if each.is_file()]
    if not found:
        found = sorted((ROOT / "tests" / inner.parent).glob("test_*.py"))
    return tuple(dict.fromkeys(each.relative_to(ROOT).as_posix() for each in found))


def survives(mutant: Mutant, tree: Path) -> bool:
    """Whether the tests of its module pass with a mutant in the copy of the tree."""
    if not passes(tree, tests_of(mutant.path)):
        raise SystemExit(f"the tests of {mutant.path} fail as it is: {' '.join(tests_of(mutant.path))}")
    file = tree / mutant.path
    kept = file.read_bytes()
    lines = kept.splitlines(keepends=True)
    raw = lines[mutant.line - 1]
    lines[mutant.line - 1] = raw[: mutant.start] + mutant.new.encode() + raw[mutant.end :]
    file.write_bytes(b"".join(lines))
    try:
        return _status(tree, tests_of(mutant.path)) == PASSED
    finally:
        file.write_bytes(kept)


@cache
def passes(tree: Path, files: tuple[str, ...]) -> bool:
    """Whether tests pass on the copy as it is, without which a mutant that fails them tells nothing."""
    return _status(tree, files) == PASSED


def _status(tree: Path, files: tuple[str, ...]) -> int:
    """The status of pytest on some files of a copy, in a fork that has imported all but the model; a hang fails."""
    child = os.fork()
    if not child:
        import pytest

        os.chdir(tree)
        sys.path[:0] = [str(tree)]
        for name in [each for each in sys.modules if each.partition(".")[0] in ("tests", "sim")]:
            del sys.modules[name]
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            code = pytest.main(["-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *files])
            os._exit(int(code))
    status = status_of(child)
    return FAILED if status is None else status


def sampled(count: int, seed: int, only: str) -> list[Mutant]:
    """So many mutants, each file's chance by how many it has."""
    roots = [ROOT / "sim" / part for part in PARTS]
    files = sorted(each for root in roots for each in ([root] if root.is_file() else root.rglob("*.py")))
    known = [mutant for file in files for mutant in mutants_of(file.relative_to(ROOT).as_posix())]
    known = [mutant for mutant in known if mutant.path.startswith(only)]
    print(f"{len(known)} mutants of {len({each.path for each in known})} files, seed {seed}")
    return random.Random(seed).sample(known, min(count, len(known)))


def main() -> None:
    """Play a sample, or the mutants that are named, and print the survivors and the score."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("mutants", nargs="*", help="as they were told, to be played again")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="sim/", help="files whose path begins so")
    given = parser.parse_args()
    import matplotlib, mesa, networkx, pandas, plotly, pydantic, pytest, scipy.optimize  # noqa: E401, F401, I001

    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        tree = Path(name)
        for part in ("sim", "tests", "scenarios", "notebooks"):
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / file, tree / file)
        sample = sampled(given.count, given.seed, given.only)
        if given.mutants:
            everything = sampled(10**9, 0, "sim/")
            sample = [each for each in everything if str(each) in given.mutants]
        alive = []
        for number, mutant in enumerate(sample, start=1):
            if survives(mutant, tree):
                alive.append(mutant)
                shown = (ROOT / mutant.path).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
                print(
                    f"survives: {mutant.old!r} -> {mutant.new!r} in `{shown}`: python -m tests.mutants '{mutant}'",
                    flush=True,
                )
            print(f"{number} of {len(sample)}", file=sys.stderr, end="\r")
        print(
            f"{len(sample)} mutants, {len(alive)} survive: score {1 - len(alive) / max(len(sample), 1):.0%}"
        )


if __name__ == "__main__":
    main()
