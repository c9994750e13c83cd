"""`make chaos`: every fault in turn, how the command ends, and whether its next try gives what an easy run gives.

`run` and `study` are played in forks of this process, in which the n-th write to a file, fsync, rename or larger
allocation fails, or a signal comes at the n-th write; a limit holds; or a stream is closed. `workers` is a study of two
jobs, which the same befalls, or in which a worker misbehaves.

A case is as documented when its status is in the table of exit codes, no half folder and no worker is left, and the
next try ends well with the digest of what nothing has disturbed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.cases import every, named

if TYPE_CHECKING:
    from tests.chaos.play import Ended

SOURCE = Path(__file__).with_name("faults.c")
PRELOAD = "LD_PRELOAD"
MOST_CASES = 1_000_000
CANNOT = 0
"""Status where no fault can be laid: it needs Linux with glibc and a C compiler."""


def main() -> int:
    """Play the cases that are named, or all, and print how they went."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument(
        "cases", nargs="*", help="such as run:write:7 or study:SIGKILL:1-9; all if none is named"
    )
    parser.add_argument("--most", type=int, default=MOST_CASES, help="cases of a kind at most [no bound]")
    parser.add_argument("--seed", type=int, default=0, help="of the draw where not all are tried [0]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        root = Path(name)
        root.chmod(0o755)
        if PRELOAD not in os.environ:
            return _again_with_faults(root / "faults.so")
        from tests.chaos.play import play, undisturbed

        easy = undisturbed(root)
        every_one = every(easy.counts, given.most, given.seed)
        groups = [named(text) for text in given.cases] or [group for group in every_one if group]
        print(
            f"{'faults':24}{'cases':>6}  {'statuses':28}{'as documented':>14}  replay with python -m tests.chaos"
        )
        wrong, start = 0, time.monotonic()
        for group in groups:
            ended = [play(case, root, easy) for case in group]
            wrong += sum(bool(each.wrong) for each in ended)
            _print(ended)
    minutes = (time.monotonic() - start) / 60.0
    print(f"{sum(map(len, groups))} cases, {wrong} not as documented, seed {given.seed}, {minutes:.1f} min")
    return 1 if wrong else 0


def _print(ended: "list[Ended]") -> None:
    """A line on cases of a kind, and one on each that is not as documented."""
    first, last = ended[0].case, ended[-1].case
    count = Counter(each.code for each in ended)
    statuses = ", ".join(f"{code} ({number})" for code, number in sorted(count.items()))
    fine = sum(not each.wrong for each in ended)
    numbered = first.at.isdigit() and len(ended) > 1 and int(last.at) - int(first.at) == len(ended) - 1
    replay = f"{first}-{last.at}" if numbered else " ".join(f"'{each.case}'" for each in ended)
    print(f"{first.what + ' ' + first.fault:24}{len(ended):>6}  {statuses:28}{fine:>14}  {replay}")
    for each in ended:
        if each.wrong:
            print(f"  status {each.code}, {each.wrong}: python -m tests.chaos '{each.case}'")
    sys.stdout.flush()


def _again_with_faults(library: Path) -> int:
    """Run this again with the calls that can fail in place of those of libc."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or not compiler:
        print("no fault can be laid here: that takes Linux and a C compiler")
        return CANNOT
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    environment = {**os.environ, PRELOAD: str(library), "PYTHONDONTWRITEBYTECODE": "1"}
    call = [sys.executable, "-m", "tests.chaos", *sys.argv[1:]]
    return subprocess.run(call, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
