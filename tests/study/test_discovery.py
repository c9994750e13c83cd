"""PRIM finds a box that was planted, and rules mean what they say and nothing else."""

import sqlite3
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim.core.errors import UsageError
from sim.core.rng import Streams
from sim.study.discovery import discover, found, telling
from sim.study.prim import chosen, peeled
from sim.study.rule import holds, read_rule
from sim.study.store import FILE, Store
from sim.study.study import Study
from tests.study.planning import made_up, one_year, plan_of

PATHS = ("a", "b", "c", "d")


@pytest.fixture(scope="module")
def cube() -> NDArray[np.float64]:
    """Two thousand points in four dimensions."""
    return Streams(5).points("test", "lhs", 2000, 4)


def test_a_planted_box_is_the_one_that_is_discovered(cube: NDArray[np.float64]) -> None:
    seen = found("planted", PATHS, cube, (cube[:, 0] < 0.4) & (cube[:, 2] > 0.55))

    ranges = seen.ranges.set_index("parameter")
    assert sorted(ranges.index) == ["a", "c"]
    assert ranges.loc["a", "high"] == pytest.approx(0.4, abs=0.01)
    assert ranges.loc["c", "low"] == pytest.approx(0.55, abs=0.01)
    assert seen.box.coverage > 0.97
    assert seen.box.density > 0.97


def test_the_words_of_a_box_name_its_limits_coverage_and_density(cube: NDArray[np.float64]) -> None:
    words = found("price@2030 < 1", PATHS, cube, cube[:, 1] > 0.75).words

    assert "'price@2030 < 1' holds in 500 of 2000 runs (25%)" in words
    assert "b at least 0.75" in words
    assert "100% of the runs (density), and 100% of its cases lie there (coverage)" in words


def test_every_peel_makes_the_box_smaller_and_none_thinner(cube: NDArray[np.float64]) -> None:
    boxes = peeled(cube, (cube[:, 0] < 0.5) & (cube[:, 1] < 0.5))

    assert boxes[0].mass == 1.0
    assert all(after.mass < before.mass for before, after in pairwise(boxes))
    assert all(after.density >= before.density for before, after in pairwise(boxes))
    assert boxes[chosen(boxes)].density >= 0.8


def test_a_box_of_luck_is_called_a_candidate_and_says_why() -> None:
    # 60 runs, 30 inputs, and cases that no input has anything to do with
    inputs = Streams(7).points("test", "lhs", 60, 30)
    cases = np.arange(60) % 4 == 0
    seen = found("luck", tuple(f"x{number}" for number in range(30)), inputs, cases)

    assert not seen.good
    assert "with 15 cases in 60 runs luck could explain every range" in seen.words
    assert "Best candidate, not good enough (" in seen.words
    assert f"{seen.box.density:.0%} of the runs (density), and {seen.box.coverage:.0%}" in seen.words
    assert 0 < len(seen.ranges) <= 3


def test_one_input_that_matters_is_found_among_many_that_do_not() -> None:
    # Fifty inputs, of which the first makes it happen: nine times of ten below 0.4, one time of ten above.
    inputs = Streams(9).points("test", "lhs", 200, 50)
    cases = (inputs[:, 0] < 0.4) ^ (np.arange(200) % 10 == 0)
    seen = found("mostly", tuple(f"x{number}" for number in range(50)), inputs, cases)

    assert seen.good
    assert list(seen.ranges["parameter"]) == ["x0"]
    assert seen.ranges["high"][0] == pytest.approx(0.4, abs=0.03)
    assert seen.words.endswith(
        "are of the runs that the limits were drawn by; new runs may show less of both."
    )


def test_the_steps_are_those_of_the_peeling_that_led_to_the_box() -> None:
    # As above with half the runs: here luck explains every limit of the first peeling, and only x0 tells cases apart.
    inputs = Streams(6).points("test", "lhs", 100, 50)
    cases = (inputs[:, 0] < 0.4) ^ (np.arange(100) % 10 == 0)
    seen = found("mostly", tuple(f"x{number}" for number in range(50)), inputs, cases)

    assert seen.good and list(telling(inputs, cases)) == [0]
    assert [len(box.low) for box in seen.steps] == [50] * len(seen.steps)
    assert {tuple(box.low[1:]) for box in seen.steps} == {tuple(inputs.min(axis=0)[1:])}
    assert {tuple(box.high[1:]) for box in seen.steps} == {tuple(inputs.max(axis=0)[1:])}
    assert len(seen.trade) > 3


def test_a_rule_that_holds_too_seldom_in_its_best_box_is_not_good_enough(cube: NDArray[np.float64]) -> None:
    # Below 0.5 in six of ten runs, above in none: no box reaches eight of ten.
    luck = Streams(6).points("test", "lhs", 2000, 1)[:, 0]
    seen = found("seldom", PATHS, cube, (cube[:, 0] < 0.5) & (luck < 0.6), density=0.95)

    assert not seen.good
    assert "less than the 95% asked for" in seen.words


