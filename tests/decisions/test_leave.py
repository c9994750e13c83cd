"""Leaving: one at a time, each raising the price that the others see."""

from typing import Any

import numpy as np
import pytest

from sim.decisions import leave
from sim.decisions.leave import close_plant, leave_one_by_one, price_rise
from sim.market.equilibrium import clear
from sim.phases.preparing import new_book
from sim.phases.quarter import open_market, price_plants, world_border
from sim.sight.mud import pond_duties
from sim.strategy.leaving import value_of_leaving
from sim.world.world import World
from tests.phases.playing import cast_of, fresh


def crisis(extra_cost: float = 250.0, **leaving: Any) -> World:
    """Give an industry in which all plants of Henan and Shanxi have long lost money and all owners are in distress."""
    world = fresh(parameters={"leaving": leaving} if leaving else {})
    world.year, world.book = 2026, new_book(world)
    plants, regions = world.refineries, world.geography.regions
    hit = np.isin(plants.region, [regions.index("henan"), regions.index("shanxi")]) & (
        plants.nameplate_mt > 0.0
    )
    plants.cash_cost_cny_per_t[hit] += extra_cost
    plants.loss_quarters[hit] = 8
    plants.reluctance_cny_per_t[:] = 0.0
    plants.uncovered_mud_mt[:] = 0.0
    world.groups.distressed[:] = True
    world.groups.bias_cny_per_t[:] = 0.0
    return world


def left(world: World) -> list[str]:
    """Give the plants that left, in the order in which they did."""
    return [event.agent for event in world.events if event.kind == "exit"]


def test_closing_takes_the_capacity_and_pays_its_owner_what_leaving_is_worth() -> None:
    world = fresh()
    world.book = new_book(world)
    plants, size = world.refineries, float(world.refineries.nameplate_mt[0])
    group = int(plants.group[0])
    cash = float(world.groups.cash_mcny[group])

    duty = float(pond_duties(world)[0])

    close_plant(world, 0, 100.0)

    paid = value_of_leaving(world.parameters.leaving) * size - duty
    assert world.groups.cash_mcny[group] - cash == pytest.approx(paid)
    assert world.book.closing_mcny[group] == pytest.approx(paid)
    assert plants.nameplate_mt[0] == plants.runnable_mt[0] == plants.running_share[0] == 0.0
    assert world.events[-1].amount == size


def test_plants_that_earn_do_not_think_of_leaving() -> None:
    world = fresh()
    world.book = new_book(world)
    world.refineries.loss_quarters[:] = world.refineries.idle_quarters[:] = 0

    leave_one_by_one(world, cast_of(world))

    assert left(world) == []
    assert world.decisions == []


def test_no_more_plants_leave_in_a_year_than_may() -> None:
    many, few = crisis(), crisis(exits_count=2)

    leave_one_by_one(many, cast_of(many))
    leave_one_by_one(few, cast_of(few))

    assert len(left(many)) > 2
    assert left(few) == left(many)[:2]


def test_the_owner_with_most_to_gain_leaves_first() -> None:
    world = crisis()

    leave_one_by_one(world, cast_of(world))

    gains = [each.margin for each in world.decisions if each.choice == "exit"]
    assert gains[0] == max(gains) > 0.0


def test_a_plant_stays_for_the_right_to_build_that_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bound, free = crisis(), crisis()
    for world, right in ((bound, 1e4), (free, 0.0)):
        monkeypatch.setattr(leave, "licences", lambda world, view, rows, each=right: np.full(len(rows), each))
        leave_one_by_one(world, cast_of(world))

    assert left(free) and not left(bound)
    first = free.decisions[0]
    (same,) = (each for each in bound.decisions if each.agent == first.agent)
    assert same.options["hold"] == pytest.approx(first.options["hold"] + 1e4)


def test_each_exit_makes_holding_worth_more_for_those_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, blind = crisis(exits_count=100), crisis(exits_count=100)

    leave_one_by_one(waiting, cast_of(waiting))
    monkeypatch.setattr(leave, "price_rise", lambda world, row: np.zeros(len(world.geography.regions)))
    leave_one_by_one(blind, cast_of(blind))

    # owners that do not see what the exit of others does for them all rush out together
    assert 0 < len(left(waiting)) < len(left(blind))


def test_every_plant_that_thinks_of_leaving_puts_its_reasons_on_record() -> None:
    world = crisis()

    leave_one_by_one(world, cast_of(world))

    weighed = [each.agent for each in world.decisions]
    assert len(weighed) == len({*weighed})
    assert {each.choice for each in world.decisions} == {"exit", "hold"}
    # the margin of a choice is by how much it wins, so it is never negative unless the year's exits ran out
    assert all(each.margin > 0.0 for each in world.decisions if each.choice == "exit")


def test_the_rise_foreseen_for_an_exit_is_that_of_clearing_without_the_plant() -> None:
    world = fresh()
    world.year, world.book = 2026, new_book(world)
    price_plants(world)
    capacity = world.refineries.runnable_mt / 4.0
    border = world_border(world, 1)
    before = clear(open_market(world, capacity, border, 1), world.prices.mill_cny_per_t)
    world.slopes = before.slopes()
    row = int(np.flatnonzero((capacity > 0.05) & (capacity < 0.1))[0])

    foreseen = price_rise(world, row)
    fewer = capacity.copy()
    fewer[row] = 0.0
    after = clear(open_market(world, fewer, border, 1), before.mill_cny_per_t)

    rise = (after.mill_cny_per_t - before.mill_cny_per_t)[:-1]
    region = world.refineries.region[row]
    assert (foreseen >= 0.0).all()
    # a straight line for a curve: right to a third for a plant of a hundredth of the market
    assert foreseen[region] == pytest.approx(rise[region], rel=0.35)
