"""Indices against a function whose indices are known, and a study of three parameters end to end."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim.commands.ranking import print_sensitivity
from sim.core.errors import UsageError
from sim.study.design import uncertain_parameters
from sim.study.engine import Plan
from sim.study.sensitivity import (
    Cube,
    convergence,
    directions,
    found_in,
    sensitivity,
)
from sim.study.store import FILE, Store
from sim.study.study import Study
from tests.study.planning import made_up, one_year

Numbers = NDArray[np.float64]


def indices_of(
    function: Callable[[Numbers], Numbers], cube: Cube, low: float = 0.0, high: float = 1.0
) -> pd.DataFrame:
    """The indices of a plain function on a cube from low to high, (points, dimensions) -> (points,)."""
    return cube.indices(np.asarray(function(low + cube.points() * (high - low)), dtype=np.float64))


def runs_of(cube: Cube) -> int:
    """How many runs a design takes."""
    extra = 1 if cube.method == "morris" else 2
    return cube.size * (cube.dimensions + extra)


def ishigami(x: Numbers) -> Numbers:
    """Give the function of Ishigami & Homma 1990 with a = 7, b = 0.1."""
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_the_ishigami_function_are_the_known_ones() -> None:
    # V = 7^2/8 + 0.1 pi^4/5 + 0.1^2 pi^8/18 + 1/2; V1 = (1 + 0.1 pi^4/5)^2/2; V2 = 49/8;
    # V13 = 0.1^2 pi^8 (1/18 - 1/50)
    a, b, pi = 7.0, 0.1, np.pi
    total = a**2 / 8 + b * pi**4 / 5 + b**2 * pi**8 / 18 + 0.5
    one, two, both = (1 + b * pi**4 / 5) ** 2 / 2, a**2 / 8, b**2 * pi**8 * (1 / 18 - 1 / 50)
    found = indices_of(ishigami, Cube("sobol", 3, 1024), -pi, pi)

    assert found["first"].to_numpy() == pytest.approx(np.array([one, two, 0.0]) / total, abs=0.05)
    assert found["total"].to_numpy() == pytest.approx(np.array([one + both, two, both]) / total, abs=0.05)
    assert convergence(Cube("sobol", 3, 1024), found).startswith("Settled")


def test_morris_effects_of_a_straight_line_are_its_slopes() -> None:
    found = indices_of(lambda x: 5 * x[:, 0] - 2 * x[:, 1] + 0 * x[:, 2], Cube("morris", 3, 10))

    assert found["mu_star"].to_numpy() == pytest.approx([5.0, 2.0, 0.0], abs=1e-9)
    assert found["mu"].to_numpy() == pytest.approx([5.0, -2.0, 0.0], abs=1e-9)
    assert found["sigma"].to_numpy() == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_an_outcome_that_never_moves_is_said_to_be_moved_by_nothing() -> None:
    cube = Cube("sobol", 2, 8)

    assert convergence(cube, indices_of(lambda x: x[:, 0] * 0 + 3.0, cube)).startswith("Nothing matters")


def test_too_few_points_are_said_not_to_be_settled() -> None:
    cube = Cube("sobol", 3, 8)

    assert "a size of 16" in convergence(cube, indices_of(ishigami, cube, -np.pi, np.pi))


def test_a_study_of_three_parameters_ranks_them(tmp_path: Path) -> None:
    paths = (
        "inputs.levels.aluminium_cny_per_t",
        "inputs.levels.caustic_cny_per_t",
        "deals.ore_saving_share",
    )
    found = sensitivity(
        one_year(), "cash_cost_mean_cny_per_t", method="morris", size=3, out=tmp_path, only=paths, jobs=1
    )

    assert found.indices["parameter"][0] == "inputs.levels.caustic_cny_per_t"
    assert found.study.count["done"] == runs_of(found.cube) == 12
    assert found.year == 2026


def made_up_study(folder: Path, size: int) -> tuple[Study, Cube]:
    """Give a study of two parameters in which every measure of two years is caustic less a twentieth of coal."""
    paths = ("inputs.levels.caustic_cny_per_t", "inputs.levels.coal_cny_per_t")
    known = tuple(each for each in uncertain_parameters([one_year()]) if each.path in paths)
    cube = Cube("morris", 2, size)
    inputs = np.column_stack([each.at(cube.points()[:, column]) for column, each in enumerate(known)])
    plan = Plan({"baseline": one_year()}, known, inputs, ((0,),) * len(inputs))
    store = Store.create(folder / FILE, plan)
    store.put(
        made_up(task.run, level=task.inputs[0] - task.inputs[1] / 20 - task.run) for task in plan.tasks()
    )
    store.close()
    return Study(folder), cube


def test_effects_have_a_direction_a_name_and_a_range(tmp_path: Path) -> None:
    rows = found_in(*made_up_study(tmp_path, 4), "price_cny_per_t").indices.set_index("parameter")

    assert rows.loc["inputs.levels.caustic_cny_per_t", "direction"] == "raises"
    assert rows.loc["inputs.levels.coal_cny_per_t", "direction"] == "lowers"
    assert rows.loc["inputs.levels.coal_cny_per_t", ["low", "high", "unit"]].tolist() == [
        550.0,
        1000.0,
        "CNY/t",
    ]
    assert rows.loc["inputs.levels.coal_cny_per_t", "name"].startswith("Long-run levels: Thermal coal")


def test_what_happens_now_and_then_is_summed_over_years_unless_one_is_named(tmp_path: Path) -> None:
    study, cube = made_up_study(tmp_path, 4)
    total, one = found_in(study, cube, "exits_mt"), found_in(study, cube, "exits_mt", 2027)

    assert (total.when, one.when) == ("total of 2026-2027", "in 2027")
    # both years are alike, so the sum moves twice as much
    assert total.indices["mu_star"][0] == pytest.approx(2 * one.indices["mu_star"][0], rel=1e-9)
    assert found_in(study, cube, "price_cny_per_t").when == "in 2027"


def test_sobol_directions_come_from_ranks_over_all_runs(tmp_path: Path) -> None:
    study, _ = made_up_study(tmp_path, 8)
    values = np.array(
        [value for (value,) in study.rows("SELECT price_cny_per_t FROM outcomes WHERE year = 2027")]
    )
    indices = pd.DataFrame({"parameter": study.parameters, "total": [0.9, 0.1]})

    assert directions(indices, study, values)[0] == "raises"
    assert directions(indices, study, -values)[0] == "lowers"
    assert directions(indices, study, np.arange(len(values)) % 2.0)[0] == "both ways"


def test_the_printed_ranking_names_parameters_with_sign_unit_and_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_sensitivity(found_in(*made_up_study(tmp_path, 4), "price_cny_per_t"))

    lines = capsys.readouterr().out.splitlines()
    caustic = next(line for line in lines if "Caustic soda" in line)
    assert lines[0] == "What moves mill price, in 2027; morris"
    assert "2,000 to 3,500 CNY/t" in caustic and " raises " in caustic and "+" in caustic
    assert "  inputs.levels.caustic_cny_per_t" in lines
    assert "effect, CNY/t" in "".join(lines)
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    ("method", "dimensions", "size", "told"),
    [
        ("sobol", 3, 12, "power of two"),
        ("morris", 1, 8, "two parameters"),
        ("fast", 3, 8, "unknown method 'fast'"),
    ],
)
def test_a_design_that_cannot_be_analysed_is_refused(
    method: str, dimensions: int, size: int, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        Cube(method, dimensions, size)
