"""Which values of a scenario the model reads, which are for its reader alone, and in which of them scenarios differ.

Cash cost at the same plants: what twins pay for a tonne where both run, so that who runs does not tell.

The mean of a nation falls when dear plants stop, whoever owns the others. Here every plant and year counts that made
something in both twins, with the smaller of its two outputs as its weight.

Source: matched-model comparison at common weights, ILO et al., Producer Price Index Manual, ch. 15.

What a scenario is argued to move, judged pair by pair: it holds, it does not, or the pairs cannot tell.

The same sampled inputs and the same luck are played with and without the scenario, so a pair differs by the scenario
alone. A direction holds when the effect is clear and has it; `same` holds when the interval of the paired differences
lies within a per cent of what the measure usually is. What the pairs cannot tell is no failure of the scenario, but
it is not confirmed either.

Source: common random numbers and paired intervals, Law & Kelton, Simulation Modeling and Analysis, ch. 10-11.
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from pydantic import BaseModel

from sim.core.arrays import Floats
from sim.report.parameter_names import input_name
from sim.scenario.load import Scenario
from sim.scenario.merge import difference
from sim.scenario.schema import Expected
from sim.study.effects import HIGHER, LEAST_DIFFERING, LOWER, NONE, Effect
from sim.study.study import Study

SAID = ("question", "expects")
"""What a scenario says to its reader and not to the model."""
REMARKS = ("id", "name", "name_zh", "source", "source_date", "note")
"""Fields of policies, shocks and rows that no phase reads."""


def is_read(path: str) -> bool:
    """Whether the model reads the value under a path of a resolved scenario.

    >>> is_read("shocks.stop.size_ratio"), is_read("shocks.stop.id"), is_read("expects[0].measure")
    (True, False, False)
    """
    first, *between = path.replace("[", ".").split(".")
    if first in SAID:
        return False
    return (
        first not in ("policies", "shocks", "facts", "rows")
        or between[-1:] == []
        or between[-1] not in REMARKS
    )


def differing(scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """One row a value that the model reads and that a scenario sets otherwise than the first.

    `called` is what the value is, in words, and `unit` its unit.
    """
    first, *others = scenarios.items()
    rows = [
        (label, each.path, each.before, each.after, *input_name(each.path, declared, scenario.pack.trade))
        for label, scenario in others
        for declared in [_items(first[1], scenario)]
        for each in difference(first[1].tree, scenario.tree)
        if is_read(each.path)
    ]
    return pd.DataFrame(rows, columns=["scenario", "value", "before", "after", "called", "unit"])


def _items(*scenarios: Scenario) -> dict[str, type[BaseModel]]:
    """What declares the policies, shocks and facts of scenarios, by path."""
    return {
        f"{section}.{each.id}": type(each)
        for scenario in scenarios
        for section in ("policies", "shocks", "facts")
        for each in getattr(scenario.spec, section)
    }


COST = "cash_cost_same_plants_cny_per_t"
"""What the comparison calls it."""


def cost_at_same_plants(study: Study, first: int, other: int, pairs: pd.MultiIndex) -> tuple[Floats, Floats]:
    """Mean cash cost of the last years at plants that ran in both twins, CNY/t.

    Args:
        study: where the runs are.
        first: number of one scenario.
        other: number of the other.
        pairs: (pairs,) samples and seeds, in order.

    Returns:
        (pairs,) in the first scenario and in the other; nan where no plant ran in both.
    """
    weight = "MIN(p.made_mt, q.made_mt)"
    mean = f"SUM({{}}.cash_cost_cny_per_t * {weight}) / SUM({weight})"
    frame = study.frame(
        f"SELECT a.sample, a.seed, {mean.format('p')} AS before, {mean.format('q')} AS after"
        " FROM runs AS a JOIN runs AS b USING (sample, seed) JOIN running AS p ON p.run = a.run"
        " JOIN running AS q ON q.run = b.run AND q.year = p.year AND q.plant = p.plant"
        " WHERE a.scenario = ? AND b.scenario = ? GROUP BY a.sample, a.seed",
        first,
        other,
    )
    kept = frame.set_index(["sample", "seed"]).reindex(pairs)
    return np.asarray(kept["before"], dtype=np.float64), np.asarray(kept["after"], dtype=np.float64)


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
