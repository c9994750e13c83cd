"""Work as a number of lines executed: the same on every machine, however busy it is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import pytest


@dataclass
class Work:
    """How many lines of Python have been executed, ours and those of libraries, and how many may be."""

    most: int
    lines: int = 0


@contextmanager
def counted(work: Work) -> Iterator[Work]:
    """Count the lines that functions called in this block execute, and fail at the first one too many.

    It fails in the middle of the work, by an exception that no `except Exception` takes, so that work without end
    ends as well. What a library does in C is one line, whatever it takes.
    """

    def trace(_frame: FrameType, event: str, _about: Any) -> Any:
        if event == "line":
            work.lines += 1
            if work.lines > work.most:
                pytest.fail(f"more than {work.most:,} lines of Python were executed")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield work
    finally:
        sys.settrace(before)
