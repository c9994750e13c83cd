"""Curbs of regions: inspectors come where limits are near, and plants of a bad record are cut first."""

import math
from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats, total_by
from sim.environment.curbs import compliance, curb_chance, environment_index, pressures, share_out
from sim.market.inputs import QUARTERS, Happening
from sim.phases.record import is_replayed
from sim.policies.rulebook import RegionalCap, holds_in
from sim.sight.limits import COLD_QUARTERS, below_class_a, inspection_ratios
from sim.world.kinds import Happened
from sim.world.world import World

CURB = "curb"
LAST = 4


def weigh_regions(world: World) -> None:
    """Work out at the end of a year how near each region is to what it bears."""
    plants, book, around = world.refineries, world.book, world.surroundings
    count = len(world.geography.regions)
    fresh = book.mud_mt * (1.0 - plants.mud_use_share)
    around.pressure = pressures(
        total_by(plants.region, fresh, count),
        total_by(plants.region, plants.mud_stock_mt, count),
        total_by(plants.region, book.made_mt * world.recipe.co2_t, count),
        around.limits,
    )
    around.index = environment_index(around.pressure, world.parameters.curbs)


def inspect_regions(world: World) -> None:
    """Let curbs come to regions; while one lasts, no other comes there, and none to a year that is replayed."""
    around, terms, regions = world.surroundings, world.parameters.curbs, world.geography.regions
    if is_replayed(world):
        return
    chance = curb_chance(around.index, around.limits, inspection_ratios(world.rules, regions), terms)
    places = [f"{region} {quarter}" for quarter in range(QUARTERS) for region in regions]
    luck = world.streams.uniforms("curb", world.year, places).reshape(QUARTERS, len(regions))
    for quarter, row in np.argwhere(luck < chance).tolist():
        now = world.year * QUARTERS + quarter
        region = regions[row]
        if any(
            each.active(now) for each in world.happenings if each.variable == CURB and region in each.regions
        ):
            continue
        curb_region(world, region, row, quarter)


def curb_region(world: World, region: str, row: int, quarter: int) -> None:
    """Draw depth and length of a curb, and tell why it came."""
    around, terms = world.surroundings, world.parameters.curbs
    address = f"{region} {quarter}"
    depth, length = world.streams.uniforms(
        "depth of curb", world.year, [f"{address} depth", f"{address} length"]
    )
    curb = Happening(
        variable=CURB,
        size=float(terms.depth_low_share + (terms.depth_high_share - terms.depth_low_share) * depth),
        first=world.year * QUARTERS + quarter,
        quarters=1 + int(length * terms.longest_quarters),
        regions=(region,),
        name=CURB,
        buffered=False,
    )
    world.happenings.append(curb)
    fresh, stock, carbon = (float(each) for each in around.pressure[:, row])
    why = (
        f"for {curb.quarters} quarter{'s' * (curb.quarters > 1)}: environmental index {around.index[row]:.2f}, "
        f"fresh mud {fresh:.2f}, ponds {stock:.2f} and CO2 {carbon:.2f} of what is allowed"
    )
    world.tell(
        Happened.DISRUPTION,
        CURB,
        curb.size,
        "share",
        why,
        counterpart=region,
        quarter=quarter + 1,
        duration_quarters=curb.quarters,
        figures=(float(around.index[row]), fresh, stock, carbon),
    )


def hard_winter(world: World, quarter: int) -> bool:
    """Whether a quarter belongs to a heating season with limits beyond the usual.

    The season of a first quarter began the year before; that of the base year, which is fitted, is usual. Where the
    record is replayed, its events have the limits of its winters.
    """
    season = world.year if quarter == LAST else world.year - 1
    if quarter not in COLD_QUARTERS or season <= world.pack.base_year or is_replayed(world):
        return False
    luck = world.streams.uniform("winter", season, "winter")
    return luck < world.parameters.curbs.hard_winter_share


def tell_winter(world: World) -> None:
    """Tell of limits that come with the winter at the end of the year."""
    regions, winter = world.geography.regions, world.surroundings.limits.winter
    share = world.parameters.curbs.winter_share
    if share > 0.0 and winter.any() and hard_winter(world, LAST):
        where = ", ".join(region for region, limited in zip(regions, winter, strict=True) if limited)
        why = "for 2 quarters: heating-season limits on plants below environmental class A"
        world.tell(
            Happened.DISRUPTION,
            "winter",
            share,
            "share",
            why,
            counterpart=where,
            quarter=LAST,
            duration_quarters=2,
        )


