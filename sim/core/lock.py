"""One writer a folder: a lock of the operating system, which a dead process cannot keep.

A pause for Python's collector of cycles while runs are played, and one collection after them.

A run makes thousands of small records that live until its end; looking through all of them again and again for
garbage takes a tenth of its time. What a run leaves behind is collected at once when the block ends, so memory does
not grow from run to run. What was there before is set aside meanwhile: to look through all modules takes a third of
a run.
"""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.core.errors import MachineError

NAME = "study.lock"


@contextmanager
def only_writer(folder: Path, name: str = "") -> Iterator[None]:
    """Hold the lock of a folder.

    Args:
        folder: what only one process may write.
        name: file of the lock, made for the while; without one it is a file of a study's folder, and stays.

    Raises:
        MachineError: another process holds it, or the folder cannot be written.
    """
    path = folder / (name or NAME)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise MachineError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        if not _locked(descriptor) or not _is_there(path, descriptor):
            os.lseek(descriptor, 1, os.SEEK_SET)
            holder = os.read(descriptor, 200).decode("utf-8", "replace").strip() or "another process"
            raise MachineError(f"{folder} is being written by {holder}")
        _sign(path, descriptor)
        try:
            yield
        finally:
            if name and sys.platform != "win32":
                path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _is_there(path: Path, descriptor: int) -> bool:
    """Whether the file that is locked still has its name: its last holder may have deleted it meanwhile."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


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


@contextmanager
def collected_after() -> Iterator[None]:
    """Put the collector of cycles off until the end of the block, then let it look once at what the block made."""
    was_on, others = gc.isenabled(), gc.get_freeze_count()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()
        if not others:  # what somebody else has set aside stays so
            gc.unfreeze()
