"""What a scenario is argued to move, judged pair by pair: it holds, it does not, or the pairs cannot tell.

The same sampled inputs and the same luck are played with and without the scenario, so a pair differs by the scenario
alone. A direction holds when the effect is clear and has it; `same` holds when the interval of the paired differences
lies within a per cent of what the measure usually is. What the pairs cannot tell is no failure of the scenario, but
it is not confirmed either.

Source: common random numbers and paired intervals, Law & Kelton, Simulation Modeling and Analysis, ch. 10-11.
"""

import math

from sim.scenario.schema import Expected
from sim.study.effects import HIGHER, LEAST_DIFFERING, LOWER, NONE, Effect

SAME_SHARE = 0.01
"""A measure is called the same when it moves by no more than this part of what it usually is."""
HOLDS, FAILS, UNCLEAR = "holds", "does not hold", "unclear"


def judged(expected: Expected, found: Effect) -> str:
    """Whether an expected outcome holds, from what the pairs show of its measure over its years.

    It fails when the effect has the wrong side, or when nothing differs at all.
    """
    same = expected.direction == "same"
    if not math.isfinite(found.low):
        return UNCLEAR
    if found.verdict == NONE:
        return HOLDS if same else FAILS
    clear = found.verdict in (HIGHER, LOWER)
    if not same:
        return UNCLEAR if not clear else HOLDS if found.verdict == expected.direction else FAILS
    room = SAME_SHARE * abs(found.before)
    if found.pairs >= LEAST_DIFFERING and max(abs(found.low), abs(found.high)) <= room:
        return HOLDS
    return FAILS if clear and (found.low > room or found.high < -room) else UNCLEAR
