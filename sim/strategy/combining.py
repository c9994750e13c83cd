"""What two groups save together, what a firm is worth to an appraiser, and the odds that its owners give it up.

*Measure* only. Savings are of scale in buying, of overhead and stocks, and of alumina that needs no market any more.
They are promised when a deal is struck and booked over years, in part. Market power over a region is no part of them:
the market of this model clears at cost, so such a promise would never come true. Freight is what trade saves by itself.
"""

from dataclasses import dataclass

import numpy as np

from sim.core.arrays import Bools, Floats
from sim.scenario.deal_parameters import Combining, Deals
from sim.strategy.consents import logistic
from sim.strategy.deals import doublings

DRAWS, FOURTH = 6, 4
"""The fourth smallest of six uniform draws follows Beta(4, 3), whose mean is 4/7."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What groups bring to a combination; arrays that broadcast to (targets, suitors), yearly.

    Attributes:
        target_mt: refining capacity of the target.
        suitor_mt: refining capacity of the suitor.
        target_feed_mcny: cost of the target's imported ore.
        suitor_feed_mcny: the same of the suitor.
        target_reagent_mcny: cost of the target's reagent.
        suitor_reagent_mcny: the same of the suitor.
        target_made_mt: output to be expected of the target.
        target_gap_mt: alumina that the target's smelters lack, negative where it has too much.
        suitor_gap_mt: the same of the suitor.
    """

    target_mt: Floats
    suitor_mt: Floats
    target_feed_mcny: Floats
    suitor_feed_mcny: Floats
    target_reagent_mcny: Floats
    suitor_reagent_mcny: Floats
    target_made_mt: Floats
    target_gap_mt: Floats
    suitor_gap_mt: Floats


def fed(lacks_mt: Floats, has_mt: Floats) -> Floats:
    """The alumina of one side that feeds the other's smelters, Mt a year; gaps of both, negative is too much."""
    return np.asarray(np.minimum(np.maximum(lacks_mt, 0.0), np.maximum(-has_mt, 0.0)))


def yearly_saving(sides: Sides, terms: Combining, deals: Deals) -> Floats:
    """What both sides save in a year when all comes true, (targets, suitors) million CNY including VAT.

    Source: equation (6.16) of the model description; scale in buying; transaction cost, Williamson 1985, Joskow 1985.
    """
    both = sides.target_mt + sides.suitor_mt
    ahead = doublings(both, sides.target_mt, deals) * (sides.target_mt > 0.0)
    own = doublings(both, sides.suitor_mt, deals) * (sides.suitor_mt > 0.0)
    ore = deals.ore_saving_share * (ahead * sides.target_feed_mcny + own * sides.suitor_feed_mcny)
    reagent = terms.reagent_saving_share * (
        ahead * sides.target_reagent_mcny + own * sides.suitor_reagent_mcny
    )
    overhead = (deals.overhead_saving_cny_per_t + terms.stocks_saving_cny_per_t) * sides.target_made_mt
    tonnes = fed(sides.suitor_gap_mt, sides.target_gap_mt) + fed(sides.target_gap_mt, sides.suitor_gap_mt)
    market = (deals.transaction_saving_cny_per_t + deals.risk_saving_cny_per_t) * tonnes
    return np.asarray(ore + reagent + overhead * (sides.suitor_mt > 0.0) + market)


def saving_by_part(
    own_mt: float, both_mt: float, cost_cny_per_t: Floats, joins: bool, fed_share: float, terms: "Terms"
) -> Floats:
    """What each plant of one side saves when all comes true, (3, plants) CNY/t: ore, reagent, overhead.

    Args:
        own_mt: refining capacity of the side.
        both_mt: that of both sides.
        cost_cny_per_t: (2, plants) cost of imported ore and of the reagent.
        joins: whether the side is the one that is taken over.
        fed_share: part of its output that feeds the other side's smelters.
        terms: parameters.

    Source: equation (6.16) of the model description, by plant.
    """
    times = float(doublings(np.array(both_mt), np.array(own_mt), terms.deals))
    rates = np.array([terms.deals.ore_saving_share, terms.combining.reagent_saving_share])
    lean = (terms.deals.overhead_saving_cny_per_t + terms.combining.stocks_saving_cny_per_t) * joins
    market = (terms.deals.transaction_saving_cny_per_t + terms.deals.risk_saving_cny_per_t) * fed_share
    overhead = np.full((1, cost_cny_per_t.shape[1]), lean + market)
    return np.vstack((times * rates[:, None] * cost_cny_per_t, overhead))


@dataclass(frozen=True, slots=True)
class Terms:
    """The parameters on which savings rest."""

    deals: Deals
    combining: Combining


def came_in(age_years: float, terms: Combining) -> float:
    """The part of a saving that has come in some years after the deal, 0-1."""
    return min(max(age_years, 0.0) / terms.booking_years, 1.0)


def realised(draws: Floats, expected_share: float) -> float:
    """The part of the promised savings of a deal that comes true.

    The draws, `DRAWS` of them, become one of Beta(4, 3), which is scaled to the expected part.

    Source: buyers get rather more than half of what they plan, and some get next to nothing (Bain, BCG).
    """
    usual = FOURTH / (DRAWS + 1)
    return min(float(np.sort(draws)[FOURTH - 1]) * expected_share / usual, 1.0)


