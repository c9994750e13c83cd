"""Plays of a calibration: kept one by one, gone on with, and left behind when they are of something else."""

from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.core.errors import StudyError
from sim.scenario.load import load
from sim.study.plays import FILE, Plays, unknowns_of

PATHS = ("calibrated.common_shift_cny_per_t", "market.contract_share")
VALUES = np.array([[0.0, 0.6], [10.0, 0.7], [20.0, 0.65]])


def plays(folder: Path) -> Plays:
    return Plays(load("toy"), PATHS, folder, quiet=True)


def asleep(_self: Plays, *_what: object, **_how: object) -> None:
    raise AssertionError("played again")


def test_what_was_played_is_not_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = plays(tmp_path).outcomes("wave", VALUES)
    monkeypatch.setattr(Plays, "measured", asleep)

    assert np.array_equal(plays(tmp_path).outcomes("wave", VALUES), first, equal_nan=True)
    with pytest.raises(AssertionError, match="played again"):
        plays(tmp_path).outcomes("wave", VALUES + 0.01)


def test_it_goes_on_after_a_line_that_is_half_written(tmp_path: Path) -> None:
    first = plays(tmp_path).outcomes("wave", VALUES)
    path = tmp_path / FILE
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n").rpartition(",")[0], encoding="utf-8")

    assert np.array_equal(plays(tmp_path).outcomes("wave", VALUES), first, equal_nan=True)
    assert np.array_equal(plays(tmp_path).outcomes("wave", VALUES), first, equal_nan=True)


def test_a_calibration_that_is_written_does_not_undo_what_was_played(tmp_path: Path) -> None:
    head = [
        Plays(load("toy", parameters={"calibrated": {"common_shift_cny_per_t": shift}}), PATHS, tmp_path)
        and (tmp_path / FILE).read_text(encoding="utf-8")
        for shift in (0.0, 50.0)
    ]

    assert head[0] == head[1]
    Plays(load("toy", parameters={"market": {"contract_share": 0.7}}), PATHS, tmp_path)
    assert (tmp_path / FILE).read_text(encoding="utf-8") != head[0]


def test_plays_of_another_pack_or_code_are_left_behind(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text("of something else\nwave/0/x,1.0\n", encoding="utf-8")
    plays(tmp_path)

    assert "wave/0/x" not in path.read_text(encoding="utf-8")


def test_a_play_that_fails_has_no_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_world: object) -> None:
        raise StudyError("alumina is lost")

    monkeypatch.setattr("sim.study.plays.base_measures", broken)

    assert np.isnan(plays(tmp_path).outcomes("wave", VALUES)).all()


def test_priors_are_about_what_the_regions_say() -> None:
    scenario = load("baseline")
    shares = {each.path: each for each in unknowns_of(scenario).fitted if "runnable_share" in each.path}

    for row in scenario.pack.regions:
        each = shares[f"calibrated.runnable_share.{row.id}"]
        assert each.low < row.best_rate_share == each.value < each.high <= 1.0


def test_a_pack_whose_targets_tell_of_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", "toy", "--runs", "4", "--out", str(tmp_path), "--quiet"]) == 2
    assert "nothing to calibrate" in capsys.readouterr().err
