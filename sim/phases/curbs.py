"""Curbs of regions: inspectors come where limits are near, and plants of a bad record are cut first."""

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.environment.curbs import compliance, curb_chance, environment_index, pressures, share_out
from sim.environment.red_mud import stacked
from sim.market.inputs import QUARTERS, Happening
from sim.policies.rulebook import RegionalCap, holds_in

if TYPE_CHECKING:
    from sim.industry import Industry

CURB = "curb"
LAST = 4
COLD_QUARTERS = (1, LAST)
BASE_YEAR = 2025


def weigh_regions(industry: "Industry") -> None:
    """Work out at the end of a year how near each region is to what it bears."""
    plants, book, around = industry.refineries, industry.book, industry.surroundings
    count = len(industry.geography.regions)
    fresh = stacked(industry.recipe.mud_t, book.made_mt, plants.mud_use_share)
    around.pressure = pressures(
        total_by(plants.region, fresh, count),
        total_by(plants.region, plants.mud_stock_mt, count),
        total_by(plants.region, book.made_mt * industry.recipe.co2_t, count),
        around.limits,
    )
    around.index = environment_index(around.pressure, industry.parameters.curbs)


def inspection_ratios(industry: "Industry") -> Floats:
    """Give how many times as often as usual inspectors come to each region, (regions,)."""
    ratios = np.ones(len(industry.geography.regions))
    for cap in industry.rules.regional_caps:
        here = np.array([holds_in(cap.regions, region) for region in industry.geography.regions])
        ratios = np.where(here, ratios * cap.inspection_ratio, ratios)
    return ratios


def inspect_regions(industry: "Industry") -> None:
    """Let curbs come to regions; while one lasts, no other comes there."""
    around, terms, regions = industry.surroundings, industry.parameters.curbs, industry.geography.regions
    chance = curb_chance(around.index, around.limits, inspection_ratios(industry), terms)
    places = [f"{region} {quarter}" for quarter in range(QUARTERS) for region in regions]
    luck = industry.streams.uniforms("curb", industry.year, places).reshape(QUARTERS, len(regions))
    for quarter, row in np.argwhere(luck < chance).tolist():
        now = industry.year * QUARTERS + quarter
        region = regions[row]
        if any(
            each.active(now)
            for each in industry.happenings
            if each.variable == CURB and region in each.regions
        ):
            continue
        curb_region(industry, region, row, quarter)


def curb_region(industry: "Industry", region: str, row: int, quarter: int) -> None:
    """Draw depth and length of a curb, and tell why it came."""
    around, terms = industry.surroundings, industry.parameters.curbs
    address = f"{region} {quarter}"
    depth, length = industry.streams.uniforms(
        "depth of curb", industry.year, [f"{address} depth", f"{address} length"]
    )
    curb = Happening(
        variable=CURB,
        size=float(terms.depth_low_share + (terms.depth_high_share - terms.depth_low_share) * depth),
        first=industry.year * QUARTERS + quarter,
        quarters=1 + int(length * terms.longest_quarters),
        regions=(region,),
        name=CURB,
        buffered=False,
    )
    industry.happenings.append(curb)
    fresh, stock, carbon = (float(each) for each in around.pressure[:, row])
    why = (
        f"for {curb.quarters} quarter{'s' * (curb.quarters > 1)}: environmental index {around.index[row]:.2f}, "
        f"fresh mud {fresh:.2f}, ponds {stock:.2f} and CO2 {carbon:.2f} of what is allowed"
    )
    industry.tell("disruption", CURB, curb.size, "share", why, counterpart=region, quarter=quarter + 1)


def hard_winter(industry: "Industry", quarter: int) -> bool:
    """Tell whether a quarter belongs to a heating season with limits beyond the usual.

    The season of a first quarter began the year before; that of 2025, which the base year is fitted to, is usual.
    """
    season = industry.year if quarter == LAST else industry.year - 1
    if quarter not in COLD_QUARTERS or season <= BASE_YEAR:
        return False
    luck = float(industry.streams.uniforms("winter", season, ["winter"])[0])
    return luck < industry.parameters.curbs.hard_winter_share


