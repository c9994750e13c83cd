"""Blends and conversions of the year: asked of owners, paid from cash, recorded, and felt in the next year."""

from functools import cache
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from sim.decisions.blend import blend_ores, choose_ores
from sim.decisions.convert import (
    CONVERSION,
    CONVERT,
    LEAVE,
    ConvertFacts,
    convert,
    convert_lines,
    digesting_local,
    measure,
    works_of,
)
from sim.opening import open_world
from sim.phases.quarter import available_capacity
from sim.scenario.load import load
from sim.sight.local_ore import expected_supply
from sim.sight.view import View, look
from sim.world.world import World
from tests.phases.playing import Played, play
from tests.tiny.asking import listening, only
from tests.tiny.worlds import CHEAP, COAST, DEAR, INLAND, MIDDLING, limited, scenario, touched

TERMS = {
    "mixed_share": 0.4,
    "choice_cny_per_t": 100.0,
    "most_added_share": 0.2,
    "most_dropped_share": 0.1,
    "conversion_capex_cny_per_t": 250.0,
    "conversion_quarters": 1,
}


def world_of(potential_mt: float) -> World:
    """Give the tiny world after a year in which mines inland gave so much, all of what they can."""
    world = limited(potential_mt, parameters={"local_ore": TERMS, "retrofits": {"attention_share": 0.0}})
    world.book.diggable_mt[INLAND] = potential_mt
    world.book.made_mt[:] = world.refineries.nameplate_mt
    return world


def seen(world: World) -> View:
    """Give what owners see."""
    return look(world, world.prices.mill_cny_per_t[:-1].copy())


@cache
def years() -> Played:
    """Give five years of the usual industry."""
    return play(5)


def test_an_owner_whose_mines_fail_takes_more_imported_ore_as_far_as_a_step_goes() -> None:
    world = world_of(1.4)
    cast, asked = listening(world)

    parts = touched(world, lambda: blend_ores(world, cast, seen(world), np.array([MIDDLING])))

    case = only(asked, "blend", "middling")
    # 0.6 of 2 Mt are missing; imported ore is dearer by far, so need decides, and a step of 0.2 is made
    assert case.facts["short_share"] == pytest.approx(0.3)
    assert case.options["blend"] == pytest.approx(0.3)
    assert world.refineries.imported_share[MIDDLING] == pytest.approx(0.2)
    assert parts == {"refineries.imported_share", "decisions"}


def test_an_owner_with_ore_to_spare_goes_by_cost_alone() -> None:
    world = world_of(4.0)
    world.refineries.imported_share[MIDDLING] = 0.35
    cast, asked = listening(world)

    blend_ores(world, cast, seen(world), np.array([MIDDLING]))

    dearer = only(asked, "blend", "middling").facts["dearer_cny_per_t"]
    wanted = 0.4 / (1.0 + np.exp(-dearer / 100.0))
    assert only(asked, "blend", "middling").options["blend"] == pytest.approx(0.35 - wanted)
    assert world.refineries.imported_share[MIDDLING] == pytest.approx(max(wanted, 0.25))


def test_an_agent_may_keep_its_blend() -> None:
    world = world_of(1.4)
    cast, _ = listening(world, {("beta", "blend"): "keep blend"})

    blend_ores(world, cast, seen(world), np.array([MIDDLING]))

    assert world.refineries.imported_share[MIDDLING] == 0.0


def test_a_conversion_is_paid_from_cash_and_changes_lines_and_blend() -> None:
    world = world_of(1.4)

    parts = touched(world, lambda: convert(world, MIDDLING, works_of(world), 10.0))

    plants = world.refineries
    assert plants.low_share[MIDDLING] == plants.imported_share[MIDDLING] == pytest.approx(0.2)
    # 250 for a fifth of 2 Mt
    assert world.groups.cash_mcny.tolist() == pytest.approx([1000.0, 900.0, 1000.0])
    assert parts == {
        *("refineries.low_share", "refineries.imported_share", "refineries.converting_share"),
        *("refineries.converted", "groups.cash_mcny", "book.capex_mcny", "events"),
    }


def test_lines_stand_still_while_they_are_converted() -> None:
    world = world_of(2.0)
    convert(world, MIDDLING, works_of(world), 10.0)

    first, second = (available_capacity(world, quarter).available_mt[MIDDLING] for quarter in (1, 2))

    assert first == pytest.approx(0.8 * second)


