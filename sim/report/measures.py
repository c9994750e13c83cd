"""What a measure is called where people read it, in which unit, and how its numbers are written.

Names, units and kinds come from the declaration of the metric; a measure that is not declared, such as one of
an older study, is called by its key.
"""

import math

from sim.core.cells import beside
from sim.core.units import unit_of
from sim.core.words import NOTHING
from sim.metrics import METRICS
from sim.metrics.catalogue import LEVEL

SHARE, PERCENT = "share", "%"
OF_PAIRS = {
    "cash_cost_same_plants_cny_per_t": "cash cost, same plants",
    "net_imports_mt": "imports less exports",
}
"""What comparisons and forecasts alone tell, for one run does not have it."""
TOLD = beside("sim.report", "told.toml")
"""Measures by where they are told."""
MAIN = tuple(TOLD["main"])
"""Measures that studies and comparisons tell unless more are asked for, in this order."""
ALSO = tuple(TOLD["also"])
"""Further measures that an answer tells."""
DIGITS = 3
"""Significant digits of what is printed."""
MORE_DIGITS = 3
"""How many decimals more, less one, tell apart what differs by little."""


def label_of(measure: str) -> str:
    """What a measure is called: `mill price`."""
    return METRICS.get(measure).label if measure in METRICS else OF_PAIRS.get(measure, measure)


def kind_of(measure: str) -> str:
    """The kind of a measure: level, flow or event."""
    return METRICS.get(measure).kind if measure in METRICS else LEVEL


def unit_shown(measure: str) -> str:
    """The unit in which a measure is shown; shares are shown in per cent."""
    unit = METRICS.get(measure).unit if measure in METRICS else unit_of(measure)
    return PERCENT if unit == SHARE else unit


def full_name(measure: str) -> str:
    """The name with its unit, as a title: `Mill price, CNY/t`."""
    label, unit = label_of(measure), unit_shown(measure)
    return f"{label[:1].upper()}{label[1:]}, {unit}" if unit else f"{label[:1].upper()}{label[1:]}"


def scale_of(measure: str) -> float:
    """What a stored number is multiplied with to be shown: 100 for shares."""
    return 100.0 if unit_shown(measure) == PERCENT else 1.0


def decimals_for(largest: float) -> int:
    """How many decimals numbers up to this size need to show three digits.

    >>> decimals_for(2877.0), decimals_for(85.9), decimals_for(0.23)
    (0, 1, 3)
    """
    if not math.isfinite(largest) or largest == 0.0:
        return 0
    return min(max(DIGITS - 1 - math.floor(math.log10(abs(largest))), 0), 6)


def written(value: float, decimals: int, sign: str = "") -> str:
    """A number with separated thousands, `n/a` when there is none, and zero without a sign.

    >>> written(2877.4, 0, "+"), written(-0.04, 1, "+"), written(float("nan"), 1)
    ('+2,877', '0', 'n/a')
    """
    if not math.isfinite(value):
        return NOTHING
    rounded = round(value, decimals)
    return f"{rounded:{sign},.{decimals}f}" if rounded else "0"


def levels(*values: float) -> tuple[str, ...]:
    """Numbers that are held against one another, with the same decimals; more where they would look the same.

    >>> levels(118.04, 117.96), levels(118.0, 118.0)
    (('118.04', '117.96'), ('118', '118'))
    """
    finite = [abs(value) for value in values if math.isfinite(value)]
    least = decimals_for(max(finite, default=0.0))
    for decimals in range(least, least + MORE_DIGITS):
        shown = tuple(written(value, decimals) for value in values)
        if len(set(shown)) == len(set(values)):
            return shown
    return tuple(written(value, least) for value in values)


def change_and_span(change: float, low: float, high: float, scale: float = 1.0) -> tuple[str, str]:
    """A change with its sign, and its interval, on a scale, with the same decimals.

    >>> change_and_span(-39.0, -85.93, 7.861)
    ('-39.0', '-85.9 to 7.9')
    """
    change, low, high = change * scale, low * scale, high * scale
    finite = [abs(value) for value in (change, low, high) if math.isfinite(value)]
    decimals = decimals_for(max(finite, default=0.0))
    if not (math.isfinite(low) and math.isfinite(high)):
        return written(change, decimals, "+"), NOTHING
    return written(change, decimals, "+"), f"{written(low, decimals)} to {written(high, decimals)}"
