"""Comparison of twins: intervals worked out by hand, verdicts in words, and nothing found where nothing is."""

import math
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.commands.comparing import print_comparison
from sim.core.errors import UsageError
from sim.scenario.load import load
from sim.study.compare import Comparison, compare
from sim.study.effects import HIGHER, LOWER, NONE, UNCLEAR
from sim.study.ensemble import ensemble
from sim.study.pages import write_compare_figures
from sim.study.playing import Move, Outcome, Task
from sim.study.reading import is_read
from sim.study.store import FILE, Store
from sim.study.study import Study
from tests.study.planning import YEARS, made_up, one_year, plan_of


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """The baseline against itself and against a world in which much less can run."""
    shut = [
        {"id": "shut", "variable": "refining", "size_ratio": 0.12, "start_year": 2026, "duration_quarters": 4}
    ]
    return compare(
        [one_year(), one_year(), one_year(shocks=shut)], runs=6, out=tmp_path_factory.mktemp("study"), jobs=1
    )


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


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("question", False),
        ("expects[0].measure", False),
        ("expects", False),
        ("shocks.stop.id", False),
        ("shocks.stop.size_ratio", True),
        ("policies.ets.price_cny_per_tco2", True),
        ("rows.refineries.wenshan.note", False),
        ("rows.refineries.wenshan.source_date", False),
        ("rows.refineries.wenshan.nameplate_mt", True),
        ("parameters.market.contract_share", True),
        ("years.end_year", True),
    ],
)
def test_only_what_the_model_reads_is_called_an_input(path: str, read: bool) -> None:
    assert is_read(path) is read


def as_made_up(outcome: Outcome, task: Task) -> Outcome:
    """Give an outcome as it is."""
    return outcome


def two_years(
    folder: Path, pairs: int = 6, change: Callable[[Outcome, Task], Outcome | None] = as_made_up
) -> Comparison:
    """Give pairs in which every measure of run r is r in 2026 and in 2027, one more in the second scenario.

    Each outcome is put into the study as `change` gives it; one that it gives as None has not been played.
    """
    plan = plan_of(pairs, one_year(), load("scarcity", settings=["years.end_year=2027"]))
    store = Store.create(folder / FILE, plan)
    played = (change(made_up(task.run, level=0.0), task) for task in plan.tasks())
    store.put(outcome for outcome in played if outcome)
    store.close()
    return Comparison(Study(folder))


def test_what_happens_now_and_then_is_told_as_a_total_of_all_years(tmp_path: Path) -> None:
    rows = two_years(tmp_path, pairs=3).outcomes.set_index(["measure", "when"]).sort_index()

    # Runs of the first scenario are 1, 3, 5: their mean is 3 in each of two years.
    assert list(rows.loc["exits_mt"].index) == ["total"]
    assert list(rows.loc["deals"].index) == ["total"]
    assert rows.loc[("exits_mt", "total"), "before"] == 6.0
    assert list(rows.loc["imports_mt"].index) == ["2027", "total"]
    assert list(rows.loc["price_cny_per_t"].index) == ["2027", "mean"]
    assert rows.loc[("price_cny_per_t", "mean"), "before"] == 3.0
    assert rows.loc[("exits_mt", "total"), "change"] == 2.0


def test_cash_cost_at_the_same_plants_weighs_each_plant_that_ran_in_both_by_its_smaller_output(
    tmp_path: Path,
) -> None:
    def running(outcome: Outcome, task: Task) -> Outcome:
        """Let the scenario make one plant cheaper by 10 and one dearer by 5, and stop the dearest."""
        rows = [
            [
                ("a", 2027, 3.0, 2000.0),
                ("b", 2027, 1.0, 2400.0),
                ("c", 2027, 2.0, 3000.0),
            ],
            [("a", 2027, 2.0, 1990.0), ("b", 2027, 4.0, 2405.0), ("b", 2026, 4.0, 1.0)],
        ]
        return replace(outcome, running=rows[task.scenario])

    rows = two_years(tmp_path, change=running).outcomes.set_index("measure")

    # Weights 2 and 1 of plants a and b: (2 x 2000 + 2400) / 3, and (2 x -10 + 5) / 3.
    found = rows.loc["cash_cost_same_plants_cny_per_t"]
    assert found["when"] == "last 5 years"
    assert found["before"] == pytest.approx(6400.0 / 3.0)
    assert found["change"] == pytest.approx(-5.0)


