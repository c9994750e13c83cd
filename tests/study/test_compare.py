"""Comparison of twins: intervals worked out by hand, verdicts in words, and nothing found where nothing is."""

from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.core.errors import UsageError
from sim.study.compare import HIGHER, LOWER, NONE, UNCLEAR, Comparison, compare, effect
from tests.study.planning import YEARS, one_year


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The baseline against itself and against a world in which much less can run."""
    shut = [
        {"id": "shut", "variable": "refining", "size_ratio": 0.12, "start_year": 2026, "duration_quarters": 4}
    ]
    return compare(
        [one_year(), one_year(), one_year(shocks=shut)], runs=6, out=tmp_path_factory.mktemp("study"), jobs=1
    )


def test_an_interval_is_the_one_worked_out_by_hand() -> None:
    # Differences 1, 2, 3, 6: mean 3, variance (4+1+0+9)/3 = 14/3, standard error sqrt(14/12) = 1.0801,
    # t(3, 97.5 %) = 3.1824, so 3 -+ 3.4374.
    before = np.array([10.0, 20.0, 30.0, 40.0])
    seen = effect(before, before + np.array([1.0, 2.0, 3.0, 6.0]))

    assert (seen.change, seen.pairs, seen.verdict) == (3.0, 4, UNCLEAR)
    assert seen.low == pytest.approx(3 - 3.4374, abs=1e-4)
    assert seen.high == pytest.approx(3 + 3.4374, abs=1e-4)
    # var(before) = 500/3, var(after): 11, 22, 33, 46 around 28 gives 289+36+25+324 = 674, over 3
    assert seen.variance_ratio == pytest.approx(14 / (500 + 674), rel=1e-12)


@pytest.mark.parametrize(
    ("gaps", "verdict"),
    [
        ([0.0, 0.0, 0.0], NONE),
        ([1.0, 1.1, 0.9], HIGHER),
        ([-1.0, -1.1, -0.9], LOWER),
        ([1.0, -1.0, 0.1], UNCLEAR),
        ([0.0, 0.0, 1e-12], UNCLEAR),
        ([5.0], UNCLEAR),
    ],
)
def test_a_verdict_says_what_the_pairs_show(gaps: list[float], verdict: str) -> None:
    before = np.zeros(len(gaps))

    assert effect(before, before + np.array(gaps)).verdict == verdict


def test_a_scenario_does_not_differ_from_itself(found: Comparison) -> None:
    for table in (found.outcomes, found.survival, found.deals, found.winners):
        assert set(table.loc[table["scenario"] == "baseline-2", "verdict"]) <= {NONE}
    assert "baseline-2" not in list(found.inputs["scenario"])


def test_a_shut_eighth_of_refining_raises_the_price(found: Comparison) -> None:
    rows = found.outcomes.query("scenario == 'baseline-3'").set_index(["measure", "when"])
    price = rows.loc[("price_cny_per_t", "mean")]

    assert price["verdict"] == HIGHER
    assert price["change"] > 100.0
    assert rows.loc[("production_mt", "2026")]["verdict"] == LOWER
    assert 0.0 < found.variance_ratio < 1.0


def test_inputs_that_differ_are_listed_with_both_values(found: Comparison) -> None:
    rows = found.inputs.set_index("value")

    assert rows.loc["shocks.shut.size_ratio"]["after"] == 0.12
    assert all(rows["scenario"] == "baseline-3")


def test_the_capacity_of_groups_and_of_regions_is_that_of_the_country(found: Comparison) -> None:
    winners = found.winners.query("scenario == 'baseline-3'")
    capacity = found.outcomes.query(
        "measure == 'capacity_mt' and when == '2026' and scenario == 'baseline-3'"
    )
    by_kind = winners.groupby(winners["holder"].str.split().str[0])["before"].sum()

    assert by_kind["group"] == pytest.approx(by_kind["region"], rel=1e-12)
    assert by_kind["group"] == pytest.approx(capacity["before"].iloc[0], rel=1e-12)


def test_the_command_prints_no_difference_and_writes_its_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["compare", "baseline", "baseline", "--years", YEARS, "--runs", "2", "--jobs", "1"]
    code = main([*asked, "--out", str(tmp_path)])

    assert code == 0
    assert "No difference: all" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "compare").iterdir()) == [
        "deals.csv",
        "inputs.csv",
        "outcomes.csv",
        "survival.csv",
        "winners.csv",
    ]


def test_one_scenario_alone_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        compare(["baseline"])
    assert main(["compare", "baseline"]) == 2
