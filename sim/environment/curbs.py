"""What the environment of a region bears, when that brings curbs, and whom they hit first.

The index of a region compares mud freshly stacked, mud in ponds and CO2 with what is allowed. The rate of
curbs rises with it. Inside a curbed region plants with a bad record are cut first and deep; when that is not
enough, all give in proportion. Large groups are spared in part.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats
from sim.scenario.environment_parameters import Compliance, Curbs


@dataclass(frozen=True)
class Limits:
    """What the regions bear, arrays (regions,).

    Attributes:
        opening_mud_mt: mud in ponds at the start.
        mud_ceiling_mt: most mud that ponds should hold.
        fresh_mud_mt: most mud that should be stacked in a year.
        carbon_mt: budget of CO2.
        curb_per_quarter: rate of curbs at the reference index.
        winter: whether heating-season limits hold.
        room_mt: most refining capacity for which there are sites, infinite where no number is known.
    """

    opening_mud_mt: Floats
    mud_ceiling_mt: Floats
    fresh_mud_mt: Floats
    carbon_mt: Floats
    curb_per_quarter: Floats
    winter: Bools
    room_mt: Floats


def pressures(fresh_mt: Floats, stock_mt: Floats, co2_mt: Floats, limits: Limits) -> Floats:
    """Mud stacked this year, mud in ponds and CO2 over their limits, (3, regions).

    Args:
        fresh_mt: (regions,) mud stacked in the year.
        stock_mt: (regions,) mud stacked since the start.
        co2_mt: (regions,) CO2 of the year.
        limits: what the regions bear.
    """
    return np.array(
        (
            fresh_mt / limits.fresh_mud_mt,
            (limits.opening_mud_mt + stock_mt) / limits.mud_ceiling_mt,
            co2_mt / limits.carbon_mt,
        )
    )


def environment_index(pressure: Floats, terms: Curbs) -> Floats:
    """The environmental index of each region, (regions,): at one, all its limits are reached.

    Source: equation (7.4) of the model description.
    """
    fresh, stock, carbon = pressure
    return np.asarray(terms.fresh_ratio * fresh + terms.stock_ratio * stock + terms.carbon_ratio * carbon)


def curb_chance(index: Floats, limits: Limits, inspection: Floats, terms: Curbs) -> Floats:
    """The chance that a curb starts in a quarter, (regions,).

    Args:
        index: (regions,) environmental index.
        limits: with the rate of each region.
        inspection: (regions,) how many times as often as usual inspectors come.
        terms: slope and reference.

    Source: equation (7.4) of the model description.
    """
    rate = limits.curb_per_quarter * np.exp(terms.slope_ratio * (index - terms.reference_ratio)) * inspection
    return np.asarray(1.0 - np.exp(-rate))


def curb_loss(chance: Floats, terms: Curbs) -> Floats:
    """The share of output that curbs take from each region in the long run, (regions,).

    Args:
        chance: (regions,) chance that a curb starts in a quarter in which none lasts.
        terms: depth and length; both are uniform between their bounds.

    Example: a curb of two quarters after two quarters without takes a quarter of output for half of the time.

        >>> import numpy as np
        >>> from types import SimpleNamespace
        >>> terms = SimpleNamespace(depth_low_share=0.1, depth_high_share=0.4, longest_quarters=3)
        >>> round(float(curb_loss(np.array([1 / 3]), terms)[0]), 6)
        0.125

    Source: share of time of an alternating renewal process, equation (7.4a) of the model description.
    """
    depth = (terms.depth_low_share + terms.depth_high_share) / 2.0
    length = (1.0 + int(terms.longest_quarters)) / 2.0
    return np.asarray(depth * chance * length / (1.0 - chance + chance * length))


def compliance(
    use_share: Floats, target_share: Floats, class_a: Bools, co2_t_per_t: Floats, terms: Compliance
) -> Floats:
    """How well each plant stands with inspectors, (plants,), 0-1.

    Args:
        use_share: (plants,) share of mud used.
        target_share: (plants,) share that should be used.
        class_a: (plants,) whether it is in environmental class A.
        co2_t_per_t: (plants,) emission.
        terms: weights and benchmark.

    Source: section 7.4 of the model description.
    """
    use = (use_share / np.maximum(target_share, 1e-9)).clip(0.0, 1.0)
    carbon = (terms.benchmark_tco2_per_t / np.maximum(co2_t_per_t, 1e-9)).clip(0.0, 1.0)
    scored = terms.use_ratio * use + terms.class_ratio * class_a + terms.carbon_ratio * carbon
    return np.asarray(scored / max(terms.use_ratio + terms.class_ratio + terms.carbon_ratio, 1e-9))


def share_out(
    cut_share: float, ready_mt: Floats, standing: Floats, spared_share: Floats, deepest: float
) -> Floats:
    """The share of its capacity that each plant of a curbed region may run, (plants,).

    The worst standing is cut first, each plant down to its deepest cut; what is then still missing comes from
    all in proportion to what is left. Ties go by row.

    Args:
        cut_share: what the region must cut, share of what it could run.
        ready_mt: (plants,) what each could run; plants outside the region have zero.
        standing: (plants,) compliance.
        spared_share: (plants,) part that the first cuts spare.
        deepest: most that one plant is cut before the next is.

    Example: of three equal plants the worst gives 0.7 of its capacity, the next the 0.2 that are missing.

        >>> import numpy as np
        >>> share_out(0.3, np.ones(3), np.array([0.2, 0.5, 0.9]), np.zeros(3), 0.7).round(6)
        array([0.3, 0.8, 1. ])
    """
    order = standing.argsort(kind="stable")
    depth = (deepest * ready_mt * (1.0 - spared_share))[order]
    reached = depth.cumsum()
    total = float(ready_mt.cumsum()[-1]) * min(cut_share, 1.0)
    cut = np.empty_like(ready_mt)
    cut[order] = (total - (reached - depth)).clip(0.0, depth)
    missing = max(total - float(reached[-1]), 0.0)
    left = ready_mt - cut
    remaining = float(left.cumsum()[-1])
    cut += left * (missing / remaining if remaining > 0.0 else 0.0)
    return np.divide(ready_mt - cut, ready_mt, out=np.ones(len(ready_mt)), where=ready_mt > 0.0)
