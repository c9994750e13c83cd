"""Which tests call a function of the model, and whether one of them notices a change of it: for `tests/mutants.py`.

Tests are collected once. Each is played once in a fork of its own with the functions that it calls noted down, and the
cache of pytest keeps that until the test, what tests share or the names of functions change. A change is then put into
the code of a further fork, in memory, and the tests that call the changed function are played until one fails. What
a file of tests works out when it is imported is not worked out again.
"""

import ast
import cProfile
import gc
import json
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType
from typing import NamedTuple

import pytest

from tests.patience import status_of

ROOT = Path(__file__).parents[1]
FOLDERS = ("strategy", "market", "environment", "world", "sight", "decisions")
"""Folders of tests that are played: those of the science, no phases, studies or pages."""
LONGEST_CALLS, MOST_CALLS = 2_500_000, 10_000_000
"""A test that calls more functions is left out; no change is given tests that call more together."""
CPU_SECONDS = 90
"""A fork that computes for longer hangs, and has noticed by that."""
PASSED, FAILED = 0, 1
NO_MATTER = ("reach.py", "mutants.py")
"""Shared files that no test depends on."""


class Reached(NamedTuple):
    """How many calls a test makes, and the functions of the model that it calls, `path::name`."""

    calls: int
    functions: list[str]