def rate_compliance(world: World) -> None:
    """Set how well each plant stands with inspectors this year."""
    plants, terms = world.refineries, world.parameters.compliance
    target = np.full(len(world.geography.regions), terms.target_share)
    for rule in world.rules.red_mud:
        here = np.array([holds_in(rule.regions, region) for region in world.geography.regions])
        asked = target + rule.weight_share * (rule.target_share - target)
        target = np.where(here, np.maximum(target, asked), target)
    plants.compliance_share[:] = compliance(
        plants.mud_use_share, target[plants.region], plants.class_a, world.recipe.co2_t, terms
    )


def curbed_regions(world: World, quarter: int) -> Floats:
    """The share of what it could run that curbs take from each region this quarter, (regions,), at most one."""
    now = world.year * QUARTERS + quarter - 1
    regions = world.geography.regions
    cut = np.zeros(len(regions))
    for each in world.happenings:
        if each.variable == CURB and each.active(now):
            cut[regions.index(each.regions[0])] += each.size
    return np.minimum(cut, 1.0)


def spared(world: World) -> Floats:
    """The part of each plant that first cuts spare because its group is backbone, (plants,)."""
    plants, terms = world.refineries, world.parameters.curbs
    held = total_by(plants.group, plants.nameplate_mt, len(world.groups))
    backbone = held >= terms.backbone_share * max(math.fsum(held), 1e-12)
    return np.asarray(terms.exempt_share * backbone[plants.group])


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A ceiling of a region that binds this quarter.

    Attributes:
        cap: the policy's cap.
        share: part of what could run that it leaves open.
        possible_mt: what could run, Mt a quarter.
    """

    cap: RegionalCap
    share: float
    possible_mt: float


@dataclass(slots=True)
class OpenCapacity:
    """What winter, ceilings and curbs of regions leave open in a quarter.

    Attributes:
        share: (plants,) part of capacity that may run.
        curbed: (regions,) whether a curb is on.
        ceilings: those that bind.
    """

    share: Floats
    curbed: Bools
    ceilings: tuple[Ceiling, ...]


def open_capacity(world: World, ready_mt: Floats, quarter: int) -> OpenCapacity:
    """What regions leave open.

    Args:
        world: the world.
        ready_mt: (plants,) what each could run this quarter.
        quarter: 1-4.
    """
    plants, terms = world.refineries, world.parameters.curbs
    ceilings: list[Ceiling] = []
    left = np.ones(len(plants))
    if hard_winter(world, quarter):
        hit = world.surroundings.limits.winter[plants.region] & ~plants.class_a
        left -= terms.winter_share * hit
    if world.rules.emission_duties:
        left *= 1.0 - below_class_a(world, world.rules)
    for cap in world.rules.regional_caps:
        here = np.array([holds_in(cap.regions, region) for region in world.geography.regions])[plants.region]
        possible = math.fsum((ready_mt * left)[here])
        share = cap.open_share(possible * QUARTERS)
        if share < 1.0 and possible > 0.0:
            ceilings.append(Ceiling(cap, share, possible))
        left = left * np.where(here, share, 1.0)
    cut = curbed_regions(world, quarter)
    for row in cut.nonzero()[0].tolist():
        ready = ready_mt * left * (plants.region == row)
        allowed = share_out(
            float(cut[row]), ready, plants.compliance_share, spared(world), terms.deepest_share
        )
        left = left * allowed
    return OpenCapacity(left, cut > 0.0, tuple(ceilings))


def tell_limits(world: World, left: OpenCapacity, quarter: int) -> None:
    """Count the quarter's curbs and tell of ceilings that bind."""
    for each in left.ceilings:
        why = f"refineries may run {each.share:.0%} of what they could under {each.cap.policy}"
        closed, where = each.possible_mt * (1.0 - each.share), ", ".join(each.cap.regions)
        world.tell(Happened.CEILING, each.cap.policy, closed, "Mt", why, counterpart=where, quarter=quarter)
    world.book.curb_quarters += left.curbed
