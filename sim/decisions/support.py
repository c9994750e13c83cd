"""Support: a province props up a plant that has lost money for long for another year, or declines to.

A province thinks in this order. Which plants have lost money for a year on end, and still do? How much of my refining
jobs hangs on the plant, does the state own it, how strict is the nation about such support, and for how long have I
paid already? These give a chance; a draw stands for all that is not in the model. What I give is the plant's cash loss
per tonne, up to a cap. The arithmetic is in `sim/strategy/consents.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.agents.cast import Cast
from sim.agents.decider import shown_to
from sim.choice import DECISIONS, Story
from sim.core.arrays import Floats, Ints, total_by
from sim.core.words import figure, number
from sim.decisions.ways import TwoWays, Way
from sim.facts import Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.view import expected_mill_prices
from sim.strategy.consents import offer_chance, support_per_tonne
from sim.world.books import Decision
from sim.world.kinds import Happened
from sim.world.owners import owned_by_state
from sim.world.world import World

GIVE, DECLINE = "support", "decline"


@dataclass(frozen=True)
class SupportFacts(Facts):
    """What the choice of a province between supporting a losing plant and declining rests on."""

    jobs_share: Annotated[Floats, Fact("its part of the province's refining jobs", 0.0, 1.0)]
    state_owned_share: Annotated[Floats, Fact("whether the state owned it")]
    discipline_share: Annotated[Floats, Fact("the nation's discipline", 0.0, 1.0)]
    supported_years: Annotated[Floats, Fact("the years in which it had been supported")]
    margin_cny_per_t: Annotated[Floats, Fact("its cash margin")]
    loss_quarters: Annotated[Floats, Fact("the quarters in which it had lost money")]
    luck_share: Annotated[Floats, Fact("the draw of the year", 0.0, 1.0)]


def measure(world: World, rows: Ints, luck: Floats) -> SupportFacts:
    """What provinces see of some losing plants, (plants,)."""
    plants, region = world.refineries, world.refineries.region[rows]
    jobs = total_by(plants.region, plants.nameplate_mt, len(world.geography.regions))
    owner = world.groups.owner_type[plants.group[rows]]
    return SupportFacts(
        jobs_share=plants.nameplate_mt[rows] / jobs[region],
        state_owned_share=owned_by_state(owner).astype(np.float64),
        discipline_share=np.full(len(rows), world.rules.discipline_share),
        supported_years=plants.support_years[rows].astype(np.float64),
        margin_cny_per_t=world.prices.mill_cny_per_t[region] - plants.cash_cost_cny_per_t[rows],
        loss_quarters=plants.loss_quarters[rows].astype(np.float64),
        luck_share=luck,
    )


def chances(facts: SupportFacts, parameters: Parameters) -> Floats:
    """The chance that a province supports a plant, (plants,)."""
    seen = zip(
        facts.jobs_share.tolist(),
        (facts.state_owned_share > 0.0).tolist(),
        facts.discipline_share.tolist(),
        facts.supported_years.astype(np.int64).tolist(),
        strict=True,
    )
    return np.array([offer_chance(parameters.support, *each) for each in seen])


def amounts(facts: SupportFacts, parameters: Parameters) -> Floats:
    """What can be given to a plant, (plants,) CNY/t."""
    return np.array([support_per_tonne(parameters.support, each) for each in facts.margin_cny_per_t.tolist()])


class Support(TwoWays[SupportFacts]):
    """Support a plant when it loses cash and the draw is below the chance.

    Source: odds of `sim/strategy/consents.py`, after Watanabe 2017, 2020 and Kornai 1986.
    """

    name = "support"
    rule = "support a plant that loses cash, with a chance that grows with its jobs and falls with discipline"
    unit = "share"
    facts = SupportFacts
    question = "support it?"
    acts = Way(GIVE, "It supported it.", "have supported it")
    rests = Way(DECLINE, "It declined.", "have declined")
    terms = (Term("support.intercept_logit", "the readiness of provinces to support", -20.0, 20.0),)

    def weigh(self, facts: SupportFacts, parameters: Parameters) -> dict[str, Floats]:
        """By how much the chance of support is above the draw, and nothing for declining, (plants,).

        Where nothing can be given, support is NaN.
        """
        lead = chances(facts, parameters) - facts.luck_share
        return {GIVE: np.where(amounts(facts, parameters) > 0.0, lead, np.nan), DECLINE: np.zeros(len(lead))}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """How long the plant had lost money, its jobs, and the chance of support."""
        seen = SupportFacts.of(decision.facts)
        if seen is None:
            return ()
        given = float(amounts(seen, story.parameters)[0])
        return (
            f"The plant had lost money for {number(float(seen.loss_quarters[0]))} quarters in a row and had "
            f"{figure(float(seen.jobs_share[0]), 'share')} of the province's refining jobs.",
            f"Support of {figure(given, 'CNY/t')} was given with a chance of "
            f"{figure(float(chances(seen, story.parameters)[0]), 'share')}.",
        )


SUPPORT = DECISIONS.add(Support.name, Support())


def offer_support(world: World, cast: Cast) -> None:
    """Let provinces decide on support of losing plants for next year."""
    view, plants = shown_to(cast.provinces, world, expected_mill_prices), world.refineries
    losing = (plants.loss_quarters >= world.parameters.support.after_quarters) & (plants.nameplate_mt > 0.0)
    rows = losing.nonzero()[0]
    plants.support_cny_per_t[:] = 0.0
    if rows.size == 0:
        return
    luck = world.streams.uniforms("support", world.year, [plants.keys[row] for row in rows])
    seen = measure(world, rows, luck)
    options, given = SUPPORT.weigh(seen, world.parameters), amounts(seen, world.parameters)
    asked = [
        (place, cast.provinces[plants.region[rows[place]]], plants.keys[rows[place]])
        for place in (~np.isnan(options[GIVE])).nonzero()[0].tolist()
    ]
    ways = SUPPORT.choices(asked, view, seen, options)
    for (place, province, _), way in zip(asked, ways, strict=True):
        if way == GIVE:
            give(world, int(rows[place]), province.key, float(given[place]))


def give(world: World, row: int, province: str, support_cny_per_t: float) -> None:
    """Give a plant support for next year."""
    plants = world.refineries
    plants.support_cny_per_t[row] = support_cny_per_t
    plants.support_years[row] += 1
    reason = f"lost money in {int(plants.loss_quarters[row])} quarters in a row"
    world.tell(Happened.SUPPORT, plants.keys[row], support_cny_per_t, "CNY/t", reason, counterpart=province)