class Player:
    """A plugin of pytest that does something of its own with the tests that were collected."""

    def __init__(self, then: "Callable[[Player], None]", watched: Iterable[str]) -> None:
        """Take what is to be done, and the files whose functions count."""
        self.then = then
        self.watched = {str(ROOT / path): path for path in sorted(watched)}
        self.items: dict[str, pytest.Item] = {}
        self.reached: dict[str, Reached] = {}
        self.failing: dict[str, bool] = {}

    def pytest_collection(self) -> None:
        """Let hypothesis draw the same examples each time, keep none, and not look for smaller ones."""
        from hypothesis import Phase, settings

        usual = settings.get_profile("unhurried")
        settings.register_profile(
            "played", usual, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
        )
        settings.load_profile("played")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Note which test reaches what, then do what is to be done."""
        from tests.tiny.worlds import scenario

        scenario()
        self.items = {each.nodeid: each for each in session.items}
        everything = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
        self.functions = [each for each in everything if each.__name__ != "<lambda>"]
        gc.freeze()
        self._look(session.config)
        self.then(self)
        return True

    def _look(self, config: pytest.Config) -> None:
        """Note the functions of each test that is new since last time."""
        built, cache = _digest(b"".join(map(_weighty, _shared()))) + self._names(), config.cache
        kept = cache.get("shakeout/reach", {}) if cache else {}
        for number, (name, item) in enumerate(self.items.items(), start=1):
            key = _digest(item.path.read_bytes() + built.encode())
            if kept.get(name, [None])[0] != key:
                kept[name] = [key, *self._looked_at(item)]
                progress(f"looks at test {number} of {len(self.items)}")
                if cache and not number % 50:
                    cache.set("shakeout/reach", kept)
            self.reached[name] = Reached(*kept[name][1:])
        if cache:
            cache.set("shakeout/reach", kept)

    def _names(self) -> str:
        """A digest of the names of all functions that count."""
        nodes = ((path, ast.walk(ast.parse(Path(path).read_bytes()))) for path in self.watched)
        names = [
            f"{path} {node.name}"
            for path, tree in nodes
            for node in tree
            if isinstance(node, ast.FunctionDef)
        ]
        return _digest("\n".join(names).encode())

    def _looked_at(self, item: pytest.Item) -> Reached:
        """Play a test in a fork and give how much and what it calls."""
        with tempfile.NamedTemporaryFile() as told:

            def look() -> int:
                with cProfile.Profile(builtins=False) as profile:
                    _reports(item)
                stats = profile.getstats()
                called = {each.code for each in stats if isinstance(each.code, CodeType)}
                files = [(self.watched.get(each.co_filename), each.co_name) for each in called]
                names = sorted({f"{path}::{name}" for path, name in files if path})
                Path(told.name).write_text(
                    json.dumps([sum(each.callcount for each in stats), names]), encoding="utf-8"
                )
                return PASSED

            _in_fork(look)
            return Reached(*json.loads(Path(told.name).read_text(encoding="utf-8") or f"[{MOST_CALLS}, []]"))

    def notices(self, path: str, function: str, text: str) -> str:
        """Give the test that fails when the text of a file is another in a function of it, or none."""
        codes = {(each.co_qualname, each.co_firstlineno): each for each in _codes(text, str(ROOT / path))}
        old = [each for each in self.functions if each.__code__.co_filename == str(ROOT / path)]

        def change() -> None:
            for each in old:
                each.__code__ = codes[each.__code__.co_qualname, each.__code__.co_firstlineno]

        while name := self._first_that_fails(self.chosen(path, function), change):
            if not self._fails(name):
                return name
            del self.reached[name]
        return ""

    def _fails(self, name: str) -> bool:
        """Whether a test fails with the model as it is, by which it would tell nothing."""
        if name not in self.failing:
            self.failing[name] = bool(self._first_that_fails([name], lambda: None))
        return self.failing[name]

    def _first_that_fails(self, names: list[str], change: Callable[[], None]) -> str:
        """Give the first of some tests that fails after a change."""
        with tempfile.NamedTemporaryFile() as told:

            def play() -> int:
                change()
                for name, following in zip(names, [*names[1:], ""], strict=True):
                    Path(told.name).write_text(name, encoding="utf-8")
                    if any(each.failed for each in _reports(self.items[name], self.items.get(following))):
                        return FAILED
                return PASSED

            failed = _in_fork(play) != PASSED
            return Path(told.name).read_text(encoding="utf-8") if failed else ""

    def chosen(self, path: str, function: str) -> list[str]:
        """Give the tests that call a function, those that likely notice a change of it first.

        These are the tests that mirror the file, then those of its part, and those first that call little.
        """
        inner = Path(path).relative_to("sim")
        own, part = f"tests/{inner.parent.as_posix()}/test_{inner.stem}.py", f"tests/{inner.parts[0]}/"
        calling = [
            (not name.startswith(own), not name.startswith(part), each.calls, name)
            for name, each in self.reached.items()
            if each.calls <= LONGEST_CALLS and f"{path}::{function}" in each.functions
        ]
        names, spent = [], 0
        for *_, name in sorted(calling):
            spent += self.reached[name].calls
            if spent <= MOST_CALLS:
                names.append(name)
        return names


def play(then: Callable[[Player], None], watched: Iterable[str]) -> None:
    """Collect the tests of the folders, look at those that are new, and do something with them."""
    folders = [f"tests/{folder}" for folder in FOLDERS]
    pytest.main(["-q", "-q", "-p", "no:xdist", "--capture=no", *folders], plugins=[Player(then, watched)])


def _shared() -> list[Path]:
    """What tests are built on."""
    shared = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests" / "tiny").rglob("*.*")]
    return sorted(each for each in shared if each.suffix != ".pyc" and each.name not in NO_MATTER)


def _weighty(path: Path) -> bytes:
    return b"" if path.name.startswith("test_") else path.read_bytes()


def progress(text: str) -> None:
    """Say how far it is to whoever looks on."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, end="\r")


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]


def _codes(text: str, name: str) -> Iterator[CodeType]:
    """Every code object of a text."""
    left = [compile(text, name, "exec")]
    while left:
        code = left.pop()
        yield code
        left += [each for each in code.co_consts if isinstance(each, CodeType)]


def _reports(item: pytest.Item, following: pytest.Item | None = None) -> list[pytest.TestReport]:
    """Play one test; what the following one needs of its fixtures stays."""
    from _pytest.runner import runtestprotocol

    return runtestprotocol(item, log=False, nextitem=following)


def _in_fork(act: Callable[[], int]) -> int | None:
    """The status that something gives in a silent fork; what hangs is ended after some time of computing."""
    child = os.fork()
    if not child:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
                os._exit(act())
        finally:
            os._exit(FAILED)
    return status_of(child)
