"""Planned projects of the register: their own odds come first, and they need only cover their cash cost.

The odds are how often planned projects of the record went ahead, those that paid and those that did not, so whoever
drew them is not asked again what the plant is worth. A sponsor with land, design and promises stops a plan only when
the price that it expects in the long run would not pay for running the plant at all.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.core.arrays import Floats
from sim.core.words import figure, percent
from sim.decisions.plans import UNIT
from sim.sight.pipeline import step_chance
from sim.world.population import PLANNED
from sim.world.world import World

LUCK, ODDS = "go_ahead_luck_share", "go_ahead_odds_share"


def odds_of(world: World, key: str) -> dict[str, float]:
    """The year's draw of a planned project and its odds, as facts."""
    luck = world.streams.uniform("go-ahead", world.year, key)
    return {LUCK: luck, ODDS: step_chance(world, key, PLANNED)}


def is_listed(facts: Mapping[str, float]) -> bool:
    """Whether the facts are those of a planned project of the register."""
    return LUCK in facts and ODDS in facts


def listed_lead(facts: Mapping[str, Any], _: Any = None) -> Floats:
    """By how much planned projects go ahead, (plans,) shares: the lesser of what luck and their cash cost leave.

    What the cash cost leaves is the price less the cost, over their sum.
    """
    price, cost = facts["price_expected_cny_per_t"], facts["cash_cost_cny_per_t"]
    return np.asarray(np.minimum(facts[ODDS] - facts[LUCK], (price - cost) / (price + cost)))


def odds_told(facts: Mapping[str, float]) -> list[str]:
    """What luck and cash cost made of a planned project, in words."""
    told = (
        f"It is a planned project, of which {percent(facts[ODDS])} go ahead in a year, whether they pay or not; the "
        f"year's draw was {facts[LUCK]:.2f}, and below {facts[ODDS]:.2f} it goes ahead"
    )
    short = facts["cash_cost_cny_per_t"] - facts["price_expected_cny_per_t"]
    if short <= 0.0:
        return [f"{told}."]
    return [f"{told} if it covers its cash cost, from which it was {figure(short, UNIT)} away."]