def test_differences_of_pairs_are_given_by_year_with_their_quantiles(tmp_path: Path) -> None:
    rows = two_years(tmp_path, pairs=3).differences(["price_cny_per_t", "exits"])

    # Twins are neighbours, runs 1 and 2, 3 and 4, 5 and 6: each second one is higher by one.
    assert rows[["p05", "p50", "p95"]].to_numpy() == pytest.approx(np.ones((4, 3)))
    assert list(rows["year"]) == [2026, 2027, 2026, 2027]


def test_what_a_scenario_expects_is_judged_from_the_pairs(tmp_path: Path) -> None:
    rows = two_years(tmp_path).expectations.set_index("measure")

    # All six pairs differ by exactly one, upwards: so what should be lower is not.
    assert rows.loc["price_cny_per_t", ["direction", "change", "verdict"]].tolist() == [
        "higher",
        1.0,
        "holds",
    ]
    assert rows.loc["stock_smelters_mt", "verdict"] == "does not hold"
    assert rows.loc["price_cny_per_t", ["against", "start_year", "end_year", "why"]].tolist() == [
        "baseline-0",
        2026,
        2026,
        "",
    ]
    assert "expects" not in " ".join(two_years(tmp_path / "again").inputs["value"])


def shorter(outcome: Outcome, task: Task) -> Outcome:
    """Let the first scenario end in 2026, and something happen in 2027 in the other."""
    moved = [*outcome.moves, Move(2027, "deal", "chinalco", "late", 1.0), Move(2027, "exit", KEPT, "", 1.0)]
    if task.scenario == 0:
        return replace(outcome, years=outcome.years[:1])
    return replace(outcome, moves=moved)


KEPT = load("baseline").pack.refineries[0].id
PROJECT = load("baseline").pack.projects[0].id


def test_scenarios_of_different_length_are_compared_in_common_years_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = two_years(tmp_path, change=shorter)
    print_comparison(found, every=False)

    assert found.years == (2026, 2026)
    assert found.survival.empty
    assert list(found.deals["deal"]) == ["chinalco from hangzhou-jinjiang"]
    assert found.winners.empty
    told = capsys.readouterr().out
    assert "end in different years: 2026-2026 is compared" in told and "nameplate at the end" not in told
    assert write_compare_figures(found, tmp_path) == [tmp_path / "differences.png"]


def test_only_plants_of_the_starting_register_can_stand_or_not(tmp_path: Path) -> None:
    def closing(outcome: Outcome, task: Task) -> Outcome:
        """Let a plant of the register, a project and a plant built on the way close in the second scenario."""
        gone = [KEPT, PROJECT, "chinalco-guangxi-2026"] if task.scenario == 1 else []
        return replace(outcome, moves=[Move(2027, "exit", each, "", 1.0) for each in gone])

    rows = two_years(tmp_path, change=closing).survival

    # Six of six pairs: 2 / 2^6 = 1/32 is below a twentieth.
    assert rows[["refinery", "before", "after", "verdict"]].to_numpy().tolist() == [[KEPT, 1.0, 0.0, LOWER]]


def test_a_few_closures_or_purchases_among_many_runs_are_no_verdict(tmp_path: Path) -> None:
    def rarely(outcome: Outcome, task: Task) -> Outcome:
        """Let a plant close and be bought in four runs of forty of the second scenario alone."""
        happens = task.scenario == 1 and task.sample < 4
        moves = [Move(2026, "exit", KEPT, "", 1.0), Move(2026, "deal", "chinalco", "weiqiao", 1.0)]
        return replace(outcome, moves=moves if happens else [])

    found = two_years(tmp_path, pairs=40, change=rarely)
    for table in (found.survival, found.deals):
        # Four of four signs: 2 / 2^4.
        assert table[["p_value", "differing", "verdict"]].to_numpy().tolist() == [[0.125, 4, UNCLEAR]]


