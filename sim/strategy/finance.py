"""Accounts of owner groups: liquidity, interest, tax, distress, and who bears a loss.

*Measure* only, on arrays over groups in million CNY. A group short of cash first lets its ore suppliers
wait, then borrows up to its limit; with neither left it is illiquid and its losing plants stop.

What a plant is worth: expected prices, the margin of an option to idle, present values.

*Measure* only: nothing here decides. Prices expected n years ahead close in from today's price on what the
owner expects in the long run; margins are valued with the option to idle (a normal margin, Bachelier's
formula), so capacity that loses money today may still be worth keeping.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from sim.core.arrays import Bools, Floats, total_by
from sim.scenario.owner_parameters import Finance

BEARERS = (
    "local_support",
    "deferred_maintenance",
    "group_transfer",
    "owner_cash",
    "payables",
    "new_debt",
    "creditors",
    "workers",
)
"""Who bears losses, in the order in which they are booked: first what was really paid or put off."""
MANY = 32
"""Plants from which on their rates are told apart before they are raised to powers."""


@dataclass(slots=True)
class Liquidity:
    """What a group has and may still draw, arrays (groups,), million CNY.

    Attributes:
        cash_mcny: cash.
        debt_mcny: debt.
        payables_mcny: stretched payables.
    """

    cash_mcny: Floats
    debt_mcny: Floats
    payables_mcny: Floats


def bear_losses(loss_mcny: Floats, room_mcny: Floats) -> Floats:
    """Who bears each group's losses of a quarter, (bearers, groups); the columns add up to the loss.

    Args:
        loss_mcny: (groups,) negative cash margins of its plants.
        room_mcny: (bearers - 1, groups) what each bearer can take, in the order of `BEARERS`; workers bear
            the rest.
    """
    reached = np.minimum(room_mcny.cumsum(axis=0), loss_mcny)
    borne = np.concatenate((reached, loss_mcny[None]))
    borne[1:] -= reached
    return borne


def keep_liquid(held: Liquidity, least_mcny: Floats, payables_room: Floats, debt_room: Floats) -> Liquidity:
    """The liquidity after a group short of cash has stretched payables and borrowed, and a rich one repaid.

    Args:
        held: before.
        least_mcny: (groups,) cash that it wants to keep.
        payables_room: (groups,) what suppliers would still bear.
        debt_room: (groups,) what lenders would still lend.
    """
    surplus = np.maximum(held.cash_mcny - least_mcny, 0.0)
    repaid = np.minimum(surplus, held.payables_mcny)
    short = np.maximum(least_mcny - held.cash_mcny, 0.0)
    stretched = np.minimum(short, payables_room)
    borrowed = np.minimum(short - stretched, debt_room)
    return Liquidity(
        cash_mcny=held.cash_mcny - repaid + stretched + borrowed,
        debt_mcny=held.debt_mcny + borrowed,
        payables_mcny=held.payables_mcny - repaid + stretched,
    )


@dataclass(slots=True)
class YearResult:
    """A year's result after operations, arrays (groups,), million CNY."""

    interest_mcny: Floats
    tax_mcny: Floats
    payout_mcny: Floats
    cover: Floats


def close_year(
    earned_mcny: Floats, depreciation_mcny: Floats, debt_mcny: Floats, rate: Floats, terms: Finance
) -> YearResult:
    """Interest, tax and payout of a year and the interest cover.

    Args:
        earned_mcny: (groups,) EBITDA.
        depreciation_mcny: (groups,).
        debt_mcny: (groups,) debt on which interest runs.
        rate: (groups,) yearly loan rate.
        terms: tax and payout.
    """
    interest = rate * debt_mcny
    taxable = earned_mcny - depreciation_mcny - interest
    tax = terms.tax_share * np.maximum(taxable, 0.0)
    payout = terms.payout_share * np.maximum(taxable - tax, 0.0)
    cover = earned_mcny / np.maximum(interest, 1e-9)
    return YearResult(interest, tax, payout, cover)


