"""Closure by decree: the oldest first, as much as is due, in the place that is meant."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.decisions.leave import close_plant
from sim.phases.exits import close_by_decree
from sim.phases.preparing import new_book
from sim.policies.rulebook import PhaseOut
from sim.sight.buyers import prospect_of
from sim.sight.outlook import due_to_close, worth_left
from sim.sight.view import lasting_mill_prices, look
from sim.strategy.leaving import value_of_leaving
from sim.world.world import World
from tests.phases.playing import fresh, play

RULE = PhaseOut(
    policy="old",
    since_year=2026,
    built_before_year=2000,
    smaller_than_mt=0.0,
    due_share=1.0,
    regions=(),
)


def ready() -> World:
    """Give an industry in 2026 with an empty year book."""
    world = fresh()
    world.year, world.book = 2026, new_book(world)
    return world


def names(world: World, **changes: Any) -> list[str]:
    """Give the plants that a phase-out takes."""
    return [world.refineries.keys[row] for row in due_to_close(world, replace(RULE, **changes))]


def test_plants_built_before_2000_go_the_oldest_first() -> None:
    # the register: Shandong 1954, Zhengzhou 1966, Shanxi 1987, Zhongzhou 1993, Guangxi 1995
    assert names(ready()) == [
        "chalco-shandong",
        "chalco-mining-zhengzhou",
        "chalco-shanxi-hejin",
        "chalco-zhongzhou",
        "chalco-guangxi",
    ]


def test_a_plant_that_must_close_is_worth_what_it_earns_until_then() -> None:
    world, rate = ready(), np.array([0.1])
    row = np.array([world.refineries.row("chalco-shandong")])
    other = np.array([world.refineries.row("chalco-huaxing")])
    assert worth_left(world, row, rate) == pytest.approx(1.0)

    # announced for as far as owners look ahead: three of ten years; others keep all
    world.outlook = replace(world.outlook, phase_outs=(RULE,))
    years = world.parameters.expectation.forward_years, world.parameters.leaving.horizon_years
    assert years == (3, 10)
    assert worth_left(world, row, rate) == pytest.approx((1 - math.exp(-0.3)) / (1 - math.exp(-1.0)))
    assert worth_left(world, other, rate) == pytest.approx(1.0)
    view, owner = look(world, lasting_mill_prices(world)), world.refineries.group[row]
    seen = prospect_of(world, view, row, owner).runnable_share
    world.outlook = world.rules
    assert seen < prospect_of(world, view, row, owner).runnable_share

    # in force, it closes at the end of the year
    world.rules = replace(world.rules, phase_outs=(RULE,))
    assert worth_left(world, row, rate) == 0.0


def test_half_of_the_capacity_meant_is_reached_with_the_last_plant_in_full() -> None:
    # 0.3 + 2.41 + 2.4 + 2.53 + 2.5 = 10.14 Mt, half of it 5.07: 0.3 + 2.41 = 2.71 is short, 5.11 is enough
    assert names(ready(), due_share=0.5) == [
        "chalco-shandong",
        "chalco-mining-zhengzhou",
        "chalco-shanxi-hejin",
    ]


def test_only_plants_of_the_regions_named_are_meant() -> None:
    assert names(ready(), regions=("guangxi_inland",)) == ["chalco-guangxi"]


def test_small_plants_are_meant_whatever_their_age() -> None:
    # 1900: none is too old; installed plants under 0.45 Mt are of 1954 and 2012
    small = names(ready(), built_before_year=1900, smaller_than_mt=0.45)

    assert small == ["chalco-shandong", "huafei-xiuwen"]


def test_plants_that_left_by_themselves_count_as_gone() -> None:
    world = ready()
    row = world.refineries.keys.index("chalco-zhongzhou")
    close_plant(world, row, 1.0)

    # of 10.14 Mt half is 5.07; 2.53 are gone, so 2.54 remain: 0.3 and 2.41 are enough
    assert names(world, due_share=0.5) == ["chalco-shandong", "chalco-mining-zhengzhou"]


def test_an_exit_before_the_decree_began_does_not_count() -> None:
    world = ready()
    world.year = 2025
    close_plant(world, world.refineries.keys.index("chalco-zhongzhou"), 1.0)

    # of 7.61 Mt half is 3.805: 0.3 + 2.41 = 2.71 is short
    assert names(world, due_share=0.5)[-1] == "chalco-shanxi-hejin"


def test_a_closure_pays_what_leaving_is_worth_and_says_who_decreed_it() -> None:
    world = ready()
    world.rules = replace(world.rules, phase_outs=(replace(RULE, due_share=0.02),))
    group = int(world.refineries.group[world.refineries.keys.index("chalco-shandong")])
    world.refineries.uncovered_mud_mt[:] = 0.0
    cash = float(world.groups.cash_mcny[group])

    close_by_decree(world)

    # 2 % of 10.14 Mt are 0.2: the first plant of 0.3 in full
    event = world.events[-1]
    assert (event.kind, event.agent, event.amount) == ("exit", "chalco-shandong", 0.3)
    assert event.reason == "decreed by old: built in 1954, before 2000"
    paid = 0.3 * value_of_leaving(world.parameters.leaving)
    assert world.groups.cash_mcny[group] - cash == pytest.approx(paid)


def test_a_ramp_spreads_closures_over_the_years_and_ends_with_all_gone() -> None:
    decree = {
        "id": "old",
        "type": "phase_out",
        "start_year": 2026,
        "ramp_years": 2.0,
        "built_before_year": 2000,
    }
    played = play(4, policies=[decree])

    closed = [(each.year, each.agent) for each in played.world.events if "decreed" in each.reason]
    gone = np.cumsum([sum(year == each for each, _ in closed) for year in range(2026, 2030)])
    # thirds of 10.14 Mt: 0.3 + 2.41 + 2.4 passes 3.38; 2.53 more passes 6.76; all by 2028
    assert gone.tolist() == [3, 4, 5, 5]
