"""A few of the faults that `make chaos` lays: the command ends as documented and its next try is whole."""

import subprocess
import sys

from tests.study.planning import ROOT

CASES = (
    *("run:write:9", "run:rename:1", "run:malloc:700", "run:SIGKILL:9", "run:SIGHUP:9", "run:bytes:10000"),
    *("run:closed:both", "run:readonly:folder", "study:write:40", "study:fsync:5", "study:SIGKILL:50"),
    *("study:SIGTERM:50", "study:malloc:2000", "study:files:10"),
)


def test_what_befalls_a_command_ends_it_as_documented_and_its_next_try_is_whole() -> None:
    call = [sys.executable, "-m", "tests.chaos", *CASES]
    # No limit on all together: whoever waits in a case has the hang guard.
    said = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout + said.stderr
    assert "no fault can be laid" in said.stdout or f"{len(CASES)} cases, 0 not as documented" in said.stdout
