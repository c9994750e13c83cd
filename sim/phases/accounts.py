"""The year's accounts of owner groups: interest, tax, payout, distress and reorganisation."""

import numpy as np

from sim.core.arrays import Floats, total_by
from sim.strategy.finance import (
    Claims,
    Liquidity,
    close_year,
    loan_rates,
    split_payout,
    use_of_surplus,
)
from sim.world.kinds import Happened
from sim.world.world import World

LEAST_MCNY = 1e-6
"""One CNY: less is no surplus."""


def close_accounts(world: World) -> None:
    """Charge interest, tax and payout, and see who is in distress.

    Who can pay the interest of a bad year from cash that it does not need is not weak.
    """
    groups, finance, book = world.groups, world.parameters.finance, world.book
    vat = world.parameters.market.vat_share
    plant_depreciation = book.made_mt * world.parameters.costs.full_minus_cash_cny_per_t / (1.0 + vat)
    depreciation = total_by(world.refineries.group, plant_depreciation, len(groups))
    rates = loan_rates(groups.owner_type, groups.distressed, finance)
    result = close_year(book.earned_mcny, depreciation, groups.debt_mcny, rates, finance)
    spare = np.maximum(groups.cash_mcny - world.credit.least_cash_mcny - result.interest_mcny, 0.0)
    tax = np.minimum(result.tax_mcny, spare)
    payout = np.minimum(result.payout_mcny, spare - tax)
    book.interest_mcny += result.interest_mcny
    book.tax_mcny += tax
    groups.cash_mcny -= result.interest_mcny + tax
    share_out(world, payout, claims_of(world))
    weak = (result.cover < 1.0) & (groups.debt_mcny > 0.0) & (spare <= 0.0)
    groups.weak_years[:] = np.where(weak, groups.weak_years + 1, 0)
    groups.illiquid[:] = groups.cash_mcny < -1e-6
    groups.distressed[:] = (groups.weak_years >= finance.weak_years) | groups.illiquid
    reorganise(world)


def claims_of(world: World) -> Claims:
    """Who has parts of plants and smelters as they are held now, besides the groups that control them."""
    plants, smelters = world.refineries, world.smelters
    group = np.concatenate((plants.group, smelters.group))
    return world.holdings.claims(plants.keys + smelters.keys, group)


def share_out(world: World, payout_mcny: Floats, claimed: Claims) -> None:
    """Pay out dividends: minority holders of plants have their parts of them, other groups among them."""
    groups, book = world.groups, world.book
    earned = np.concatenate((book.plants_earned_mcny, book.smelters_earned_mcny))
    split = split_payout(payout_mcny, (earned, book.mining_mcny), claimed)
    groups.cash_mcny += split.between_mcny - split.minority_mcny - split.owners_mcny
    book.minority_mcny += split.minority_mcny
    book.dividends_mcny += split.between_mcny
    book.payout_mcny += split.owners_mcny


def use_surplus(world: World) -> None:
    """Let groups with more cash than they keep, after the year's deals and building, repay debt, then pay owners.

    What one group gets of another's is used likewise. Groups that have nothing left are wound up.
    """
    groups, assets, finance = world.groups, world.credit.assets_mcny, world.parameters.finance
    most, claimed = world.credit.most_cash_mcny, claims_of(world)
    while (groups.cash_mcny > most + LEAST_MCNY).any():
        held = Liquidity(groups.cash_mcny, groups.debt_mcny, groups.payables_mcny)
        repaid, paid = use_of_surplus(held, most, assets, groups.distressed, finance)
        groups.debt_mcny -= repaid
        groups.cash_mcny -= repaid
        share_out(world, paid, claimed)
    wind_up(world)


def wind_up(world: World) -> None:
    """Wind up groups that have nothing left to run, to mine or to build: lenders first, the rest to the owners.

    What lenders do not get they write off in the year, so that no shell goes on with a debt that nobody serves.
    What is sold later of what lay at its plants may bring less than nothing, which is written off without a word.
    """
    groups, plants, smelters, book = world.groups, world.refineries, world.smelters, world.book
    count = len(groups)
    lives = total_by(plants.group, plants.nameplate_mt + plants.size_mt * (plants.project_stage > 0), count)
    lives += total_by(smelters.group, smelters.capacity_mt, count)
    lives += total_by(world.mines.group, world.mines.ore_mt, count)
    lives[[plan.group for plan in world.broken_ground]] += 1.0
    owes = (groups.cash_mcny != 0.0) | (groups.debt_mcny != 0.0) | (groups.payables_mcny != 0.0)
    rows = ((lives == 0.0) & owes).nonzero()[0].tolist()
    gone = {event.agent for event in world.events if event.kind == Happened.WIND_UP} if rows else set()
    for row in rows:
        held = float(groups.cash_mcny[row] - groups.payables_mcny[row])
        is_told = groups.debt_mcny[row] > 0.0 or groups.keys[row] not in gone
        lost = max(float(groups.debt_mcny[row]) - held, 0.0)
        left = max(held - float(groups.debt_mcny[row]), 0.0)
        book.written_off_mcny[row] += lost
        book.payout_mcny[row] += left
        for column in (groups.cash_mcny, groups.debt_mcny, groups.payables_mcny):
            column[row] = 0.0
        groups.weak_years[row], groups.distressed[row], groups.illiquid[row] = 0, False, False
        if lost > 0.0 and is_told:
            reason = "has nothing left to run; its lenders got what there was"
            world.tell(Happened.WIND_UP, groups.keys[row], lost, "million CNY", reason)


def reorganise(world: World) -> None:
    """Let creditors of groups that are long weak and out of cash cut debt and put the firm on its feet.

    Debt falls to what the plants can bear; creditors also cover the hole in cash. Both are booked as their
    loss and their injection, so that money is not made.
    """
    groups, book, limits = world.groups, world.book, world.credit
    finance = world.parameters.finance
    for row in (groups.illiquid & (groups.weak_years >= finance.weak_years)).nonzero()[0]:
        bearable = finance.rescued_share * float(limits.assets_mcny[row]) * finance.leverage_limit_share
        written_off = max(float(groups.debt_mcny[row]) - bearable, 0.0)
        injected = float(limits.least_cash_mcny[row] - groups.cash_mcny[row])
        groups.debt_mcny[row] -= written_off
        groups.cash_mcny[row] += injected
        groups.illiquid[row] = False
        book.written_off_mcny[row] += written_off
        book.injected_mcny[row] += injected
        world.tell(
            Happened.REORGANISE,
            world.groups.keys[row],
            written_off,
            "million CNY",
            f"weak for {int(groups.weak_years[row])} years and out of cash; "
            f"creditors inject {injected:.0f} million CNY",
        )
