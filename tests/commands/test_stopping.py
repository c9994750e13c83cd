"""How the command ends when it is told to, where an exception alone would not do."""

import signal
import subprocess
import time

import pytest

from tests.study.planning import shakeout

SLEEP = """
import click, sys, time
from sim.commands import stopping
from sim.commands.group import shakeout
def rest():
    # In short naps: a signal that strikes on the way into a long one is heard when that is over.
    for _ in range(600):
        time.sleep(0.1)
def sleep():
    click.echo('ready'); sys.stdout.flush()
    {body}
shakeout.add_command(click.command()(sleep))
"""


def ended(process: "subprocess.Popen[str]", *, again: bool = False) -> tuple[int, str, float]:
    """Send SIGINT when a command says that it is ready, and give its code, its words and how long it took, s."""
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    started = time.perf_counter()
    process.send_signal(signal.SIGINT)
    if again:
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    return process.returncode, said, time.perf_counter() - started


def test_a_signal_while_the_command_is_still_imported_is_one_line() -> None:
    code = (
        "import sys, time\n"
        "class Slow:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'sim.commands.studies': print('ready', flush=True); [time.sleep(0.1) for _ in range(600)]\n"
        "sys.meta_path.insert(0, Slow())"
    )

    assert ended(shakeout("--help", code=code))[:2] == (130, "shakeout: interrupted\n")


@pytest.mark.parametrize(
    "body",
    [
        "type('Last', (), {'__del__': lambda _: rest()})()",
        "stopping.GRACE_SECONDS = 0.1\n    try: rest()\n    except KeyboardInterrupt: rest()",
    ],
)
def test_a_signal_that_python_or_somebody_swallows_still_ends_the_command(body: str) -> None:
    code, said, seconds = ended(shakeout("sleep", code=SLEEP.format(body=body)))

    assert (code, said) == (130, "shakeout: interrupted\n")
    assert seconds < 30.0


def test_a_second_signal_ends_a_clean_up_that_takes_long() -> None:
    body = "stopping.ONE_WISH_SECONDS = 0.1\n    try: rest()\n    finally: rest()"
    code, said, _ = ended(shakeout("sleep", code=SLEEP.format(body=body)), again=True)

    assert (code, said) == (130, "shakeout: interrupted\n")


def test_a_signal_that_the_parent_has_ignored_stays_ignored() -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + SLEEP.format(
        body="time.sleep(0.5)"
    )

    code_of_end, said, _ = ended(shakeout("sleep", code=code))

    assert (code_of_end, said) == (0, "")