def unworn(nameplate_mt: Floats, age_years: Floats, terms: Combining) -> Floats:
    """Refining capacity less wear, (plants,) Mt a year: an appraiser puts it down at the cost of a new refinery.

    Args:
        nameplate_mt: (plants,) refining capacity.
        age_years: (plants,) years since each started.
        terms: wear.

    Source: equation (6.17) of the model description.
    """
    left = np.maximum(1.0 - terms.ageing_share * np.maximum(age_years, 0.0), terms.least_appraised_share)
    return np.asarray(nameplate_mt * left)


def pride(weak_years: Floats, handed_over: Floats, private: Floats, terms: Combining) -> Floats:
    """What keeps founders from giving up their firms, (cases,) logits."""
    kept = terms.pride_logit - terms.weak_logit * weak_years - terms.handover_logit * handed_over
    return np.asarray(np.maximum(kept, 0.0) * private)


@dataclass(frozen=True, slots=True)
class Odds:
    """What bears on whether two groups combine, arrays (cases,).

    Attributes:
        gain_share: gain over what the target is worth.
        distressed: whether the target is in distress.
        wave: merger wave.
        push_share: strength of a national push.
        same_province: whether the suitor has a plant in each province of the target.
        across: whether it crosses the line between state and private.
        pride: of the target's founder.
        size_share: part of the nation's capacity that the target has.
    """

    gain_share: Floats
    distressed: Floats
    wave: Floats
    push_share: Floats
    same_province: Floats
    across: Floats
    pride: Floats
    size_share: Floats


def chances(odds: Odds, terms: Combining) -> Floats:
    """The chance that two groups combine this year, (cases,).

    Source: equation (6.18) of the model description.
    """
    brake = np.maximum(odds.size_share / terms.usual_size_share - 1.0, 0.0)
    score = (
        terms.base_logit
        + terms.gain_logit * np.minimum(np.maximum(odds.gain_share, 0.0), terms.most_gain_share)
        + terms.distress_logit * odds.distressed
        + terms.wave_logit * odds.wave
        + terms.push_logit * odds.push_share
        + terms.province_logit * odds.same_province
        - terms.divide_logit * odds.across
        - odds.pride
        - terms.size_logit * brake
    )
    return np.array([logistic(each) for each in score.tolist()])


@dataclass(slots=True)
class Bargain:
    """How a whole group is paid for, million CNY unless named.

    Attributes:
        equity_mcny: price of all its equity, nothing where it owes more than it is worth.
        share: part of the equity that the suitor takes.
        paid_mcny: what it pays for that part.
        written_off_mcny: what lenders give up.
        new_share: part of the suitor's equity that the old owners get instead of money, nothing in a purchase.
    """

    equity_mcny: float
    share: float
    paid_mcny: float
    written_off_mcny: float
    new_share: float = 0.0


def settle_price(
    worth_mcny: float, owed_mcny: float, room_mcny: float, share: float, terms: Combining
) -> Bargain | None:
    """How a firm is paid for, or None when the suitor cannot raise it.

    Lenders come first. Where a firm owes more than it is worth, its equity is worth nothing: lenders become its
    holders, sell all of it, and write off the rest. Otherwise the suitor buys a part of the equity, a smaller one when
    money is short, and the old owners keep the rest.

    Args:
        worth_mcny: price of the firm with all that it owes.
        owed_mcny: debt and payables, less cash.
        room_mcny: most that the suitor can raise, what it takes over of debt included.
        share: part of the equity that it wants.
        terms: least part.
    """
    equity = worth_mcny - owed_mcny
    if equity <= 0.0:
        return Bargain(0.0, 1.0, 0.0, -equity) if worth_mcny <= room_mcny else None
    least = min(share, terms.least_bought_share)
    can = (room_mcny - max(owed_mcny, 0.0)) / equity
    if can < least:
        return None
    bought = min(share, can)
    return Bargain(equity, bought, bought * equity, 0.0)


def equals(target_mcny: Floats, suitor_mcny: Floats, terms: Combining) -> Bools:
    """Whether two groups are near enough to combine by an exchange of shares, (cases,), in equity or in earnings.

    Source: mergers of equals, Wulf 2004, Journal of Law, Economics, and Organization 20(1).
    """
    smaller, larger = np.minimum(target_mcny, suitor_mcny), np.maximum(target_mcny, suitor_mcny)
    return np.asarray((smaller > 0.0) & (smaller >= terms.equals_ratio * larger))


def settle_exchange(
    worth_mcny: float, owed_mcny: float, room_mcny: float, suitor_mcny: float
) -> Bargain | None:
    """How equals exchange shares, or None when lenders do not let the suitor take over what the other owes.

    The old owners get the part of both firms' equity that theirs is, at no premium and for no money.

    Args:
        worth_mcny: appraised value of the firm that goes over.
        owed_mcny: its debt and payables, less cash.
        room_mcny: most that the suitor can raise, what it takes over of debt included.
        suitor_mcny: appraised equity of the suitor.
    """
    if max(owed_mcny, 0.0) > room_mcny:
        return None
    equity = worth_mcny - owed_mcny
    return Bargain(equity, 1.0, 0.0, 0.0, equity / (equity + suitor_mcny))
