"""A case played: the command in a fork in which the fault waits for it, then its next try."""

import contextlib
import ctypes
import hashlib
import io
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from sim.cli import main, start
from sim.commands import stopping
from sim.study.store import FILE
from sim.study.study import open_study
from tests.chaos.cases import CALLS, DONE, SIGNALS, SLOW, WORKER, Case
from tests.patience import HANG_GUARD_SECONDS, status_of, until
from tests.study.planning import UNHURRIED, shakeout

YEARS = ("--years", "2026:2026", "--quiet", "--out", "out")
COMMANDS = {
    "run": ("run", "toy", *YEARS),
    "study": ("ensemble", "toy", "--runs", "6", "--jobs", "1", *YEARS),
    "workers": ("ensemble", "toy", "--runs", "6", "--jobs", "2", *YEARS),
}
NOBODY = 65534
HUNG = -99
"""Stands for the status of a command that did not end."""
MISBEHAVING = """
from sim.study import crew, engine
crew.MODULE, engine.LEAST_SECONDS, engine.SLOWEST_RATIO = "tests.chaos.worker", 8.0, 0.0
"""


class Easy(NamedTuple):
    """What commands do when nothing goes wrong: digests of what they leave, and how often they call what can fail."""

    digests: dict[str, str]
    counts: dict[tuple[str, str], int]


class Ended(NamedTuple):
    """How a case ended, and what is not as documented."""

    case: Case
    code: int
    wrong: str


def undisturbed(root: Path) -> Easy:
    """Play each command without a fault."""
    digests, counts = {}, {}
    _warm_up(root)
    for what in COMMANDS:
        place = root / f"easy-{what}"
        place.mkdir()
        code = _forked(COMMANDS[what], place, partial(_count_calls, place))
        assert code == DONE, (place / "err").read_text()
        digests[what] = _digest(what, place / "out")
        seen = (place / "calls").read_text().split()
        counts.update({(what, call): int(number) for call, number in zip(CALLS, seen, strict=True)})
    assert digests["workers"] == digests["study"]
    return Easy(digests, counts)


def _warm_up(root: Path) -> None:
    """Play each command in this process, so that forks of it need not import what it takes."""
    import_module("sim.run").commit = lambda: "none"  # type: ignore[attr-defined]  # it may change meanwhile
    for what in ("run", "study"):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(root):
            assert main([*COMMANDS[what][:-1], f"warm-{what}"]) == DONE


def play(case: Case, root: Path, easy: Easy) -> Ended:
    """Play a case and its next try."""
    place = root / re.sub("[: ]", "-", str(case))
    place.mkdir()
    command = COMMANDS[case.what]
    try:
        if case.fault == WORKER:
            code = _with_worker(command, place, case.at)
        else:
            code = _forked(command, place, partial(_befall, case, place))
        wrong = _unlike(case, code, place, easy) or _next_try(case, place, easy)
        return Ended(case, code, wrong)
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


def _unlike(case: Case, code: int, place: Path, easy: Easy) -> str:
    """What is not as documented in how a command ended."""
    told = (place / "err").read_text(errors="replace")
    if code not in case.allowed:
        return f"told {told.strip().splitlines()[-1:]}"
    if "Traceback" in told:
        return "shows a traceback"
    if code == DONE and not (place / "out").exists():
        return "left nothing"
    if (
        case.what == "run"
        and (place / "out").exists()
        and _digest("run", place / "out") != easy.digests["run"]
    ):
        return "left a folder that is not whole"
    parts = [path.name for path in place.iterdir() if ".part" in path.name]
    if case.what == "workers" and _outlive(place):
        return "a worker outlives the study"
    if (
        case.fault == WORKER
        and case.at != SLOW
        and not ((place / "once").exists() and "note: a worker " in told)
    ):
        return "nobody was told of what befell a worker"
    # Without a file to open no folder can be taken away; like what a kill leaves, it goes with the next try.
    return f"left {parts[0]}" if parts and code != -signal.SIGKILL and case.fault != "files" else ""


