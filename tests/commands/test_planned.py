"""`shakeout run --dry-run`: it says what a run would write, and writes nothing."""

import re
from pathlib import Path

import pytest

from sim.cli import main


def test_a_dry_run_tells_the_files_that_a_run_writes_and_writes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["run", "ets_early", "--years", "2026:2027", "--seed", "3", "--out", "o"]

    assert main([*asked, "--odds", "20", "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert list(tmp_path.iterdir()) == []
    assert "Years: 2026-2027. Seed: 3, and 20 seeds from 0 for the odds." in said
    assert "ets (carbon) 2027;" in said or "ets (carbon) 2027." in said
    assert re.search(r"About \d+ s on this machine\.", said)

    assert main([*asked, "--quiet"]) == 0
    capsys.readouterr()
    told = said.partition("Would write o: ")[2].partition(". Would")[0]
    assert {*re.split(", | and ", told)} == {path.name for path in (tmp_path / "o").iterdir()}
    assert main([*asked, "--dry-run"]) == 2
    assert "--force replaces it" in capsys.readouterr().err
