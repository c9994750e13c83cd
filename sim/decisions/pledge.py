"""Pledge: a member of an agreement to leave capacity idle keeps its word, or runs what it promised to cut.

Its owner thinks in this order. How much of what pays its way would my word keep idle this year? By how much does my
cut alone lift the price, and on how many tonnes do I gain that, what my own smelters buy taken off? What would the
tonnes that I cut earn at the price of the day, less what breaking my word costs me? Members do not wait for each other,
and each counts its own cut alone: what others keep is a present to all, whether one keeps one's word or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story, ask
from sim.core.arrays import Floats, total_by
from sim.core.words import figure
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts
from sim.market.conduct import agreed
from sim.market.inputs import QUARTERS
from sim.scenario.parameters import Parameters
from sim.sight.prospects import LEAST_SLOPE
from sim.sight.view import lasting_mill_prices, look
from sim.world.books import Decision
from sim.world.world import World

KEEP, BREAK = "keep", "break"
TOP = HIGHEST_CNY_PER_T


@dataclass(frozen=True)
class PledgeFacts(Facts):
    """What the choice of a member between keeping and breaking its pledge rests on."""

    cut_mt: Annotated[Floats, Fact("the output of a year that it promised to cut")]
    left_mt: Annotated[
        Floats, Fact("the output that it was left with, less what its smelters used", -50.0, 50.0)
    ]
    rise_cny_per_t: Annotated[Floats, Fact("the rise of the price that its cut alone brought", 0.0, TOP)]
    margin_cny_per_t: Annotated[Floats, Fact("the margin of what it promised to cut", 0.0, TOP)]
    breach_cny_per_t: Annotated[Floats, Fact("the cost of breaking its word, a tonne", 0.0, TOP)]


class Pledge(TwoWays[PledgeFacts]):
    """Keep the pledge when the own cut lifts the price by more than the tonnes that are cut would earn.

    Source: output of members of a cartel without binding contracts, Stigler 1964; equation (3.14a) of the description.
    """

    name = "pledge"
    rule = "keep a pledge to cut unless the tonnes earn more than the own cut gains and breaking costs"
    unit = "million CNY"
    facts = PledgeFacts
    question = "keep its pledge to cut?"
    acts = Way(KEEP, "It kept its pledge.", "have kept its pledge")
    rests = Way(BREAK, "It ran what it had promised to cut.", "have run what it had promised to cut")
    acts_when_even = True

    def weigh(self, facts: PledgeFacts, parameters: Parameters) -> dict[str, Floats]:
        """What the own cut gains in a year, and what the tonnes earn less the cost of breaking, (groups,)."""
        earned = facts.margin_cny_per_t - facts.breach_cny_per_t
        return {KEEP: facts.rise_cny_per_t * facts.left_mt, BREAK: earned * facts.cut_mt}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What keeping gained and breaking earned."""
        if not again:
            return ()
        gained, earned = (figure(again[name], self.unit) for name in (KEEP, BREAK))
        return (
            f"By the price its own cut was worth {gained} a year to it, and running the tonnes {earned}.",
        )


KIND = DECISIONS.add(Pledge.name, Pledge())


def measure(world: World) -> PledgeFacts:
    """What every group sees of the pledges in force; who is no member has nothing to cut."""
    plants, smelters, count = world.refineries, world.smelters, len(world.groups)
    promised, breach = agreed(world.rules.withholdings, plants.group, plants.nameplate_mt, world.may_buy)
    margin = world.prices.mill_cny_per_t[plants.region] - plants.cash_cost_cny_per_t
    able = plants.runnable_mt * plants.pond_cap_share * (margin > 0.0)
    cut = np.maximum(able - (1.0 - promised[plants.group]) * plants.runnable_mt, 0.0)
    total, earned = total_by(plants.group, cut, count), total_by(plants.group, margin * cut, count)
    alpha = world.parameters.market.product_per_metal_t_per_t
    used = smelters.capacity_mt * world.smelting_scale * alpha * smelters.smelting_share
    return PledgeFacts(
        cut_mt=total,
        left_mt=total_by(plants.group, able - cut, count) - total_by(smelters.group, used, count),
        rise_cny_per_t=total / QUARTERS / max(float(world.slopes.sum()), LEAST_SLOPE),
        margin_cny_per_t=np.divide(earned, total, out=np.zeros(count), where=total > 0.0),
        breach_cny_per_t=breach,
    )


def keep_pledges(world: World, cast: Cast) -> None:
    """Let every member of an agreement to leave capacity idle keep its word or break it."""
    if not world.rules.withholdings:
        return
    view, seen = look(world, lasting_mill_prices(world)), measure(world)
    options = KIND.weigh(seen, world.parameters)
    broken = world.groups.pledge_broken
    broken[:] = False
    for row in (seen.cut_mt > 0.0).nonzero()[0].tolist():
        agent = cast.groups[row]
        intent = ask(agent, view, KIND.case(agent.key, seen, options, row))
        broken[row] = intent.choice == BREAK
        record(world, intent, KIND)
