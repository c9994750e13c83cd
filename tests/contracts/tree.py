"""The source tree as the contract tests read it: text and syntax, never git and never an installed copy."""

import ast
import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
_SKIPPED = ("__pycache__", "node_modules")
_SKIPPED_AT_THE_ROOT = ("outputs", "build", "dist")
"""What tools make; a folder of the sources may be called like one of them."""


@dataclass(frozen=True)
class Source:
    """One file, or a planted text that pretends to be one; `path` is relative to the root."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, self.path)

    @property
    def module(self) -> str:
        """Dotted name of the module, `sim.market.costs`; a package has its own name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def at(self, node: ast.AST, message: str) -> str:
        """Give a finding with its place."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {message}"


def planted(text: str, path: str = "sim/market/planted.py") -> Source:
    """Give a text as if it stood in the tree: the negative control of a contract."""
    return Source(path, text)


def python_sources(*folders: str) -> tuple[Source, ...]:
    """Give all Python files of some folders of the root, by path."""
    return tuple(source for source in _python_sources() if source.path.split("/")[0] in folders)


@cache
def _python_sources() -> tuple[Source, ...]:
    """Give all Python files, so that each is read and parsed once whichever folders are asked for."""
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
        for path in _walk(ROOT)
        if path.suffix == ".py"
    )


@cache
def text_sources() -> tuple[Source, ...]:
    """Give all text files that a checkout could hold, by path."""
    sources = []
    for path in _walk(ROOT):
        raw = path.read_bytes()
        if b"\0" not in raw[:8000]:
            sources.append(Source(path.relative_to(ROOT).as_posix(), raw.decode("utf-8", "replace")))
    return tuple(sources)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            made = path.name in _SKIPPED or (folder == ROOT and path.name in _SKIPPED_AT_THE_ROOT)
            if not hidden and not made and not (path / "pyvenv.cfg").exists():
                yield from _walk(path)
        # A linked checkout has a file .git where others have a folder; neither is ever committed.
        elif path.is_file() and path.name != ".git" and path.suffix not in (".pyc", ".stamp"):
            yield path


def findings(check: Callable[[Source], Iterable[str]], sources: Iterable[Source]) -> list[str]:
    """Give what a check finds in many sources."""
    return [finding for source in sources for finding in check(source)]


def dotted(node: ast.AST) -> str:
    """Give the dotted name that an expression spells, `np.random.default_rng`, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


@cache
def _imported() -> tuple[tuple[ModuleType, ...], tuple[str, ...]]:
    found, failed = [], []
    for source in python_sources("sim"):
        try:
            found.append(importlib.import_module(source.module))
        except Exception as error:  # whatever a module raises is one finding, not the end of all contracts
            failed.append(f"{source.path}: {type(error).__name__}: {error}")
    return tuple(found), tuple(failed)


def modules() -> tuple[ModuleType, ...]:
    """Give every module of sim that can be imported, by path."""
    return _imported()[0]


def unimportable() -> list[str]:
    """Give the modules of sim that cannot be imported, and why."""
    return [*_imported()[1]]
