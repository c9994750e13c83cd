"""Expectations have three verdicts: they hold, they do not, or the pairs cannot tell."""

import math

import numpy as np
import pytest

from sim.scenario.schema import Expected
from sim.study.expectations import FAILS, HOLDS, UNCLEAR, judged

BEFORE = np.full(4, 100.0)


@pytest.mark.parametrize(
    ("direction", "gaps", "word"),
    [
        ("higher", [2.0, 2.1, 1.9, 2.0], HOLDS),
        ("higher", [-2.0, -2.1, -1.9, -2.0], FAILS),
        ("higher", [2.0, -2.1, 1.9, -2.0], UNCLEAR),
        ("higher", [0.0, 0.0, 0.0, 0.0], FAILS),
        ("lower", [-2.0, -2.1, -1.9, -2.0], HOLDS),
        ("lower", [2.0, 2.1, 1.9, 2.0], FAILS),
        ("lower", [2.0, -2.1, 1.9, -2.0], UNCLEAR),
        # within one of a hundred
        ("same", [0.2, 0.1, -0.1, 0.0], HOLDS),
        ("same", [0.0, 0.0, 0.0, 0.0], HOLDS),
        ("same", [2.0, 2.1, 1.9, 2.0], FAILS),
        ("same", [-2.0, -2.1, -1.9, -2.0], FAILS),
        ("same", [1.0, 1.5, 0.5, 0.9], UNCLEAR),
        ("higher", [2.0], UNCLEAR),
        ("same", [], UNCLEAR),
    ],
)
def test_an_expectation_gets_the_verdict_of_its_interval(
    direction: str, gaps: list[float], word: str
) -> None:
    expected = Expected.model_validate(
        {"measure": "exits", "direction": direction, "because": "It is argued so."}
    )
    before = BEFORE[: len(gaps)]
    found = judged(expected, before, before + np.array(gaps))

    assert found.word == word
    assert found.holds is (word == HOLDS)
    assert len(gaps) > 1 or math.isnan(found.half)