def test_the_command_tells_verdicts_totals_names_and_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "question: Do my own expectations come true?\nextends: scarcity\nexpects:\n"
        "  - {measure: price_cny_per_t, direction: lower, because: Wrong on purpose.}\n"
        "  - {measure: imports_mt, direction: higher, because: Imports fill the gap.}\n"
        "  - {measure: exitz, direction: same, because: A measure that no run reports.}\n",
        encoding="utf-8",
    )
    asked = [
        "compare",
        "baseline",
        str(mine),
        "--years",
        YEARS,
        "--runs",
        "6",
        "--jobs",
        "1",
        "--design",
        "seeds",
    ]
    monkeypatch.setenv("COLUMNS", "80")
    code = main([*asked, "--out", str(tmp_path / "study")])

    told = capsys.readouterr().out
    assert code == 0
    assert "\nMill price, CNY/t\n" in told and "expects[" not in told
    assert [line.rpartition("  ")[2] for line in told.splitlines() if " lower " in line][:1] == [
        "does not hold"
    ]
    assert "unclear: no such measure" in told
    assert "against baseline\n" in told
    assert "the chance that any is told by luck is at most 5 %" in " ".join(told.split())
    assert max(len(line) for line in told.splitlines() if str(tmp_path) not in line) <= 80
    assert {path.stem for path in (tmp_path / "study" / "figures").iterdir()} == {"differences", "winners"}


@pytest.mark.parametrize(
    ("pairs", "change", "why"),
    [
        (3, as_made_up, "fewer than 6 pairs"),
        (6, lambda outcome, task: outcome if task.scenario else None, "no pair of runs is finished"),
        (
            6,
            lambda outcome, _: replace(outcome, years=[(2026, [math.nan] * len(outcome.years[0][1]))]),
            "it has no value in some runs",
        ),
        (
            6,
            lambda outcome, task: replace(outcome, years=outcome.years[task.scenario :]),
            "years outside 2027-2027",
        ),
    ],
)
def test_what_cannot_be_judged_says_why_not(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    pairs: int,
    change: Callable[[Outcome, Task], Outcome | None],
    why: str,
) -> None:
    found = two_years(tmp_path, pairs=pairs, change=change)
    print_comparison(found, every=False)

    assert set(found.expectations["why"]) == {why}
    assert set(found.expectations["start_year"]) == {2026}
    assert f"unclear: {why}" in " ".join(capsys.readouterr().out.split())


def test_years_of_an_expectation_are_told_as_far_as_all_runs_have_them(tmp_path: Path) -> None:
    expects = [
        {"measure": "price_cny_per_t", "direction": "higher", "because": "Of all years.", "end_year": 2035}
    ]
    plan = plan_of(6, one_year(), load("scarcity", expects=expects))
    store = Store.create(tmp_path / FILE, plan)
    store.put(made_up(task.run, level=0.0) for task in plan.tasks())
    store.close()
    rows = Comparison(Study(tmp_path)).expectations

    assert rows[["start_year", "end_year", "verdict"]].to_numpy().tolist() == [[2026, 2027, "holds"]]


def test_a_pair_that_lacks_a_run_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = two_years(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as link:
        link.execute("UPDATE runs SET status = 'failed' WHERE run = 4")
        link.execute("DELETE FROM outcomes WHERE run = 4")
    link.close()
    print_comparison(found, every=False)

    assert "5 pairs of runs with the same luck and inputs; 1 left out" in " ".join(
        capsys.readouterr().out.split()
    )


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
        "expectations.csv",
        "inputs.csv",
        "outcomes.csv",
        "survival.csv",
        "winners.csv",
    ]


def test_scenarios_of_unlike_industries_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = "copper_baseline is of the industry China copper smelting and toy of"
    with pytest.raises(UsageError, match=said):
        compare(["copper_baseline", "toy"], out=tmp_path / "study")
    with pytest.raises(UsageError, match=said):
        ensemble(["copper_baseline", "toy"], out=tmp_path / "study")
    for command in ("compare", "ensemble"):
        assert main([command, "copper_baseline", "toy", "--out", str(tmp_path / "study")]) == 2
        assert said in capsys.readouterr().err
    assert not (tmp_path / "study").exists()


def test_one_scenario_alone_cannot_be_compared(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        compare(["baseline"])
    assert main(["compare", "baseline"]) == 2
