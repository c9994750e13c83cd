"""History matching on a model whose answer is known, and the posterior of a pack in a design."""

from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.core.arrays import Floats
from sim.core.errors import UsageError
from sim.core.rng import Streams
from sim.scenario.posterior import Posterior
from sim.study.calibrate import Calibration, Matching, calibration_text
from sim.study.design import Uncertain, sampled
from sim.study.matching import Figures, Match, covered, fit, interval, learned_share
from sim.study.plays import Unknowns

NAMES = ("calibrated.a", "calibrated.b", "calibrated.idle")
UNKNOWNS = Unknowns(tuple(Uncertain(name, 0.0, -2.0, 2.0, "normal", "") for name in NAMES), ())


class Analytic:
    """A model of a + b, of a - b with a product that bends, and of a; the third unknown does nothing."""

    def __init__(self, *values: float, sd: float = 0.1, past: int = 0) -> None:
        self.is_past = np.arange(len(values)) >= len(values) - past
        about = {
            "start_year": 2026,
            "period": "2025",
            "unit": "",
            "observation_sd": sd,
            "discrepancy_sd": 0.0,
        }
        self.targets = [
            SimpleNamespace(id=f"t{number}", value=value, **about) for number, value in enumerate(values)
        ]

    def outcomes(
        self, _stage: str, values: Floats, _seeds: Sequence[int] | None = None, past: Collection[int] = ()
    ) -> Floats:
        first, second = values[:, 0], values[:, 1]
        told = np.column_stack([first + second, first - second + 0.2 * first * second, first])
        looks = np.isin(np.arange(len(values)), list(past))
        return np.asarray(np.where(self.is_past & ~looks[:, None], np.nan, told[:, : len(self.targets)]))

    def measured(self, inputs: dict[str, float]) -> Floats:
        return np.asarray(self.outcomes("", np.array([list(inputs.values())]))[0])


def matched(*values: float, **how: Any) -> Calibration:
    done = Matching(Analytic(*values, **how), UNKNOWNS)  # type: ignore[arg-type]
    done.match(60, 3, 200)
    return done.told()


def test_the_posterior_lies_where_the_figures_say() -> None:
    found = matched(1.0, 0.2)
    parameters = found.parameters.set_index("parameter")

    # By hand: a + b = 1 and a - b + 0.2 a b = 0.2 give a = 0.575, b = 0.425.
    assert parameters.loc["calibrated.a", "posterior"] == pytest.approx(0.575, abs=0.05)
    assert parameters.loc["calibrated.b", "posterior"] == pytest.approx(0.425, abs=0.05)
    assert parameters.loc["calibrated.a", "point"] == pytest.approx(0.575, abs=0.03)
    # Two figures with a deviation of 0.1 leave about 0.07 of each.
    assert parameters.loc["calibrated.a", "posterior_sd"] == pytest.approx(0.07, abs=0.02)
    assert found.facts["posterior_fits_share"] > 0.95


def test_an_unknown_that_nothing_tells_of_leaves_the_list_and_keeps_its_prior() -> None:
    found = matched(1.0, 0.2)
    idle = found.parameters.set_index("parameter").loc["calibrated.idle"]

    assert idle["screened_share"] == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(idle["posterior"])
    assert "calibrated.idle" not in found.posterior
    assert idle["point"] == 0.0
    assert "no target tells of it" in calibration_text(found)


def test_a_figure_of_the_past_counts_though_few_plays_look_at_it() -> None:
    found = matched(1.0, 0.2, past=1)
    parameters = found.parameters.set_index("parameter")
    first, second = (parameters.loc[f"calibrated.{name}"] for name in "ab")

    assert first["posterior"] == pytest.approx(0.575, abs=0.05)
    assert first["posterior_sd"] == pytest.approx(0.07, abs=0.03)
    # The point is of the base year, in which the sum alone is known.
    assert first["point"] + second["point"] == pytest.approx(1.0, abs=0.05)


def test_nothing_to_learn_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to calibrate"):
        Matching(Analytic(), UNKNOWNS)  # type: ignore[arg-type]


def test_a_target_out_of_reach_is_named_and_the_rest_is_fitted() -> None:
    found = matched(1.0, 50.0)

    assert found.targets["is_set_aside"].tolist() == [False, True]
    assert found.targets["nearest"][1] > 100.0
    assert found.targets["after"][0] == pytest.approx(1.0, abs=0.1)


def test_targets_that_contradict_each_other_cost_one_of_them() -> None:
    # Each is in reach; a + b = 2, a - b + 0.2 a b = -1 and a = 1.8 are not together.
    found = matched(2.0, -1.0, 1.8, sd=0.05)

    assert found.targets["is_set_aside"].sum() == 1
    assert (found.targets["implausibility"] < 3.0).all()


def test_an_emulator_knows_how_far_it_errs() -> None:
    luck = Streams(0).generator("emulator", 0)
    points = luck.standard_normal((400, 3))
    outcomes = np.column_stack([points[:, 0] - points[:, 1] ** 2, points[:, 2]])
    noise = luck.standard_normal(outcomes.shape) * [0.3, 0.0]
    found = fit(points[:200], (outcomes + noise)[:200])

    missed = np.sqrt(((found(points[200:]) - (outcomes + noise)[200:]) ** 2).mean(axis=0))

    assert missed[0] == pytest.approx(found.error_sd[0], rel=0.2)
    assert missed[1] < 0.01
    assert found.skill.tolist() == pytest.approx([0.96, 1.0], abs=0.03)


def test_ninety_per_cent_intervals_hold_the_truth_in_85_to_95_of_100_of_200_data_sets() -> None:
    luck = Streams(1).generator("cover", 0)
    slopes, bends = luck.standard_normal((4, 6)), 0.2 * luck.standard_normal((4, 6))
    points = luck.standard_normal((150, 4))
    outcomes = points @ slopes + points**2 @ bends + 0.1 * luck.standard_normal((150, 6))
    match = Match(Figures(np.zeros(6), np.full(6, 1.0)), (fit(points, outcomes),))

    inside = covered(match, luck.standard_normal((200, 4)), 60, 20, luck)

    assert 0.85 <= inside.mean() <= 0.95


def test_an_interval_of_a_few_draws_holds_one_more_in_nine_of_ten_cases() -> None:
    drawn = Streams(1).generator("few", 0).standard_normal((31, 4000))

    low, high = interval(drawn[:30])

    assert ((low <= drawn[30]) & (drawn[30] <= high)).mean() == pytest.approx(0.9, abs=0.015)


def test_what_is_learned_is_what_a_normal_regression_takes() -> None:
    # One figure, accepted to one deviation, that follows the first unknown alone: half of its variance goes.
    assert learned_share(np.array([[[1.0, 0.0]]])).tolist() == pytest.approx([0.5, 0.0])


def test_parameters_of_the_posterior_are_drawn_together_and_by_weight() -> None:
    joint = Posterior(("x", "y"), (0.25, 0.75), ((1.0, 10.0), (2.0, 20.0)))
    known = [
        Uncertain("x", 1.0, 1.0, 2.0, "posterior", "", joint=joint),
        Uncertain("alone", 0.5, 0.0, 1.0, "uniform", ""),
        Uncertain("y", 10.0, 10.0, 20.0, "posterior", "", joint=joint),
    ]

    found = sampled(known, "lhs", 40)

    assert (found[:, 2] == 10.0 * found[:, 0]).all()
    assert (found[:, 0] == 2.0).sum() == 30
    assert np.floor(np.sort(found[:, 1]) * 40).tolist() == list(range(40))
