"""Local support: whether a province props up a plant in distress, and with how much."""

from sim.scenario.owner_parameters import Support
from sim.strategy.consents import logistic


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
