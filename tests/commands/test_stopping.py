"""How the command ends when it is told to, where an exception alone would not do."""

import signal
import subprocess

import pytest

from tests.patience import HANG_GUARD_SECONDS, ended
from tests.study.planning import shakeout

NAPS = int(10 * HANG_GUARD_SECONDS)
"""Naps of a tenth of a second: who is to be ended rests as long as anybody waits for that."""
SLEEP = """
import click, signal, sys, time
# Tests may be played under nohup, whose commands rightly stay deaf to a hang-up.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from sim.commands import stopping
from sim.commands.group import shakeout
def rest(word=''):
    # Said where a signal is to strike, not on the way there.
    if word: print(word, flush=True)
    # In short naps: a signal that strikes on the way into a long one is heard when that is over.
    for _ in range({naps}):
        time.sleep(0.1)
    # Said by a command that no signal has ended.
    print('rested', flush=True)
def sleep():
    {body}
shakeout.add_command(click.command()(sleep))
"""


def resting(body: str) -> str:
    """Give code by which the command has another one, `sleep`, that does this."""
    return SLEEP.format(body=body, naps=NAPS)


def interrupted(
    process: "subprocess.Popen[str]", number: int = signal.SIGINT, *, again_at: str = ""
) -> tuple[int, str, str]:
    """Send a signal when a command is ready, and another when it says a word; give its code, stdout and stderr."""
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    process.send_signal(number)
    if again_at:
        assert process.stdout.readline() == f"{again_at}\n"
        process.send_signal(number)
    out, err = ended(process)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "hung up"),
    ],
)
def test_a_signal_ends_the_command_with_its_code(number: int, code: int, word: str) -> None:
    process = shakeout("sleep", code=resting("rest('ready')"))

    assert interrupted(process, number) == (code, "", f"shakeout: {word}\n")


def test_a_signal_while_the_command_is_still_imported_is_one_line() -> None:
    code = (
        "import sys, time\n"
        "class Slow:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'sim.commands.studies':\n"
        f"            print('ready', flush=True); [time.sleep(0.1) for _ in range({NAPS})]\n"
        "sys.meta_path.insert(0, Slow())"
    )

    # Whoever is not ended prints the help.
    assert interrupted(shakeout("ensemble", "--help", code=code)) == (130, "", "shakeout: interrupted\n")


@pytest.mark.parametrize(
    "body",
    [
        "type('Last', (), {'__del__': lambda _: rest('ready')})()",
        "stopping.GRACE_SECONDS = 0.1\n    try: rest('ready')\n    except KeyboardInterrupt: rest()",
    ],
)
def test_a_signal_that_python_or_somebody_swallows_still_ends_the_command(body: str) -> None:
    process = shakeout("sleep", code=resting(body))

    assert interrupted(process) == (130, "", "shakeout: interrupted\n")


def test_a_shortage_of_memory_that_somebody_swallows_ends_the_command() -> None:
    body = "type('Gone', (), {'__del__': lambda _: (_ for _ in ()).throw(MemoryError)})()"
    process = shakeout("sleep", code=resting(body))

    assert (*ended(process), process.returncode) == ("", "shakeout: not enough memory\n", 6)


def test_a_second_signal_ends_a_clean_up_that_takes_long() -> None:
    body = "stopping.ONE_WISH_SECONDS = 0.0\n    try: rest('ready')\n    finally: rest('tidying')"
    process = shakeout("sleep", code=resting(body))

    assert interrupted(process, again_at="tidying") == (130, "", "shakeout: interrupted\n")


def test_a_second_signal_of_the_same_wish_lets_a_clean_up_go_on() -> None:
    body = (
        "try: rest('ready')\n"
        "    finally: print('tidying', flush=True); sys.stdin.read(); print('tidy', flush=True)"
    )
    process = shakeout("sleep", code=resting(body), stdin=subprocess.PIPE)

    assert interrupted(process, again_at="tidying") == (130, "tidy\n", "shakeout: interrupted\n")


def test_a_signal_that_the_parent_has_ignored_stays_ignored() -> None:
    # The command ends with its standard input, which is closed when the signal has been sent.
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + resting(
        "print('ready', flush=True); sys.stdin.read(); print('done', flush=True)"
    )

    assert interrupted(shakeout("sleep", code=code, stdin=subprocess.PIPE)) == (0, "done\n", "")
