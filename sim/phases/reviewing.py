"""What governments say to a deal: the province of the plant, the holder of state assets, the antitrust authority."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.phases.selling import Target
from sim.strategy.consents import Circumstances, province_refusal, sasac_refusal
from sim.strategy.review import LEVELS, Stance, Step, must_file, screen, step
from sim.world.owners import OWNER_TYPES

if TYPE_CHECKING:
    from sim.industry import Industry

PROVINCIAL = OWNER_TYPES.index("provincial")
STATE_TYPES = (OWNER_TYPES.index("central"), PROVINCIAL)


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """What a deal meets with.

    Attributes:
        around: what bears on its closing.
        province_share: chance that the province refuses, zero where it is not asked.
        sasac_share: chance that the holder of state assets refuses, zero where it is not asked.
        seen: what the deal does to concentration of all capacity.
        level: how closely the authority looks, over both markets.
        stance: how the authority is disposed.
    """

    around: Circumstances
    province_share: float
    sasac_share: float
    seen: Step
    level: str
    stance: Stance


def is_state(industry: "Industry", group: int) -> bool:
    """Tell whether a group belongs to the state."""
    return int(industry.groups.owner_type[group]) in STATE_TYPES


def circumstances(industry: "Industry", target: Target, buyer: int, surplus_share: float) -> Circumstances:
    """Give what besides price bears on a deal."""
    plants, push = industry.refineries, industry.rules.merger_push
    owned = plants.region[(plants.group == buyer) & (plants.nameplate_mt > 0.0)]
    provinces = industry.geography.provinces
    here = {provinces[row] for row in plants.region[list(target.rows)].tolist()}
    near = {provinces[row] for row in owned.tolist()} >= here
    return Circumstances(
        surplus_share=surplus_share,
        distressed=target.distressed,
        wave=industry.plant_market.wave,
        push_share=push.weight_share if push else 0.0,
        same_province=near,
        across=is_state(industry, buyer) != is_state(industry, target.seller),
    )


def scrutiny(industry: "Industry", target: Target, buyer: int, surplus_share: float) -> Scrutiny:
    """Give what a deal meets with."""
    around = circumstances(industry, target, buyer, surplus_share)
    asked = is_state(industry, target.seller)
    discipline, deals = industry.rules.discipline_share, industry.parameters.deals
    refusal = sasac_refusal(not is_state(industry, buyer), target.distressed, discipline, deals)
    seen, level = screened(industry, target, buyer)
    return Scrutiny(
        around=around,
        province_share=0.0 if around.same_province else province_share(industry, target),
        sasac_share=refusal if asked else 0.0,
        seen=seen,
        level=level,
        stance=stance(industry),
    )


def province_share(industry: "Industry", target: Target) -> float:
    """Give the chance that the target's province refuses a buyer from outside."""
    plants, rows, push = industry.refineries, list(target.rows), industry.rules.merger_push
    region = int(plants.region[rows[0]])
    total = math.fsum(plants.nameplate_mt[plants.region == region])
    share = float(plants.nameplate_mt[rows].sum()) / max(total, 1e-9)
    return province_refusal(
        min(share, 1.0),
        int(industry.groups.owner_type[target.seller]) == PROVINCIAL,
        industry.rules.discipline_share,
        push.kept_tax_share if push else 0.0,
        industry.parameters.deals,
    )


def stance(industry: "Industry") -> Stance:
    """Give how the authority is disposed this year."""
    push, control = industry.rules.merger_push, industry.rules.merger_control
    return Stance(
        strictness_share=control.strictness_share if control else 0.0,
        shift_logit=push.review_shift_logit if push else 0.0,
        banned_share=control.banned_share if control else 0.0,
    )


def screened(industry: "Industry", target: Target, buyer: int) -> tuple[Step, str]:
    """Give what a deal does to all capacity, and the closest look over all capacity and what is sold to others."""
    plants, rows, count = industry.refineries, list(target.rows), len(industry.groups)
    seen = capacity_step(industry, target, buyer)
    if not must_file(*turnovers(industry, target, buyer)):
        return seen, "exempt"
    sold = plants.nameplate_mt * (1.0 - industry.promises.captive_share)
    merchant = total_by(plants.group, sold, count)
    on_market = step(merchant, buyer, target.seller, float(sold[rows].sum()))
    smelting = total_by(industry.smelters.group, industry.smelters.capacity_mt, count)
    refining = total_by(plants.group, plants.nameplate_mt, count)
    vertical = bool(smelting[buyer] > 0.0 or (target.smelters and refining[buyer] > 0.0))
    disposed = stance(industry)
    levels = (screen(seen, False, disposed), screen(on_market, vertical, disposed))
    return seen, max(levels, key=LEVELS.index)


def capacity_step(industry: "Industry", target: Target, buyer: int) -> Step:
    """Give what a deal does to the HHI of all capacity by controlling group."""
    plants = industry.refineries
    volume = total_by(plants.group, plants.nameplate_mt, len(industry.groups))
    return step(volume, buyer, target.seller, float(plants.nameplate_mt[list(target.rows)].sum()))


def turnovers(industry: "Industry", target: Target, buyer: int) -> tuple[float, float]:
    """Give the turnover of a buyer and of a target in the year, million CNY."""
    turnover = group_turnover(industry)
    smelted = industry.book.metal_mt * industry.prices.now.aluminium_cny_per_t
    own = float(industry.book.revenue_mcny[list(target.rows)].sum())
    return float(turnover[buyer]), own + float(smelted[list(target.smelters)].sum())


def group_turnover(industry: "Industry") -> Floats:
    """Give the sales of alumina and metal of each group in the year, (groups,) million CNY."""
    count, book = len(industry.groups), industry.book
    alumina = total_by(industry.refineries.group, book.revenue_mcny, count)
    smelted = book.metal_mt * industry.prices.now.aluminium_cny_per_t
    return np.asarray(alumina + total_by(industry.smelters.group, smelted, count))
