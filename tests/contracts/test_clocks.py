"""No test judges a time: a busy machine would fail it, and a fast one would pass it for the wrong reason.

A test counts what is done instead (`tests/work.py`), waits until something has happened (`tests/patience.py`), or
leaves a ratio to the benches, where nothing passes or fails.
"""

import ast
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.contracts.tree import Source, dotted, findings, planted, python_sources

READERS = {
    "tests/patience.py": "its hang guard ends a test that would never end, and judges nothing else",
    "tests/bench.py": "a bench, in which nothing passes or fails",
    "tests/bench_study.py": "a bench, in which nothing passes or fails",
    "tests/bench_long.py": "a bench, in which nothing passes or fails",
    "tests/fuzz.py": "a command that tells how long judging took",
    "tests/chaos/__main__.py": "a command that tells how long it took",
    "tests/contracts/test_clocks.py": "the controls below spell clocks and read none",
}
"""Files of tests that may name a clock, and why."""

GUARDS = ("HANG_GUARD_SECONDS", "GUARD_MS")
CLOCKS = {
    *(f"time.{name}{unit}" for name in ("time", "monotonic", "perf_counter") for unit in ("", "_ns")),
    *(
        f"time.{name}{unit}"
        for name in ("process_time", "thread_time", "clock_gettime")
        for unit in ("", "_ns")
    ),
    *("timeit.timeit", "timeit.repeat", "timeit.Timer", "timeit.default_timer"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("os.times", "resource.getrusage"),
}
"""Ends of the dotted names of what tells the time, of the day or of a processor."""
IN_CODE = re.compile(r"\btime\.(time|monotonic)(_ns)?\(|\b(perf_counter|process_time|thread_time)(_ns)?\b")
"""A clock in code that a test hands to another process."""
ALARMS = ("signal.alarm", "signal.setitimer", "pytest.mark.timeout")
WAITS = ("wait", "join", "result")
"""Methods whose argument, where it is a number, is a time."""
TIMES = {"seconds", "elapsed", "took", "wall"}
"""Words of a name that holds a time."""


def full_names(tree: ast.Module) -> dict[str, str]:
    """Give the dotted name for which each imported name stands."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            base = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                if alias.asname or base:
                    names[alias.asname or alias.name] = f"{base}{alias.name}"
    return names


def clocks(source: Source) -> list[str]:
    """Give the places of a file of tests that name a clock, in its own code or in code for another process."""
    if source.path in READERS:
        return []
    known = full_names(source.tree)
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, *rest = dotted(node).split(".")
            name = ".".join([known.get(first, first), *rest])
            if ".".join(name.split(".")[-2:]) in CLOCKS:
                found.append(source.at(node, f"clock {name}"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and IN_CODE.search(node.value):
            found.append(source.at(node, "clock in code for another process"))
    return found


def limits(source: Source) -> list[str]:
    """Give the calls that fail a test after some time which is not the hang guard."""
    found = []
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        if name in ALARMS or (
            isinstance(node.func, ast.Attribute) and node.func.attr in WAITS and _number(node.args)
        ):
            found.append(source.at(node, f"limit {ast.unparse(node)[:60]}"))
        for keyword in node.keywords:
            said = ast.unparse(keyword.value)
            if (keyword.arg == "timeout" and said not in GUARDS) or (
                keyword.arg == "deadline" and said != "None"
            ):
                found.append(source.at(node, f"limit {keyword.arg}={said}"))
    return found


def judged(source: Source) -> list[str]:
    """Give the assertions that something took more or less than something."""
    found = []
    for node in ast.walk(source.tree):
        asked = ast.walk(node.test) if isinstance(node, ast.Assert) else ()
        for part in asked:
            if isinstance(part, ast.Compare) and _orders(part) and any(map(_is_time, _names(part))):
                found.append(source.at(part, f"judges a time: {ast.unparse(part)[:60]}"))
    return found


def _number(arguments: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Constant) and isinstance(each.value, int | float) for each in arguments)


def _orders(node: ast.Compare) -> bool:
    return any(isinstance(each, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for each in node.ops)


def _names(node: ast.AST) -> Iterator[str]:
    """Give the names that an expression mentions, those of columns and keys too."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _is_time(name: str) -> bool:
    return not TIMES.isdisjoint(name.lower().split("_"))


def test_no_test_reads_a_clock() -> None:
    assert findings(clocks, python_sources("tests")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import time\ndef test_x():\n    began = read()\n    assert time.perf_counter() - began < 2.0",
        "import time as t\nbegan = t.process_time()",
        "from time import monotonic as now\nassert now() < limit",
        "from datetime import datetime\nassert datetime.now() < limit",
        "import datetime\nassert datetime.datetime.now() < limit",
        "import resource\nused = resource.getrusage(resource.RUSAGE_SELF)",
        "from sim.commands import stopping\nsince = stopping.time.monotonic()",
        "code = 'import time; print(time.time())'",
        "code = f'from time import perf_counter; {rest}'",
    ],
)
def test_a_test_that_reads_a_clock_is_found(text: str) -> None:
    assert len({finding.split(":")[1] for finding in clocks(planted(text, "tests/test_planted.py"))}) == 1


