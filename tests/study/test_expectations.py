"""Expectations have three verdicts: they hold, they do not, or the pairs cannot tell."""

import numpy as np
import pytest

from sim.scenario.schema import Expected
from sim.study.effects import effect
from sim.study.reading import FAILS, HOLDS, UNCLEAR, judged


@pytest.mark.parametrize(
    ("direction", "gaps", "word"),
    [
        ("higher", [2.0, 2.1, 1.9, 2.0, 2.2, 1.8], HOLDS),
        ("higher", [-2.0, -2.1, -1.9, -2.0, -2.2, -1.8], FAILS),
        ("higher", [2.0, -2.1, 1.9, -2.0, 2.2, -1.8], UNCLEAR),
        ("higher", [0.0] * 4, FAILS),
        ("lower", [-2.0, -2.1, -1.9, -2.0, -2.2, -1.8], HOLDS),
        ("lower", [2.0, 2.1, 1.9, 2.0, 2.2, 1.8], FAILS),
        ("lower", [2.0, -2.1, 1.9, -2.0, 2.2, -1.8], UNCLEAR),
        # within one of a hundred
        ("same", [0.2, 0.1, -0.1, 0.0, 0.1, -0.2], HOLDS),
        ("same", [0.0] * 4, HOLDS),
        ("same", [2.0, 2.1, 1.9, 2.0, 2.2, 1.8], FAILS),
        ("same", [-2.0, -2.1, -1.9, -2.0, -2.2, -1.8], FAILS),
        ("same", [1.0, 1.5, 0.5, 0.9, 1.2, 0.8], UNCLEAR),
        # too few pairs, however much alike they are
        ("higher", [2.0], UNCLEAR),
        ("higher", [2.0] * 5, UNCLEAR),
        ("lower", [2.0] * 5, UNCLEAR),
        ("same", [2.0] * 5, UNCLEAR),
        ("same", [0.1] * 5, UNCLEAR),
        ("same", [0.0], UNCLEAR),
        ("same", [], UNCLEAR),
    ],
)
def test_an_expectation_gets_the_verdict_of_its_pairs(direction: str, gaps: list[float], word: str) -> None:
    expected = Expected.model_validate(
        {"measure": "exits", "direction": direction, "because": "It is argued so."}
    )
    before = np.full(len(gaps), 100.0)

    assert judged(expected, effect(before, before + np.array(gaps))) == word
