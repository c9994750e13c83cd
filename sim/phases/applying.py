"""Applications: what governments see of a plan, what an owner can spend on it, and the odds that it passes."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats
from sim.phases.prospects import Prospects, Wish
from sim.strategy.approving import Application, passing_chance
from sim.world.recipes import heat_need

if TYPE_CHECKING:
    from sim.industry import Industry


def environment_slack(industry: "Industry") -> Floats:
    """Give the environmental room of each region, (regions,) 0-1."""
    return np.clip(1.0 - industry.surroundings.index, 0.0, 1.0)


def application(industry: "Industry", shared: Prospects, wish: Wish) -> Application:
    """Give what governments see of a wish."""
    plants, provinces = shared.view.refineries, industry.geography.provinces
    total = math.fsum(plants.nameplate_mt)
    own = math.fsum(plants.nameplate_mt[plants.group == wish.group])
    there = math.fsum(plants.nameplate_mt[plants.region == wish.region])
    return Application(
        size_mt=wish.size_mt,
        replaced_mt=wish.counted_mt,
        region=industry.geography.regions[wish.region],
        heat_gj_per_t=plan_heat(industry, wish),
        ore_share=float(industry.ore_control[wish.group]),
        need_share=min(max(float(shared.gap_mt[wish.group]), 0.0) / wish.size_mt, 1.0),
        slack_share=float(environment_slack(industry)[wish.region]),
        owner_share=own / max(total, 1e-9),
        jobs_share=wish.size_mt / (there + wish.size_mt),
        local_share=float(
            wish.old >= 0 and provinces[int(plants.region[wish.old])] == provinces[wish.region]
        ),
    )


def plan_heat(industry: "Industry", wish: Wish) -> float:
    """Give the heat that a planned plant would use, GJ/t."""
    if wish.row < 0:
        return float(
            heat_need(industry.sites, industry.parameters, np.zeros(len(industry.sites)))[wish.region]
        )
    none = np.zeros(len(industry.refineries))
    return float(heat_need(industry.refineries, industry.parameters, none)[wish.row])


def pledge(industry: "Industry", wish: Wish) -> float:
    """Give what lenders lend on a new plant, less what they lent on an old one that goes for it, million CNY."""
    finance = industry.parameters.finance
    going = float(industry.refineries.nameplate_mt[wish.old]) if wish.old >= 0 else 0.0
    return finance.leverage_limit_share * finance.refinery_asset_cny_per_t * (wish.size_mt - going)


def means(industry: "Industry", wish: Wish) -> float:
    """Give what the owner can spend on a plant, million CNY: spare cash and what lenders still give.

    Lenders take the new plant as security, but no longer the old one that goes for it; cash short of the least
    and debt beyond the limit come off.
    """
    return max(unspent(industry, wish.group) + pledge(industry, wish), 0.0)


def unspent(industry: "Industry", group: int) -> float:
    """Give spare cash and unused credit of a group, million CNY, negative where it has neither."""
    limits, groups = industry.credit, industry.groups
    spare = float(groups.cash_mcny[group] - limits.least_cash_mcny[group])
    return spare + float(limits.debt_mcny[group] - groups.debt_mcny[group])


def passing(industry: "Industry", asked: Application) -> float:
    """Give the chance that an application passes, from the whole quota of the year."""
    rules, swap = industry.rules.approval, industry.rules.swap
    quota = math.inf if rules is None else rules.quota_mt
    required = swap is not None and swap.required
    return passing_chance(asked, rules, quota, required, industry.parameters.approvals)
