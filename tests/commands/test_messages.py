"""What the command says on stderr: it reaches nobody who would be misled by it, and is no condition of anything."""

import os

import pytest

from sim.cli import main
from sim.core.errors import MachineError
from tests.patience import ended
from tests.study.planning import shakeout as command


@pytest.mark.parametrize("end", ["full", "nobody reads"])
def test_messages_that_nobody_can_hear_change_no_exit_code(end: str) -> None:
    if end == "full":
        there = os.open("/dev/full", os.O_WRONLY)
    else:
        gone, there = os.pipe()
        os.close(gone)

    process = command("run", "nowhere", stderr=there)
    os.close(there)

    assert (ended(process)[0], process.returncode) == ("", 3)


def test_messages_hold_no_sign_that_a_terminal_obeys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unreadable(_: object) -> None:
        raise MachineError("rings \a and clears \x1b[2J\n  twice")

    monkeypatch.setattr("sim.commands.group.invoked", unreadable)

    main(["scenarios"])

    assert capsys.readouterr().err == "shakeout: rings   and clears  [2J\nshakeout:   twice\n"
