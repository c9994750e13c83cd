"""A run of an industry that lacks some parts, read from its folder: told, drawn and exported as the run itself."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.reasons.explain import explain
from sim.reasons.finding import everything
from sim.reasons.record import read_record
from sim.report.capacity import capacity_table
from sim.report.exchange import read_results
from sim.run import Run, without_policy, write_run
from tests.contracts.tree import ROOT

COPPER = sorted(path.stem for path in (ROOT / "scenarios").glob("copper_*.yaml"))
CONTENT = re.compile(r'<script id="content" type="application/json">(.*?)</script>', re.DOTALL)
LEAST = 2e-3
"""Files have twelve digits, so that what is rounded on a page may differ in its last one."""


@pytest.fixture(scope="module")
def finished() -> Run:
    return sim.run("copper_baseline", 0)


@pytest.fixture(scope="module")
def folder(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(finished, tmp_path_factory.mktemp("runs") / "0")


def unlike(one: Any, other: Any) -> list[tuple[Any, Any]]:
    """Give what differs in two pages by more than the digits of a file; numbers in prose are not looked at."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [each for key in one for each in unlike(one[key], other[key])]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [each for pair in zip(one, other, strict=True) for each in unlike(*pair)]
    if isinstance(one, int | float) and isinstance(other, int | float):
        return [] if one == pytest.approx(other, rel=1e-8, abs=LEAST) else [(one, other)]
    if isinstance(one, str) and isinstance(other, str):
        said = [re.sub(r"[0-9]+", "#", text) for text in (one, other)]
        return [] if said[0] == said[1] else [(one, other)]
    return [] if one == other else [(one, other)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_of_a_folder_is_that_of_the_run(finished: Run, tmp_path: Path, lang: str) -> None:
    own = write_run(finished, tmp_path / "own", lang=lang)
    assert main(["report", str(own), "--lang", lang, "--out", str(tmp_path / "again")]) == 0

    pages = [(place / "report.html").read_text("utf-8") for place in (own, tmp_path / "again")]
    contents = [json.loads(found[1]) for page in pages if (found := CONTENT.search(page))]
    assert unlike(*contents) == []
    assert CONTENT.sub("", pages[0]) == CONTENT.sub("", pages[1])


def test_nothing_is_held_back_by_what_the_industry_lacks(folder: Path) -> None:
    assert capacity_table(read_results(folder))["held_mt"].tolist() == [0.0] * 6


def test_the_long_table_of_a_folder_has_no_measure_of_what_the_industry_lacks(
    folder: Path, tmp_path: Path
) -> None:
    assert main(["report", str(folder), "--export", "iamc", "--out", str(tmp_path)]) == 0

    table = pd.read_csv(tmp_path / "iamc.csv")
    assert not table["variable"].str.contains("residue|world").any()


def test_no_file_has_a_world_price_where_the_industry_has_none(folder: Path) -> None:
    for name in ("years", "quarters", "dictionary"):
        assert "fob" not in (folder / f"{name}.csv").read_text("utf-8")


@pytest.mark.parametrize("name", COPPER)
def test_every_policy_of_every_scenario_is_explained(name: str, tmp_path: Path) -> None:
    record = read_record(write_run(sim.run(name, 0, set={"years.end_year": 2027}), tmp_path / "0"))

    for policy in record.scenario.spec.policies:
        told = explain(record, policy.id, None, lambda each: without_policy(record, each))
        assert told.content["effects"]


def test_everything_in_a_folder_is_explained(folder: Path) -> None:
    record = read_record(folder)

    assert all(explain(record, key).text() for key in everything(record))
