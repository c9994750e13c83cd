"""What is said of a lever from its effects: right way, wrong way, none, where it stops and where it turns."""

import numpy as np
import pytest

from sim.study.effects import NO_EFFECT, RIGHT, WRONG, Response, effect, response

NOISE = np.array([-0.3, 0.1, 0.2, -0.2, 0.3, -0.1, 0.15, -0.15])
"""Luck that a pair does not share: eight numbers of mean zero, whose mean an interval of 0.19 surrounds."""


def answer(*levels: float, sign: float = 1.0) -> Response:
    """Give the response when the numbers of each strength are a level above none, with luck of their own."""
    none = np.zeros(NOISE.size)
    doses = [none + level + np.roll(NOISE, place) for place, level in enumerate(levels)]
    against = [effect(none, dose) for dose in doses]
    steps = [effect(milder, dose) for milder, dose in zip([none, *doses], doses, strict=False)]
    return response(sign, against, steps)


@pytest.mark.parametrize(
    ("levels", "sign", "verdicts", "turns", "stops"),
    [
        ((1.0, 2.0, 3.0, 4.0), 1.0, (RIGHT,) * 4, None, None),
        ((1.0, 2.0, 3.0, 4.0), -1.0, (WRONG,) * 4, None, None),
        ((-1.0, -2.0, -3.0, -4.0), -1.0, (RIGHT,) * 4, None, None),
        ((0.0, 0.0, 2.0, 4.0), 1.0, (NO_EFFECT, NO_EFFECT, RIGHT, RIGHT), None, None),
        ((0.0, 0.0, 0.0, 0.0), 1.0, (NO_EFFECT,) * 4, None, None),
        ((1.0, 2.0, 2.0, 2.0), 1.0, (RIGHT,) * 4, None, 1),
        ((1.0, 1.0, 1.0, 1.0), 1.0, (RIGHT,) * 4, None, 0),
        ((1.0, 3.0, 2.0, 1.0), 1.0, (RIGHT,) * 4, 2, None),
        ((-1.0, -3.0, -2.0, -2.0), -1.0, (RIGHT,) * 4, 2, 2),
        ((1.0, 2.0, 0.0, 0.0), 1.0, (RIGHT, RIGHT, NO_EFFECT, NO_EFFECT), 2, None),
        ((2.0, -2.0, -2.0, -2.0), 1.0, (RIGHT, WRONG, WRONG, WRONG), 1, 1),
        ((0.0, -2.0, -3.0, -4.0), 1.0, (NO_EFFECT, WRONG, WRONG, WRONG), None, None),
    ],
)
def test_a_lever_is_judged_by_its_effects_and_its_steps(
    levels: tuple[float, ...], sign: float, verdicts: tuple[str, ...], turns: int | None, stops: int | None
) -> None:
    assert answer(*levels, sign=sign) == Response(verdicts, turns, stops)


def test_few_pairs_or_a_change_within_luck_are_no_effect() -> None:
    few = [effect(np.zeros(5), np.ones(5))]

    assert response(1.0, few, few).verdicts == (NO_EFFECT,)
    assert answer(0.1, 0.1).verdicts == (NO_EFFECT, NO_EFFECT)


def test_twins_that_are_equal_bit_for_bit_are_no_effect() -> None:
    same = [effect(np.ones(8), np.ones(8))]

    assert response(-1.0, same, same) == Response((NO_EFFECT,), None, None)
