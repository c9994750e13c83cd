"""PRIM: a box of inputs in which something happens nearly always and which holds most of its cases.

From the box of all runs, the slice with the fewest cases is peeled off, a twentieth of the runs at a time,
until what is left is small; then the box is pasted back where that does not thin it out. Each step is a
trade of coverage (the part of all cases that the box holds) for density (the part of its runs that are
cases); the user may look at all steps.

Source: Friedman & Fisher 1999; Bryant & Lempert 2010. Written here because the maintained library for it,
EMA workbench, fails on the pandas that we need and would bring seventeen packages.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats

PEEL_SHARE = 0.05
LEAST_MASS = 0.05
SIGNIFICANT = 0.05
"""Quasi-p value above which a limit is taken off again."""


@dataclass(frozen=True)
class Box:
    """A box of inputs.

    Attributes:
        low: (inputs,) lower ends.
        high: (inputs,) upper ends.
        coverage: part of all cases that it holds.
        density: part of its runs that are cases.
        mass: part of all runs that it holds.
    """

    low: Floats
    high: Floats
    coverage: float
    density: float
    mass: float

    def holds(self, inputs: Floats) -> Bools:
        """Which runs lie in it, (runs,)."""
        return np.asarray(((inputs >= self.low) & (inputs <= self.high)).all(axis=1))


def peeled(inputs: Floats, cases: Bools, least_mass: float = LEAST_MASS) -> list[Box]:
    """The boxes of all steps, the first of which holds all runs.

    Args:
        inputs: (runs, inputs).
        cases: (runs,) where it happens.
        least_mass: part of the runs below which a box is not peeled on.
    """
    boxes = [_box(inputs, cases, inputs.min(axis=0), inputs.max(axis=0))]
    while boxes[-1].mass > least_mass and boxes[-1].density < 1.0:
        best = _best_peel(inputs, cases, boxes[-1])
        if best is None or best.mass < least_mass:
            break
        boxes.append(best)
    return boxes


def chosen(boxes: list[Box], least_density: float = 0.8) -> int:
    """The step with the best balance of coverage and density, among those dense enough if there are any.

    The balance is the harmonic mean, so that neither is bought at any price of the other.
    """
    dense = [step for step, box in enumerate(boxes) if box.density >= least_density]
    if not dense:
        return max(range(len(boxes)), key=lambda step: (boxes[step].density, boxes[step].coverage))
    return max(dense, key=lambda step: (_balance(boxes[step]), step))


def _balance(box: Box) -> float:
    total = box.coverage + box.density
    return 2.0 * box.coverage * box.density / total if total > 0.0 else 0.0


def pasted(inputs: Floats, cases: Bools, box: Box) -> Box:
    """A box widened, end by end, as long as it holds more cases and does not become thinner."""
    current, grows = box, True
    while grows:
        grows = False
        for column in range(inputs.shape[1]):
            for upper in (False, True):
                wider = _widened(inputs, cases, current, (column, upper))
                if wider is not None:
                    current, grows = wider, True
    return current


def refined(inputs: Floats, cases: Bools, box: Box) -> Box:
    """A box with each of its limits drawn in to where the balance of coverage and density is best.

    Best in these runs: what the box holds of them afterwards is more than it would hold of others.
    """
    current, better = box, True
    limited = (box.low > inputs.min(axis=0), box.high < inputs.max(axis=0))
    while better:
        better = False
        for column in range(inputs.shape[1]):
            for upper in (False, True):
                if not limited[upper][column]:
                    continue
                drawn = _drawn_in(inputs, cases, current, (column, upper))
                if _balance(drawn) > _balance(current) + 1e-12:
                    current, better = drawn, True
    return current


def _drawn_in(inputs: Floats, cases: Bools, box: Box, end: tuple[int, bool]) -> Box:
    """The box whose one end lies where the balance is best, all runs inside it tried."""
    column, upper = end
    inside = box.holds(inputs)
    order = np.argsort(inputs[inside, column], kind="stable")
    values, hits = inputs[inside, column][order], cases[inside][order]
    if not upper:
        values, hits = values[::-1], hits[::-1]
    within = np.arange(1, len(values) + 1)
    caught = np.cumsum(hits)
    coverage, density = caught / max(int(cases.sum()), 1), caught / within
    balance = 2.0 * coverage * density / np.maximum(coverage + density, 1e-300)
    low, high = box.low.copy(), box.high.copy()
    (high if upper else low)[column] = values[int(np.argmax(balance))]
    return _box(inputs, cases, low, high)


def simplified(inputs: Floats, cases: Bools, box: Box) -> tuple[list[Box], float]:
    """A box as limits that luck could explain are taken off one by one, the weakest first.

    Returns:
        the boxes from the given one to the one whose limits are no luck, and the quasi-p value of the limit that
        was taken off last, nan when none was.
    """
    boxes, last = [box], math.nan
    while True:
        opened = _opened(inputs, cases, boxes[-1])
        limits = [(quasi_p(boxes[-1], open_, len(inputs)), open_) for open_ in opened]
        weakest = max(limits, key=lambda limit: limit[0], default=None)
        if weakest is None or weakest[0] <= SIGNIFICANT:
            return boxes, last
        last = weakest[0]
        boxes.append(weakest[1])


def most_balanced(boxes: Sequence[Box]) -> Box:
    """The box with the best balance of coverage and density, the first of several."""
    return max(boxes, key=_balance)


def quasi_p(box: Box, opened: Box, runs: int) -> float:
    """The chance that a box without one of its limits has as many cases by luck as the box with it.

    Source: Bryant & Lempert 2010, the quasi-p value of a restriction.
    """
    from scipy.stats import binom

    held = round(box.mass * runs)
    return float(binom.sf(round(box.density * held) - 1, held, opened.density))


def _opened(inputs: Floats, cases: Bools, box: Box) -> list[Box]:
    """The boxes that a box becomes when one of its limits is taken off."""
    least, most = inputs.min(axis=0), inputs.max(axis=0)
    found: list[Box] = []
    for column in range(inputs.shape[1]):
        for end, far in ((box.low, least), (box.high, most)):
            low, high = box.low.copy(), box.high.copy()
            (low if end is box.low else high)[column] = far[column]
            if end[column] != far[column]:
                found.append(_box(inputs, cases, low, high))
    return found


def _best_peel(inputs: Floats, cases: Bools, box: Box) -> Box | None:
    inside = inputs[box.holds(inputs)]
    best: Box | None = None
    for column in range(inputs.shape[1]):
        values = np.sort(inside[:, column])
        if values[0] == values[-1]:
            continue
        step = max(1, int(len(values) * PEEL_SHARE))
        for upper in (False, True):
            low, high = box.low.copy(), box.high.copy()
            if upper:
                below = values[values < values[-step]]
                high[column] = below[-1] if below.size else values[0]
            else:
                above = values[values > values[step - 1]]
                low[column] = above[0] if above.size else values[-1]
            found = _box(inputs, cases, low, high)
            if found.mass > 0.0 and (best is None or (found.density, found.mass) > (best.density, best.mass)):
                best = found
    return best


def _widened(inputs: Floats, cases: Bools, box: Box, end: tuple[int, bool]) -> Box | None:
    column, upper = end
    low, high = box.low.copy(), box.high.copy()
    (high if upper else low)[column] = np.inf if upper else -np.inf
    near = inputs[((inputs >= low) & (inputs <= high)).all(axis=1), column]
    beyond = np.sort(near[near > box.high[column]]) if upper else np.sort(near[near < box.low[column]])[::-1]
    if not beyond.size:
        return None
    step = max(1, int(box.mass * len(inputs) * PEEL_SHARE / 5.0))
    for reach in dict.fromkeys((1, min(step, beyond.size))):
        (high if upper else low)[column] = beyond[reach - 1]
        wider = _box(inputs, cases, low, high)
        if wider.coverage > box.coverage and wider.density >= box.density:
            return wider
    return None


def _box(inputs: Floats, cases: Bools, low: Floats, high: Floats) -> Box:
    inside = ((inputs >= low) & (inputs <= high)).all(axis=1)
    count, hits = int(inside.sum()), int((inside & cases).sum())
    coverage = hits / max(int(cases.sum()), 1)
    return Box(low, high, coverage, hits / count if count else 0.0, count / len(inputs))
