"""Transfers between state holders at no price: by order of a policy, or now and then by agreement of governments.

The giver's refineries and smelters change hands with its cash and its debts. Where the giver is itself held by a
state holder, 58 per cent of it move and the province keeps the rest, as with Yunnan Metallurgical in 2018.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.phases.closing import absorb, control_index, hand_over, settle_control, size_of
from sim.phases.selling import LEAST_MT, Lot, holdings_sold
from sim.world.dealbook import TRANSFER, Deal
from sim.world.owners import OWNER_TYPES
from sim.world.ownership import float_of

if TYPE_CHECKING:
    from sim.industry import Industry

CENTRAL, PROVINCIAL = OWNER_TYPES.index("central"), OWNER_TYPES.index("provincial")
TRANSFERRED_PPM = 580_000


def transfer_state_assets(industry: "Industry") -> None:
    """Carry out the year's transfers, by key of the giver."""
    plants, groups = industry.refineries, industry.groups
    known = plants.nameplate_mt * ~plants.synthetic
    size = total_by(plants.group, known, len(groups))
    givers = [
        row
        for row in np.flatnonzero((groups.owner_type == PROVINCIAL) & (size > LEAST_MT)).tolist()
        if industry.may_buy[row]
    ]
    names = sorted({groups.keys[row] for row in givers} | ordered_givers(industry))
    luck = industry.streams.uniforms("state transfer", industry.year, names).tolist()
    for name, drawn in zip(names, luck, strict=True):
        giver = groups.row(name)
        taker, why = terms_of(industry, giver, drawn, usual=giver in givers)
        if taker >= 0 and size_of(industry, np.flatnonzero(plants.group == giver)) > LEAST_MT:
            transfer(industry, giver, taker, why)


def ordered_givers(industry: "Industry") -> set[str]:
    """Give the groups that policies name as givers."""
    known = set(industry.groups.keys)
    return {rule.giver for rule in industry.rules.state_transfers if rule.giver in known}


def terms_of(industry: "Industry", giver: int, luck: float, *, usual: bool) -> tuple[int, str]:
    """Give who takes over a group this year, -1 for nobody, and why."""
    keys, rest = industry.groups.keys, luck
    for rule in industry.rules.state_transfers:
        meant = rule.giver == keys[giver] or (not rule.giver and usual)
        named = keys.index(rule.taker) if rule.taker in keys else -1
        taker = named if rule.taker else largest_nearby(industry, giver)
        if meant and taker not in (-1, giver):
            if rest < rule.chance_share:
                return taker, f"policy {rule.policy}"
            rest = (rest - rule.chance_share) / max(1.0 - rule.chance_share, 1e-12)
    if usual and rest < industry.parameters.deals.transfer_share:
        return largest_nearby(industry, giver), "agreed between governments"
    return -1, ""


def largest_nearby(industry: "Industry", giver: int) -> int:
    """Give the central group with most capacity where the giver stands, or anywhere, -1 for none."""
    plants, groups = industry.refineries, industry.groups
    here = np.isin(plants.region, plants.region[(plants.group == giver) & (plants.nameplate_mt > 0.0)])
    near = total_by(plants.group, plants.nameplate_mt * here, len(groups))
    all_of_it = total_by(plants.group, plants.nameplate_mt, len(groups))
    able = [
        row
        for row in np.flatnonzero((groups.owner_type == CENTRAL) & ~groups.distressed).tolist()
        if row != giver and industry.may_buy[row] and all_of_it[row] > LEAST_MT
    ]
    return max(
        able,
        key=lambda row: (round(float(near[row]), 9), round(float(all_of_it[row]), 9), groups.keys[row]),
        default=-1,
    )


def lots_of(industry: "Industry", giver: int) -> tuple[Lot, ...]:
    """Give the holdings that move: 58 % of the giver from one holder, or all its plants where none is known."""
    key = industry.groups.keys[giver]
    over = [
        block for block in industry.ownership.snapshot().blocks.get(key, ()) if block.holder != float_of(key)
    ]
    if over:
        first = max(over, key=lambda block: (block.ppm, block.holder))
        return (Lot(key, first.holder, TRANSFERRED_PPM),) if first.ppm > TRANSFERRED_PPM else ()
    plants, smelters = industry.refineries, industry.smelters
    rows = sorted(np.flatnonzero(plants.group == giver).tolist(), key=lambda row: plants.keys[row])
    metal = sorted(np.flatnonzero(smelters.group == giver).tolist(), key=lambda row: smelters.keys[row])
    lots, _ = holdings_sold(industry, key, rows, metal)
    return lots


def transfer(industry: "Industry", giver: int, taker: int, why: str) -> None:
    """Move all that a state group has to another."""
    plants, groups, keys = industry.refineries, industry.groups, industry.groups.keys
    rows = np.flatnonzero((plants.group == giver) & (plants.nameplate_mt > 0.0)).tolist()
    lots = lots_of(industry, giver)
    if not lots:
        return
    size, before, debt = size_of(industry, rows), control_index(industry), float(groups.debt_mcny[giver])
    deal = f"{industry.year}-transfer-{keys[giver]}"
    hand_over(industry, deal, lots, keys[taker])
    settle_control(industry)
    if lots[0].node != keys[giver]:
        absorb(industry, giver, taker)
    industry.plant_market.sold.update(rows)
    after = control_index(industry)
    industry.deals.append(
        Deal(
            year=industry.year,
            id=deal,
            kind=TRANSFER,
            buyer=keys[taker],
            seller=keys[giver],
            target=keys[giver],
            stake_share=max(lot.ppm for lot in lots) / 1e6,
            size_mt=size,
            debt_assumed_mcny=debt,
            hhi_before=before,
            hhi_after=after,
            hhi_step=after - before,
        )
    )
    reason = f"handed over at no price, {why}; HHI {after:.0f} after a step of {after - before:.0f}"
    industry.tell("deal", keys[taker], size, "Mt/yr", reason, counterpart=keys[giver])
