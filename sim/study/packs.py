"""The packs that a study carries, so that it can be copied anywhere and replayed there.

The files are kept as they were read, packed, once for each pack. A scenario is made from them in a folder for
the moment; its digest is checked against the one that the study was begun with.
"""

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.core.errors import UsageError
from sim.scenario.load import Scenario, restore
from sim.scenario.pack import FILES, Pack


def keep_packs(link: sqlite3.Connection, packs: Iterable[Pack]) -> None:
    """Put the files of packs into a study."""
    for pack in {each.digest: each for each in packs}.values():
        rows = [
            (pack.digest, pack.folder.name, name, zlib.compress((pack.folder / name).read_bytes(), 9))
            for name in FILES
        ]
        link.executemany("INSERT INTO packs VALUES (?, ?, ?, ?)", rows)


def unpacked(link: sqlite3.Connection, label: str) -> Scenario:
    """Give a scenario of a study as it was when the study was begun, from what the study holds alone.

    Raises:
        UsageError: the study holds no copy of the pack, or what it holds is not what it was begun with.
        InvalidScenarioError: this program cannot read the scenario or the pack any more.
    """
    name, text, spec, digest = link.execute(
        "SELECT name, yaml, spec_sha256, pack_sha256 FROM scenarios WHERE label = ?", (label,)
    ).fetchone()
    if not link.execute("SELECT 1 FROM sqlite_master WHERE name = 'packs'").fetchone():
        raise UsageError("the study was made by an earlier Shakeout and holds no copy of its pack")
    with TemporaryDirectory(prefix="shakeout-pack-") as folder:
        rows = link.execute("SELECT pack, file, content FROM packs WHERE sha256 = ?", (digest,))
        for pack, file, content in rows.fetchall():
            if file in FILES:
                (Path(folder) / Path(pack).name).mkdir(exist_ok=True)
                (Path(folder) / Path(pack).name / file).write_bytes(zlib.decompress(content))
        scenario = restore(name, text, Path(folder))
    if (scenario.hash, scenario.pack.digest) != (spec, digest):
        raise UsageError(f"what the study holds of {label} is not what it was begun with")
    return scenario
