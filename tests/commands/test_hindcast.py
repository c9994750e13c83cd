"""The command starts in the past, tells losses first and leaves its tables behind."""

from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.study.hindcast.given import ARMS
from sim.study.hindcast.table import NO_SKILL, VERDICTS

HEADS = [f"From the end of 2017, {words}" for words in ARMS.values()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a hindcast of two runs an arm."""
    folder = tmp_path_factory.mktemp("hindcast")
    assert main(["hindcast", "--runs", "2", "--out", str(folder), "--quiet"]) == 0
    return folder


def test_the_tables_are_there_and_name_the_code_that_made_them(folder: Path) -> None:
    scores = pd.read_csv(folder / "hindcast.csv")

    assert set(scores["arm"]) == set(ARMS)
    assert set(scores["window"]) == {"shown"}
    assert {"price_cny_per_t", "capacity_mt", "production_mt", "ore_imports_mt"} <= set(scores["series"])
    assert scores["last"].astype(str).max() < "2023"
    assert scores.loc[scores["series"] == "ore_imports_mt", "fitted"].all()
    assert not scores.loc[scores["series"] == "capacity_mt", "fitted"].any()
    assert scores["code"].str.startswith("code ").all()
    assert set(scores["verdict"]) <= set(VERDICTS)
    lost = scores[(scores["skill_best"] <= 0.0) & (scores["n"] > 3) & (scores["region"] == "China")]
    assert set(lost["verdict"]) <= {NO_SKILL}
    assert {"persistence", "metal x 1.925", "cost curve within parity"} <= set(
        pd.read_csv(folder / "nulls.csv")["null"]
    )


def test_runs_that_are_kept_are_scored_against_outcomes_of_ones_own(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "mine.csv"
    record.write_text(
        "year,series,region,value,source_url\n2022,alumina_capacity_installed_smm,CN,97,x\n2022,capasity,CN,97,x\n",
        encoding="utf-8",
    )

    assert main(["hindcast", "--runs", "2", "--out", str(folder), "--quiet", "--record", str(record)]) == 0

    told = capsys.readouterr().out
    assert [told.index(head) for head in HEADS] == sorted(told.index(head) for head in HEADS)
    assert "no series of that name" in told
    points = pd.read_csv(folder / "points.csv")
    own = points[(points["series"] == "capacity_mt") & (points["date"] == "2022")]
    assert set(own["record"]) == {97.0}
    assert (folder / "hindcast.md").read_text(encoding="utf-8").count("| series |") == len(ARMS)


def test_losses_are_told_first_in_each_table(folder: Path) -> None:
    scores = pd.read_csv(folder / "hindcast.csv")

    for _, rows in scores.groupby("arm"):
        places = rows["verdict"].map(VERDICTS.index)
        assert list(places) == sorted(places)


def test_a_bad_record_and_a_folder_of_other_runs_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "bad.csv"
    record.write_text("year,series,regoin,value\n", encoding="utf-8")

    assert main(["hindcast", "--record", str(record)]) == 2
    assert "row 1: no column 'region'; is it 'regoin'?" in capsys.readouterr().err
    assert main(["hindcast", "--runs", "3", "--out", str(folder), "--quiet"]) == 2
    assert "holds another hindcast" in capsys.readouterr().err
