"""`python -m tests.digest`: a digest of all tables of some runs, to hold machines and Pythons against each other.

Where code, packs and libraries are the same, so is the digest, whatever the version of Python and what surrounds it.
"""

import hashlib
import platform
import sys
import tempfile
from pathlib import Path

from sim.core.cells import write_csv
from sim.results import Results
from sim.run import run
from sim.scenario.load import load

TABLES = ("years", "quarters", "refineries", "groups", "regions", "flows", "events", "decisions", "deals")
SCENARIOS = ("toy", "baseline")


def tables(results: Results, folder: Path) -> dict[str, bytes]:
    """The tables of a run as the bytes that a folder would hold."""
    written = {}
    for name in TABLES:
        write_csv(getattr(results, name), folder / f"{name}.csv")
        written[name] = (folder / f"{name}.csv").read_bytes()
    return written


def main() -> int:
    """Play the scenarios that are named, and print a digest of each."""
    for name in sys.argv[1:] or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            written = tables(run(load(name), 0), Path(folder))
        digest = hashlib.sha256(b"".join(written.values())).hexdigest()
        print(f"{digest[:16]}  {name}, Python {platform.python_version()}, {platform.machine()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
