"""Applications: what governments see of a plan, what an owner can spend on it, and the odds that it passes."""

import math

import numpy as np

from sim.core.arrays import Floats
from sim.policies.rulebook import Rulebook
from sim.sight.limits import filled_sites, potential_index, regional_limits
from sim.sight.prospects import Prospects, Wish
from sim.sight.purse import spare_cash, unused_credit
from sim.strategy.approving import Application, passing_chance
from sim.world.world import World


def environment_slack(world: World) -> Floats:
    """The environmental room of each region, (regions,) 0-1, if all that could run there ran."""
    return np.clip(1.0 - potential_index(world), 0.0, 1.0)


def application(world: World, shared: Prospects, wish: Wish) -> Application:
    """What governments see of a wish."""
    plants, provinces = shared.view.refineries, world.geography.provinces
    total = math.fsum(plants.nameplate_mt)
    own = math.fsum(plants.nameplate_mt[plants.group == wish.group])
    there = math.fsum(plants.nameplate_mt[plants.region == wish.region])
    local = bool(wish.old >= 0 and provinces[int(plants.region[wish.old])] == provinces[wish.region])
    return Application(
        size_mt=wish.size_mt,
        replaced_mt=wish.counted_mt,
        region=world.geography.regions[wish.region],
        heat_gj_per_t=plan_heat(world, wish),
        ore_share=float(world.ore_control[wish.group]),
        need_share=min(max(float(shared.gap_mt[wish.group]), 0.0) / wish.size_mt, 1.0),
        slack_share=float(environment_slack(world)[wish.region]),
        owner_share=own / max(total, 1e-9),
        jobs_share=wish.size_mt / (there + wish.size_mt),
        local_share=float(local),
        ceiling_share=ceiling_share(world, wish, local=local),
        pond_refused_share=float(shared.limits.pond_refused_share[wish.region]),
        filled_share=filled_share(world, wish),
    )


def filled_share(world: World, wish: Wish) -> float:
    """The part of the sites of its region that would be taken with a plant, and without an old one that goes for it."""
    plants, added = world.refineries, np.zeros(len(world.geography.regions))
    added[wish.region] += wish.size_mt
    if wish.old >= 0:
        added[plants.region[wish.old]] -= plants.nameplate_mt[wish.old]
    return float(filled_sites(world, added)[wish.region])


def ceiling_share(world: World, wish: Wish, *, local: bool) -> float:
    """The chance that a full ceiling refuses a wish, with what was begun this year; `local` frees the old plant's."""
    going = float(world.refineries.runnable_mt[wish.old]) if local else 0.0
    added = wish.size_mt * world.parameters.pipeline.runnable_share - going
    return regional_limits(world).full_share(wish.region, added)


def plan_heat(world: World, wish: Wish) -> float:
    """The heat that a planned plant would use, GJ/t."""
    if wish.row < 0:
        return float(world.process.heat(world.sites, np.zeros(len(world.sites)))[wish.region])
    none = np.zeros(len(world.refineries))
    return float(world.process.heat(world.refineries, none)[wish.row])


def pledge(world: World, wish: Wish) -> float:
    """What lenders lend on a new plant, less what they lent on an old one that goes for it, million CNY."""
    finance = world.parameters.finance
    going = float(world.refineries.nameplate_mt[wish.old]) if wish.old >= 0 else 0.0
    return finance.leverage_limit_share * finance.refinery_asset_cny_per_t * (wish.size_mt - going)


def means(world: World, wish: Wish) -> float:
    """What the owner can spend on a plant, million CNY: spare cash and what lenders still give.

    Lenders take the new plant as security, but no longer the old one that goes for it; cash short of the least
    and debt beyond the limit come off.
    """
    return max(unspent(world, wish.group) + pledge(world, wish), 0.0)


def unspent(world: World, group: int) -> float:
    """Spare cash and unused credit of a group, million CNY, negative where it has neither."""
    return spare_cash(world, group) + unused_credit(world, group)


def passing(world: World, asked: Application, rules: Rulebook) -> float:
    """The chance that an application passes under some rules, from a year's whole quota."""
    limits, swap = rules.approval, rules.swap
    quota = math.inf if limits is None else limits.quota_mt
    required = swap is not None and swap.required
    return passing_chance(asked, limits, quota, required, world.parameters.approvals)
