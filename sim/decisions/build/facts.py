"""What a choice over a plan rests on, what came of it where it was heard, and what can become of it."""

from dataclasses import dataclass, field
from typing import Annotated

from sim.core.arrays import Floats
from sim.decisions.plans import PlanFacts, TemperFacts
from sim.facts import Fact, Facts

GOES, WAITS, DENIED, REFUSED, BROKE, BUSY = "build", "wait", "denied", "refused", "no money", "busy"


@dataclass(slots=True)
class Outcome:
    """What became of a plan.

    Attributes:
        choice: one of the above, as it is recorded.
        reason: why, in words; nothing where its owner waited.
        facts: what an application was judged by.
    """

    choice: str = WAITS
    reason: str = ""
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class OldFacts(Facts):
    """What becomes of an old plant that goes for a new one."""

    hold_old_cny_per_t: Annotated[Floats, Fact("what holding the old plant was worth")]
    close_old_cny_per_t: Annotated[Floats, Fact("what closing the old plant gave")]
    old_per_new_ratio: Annotated[Floats, Fact("the old capacity that goes for each tonne")]
    subsidy_cny_per_t: Annotated[Floats, Fact("the subsidy on each tonne that moves")]


@dataclass(frozen=True)
class OtherFacts(Facts):
    """What the owner's idea that was not the best rests on, and the luck of a planned project."""

    other_price_today_cny_per_t: Annotated[Floats, Fact("the price of the day", optional=True)]
    other_price_expected_cny_per_t: Annotated[Floats, Fact("the price that it expected", optional=True)]
    other_cash_cost_cny_per_t: Annotated[Floats, Fact("the cash cost of the new plant", optional=True)]
    other_own_need_share: Annotated[Floats, Fact("the part that its smelters lack", optional=True)]
    other_discount_per_year: Annotated[Floats, Fact("its discount rate", optional=True)]
    other_capex_cny_per_t: Annotated[Floats, Fact("its own part of the investment", optional=True)]
    other_open_share: Annotated[Floats, Fact("the part of it that limits let run", optional=True)]
    other_hold_old_cny_per_t: Annotated[Floats, Fact("what holding the old plant was worth", optional=True)]
    other_close_old_cny_per_t: Annotated[Floats, Fact("what closing the old plant gave", optional=True)]
    other_old_per_new_ratio: Annotated[Floats, Fact("the old capacity that goes", optional=True)]
    other_subsidy_cny_per_t: Annotated[Floats, Fact("the subsidy on each tonne that moves", optional=True)]
    go_ahead_luck_share: Annotated[Floats, Fact("the year's draw for a planned project", optional=True)]
    go_ahead_odds_share: Annotated[Floats, Fact("its odds to go ahead in a year", 0.0, 1.0, optional=True)]


@dataclass(frozen=True)
class HearingFacts(Facts):
    """What an application was judged by; only of plans that were heard, and the quota only where there is one."""

    size_mt: Annotated[Floats, Fact("its size", optional=True)]
    replaced_mt: Annotated[Floats, Fact("the old capacity that goes and counts", optional=True)]
    heat_gj_per_t: Annotated[Floats, Fact("its use of heat", optional=True)]
    ore_share: Annotated[Floats, Fact("the part of its ore that its owner controls", optional=True)]
    need_share: Annotated[Floats, Fact("the part of its output that its smelters lack", optional=True)]
    slack_share: Annotated[Floats, Fact("the region's environmental room", optional=True)]
    owner_share: Annotated[Floats, Fact("the part of its owner in the industry", optional=True)]
    jobs_share: Annotated[Floats, Fact("the plant's part in the region's refining", optional=True)]
    local_share: Annotated[Floats, Fact("whether it replaces a plant of its province", optional=True)]
    ceiling_share: Annotated[Floats, Fact("the chance that a full ceiling refuses it", optional=True)]
    pond_refused_share: Annotated[Floats, Fact("the chance that it gets no pond", optional=True)]
    filled_share: Annotated[Floats, Fact("the part of the region's sites taken with it", optional=True)]
    score_ratio: Annotated[Floats, Fact("its points", optional=True)]
    bar_luck_share: Annotated[Floats, Fact("the nation's draw", optional=True)]
    consent_luck_share: Annotated[Floats, Fact("the province's draw", optional=True)]
    means_mcny: Annotated[Floats, Fact("its means", optional=True)]
    partners_asked_count: Annotated[Floats, Fact("the partners that it asked", optional=True)]
    partner_share: Annotated[Floats, Fact("the part of its partner", optional=True)]
    partner_pays_mcny: Annotated[Floats, Fact("what its partner pays", optional=True)]
    partner_compensates_mcny: Annotated[Floats, Fact("what of it is for the old plant", optional=True)]
    quota_left_mt: Annotated[Floats, Fact("the quota that was left", optional=True)]


@dataclass(frozen=True)
class PlannedFacts(HearingFacts, OtherFacts, TemperFacts, PlanFacts):
    """What the choice between any plan and waiting rests on, in the order of the bases from the last."""


@dataclass(frozen=True)
class BuildFacts(PlannedFacts):
    """What the choice between a new plant and waiting rests on."""


@dataclass(frozen=True)
class MoveFacts(PlannedFacts, HearingFacts, OtherFacts, TemperFacts, OldFacts, PlanFacts):
    """What the choice between a move to the coast and waiting rests on."""
