"""Conduct: capacity that large groups agree to leave idle.

A promise binds an owner's operating rate. A member that runs less than it may anyway, because lines stand
still or ponds are short, keeps its promise without doing anything. Whether a member keeps it is its decision
(`sim/decisions/pledge.py`).

The law that prices are positive: nobody is paid to take what is scarce, and logs of prices are taken all over.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from sim.core.arrays import Bools, Floats, Ints, total_by
from sim.core.errors import ModelCheckError
from sim.policies.rulebook import Withholding


def agreed(withholdings: Sequence[Withholding], group: Ints, nameplate_mt: Floats, known: Bools) -> Floats:
    """What each group has agreed: the share of runnable capacity left idle, and what breaking that costs, (2, groups).

    A known group is a member when it holds at least `least_share` of all installed capacity; of several agreements
    the strictest binds. The cost is in CNY per tonne that is made against the agreement.

    Args:
        withholdings: the agreements of the year.
        group: (plants,) owner group.
        nameplate_mt: (plants,) installed capacity.
        known: (groups,) which groups are owners by name, and none that stand for many.
    """
    held = total_by(group, nameplate_mt, len(known))
    installed = float(held.sum())
    terms = np.zeros((2, len(known)))
    for each in withholdings:
        member = known & (held >= each.least_share * installed)
        terms = np.maximum(terms, np.outer((each.cut_share, each.breach_cny_per_t), member))
    return terms


def kept_share(promised: Floats, runnable_mt: Floats, available_mt: Floats) -> Floats:
    """The share of what is available that owners who keep a promise run at most, (plants,).

    Args:
        promised: (plants,) share of runnable capacity left idle.
        runnable_mt: (plants,) what can run in the period.
        available_mt: (plants,) what ponds, ore and curbs leave of it.
    """
    allowed = (1.0 - promised) * np.maximum(runnable_mt, available_mt)
    beyond = available_mt > allowed
    return np.divide(allowed, available_mt, out=np.ones(len(available_mt)), where=beyond)


LAW = "prices are positive"


def demand_positive(prices: Mapping[str, float]) -> None:
    """Stop at the lowest of some prices by name when it is not above zero, or is no number.

    Raises:
        ModelCheckError: with how far below zero it is, in its unit.
    """
    wrong = {name: price for name, price in prices.items() if not price > 0.0}
    if wrong:
        lowest = min(wrong, key=lambda name: wrong[name])
        raise ModelCheckError(law=LAW, amount=-wrong[lowest], agents=(lowest,))
