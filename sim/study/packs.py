"""The packs that a study carries, so that it can be copied anywhere and replayed there.

The files are kept as they were read, packed, once for each pack. A scenario is made from them in a folder for
the moment; its digest is checked against the one that the study was begun with. A study may come from a stranger:
nothing that it holds is written outside that folder, and no file is unpacked beyond what a pack may have.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sim.core.errors import UsageError
from sim.scenario.load import Scenario, restore
from sim.scenario.pack import FILES, Pack
from sim.scenario.scalars import MAX_BYTES
from sim.scenario.schema import PACK_NAME


def keep_packs(link: sqlite3.Connection, packs: Iterable[Pack]) -> None:
    """Put the files of packs into a study."""
    for pack in {each.digest: each for each in packs}.values():
        rows = [
            (pack.digest, pack.folder.name, name, zlib.compress(content, 9))
            for name, content in pack.files.items()
        ]
        link.executemany("INSERT INTO packs VALUES (?, ?, ?, ?)", rows)


class Packed(NamedTuple):
    """A scenario as a study holds it: its resolved text, the digests that it was begun with, the files of its pack."""

    label: str
    name: str
    text: str
    spec_digest: str
    pack_digest: str
    files: tuple[tuple[Any, ...], ...]


def packed(link: sqlite3.Connection, label: str) -> Packed:
    """What a study holds of a scenario.

    Raises:
        UsageError: the study holds no copy of the pack.
    """
    name, text, spec, digest = link.execute(
        "SELECT name, yaml, spec_sha256, pack_sha256 FROM scenarios WHERE label = ?", (label,)
    ).fetchone()
    if not link.execute("SELECT 1 FROM sqlite_master WHERE name = 'packs'").fetchone():
        raise UsageError("the study was made by an earlier Shakeout and holds no copy of its pack")
    rows = link.execute("SELECT pack, file, content FROM packs WHERE sha256 = ?", (digest,))
    return Packed(label, name, text, spec, digest, tuple(rows))


@lru_cache(maxsize=4)
def restored(kept: Packed) -> Scenario:
    """A scenario of a study as it was when the study was begun, from what the study holds alone.

    Raises:
        UsageError: what the study holds is not what it was begun with, or no pack at all.
        InvalidScenarioError: this program cannot read the scenario or the pack any more.
    """
    with TemporaryDirectory(prefix="shakeout-pack-") as folder:
        for pack, file, content in kept.files:
            if file in FILES:
                home = Path(folder) / _pack_name(pack)
                home.mkdir(exist_ok=True)
                (home / file).write_bytes(_file(file, content))
        scenario = restore(kept.name, kept.text, Path(folder))
    if (scenario.hash, scenario.pack.digest) != (kept.spec_digest, kept.pack_digest):
        raise UsageError(f"what the study holds of {kept.label} is not what it was begun with")
    return scenario


def unpacked(link: sqlite3.Connection, label: str) -> Scenario:
    """A scenario of a study; errors as in `packed` and `restored`."""
    return restored(packed(link, label))


def _pack_name(name: object) -> str:
    if not isinstance(name, str) or not re.fullmatch(PACK_NAME, name):
        raise UsageError(f"the study holds a pack with a name that none can have: {str(name)[:60]!r}")
    return name


def _file(name: str, content: object) -> bytes:
    """A file of a pack unpacked, but never more than any file of a pack may have."""
    try:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(content if isinstance(content, bytes) else b"", MAX_BYTES + 1)
    except zlib.error as error:
        raise UsageError(f"the study holds {name} of its pack, but it cannot be unpacked: {error}") from error
    if len(found) > MAX_BYTES:
        raise UsageError(f"the study holds {name} of its pack with more than {MAX_BYTES:,} bytes")
    return found
