"""Cash cost at the same plants: what twins pay for a tonne where both run, so that who runs does not tell.

The mean of a nation falls when dear plants stop, whoever owns the others. Here every plant and year counts that made
something in both twins, with the smaller of its two outputs as its weight.

Source: matched-model comparison at common weights, ILO et al., Producer Price Index Manual, ch. 15.
"""

import numpy as np
import pandas as pd

from sim.core.arrays import Floats
from sim.study.study import Study

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