@pytest.mark.parametrize(
    "text",
    ["time.sleep(0.1)", "assert prices.is_monotonic_increasing", "steps.time = 3", "code = 'time.sleep(60)'"],
)
def test_a_test_that_only_sleeps_or_counts_is_left_alone(text: str) -> None:
    source = planted(text, "tests/test_planted.py")

    assert [*clocks(source), *limits(source), *judged(source)] == []


def test_no_test_is_failed_by_a_limit_of_time() -> None:
    assert findings(limits, python_sources("tests")) == []


@pytest.mark.parametrize(
    "text",
    [
        "process.communicate(timeout=10)",
        "subprocess.run(call, timeout=PATIENCE_S)",
        "process.wait(5)",
        "signal.alarm(3)",
        "@pytest.mark.timeout(3)\ndef test_x(): ...",
        "calm = settings(deadline=500)",
    ],
)
def test_a_limit_that_a_slow_machine_reaches_is_found(text: str) -> None:
    assert len(limits(planted(text, "tests/test_planted.py"))) == 1


def test_the_hang_guard_and_waiting_for_ever_are_no_limits() -> None:
    text = "".join(f"process.wait(timeout={each})\n" for each in GUARDS)
    text += "process.wait()\nsettings(deadline=None)\n', '.join(words)"

    assert limits(planted(text, "tests/test_planted.py")) == []


def test_no_assertion_says_how_long_something_took() -> None:
    assert findings(judged, python_sources("tests")) == []


@pytest.mark.parametrize(
    "text",
    [
        "assert took_s < 1.0",
        "assert code == 0 and 0.0 < outcome.seconds < 3.0",
        "assert timing['elapsed_s'] <= limit",
    ],
)
def test_an_assertion_that_something_was_quick_is_found(text: str) -> None:
    assert len(judged(planted(text, "tests/test_planted.py"))) == 1


def test_an_assertion_that_a_time_was_written_down_is_left_alone() -> None:
    text = "assert outcome.seconds == 0.5\nassert set(timing) == {'seconds'}\nassert took == [1, 2]"

    assert judged(planted(text, "tests/test_planted.py")) == []


def test_no_property_is_judged_by_how_long_an_example_takes() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check


def test_every_file_that_may_name_a_clock_does_and_has_a_reason() -> None:
    there = {source.path: source for source in python_sources("tests")}
    needless = [
        path
        for path in READERS
        if path not in there or not clocks(planted(there[path].text, "tests/test_planted.py"))
    ]

    assert needless == []
    assert [path for path, reason in READERS.items() if len(reason) < 20] == []
