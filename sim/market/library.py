"""The market's solver as a shared library, where it was built from the source beside it; needs no numpy."""

import ctypes
import hashlib
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("newton.c")


def load(folder: Path) -> Any:
    """Give the solver that was built from this very source, or None where there is none."""
    name = f"libnewton-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]}.so"
    try:
        solver = ctypes.CDLL(str(folder / name)).solve
    except OSError:
        return None
    pointer = ctypes.c_void_p
    number, whole = ctypes.c_double, ctypes.c_int
    solver.argtypes = (ctypes.POINTER(whole), pointer, number, number, whole, pointer, pointer, pointer)
    return solver


LIBRARY = load(SOURCE.parent)


def told() -> str:
    """What clears the market here.

    >>> told().partition(" (")[0] in ("market cleared by the compiled solver", "market cleared by numpy")
    True
    """
    if LIBRARY is None:
        return "market cleared by numpy (the solver in C was not built on installing; runs take longer)"
    return "market cleared by the compiled solver"
