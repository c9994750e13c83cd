"""What refineries offer at a price: running shares with hysteresis, and the stock they keep back.

A plant's running share is its state. It stays where it was between the stop and the start threshold, rises
above the one and falls below the other, line by line: the play operator of hysteresis. There is no separate
step that switches plants after the market has cleared, because that makes many plants stop at once. Lines take
weeks to stop or to start, so a quarter sees a part of what its price asks for; the rest of a surplus has
to go into stocks.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats, Ints, total_by

LARGEST_LOG = 500.0


@dataclass(slots=True)
class Offers:
    """Refineries' offer in one quarter.

    Attributes:
        region: (plants,) supply region of each plant.
        capacity_mt: (plants,) Mt that can be made in the quarter.
        thresholds_cny_per_t: (2, plants) price below which lines stop, price above which lines start.
        share: (plants,) running share at the end of last quarter.
        ceiling_share: (plants,) most that the running share can be this quarter.
        spread_cny_per_t: spread of the thresholds among the lines of a plant.
        regions: number of supply regions.
        answer_share: part of the change of output that a price asks for that comes within the quarter.
    """

    region: Ints
    capacity_mt: Floats
    thresholds_cny_per_t: Floats
    share: Floats
    ceiling_share: Floats
    spread_cny_per_t: float
    regions: int
    answer_share: float = 1.0


def running_share(offers: Offers, price_cny_per_t: Floats) -> Floats:
    """Each plant's running share, (plants,)."""
    return np.minimum(_answer(offers, price_cny_per_t)[0], offers.ceiling_share)


def _answer(offers: Offers, price_cny_per_t: Floats) -> tuple[Floats, Floats, Floats]:
    """Running shares if nothing caps them, those that the price asks for, and the most and least that it allows.

    Source: play operator, Krasnosel'skii & Pokrovskii 1989; in economics Goecke 2002.
    """
    gap = (offers.thresholds_cny_per_t - price_cny_per_t[offers.region]) / offers.spread_cny_per_t
    logistic = 1.0 / (1.0 + np.exp(np.minimum(gap, LARGEST_LOG)))
    wanted = np.minimum(np.maximum(offers.share, logistic[1]), logistic[0])
    return wanted + (1.0 - offers.answer_share) * (offers.share - wanted), wanted, logistic


def regional_supply(offers: Offers, price_cny_per_t: Floats) -> tuple[Floats, Floats]:
    """Output by supply region in Mt and its slope in Mt per CNY/t, both (regions,)."""
    share, wanted, (most, least) = _answer(offers, price_cny_per_t)
    moving = ((wanted == most) | (wanted == least)) & (share <= offers.ceiling_share)
    slope = offers.answer_share * wanted * (1.0 - wanted) * moving / offers.spread_cny_per_t
    running = np.minimum(share, offers.ceiling_share)
    made = total_by(offers.region, offers.capacity_mt * running, offers.regions)
    return made, total_by(offers.region, offers.capacity_mt * slope, offers.regions)
