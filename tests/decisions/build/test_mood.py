"""What is told of an owner's mood: nothing where none is known, or it was even."""

from typing import Any, cast

import numpy as np
import pytest

from sim.decisions.build.telling import mood_told
from sim.scenario.load import load
from sim.world.books import Decision


@pytest.mark.parametrize("mood", [None, 0.5])
def test_no_mood_and_an_even_one_are_not_told(mood: float | None) -> None:
    class Seen:
        """What is known of the owner."""

        mood_share = np.array([mood if mood is not None else 0.0])

    seen = cast(Any, None if mood is None else Seen())

    assert mood_told(cast(Decision, None), seen, load("toy").spec.parameters) == []
