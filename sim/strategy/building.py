"""New plants: how they run in, what they cost, and what an owner who thinks of building makes of it.

*Measure* only. An owner thinks in this order. What will alumina fetch there over the life of the plant, from
the year in which it starts, and what will it cost to make? How much of it would feed my own smelters, which
saves buying? What is that worth today, counting that the plant may idle, over what it costs to build? An
owner who moves an old plant also counts what becomes of the old one: what closing gives less what holding it
is worth, what can be taken along, and what government adds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import Building, Pipeline, Running
from sim.strategy.finance import discount_factors, expected_prices, margin_spreads, option_margin

RUN_IN_QUARTERS = 4


def run_in_share(quarters_run: NDArray[np.int64], pipeline: Pipeline) -> Floats:
    """The share of capacity that new plants reach, (plants,): a part in each half-year, then all; none before."""
    half = RUN_IN_QUARTERS // 2
    steps = (0.0, *[pipeline.first_half_share] * half, *[pipeline.second_half_share] * half, 1.0)
    return np.array(steps).take(quarters_run + 1, mode="clip")


def investment(size_mt: Floats, building: Building, pipeline: Pipeline) -> Floats:
    """What plants of some sizes cost to build, per tonne of nameplate, CNY/t.

    Source: six-tenths rule, with an exponent for plants of parallel lines.
    """
    relative = np.maximum(size_mt, 1e-3) / building.size_mt
    return np.asarray(pipeline.capex_cny_per_t * relative ** (building.size_ratio - 1.0))


@dataclass(frozen=True, slots=True)
class Venture:
    """New plants that owners think of, arrays (ventures,).

    Attributes:
        today_cny_per_t: mill price there.
        long_run_cny_per_t: mill price that the owner expects there in the long run.
        cost_cny_per_t: cash cost of a new plant there.
        own_share: part of the output that would feed the owner's smelters and be bought otherwise.
        discount_per_year: the owner's discount rate.
        open_share: part of its capacity that limits of the region let it run.
    """

    today_cny_per_t: Floats
    long_run_cny_per_t: Floats
    cost_cny_per_t: Floats
    own_share: Floats
    discount_per_year: Floats
    open_share: Floats


@dataclass(frozen=True, slots=True)
class Outlook:
    """What bears on the value of every new plant: parameters, in one hand."""

    building: Building
    pipeline: Pipeline
    running: Running
    persistence_share: float
    vat_share: float


def venture_worth(venture: Venture, outlook: Outlook) -> Floats:
    """What new plants will earn over their life, today's value, (ventures,) CNY per tonne of nameplate.

    A plant starts with the year in which its lead time ends, and runs in over that year.

    Source: equation (5.1) of the model description: option margins from the start of operation on.
    """
    first, running = int(outlook.building.lead_years) - 1, outlook.running
    years = first + int(outlook.building.life_years)
    prices = expected_prices(
        venture.today_cny_per_t, venture.long_run_cny_per_t, outlook.persistence_share, years
    )[first:]
    spread = margin_spreads(running.margin_volatility_cny_per_t, running.hope_per_year, years)[first:]
    saved = outlook.building.security_cny_per_t * venture.own_share
    margin = prices - venture.cost_cny_per_t + saved
    earned = option_margin(margin, spread) / (1.0 + outlook.vat_share)
    yearly = earned * discount_factors(venture.discount_per_year, years)[first:]
    yearly[0] *= 0.5 * (outlook.pipeline.first_half_share + outlook.pipeline.second_half_share)
    return np.asarray(venture.open_share * outlook.pipeline.runnable_share * yearly.sum(axis=0))


def build_ratio(worth_cny_per_t: Floats, capex_cny_per_t: Floats) -> Floats:
    """Net present value over investment of new plants, (ventures,)."""
    return np.asarray(worth_cny_per_t / capex_cny_per_t - 1.0)


@dataclass(frozen=True, slots=True)
class Moved:
    """Old plants that would go for new ones, arrays (moves,).

    Attributes:
        old_per_new_ratio: old nameplate that goes for each tonne of new nameplate.
        hold_cny_per_t: today's value of what the old plant would earn once the new one runs, per tonne of its
            nameplate.
        close_cny_per_t: today's value of what closing it then gives, per tonne of its nameplate.
        subsidy_cny_per_t: what government adds, per tonne of new nameplate.
    """

    old_per_new_ratio: Floats
    hold_cny_per_t: Floats
    close_cny_per_t: Floats
    subsidy_cny_per_t: float


def move_capex(capex_cny_per_t: Floats, moved: Moved, building: Building) -> Floats:
    """What a move costs its owner, (moves,) CNY per tonne of new nameplate."""
    own = capex_cny_per_t * (1.0 - building.reused_share) - moved.subsidy_cny_per_t
    return np.maximum(own, 1.0)


def given_up(moved: Moved) -> Floats:
    """What is given up with old plants, (moves,) CNY per tonne of new nameplate.

    An old plant that is worth more standing is given up; one that is worth more closed could be closed without
    a move, so that gain is not one of the move.
    """
    return np.asarray(moved.old_per_new_ratio * np.maximum(moved.hold_cny_per_t - moved.close_cny_per_t, 0.0))


def move_ratio(worth_cny_per_t: Floats, capex_cny_per_t: Floats, moved: Moved) -> Floats:
    """Net present value over investment of moves, (moves,); `capex_cny_per_t` as from `move_capex`.

    Source: equation (5.2) of the model description, against the better of holding and closing.
    """
    return build_ratio(worth_cny_per_t - given_up(moved), capex_cny_per_t)


def usual_ratio(state_owned: NDArray[np.bool_], entrant: NDArray[np.bool_], building: Building) -> Floats:
    """The ratio that each owner asks for in an even mood, (owners,).

    Args:
        state_owned: (owners,).
        entrant: (owners,) whether it has no refinery yet: ore, partners and crews are still to be found.
        building: hurdles.
    """
    hurdle = np.where(state_owned, building.state_hurdle_ratio, building.private_hurdle_ratio)
    return np.asarray(hurdle + entrant * building.entrant_hurdle_ratio)


def demanded_ratio(
    state_owned: NDArray[np.bool_], entrant: NDArray[np.bool_], mood: Floats | float, building: Building
) -> Floats:
    """The ratio that each owner asks for this year, (owners,).

    Moods are bounded, for a board that is bold still does not pass a plan that loses by its own figures.

    Args:
        state_owned: (owners,).
        entrant: (owners,) whether it has no refinery yet.
        mood: (owners,) or one for all, uniform in 0-1; low is bold.
        building: hurdles, the spread of moods and their bounds.

    Source: equation (5.1c) of the model description; the bounds are assumptions.
    """
    drawn = building.nerve_ratio * np.log(mood / (1.0 - mood))
    bounded = np.minimum(np.maximum(drawn, building.boldest_ratio), building.timidest_ratio)
    return np.maximum(usual_ratio(state_owned, entrant, building) + bounded, building.least_ratio)


def bold_share(ratio: float, hurdle_ratio: float, building: Building) -> float:
    """The chance that an owner's mood of a year lets it go ahead with a plan: the odds of moods.

    Args:
        ratio: net present value over investment.
        hurdle_ratio: what the owner asks for in an even mood, from `usual_ratio`.
        building: spread of moods and their bounds.

    Source: equation (5.1d) of the model description, a logit between the bounds of moods.
    """
    lead = ratio - hurdle_ratio
    if lead <= building.boldest_ratio or ratio <= building.least_ratio:
        return 0.0
    if lead > building.timidest_ratio:
        return 1.0
    points = min(max(lead / max(building.nerve_ratio, 1e-9), -50.0), 50.0)
    return float(1.0 / (1.0 + np.exp(-points)))


def plan_worth(ratio: float, spent_mcny: float, chance_share: float) -> float:
    """What a plan is worth before luck is drawn, million CNY; a plan that does not pay is not carried out.

    Args:
        ratio: net present value over investment.
        spent_mcny: investment.
        chance_share: chance that it is gone ahead with this year.
    """
    return max(ratio, 0.0) * spent_mcny * chance_share
