"""`make mutants`: small changes of the science, sampled by a seed that is told, and how many of them its tests notice.

A mutant changes one operator, comparison, number or choice of an extreme inside a function of the parts below. Tests
that call the function are played with it (`tests/reach.py`), in memory; a mutant that passes them all survives. The
score of a part is the share that does not, with its 95 % interval; tests that take seconds, studies and pages are left
out, so it is a lower bound. A survivor is told with its line and what replays it. Mutants that nobody could notice
stand with the reason in `tests/equivalent_mutants.toml` and are counted apart.
"""

import argparse
import ast
import contextlib
import random
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.reach import Player, play, progress

ROOT = Path(__file__).parents[1]
PARTS = ("strategy", "market", "environment", "world/holdings.py", "decisions")
SEED, COUNT = 20261127, 60
EQUIVALENT = ROOT / "tests" / "equivalent_mutants.toml"
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
TOLERANCE = 1e-5
"""What is no more than this only guards against rounding and division by nothing."""
SYMBOL = re.compile(r"[<>=!]=|[<>+\-*/&|]|\band\b|\bor\b")
TOLD = ("tell", "told", "short", "__repr__", "__str__")
"""Functions that only say something in words, as those do whose name ends so, those of files called telling, and
those for a decision's own use that give words or none."""


class Mutant(NamedTuple):
    """One small change of a file."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str
    function: str
    """The outermost function around it."""

    @property
    def part(self) -> str:
        """The part of the model that it belongs to."""
        return next(part for part in PARTS if self.path.startswith(f"sim/{part}"))

    @property
    def shown(self) -> str:
        """The line, with what it changes and into what: the same wherever the line stands."""
        line = _lines(self.path)[self.line - 1].encode()
        return f"{line[: self.start].decode().lstrip()}[{self.old} -> {self.new}]{line[self.end :].decode()}"

    @property
    def text(self) -> str:
        """The text of the file with it."""
        lines = list(_lines(self.path))
        raw = lines[self.line - 1].encode()
        lines[self.line - 1] = (raw[: self.start] + self.new.encode() + raw[self.end :]).decode()
        return "\n".join([*lines, ""])

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.start}:{self.new}"


def mutants_of(path: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its lines."""
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = text.splitlines()

    tree = ast.parse(text)
    functions = _functions(tree)

    def made(row: int, start: int, end: int, new: str) -> Mutant:
        raw = lines[row - 1].encode()
        return Mutant(path, row, start, end, raw[start:end].decode(), new, functions[row])

    for node in () if path.endswith("/telling.py") else _inside_functions(tree):
        if isinstance(node, ast.BinOp | ast.Compare | ast.BoolOp):
            yield from _operators(node, lines, made)
        elif (
            isinstance(node, ast.Constant)
            and type(node.value) in (int, float)
            and node.end_lineno == node.lineno
        ):
            yield made(node.lineno, node.col_offset, node.end_col_offset or 0, _other(node.value))
        elif isinstance(node, ast.Call) and (name := _last_name(node.func)) in NAMES:
            end = node.func.end_col_offset or 0
            yield made(node.func.end_lineno or 0, end - len(name), end, NAMES[name])
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            yield made(node.lineno, node.col_offset, node.operand.col_offset, "")


def _other(number: float) -> str:
    """Another number: one more of a small one, a tolerance that is none any more, twice any other."""
    if 0.0 < number <= TOLERANCE:
        return "1.0"
    return repr(number + 1 if number in (0, 1, 2, -1) else number * 2)


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


def _functions(tree: ast.Module) -> dict[int, str]:
    """The name of the outermost function around each line."""
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for line in range(node.lineno, (node.end_lineno or 0) + 1):
                found.setdefault(line, node.name)
    return found


def _inside_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """What is executed in functions that do not only say something: no annotations, no defaults."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and not _says(function):
            for statement in function.body:
                yield from _executed(statement)


def _says(function: ast.FunctionDef) -> bool:
    """Whether a function only says something in words."""
    words = function.returns is not None and ast.unparse(function.returns) in ("str", "list[str]")
    return function.name.endswith(TOLD) or (function.name.startswith("_") and words)


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
def _lines(path: str) -> tuple[str, ...]:
    return tuple((ROOT / path).read_text(encoding="utf-8").splitlines())


def known() -> list[Mutant]:
    """Every mutant of the parts."""
    roots = [ROOT / "sim" / part for part in PARTS]
    files = sorted(each for root in roots for each in ([root] if root.is_file() else root.rglob("*.py")))
    return [mutant for file in files for mutant in mutants_of(file.relative_to(ROOT).as_posix())]


def equivalents() -> dict[tuple[str, str], str]:
    """Mutants that change nothing that matters, by file and line as it is shown, with the reason of each."""
    table = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {(path, shown): why for path, each in table.items() for shown, why in each.items()}


def interval(noticed: int, count: int) -> tuple[float, float]:
    """The interval of Wilson around a share, which holds it with 95 %."""
    z, share = 1.96, noticed / count
    middle, half = share + z**2 / 2 / count, z * (share * (1 - share) / count + (z / 2 / count) ** 2) ** 0.5
    return (middle - half) / (1 + z**2 / count), (middle + half) / (1 + z**2 / count)


def score(sample: list[Mutant], alive: list[Mutant]) -> Iterator[str]:
    """The score of each part and of all, told."""
    for part in (*PARTS, ""):
        count = sum(each.part.startswith(part) for each in sample)
        noticed = count - sum(each.part.startswith(part) for each in alive)
        if count:
            low, high = interval(noticed, count)
            share = f"{noticed / count:4.0%} ({low:.0%} to {high:.0%})"
            yield f"{part or 'all':18} {noticed:4} of {count:4} noticed: {share}"


def played(sample: list[Mutant]) -> Callable[[Player], None]:
    """What plays a sample once tests are known: it prints survivors and the score, that so far when interrupted."""

    def go(player: Player) -> None:
        done: list[Mutant] = []
        alive: list[Mutant] = []
        with contextlib.suppress(KeyboardInterrupt):
            for mutant in sample:
                progress(f"{len(done)} of {len(sample)}")
                if not player.notices(mutant.path, mutant.function, mutant.text):
                    alive.append(mutant)
                    tests = len(player.chosen(mutant.path, mutant.function))
                    told = f"python -m tests.mutants '{mutant}'"
                    print(f"survives {tests} tests: `{mutant.shown}`: {told}", flush=True)
                done.append(mutant)
        print(*score(done, alive), sep="\n")

    return go


def main() -> None:
    """Play a sample, or the mutants that are named, and print the survivors and the score."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("mutants", nargs="*", help="as they were told, to be played again")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="sim/", help="files whose path begins so")
    given = parser.parse_args()
    everything, none_can = known(), equivalents()
    for path, shown in none_can.keys() - {(each.path, each.shown) for each in everything}:
        print(f"{EQUIVALENT.name} names what is no mutant: {path}: {shown}")
    among = [each for each in everything if each.path.startswith(given.only)]
    print(f"{len(among)} mutants of {len({each.path for each in among})} files, seed {given.seed}")
    drawn = random.Random(given.seed).sample(among, min(given.count, len(among)))
    if given.mutants:
        drawn = [each for each in everything if str(each) in given.mutants]
    sample = [each for each in drawn if (each.path, each.shown) not in none_can]
    print(f"{len(sample)} of {len(drawn)} drawn could be noticed")
    play(played(sample), {each.path for each in everything})


if __name__ == "__main__":
    main()
