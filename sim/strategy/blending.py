"""The blend of ores that a plant runs on: what its owner wants by cost, what mines leave, what its lines allow.

Lines for low temperature take imported ore alone, those for high temperature local ore and a part of imported ore. An
owner wants more imported ore where local ore makes a tonne dearer; it needs more where mines give less. What lies
beyond what lines allow takes a conversion of lines.
"""

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.ore_parameters import LocalOre


def most_imported(imported_share: Floats, low_share: Floats, terms: LocalOre) -> Floats:
    """The largest imported share that lines allow, (plants,); what they run on already they can."""
    return np.maximum(imported_share, low_share + terms.mixed_share * (1.0 - low_share))


def wanted_share(dearer_cny_per_t: Floats, low_share: Floats, terms: LocalOre) -> Floats:
    """The imported share that owners want by cost alone, (plants,).

    Args:
        dearer_cny_per_t: (plants,) by how much local ore makes a tonne dearer on lines for high temperature.
        low_share: (plants,) part of lines for low temperature.
        terms: parameters.

    Source: logit choice, McFadden 1974.
    """
    # The logistic function, written so that nothing overflows.
    chance = (1.0 + np.tanh(dearer_cny_per_t / terms.choice_cny_per_t / 2.0)) / 2.0
    return np.asarray(low_share + terms.mixed_share * (1.0 - low_share) * chance)


def needed_share(imported_share: Floats, short_share: Floats) -> Floats:
    """The least imported share that local ore leaves open next year, (plants,)."""
    return np.asarray(imported_share + (1.0 - imported_share) * short_share)


def aimed_change(wanted: Floats, needed: Floats, imported_share: Floats, most: Floats) -> Floats:
    """By how much owners would change the imported share, if it took no time, (plants,)."""
    return np.asarray(np.minimum(np.maximum(wanted, needed), most) - imported_share)


def converted_lines(low_share: Floats, terms: LocalOre) -> Floats:
    """The lines that one conversion turns, (plants,), share of capacity."""
    return np.minimum(terms.most_added_share, 1.0 - low_share)


def share_after(imported_share: Floats, low_share: Floats, turned_share: Floats) -> Floats:
    """The imported share once some lines are converted and all others run as before, (plants,)."""
    high = 1.0 - low_share
    mixed = np.divide(
        np.maximum(imported_share - low_share, 0.0), high, out=np.zeros_like(high), where=high > 0.0
    )
    return np.maximum(imported_share, low_share + turned_share + mixed * (high - turned_share))