def _outlive(place: Path) -> bool:
    """Whether workers of a study that has ended do not end as well."""
    try:
        until(lambda: not any(_works_in(each, place) for each in psutil.process_iter()))
    except pytest.fail.Exception:
        return True
    return False


def _works_in(process: psutil.Process, place: Path) -> bool:
    try:
        return process.cwd() == str(place) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _next_try(case: Case, place: Path, easy: Easy) -> str:
    """What is wrong with what the same command gives when nothing befalls it."""
    place.chmod(0o777)
    force = ("--force",) if case.what == "run" else ()
    code = _forked((*COMMANDS["run" if case.what == "run" else "study"], *force), place, lambda: None)
    if code != DONE:
        return f"next try ends with {code}: {(place / 'err').read_text().strip()}"
    if _digest(case.what, place / "out") != easy.digests[case.what]:
        return "next try gives something else"
    left = sorted({path.name for path in place.iterdir()} - {"out", "err", "said", "once"})
    return f"next try leaves {left}" if left else ""


def _forked(command: tuple[str, ...], place: Path, befall: Callable[[], None]) -> int:
    """The status of a command in a fork of this process; below zero the signal that has ended it."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            os.chdir(place)
            for stream, name in ((1, "said"), (2, "err")):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), stream)
            sys.argv[1:] = command
            for name in SIGNALS[1:]:
                signal.signal(signal.Signals[name], signal.SIG_DFL)
            stopping.GRACE_SECONDS = stopping.ONE_WISH_SECONDS = 3600.0
            befall()
            start()
        finally:
            os._exit(99)
    status = status_of(child)
    return HUNG if status is None else status


def _befall(case: Case, place: Path) -> None:
    """Lay the fault of a case in wait in this process."""
    match case.fault:
        case "bytes":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(case.at), int(case.at)))
        case "files":
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(case.at), int(case.at)))
        case "closed" | "full":
            _spoil(case)
        case "readonly":
            place.chmod(0o555)
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
        case _:
            number = int(signal.Signals[case.fault]) if case.fault in SIGNALS else 0
            call = "write" if number else case.fault
            ctypes.CDLL(None).chaos_arm(CALLS.index(call), ctypes.c_long(int(case.at)), number)


def _spoil(case: Case) -> None:
    """Close streams, as a parent may have done, or let them go where nothing can be written."""
    streams = {"stdin": (0,), "stdout": (1,), "stderr": (2,), "both": (1, 2)}[case.at]
    for number in streams:
        if case.fault == "full":
            os.dup2(os.open("/dev/full", os.O_WRONLY), number)
        else:
            os.close(number)
            # What Python finds when it starts so.
            setattr(sys, ("stdin", "stdout", "stderr")[number], None)


def _count_calls(place: Path) -> None:
    """Have the calls counted and written down when the command ends."""
    library, leave = ctypes.CDLL(None), stopping.leave
    library.chaos_seen.restype = ctypes.c_long

    def counted(code: int) -> None:
        seen = [library.chaos_seen(number) for number in range(len(CALLS))]
        (place / "calls").write_text(" ".join(map(str, seen)))
        leave(code)

    stopping.leave = counted  # type: ignore[assignment]
    library.chaos_arm(0, ctypes.c_long(1 << 40), 0)


def _with_worker(command: tuple[str, ...], place: Path, deed: str) -> int:
    """The status of a study one of whose workers misbehaves."""
    os.environ.update(CHAOS_DEED=deed, CHAOS_ONCE=str(place / "once"))
    process = shakeout(*command, code=f"{UNHURRIED}{MISBEHAVING}", cwd=place)
    try:
        said, told = process.communicate(timeout=HANG_GUARD_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return HUNG
    (place / "said").write_text(said)
    (place / "err").write_text(told)
    return process.returncode


def _digest(what: str, folder: Path) -> str:
    """What a run's files hold, wall times left out, or the digest of a study."""
    if what != "run":
        return open_study(folder).digest if (folder / FILE).exists() else ""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "timing.json":
            total.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return total.hexdigest()
