"""Claims are judged by what runs show: true ones hold, false ones fail, and what the start gives is marked."""

from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import UsageError
from sim.core.registry import UnknownNameError
from sim.scenario.claim import Condition, read_claims
from sim.scenario.problems import InvalidScenarioError
from sim.study.claims import Claims, Table, interval, score, taken, verdict, within

PLANTED = """
claims:
  - id: dearer_carbon_lowers_cost
    words: A planted falsehood, that a tonne of carbon at a price makes alumina cheaper.
    source: nobody
    kind: mechanism
    scenarios: [ets_early]
    twin: baseline
    holds: [{measure: cash_cost_mean_cny_per_t, take: mean, start_year: 2031, against: twin, at_most: -0.5}]
  - id: dearer_carbon_raises_cost
    words: The same the right way round.
    source: anybody
    kind: mechanism
    scenarios: [ets_early]
    twin: baseline
    holds: [{measure: cash_cost_mean_cny_per_t, take: mean, start_year: 2031, against: twin, at_least: 0.5}]
  - id: there_is_capacity
    words: What every year has from the first on.
    source: anybody
    kind: forecast
    holds: [{measure: capacity_mt, take: lowest, at_least: 50.0}]
  - id: should
    words: Something that ought to be so.
    source: somebody
    kind: norm
    unscored: Says what should be.
"""


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Claims:
    """Give the planted claims over six pairs."""
    folder = tmp_path_factory.mktemp("claims")
    (folder / "mine.yaml").write_text(PLANTED, encoding="utf-8")
    return score(folder / "mine.yaml", 6, out=folder / "study", jobs=1)


def test_a_planted_falsehood_fails_and_the_truth_holds(scored: Claims) -> None:
    board = scored.scoreboard.set_index("claim")

    assert board.loc["dearer_carbon_lowers_cost", "verdict"] == "fails"
    assert board.loc["dearer_carbon_raises_cost", "verdict"] == "holds"
    assert board.loc["dearer_carbon_raises_cost", "value"] > 0.5


def test_what_the_first_year_gives_is_marked(scored: Claims) -> None:
    board = scored.scoreboard.set_index("claim")

    assert board.loc["there_is_capacity", "by_start"]
    assert not board.loc["dearer_carbon_raises_cost", "by_start"]
    assert board.loc["should", "verdict"] == "not scored"


def test_each_scenario_is_played_once(scored: Claims) -> None:
    assert scored.study.scenarios == ("baseline", "ets_early")
    assert scored.study.count["done"] == 12


def test_numbers_are_those_of_the_runs(scored: Claims) -> None:
    condition = scored.claims[0].holds[0]
    years = scored.study.to_frame()
    late = years[years["year"] >= 2031].groupby(["scenario", "sample"])["cash_cost_mean_cny_per_t"].mean()

    found = scored.numbers(condition, "ets_early", "baseline")

    assert found == pytest.approx((late["ets_early"] - late["baseline"]).to_numpy())


def test_files_hold_the_scoreboard(scored: Claims, tmp_path: Path) -> None:
    scored.write(tmp_path)

    assert (tmp_path / "scoreboard.csv").read_text(encoding="utf-8").count("\n") == 5


ROWS = Table(
    (2026, 2027, 2028, 2029), {"a": np.array([[1.0, 2.0, 4.0, 8.0]]), "b": np.array([[1.0, 1.0, 2.0, 0.0]])}
)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"take": "mean"}, 3.75),
        ({"take": "total", "end_year": 2027}, 3.0),
        ({"take": "rise"}, 7.0),
        ({"take": "growth", "start_year": 2027}, 3.0),
        ({"take": "later"}, 4.5),
        ({"take": "last", "less": "b"}, 8.0),
        ({"take": "highest", "over": "b", "end_year": 2028}, 2.0),
        ({"take": "share_of_years", "above": 2.0, "below": 4.0}, 0.5),
    ],
)
def test_what_is_taken_of_years(asked: dict[str, object], number: float) -> None:
    condition = Condition.model_validate({"measure": "a", "at_least": 0.0, **asked})

    assert taken(condition, ROWS) == pytest.approx([number])


def test_what_is_not_a_number_passes_nothing() -> None:
    condition = Condition.model_validate({"measure": "a", "over": "b", "take": "last", "at_least": -1e9})

    assert not within(condition, taken(condition, ROWS)).any()


def test_years_and_measures_that_are_not_there_are_refused() -> None:
    late = Condition.model_validate({"measure": "a", "take": "mean", "start_year": 2040, "at_least": 0.0})
    other = Condition.model_validate({"measure": "c", "take": "mean", "at_least": 0.0})

    with pytest.raises(UsageError, match="no year from 2040"):
        taken(late, ROWS)
    with pytest.raises(UnknownNameError):
        taken(other, ROWS)


def test_a_probability_has_a_verdict_and_an_interval() -> None:
    assert [verdict(each) for each in (1.0, 0.9, 0.7, 0.5, 0.2, 0.0)] == [
        "holds",
        "holds",
        "likely",
        "depends",
        "unlikely",
        "fails",
    ]
    # Brown, Cai & DasGupta 2001, table 5: nothing of ten gives [0, 0.217].
    assert interval(0, 10) == pytest.approx((0.0, 0.217), abs=1e-3)


def test_the_shipped_claims_name_scenarios_and_measures_that_exist(scored: Claims) -> None:
    from sim.scenario.shelf import names

    claims = read_claims()

    assert {name for claim in claims for name in claim.played} <= set(names())
    asked = {name for claim in claims for each in claim.holds for name in each.measures}
    assert asked <= set(scored.study.measures)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("    holds: [{measure: exits_mt, take: total}]", "a condition needs at_least or at_most"),
        ("    holds: [{measure: exits_mt, take: totl, at_most: 1.0}]", "totl"),
        ("    holds: [{measure: exits_mt, take: total, against: twin, at_most: 1.0}]", "twin is needed"),
        ("    hold: []", "unknown key"),
    ],
)
def test_mistakes_are_told_with_file_and_line(line: str, message: str, tmp_path: Path) -> None:
    about = (
        "claims:\n  - id: one\n    words: Something that is claimed.\n    source: anybody\n    kind: forecast"
    )
    text = f"{about}\n{line}\n"
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(InvalidScenarioError, match=message) as told:
        read_claims(tmp_path / "bad.yaml")

    assert all(problem.file.endswith("bad.yaml") and problem.line for problem in told.value.problems)


def test_an_unknown_file_or_claim_names_what_there_is() -> None:
    with pytest.raises(InvalidScenarioError, match="article"):
        read_claims("artikle")
    with pytest.raises(UnknownNameError, match="mergers_concentrate"):
        score(only=["mergers_concentrat"])


def test_an_unknown_measure_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    text = (
        "claims:\n  - id: one\n    words: Something that is claimed.\n    source: anybody\n    kind: forecast\n"
        "    scenarios: [toy]\n    holds: [{measure: exits_mt, over: exit_mt, take: total, at_most: 1.0}]\n"
    )
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(UnknownNameError, match="exits_mt"):
        score(tmp_path / "own.yaml", 2, out=tmp_path / "study")

    assert not (tmp_path / "study").exists()
