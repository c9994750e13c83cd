"""The year's accounts of owner groups: interest, tax, payout, distress, reorganisation, and local support."""

from typing import TYPE_CHECKING

import numpy as np

from sim.core.arrays import total_by
from sim.phases.quarter import expected_mill_prices
from sim.strategy.finance import Liquidity, close_year, loan_rates, use_of_surplus
from sim.world.view import look

if TYPE_CHECKING:
    from sim.industry import Industry

WEAK_YEARS = 2
RESCUED_SHARE = 0.6
SUPPORT_AFTER_QUARTERS = 4


def close_accounts(industry: "Industry") -> None:
    """Charge interest, tax and payout, and see who is in distress."""
    groups, finance, book = industry.groups, industry.parameters.finance, industry.book
    vat = industry.parameters.market.vat_share
    plant_depreciation = book.made_mt * industry.parameters.costs.full_minus_cash_cny_per_t / (1.0 + vat)
    depreciation = total_by(industry.refineries.group, plant_depreciation, len(groups))
    rates = loan_rates(groups.owner_type, groups.distressed, finance)
    result = close_year(book.earned_mcny, depreciation, groups.debt_mcny, rates, finance)
    spare = np.maximum(groups.cash_mcny - industry.credit.least_cash_mcny - result.interest_mcny, 0.0)
    tax = np.minimum(result.tax_mcny, spare)
    payout = np.minimum(result.payout_mcny, spare - tax)
    book.interest_mcny += result.interest_mcny
    book.tax_mcny += tax
    book.payout_mcny += payout
    groups.cash_mcny -= result.interest_mcny + tax + payout
    weak = (result.cover < 1.0) & (groups.debt_mcny > 0.0)
    groups.weak_years[:] = np.where(weak, groups.weak_years + 1, 0)
    groups.illiquid[:] = groups.cash_mcny < -1e-6
    groups.distressed[:] = (groups.weak_years >= WEAK_YEARS) | groups.illiquid
    reorganise(industry)


def use_surplus(industry: "Industry") -> None:
    """Let groups with more cash than they keep, after the year's deals and building, repay debt, then pay owners."""
    groups, limits = industry.groups, industry.credit
    held = Liquidity(groups.cash_mcny, groups.debt_mcny, groups.payables_mcny)
    finance = industry.parameters.finance
    repaid, paid = use_of_surplus(held, limits.most_cash_mcny, limits.assets_mcny, groups.distressed, finance)
    groups.debt_mcny -= repaid
    groups.cash_mcny -= repaid + paid
    industry.book.payout_mcny += paid


def reorganise(industry: "Industry") -> None:
    """Let creditors of groups that are long weak and out of cash cut debt and put the firm on its feet.

    Debt falls to what the plants can bear; creditors also cover the hole in cash. Both are booked as their
    loss and their injection, so that money is not made.
    """
    groups, book, limits = industry.groups, industry.book, industry.credit
    for row in np.flatnonzero(groups.illiquid & (groups.weak_years >= WEAK_YEARS)):
        bearable = (
            RESCUED_SHARE * float(limits.assets_mcny[row]) * industry.parameters.finance.leverage_limit_share
        )
        written_off = max(float(groups.debt_mcny[row]) - bearable, 0.0)
        injected = float(limits.least_cash_mcny[row] - groups.cash_mcny[row])
        groups.debt_mcny[row] -= written_off
        groups.cash_mcny[row] += injected
        groups.illiquid[row] = False
        book.written_off_mcny[row] += written_off
        book.injected_mcny[row] += injected
        industry.tell(
            "reorganise",
            industry.groups.keys[row],
            written_off,
            "million CNY",
            f"weak for {int(groups.weak_years[row])} years and out of cash; "
            f"creditors inject {injected:.0f} million CNY",
        )


def offer_support(industry: "Industry") -> None:
    """Let provinces decide on support of losing plants for next year."""
    plants = industry.refineries
    view = look(industry, expected_mill_prices(industry))
    candidates = np.flatnonzero(
        (plants.loss_quarters >= SUPPORT_AFTER_QUARTERS) & (plants.nameplate_mt > 0.0)
    )
    jobs = total_by(plants.region, plants.nameplate_mt, len(industry.geography.regions))
    plants.support_cny_per_t[:] = 0.0
    if candidates.size == 0:
        return
    luck = industry.streams.uniforms("support", industry.year, [plants.keys[row] for row in candidates])
    for place, row in enumerate(candidates):
        region = int(plants.region[row])
        margin = float(view.mill_cny_per_t[region] - plants.cash_cost_cny_per_t[row])
        share = float(plants.nameplate_mt[row] / jobs[region])
        province = industry.cast.provinces[region]
        offered = province.offers_support(view, int(row), share, margin, float(luck[place]))
        if offered > 0.0:
            plants.support_cny_per_t[row] = offered
            plants.support_years[row] += 1
            industry.tell(
                "support",
                plants.keys[row],
                offered,
                "CNY/t",
                f"lost money in {int(plants.loss_quarters[row])} quarters in a row",
                counterpart=province.key,
            )
