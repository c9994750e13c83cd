"""Closing a deal: holdings, plants, money and debt change hands, and it is written into the book of deals."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.market.concentration import hhi
from sim.phases.selling import Lot, Target
from sim.strategy.funding import Payment, payment
from sim.world.owners import follow_control

if TYPE_CHECKING:
    from sim.industry import Industry


def hand_over(industry: "Industry", deal: str, lots: Iterable[Lot], buyer: str) -> None:
    """Move holdings to a buyer."""
    for lot in lots:
        industry.ownership.transfer(industry.year, deal, lot.holder, buyer, lot.node, lot.ppm)


def pay(industry: "Industry", buyer: int, seller: int, price_mcny: float, debt_mcny: float) -> Payment:
    """Pay a price from one group to another and give how; debt that the buyer takes over is part of it."""
    groups, book = industry.groups, industry.book
    spare = float(groups.cash_mcny[buyer] - industry.credit.least_cash_mcny[buyer])
    paid = payment(price_mcny, debt_mcny, spare)
    groups.cash_mcny[buyer] -= paid.cash_mcny
    groups.debt_mcny[buyer] += paid.loan_mcny + paid.assumed_mcny
    groups.cash_mcny[seller] += paid.cash_mcny + paid.loan_mcny
    groups.debt_mcny[seller] -= paid.assumed_mcny
    book.deals_mcny[buyer] -= price_mcny
    book.deals_mcny[seller] += price_mcny
    return paid


def integrate(industry: "Industry", buyer: int, price_mcny: float) -> None:
    """Let a buyer pay for the integration of what it bought."""
    cost = price_mcny * industry.parameters.deals.integration_share
    industry.draw_for(buyer, cost)
    industry.groups.cash_mcny[buyer] -= cost
    industry.book.integration_mcny[buyer] += cost


def debt_with(industry: "Industry", target: Target, share: float, assets_mcny: float) -> float:
    """Give the debt that comes with a target, million CNY: all of a firm's, or a plant's part by book value."""
    owed = max(float(industry.groups.debt_mcny[target.seller]), 0.0)
    if target.whole:
        return owed * share
    total = max(float(industry.credit.assets_mcny[target.seller]), 1e-9)
    return owed * share * min(assets_mcny / total, 1.0)


def settle_control(industry: "Industry") -> None:
    """Let plants follow whoever controls them now; a group that has lost its independence brings its accounts along.

    A holding that changes hands may tip control of a company in which buyer and seller both had a part.
    """
    follow_control(industry)
    top, groups = industry.holdings.controllers(industry), industry.groups
    rows = {key: row for row, key in enumerate(groups.keys)}
    for row, key in enumerate(groups.keys):
        taker = rows.get(top[key], row)
        if taker != row and (groups.cash_mcny[row] != 0.0 or groups.debt_mcny[row] != 0.0):
            absorb(industry, row, taker)


def absorb(industry: "Industry", giver: int, taker: int) -> None:
    """Hand cash, debt and payables of one group to another, at no price."""
    groups, book = industry.groups, industry.book
    net = float(groups.cash_mcny[giver] - groups.debt_mcny[giver] - groups.payables_mcny[giver])
    for column in (groups.cash_mcny, groups.debt_mcny, groups.payables_mcny):
        column[taker] += column[giver]
        column[giver] = 0.0
    book.deals_mcny[taker] += net
    book.deals_mcny[giver] -= net


def size_of(industry: "Industry", rows: Iterable[int]) -> float:
    """Give the nameplate of some refineries, Mt/yr."""
    return float(np.asarray(industry.refineries.nameplate_mt[list(rows)]).sum())


def control_index(industry: "Industry") -> float:
    """Give the HHI of capacity by controlling group as it stands, points."""
    plants = industry.refineries
    return hhi(total_by(plants.group, plants.nameplate_mt, len(industry.groups)))
