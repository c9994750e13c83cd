"""Write-off and exit: one at a time, each raising the price that the others see."""

from typing import Any

import numpy as np
import pytest

from sim.industry import Industry
from sim.market.equilibrium import clear
from sim.phases import exits
from sim.phases.exits import close_plant, leave_one_by_one, price_rise, write_off
from sim.phases.quarter import open_market, price_plants, world_border
from sim.strategy.leaving import value_of_leaving
from sim.world.population import State
from tests.phases.playing import fresh


def crisis(extra_cost: float = 250.0, **leaving: Any) -> Industry:
    """Give an industry in which all plants of Henan and Shanxi have long lost money and all owners are in distress."""
    industry = fresh(parameters={"leaving": leaving} if leaving else {})
    industry.year, industry.book = 2026, industry.new_book()
    plants, regions = industry.refineries, industry.geography.regions
    hit = np.isin(plants.region, [regions.index("henan"), regions.index("shanxi")]) & (
        plants.nameplate_mt > 0.0
    )
    plants.cash_cost_cny_per_t[hit] += extra_cost
    plants.loss_quarters[hit] = 8
    plants.reluctance_cny_per_t[:] = 0.0
    industry.groups.distressed[:] = True
    industry.groups.bias_cny_per_t[:] = 0.0
    return industry


def left(industry: Industry) -> list[str]:
    """Give the plants that left, in the order in which they did."""
    return [event.agent for event in industry.events if event.kind == "exit"]


def test_a_plant_idle_for_years_is_written_off_and_stands_still() -> None:
    industry = fresh()
    limit = industry.parameters.running.dead_after_quarters
    industry.refineries.idle_quarters[:3] = [limit - 1, limit, limit + 5]

    write_off(industry)

    assert (industry.refineries.state[:3] == State.DEAD).tolist() == [False, True, True]
    assert industry.refineries.running_share[1] == 0.0
    assert industry.refineries.nameplate_mt[1] > 0.0


def test_a_plant_is_written_off_once() -> None:
    industry = fresh()
    industry.refineries.idle_quarters[0] = 40

    write_off(industry)
    write_off(industry)

    assert [event.kind for event in industry.events].count("write_off") == 1


def test_closing_takes_the_capacity_and_pays_its_owner_what_leaving_is_worth() -> None:
    industry = fresh()
    industry.book = industry.new_book()
    plants, size = industry.refineries, float(industry.refineries.nameplate_mt[0])
    group = int(plants.group[0])
    cash = float(industry.groups.cash_mcny[group])

    close_plant(industry, 0, 100.0)

    paid = value_of_leaving(industry.parameters.leaving) * size
    assert industry.groups.cash_mcny[group] - cash == pytest.approx(paid)
    assert industry.book.closing_mcny[group] == pytest.approx(paid)
    assert plants.nameplate_mt[0] == plants.runnable_mt[0] == plants.running_share[0] == 0.0
    assert industry.events[-1].amount == size


def test_plants_that_earn_do_not_think_of_leaving() -> None:
    industry = fresh()
    industry.book = industry.new_book()
    industry.refineries.loss_quarters[:] = industry.refineries.idle_quarters[:] = 0

    leave_one_by_one(industry)

    assert left(industry) == []
    assert industry.decisions == []


def test_no_more_plants_leave_in_a_year_than_may() -> None:
    many, few = crisis(), crisis(exits_count=2)

    leave_one_by_one(many)
    leave_one_by_one(few)

    assert len(left(many)) > 2
    assert left(few) == left(many)[:2]


def test_the_owner_with_most_to_gain_leaves_first() -> None:
    industry = crisis()

    leave_one_by_one(industry)

    gains = [each.margin for each in industry.decisions if each.choice == "exit"]
    assert gains[0] == max(gains) > 0.0


def test_each_exit_makes_holding_worth_more_for_those_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, blind = crisis(exits_count=100), crisis(exits_count=100)

    leave_one_by_one(waiting)
    monkeypatch.setattr(exits, "price_rise", lambda industry, row: np.zeros(len(industry.geography.regions)))
    leave_one_by_one(blind)

    # owners that do not see what the exit of others does for them all rush out together
    assert 0 < len(left(waiting)) < len(left(blind))


def test_every_plant_that_thinks_of_leaving_puts_its_reasons_on_record() -> None:
    industry = crisis()

    leave_one_by_one(industry)

    weighed = [each.agent for each in industry.decisions]
    assert len(weighed) == len({*weighed})
    assert {each.choice for each in industry.decisions} == {"exit", "hold"}
    # the margin of a choice is by how much it wins, so it is never negative unless the year's exits ran out
    assert all(each.margin > 0.0 for each in industry.decisions if each.choice == "exit")


def test_the_rise_foreseen_for_an_exit_is_that_of_clearing_without_the_plant() -> None:
    industry = fresh()
    industry.year, industry.book = 2026, industry.new_book()
    price_plants(industry)
    capacity = industry.refineries.runnable_mt / 4.0
    border = world_border(industry, 1)
    before = clear(open_market(industry, capacity, border, 1), industry.prices.mill_cny_per_t)
    industry.slopes = before.slopes
    row = int(np.flatnonzero((capacity > 0.05) & (capacity < 0.1))[0])

    foreseen = price_rise(industry, row)
    fewer = capacity.copy()
    fewer[row] = 0.0
    after = clear(open_market(industry, fewer, border, 1), before.mill_cny_per_t)

    rise = (after.mill_cny_per_t - before.mill_cny_per_t)[:-1]
    region = industry.refineries.region[row]
    assert (foreseen >= 0.0).all()
    # a straight line for a curve: right to a third for a plant of a hundredth of the market
    assert foreseen[region] == pytest.approx(rise[region], rel=0.35)
