"""Plans for a plant, as whoever decides over one sees them: the facts, what it is worth by them, and what would tip it.

Shared by `build`, `move` and `join`, which all ask whether net present value over investment beats what one asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.choice import Grounds, Lever
from sim.core.arrays import Floats
from sim.core.words import percent
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts
from sim.scenario.parameters import Parameters
from sim.sight.prospects import outlook_of
from sim.strategy.building import Moved, Venture, build_ratio, demanded_ratio, move_ratio, venture_worth

TOP = HIGHEST_CNY_PER_T
UNIT, MONEY = "CNY/t", "million CNY"
LARGEST_SUBSIDY_CNY_PER_T = 3000.0
LARGEST_OLD_PER_NEW = 5.0


@dataclass(frozen=True)
class PlanFacts(Facts):
    """What the worth of a new plant rests on."""

    price_today_cny_per_t: Annotated[Floats, Fact("the price of the day", 0.0, TOP)]
    price_expected_cny_per_t: Annotated[Floats, Fact("the price that it expected in the long run", 0.0, TOP)]
    cash_cost_cny_per_t: Annotated[Floats, Fact("the cash cost of the new plant", 0.0, TOP)]
    own_need_share: Annotated[Floats, Fact("the part of the output that its own smelters lack", 0.0, 1.0)]
    discount_per_year: Annotated[Floats, Fact("its discount rate", 0.001, 1.0)]
    capex_cny_per_t: Annotated[Floats, Fact("its own part of the investment", 1.0, TOP)]
    open_share: Annotated[Floats, Fact("the part of it that limits of the region let run", 0.0, 1.0)]


@dataclass(frozen=True)
class TemperFacts(Facts):
    """What an owner's demand rests on."""

    state_owned_share: Annotated[Floats, Fact("whether the state owns it")]
    entrant_share: Annotated[Floats, Fact("whether it had no refinery")]
    mood_share: Annotated[Floats, Fact("its mood of the year, low is bold")]


def new_worth(facts: PlanFacts, parameters: Parameters) -> Floats:
    """Net present value over investment of new plants, (plans,).

    Source: equation (5.1) of the model description.
    """
    return build_ratio(_earnings(facts, parameters), facts.capex_cny_per_t)


def moved_worth(facts: PlanFacts, moved: Moved, parameters: Parameters) -> Floats:
    """Net present value over investment of plants for which old ones go, (plans,).

    Source: equation (5.2) of the model description.
    """
    return move_ratio(_earnings(facts, parameters), facts.capex_cny_per_t, moved)


def _earnings(facts: PlanFacts, parameters: Parameters) -> Floats:
    venture = Venture(
        today_cny_per_t=facts.price_today_cny_per_t,
        long_run_cny_per_t=facts.price_expected_cny_per_t,
        cost_cny_per_t=facts.cash_cost_cny_per_t,
        own_share=facts.own_need_share,
        discount_per_year=facts.discount_per_year,
        open_share=facts.open_share,
    )
    return venture_worth(venture, outlook_of(parameters))


def asked_for(state: Floats, entrant: Floats, mood: Floats, parameters: Parameters) -> Floats:
    """The ratio that owners ask for, (plans,)."""
    return demanded_ratio(state > 0.0, entrant > 0.0, mood, parameters.building)


def old_levers(grounds: Grounds) -> Iterator[Lever]:
    """What goes for a new plant as levers: old capacity, a ratio of tonnes, and the subsidy on moves.

    What the owner pays falls by what government adds.
    """
    recorded = grounds.numbers
    ratio, paid = recorded.get("old_per_new_ratio"), recorded.get("subsidy_cny_per_t")
    if ratio is None:
        return

    def other_subsidy(values: Floats) -> dict[str, Floats]:
        own = np.maximum(recorded["capex_cny_per_t"] + recorded["subsidy_cny_per_t"] - values, 1.0)
        return {"capex_cny_per_t": own}

    name, words = "old_per_new_ratio", "the old capacity that goes for each tonne"
    yield Lever(name, words, "t/t", ratio, 0.0, LARGEST_OLD_PER_NEW, grounds)
    if paid is not None:
        name, words = "subsidy_cny_per_t", "the subsidy on each tonne that moves"
        high = LARGEST_SUBSIDY_CNY_PER_T
        yield Lever(name, words, UNIT, paid, 0.0, high, grounds, follows=other_subsidy)


def signed(ratio: float) -> str:
    """A ratio in per cent with its sign."""
    shown = percent(ratio)
    return shown if ratio < 0.0 or shown.startswith(("0", "n")) else f"+{shown}"


def given(column: Floats) -> Floats:
    """A column with nothing where a case lacks the fact, (cases,)."""
    return np.asarray(np.where(np.isnan(column), 0.0, column))
