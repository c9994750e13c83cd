"""Blend: a plant on local ore changes the imported share of its ore for next year, or keeps it.

Its owner thinks in this order. By how much does local ore make a tonne dearer on my lines for high temperature? What
share of imported ore would I choose for that alone? How much local ore will mines leave me next year? What do my lines
take? I aim at the larger of what I choose and what I need, within what lines take, and move there by no more than a
step a year. The arithmetic is in `sim/strategy/blending.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from sim.acts.recording import record
from sim.agents.cast import Cast
from sim.choice import DECISIONS, Story, ask
from sim.core.arrays import Floats, Ints
from sim.core.words import figure
from sim.decisions.convert import convert_lines, digesting_local
from sim.decisions.ways import TwoWays, Way
from sim.facts import HIGHEST_CNY_PER_T, Fact, Facts, Term
from sim.scenario.parameters import Parameters
from sim.sight.local_ore import expected_short, expected_supply
from sim.sight.outlook import cost_with, lasting_terms
from sim.sight.view import View
from sim.strategy.blending import aimed_change, most_imported, needed_share, wanted_share
from sim.world.books import Decision
from sim.world.world import World

BLEND, KEEP = "blend", "keep blend"


@dataclass(frozen=True)
class BlendFacts(Facts):
    """What the choice of a plant between another blend and its own rests on."""

    imported_share: Annotated[Floats, Fact("the imported part of its ore", 0.0, 1.0)]
    low_share: Annotated[Floats, Fact("the part of its lines for low temperature", 0.0, 1.0)]
    short_share: Annotated[Floats, Fact("the part of its local ore that it expected to lack", -1.0, 1.0)]
    dearer_cny_per_t: Annotated[
        Floats, Fact("what local ore makes a tonne dearer", -HIGHEST_CNY_PER_T, HIGHEST_CNY_PER_T)
    ]


def measure(world: World) -> BlendFacts:
    """What owners see of the ores of all plants, on lines for high temperature."""
    plants, terms = world.refineries, lasting_terms(world)
    none = np.zeros(len(plants))
    local, imported = cost_with(world, terms, low_share=none, imported_share=np.array([none, none + 1.0]))
    return BlendFacts(
        imported_share=plants.imported_share.copy(),
        low_share=plants.low_share.copy(),
        short_share=expected_short(world, expected_supply(world))[plants.region],
        dearer_cny_per_t=local - imported,
    )


def aims(facts: BlendFacts, parameters: Parameters) -> Floats:
    """By how much owners would change the imported share of each plant, (plants,)."""
    terms, share = parameters.local_ore, facts.imported_share
    wanted = wanted_share(facts.dearer_cny_per_t, np.minimum(facts.low_share, share), terms)
    most = most_imported(share, facts.low_share, terms)
    return aimed_change(wanted, needed_share(share, facts.short_share), share, most)


class Blend(TwoWays[BlendFacts]):
    """Change the blend when what is chosen by cost, or needed, lies further from it than is worth no trouble.

    Source: logit choice of inputs by cost, McFadden 1974; equation (2.17) of the model description.
    """

    name = "blend"
    rule = "aim at the larger of what cost makes the owner choose and what mines leave open, within what lines take"
    unit = "share"
    facts = BlendFacts
    question = "change the blend of its ores?"
    acts = Way(BLEND, "It changed its blend.", "have changed its blend")
    rests = Way(KEEP, "It kept its blend.", "have kept its blend")
    terms = (
        Term(
            "local_ore.choice_cny_per_t",
            "the difference of cost that moves odds e-fold",
            1.0,
            1000.0,
            by_case=True,
        ),
    )

    def weigh(self, facts: BlendFacts, parameters: Parameters) -> dict[str, Floats]:
        """How far the aim is from the blend, and how far is not worth the trouble, (plants,)."""
        far = np.abs(aims(facts, parameters))
        return {BLEND: far, KEEP: np.full(len(far), parameters.local_ore.least_change_share)}

    def told(self, decision: Decision, story: Story, again: Mapping[str, float]) -> tuple[str, ...]:
        """What was chosen by cost and what mines left open."""
        seen = BlendFacts.of(decision.facts)
        if seen is None:
            return ()
        share, terms = float(seen.imported_share[0]), story.parameters.local_ore
        low = np.minimum(seen.low_share, share)
        wanted = float(wanted_share(seen.dearer_cny_per_t, low, terms)[0])
        needed = float(needed_share(seen.imported_share, seen.short_share)[0])
        aim = share + float(aims(seen, story.parameters)[0])
        return (
            f"Of its ore {figure(share, 'share')} was imported. By cost its owner would choose "
            f"{figure(wanted, 'share')}; the least that mines leave open is {figure(max(needed, 0.0), 'share')}; "
            f"within what its lines take it aimed at {figure(aim, 'share')}.",
        )


BLENDING = DECISIONS.add(Blend.name, Blend())


def choose_ores(world: World, cast: Cast, view: View) -> None:
    """Let owners convert lines of plants that digest local ore, then change their blends; recipes follow next year."""
    plants = world.refineries
    plants.converting_share[:] = 0.0
    able = digesting_local(world).nonzero()[0]
    if able.size:
        convert_lines(world, cast, view, able)
        blend_ores(world, cast, view, able[plants.imported_share[able] < 1.0])


def blend_ores(world: World, cast: Cast, view: View, mixing: Ints) -> None:
    """Let owners change the blend of some plants."""
    plants, terms, seen = world.refineries, world.parameters.local_ore, measure(world)
    options, aim = BLENDING.weigh(seen, world.parameters), aims(seen, world.parameters)
    step = aim.clip(-terms.most_dropped_share, terms.most_added_share)
    for row in mixing.tolist():
        intent = ask(
            cast.groups[plants.group[row]], view, BLENDING.case(plants.keys[row], seen, options, row)
        )
        if intent.choice == BLEND:
            plants.imported_share[row] += step[row]
        record(world, intent, BLENDING)
