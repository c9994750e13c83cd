"""Whether memory stays flat over a long study and its store small: `make bench-long`. Nothing here passes or fails.

    python -m tests.bench_long [RUNS]      10,000 runs by default, about 20 minutes on two cores

The command is played as a user would, figures included, and all its processes are watched from outside.
"""

import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import pandas as pd

from tests.bench_study import memory_mb

FIRST_RUNS = 500


def done(path: Path) -> int:
    """Give how many runs a study has kept so far."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as link:
        return int(link.execute("SELECT COUNT(*) FROM runs WHERE status != 'planned'").fetchone()[0])
    return 0


def watched(process: "subprocess.Popen[bytes]", path: Path, runs: int) -> dict[str, float]:
    """Give the most memory of all processes together up to some runs, later, and while figures are drawn, MB."""
    peaks = dict.fromkeys(("first", "later", "figures"), 0.0)
    while process.poll() is None:
        kept = done(path)
        when = "first" if kept <= FIRST_RUNS else "later" if kept < runs else "figures"
        peaks[when] = max(peaks[when], memory_mb(process.pid))
        time.sleep(1.0)
    return peaks


def main(runs: int) -> None:
    """Play a study, and print what it took and what it left."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study" / "study.sqlite"
        line = ["ensemble", "baseline", "--runs", str(runs), "--quiet", "--out", str(path.parent)]
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "sim.cli", *line])
        peaks = watched(process, path, runs)
        took = time.perf_counter() - started
        with closing(sqlite3.connect(path)) as link:
            (count,) = link.execute("SELECT COUNT(*) FROM outcomes").fetchone()
            counts = dict(link.execute("SELECT status, COUNT(*) FROM runs GROUP BY status").fetchall())
            measures = len(pd.read_sql("SELECT * FROM outcomes LIMIT 1", link).columns) - 2
        size = path.stat().st_size / 1e6
    print(f"\n{runs} runs, {counts}, exit code {process.returncode}, {took:.0f} s            MB    goal")
    print(f"most memory of all processes up to {FIRST_RUNS} runs       {peaks['first']:5.0f}")
    print(f"  later                                          {peaks['later']:5.0f}    flat")
    print(f"  while figures are drawn                        {peaks['figures']:5.0f}    at most 600")
    print(f"store: {count} years of {measures} measures            {size:5.0f}")
    print(f"  for 10,000 runs of 10 years                    {size * 1e5 / count:5.0f}    under 120")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
