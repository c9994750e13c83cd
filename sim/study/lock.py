"""One writer a study: a lock of the operating system, which a dead process cannot keep."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.core.errors import MachineError

NAME = "study.lock"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the lock of a study's folder.

    The file stays when the lock is given back: to delete it would let two processes lock two files of one
    name.

    Raises:
        MachineError: another process holds it, or the folder cannot be written.
    """
    path = folder / NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise MachineError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        if not _locked(descriptor):
            os.lseek(descriptor, 1, os.SEEK_SET)
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip() or "another process"
            raise MachineError(f"{folder} is being written by {holder}")
        _sign(path, descriptor)
        yield
    finally:
        os.close(descriptor)


def _sign(path: Path, descriptor: int) -> None:
    """Write who holds the lock; the first byte is what is locked where bytes are locked."""
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f" process {os.getpid()} on {socket.gethostname()}\n".encode())
    except OSError as error:
        raise MachineError(f"cannot write {path}: {error.strerror or error}") from error


if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
