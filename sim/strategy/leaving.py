"""Mothball, write off, exit: what holding an idle or losing plant is worth against closing it.

An owner in this position thinks in this order. First: what is the plant worth if I keep it, counting that I
can idle it and that prices may recover? Second: what do I get if I close it: scrap and land, less clean-up
and severance, of which government pays part? Third: is the gain large enough to overcome my reluctance? Exit
is a waiting game: the owner with most to gain goes first, which helps all others, and then they think again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import Leaving, Running
from sim.strategy.valuation import discount_factors, expected_prices, margin_spreads, option_margin


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the owner of each candidate plant sees, arrays (plants,).

    Attributes:
        today_cny_per_t: mill price.
        long_run_cny_per_t: mill price expected in the long run, with the owner's bias.
        cost_cny_per_t: cash cost.
        discount_per_year: owner's discount rate.
        runnable_share: runnable over nameplate capacity.
        dead: whether it would first have to be revived.
    """

    today_cny_per_t: Floats
    long_run_cny_per_t: Floats
    cost_cny_per_t: Floats
    discount_per_year: Floats
    runnable_share: Floats
    dead: NDArray[np.bool_]


def value_of_holding(
    prospect: Prospect, leaving: Leaving, running: Running, persistence_share: float, vat_share: float
) -> Floats:
    """Give the value of keeping a plant, (plants,), CNY per tonne of nameplate.

    Source: equation (4.5) of the model description: option margins less upkeep over the horizon.
    """
    years = int(leaving.horizon_years)
    prices = expected_prices(prospect.today_cny_per_t, prospect.long_run_cny_per_t, persistence_share, years)
    spread = margin_spreads(running.margin_volatility_cny_per_t, running.hope_per_year, years)
    revival = np.where(prospect.dead, leaving.revive_cny_per_t / years, 0.0)
    margin = prices - prospect.cost_cny_per_t - revival
    earned = option_margin(margin, spread) / (1.0 + vat_share)
    idle = 1.0 / (1.0 + np.exp(np.clip(margin / np.maximum(spread, 1e-9), -50.0, 50.0)))
    yearly = prospect.runnable_share * earned - leaving.upkeep_cny_per_t * idle
    return np.asarray((yearly * discount_factors(prospect.discount_per_year, years)).sum(axis=0))


def value_of_leaving(leaving: Leaving) -> float:
    """Give the value of closing a plant in CNY per tonne of nameplate.

    Source: equation (4.6) of the model description.
    """
    own = 1.0 - leaving.government_share
    severance = leaving.severance_mcny_per_job * leaving.jobs_jobs_per_kt * 1000.0
    return (
        leaving.salvage_cny_per_t + leaving.land_cny_per_t - own * leaving.closure_cny_per_t - own * severance
    )


def first_to_leave(gain_cny_per_t: Floats, reluctance_cny_per_t: Floats) -> int:
    """Give the candidate that leaves next, or -1 when every owner would rather hold.

    Source: waiting games of exit, Ghemawat & Nalebuff 1985.
    """
    if gain_cny_per_t.size == 0:
        return -1
    surplus = gain_cny_per_t - reluctance_cny_per_t
    best = int(np.argmax(surplus))
    return best if surplus[best] > 0.0 else -1