def test_what_keeps_lines_running_is_worth_their_margin() -> None:
    usual, short = world_of(2.0), world_of(0.8)
    worth = []
    for world in (usual, short):
        world.prices.mill_cny_per_t[:] = 3000.0
        world.refineries.cash_cost_cny_per_t[:] = 2500.0
        cast, asked = listening(world)
        world.book.diggable_mt[INLAND] -= 0.01
        convert_lines(world, cast, seen(world), np.array([MIDDLING]))
        case = only(asked, "convert", "middling")
        worth.append((case.options[CONVERT], case.facts["margin_cny_per_t"], case.facts["discount_per_year"]))

    (plain, margin, rate), (kept, _, _) = worth
    years = 10
    annuity = (1.0 - (1.0 + rate) ** -years) / rate
    # lines take 0.4 of imported ore, 0.6 are needed and a conversion turns a fifth
    assert kept - plain == pytest.approx(margin * 0.2 * annuity / 1.1, rel=0.02)


def test_an_owner_without_cash_leaves_its_lines() -> None:
    world = world_of(0.8)
    world.prices.mill_cny_per_t[:] = 3000.0
    world.groups.cash_mcny[:] = 50.0
    cast, asked = listening(world)

    convert_lines(world, cast, seen(world), np.array([MIDDLING]))

    assert {*only(asked, "convert", "middling").margins} == {LEAVE}
    assert world.refineries.low_share[MIDDLING] == 0.0


def test_nobody_is_asked_where_no_limit_is_known() -> None:
    world = world_of(0.8)
    world.local_ore.limited[[COAST, INLAND]] = False
    world.refineries.converting_share[:] = 0.2
    cast, asked = listening(world)

    choose_ores(world, cast, seen(world))

    assert not asked
    # what was converted last year runs again
    assert not world.refineries.converting_share.any()


def test_plants_on_imported_ore_at_low_temperature_are_not_asked() -> None:
    world = world_of(1.4)
    world.local_ore.limited[COAST] = True
    cast, asked = listening(world)

    choose_ores(world, cast, seen(world))

    assert {case.agent for case in asked} <= {"middling", "dear"}
    assert world.refineries.imported_share[[CHEAP, DEAR]].tolist() == [1.0, 1.0]


def test_plants_that_live_on_local_ore_can_turn_to_imported_ore() -> None:
    world = years().world
    start = {row.id: row.imported_share for row in world.pack.refineries}
    moved = [
        key
        for row, key in enumerate(world.refineries.keys)
        if start.get(key, 1.0) < 0.5 and world.refineries.imported_share[row] > start[key] + 0.1
    ]

    assert len(moved) > 3


def test_no_plant_opens_with_more_low_temperature_lines_than_imported_ore_feeds() -> None:
    plants = open_world(load("hindcast_2017"), 0).refineries

    assert (plants.low_share <= plants.imported_share).all()


@pytest.mark.parametrize(("short", "idle"), [(0.3, 0.0), (0.5, 0.1), (0.9, 0.2)])
def test_a_conversion_is_worth_what_it_saves_and_keeps_running_less_works_and_lost_output(
    short: float, idle: float
) -> None:
    # all in all a plant on local ore alone, four fifths of which run; its owner discounts at a quarter
    given = 0.0, 0.0, short, 10.0, 0.8, 0.25, 110.0, 2.0, 500.0
    facts = ConvertFacts(*(np.array([each]) for each in given))

    found = CONVERSION.weigh(facts, scenario(parameters={"local_ore": TERMS}).spec.parameters)

    # lines take 0.4 of imported ore as they are; a fifth is turned, which stands still for a quarter
    annuity = (1.0 - 0.8**10) / 0.25
    lost = 110.0 * 0.2 * 0.8 / 4.0 / 1.1
    expected = (10.0 * 0.8 + 110.0 * idle) * annuity / 1.1 - lost - 0.2 * 250.0
    assert found[CONVERT] == pytest.approx([expected])
    assert found[LEAVE].tolist() == [0.0]


def test_plants_that_stand_on_limited_ore_with_lines_left_may_convert() -> None:
    world = world_of(1.4)
    plants = world.refineries
    assert digesting_local(world).tolist() == [False, True, True]
    world.local_ore.limited[COAST], plants.low_share[CHEAP] = True, 0.5
    assert digesting_local(world).tolist() == [True, True, True]
    # new plants for which none goes, and one for which cheap goes
    world.broken_ground.extend(cast(Any, SimpleNamespace(replaces=old)) for old in (-1, CHEAP))
    assert digesting_local(world).tolist() == [False, True, True]

    plants.low_share[MIDDLING], plants.nameplate_mt[DEAR] = 1.0, 0.0
    assert digesting_local(world).tolist() == [False, False, False]


def test_a_plant_that_costs_more_than_its_alumina_fetches_earns_no_margin() -> None:
    world = world_of(1.4)

    # 2350 against 2000, 2500 and 3000
    facts = measure(world, seen(world), works_of(world), expected_supply(world))
    assert facts.margin_cny_per_t == pytest.approx([350.0, 0.0, 0.0], abs=0.5)
