"""Projects: how a plant runs in, and what one is worth by hand."""

import numpy as np
import pytest

from sim.scenario.load import load
from sim.strategy.building import project_return, run_in_share

PIPELINE = load("baseline").spec.parameters.pipeline.model_copy(
    update={
        "first_half_share": 0.4,
        "second_half_share": 0.85,
        "runnable_share": 0.9,
        "capex_cny_per_t": 3000.0,
    }
)


def test_a_new_plant_runs_in_over_four_quarters() -> None:
    share = run_in_share(np.array([-1, 0, 1, 2, 3, 4, 100]), PIPELINE)

    assert share.tolist() == [0.0, 0.4, 0.4, 0.85, 0.85, 1.0, 1.0]


def test_the_return_of_a_project_over_two_years_is_that_worked_out_by_hand() -> None:
    # two years of lead, then 0.9 x 2,000 x (1/1.1 + 1/1.21) / 1.21 = 1,800 x 1.434328 = 2,581.79
    assert project_return(2000.0, 0.1, 2, PIPELINE) == pytest.approx(2581.79 / 3000.0 - 1.0, abs=1e-5)


def test_a_project_that_earns_nothing_loses_its_investment() -> None:
    assert project_return(0.0, 0.1, 10, PIPELINE) == -1.0


def test_a_higher_discount_makes_a_project_worth_less() -> None:
    values = [project_return(500.0, rate, 10, PIPELINE) for rate in (0.07, 0.08, 0.1, 0.12)]

    assert values == sorted(values, reverse=True)
