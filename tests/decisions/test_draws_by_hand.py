"""A draw decides where it is below the chance and not where it is at it, in the tiny world."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.agents.cast import Cast
from sim.decisions.combine.combine import hand_down
from sim.decisions.convert import convert_lines
from sim.decisions.partner import find_partners
from sim.decisions.retrofit import retrofit
from sim.decisions.take import take_stakes
from sim.decisions.transfer import CENTRAL, largest_nearby, merger_partners
from sim.decisions.use_mud import chances, measure, take_up_uses
from sim.policies.rulebook import EmissionDuty, MudRule
from sim.sight.mud import cost_of_uses
from sim.sight.view import View, lasting_mill_prices, look
from sim.world.owners import PROVINCIAL
from sim.world.ownership import Node
from sim.world.world import World
from tests.tiny.asking import listening
from tests.tiny.worlds import ALFA, BETA, CHEAP, DEAR, GAMMA, INLAND, MIDDLING, limited, tiny

PLANTS, GROUPS = ["cheap", "middling", "dear"], ["alfa", "beta", "gamma"]


def drawn(concern: str, keys: list[str]) -> list[float]:
    """Give the draws of 2026 in the tiny world."""
    return tiny().streams.uniforms(concern, 2026, keys).tolist()


def seen(world: World) -> View:
    """Give what all see."""
    return look(world, lasting_mill_prices(world))


def kept(world: World, act: Any, kind: str) -> set[str]:
    """Give who is asked in decisions of a kind."""
    cast, asked = listening(world)
    act(world, cast)
    return {case.agent for case in asked if case.kind.startswith(kind)}


def look_into(world: World, cast: Cast) -> None:
    """Let owners look into the retrofits of their plants."""
    retrofit(world, cast, seen(world))


def test_founders_hand_over_below_the_chance_and_state_groups_have_none() -> None:
    luck = drawn("handover", GROUPS)
    world = tiny(parameters={"combining": {"handover_share": luck[GAMMA]}})
    before = world.groups.handover_year.copy()

    hand_down(world)

    fresh = world.groups.handover_year == 2026
    assert fresh.tolist() == [luck[ALFA] < luck[GAMMA], False, False]
    assert world.groups.handover_year[~fresh].tolist() == before[~fresh].tolist()


def test_attention_falls_on_plants_below_the_chance_and_on_all_below_an_announced_standard() -> None:
    luck = drawn("retrofit", PLANTS)
    world = tiny(parameters={"retrofits": {"attention_share": luck[DEAR]}})
    expected = {key for key, draw in zip(PLANTS, luck, strict=True) if draw < luck[DEAR]}
    assert kept(world, look_into, "retrofit") == expected

    world = tiny(parameters={"retrofits": {"attention_share": 0.0}})
    assert kept(world, look_into, "retrofit") == set()
    world.refineries.class_a[:] = [True, True, False]
    world.outlook = replace(world.outlook, emission_duties=(EmissionDuty(0.3, ()),))
    assert kept(world, look_into, "retrofit") == {"dear"}


@pytest.mark.parametrize(("potential_mt", "short"), [(2.0, False), (0.8, True)])
def test_lines_are_looked_into_below_the_chance_or_where_ore_runs_short(
    potential_mt: float, short: bool
) -> None:
    (luck,) = drawn("convert", ["middling"])

    def convert(world: World, cast: Any) -> None:
        convert_lines(world, cast, seen(world), np.array([MIDDLING]))

    for attention, asked in ((luck, short), (luck + 1e-9, True)):
        world = limited(potential_mt, parameters={"retrofits": {"attention_share": attention}})
        world.book.diggable_mt[INLAND] = potential_mt
        assert kept(world, convert, "convert") == ({"middling"} if asked else set())


def test_a_producer_abroad_looks_for_a_partner_below_the_chance() -> None:
    (luck,) = drawn("partner", ["rest"])

    for chance, times in ((luck, 0), (luck + 1e-9, 1)):
        world = tiny(parameters={"overseas": {"partner_share": chance}})
        world.ownership.open_up(2026, "known", "gamma", Node("old", "Old", "owners"))
        world.importers.near[:] = True
        cast, asked = listening(world)
        find_partners(world, cast, seen(world))
        assert len([case for case in asked if case.kind == "partner"]) == times


def test_a_smelter_looks_for_a_stake_below_the_chance() -> None:
    (luck,) = drawn("minority", ["beta"])

    for chance, asked in ((luck, set()), (luck + 1e-9, {"beta"})):
        world = tiny(4500.0, parameters={"deals": {"minority_share": chance}})
        world.smelters.capacity_mt[:] = [0.25, 3.0]

        def take(world: World, cast: Any) -> None:
            take_stakes(world, cast, seen(world))

        assert kept(world, take, "take a stake in") == asked


def test_an_order_names_a_group_at_home_below_the_chance() -> None:
    (luck,) = drawn("order names", ["gamma"])

    for chance, partner in ((luck, ALFA), (luck + 1e-9, BETA)):
        world = tiny(parameters={"combining": {"order_local_share": chance}})
        world.groups.owner_type[:] = [CENTRAL, PROVINCIAL, PROVINCIAL]
        assert merger_partners(world, [GAMMA], largest_nearby(world, [GAMMA])) == [partner]


def test_a_use_of_mud_is_taken_up_below_its_chance() -> None:
    luck = drawn("use of mud", PLANTS)

    def duty(share: float) -> World:
        world = tiny()
        rule = MudRule(0.15, 100.0, share, 0.0, None, 0.0, ())
        world.rules = world.outlook = replace(world.rules, red_mud=(rule,))
        return world

    world = duty(luck[CHEAP])
    costs = cost_of_uses(world)
    gain = measure(world, costs).spared_cny_per_t - costs[0]
    assert chances(world, np.zeros(len(gain), dtype=np.int64), gain)[CHEAP] == luck[CHEAP]

    def take(world: World, cast: Any) -> None:
        take_up_uses(world, cast, costs)

    below = {key for key, draw in zip(PLANTS, luck, strict=True) if draw < luck[CHEAP]}
    assert kept(world, take, "use_mud") == below
    assert "cheap" in kept(duty(luck[CHEAP] + 1e-9), take, "use_mud")
