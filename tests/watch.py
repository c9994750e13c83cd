"""What Python writes, starts or connects to while something runs: the audit events of this process."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHANGES = {
    *("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod"),
    *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect"),
    *("sqlite3.connect", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp"),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_watching: list[list[str]] = []
"""Notes of those who watch; a hook cannot be taken away again."""


@contextmanager
def written_meanwhile() -> Iterator[list[str]]:
    """Note the absolute path of each file that is opened for writing or changed, and each process that is started."""
    if not hasattr(written_meanwhile, "hooked"):
        sys.addaudithook(_note)
        written_meanwhile.hooked = True  # type: ignore[attr-defined]
    seen: list[str] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


def _note(event: str, about: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event == "open" and not (len(about) > 2 and isinstance(about[2], int) and about[2] & WRITING):
        return
    if event in ("os.remove", "os.rmdir") and about[-1] != -1:
        return  # below a folder that `shutil.rmtree` has named whole
    if event == "os.mkdir" and Path(os.fsdecode(about[0])).is_dir():
        return  # it is there already, and stays
    if event == "open" or event in CHANGES:
        for path in about[: 2 if event in ("os.rename", "os.link", "os.symlink") else 1]:
            if not isinstance(path, int) and path != os.devnull:
                name = os.fsdecode(path) if isinstance(path, str | bytes | Path) else repr(path)
                for seen in _watching:
                    seen.append(str(Path(name).absolute()))
