from itertools import count

import pytest

from sim.core.progress import progress
from tests.patience import HANG_GUARD_SECONDS


def test_where_nobody_watches_progress_is_plain_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = count()
    monkeypatch.setattr("tqdm.std.time", lambda: next(ticks))  # which is never put back, as a clock may be
    with progress(desc="runs", total=3, initial=1, is_quiet=False, delay=1e-9, mininterval=0.0) as shown:
        shown.update(1)
        shown.update(1)

    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(",")[0] for line in lines] == ["runs: 2 of 3", "runs: 3 of 3"]


def test_what_is_soon_over_says_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sim.core.progress.LINE_SECONDS", HANG_GUARD_SECONDS
    )  # a slow machine is soon as well
    shown = progress(range(3), desc="years", is_quiet=False)
    for year in shown:
        shown.set_postfix_str(str(year))

    assert shown.n == 3
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("is_quiet", [True, None])
def test_the_quiet_and_those_who_call_from_a_script_are_told_nothing(
    is_quiet: bool | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(list(progress(range(3), is_quiet=is_quiet, delay=1e-9, mininterval=0.0))) == 3
    assert capsys.readouterr().err == ""