def tell_winter(industry: "Industry") -> None:
    """Tell of limits that come with the winter at the end of the year."""
    regions, winter = industry.geography.regions, industry.surroundings.limits.winter
    share = industry.parameters.curbs.winter_share
    if share > 0.0 and winter.any() and hard_winter(industry, LAST):
        where = ", ".join(region for region, limited in zip(regions, winter, strict=True) if limited)
        why = "for 2 quarters: heating-season limits on plants below environmental class A"
        industry.tell("disruption", "winter", share, "share", why, counterpart=where, quarter=LAST)


def rate_compliance(industry: "Industry") -> None:
    """Set how well each plant stands with inspectors this year."""
    plants, terms = industry.refineries, industry.parameters.compliance
    target = np.full(len(industry.geography.regions), terms.target_share)
    for rule in industry.rules.red_mud:
        here = np.array([holds_in(rule.regions, region) for region in industry.geography.regions])
        asked = target + rule.weight_share * (rule.target_share - target)
        target = np.where(here, np.maximum(target, asked), target)
    plants.compliance_share[:] = compliance(
        plants.mud_use_share, target[plants.region], plants.class_a, industry.recipe.co2_t, terms
    )


def curbed_regions(industry: "Industry", quarter: int) -> Floats:
    """Give the share of what it could run that curbs take from each region this quarter, (regions,), at most one."""
    now = industry.year * QUARTERS + quarter - 1
    regions = industry.geography.regions
    cut = np.zeros(len(regions))
    for each in industry.happenings:
        if each.variable == CURB and each.active(now):
            cut[regions.index(each.regions[0])] += each.size
    return np.minimum(cut, 1.0)


def spared(industry: "Industry") -> Floats:
    """Give the part of each plant that first cuts spare because its group is backbone, (plants,)."""
    plants, terms = industry.refineries, industry.parameters.curbs
    held = total_by(plants.group, plants.nameplate_mt, len(industry.groups))
    backbone = held >= terms.backbone_share * max(math.fsum(held), 1e-12)
    return np.asarray(terms.exempt_share * backbone[plants.group])


def ceiling_share(industry: "Industry", cap: RegionalCap, ready_mt: Floats, quarter: int) -> Floats:
    """Give the share of capacity that a ceiling leaves open, (plants,), and tell of it where it binds.

    Args:
        industry: the industry.
        cap: the ceiling.
        ready_mt: (plants,) what each could run this quarter.
        quarter: 1-4.
    """
    regions = industry.geography.regions
    here = np.array([holds_in(cap.regions, region) for region in regions])[industry.refineries.region]
    possible = math.fsum(ready_mt[here])
    share = cap.open_share(possible * QUARTERS)
    if share < 1.0 and possible > 0.0:
        where = ", ".join(cap.regions)
        why = f"refineries may run {share:.0%} of what they could under {cap.policy}"
        industry.tell(
            "ceiling", cap.policy, possible * (1.0 - share), "Mt", why, counterpart=where, quarter=quarter
        )
    return np.where(here, share, 1.0)


def open_shares(industry: "Industry", ready_mt: Floats, quarter: int) -> Floats:
    """Give the share of capacity that winter, ceilings and curbs of regions leave open, (plants,); curbs are counted.

    Args:
        industry: the industry.
        ready_mt: (plants,) what each could run this quarter.
        quarter: 1-4.
    """
    plants, terms = industry.refineries, industry.parameters.curbs
    left = np.ones(len(plants))
    if hard_winter(industry, quarter):
        hit = industry.surroundings.limits.winter[plants.region] & ~plants.class_a
        left -= terms.winter_share * hit
    for cap in industry.rules.regional_caps:
        left = left * ceiling_share(industry, cap, ready_mt * left, quarter)
    cut = curbed_regions(industry, quarter)
    industry.book.curb_quarters += cut > 0.0
    for row in np.flatnonzero(cut).tolist():
        ready = ready_mt * left * (plants.region == row)
        allowed = share_out(
            float(cut[row]), ready, plants.compliance_share, spared(industry), terms.deepest_share
        )
        left = left * allowed
    return left
