"""Mothball, write off, exit: what holding an idle or losing plant is worth against closing it.

An owner in this position thinks in this order. First: what is the plant worth if I keep it, counting that I
can idle it and that prices may recover? Second: what do I get if I close it: scrap and land, less clean-up
and severance, of which government pays part? Third: what does my bank do? The loan that built the plant is
secured on it and is paid back over years as long as it stands, even idle; when it is struck off, the rest falls
due at once. Fourth: is the gain large enough to overcome that and my reluctance? Exit is a waiting game: the
owner with most to gain goes first, which helps all others, and then they think again.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import Leaving, Running
from sim.strategy.finance import discount_factors, expected_prices, margin_spreads, option_margin


@dataclass(frozen=True, slots=True)
class Prospect:
    """What the owner of each candidate plant sees, arrays (plants,).

    Attributes:
        today_cny_per_t: mill price.
        long_run_cny_per_t: mill price expected in the long run, with the owner's bias.
        cost_cny_per_t: cash cost.
        discount_per_year: owner's discount rate.
        runnable_share: runnable over nameplate capacity.
        cold_share: the part of its lines that would first have to be brought back.
    """

    today_cny_per_t: Floats
    long_run_cny_per_t: Floats
    cost_cny_per_t: Floats
    discount_per_year: Floats
    runnable_share: Floats
    cold_share: Floats


def value_of_holding(
    prospect: Prospect,
    leaving: Leaving,
    running: Running,
    persistence_share: float,
    vat_share: float,
    after_years: int = 0,
) -> Floats:
    """The value of keeping a plant, (plants,), CNY per tonne of nameplate.

    Args:
        prospect: what its owner sees.
        leaving: horizon and upkeep.
        running: spread of margins and what it costs to start.
        persistence_share: part of a price gap that lasts a year.
        vat_share: value-added tax.
        after_years: years from now that do not count, as for a plant that must go after them.

    Source: equation (4.5) of the model description: option margins less upkeep over the horizon.
    """
    years = int(leaving.horizon_years)
    prices = expected_prices(prospect.today_cny_per_t, prospect.long_run_cny_per_t, persistence_share, years)
    spread = margin_spreads(running.margin_volatility_cny_per_t, running.hope_per_year, years)
    restart = prospect.cold_share * running.start_cost_cny_per_t / years
    margin = prices - prospect.cost_cny_per_t - restart
    earned = option_margin(margin, spread) / (1.0 + vat_share)
    yearly = prospect.runnable_share * earned - leaving.upkeep_cny_per_t * idle_share(margin, spread)
    worth = yearly * discount_factors(prospect.discount_per_year, years)
    return np.asarray(worth[after_years:].sum(axis=0))


def use_of_holding(
    prospect: Prospect, leaving: Leaving, running: Running, persistence_share: float
) -> Floats:
    """The part of its capacity that a plant kept will use, (plants,), share: the mean over the horizon."""
    years = int(leaving.horizon_years)
    prices = expected_prices(prospect.today_cny_per_t, prospect.long_run_cny_per_t, persistence_share, years)
    spread = margin_spreads(running.margin_volatility_cny_per_t, running.hope_per_year, years)
    used = 1.0 - idle_share(prices - prospect.cost_cny_per_t, spread)
    factors = discount_factors(prospect.discount_per_year, years)
    return np.asarray((used * factors).sum(axis=0) / factors.sum(axis=0))


def idle_share(margin_cny_per_t: Floats, spread_cny_per_t: Floats) -> Floats:
    """The part of a year in which a plant idles, (years, plants), the larger the further its margin is below nought."""
    ratio = margin_cny_per_t / np.maximum(spread_cny_per_t, 1e-9)
    return np.asarray(1.0 / (1.0 + np.exp(np.minimum(np.maximum(ratio, -50.0), 50.0))))


def value_of_leaving(leaving: Leaving) -> float:
    """The value of closing a plant in CNY per tonne of nameplate.

    Source: equation (4.6) of the model description.
    """
    own = 1.0 - leaving.government_share
    severance = leaving.severance_mcny_per_job * leaving.jobs_jobs_per_kt * 1000.0
    return (
        leaving.salvage_cny_per_t + leaving.land_cny_per_t - own * leaving.closure_cny_per_t - own * severance
    )


@dataclass(frozen=True, slots=True)
class Loan:
    """The loans that built plants, arrays (plants,) but for the first two.

    Attributes:
        principal_cny_per_t: borrowed per tonne of capacity.
        years: years over which it is paid back in equal parts.
        age_years: since the plant started.
        rate_per_year: owner's loan rate.
        discount_per_year: owner's discount rate.
    """

    principal_cny_per_t: float
    years: float
    age_years: Floats
    rate_per_year: Floats
    discount_per_year: Floats


def cost_of_recall(loan: Loan) -> Floats:
    """What it costs an owner that a loan falls due today and not year by year, (plants,) CNY/t of nameplate.

    What is left of the loan less the present value of its instalments and interest: an owner that discounts at
    more than the loan rate would rather pay later. It is nothing once the loan is paid back.

    Source: debt secured on assets in place makes lenders and owners keep losing capacity on the books,
    Jensen & Meckling 1976; Caballero, Hoshi & Kashyap 2008 on lending that keeps it there.
    """
    ahead = np.arange(int(np.ceil(loan.years)) + 1)[:, None]
    left = (1.0 - (loan.age_years + ahead) / max(loan.years, 1e-9)).clip(0.0, 1.0)
    paid = left[:-1] - left[1:] + loan.rate_per_year * left[:-1]
    later = (paid * discount_factors(loan.discount_per_year, len(ahead) - 1)).sum(axis=0)
    return np.asarray(loan.principal_cny_per_t * np.maximum(left[0] - later, 0.0))


def first_to_leave(gain_cny_per_t: Floats, reluctance_cny_per_t: Floats) -> int:
    """The candidate that leaves next, or -1 when every owner would rather hold.

    Source: waiting games of exit, Ghemawat & Nalebuff 1985.
    """
    if gain_cny_per_t.size == 0:
        return -1
    surplus = gain_cny_per_t - reluctance_cny_per_t
    best = int(np.argmax(surplus))
    return best if surplus[best] > 0.0 else -1
