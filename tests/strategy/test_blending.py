"""The blend of ores: what is wanted by cost, what mines leave open, and what a conversion changes."""

import numpy as np
import pytest

from sim.scenario.load import load
from sim.strategy.blending import (
    aimed_change,
    converted_lines,
    most_imported,
    needed_share,
    share_after,
    wanted_share,
)

TERMS = load("baseline").spec.parameters.local_ore.model_copy(
    update={"mixed_share": 0.4, "choice_cny_per_t": 100.0, "most_added_share": 0.2}
)


def test_at_the_same_cost_half_of_what_lines_take_is_imported() -> None:
    wanted = wanted_share(np.array([0.0, 0.0, 100.0 * np.log(3.0)]), np.array([0.0, 0.5, 0.0]), TERMS)

    # the third: odds of three to one
    assert wanted == pytest.approx([0.2, 0.5 + 0.5 * 0.2, 0.4 * 0.75])


def test_a_difference_of_any_size_is_weighed() -> None:
    wanted = wanted_share(np.array([-1e6, 1e6]), np.array([0.3, 0.3]), TERMS)

    assert wanted == pytest.approx([0.3, 0.3 + 0.7 * 0.4])


def test_what_is_short_is_made_up_by_imported_ore_and_what_is_to_spare_need_not_be() -> None:
    needed = needed_share(np.array([0.5, 0.5, 1.0]), np.array([0.2, -0.4, 0.9]))

    assert needed == pytest.approx([0.6, 0.3, 1.0])


def test_the_aim_is_the_larger_of_wanted_and_needed_within_what_lines_take() -> None:
    change = aimed_change(
        np.array([0.3, 0.3, 0.3]), np.array([0.2, 0.4, 0.9]), np.full(3, 0.35), np.full(3, 0.5)
    )

    assert change == pytest.approx([-0.05, 0.05, 0.15])


def test_lines_take_what_they_take_already() -> None:
    most = most_imported(np.array([0.1, 1.0]), np.array([0.5, 0.0]), TERMS)

    assert most == pytest.approx([0.7, 1.0])


def test_a_conversion_turns_a_step_of_lines_and_leaves_the_blend_of_the_others() -> None:
    imported, low = np.array([0.6, 0.1, 0.9, 1.0]), np.array([0.5, 0.0, 0.9, 1.0])
    turned = converted_lines(low, TERMS)

    assert turned == pytest.approx([0.2, 0.2, 0.1, 0.0])
    # 0.7 low and a fifth of the other 0.3; 0.2 low and a tenth of 0.8
    assert share_after(imported, low, turned) == pytest.approx([0.76, 0.28, 1.0, 1.0])


def test_a_plant_that_runs_on_less_imported_ore_than_its_lines_would_take_needs_it_once_they_are_turned() -> (
    None
):
    assert share_after(np.array([0.3]), np.array([0.5]), np.array([0.2])) == pytest.approx([0.7])
