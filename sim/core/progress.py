"""The progress bar, on stderr and only where somebody watches."""

import sys
from threading import RLock
from typing import Any

from tqdm import tqdm


class Bar(tqdm):
    """A bar of tqdm that one process alone draws.

    Tqdm's own lock is one between processes, which may start a process that keeps watch over it.
    """

    def __init__(self, *what: Any, is_quiet: bool, **how: Any) -> None:
        """Take what tqdm takes, and whether to show nothing even to a terminal."""
        super().__init__(*what, disable=True if is_quiet else None, file=sys.stderr, **how)


Bar.set_lock(RLock())