@dataclass(frozen=True, slots=True)
class Claims:
    """Parts of plants that are not of those who control them.

    Attributes:
        group: (plants,) row of the group that controls each.
        holders: rows of the groups that have parts of plants of others.
        held_share: (holders, plants) these parts.
        minority_share: (plants,) what holders who are no group have.
    """

    group: NDArray[np.int64]
    holders: NDArray[np.int64]
    held_share: Floats
    minority_share: Floats


def claims(group: NDArray[np.int64], interest: Floats) -> Claims:
    """Who has a part of what each plant pays besides its owner.

    Args:
        group: (plants,) row of the group that controls each.
        interest: (groups, plants) part of each plant that reaches each group, nothing for groups under another.
    """
    every = np.arange(group.size)
    others = interest.copy()
    others[group, every] = 0.0
    minority = np.maximum(1.0 - interest[group, every] - others.sum(axis=0), 0.0)
    holders = np.any(others, axis=1).nonzero()[0]
    return Claims(group, holders, others[holders], minority)


@dataclass(slots=True)
class Payouts:
    """Who gets what groups pay out, arrays (groups,), million CNY.

    Attributes:
        minority_mcny: what goes to minority holders of a group's plants who are no group.
        between_mcny: what a group gets from others for its parts of their plants, less what others get from it.
        owners_mcny: the rest, which goes to its own owners.
    """

    minority_mcny: Floats
    between_mcny: Floats
    owners_mcny: Floats


def split_payout(payout_mcny: Floats, earned: tuple[Floats, Floats], claimed: Claims) -> Payouts:
    """Split what groups pay out by the plants that earned it, and each plant's part by those who hold the plant.

    Args:
        payout_mcny: (groups,) what each group pays out.
        earned: (plants,) what each plant earned, and (groups,) what else a group earned, million CNY; what lost pays
            nothing.
        claimed: who has parts of plants.

    Source: equation (4.13a) of the model description; dividends by shares held, Company Law of China, article 210.
    """
    group, count = claimed.group, payout_mcny.size
    gained, other = (np.maximum(each, 0.0) for each in earned)
    total = total_by(group, gained, count) + other
    part = payout_mcny[group] * np.divide(gained, total[group], out=np.zeros(len(gained)), where=gained > 0.0)
    minority, to_groups = total_by(group, part * claimed.minority_share, count), part * claimed.held_share
    given, got = total_by(group, to_groups.sum(axis=0), count), np.zeros(count)
    got[claimed.holders] = to_groups.sum(axis=1)
    return Payouts(minority, got - given, payout_mcny - minority - given)


def use_of_surplus(
    held: Liquidity, most_cash_mcny: Floats, assets_mcny: Floats, distressed: Bools, terms: Finance
) -> tuple[Floats, Floats]:
    """What groups repay of their debt and pay their owners from cash that a year has left over, (groups,) each.

    Free cash that is kept is spent badly, so lenders and owners ask for it; in distress lenders come first.

    Args:
        held: cash and debt.
        most_cash_mcny: (groups,) most that a group keeps.
        assets_mcny: (groups,) book value of its plants.
        distressed: (groups,) whose lenders want all back before owners get anything.
        terms: share of debt in assets down to which others repay debt first.

    Source: free cash flow, Jensen 1986, American Economic Review 76(2).
    """
    surplus = np.maximum(held.cash_mcny - most_cash_mcny, 0.0)
    target = np.where(distressed, 0.0, terms.target_leverage_share * assets_mcny)
    excess = np.maximum(held.debt_mcny - target, 0.0)
    repaid = np.minimum(surplus, excess)
    return repaid, surplus - repaid


def loan_rates(owner_type: NDArray[np.int64], distressed: Bools, terms: Finance) -> Floats:
    """Each group's yearly loan rate, (groups,)."""
    spreads = np.array(
        [
            terms.central_spread_per_year,
            terms.provincial_spread_per_year,
            terms.private_spread_per_year,
            terms.standalone_spread_per_year,
        ]
    )
    return np.asarray(
        terms.base_rate_per_year
        + spreads[owner_type]
        + np.where(distressed, terms.distress_spread_per_year, 0.0)
    )


