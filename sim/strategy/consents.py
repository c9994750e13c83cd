"""Whether a deal worth doing comes about: the odds of closing, waves, and the consent of governments.

*Measure* only. Without frictions every pair with a surplus would merge at once. Here a deal closes by the size
of its surplus, distress, the year's wave, policy, neighbourhood and the line between state and private; then
the province may withhold its consent, and the holder of state assets its own.

Local support: whether a province props up a plant in distress, and with how much.
"""

import math
from dataclasses import dataclass

from sim.scenario.deal_parameters import Deals
from sim.scenario.owner_parameters import Support


def logistic(score: float) -> float:
    """The chance of a score in logits."""
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, score))))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What bears on whether a deal closes.

    Attributes:
        surplus_share: surplus over price.
        distressed: the seller is in distress.
        wave: merger wave, around zero.
        push_share: strength of a national push for mergers.
        same_province: the buyer has a plant in each province of the target.
        across: the deal crosses the line between state and private.
    """

    surplus_share: float
    distressed: bool
    wave: float
    push_share: float
    same_province: bool
    across: bool


def closing_chance(around: Circumstances, deals: Deals) -> float:
    """The chance that a deal worth doing closes this year.

    Source: equation (6.2) of the model description.
    """
    return logistic(
        deals.base_logit
        + deals.surplus_logit * min(around.surplus_share, 1.0)
        + deals.distress_logit * around.distressed
        + deals.wave_logit * around.wave
        + deals.policy_logit * around.push_share
        + deals.province_logit * around.same_province
        - deals.divide_logit * around.across
    )


def province_refusal(
    tax_share: float, state_owned: bool, discipline_share: float, kept_tax_share: float, deals: Deals
) -> float:
    """The chance that a province refuses the sale of its plant to a buyer from outside.

    Args:
        tax_share: the target's share of the province's capacity.
        state_owned: whether the seller is the province's own.
        discipline_share: national discipline, 0-1.
        kept_tax_share: part of the plant's taxes that policy leaves to the province.
        deals: weights.
    """
    return logistic(
        deals.consent_tax_logit * tax_share
        + deals.consent_state_logit * state_owned
        - deals.consent_discipline_logit * discipline_share
        - deals.consent_share_logit * kept_tax_share
    )


def sasac_refusal(private_buyer: bool, distressed: bool, discipline_share: float, deals: Deals) -> float:
    """The chance that the holder of state assets refuses to sell them.

    Args:
        private_buyer: whether the buyer is private.
        distressed: whether the seller is in distress.
        discipline_share: national discipline, 0-1.
        deals: weights.
    """
    return logistic(
        deals.sasac_logit
        + deals.sasac_private_logit * private_buyer
        - deals.sasac_distress_logit * distressed
        - deals.consent_discipline_logit * discipline_share
    )


@dataclass(frozen=True, slots=True)
class Climate:
    """What moves merger waves, in one year.

    Attributes:
        dispersion_cny_per_t: standard deviation of margins among plants, by output.
        liquidity_ratio: earnings of all groups over their debt.
    """

    dispersion_cny_per_t: float
    liquidity_ratio: float


def _unusual(now: float, usual: float, deals: Deals) -> float:
    """How far a number lies from its usual size, in standard deviations, up to a limit."""
    most = deals.climate_limit_ratio
    return max(-most, min(most, (now / max(usual, 1e-9) - 1.0) / deals.climate_share))


def next_wave(
    wave: float, now: Climate, usual: Climate, deals_before: int, luck: float, deals: Deals
) -> float:
    """The merger wave of a year.

    Args:
        wave: last year's.
        now: the year's climate.
        usual: that of the base year.
        deals_before: last year's changes of control.
        luck: a standard normal draw.
        deals: weights.

    Source: industry shocks with liquid capital, Harford 2005; mergers as strategic complements, Qiu & Zhou
    2007; unlike firms, Chang 2015.
    """
    return (
        deals.wave_memory_share * wave
        + deals.wave_dispersion_ratio * _unusual(now.dispersion_cny_per_t, usual.dispersion_cny_per_t, deals)
        + deals.wave_liquidity_ratio * _unusual(now.liquidity_ratio, usual.liquidity_ratio, deals)
        + deals.wave_deals_ratio * (math.log1p(deals_before) - math.log1p(deals.usual_deals_count))
        + deals.wave_luck_ratio * luck
    )


def offer_chance(
    support: Support, jobs_share: float, state_owned: bool, discipline: float, years: int
) -> float:
    """The chance that a province offers support to a plant this year.

    Args:
        support: weights.
        jobs_share: the plant's share of the province's refining jobs.
        state_owned: whether a state group owns it.
        discipline: national discipline, 0-1.
        years: years in which it has been supported.

    Source: sign of the weights from Watanabe 2017, 2020 on steel makers; soft budgets, Kornai 1986.
    """
    score = (
        support.intercept_logit
        + support.jobs_logit * jobs_share
        + support.state_logit * state_owned
        - support.discipline_logit * discipline
        - support.fatigue_logit * years
    )
    return logistic(score)


def support_per_tonne(support: Support, margin_cny_per_t: float) -> float:
    """The support granted in CNY/t: the cash loss per tonne, up to the cap."""
    return min(max(-margin_cny_per_t, 0.0), support.cap_cny_per_t)
