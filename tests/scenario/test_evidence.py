"""The entries of a pack's parameters: each has its evidence, and a bad one is told at its place."""

from pathlib import Path

import pytest

from sim.scenario.pack import read_pack
from tests.contracts.tree import ROOT
from tests.scenario.planted import copy_of_pack, problems, rewrite, the_problem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped pack that a test may spoil."""
    return copy_of_pack(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "path", "told"),
    [
        ("value: 25, low: 10", "value: 5, low: 10", "value", "5 is not between low 10 and high 50"),
        (
            "value: 25, low: 10",
            "value: 25, low: 0.1",
            "low",
            "0.1 is outside what is possible: 0.5 to 100 CNY/t",
        ),
        (
            "unit: CNY/t, status",
            "unit: USD/t, status",
            "unit",
            "'USD/t' is not the unit of this parameter, CNY/t",
        ),
        ("status: assumption", "status: guess", "status", "'guess' is not one of"),
        ("value: 25,", "value: dear,", "value", "should be a number, not 'dear'"),
        ("status: assumption, dist: uniform", "dist: uniform", "status", "is missing"),
        ('source: "Rail', 'sauce: "Rail', "sauce", "unknown key"),
    ],
)
def test_a_bad_entry_of_a_parameter_is_told(folder: Path, old: str, new: str, path: str, told: str) -> None:
    rewrite(folder, "parameters.yaml", old, new)

    found = {problem.path: problem.message for problem in problems(folder)}

    assert found[f"market.trade_dispersion_cny_per_t.{path}"].startswith(told)


def test_a_misspelt_parameter_is_told_with_the_nearest_name(folder: Path) -> None:
    rewrite(folder, "parameters.yaml", "trade_dispersion_cny_per_t", "trade_dispersal_cny_per_t")

    (unknown,) = problems(folder)

    assert (unknown.message, unknown.nearest) == (
        "no such parameter in this file",
        "trade_dispersion_cny_per_t",
    )


def test_a_fitted_parameter_without_an_entry_is_told_with_its_unit(folder: Path) -> None:
    rewrite(folder, "calibration.yaml", "common_shift_cny_per_t", "common_shaft_cny_per_t")

    _, missing = sorted(problems(folder), key=lambda found: found.path)

    assert missing.path == "calibrated.common_shift_cny_per_t"
    assert "has no entry" in missing.message and "unit: CNY/t" in missing.message


def test_a_parameter_that_a_pack_leaves_out_is_that_of_the_shipped_pack(folder: Path) -> None:
    whole, text = read_pack(folder), (folder / "parameters.yaml").read_text("utf-8")
    begin, end = text.index("\ncombining:") + 1, text.index("\nreview:") + 1
    (folder / "parameters.yaml").write_text(text[:begin] + text[end:], "utf-8")

    left_out = read_pack(folder)

    path = "combining.base_logit"
    assert left_out.provenance[path] == read_pack(ROOT / "scenarios" / "china_alumina").provenance[path]
    assert left_out.provenance["market.captive_share"] == whole.provenance["market.captive_share"]
    assert left_out.digest != whole.digest


def test_a_whole_number_is_asked_for_where_one_is_meant(folder: Path) -> None:
    entry = "value: 6, low: 2, high: 12, unit: count"
    rewrite(folder, "parameters.yaml", entry, entry.replace("6", "6.5"))

    assert the_problem(folder).message == "should be a whole number, not 6.5"


def test_a_region_without_its_calibrated_value_is_told(folder: Path) -> None:
    rewrite(folder, "calibration.yaml", "    gansu:", "    gansuu:")

    assert "calibrated.region_shift_cny_per_t.gansu" in [found.path for found in problems(folder)]
