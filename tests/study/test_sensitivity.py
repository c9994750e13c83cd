"""Indices against a function whose indices are known, and a study of three parameters end to end."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.core.errors import UsageError
from sim.study.sensitivity import Cube, convergence, indices_of, runs_of, sensitivity
from tests.study.planning import one_year

Numbers = NDArray[np.float64]


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


@pytest.mark.parametrize(
    ("method", "dimensions", "size", "told"),
    [
        ("sobol", 3, 12, "power of two"),
        ("morris", 1, 8, "two parameters"),
        ("fast", 3, 8, "no method 'fast'"),
    ],
)
def test_a_design_that_cannot_be_analysed_is_refused(
    method: str, dimensions: int, size: int, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        Cube(method, dimensions, size)
