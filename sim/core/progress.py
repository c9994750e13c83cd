"""Progress: a bar in a terminal, one of widgets in a notebook, and plain lines where stderr is a file or a pipe."""

import sys
from importlib.util import find_spec
from threading import RLock
from typing import Any

from tqdm import tqdm

LINE_SECONDS = 10.0
"""Time between plain lines; what takes no longer says nothing."""
LINE = "{desc}: {n_fmt} of {total_fmt}, {elapsed} gone, {remaining} to go{postfix}"


class Bar(tqdm):
    """A bar of tqdm that one process alone draws.

    Tqdm's own lock is one between processes, which may start a process that keeps watch over it.
    """


Bar.set_lock(RLock())


class Lines(Bar):
    """Progress as lines, each complete in itself."""

    disable: bool

    def __init__(self, *what: Any, **how: Any) -> None:
        """Take what tqdm takes."""
        waits = {"mininterval": LINE_SECONDS, "delay": LINE_SECONDS, "miniters": 1}
        super().__init__(*what, **{**waits, **how}, bar_format=LINE, maxinterval=float("inf"))

    def set_postfix_str(self, s: str = "", refresh: bool = True) -> None:
        """Keep what stands last; no line is written for it alone."""
        super().set_postfix_str(s, refresh=False)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Write a line."""
        self.fp.write(f"{msg or self}\n")
        self.fp.flush()

    def close(self) -> None:
        """Write where it ended, if anything was written before."""
        if not self.disable and self.initial < self.last_print_n < self.n:
            self.display()
        self.disable = True


def note(text: str) -> None:
    """Tell something on stderr, above a bar that may be there."""
    Bar.write(f"note: {text}", file=sys.stderr)


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return type(shell).__name__ == "ZMQInteractiveShell"


def progress(*what: Any, is_quiet: bool | None, **how: Any) -> tqdm:
    """Progress of what tqdm takes, as fits the place.

    Args:
        what: as for tqdm.
        is_quiet: whether to show nothing; None shows it in a notebook alone.
        how: as for tqdm.
    """
    if is_quiet or (is_quiet is None and not in_notebook()):
        return Bar(*what, disable=True, **how)
    if in_notebook() and find_spec("ipywidgets"):
        from tqdm.notebook import tqdm as widget

        return widget(*what, **how)
    kind = Bar if sys.stderr.isatty() else Lines
    return kind(*what, file=sys.stderr, **how)