def discount_rates(owner_type: NDArray[np.int64], terms: Finance) -> Floats:
    """Each group's yearly discount rate, (groups,)."""
    return np.asarray(_rates_by_type(terms)[owner_type])


def annuity_factor(discount_per_year: Floats, years: int) -> Floats:
    """What one unit in each of some years is worth at owners' discount rates, (plants,)."""
    return np.asarray((1.0 - (1.0 + discount_per_year) ** -years) / discount_per_year)


def annuities(owner_type: NDArray[np.int64], years: int, terms: Finance) -> Floats:
    """What one unit in each of the years 1 to `years` is worth to each group, (groups,)."""
    return np.asarray(discount_factors(_rates_by_type(terms), years).sum(axis=0)[owner_type])


def _rates_by_type(terms: Finance) -> Floats:
    """The yearly discount rate of each type of owner, (types,)."""
    return np.array(
        [
            terms.central_discount_per_year,
            terms.provincial_discount_per_year,
            terms.private_discount_per_year,
            terms.standalone_discount_per_year,
        ]
    )


def long_run_price(adaptive_cny_per_t: float, forward_cny_per_t: float, adaptive_share: float) -> float:
    """The price that owners expect in the long run, CNY/t: adaptive mean and forward clearing mixed."""
    return adaptive_share * adaptive_cny_per_t + (1.0 - adaptive_share) * forward_cny_per_t


def expected_prices(today: Floats, long_run: Floats, persistence_share: float, years: int) -> Floats:
    """Expected mill prices 1 to `years` ahead, (years, plants), from today's and long-run (plants,)."""
    weight = _lasting(persistence_share, years)
    return np.asarray(weight * today + (1.0 - weight) * long_run)


@lru_cache
def _lasting(persistence_share: float, years: int) -> Floats:
    """The part of a price gap that is left 1 to `years` ahead, (years, 1)."""
    return _fixed(persistence_share ** _ahead(years))


@lru_cache
def _ahead(years: int) -> Floats:
    """The years 1 to `years`, (years, 1)."""
    return _fixed(np.arange(1.0, years + 1.0)[:, None])


def _fixed(values: Floats) -> Floats:
    """Values that are kept, and so must not be written to."""
    values.setflags(write=False)
    return values


@lru_cache
def margin_spreads(volatility_cny_per_t: float, reversion_per_year: float, years: int) -> Floats:
    """The standard deviation of the margin 1 to `years` ahead, (years, 1), CNY/t.

    Source: variance of an Ornstein-Uhlenbeck process.
    """
    ahead = _ahead(years)
    if reversion_per_year < 1e-9:
        return _fixed(volatility_cny_per_t * np.sqrt(ahead))
    grown = 1.0 - np.exp(-2.0 * reversion_per_year * ahead)
    return _fixed(volatility_cny_per_t * np.sqrt(grown / (2.0 * reversion_per_year)))


def option_margin(margin_cny_per_t: Floats, spread_cny_per_t: Floats) -> Floats:
    """The expected margin of a plant that idles when the margin is negative, CNY/t.

    Example:
        >>> import numpy as np
        >>> round(float(option_margin(np.array([[0.0]]), np.array([[100.0]]))[0, 0]), 3)
        39.894

    Source: Bachelier 1900: m Phi(m/s) + s phi(m/s).
    """
    spread = np.maximum(spread_cny_per_t, 1e-9)
    ratio = margin_cny_per_t / spread
    density = np.exp(-0.5 * ratio * ratio) / math.sqrt(2.0 * math.pi)
    return np.asarray(margin_cny_per_t * ndtr(ratio) + spread * density)


def discount_factors(rates: Floats, years: int) -> Floats:
    """Discount factors of years 1 to `years`, (years, plants), from yearly rates (plants,)."""
    if rates.size < MANY:
        return np.asarray((1.0 + rates) ** -_ahead(years))
    # Many plants have few rates, and powers are dear.
    few = np.sort([*dict.fromkeys(rates.tolist())])
    return np.asarray(((1.0 + few) ** -_ahead(years)).take(few.searchsorted(rates), axis=1))