def test_a_candidate_is_written_as_not_good_enough(tmp_path: Path) -> None:
    inputs = Streams(7).points("test", "lhs", 60, 30)
    paths = tuple(f"x{number}" for number in range(30))
    found("luck", paths, inputs, np.arange(60) % 4 == 0).write(tmp_path)

    ranges = pd.read_csv(tmp_path / "ranges.csv")
    assert not ranges["good_enough"].any()
    assert (tmp_path / "box.png").is_file()


@pytest.mark.parametrize(("share", "words"), [(0.0, "holds in no run"), (1.0, "holds in every run")])
def test_what_never_or_always_happens_has_no_box(cube: NDArray[np.float64], share: float, words: str) -> None:
    assert words in found("rule", PATHS, cube, cube[:, 0] < share).words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x@2030 < 2", [True, False, False]),
        ("x@end >= 2", [False, True, True]),
        ("x@end > 1 and y@end > 1", [False, True, False]),
        ("x@end < 2 or x@end > 2.5", [True, False, True]),
        ("not (x@end < 2 or x@end > 2.5)", [False, True, False]),
        ("x@end < 2 or y@end > 1 and x@end > 2", [True, False, False]),  # `and` binds closer
        ("x@end > -1e3", [True, True, True]),
    ],
)
def test_a_rule_holds_where_its_words_say(text: str, expected: list[bool]) -> None:
    values = {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([0.0, 5.0, 1.0])}

    assert holds(read_rule(text), lambda measure, when: values[measure]).tolist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "price",
        "price@2030",
        "price@2030 <",
        "price@2030 < cheap",
        "price@2030 < nan",
        "price@2030 < 1e999",
        "price@soon < 1",
        "price@2030 == 1",
        "(price@2030 < 1",
        "price@2030 < 1)",
        "price@2030 < 1 price@2031 < 1",
        "__import__('os').system('true')",
        "price@2030 < 1; drop table runs",
        "price@2030 < 1.2.3",
        "(" * 500,
        "not " * 500,
    ],
)
def test_what_is_no_rule_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(UsageError, match="rule '"):
        read_rule(text)


def test_a_study_tells_which_inputs_make_something_happen(tmp_path: Path) -> None:
    # Outcomes that no model has made: every measure is the price of caustic soda of its run.
    plan = plan_of(200)
    caustic = plan.paths.index("inputs.levels.caustic_cny_per_t")
    store = Store.create(tmp_path / FILE, plan)
    store.put(made_up(task.run, level=task.inputs[caustic] - task.run) for task in plan.tasks())
    store.close()
    study = Study(tmp_path)
    seen = discover(study, "cash_cost_mean_cny_per_t@end < 2500 and price_cny_per_t@2026 < 9000")

    assert list(seen.ranges["parameter"]) == ["inputs.levels.caustic_cny_per_t"]
    assert seen.ranges["high"][0] == pytest.approx(2500, abs=15)
    assert (seen.box.coverage, seen.box.density) == (1.0, 1.0)
    assert "Caustic soda, 100 % basis, Shandong, including VAT at most 2,4" in seen.words
    assert "CNY/t (inputs.levels.caustic_cny_per_t)" in seen.words
    with pytest.raises(UsageError, match="unknown measure 'cost'"):
        discover(study, "cost@end < 1")
    with pytest.raises(UsageError, match="no year 2040"):
        discover(study, "exits@2040 < 1")


def test_what_a_scenario_sets_itself_is_no_input_of_its_runs(tmp_path: Path) -> None:
    # The second scenario has a caustic price of its own; samples of it are there for the first, and mean nothing here.
    own = {"inputs": {"levels": {"caustic_cny_per_t": 2500.0}}}
    path = "inputs.levels.caustic_cny_per_t"
    plan = plan_of(200, one_year(), one_year(parameters=own))
    caustic = plan.paths.index(path)
    store = Store.create(tmp_path / FILE, plan)
    store.put(made_up(task.run, level=task.inputs[caustic] - task.run) for task in plan.tasks())
    store.close()
    first, second = plan.scenarios
    rule = "cash_cost_mean_cny_per_t@end < 2500"

    assert list(discover(Study(tmp_path), rule, scenario=first).ranges["parameter"]) == [path]
    assert path not in discover(Study(tmp_path), rule, scenario=second).paths


def test_a_scenario_that_sets_all_sampled_inputs_itself_has_none_to_tell_runs_apart_by(
    tmp_path: Path,
) -> None:
    plan = plan_of(2)
    store = Store.create(tmp_path / FILE, plan)
    store.put(made_up(task.run) for task in plan.tasks())
    store.close()
    with sqlite3.connect(tmp_path / FILE) as link:
        link.execute("UPDATE scenarios SET own = ?", (" ".join(plan.paths),))
    link.close()

    with pytest.raises(UsageError, match="no sampled inputs"):
        discover(Study(tmp_path), "exits@end < 1")
